import { verdict } from './gate.js';
import type { Event, Fault, Live, Measurement, OnTrouble, Plan, Share, Step, Timeline, TrafficSplit } from './model.js';
import { isWorthAnother, VERIFY_LIMIT } from './retry.js';
import { sameSplit } from './split.js';

export type RolloutPlan = Extract<Plan, { kind: 'rollout' }>;

/** A write of which it is not known yet whether it took effect. */
export interface Pending {
  readonly split: TrafficSplit;
  readonly attempts: number;
  readonly at: number;
  readonly answer: Extract<Event, { kind: 'accepted' | 'write-failed' }>;
  /** Reads since it was sent, none of which showed it. */
  readonly looks: number;
}

/** Why the rollout leaves its path, and where it goes. */
export interface Leaving {
  readonly why: 'unhealthy' | 'inconclusive' | 'undeployable' | 'cancelled';
  readonly how: OnTrouble;
  readonly sentence: string;
  readonly fault?: Fault;
}

/** Where a rollout stands: nothing but what follows from the plan and the timeline. */
export interface Progress {
  readonly now: number;
  /** What is live, as last read and known to be ours. */
  readonly live: Live;
  /** Nothing that takes time has happened since that was read. */
  readonly fresh: boolean;
  readonly justWaited: boolean;
  /** How many steps of the plan have been live; the last of them is, since `since`. */
  readonly done: number;
  readonly since: number;
  readonly measurements: Measurement[];
  readonly checkedAt: number | undefined;
  readonly pending: Pending | undefined;
  /** Every split that this run has sent: any of them may turn up late. */
  readonly sent: readonly TrafficSplit[];
  /** When the latest of them was sent that has not shown and was followed by another. */
  readonly overtaken: number | undefined;
  readonly unreadable: { readonly fault: Fault; readonly times: number } | undefined;
  readonly leaving: Leaving | undefined;
  readonly foreign: Live | undefined;
}

export function progressOf(plan: RolloutPlan, timeline: Timeline): Progress {
  let progress: Progress = {
    now: plan.liveSince ?? 0,
    live: plan.before,
    fresh: false,
    justWaited: false,
    done: plan.liveSince === undefined ? 0 : 1,
    since: plan.liveSince ?? 0,
    measurements: [],
    checkedAt: undefined,
    pending: undefined,
    sent: [],
    overtaken: undefined,
    unreadable: undefined,
    leaving: undefined,
    foreign: undefined,
  };
  for (const event of timeline) progress = step(plan, { ...progress, now: endOf(event) ?? progress.now }, event);
  return progress;
}

/** Undefined for a call: a session may be renewed in the middle of a wait, which is noted when it begins. */
function endOf(event: Event): number | undefined {
  if (event.kind === 'called') return undefined;
  return event.kind === 'wait' ? event.at + event.for : event.at;
}

function step(plan: RolloutPlan, before: Progress, event: Event): Progress {
  switch (event.kind) {
    case 'called':
      return before;
    case 'read':
      return looked(plan, { ...before, justWaited: false, unreadable: undefined }, event.live);
    case 'read-failed':
      return {
        ...before,
        justWaited: false,
        fresh: false,
        unreadable: { fault: event.fault, times: (before.unreadable?.times ?? 0) + 1 },
      };
    case 'accepted':
    case 'write-failed':
      return wrote(plan, before, event);
    case 'wait':
      return { ...before, fresh: false, justWaited: true };
    case 'measured':
      // The one place that mutates: this fold made the array, and a copy for each check of a long bake adds up.
      before.measurements.push(event.measurement);
      return { ...before, fresh: false, justWaited: false, checkedAt: event.at };
    case 'cancelled':
      return { ...before, leaving: before.leaving ?? troubleIn(plan, before) ?? cancelledBy(plan, event.by) };
  }
}

/** A read shows the pending write, or what was live before it, or a write of ours that came late, or somebody else. */
function looked(plan: RolloutPlan, before: Progress, live: Live): Progress {
  const { pending } = before;
  // The same split under the same DeployId is what was live before: a rollback may ask for just that, while a step lags.
  const isNew = !isSame(live, before.live);
  if (pending !== undefined && isNew && serves(live, pending.split)) return landed(plan, before, pending, live);
  if (!isNew) return { ...before, fresh: true, pending: seenOnce(pending) };
  if (before.sent.some((split) => serves(live, split)))
    return { ...before, live, fresh: true, overtaken: undefined, pending: seenOnce(pending) };
  return { ...before, foreign: live };
}

function landed(plan: RolloutPlan, before: Progress, pending: Pending, live: Live): Progress {
  const settled = { ...before, live, fresh: true, pending: undefined };
  const next = plan.todo[before.done];
  if (next === undefined || !sameSplit(splitAt(plan, next), pending.split)) return settled;
  return { ...settled, done: before.done + 1, since: pending.at, measurements: [], checkedAt: undefined };
}

function wrote(plan: RolloutPlan, before: Progress, event: Pending['answer']): Progress {
  const again = before.pending !== undefined && sameSplit(before.pending.split, event.split);
  const attempts = again ? (before.pending?.attempts ?? 0) + 1 : 1;
  const back = isRollback(plan, event.split);
  return {
    ...before,
    fresh: false,
    justWaited: false,
    pending: { split: event.split, attempts, at: event.at, answer: event, looks: 0 },
    sent: again ? before.sent : [...before.sent, event.split],
    overtaken: overtakenBy(before, again),
    leaving: before.leaving ?? (back ? troubleIn(plan, before) : undefined),
  };
}

/** Sent, not seen, and not surely refused: it may show at any moment. */
export function mayStillLand({ answer }: Pending): boolean {
  return answer.kind === 'accepted' || answer.fault.repeatable;
}

function seenOnce(pending: Pending | undefined): Pending | undefined {
  return pending === undefined ? undefined : { ...pending, looks: pending.looks + 1 };
}

/** When the write was sent that another was sent after, though it has not shown and may do so yet. */
function overtakenBy({ pending, overtaken }: Progress, again: boolean): number | undefined {
  return pending !== undefined && !again && mayStillLand(pending) ? pending.at : overtaken;
}

/** What makes the rollout leave its path by itself, judged by what is known now. */
export function troubleIn(plan: RolloutPlan, progress: Progress): Leaving | undefined {
  const { rollout } = plan;
  const current = plan.todo[progress.done - 1];
  if (current !== undefined) {
    // A step that is not held is not watched either.
    const gate = current.bake === 0 ? undefined : rollout.gate;
    const judged = verdict(gate, progress.measurements, isBaked(plan, progress, current));
    if (judged.kind === 'unhealthy') return { why: 'unhealthy', how: rollout.onFailure, sentence: judged.why };
    if (judged.kind === 'inconclusive')
      return { why: 'inconclusive', how: rollout.onInconclusive, sentence: judged.why };
  }
  return undeployable(plan, progress);
}

function undeployable({ rollout }: RolloutPlan, { pending, fresh, now }: Progress): Leaving | undefined {
  if (pending === undefined || pending.looks === 0 || !fresh) return undefined;
  const { answer, attempts, at } = pending;
  if (answer.kind === 'accepted') {
    if (now - at < VERIFY_LIMIT) return undefined;
    const sentence = `the service accepted a step and does not show it after ${VERIFY_LIMIT / 1000} s`;
    return { why: 'undeployable', how: rollout.onFailure, sentence };
  }
  if (isWorthAnother(answer.fault, attempts)) return undefined;
  const { code, requestId, message } = answer.fault;
  const sentence = `${answer.fault.operation} failed: ${code}${requestId === '' ? '' : ` (RequestId ${requestId})`}: ${message}`;
  return { why: 'undeployable', how: rollout.onFailure, sentence, fault: answer.fault };
}

function cancelledBy({ rollout }: RolloutPlan, by: string): Leaving {
  return { why: 'cancelled', how: rollout.onCancel, sentence: by };
}

/** The bake is over, and its last check, if there is a gate, was made at its end or later. */
export function isBaked({ rollout }: RolloutPlan, { now, since, checkedAt }: Progress, { bake }: Step): boolean {
  const end = since + bake;
  if (now < end) return false;
  return bake === 0 || rollout.gate === undefined || (checkedAt !== undefined && checkedAt >= end);
}

/** The split that gives the canary this weight. */
export function splitAt({ rollout, stable }: RolloutPlan, { weight }: Step): TrafficSplit {
  const canary: Share = { version: rollout.canary, weight };
  return weight === 100 || stable === undefined
    ? [{ ...canary, weight: 100 }]
    : [canary, { version: stable, weight: 100 - weight }];
}

/** The split that a rollback restores; undefined where there is nothing to go back to. */
export function stableAlone({ stable }: RolloutPlan): TrafficSplit | undefined {
  return stable === undefined ? undefined : [{ version: stable, weight: 100 }];
}

function isRollback(plan: RolloutPlan, split: TrafficSplit): boolean {
  const back = stableAlone(plan);
  return back !== undefined && sameSplit(back, split);
}

export function serves(live: Live, split: TrafficSplit): boolean {
  return live.kind === 'serving' && sameSplit(live.split, split);
}

/** The very same deployment, not merely the same split. */
function isSame(one: Live, other: Live): boolean {
  if (one.kind === 'nothing' || other.kind === 'nothing') return one.kind === other.kind;
  return one.deploymentId === other.deploymentId && sameSplit(one.split, other.split);
}
