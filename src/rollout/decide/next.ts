import { durationText } from '../duration.js';
import { isDoubtful } from '../judge/verdict.js';
import type { Command, Timeline, TrafficSplit } from '../model.js';
import { idOf, serves } from '../split.js';
import * as aborts from './abort-conclusions.js';
import { baselineDue } from './baseline.js';
import { isStale } from './check-age.js';
import * as conclude from './conclusions.js';
import { adoptedTarget, isBack, type Target, type WritingPlan } from './course.js';
import { attemptOf, pendingIn, type Unreadable } from './ledger.js';
import { promotedByOthers, rolledBackByOthers } from './move-conclusions.js';
import type { Move } from './moves.js';
import { observationText } from './observation.js';
import { awaitedWrites } from './open-writes.js';
import {
  HURRIED_READ_LIMIT,
  HURRIED_VERIFY_LIMIT,
  lookPause,
  READ_ROUNDS,
  ROLLBACK_ATTEMPTS,
  ROLLBACK_VERIFY_LIMIT,
  retryPause,
  VERIFY_LIMIT,
} from './retry.js';
import { type Abort, findingIn, leadsBack, pauseBefore, phaseOf, type State, stateOf } from './state.js';
import { mayBeLive, prospectOf, type Write } from './write.js';

/** How long a bake goes on without a look at what is live, in ms. */
export const LOOK_INTERVAL = 60_000;

/** The one next command of a plan that writes. What a gate only observes is written down before all else, and told last. */
export function next(plan: WritingPlan, timeline: Timeline): Command {
  const state = stateOf(plan, timeline);
  const finding = findingIn(state);
  if (finding !== undefined) return { kind: 'observe', finding };
  const command = onwards(state);
  if (command.kind !== 'finish' || state.observed === undefined) return command;
  const { warning: first } = command.conclusion;
  const warning = [...(first === undefined ? [] : [first]), observationText(state.observed)].join(' ');
  return { ...command, conclusion: { ...command.conclusion, warning } };
}

function onwards(state: State): Command {
  const phase = phaseOf(state);
  switch (phase.kind) {
    case 'unreadable':
      return readAgain(state, phase.unreadable);
    case 'contested':
      return look(state);
    case 'drifted':
      return whenSettled(state, conclude.drifted);
    case 'moved':
      return whenSettled(state, (settled) => follow(settled, phase.move));
    case 'aborting':
      return abandon(state, phase.abort);
    case 'in-flight':
      return awaitWrite(state, phase.write);
    case 'baking':
      return bake(state, phase.target, phase.end);
    case 'due':
      return due(state, phase.target);
    case 'arrived':
      return whenSettled(state, conclude.arrived);
  }
}

/** Somebody else took a step, the last one, or the way back. */
function follow(state: State, move: Move): Command {
  const { plan, ledger } = state;
  if (move === 'promoted') return promotedByOthers(state);
  const target = adoptedTarget(plan, ledger.live);
  if (move === 'rolled-back' || target === undefined) return rolledBackByOthers(state);
  return { kind: 'adopt', adoption: { ...target, deploymentId: idOf(ledger.live) } };
}

/** Up to the next target: by a check that is fresh, and after a look that is; before the first by one of the stable. */
function due(state: State, target: Target): Command {
  const baseline = baselineDue(state);
  if (baseline !== undefined) return baseline;
  if (state.current !== undefined && isStale(state)) return measure(state, state.current);
  return state.ledger.fresh ? write(state, target.split) : read(state);
}

function read(state: State): Command {
  return { kind: 'read', rollback: leadsBack(state) };
}

function write(state: State, split: TrafficSplit): Command {
  return { kind: 'write', split, attempt: attemptOf(state.ledger, split), rollback: leadsBack(state) };
}

/** Reads, with a pause between two reads. */
function look(state: State): Command {
  const { ledger } = state;
  if (!ledger.fresh) return read(state);
  return lookPause(Math.max(0, (ledger.writes.at(-1)?.looks ?? 1) - 1));
}

/** Nothing is concluded from an old read, nor while a write of ours may still change what is live. */
function whenSettled(state: State, conclusion: (state: State) => Command): Command {
  if (!state.ledger.fresh || awaitedWrites(state.ledger).length > 0) return look(state);
  return conclusion(state);
}

function readAgain(state: State, { fault, times, since, lagging }: Unreadable): Command {
  const { now, justWaited, lastPause, cancelled } = state.ledger;
  if (lagging) {
    const limit = cancelled === undefined ? VERIFY_LIMIT : HURRIED_VERIFY_LIMIT;
    if (justWaited) return read(state);
    return now - since >= limit ? aborts.unreadable(state, fault) : lookPause(times - 1);
  }
  // What is throttled was tried for as long as it may be where it was read, unless a cancellation left no time.
  if (fault.throttled && cancelled === undefined) return aborts.unreadable(state, fault);
  const rollback = leadsBack(state);
  const pause = retryPause(fault, { count: times, since, now, pause: times > 1 ? lastPause : 0, rollback });
  const isEnough = cancelled === undefined ? times >= READ_ROUNDS : now - since >= HURRIED_READ_LIMIT;
  if (pause === undefined || isEnough) return aborts.unreadable(state, fault);
  return justWaited ? read(state) : pause;
}

/** A write that was sent: look until it shows, or send it again when it is known not to have landed. */
function awaitWrite(state: State, pending: Write): Command {
  const { ledger, current } = state;
  const pause = pauseBefore(pending, ledger, false);
  // The pause is over once its time is, also where a check was taken after it.
  const isOver = pause === undefined || ledger.justWaited || ledger.now - pending.at >= pause.atLeast;
  if (!ledger.fresh) return isOver ? read(state) : pause;
  if (pause === undefined) return lookPause(pending.looks - 1);
  return current !== undefined && isStale(state) ? measure(state, current) : write(state, pending.split);
}

/** While a step bakes: a look or a check when it is due, otherwise the time until then. */
function bake(state: State, target: Target, end: number): Command {
  const { course, ledger } = state;
  const { gate } = course;
  const check = checkDue(state, end);
  const nextLook = course.wait ? ledger.lookedAt + LOOK_INTERVAL : Number.POSITIVE_INFINITY;
  if (ledger.now >= nextLook) return { kind: 'read', rollback: false, baking: true };
  if (gate !== undefined && (ledger.now >= check || needsAnother(state, end))) return measure(state, target);
  if (!course.wait) {
    return awaitedWrites(ledger).length > 0 ? look(state) : conclude.stillBaking(state, target, Math.max(end, check));
  }
  const pause = Math.max(1, Math.min(check - ledger.now, nextLook - ledger.now));
  return { kind: 'wait', atLeast: pause, atMost: pause, purpose: 'bake', why: whyBaking(state, target, end) };
}

function measure({ since }: State, { weight }: Target): Command {
  return { kind: 'measure', weight, since };
}

/** When the next check is due, in ms since the epoch: the last one at the end of the bake, and on where it cannot end. */
function checkDue({ course: { gate }, since, checkedAt }: State, end: number): number {
  if (gate === undefined) return end;
  const after = (checkedAt ?? since) + gate.interval;
  return checkedAt !== undefined && checkedAt >= end ? after : Math.min(end, after);
}

/**
 * A run that does not wait looks at the canary at least once, also the one that has just deployed it. Nor is one that
 * waits ended for lack of a check that could be taken.
 */
function needsAnother({ course, checks, checkedAt, verdict }: State, end: number): boolean {
  if (!course.wait) return checks.length === 0 || isDoubtful(checks);
  return verdict.kind === 'pending' && checkedAt !== undefined && checkedAt >= end;
}

function whyBaking({ ledger, verdict }: State, { weight }: Target, end: number): string {
  if (verdict.kind === 'site-fails') return `${weight} % bakes on: ${verdict.why}`;
  return `${weight} % bakes for ${durationText(1000 * Math.ceil((end - ledger.now) / 1000))} more`;
}

/** Off the path: hold, or restore the stable. */
function abandon(state: State, abort: Abort): Command {
  const { course, ledger } = state;
  const { back } = course;
  if (back === undefined || abort.how === 'hold') return whenSettled(state, (rested) => aborts.stopped(rested, abort));
  const pending = pendingIn(ledger);
  if (pending !== undefined && isBack(course, pending.split)) return rollBack(state, pending, abort);
  if (!ledger.fresh) return read(state);
  if (!serves(ledger.live, back)) return write(state, back);
  // The stable is shown while a step of ours is on its way: what undoes it is sent now, for time may be short. Where a
  // rollback has shown already, it is waited for whether the step comes after it.
  const sinceBack = ledger.writes.slice(ledger.writes.findLastIndex((one) => isBack(course, one.split)) + 1);
  if (sinceBack.some((one) => mayBeLive(one, ledger))) return write(state, back);
  return whenSettled(state, (rested) => aborts.stopped(rested, abort));
}

/** The rollback has been sent. It is sent again when it failed, and when a step of ours landed over it. */
function rollBack(state: State, pending: Write, abort: Abort): Command {
  const { ledger } = state;
  const { answer, count, at, split, looks } = pending;
  const pause = pauseBefore(pending, ledger, true);
  if (!ledger.fresh) return pause === undefined || ledger.justWaited ? read(state) : pause;
  if (answer.kind === 'write-failed') {
    if (pause !== undefined) return write(state, split);
    if (awaitedWrites(ledger).length > 0 || prospectOf(pending, ledger) === 'awaited') return lookPause(looks - 1);
    return serves(ledger.live, split)
      ? aborts.stopped(state, abort)
      : aborts.rollbackFailed(state, abort, answer.fault);
  }
  if (ledger.now - at < ROLLBACK_VERIFY_LIMIT * count) return lookPause(looks - 1);
  if (count < ROLLBACK_ATTEMPTS) return write(state, split);
  return serves(ledger.live, split) ? aborts.stopped(state, abort) : aborts.rollbackFailed(state, abort, undefined);
}
