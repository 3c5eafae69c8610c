import { faultText } from '../fault-text.js';
import { type Check, type Checks, judge, type Verdict } from '../judge/verdict.js';
import type { AbortAction, AbortReason, Counts, Fault, Finding, Timeline } from '../model.js';
import { sameSplit, splitText } from '../split.js';
import { baselineIn } from './baseline.js';
import { looksAfterChecks } from './check-age.js';
import {
  adoptedTarget,
  type Course,
  canaryWeight,
  courseOf,
  isBack,
  liveCanaryWeight,
  type Target,
  type WritingPlan,
} from './course.js';
import { type Ledger, ledgerOf, pendingIn, type Unreadable, writeThatIsLive } from './ledger.js';
import { type Move, moveIn } from './moves.js';
import { observedIn, wouldEnd } from './observation.js';
import { awaitedWrites } from './open-writes.js';
import { retryPause, VERIFY_LIMIT, type Wait } from './retry.js';
import { isWriteEvent, tookEffect, type Write } from './write.js';

/** Why a run leaves its path, and where it goes. */
export interface Abort {
  readonly why: AbortReason;
  readonly how: AbortAction;
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
  readonly checks: readonly Check[];
  readonly checkedAt: number | undefined;
  /** How many were made in all. */
  readonly checksInAll: number;
  /** How many checks since the step went live were followed by a look that a write may follow. */
  readonly looksAfterChecks: number;
  /** On what is live. */
  readonly verdict: Verdict;
  /** What the stable answered before the first step, where that was asked. */
  readonly baseline: Counts | undefined;
  /** What a gate that only observes has found so far. */
  readonly observed: Finding | undefined;
  readonly abort: Abort | undefined;
}

export type Phase =
  | { readonly kind: 'unreadable'; readonly unreadable: Unreadable }
  /** Somebody else's deployment shows, and a write of ours may yet take its place. */
  | { readonly kind: 'contested' }
  | { readonly kind: 'drifted' }
  /** Somebody else went on with the rollout, or ended it. */
  | { readonly kind: 'moved'; readonly move: Move }
  | { readonly kind: 'aborting'; readonly abort: Abort }
  /** A write was sent and has not shown. */
  | { readonly kind: 'in-flight'; readonly write: Write }
  | { readonly kind: 'baking'; readonly target: Target; readonly end: number }
  | { readonly kind: 'due'; readonly target: Target }
  | { readonly kind: 'arrived' };

export function stateOf(plan: WritingPlan, timeline: Timeline): State {
  const course = courseOf(plan);
  const state = stateWithoutAbort(plan, course, timeline);
  return { ...state, abort: abortOf(state, timeline) };
}

export function phaseOf(state: State): Phase {
  const { plan, ledger, abort, current, next } = state;
  // A bake goes on without a look; what comes after it does not.
  if (ledger.unreadable?.baking === false) return { kind: 'unreadable', unreadable: ledger.unreadable };
  if (ledger.owner === 'somebody else') {
    if (awaitedWrites(ledger).length > 0) return { kind: 'contested' };
    const move = moveIn(state);
    return move === undefined ? { kind: 'drifted' } : { kind: 'moved', move };
  }
  if (abort !== undefined) return { kind: 'aborting', abort };
  // Two who write are one too many: a rollout does not go on over what somebody else has just meant.
  if (ledger.overwritten !== undefined && plan.kind === 'rollout') return { kind: 'drifted' };
  const write = pendingIn(ledger);
  if (write !== undefined) return { kind: 'in-flight', write };
  if (current !== undefined && !isBaked(state))
    return { kind: 'baking', target: current, end: state.since + current.bake };
  return next === undefined ? { kind: 'arrived' } : { kind: 'due', target: next };
}

/** The pause before a write that failed is sent again; undefined when it is not to be. */
export function pauseBefore(write: Write, { now }: Ledger, rollback: boolean): Wait | undefined {
  if (write.answer.kind === 'accepted') return undefined;
  const { count, throttled, first, pause } = write;
  return retryPause(write.answer.fault, { count, throttled, since: first, now, pause, rollback });
}

/**
 * The bake is over, and so is whatever kept its end from being judged. A gate that only observes keeps nothing, but takes the
 * checks that the end needs.
 */
function isBaked({ verdict, course: { gate }, current, since, ledger, checkedAt }: State): boolean {
  if (gate?.mode === 'observe' && current !== undefined && current.bake > 0)
    return isChecked(since + current.bake, ledger.now, checkedAt) && verdict.kind !== 'pending';
  return verdict.kind !== 'pending' && verdict.kind !== 'site-fails';
}

/** The end of the bake has come, and was checked. */
function isChecked(end: number, now: number, checkedAt: number | undefined): boolean {
  return now >= end && checkedAt !== undefined && checkedAt >= end;
}

/** What a gate that only observes has found, where it is to be written down. */
export function findingIn({
  course,
  current,
  since,
  ledger,
  checkedAt,
  verdict,
  observed,
}: State): Finding | undefined {
  if (course.gate?.mode !== 'observe' || current === undefined) return undefined;
  if (verdict.kind === 'pending' || verdict.kind === 'healthy') return undefined;
  const { kind: why, why: sentence } = verdict;
  if (observed !== undefined && (why === 'site-fails' || wouldEnd(observed))) return undefined;
  const how = why === 'site-fails' ? 'bake-on' : course.on[why];
  return { why, how, weight: current.weight, after: (checkedAt ?? ledger.now) - since, sentence };
}

function stateWithoutAbort(plan: WritingPlan, course: Course, timeline: Timeline): State {
  const ledger = ledgerOf(plan.before, timeline);
  const live = writeThatIsLive(ledger);
  const atStart = ledger.owner === 'before' && course.liveSince !== undefined ? 0 : -1;
  const index =
    live === undefined ? atStart : course.targets.findIndex((target) => sameSplit(target.split, live.split));
  const measured = timeline.flatMap((event, position) => (event.kind === 'measured' ? [{ ...event, position }] : []));
  const checks = measured.map(({ weight, measurement }): Check => ({ ...measurement, weight }));
  const here = checks.filter((_, position) => (measured[position]?.position ?? 0) > ledger.from);
  const adopted = ledger.owner === 'adopted' ? adoptedTarget(plan, ledger.live) : undefined;
  const current = adopted ?? course.targets[index];
  const checkedAt = here.length === 0 ? undefined : measured.at(-1)?.at;
  const baseline = baselineIn(timeline)?.stable;
  return {
    plan,
    course,
    ledger,
    current,
    since: sinceWhen(course, ledger),
    next: adopted ? course.targets.find(({ weight }) => weight > adopted.weight) : course.targets[index + 1],
    checks: here,
    checkedAt,
    checksInAll: checks.length,
    looksAfterChecks: looksAfterChecks(timeline),
    verdict: verdictOn(course, ledger, current, { all: checks, here, baseline }, checkedAt),
    baseline,
    observed: observedIn(timeline),
    abort: undefined,
  };
}

/** Since when the target is live. When somebody took an adopted step is not known, so it counts from when it was seen. */
function sinceWhen({ liveSince = 0 }: Course, ledger: Ledger): number {
  if (ledger.owner === 'adopted') return ledger.adopted?.at ?? 0;
  const live = writeThatIsLive(ledger);
  return live === undefined ? liveSince : Math.max(live.at, live.unseenAt);
}

/**
 * A step that is not held is not watched either. What was found of the canary stays found when somebody moves it, also to
 * a step that is not held.
 */
function verdictOn(
  course: Course,
  ledger: Ledger,
  current: Target | undefined,
  checks: Checks,
  checkedAt: number | undefined,
): Verdict {
  const { gate } = course;
  const { now, owner } = ledger;
  const { weight, bake } = current ?? { weight: 0, bake: 0 };
  const end = sinceWhen(course, ledger) + bake;
  const unwatched: Verdict = { kind: current === undefined ? 'pending' : 'healthy' };
  if (gate === undefined) return bake === 0 ? unwatched : { kind: now >= end ? 'healthy' : 'pending' };
  if (bake === 0 && owner !== 'adopted' && owner !== 'somebody else') return unwatched;
  const isAlone = (check: Check) => check.weight === 100;
  const all = checks.all.filter((check) => isAlone(check) === (weight === 100));
  const found = judge(gate, { ...checks, all }, bake > 0 && isChecked(end, now, checkedAt));
  return bake > 0 || found.kind === 'unhealthy' ? found : unwatched;
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
  if (event === undefined) return abortCause(state);
  const earlier = abortCause(stateWithoutAbort(plan, course, timeline.slice(0, at)));
  if (earlier !== undefined || event.kind !== 'cancelled') return earlier;
  return { why: 'cancelled', how: course.on.cancelled, sentence: event.by };
}

/** What makes a run leave its path by itself, judged by what is known now. */
function abortCause(state: State): Abort | undefined {
  const { course, current, since, ledger, verdict: judged } = state;
  if (course.gate?.mode === 'observe') return undeployable(state);
  if (judged.kind === 'unhealthy' || judged.kind === 'inconclusive')
    return { why: judged.kind, how: course.on[judged.kind], sentence: judged.why };
  // As long again as the bake was is waited for the site, and no longer.
  if (judged.kind === 'site-fails' && current !== undefined && ledger.now >= since + 2 * current.bake)
    return { why: 'inconclusive', how: course.on.inconclusive, sentence: judged.why };
  return undeployable(state);
}

/** The last write failed permanently, or was looked for long enough. */
function undeployable({ course, ledger }: State): Abort | undefined {
  const write = pendingIn(ledger);
  if (write === undefined || !ledger.fresh) return undefined;
  const { answer, at, split, fate } = write;
  const mayShow = ledger.now - at < VERIFY_LIMIT;
  const how = course.on.undeployable;
  if (answer.kind === 'accepted') {
    // One that was replaced before anybody looked was deployed.
    if (mayShow || fate.kind === 'overtaken') return undefined;
    const sentence = `the service accepted ${splitText(split)} and does not show it after ${VERIFY_LIMIT / 1000} s`;
    return { why: 'undeployable', how, sentence };
  }
  const { fault } = answer;
  if (pauseBefore(write, ledger, false) !== undefined || (fault.mayHaveActed && mayShow)) return undefined;
  const effort = write.count > 1 ? ` after ${write.count} attempts` : '';
  return { why: 'undeployable', how, sentence: `${fault.operation} failed${effort}: ${faultText(fault)}`, fault };
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
