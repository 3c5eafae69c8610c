import { because } from '../decide/conclusions.js';
import { canaryWeight, courseOf, isBack, type RolloutPlan } from '../decide/course.js';
import { type Abort, stateOf } from '../decide/state.js';
import { durationText } from '../duration.js';
import { oneLine } from '../escape.js';
import type { Event, Measurement, Plan, Timeline, TrafficSplit } from '../model.js';
import { liveSplit, sameSplit, serves } from '../split.js';
import { describeChecks } from './check-lines.js';
import { describePlan, LONGEST_CHECK } from './log-lines.js';
import type { LogWriter } from './log-writer.js';

/**
 * The log is folded: what happened in detail stands in sections, and between them what a reader has to know who unfolds none.
 * `section` gives the title of what is said from here on.
 */
export interface LogEntry {
  readonly how: 'say' | 'headline' | 'section' | 'debug';
  readonly text: string;
}

export interface SectionWriter {
  /** What is going to be done. */
  readonly follow: (plan: Plan) => readonly LogEntry[];
  /** What becomes of an event after those of the timeline: what is kept of it, and how it is told. */
  readonly write: (event: Event, timeline: Timeline) => Told;
  readonly output: LogWriter['output'];
  readonly end: (at: number) => readonly LogEntry[];
}

interface Told {
  readonly event: Event | undefined;
  readonly entries: readonly LogEntry[];
}

const BEFORE_FIRST = 'Before the first step';
const ROLLBACK = 'Rollback';

const say = (text: string): LogEntry => ({ how: 'say', text });
const headline = (text: string): LogEntry => ({ how: 'headline', text });
const section = (text: string): LogEntry => ({ how: 'section', text: oneLine(text) });

/** `plan`: what a run goes on with that was not planned here. */
export function openSectionWriter(writer: LogWriter, plan?: Plan): SectionWriter {
  let [followed, isLeft, isLost] = [plan, false, false];
  let [checks, weight] = [[] as Measurement[], 0];
  let call: readonly string[] = [];
  let current = plan && splitBefore(plan);
  const follow = (made: Plan) => {
    [followed, current] = [made, splitBefore(made)];
    return planEntries(made);
  };
  /** All checks of the step, where it ends. */
  const sums = (): readonly LogEntry[] => {
    const told = checks.length === 0 ? [] : [headline(oneLine(describeChecks(weight, checks), LONGEST_CHECK))];
    checks = [];
    return told;
  };
  const write = (event: Event, timeline: Timeline): Told => {
    const told = writer.write(event);
    if (event.kind === 'deviated')
      return { ...told, entries: told.lines.map((text) => ({ how: 'debug' as const, text })) };
    if (isWriteCall(event)) {
      call = [...call, ...told.lines];
      return { ...told, entries: [] };
    }
    if (event.kind === 'measured') {
      checks.push(event.measurement);
      weight = event.weight;
    }
    isLost ||= event.kind === 'write-failed' && event.fault.mayHaveActed;
    const isTurn = HEADLINES.has(event.kind) || (isLost && isOther(event));
    const entries = isTurn ? announced(event, told.lines) : [...called(), ...told.lines.map(say)];
    const abort = isLeft
      ? undefined
      : abortIn(followed, told.event === undefined ? timeline : [...timeline, told.event]);
    if (abort !== undefined) entries.push(...leaving(abort));
    return { ...told, entries };
  };
  /** A look shows a target of the rollout that was not live before: a write whose answer was lost has taken effect. */
  const isOther = (event: Event) => {
    const shown = targetIn(event, followed);
    return shown !== undefined && (current === undefined || !sameSplit(shown, current));
  };
  /** A write is told with what became of it, in the section that begins with it. */
  const called = () => {
    const entries = call.map(say);
    call = [];
    return entries;
  };
  const announced = (event: Event, lines: readonly string[]) => {
    const endsStep = event.kind === 'accepted' || event.kind === 'adopted' || event.kind === 'read';
    if (endsStep) [isLost, current] = [false, targetIn(event, followed)];
    const title = followed === undefined ? undefined : titleAfter(event, followed);
    const begins = title === undefined ? [] : [section(title)];
    const before = lines.slice(0, -1).map(say);
    return [...before, ...(endsStep ? sums() : []), ...lines.slice(-1).map(headline), ...begins, ...called()];
  };
  const leaving = (abort: Abort) => {
    isLeft = true;
    const why = abort.why === 'cancelled' ? [] : [headline(oneLine(because(abort), LONGEST_CHECK))];
    return [
      ...writer.sum().map(say),
      ...sums(),
      ...why,
      section(abort.how === 'rollback' ? ROLLBACK : 'Where it stops'),
    ];
  };
  const end = (at: number) => [...called(), ...writer.end(at).map(say), ...sums()];
  return { follow, write, output: writer.output, end };
}

function isWriteCall(event: Event): boolean {
  return event.kind === 'called' && event.operation === 'CreateRoutineCodeDeployment';
}

const HEADLINES: ReadonlySet<Event['kind']> = new Set([
  'accepted',
  'adopted',
  'aborted',
  'cancelled',
  'observed',
  'removed',
  'uploaded',
  'upload-failed',
]);

function splitBefore({ before }: Plan): TrafficSplit | undefined {
  return before && liveSplit(before);
}

/** A dry run is about its plan, and of a split one line says it all. */
function planEntries(plan: Plan): readonly LogEntry[] {
  const [first, ...rest] = describePlan(plan);
  if (first === undefined) return [];
  if (plan.wish.dryRun) return [first, ...rest].map(headline);
  if (plan.kind !== 'rollout') return [headline(first), section('The deployment')];
  const [live] = plan.liveSince === undefined ? [] : plan.todo;
  const next = live === undefined ? BEFORE_FIRST : stepTitle(plan, live.weight, live.bake);
  return [section(withoutColon(first)), ...rest.map(say), section(next)];
}

function withoutColon(line: string): string {
  return line.replace(/:$/, '');
}

function titleAfter(event: Event, plan: Plan): string | undefined {
  const split = targetIn(event, plan);
  if (plan.kind !== 'rollout' || split === undefined) return undefined;
  if (event.kind === 'adopted') return stepTitle(plan, event.weight, event.bake);
  if (isBack(courseOf(plan), split)) return 'Reading the rollback back';
  const weight = canaryWeight(plan, split);
  return stepTitle(plan, weight, plan.todo.find((step) => step.weight === weight)?.bake ?? 0);
}

/** Where the rollout stands by this event: what was accepted or adopted, or a target of its own that a look shows. */
function targetIn(event: Event, plan: Plan | undefined): TrafficSplit | undefined {
  if (event.kind === 'accepted' || event.kind === 'adopted') return event.split;
  if (event.kind !== 'read' || plan?.kind !== 'rollout') return undefined;
  const { targets, back } = courseOf(plan);
  const splits = [...targets.map(({ split }) => split), ...(back === undefined ? [] : [back])];
  return splits.find((split) => serves(event.live, split));
}

/** `Step 2 of 3: 25 % for 10m` */
function stepTitle({ rollout: { steps } }: RolloutPlan, weight: number, bake: number): string {
  const index = steps.findIndex((step) => step.weight === weight);
  const what = `${weight} %${bake === 0 ? '' : ` for ${durationText(bake)}`}`;
  return index < 0 ? `Between two steps: ${what}` : `Step ${index + 1} of ${steps.length}: ${what}`;
}

/** Why a rollout has left its path, as it is decided by. */
function abortIn(plan: Plan | undefined, timeline: Timeline): Abort | undefined {
  const decides = DECIDES.has(timeline.at(-1)?.kind ?? 'wait');
  return plan?.kind === 'rollout' && decides ? stateOf(plan, timeline).abort : undefined;
}

/** After other events nothing is left that was not before. */
const DECIDES: ReadonlySet<Event['kind']> = new Set([
  'aborted',
  'cancelled',
  'measured',
  'read',
  'read-failed',
  'write-failed',
]);
