import { faultText } from '../fault-text.js';
import type { Event, Fault, Live, Rollout, Timeline, TrafficSplit, Wish } from '../model.js';
import { readEntries, splitText, toSplit, weightOf } from '../split.js';
import { stepLike } from '../steps.js';
import { isVersionNumber, type VersionRef } from '../version-ref.js';
import type { RolloutPlan } from './course.js';
import type { Ledger } from './ledger.js';
import { type Abort, stateOf } from './state.js';
import { prospectOf, shownId, tookEffect, type Write } from './write.js';

/**
 * What a rollout leaves for the post step before and after each of its writes, as JSON: which deployments are its own,
 * by their ids. Should the process be killed, that is all that anybody knows.
 */
interface Evidence {
  /** What the input stands for, should it be a word: by now that may be another. */
  readonly canary?: string;
  readonly stable: string;
  readonly before: { readonly id: string; readonly split: string };
  /** The DeployId that is live, where it is one of the rollout's own. */
  readonly live?: string;
  readonly writes: readonly {
    readonly split: string;
    /** In ms since the epoch. */
    readonly at: number;
    /** Of an accepted write, which may be empty; absent where there was no answer or a fault. */
    readonly id?: string;
    /** The code of a fault after which nothing was done. */
    readonly refused?: string;
    /** The DeployId it was seen as. */
    readonly as?: string;
  }[];
  /** Steps of somebody else's that the rollout went on from, in order. */
  readonly adopted?: readonly {
    readonly split: string;
    readonly id: string;
    readonly at: number;
    /** How many of these writes had been sent by then. */
    readonly after: number;
  }[];
  readonly abort?: Pick<Abort, 'why' | 'how' | 'sentence'>;
}

/**
 * `sending` is about to be sent, at that instant; `isOver` says that this is the end of the run, so that a look that
 * failed is no longer one that may pass. Empty for what has nothing to go back to.
 */
export function evidenceOf(
  plan: RolloutPlan,
  timeline: Timeline,
  sending: { readonly split: TrafficSplit; readonly at: number } | undefined,
  isOver = false,
): string {
  const { stable, before } = plan;
  if (stable === undefined || before.kind === 'nothing') return '';
  const { ledger, course, abort: decided } = stateOf(plan, timeline);
  const unreadable = isOver ? ledger.unreadable : undefined;
  const blind = unreadable && {
    why: 'unreadable' as const,
    how: course.on.unreadable,
    sentence: faultText(unreadable.fault),
  };
  const abort = decided ?? blind;
  const kept = ledger.writes.filter((write, index) => isOfUse(write, index, ledger));
  const adopted = adoptedIn(timeline, kept);
  const evidence: Evidence = {
    canary: plan.rollout.canary,
    stable,
    before: { id: before.deploymentId, split: splitText(before.split) },
    ...(adopted.length > 0 && { adopted }),
    writes: [
      ...kept.map(written),
      ...(sending === undefined ? [] : [{ split: splitText(sending.split), at: sending.at }]),
    ],
    ...(ledger.owner === 'ours' && ledger.live.kind === 'serving' && { live: ledger.live.deploymentId }),
    ...(abort !== undefined && { abort: { why: abort.why, how: abort.how, sentence: abort.sentence } }),
  };
  return JSON.stringify(evidence);
}

function adoptedIn(timeline: Timeline, kept: readonly Write[]): NonNullable<Evidence['adopted']> {
  return timeline.flatMap((event, index) => {
    if (event.kind !== 'adopted') return [];
    const earlier = new Set<Event>(timeline.slice(0, index));
    const after = kept.filter(({ answer }) => earlier.has(answer)).length;
    return [{ split: splitText(event.split), id: event.deploymentId, at: event.at, after }];
  });
}

/**
 * What took effect or may do so yet, and the last, which may have to be sent again; others prove nothing any more. Nor does
 * one that was turned away: the post step would take it for what somebody deployed since. It has time to wait also where
 * the workflow was cancelled.
 */
function isOfUse(write: Write, index: number, ledger: Ledger): boolean {
  const prospect = prospectOf(write, { now: ledger.now, cancelled: undefined });
  const isLast = index === ledger.writes.length - 1;
  return tookEffect(write) || prospect === 'awaited' || (isLast && prospect !== 'refused');
}

function written(write: Write): Evidence['writes'][number] {
  const { split, at, answer } = write;
  const as = shownId(write);
  return {
    split: splitText(split),
    at,
    ...(answer.kind === 'accepted' && { id: answer.deploymentId }),
    ...(answer.kind === 'write-failed' && !answer.fault.mayHaveActed && { refused: answer.fault.code }),
    ...(as !== undefined && { as }),
  };
}

export interface Recovery {
  readonly plan: RolloutPlan;
  /** What the run before did, as far as it is known. */
  readonly past: Timeline;
}

const KILLED = 'its step was killed before it had ended';

/**
 * The rollout that was left unfinished, so that it can be gone on with where it stood; undefined where none was. `at` is
 * when that is, in ms since the epoch.
 */
export function planRecovery(asked: Wish<VersionRef>, saved: string, at: number): Recovery | undefined {
  const evidence = parsed(saved);
  if (asked.goal.kind !== 'rollout' || evidence === undefined) return undefined;
  const canary = asked.goal.canary.kind === 'number' ? asked.goal.canary.version : evidence.canary;
  if (canary === undefined) return undefined;
  const goal = { ...asked.goal, canary };
  const wish = { ...asked, goal };
  const before = liveAs(evidence.before.id, evidence.before.split);
  if (before === undefined) return undefined;
  const first = evidence.writes[0]?.at ?? at;
  const past: Event[] = [
    { at: first, kind: 'read', live: before },
    ...withAdopted(evidence, goal),
    { at, kind: 'aborted', ...(evidence.abort ?? cutShort(goal.onCancel)) },
  ];
  const { stable } = evidence;
  const plan = { kind: 'rollout', wish, rollout: goal, before, stable, todo: goal.steps } as const;
  return { plan: { ...plan, liveSince: undefined, known: [], doubts: [] }, past };
}

/** A write that landed late may be what is live although others were sent after it: then it showed last. */
function inOrder({ writes, live }: Evidence): Evidence['writes'] {
  const at = live === undefined ? -1 : writes.findLastIndex(({ as }) => as === live);
  const last = writes.findLastIndex(({ as }) => as !== undefined);
  const write = writes[at];
  if (write === undefined) return writes;
  return [...writes.slice(0, at), ...writes.slice(at + 1, last + 1), write, ...writes.slice(last + 1)];
}

/** Each step of somebody else's before what was sent after it, and before what is live now, where that is another. */
function withAdopted(evidence: Evidence, { steps, canary }: Rollout): readonly Event[] {
  const { writes, adopted = [], live } = evidence;
  const ordered = inOrder(evidence);
  const eventsAt = (position: number): readonly Event[] =>
    adopted
      .filter(({ after }) => {
        const found = ordered.findIndex(
          (write) => writes.indexOf(write) >= after || (live !== undefined && write.as === live),
        );
        return (found < 0 ? ordered.length : found) === position;
      })
      .flatMap(({ split, id, at }): Event[] => {
        const read = toSplit(readEntries(split));
        if (!read.ok) return [];
        const step = stepLike(steps, weightOf(read.value, canary));
        return [{ at, kind: 'adopted', ...step, split: read.value, deploymentId: id }];
      });
  return [
    ...ordered.flatMap((write, position) => [...eventsAt(position), ...eventsOf(write)]),
    ...eventsAt(ordered.length),
  ];
}

function cutShort(how: Abort['how']): Pick<Abort, 'why' | 'how' | 'sentence'> {
  return { why: 'cancelled', how, sentence: KILLED };
}

function parsed(saved: string): Evidence | undefined {
  try {
    const {
      canary,
      stable,
      before,
      live,
      writes,
      adopted = [],
      abort,
    } = (JSON.parse(saved) ?? {}) as Partial<Evidence>;
    if (!isText(stable) || !isText(before?.id) || !isText(before?.split)) return undefined;
    if (!Array.isArray(writes) || !writes.every(isWritten)) return undefined;
    if (!Array.isArray(adopted) || !adopted.every(isAdopted)) return undefined;
    const word = isText(canary) && isVersionNumber(canary) ? { canary } : {};
    const shown = live === undefined ? {} : { live };
    return { ...word, stable, before, ...shown, writes, adopted, ...(isAbort(abort) && { abort }) };
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

function isWritten(write: Partial<Evidence['writes'][number]> | null): boolean {
  return isText(write?.split) && typeof write?.at === 'number';
}

function isAdopted(step: Partial<NonNullable<Evidence['adopted']>[number]> | null): boolean {
  return isText(step?.split) && isText(step?.id) && typeof step?.at === 'number' && typeof step?.after === 'number';
}

/** One that says nothing is as none: the run was cut short. */
function isAbort(abort: Evidence['abort']): boolean {
  return isText(abort?.sentence) && (abort?.how === 'rollback' || abort?.how === 'hold');
}

function eventsOf(write: Evidence['writes'][number]): readonly Event[] {
  const read = toSplit(readEntries(write.split));
  if (!read.ok) return [];
  const { at, id, as, refused } = write;
  const split = read.value;
  const sent: Event =
    id === undefined
      ? { at, kind: 'write-failed', split, fault: unanswered(refused) }
      : { at, kind: 'accepted', split, deploymentId: id, requestId: '' };
  const shown = as === undefined ? undefined : liveAs(as, write.split);
  return shown === undefined ? [sent] : [sent, { at, kind: 'read', live: shown }];
}

function unanswered(refused: string | undefined): Fault {
  return {
    operation: 'CreateRoutineCodeDeployment',
    code: refused ?? 'RunCutShort',
    message: 'the run ended before the answer was known',
    requestId: '',
    advice: 'Read what is live with `dry-run: true`.',
    transient: true,
    throttled: false,
    mayHaveActed: refused === undefined,
    retryAfter: undefined,
  };
}

function liveAs(deploymentId: string, text: string): Live | undefined {
  const read = toSplit(readEntries(text));
  if (!read.ok) return undefined;
  return { kind: 'serving', deploymentId, deployedAt: undefined, split: read.value, details: [] };
}
