import { failedOf } from '../count.js';
import { baselineIn } from '../decide/baseline.js';
import { liveCanaryWeight, type RolloutPlan, splitAt } from '../decide/course.js';
import { type Ledger, ledgerOf } from '../decide/ledger.js';
import { WOULD } from '../decide/observation.js';
import { tookEffect } from '../decide/write.js';
import { durationText, rounded } from '../duration.js';
import { asCode, asSentence, inMarkdown } from '../escape.js';
import { baselineWarning } from '../judge/baseline.js';
import { sizeOf, total } from '../judge/evidence.js';
import type { Check } from '../judge/verdict.js';
import { additions } from '../judge/windows.js';
import type { Failure, Measurement, Step, Timeline } from '../model.js';
import { OUTCOMES, type Outcome } from '../outcome.js';
import { sameSplit, serves } from '../split.js';

/** What the summary shows of a rollout by steps: its steps, the weight over time, and the probes that failed. */
export function rolloutSections(plan: RolloutPlan, timeline: Timeline, outcome: Outcome): string[] {
  return [stepsTable(plan, timeline, outcome), weightChart(plan, timeline), failingProbes(timeline)];
}

/** What the stable answered alone, before any step; empty where it was not asked. */
export function beforeSteps({ rollout: { gate } }: RolloutPlan, timeline: Timeline): string {
  const baseline = baselineIn(timeline);
  if (baseline === undefined || gate === undefined) return '';
  const { stable, version } = baseline;
  const warning = baselineWarning(gate, version, baseline);
  if (warning !== undefined) return `⚠️ ${asSentence(warning, 1_000)}`;
  const answers =
    sizeOf(stable) === 0
      ? 'No answer of the stable could be had'
      : `${failedOf(stable, 'answer')} of the stable failed`;
  return `${answers} before the first step.`;
}

function stepsTable(plan: RolloutPlan, timeline: Timeline, outcome: Outcome): string {
  if (plan.todo.length === 0) return '';
  const ledger = ledgerOf(plan.before, timeline);
  const steps = stepsTaken(plan, timeline);
  const isThere = (step: Step) =>
    wasLive(plan, step, ledger, timeline) ||
    (outcome === 'promoted' && step.weight === 100 && isLiveAt(plan, ledger, step));
  const reached = steps.findLastIndex(isThere);
  const end = endOfLast(plan, ledger, outcome, steps[reached]);
  const rows = steps.map((step, index) => {
    const checks = checksAt(step, timeline);
    const seen = additions(checks);
    const state = !isThere(step) ? 'not reached' : index < reached ? 'passed' : end;
    const bake = step.bake === 0 ? 'none' : durationText(step.bake);
    return `| ${step.weight} % | ${bake} | ${wentLive(plan, step, timeline)} | ${made(checks)} | ${failed(seen, 'canary')} | ${failed(seen, 'stable')} | ${shareSeen(seen)} | ${state}${byWhom(step, timeline)}${foundAt(step, timeline)} |`;
  });
  const header =
    '| weight | bake | live after | checks | canary failed | stable failed | canary answered | state |\n| --: | :-- | :-- | :-- | --: | --: | --: | :-- |';
  return [header, ...rows].join('\n');
}

/** The plan's, and those that somebody else took and this run went on from. */
function stepsTaken({ todo }: RolloutPlan, timeline: Timeline): readonly Step[] {
  const adopted = timeline.filter((event) => event.kind === 'adopted');
  const others = adopted.filter(({ weight }) => todo.every((step) => step.weight !== weight));
  return [...todo, ...others].toSorted((one, other) => one.weight - other.weight);
}

/** What became of the last step that was live. Somebody's promotion may be none of the steps. */
function endOfLast(plan: RolloutPlan, ledger: Ledger, outcome: Outcome, last: Step | undefined): string {
  if (ledger.owner !== 'somebody else') return outcome === 'drifted' ? 'live' : OUTCOMES[outcome].lastStep;
  const isLive = last !== undefined && isLiveAt(plan, ledger, last);
  return outcome === 'promoted' && !isLive ? OUTCOMES.drifted.lastStep : OUTCOMES[outcome].lastStep;
}

function isLiveAt(plan: RolloutPlan, { live }: Ledger, { weight }: Step): boolean {
  return liveCanaryWeight(plan, live) === weight;
}

/** Live before this run, or a write of this run took effect, or somebody else took the step and this run agreed. */
function wasLive(plan: RolloutPlan, step: Step, { writes }: Ledger, timeline: Timeline): boolean {
  const split = splitAt(plan.rollout.canary, plan.stable, step.weight);
  const before = plan.liveSince !== undefined && serves(plan.before, split);
  const adopted = timeline.some((event) => event.kind === 'adopted' && sameSplit(event.split, split));
  return before || adopted || writes.some((write) => tookEffect(write) && sameSplit(write.split, split));
}

function checksAt({ weight }: Step, timeline: Timeline): readonly Check[] {
  return timeline.flatMap((event) =>
    event.kind === 'measured' && event.weight === weight ? [{ ...event.measurement, weight }] : [],
  );
}

function byWhom({ weight }: Step, timeline: Timeline): string {
  const isAdopted = timeline.some((event) => event.kind === 'adopted' && event.weight === weight);
  return isAdopted ? ', moved there by somebody else' : '';
}

/** What a gate that only observes would have done here. */
function foundAt({ weight }: Step, timeline: Timeline): string {
  const found = timeline.findLast((event) => event.kind === 'observed' && event.weight === weight);
  return found?.kind === 'observed' ? `, ${WOULD[found.how]}` : '';
}

function made(checks: readonly Measurement[]): string {
  const unknown = checks.reduce((sum, check) => sum + check.unknown, 0);
  if (checks.length === 0) return '';
  return unknown === 0 ? `${checks.length}` : `${checks.length}, ${unknown} not measured`;
}

/** `3 of 56`; nothing where none was counted, and both versions together where nobody can tell who answered. */
function failed(checks: readonly Check[], of: 'canary' | 'stable'): string {
  const counts = total(checks.flatMap((check) => check[of] ?? []));
  if (sizeOf(counts) === 0) return '';
  const isMixed = ({ source, stable, weight }: Check) => source === 'gate-url' && stable === undefined && weight < 100;
  const mixed = of === 'canary' && checks.some(isMixed);
  return `${failedOf(counts)}${mixed ? ' of both' : ''}`;
}

/** The share seen beside the share asked for, which is the weight. */
function shareSeen(checks: readonly Measurement[]): string {
  const compared = checks.filter(({ stable }) => stable !== undefined);
  const ours = sizeOf(total(compared.map(({ canary }) => canary)));
  const all = ours + sizeOf(total(compared.flatMap(({ stable }) => stable ?? [])));
  return all === 0 ? '' : `${((100 * ours) / all).toFixed(1)} %`;
}

function wentLive(plan: RolloutPlan, step: Step, timeline: Timeline): string {
  const start = timeline[0]?.at ?? 0;
  const event = timeline.find((one) => one.kind === 'read' && liveCanaryWeight(plan, one.live) === step.weight);
  if (event === undefined) return '';
  return plan.liveSince !== undefined && step.weight === plan.todo[0]?.weight
    ? 'before this run'
    : durationText(rounded(event.at - start));
}

interface Point {
  /** Since the run began, in ms. */
  readonly after: number;
  readonly weight: number;
}

/** Mermaid: https://mermaid.js.org/syntax/xyChart.html; the same as text for whoever reads it elsewhere. */
function weightChart(plan: RolloutPlan, timeline: Timeline): string {
  const points = pointsOf(plan, timeline);
  if (points.length < 2) return '';
  const labels = points.map(({ after }) => `"${durationText(rounded(after))}"`).join(', ');
  const chart = [
    '```mermaid',
    'xychart-beta',
    '  title "Weight of the canary"',
    `  x-axis "since the run began" [${labels}]`,
    '  y-axis "percent of requests" 0 --> 100',
    `  bar [${points.map(({ weight }) => weight).join(', ')}]`,
    '```',
  ];
  const width = Math.max(...points.map(({ after }) => durationText(rounded(after)).length));
  const bars = points.map(({ after, weight }) => {
    const bar = '█'.repeat(Math.ceil(weight / 5));
    return `${durationText(rounded(after)).padStart(width)}  ${String(weight).padStart(3)} % ${bar}`.trimEnd();
  });
  return [
    ...chart,
    '',
    '<details><summary>The same as text</summary>',
    '',
    '```text',
    ...bars,
    '```',
    '',
    '</details>',
  ].join('\n');
}

/** The weight whenever it was seen to change, and at the end. */
function pointsOf(plan: RolloutPlan, timeline: Timeline): readonly Point[] {
  const start = timeline[0]?.at ?? 0;
  const seen = timeline.flatMap((event) =>
    event.kind === 'read' ? [{ after: event.at - start, weight: liveCanaryWeight(plan, event.live) }] : [],
  );
  return seen.filter((point, index) => index === seen.length - 1 || point.weight !== seen[index - 1]?.weight);
}

function failingProbes(timeline: Timeline): string {
  const failures = timeline
    .flatMap((event) => (event.kind === 'measured' ? event.measurement.failures : []))
    .slice(0, 3);
  if (failures.length === 0) return '';
  const row = ({ target, seen, took, version }: Failure) =>
    `| ${inMarkdown(target, 200)} | ${inMarkdown(seen, 100)} | ${took} ms | ${asCode(version ?? '', 40)} |`;
  return [
    'The first probes that were not healthy:',
    '',
    '| target | seen | time | version |\n| :-- | :-- | --: | :-- |',
    ...failures.map(row),
  ].join('\n');
}
