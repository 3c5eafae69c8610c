import { durationText } from '../duration.js';
import type { Command, Timeline } from '../model.js';
import * as conclude from './conclusions.js';
import { isBack, type Target, type WritingPlan } from './course.js';
import { openWrites, type Unreadable } from './ledger.js';
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
import { isOpen, mayBeLive, type Sent, serves } from './sent.js';
import { type Abort, leadsBack, pauseBefore, pendingIn, phaseOf, type Standing, standingOf } from './state.js';

/** Between two lines about a bake that goes on, in ms; longer where the bake is long. */
const COUNTDOWN = 30_000;
const COUNTDOWN_LINES = 20;

/** The one next command of a plan that writes. */
export function next(plan: WritingPlan, timeline: Timeline): Command {
  const standing = standingOf(plan, timeline);
  const phase = phaseOf(standing);
  switch (phase.kind) {
    case 'unreadable':
      return readAgain(standing, phase.unreadable);
    case 'contested':
      return look(standing);
    case 'drifted':
      return whenSettled(standing, conclude.drifted);
    case 'aborting':
      return leave(standing, phase.abort);
    case 'in-flight':
      return settle(standing, phase.write);
    case 'baking':
      return bake(standing, phase.target, phase.end);
    case 'due':
      return standing.ledger.fresh ? { kind: 'write', split: phase.target.split } : { kind: 'read' };
    case 'arrived':
      return whenSettled(standing, conclude.arrived);
  }
}

/** Reads, with a pause between two reads. */
function look({ ledger }: Standing): Command {
  if (!ledger.fresh) return { kind: 'read' };
  return lookPause(Math.max(0, (ledger.writes.at(-1)?.looks ?? 1) - 1));
}

/** Nothing is concluded from an old read, nor while a write of ours may still change what is live. */
function whenSettled(standing: Standing, conclusion: (standing: Standing) => Command): Command {
  if (!standing.ledger.fresh || openWrites(standing.ledger).length > 0) return look(standing);
  return conclusion(standing);
}

function readAgain(standing: Standing, { fault, times, since, lagging }: Unreadable): Command {
  const { now, justWaited, lastPause, cancelled } = standing.ledger;
  if (lagging) {
    const limit = cancelled === undefined ? VERIFY_LIMIT : HURRIED_VERIFY_LIMIT;
    if (justWaited) return { kind: 'read' };
    return now - since >= limit ? conclude.blind(standing, fault) : lookPause(times - 1);
  }
  // What is throttled was tried for as long as it may be where it was read, unless a cancellation left no time.
  if (fault.throttled && cancelled === undefined) return conclude.blind(standing, fault);
  const rollback = leadsBack(standing);
  const pause = retryPause(fault, { count: times, since, now, pause: times > 1 ? lastPause : 0, rollback });
  const isEnough = cancelled === undefined ? times >= READ_ROUNDS : now - since >= HURRIED_READ_LIMIT;
  if (pause === undefined || isEnough) return conclude.blind(standing, fault);
  return justWaited ? { kind: 'read' } : pause;
}

/** A write that was sent: look until it shows, or send it again when it is known not to have landed. */
function settle({ ledger }: Standing, write: Sent): Command {
  const pause = pauseBefore(write, ledger, false);
  if (!ledger.fresh) return pause === undefined || ledger.justWaited ? { kind: 'read' } : pause;
  return pause === undefined ? lookPause(write.looks - 1) : { kind: 'write', split: write.split };
}

/** While a step bakes: a check when it is due, otherwise the time until then in portions. */
function bake(standing: Standing, target: Target, end: number): Command {
  const { course, ledger, since, checkedAt } = standing;
  const { gate } = course;
  const check = gate === undefined ? end : Math.min(end, (checkedAt ?? since) + gate.interval);
  if (gate !== undefined && ledger.now >= check) return { kind: 'measure', weight: target.weight };
  if (!course.wait) {
    // Each run looks at the canary at least once, also the one that has just deployed it.
    if (gate !== undefined && checkedAt === undefined) return { kind: 'measure', weight: target.weight };
    return openWrites(ledger).length > 0 ? look(standing) : conclude.stillBaking(standing, target, end);
  }
  const portion = Math.max(COUNTDOWN, target.bake / COUNTDOWN_LINES);
  const pause = Math.max(1, Math.min(check - ledger.now, portion));
  const left = durationText(1000 * Math.ceil((end - ledger.now) / 1000));
  const why = `${target.weight} % bakes for ${left} more`;
  return { kind: 'wait', atLeast: pause, atMost: pause, purpose: 'bake', why };
}

function leave(standing: Standing, abort: Abort): Command {
  const { course, ledger } = standing;
  const { back } = course;
  if (back === undefined || abort.how === 'hold')
    return whenSettled(standing, (rested) => conclude.stopped(rested, abort));
  const pending = pendingIn(ledger);
  if (pending !== undefined && isBack(course, pending.split)) return rollBack(standing, pending, abort);
  if (!ledger.fresh) return { kind: 'read' };
  if (!serves(ledger.live, back)) return { kind: 'write', split: back };
  // The stable is shown while a step of ours is on its way: what undoes it is sent now, for time may be short. Where a
  // rollback has shown already, it is waited for whether the step comes after it.
  const sinceBack = ledger.writes.slice(ledger.writes.findLastIndex((write) => isBack(course, write.split)) + 1);
  if (sinceBack.some((write) => mayBeLive(write, ledger))) return { kind: 'write', split: back };
  return whenSettled(standing, (rested) => conclude.stopped(rested, abort));
}

/** The rollback has been sent. It is sent again when it failed, and when a step of ours landed over it. */
function rollBack(standing: Standing, pending: Sent, abort: Abort): Command {
  const { ledger } = standing;
  const { answer, count, at, split, looks } = pending;
  const pause = pauseBefore(pending, ledger, true);
  if (!ledger.fresh) return pause === undefined || ledger.justWaited ? { kind: 'read' } : pause;
  if (answer.kind === 'write-failed') {
    if (pause !== undefined) return { kind: 'write', split };
    if (openWrites(ledger).length > 0 || isOpen(pending, ledger)) return lookPause(looks - 1);
    return serves(ledger.live, split)
      ? conclude.stopped(standing, abort)
      : conclude.rollbackFailed(standing, abort, answer.fault);
  }
  if (ledger.now - at < ROLLBACK_VERIFY_LIMIT * count) return lookPause(looks - 1);
  if (count < ROLLBACK_ATTEMPTS) return { kind: 'write', split };
  return serves(ledger.live, split)
    ? conclude.stopped(standing, abort)
    : conclude.rollbackFailed(standing, abort, undefined);
}
