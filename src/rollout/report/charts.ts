import { counted } from '../count.js';
import { liveCanaryWeight, type RolloutPlan } from '../decide/course.js';
import { looksIn } from '../decide/ledger.js';
import { durationText, rounded } from '../duration.js';
import { sizeOf } from '../judge/evidence.js';
import { additions } from '../judge/windows.js';
import type { Timeline } from '../model.js';
import type { Outcome } from '../outcome.js';
import { type StepState, stepStates } from './step-states.js';

/** The canary's weight over time, with what the gate saw: a Mermaid chart, and the same as text. Empty where it never moved. */

interface Point {
  /** In ms since the run began. */
  readonly after: number;
  /** In whole percent. */
  readonly weight: number;
}

/** Read on white and on GitHub's black alike: both at a contrast of more than 3 to 1. */
const GREY = '#7a7f87';
const BLUE = '#3b82f6';
const RED = '#dc4c3e';
/**
 * Narrower than a summary, and flat. In px. What is folded up when Mermaid draws it has texts without a size, so the paddings
 * alone have to keep them apart.
 */
const LAYOUT = {
  width: 900,
  height: 270,
  titleFontSize: 16,
  xAxis: { labelPadding: 10, titlePadding: 14 },
  yAxis: { labelPadding: 20, showTitle: false },
};
/** So many points make a line of steps whose edges look upright. */
const SAMPLES = 90;

export function weightChart(plan: RolloutPlan, timeline: Timeline, outcome: Outcome): string {
  const points = pointsOf(plan, timeline);
  const end = points.at(-1)?.after ?? 0;
  if (points.length < 2 || end === 0) return '';
  const states = stepStates(plan, timeline, outcome).filter(({ isReached }) => isReached);
  return [...mermaid(points, failuresOf(timeline), states), '', ...text(points, timeline, states)].join('\n');
}

/** Mermaid: https://mermaid.js.org/syntax/xyChart.html. Nothing but numbers and words of ours enters. */
function mermaid(
  points: readonly Point[],
  failures: readonly Failing[],
  states: readonly StepState[],
): readonly string[] {
  const end = points.at(-1)?.after ?? 0;
  const { unit, name } = unitFor(end);
  const instants = Array.from({ length: SAMPLES }, (_, index) => Math.round((index * end) / (SAMPLES - 1)));
  const weights = instants.map((at) => points.findLast(({ after }) => after <= at)?.weight ?? 0);
  const failed = instants.map((at, index) => shareAt(failures, points, instants[index - 1] ?? -1, at));
  const hasFailed = failed.some((share) => share > 0);
  const told = hasFailed ? 'weight (blue) and failed answers (red)' : 'weight';
  return [
    '```mermaid',
    initOf(hasFailed ? [BLUE, RED] : [BLUE]),
    'xychart-beta',
    `  title "Canary in percent: ${told}"`,
    `  x-axis "${name} since the run began${verdictsText(states)}" 0 --> ${Number((end / unit).toFixed(2))}`,
    '  y-axis 0 --> 100',
    `  line [${weights.join(', ')}]`,
    ...(hasFailed ? [`  line [${failed.join(', ')}]`] : []),
    '```',
  ];
}

/** In characters: what has room below the chart. */
const LONGEST_VERDICTS = 80;

function verdictsText(states: readonly StepState[]): string {
  const each = states.map(({ step, state }) => `${step.weight} % ${state.replace(/^[^a-z]*/, '')}`);
  const all = each.join(', ');
  const told = all.length > LONGEST_VERDICTS ? (each.at(-1) ?? '') : all;
  return told === '' ? '' : `: ${told}`;
}

/** What a check saw holds until the next one, or until the canary is moved; of several in one slot the worst is shown. */
function shareAt(failures: readonly Failing[], points: readonly Point[], from: number, at: number): number {
  const here = failures.filter(({ after }) => after > from && after <= at);
  if (here.length > 0) return Math.round(Math.max(...here.map(({ share }) => share)));
  const told = failures.findLast(({ after }) => after <= at);
  const moved = points.findLast(({ after }) => after <= at)?.after ?? 0;
  return told === undefined || told.after < moved ? 0 : Math.round(told.share);
}

function initOf(palette: readonly string[]): string {
  const parts = ['titleColor', 'xAxisLabelColor', 'xAxisTitleColor', 'xAxisTickColor', 'xAxisLineColor'];
  const names = [...parts, ...parts.slice(1).map((name) => name.replace('x', 'y'))];
  const xyChart = {
    backgroundColor: 'transparent',
    plotColorPalette: palette.join(', '),
    ...Object.fromEntries(names.map((name) => [name, GREY])),
  };
  const config = { theme: 'base', themeVariables: { xyChart }, xyChart: LAYOUT };
  return `%%{init: ${JSON.stringify(config)}}%%`;
}

function unitFor(milliseconds: number): { readonly unit: number; readonly name: string } {
  if (milliseconds < 120_000) return { unit: 1_000, name: 'seconds' };
  return milliseconds < 3 * 3_600_000 ? { unit: 60_000, name: 'minutes' } : { unit: 3_600_000, name: 'hours' };
}

interface Failing {
  readonly after: number;
  /** Of the answers of one check, those that failed, in percent. */
  readonly share: number;
  /** Also where an answer failed that named no version: then no share of the canary's is known. */
  readonly hasFailed: boolean;
}

function failuresOf(timeline: Timeline): readonly Failing[] {
  const start = timeline[0]?.at ?? 0;
  const events = timeline.flatMap((event) => (event.kind === 'measured' ? [event] : []));
  const checks = events.map(({ at, weight, measurement }) => ({ ...measurement, weight, after: at - start }));
  return additions(checks).flatMap(({ canary, cut, after }) =>
    sizeOf(canary) === 0
      ? cut === 0
        ? []
        : [{ after, share: 0, hasFailed: true }]
      : [{ after, share: (100 * canary.bad) / sizeOf(canary), hasFailed: canary.bad + cut > 0 }],
  );
}

function text(points: readonly Point[], timeline: Timeline, states: readonly StepState[]): readonly string[] {
  const failures = failuresOf(timeline);
  const width = Math.max(...points.map(({ after }) => durationText(rounded(after)).length));
  const lines = points.map(({ after, weight }, index) => {
    const until = points[index + 1]?.after ?? Number.POSITIVE_INFINITY;
    const here = failures.filter((one) => one.after >= after && one.after < until);
    const bad = here.filter(({ hasFailed }) => hasFailed).length;
    const isLast = index === points.findLastIndex((point) => point.weight === weight);
    const state = isLast ? states.find(({ step }) => step.weight === weight)?.state : undefined;
    const told = [
      ...(here.length === 0 ? [] : [`${bad} of ${counted(here.length, 'check')} saw failures`]),
      ...(state ? [state] : []),
    ];
    const bar = '█'.repeat(Math.ceil(weight / 5)).padEnd(20);
    const line = `${durationText(rounded(after)).padStart(width)}  ${String(weight).padStart(3)} % ${bar}`;
    return `${line}  ${told.join(', ')}`.trimEnd();
  });
  return ['```text', ...lines, '```'];
}

/** The weight whenever it was seen to change, and at the end. */
function pointsOf(plan: RolloutPlan, timeline: Timeline): readonly Point[] {
  const start = timeline[0]?.at ?? 0;
  const seen = looksIn(plan.before, timeline).map(({ at, live }) => ({
    after: at - start,
    weight: liveCanaryWeight(plan, live),
  }));
  const changes = seen.filter((point, index) => index === 0 || point.weight !== seen[index - 1]?.weight);
  const [last] = seen.slice(-1);
  return last === undefined || changes.length < 2 || changes.at(-1) === last ? changes : [...changes, last];
}
