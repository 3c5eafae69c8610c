import { withoutStop } from '../escape.js';
import type { AbortReason, Event, Fault, Measurement, OnTrouble, Timeline } from '../model.js';
import { sameSplit, splitText } from '../split.js';
import {
  type Course,
  canaryWeight,
  courseOf,
  isBack,
  liveCanaryWeight,
  type Target,
  type WritingPlan,
} from './course.js';
import { verdict } from './judge.js';
import { awaitedWrites, type Ledger, ledgerOf, type Unreadable, writeThatIsLive } from './ledger.js';
import { retryPause, VERIFY_LIMIT, type Wait } from './retry.js';
import { isWriteEvent, tookEffect, type Write } from './write.js';

/** Why a run leaves its path, and where it goes. */
export interface Abort {
  readonly why: AbortReason;
  readonly how: OnTrouble;
  readonly sentence: string;
  readonly fault?: Fault;
}

/** Where a run stands: nothing but what follows from the plan and the timeline. */
export interface State {
  readonly plan: WritingPlan;
  readonly course: Course;
  readonly ledger: Ledger;
  /** The target that is live, and since when, where one is. */
  readonly current: Target | undefined;
  readonly since: number;
  /** The target after it. */
  readonly next: Target | undefined;
  /** Of the deployment that is live. */
  readonly measurements: readonly Measurement[];
  readonly checkedAt: number | undefined;
  readonly abort: Abort | undefined;
}

export type Phase =
  | { readonly kind: 'unreadable'; readonly unreadable: Unreadable }
  /** Somebody else's deployment shows, and a write of ours may yet take its place. */
  | { readonly kind: 'contested' }
  | { readonly kind: 'drifted' }
  | { readonly kind: 'aborting'; readonly abort: Abort }
  /** A write was sent and has not shown. */
  | { readonly kind: 'in-flight'; readonly write: Write }
  | { readonly kind: 'baking'; readonly target: Target; readonly end: number }
  | { readonly kind: 'due'; readonly target: Target }
  | { readonly kind: 'arrived' };

export function stateOf(plan: WritingPlan, timeline: Timeline): State {
  const course = courseOf(plan);
  const state = unaborted(plan, course, timeline);
  return { ...state, abort: abortOf(state, timeline) };
}

export function phaseOf(state: State): Phase {
  const { plan, ledger, abort, current, next } = state;
  if (ledger.unreadable !== undefined) return { kind: 'unreadable', unreadable: ledger.unreadable };
  if (ledger.owner === 'somebody else') return { kind: awaitedWrites(ledger).length > 0 ? 'contested' : 'drifted' };
  if (abort !== undefined) return { kind: 'aborting', abort };
  // Two who write are one too many: a rollout does not go on over what somebody else has just meant.
  if (ledger.overwritten !== undefined && plan.kind === 'rollout') return { kind: 'drifted' };
  const write = pendingIn(ledger);
  if (write !== undefined) return { kind: 'in-flight', write };
  if (current !== undefined && !isBaked(state, current))
    return { kind: 'baking', target: current, end: state.since + current.bake };
  return next === undefined ? { kind: 'arrived' } : { kind: 'due', target: next };
}

/** The last write, while it has not shown. */
export function pendingIn({ writes }: Ledger): Write | undefined {
  const last = writes.at(-1);
  return last?.fate.kind === 'shown' ? undefined : last;
}

/** The pause before a write that failed is sent again; undefined when it is not to be. */
export function pauseBefore(write: Write, { now }: Ledger, rollback: boolean): Wait | undefined {
  if (write.answer.kind === 'accepted') return undefined;
  const { count, throttled, first, pause } = write;
  return retryPause(write.answer.fault, { count, throttled, since: first, now, pause, rollback });
}

/** The bake is over, and its last check, if there is a gate, was made at its end or later. */
function isBaked({ course, ledger, since, checkedAt }: State, { bake }: Target): boolean {
  const end = since + bake;
  if (ledger.now < end) return false;
  return bake === 0 || course.gate === undefined || (checkedAt !== undefined && checkedAt >= end);
}

function unaborted(plan: WritingPlan, course: Course, timeline: Timeline): State {
  const ledger = ledgerOf(plan.before, timeline);
  const live = writeThatIsLive(ledger);
  const atStart = ledger.owner === 'before' && course.liveSince !== undefined ? 0 : -1;
  const index =
    live === undefined ? atStart : course.targets.findIndex((target) => sameSplit(target.split, live.split));
  const checks = timeline
    .slice(ledger.from)
    .filter((event): event is Extract<Event, { kind: 'measured' }> => event.kind === 'measured');
  return {
    plan,
    course,
    ledger,
    current: course.targets[index],
    since: live === undefined ? (course.liveSince ?? 0) : Math.max(live.at, live.unseenAt),
    next: course.targets[index + 1],
    measurements: checks.map((event) => event.measurement),
    checkedAt: checks.at(-1)?.at,
    abort: undefined,
  };
}

/** What came first decides, and stays decided: the cancellation, the rollback that was sent, or what is known now. */
function abortOf(state: State, timeline: Timeline): Abort | undefined {
  const { plan, course } = state;
  const given = timeline.find((event) => event.kind === 'aborted');
  if (given !== undefined) return { why: given.why, how: given.how, sentence: given.sentence };
  const at = timeline.findIndex(
    (event) => event.kind === 'cancelled' || (isWriteEvent(event) && isBack(course, event.split)),
  );
  const event = timeline[at];
  if (event === undefined) return troubleIn(state);
  const earlier = troubleIn(unaborted(plan, course, timeline.slice(0, at)));
  if (earlier !== undefined || event.kind !== 'cancelled') return earlier;
  return { why: 'cancelled', how: course.on.cancelled, sentence: event.by };
}

/** What makes a run leave its path by itself, judged by what is known now. */
function troubleIn(state: State): Abort | undefined {
  const { course, current, measurements } = state;
  // A step that is not held is not watched either.
  if (current !== undefined && current.bake > 0) {
    const judged = verdict(course.gate, measurements, isBaked(state, current));
    if (judged.kind === 'unhealthy' || judged.kind === 'inconclusive')
      return { why: judged.kind, how: course.on[judged.kind], sentence: judged.why };
  }
  return undeployable(state);
}

/** The last write failed permanently, or was looked for long enough. */
function undeployable({ course, ledger }: State): Abort | undefined {
  const write = pendingIn(ledger);
  if (write === undefined || !ledger.fresh) return undefined;
  const { answer, at, split } = write;
  const mayShow = ledger.now - at < VERIFY_LIMIT;
  const how = course.on.undeployable;
  if (answer.kind === 'accepted') {
    if (mayShow) return undefined;
    const sentence = `the service accepted ${splitText(split)} and does not show it after ${VERIFY_LIMIT / 1000} s`;
    return { why: 'undeployable', how, sentence };
  }
  const { fault } = answer;
  if (pauseBefore(write, ledger, false) !== undefined || (fault.mayHaveActed && mayShow)) return undefined;
  const effort = write.count > 1 ? ` after ${write.count} attempts` : '';
  return { why: 'undeployable', how, sentence: `${fault.operation} failed${effort}: ${faultText(fault)}`, fault };
}

/** What a fault was, with what a support ticket needs; without a full stop. */
export function faultText({ code, requestId, message }: Fault): string {
  const id = requestId === '' ? '' : ` (RequestId ${requestId})`;
  return `${code}${id}${message === '' ? '' : `: ${withoutStop(message)}`}`;
}

/** Whether all that is called from here on leads back to the stable. */
export function leadsBack({ abort, course }: State): boolean {
  return abort?.how === 'rollback' && course.back !== undefined;
}

/** Whether the canary has been live, before this run or by it, as far as anybody can know. */
export function hasServed({ plan, ledger }: State): boolean {
  return (
    liveCanaryWeight(plan, plan.before) > 0 ||
    ledger.writes.some((write) => tookEffect(write) && canaryWeight(plan, write.split) > 0)
  );
}
