import type { Command, Conclusion, Fault, Live, Step, Timeline } from './model.js';
import {
  isBaked,
  type Leaving,
  mayStillLand,
  type Pending,
  type Progress,
  progressOf,
  type RolloutPlan,
  serves,
  splitAt,
  stableAlone,
  troubleIn,
} from './progress.js';
import {
  beforeLook,
  beforeRetry,
  HOLD_VERIFY_LIMIT,
  isWorthAnother,
  READ_ROUNDS,
  ROLLBACK_VERIFY_LIMIT,
  WRITE_ATTEMPTS,
} from './retry.js';
import { sameSplit, splitText, weightOf } from './split.js';

/** Between two lines about a bake that goes on, in ms; longer where the bake is long. */
const COUNTDOWN = 30_000;
const COUNTDOWN_LINES = 20;

/** The one next command of a rollout by steps. */
export function conduct(plan: RolloutPlan, timeline: Timeline): Command {
  const progress = progressOf(plan, timeline);
  if (progress.foreign !== undefined) return drifted(plan, progress.foreign);
  const leaving = progress.leaving ?? troubleIn(plan, progress);
  if (progress.unreadable !== undefined) {
    const { fault, times } = progress.unreadable;
    if (!fault.repeatable || times >= READ_ROUNDS) return blind(plan, progress, leaving);
    return progress.justWaited ? { kind: 'read' } : beforeRetry(fault, times);
  }
  if (leaving !== undefined) return leave(plan, progress, leaving);
  if (progress.pending !== undefined) return settle(progress, progress.pending);
  const current = plan.todo[progress.done - 1];
  if (current !== undefined && !isBaked(plan, progress, current)) return bake(plan, progress, current);
  if (!progress.fresh) return { kind: 'read' };
  const next = plan.todo[progress.done];
  return next === undefined ? arrived(plan, progress) : { kind: 'write', split: splitAt(plan, next) };
}

/** A write that was sent: look until it shows, or send it again when it is known not to have landed. */
function settle({ fresh, justWaited }: Progress, { answer, split, attempts, looks }: Pending): Command {
  if (!fresh) {
    if (answer.kind === 'accepted' || justWaited || !isWorthAnother(answer.fault, attempts)) return { kind: 'read' };
    return beforeRetry(answer.fault, attempts);
  }
  return answer.kind === 'accepted' ? beforeLook(looks - 1) : { kind: 'write', split };
}

/** While a step bakes: a check when it is due, otherwise the time until then in portions. */
function bake({ rollout, liveSince }: RolloutPlan, progress: Progress, current: Step): Command {
  const { now, since, checkedAt } = progress;
  const end = since + current.bake;
  const check = rollout.gate === undefined ? end : Math.min(end, (checkedAt ?? since) + rollout.gate.interval);
  if (rollout.gate !== undefined && now >= check) return { kind: 'measure', weight: current.weight };
  if (!rollout.wait) {
    const firstCheck =
      rollout.gate !== undefined && checkedAt === undefined && liveSince !== undefined && progress.done === 1;
    return firstCheck ? { kind: 'measure', weight: current.weight } : stillBaking(progress, current, end);
  }
  const portion = Math.max(COUNTDOWN, current.bake / COUNTDOWN_LINES);
  const pause = Math.max(1, Math.min(check - now, portion));
  return {
    kind: 'wait',
    atLeast: pause,
    atMost: pause,
    why: `${current.weight} % bakes for ${Math.ceil((end - now) / 1000)} s more`,
  };
}

function leave(plan: RolloutPlan, progress: Progress, leaving: Leaving): Command {
  const { pending, fresh, live } = progress;
  const back = stableAlone(plan);
  if (back === undefined || leaving.how === 'hold') return comeToRest(plan, progress, leaving);
  if (pending !== undefined && sameSplit(pending.split, back)) return rollBack(plan, progress, pending, leaving);
  if (!fresh) return { kind: 'read' };
  // The stable alone may be shown while a step of ours is still on its way: then it is written all the same.
  const settled = serves(live, back) && !(pending !== undefined && mayStillLand(pending));
  return settled ? stop(plan, progress, leaving) : { kind: 'write', split: back };
}

/** Nothing is written any more, but what was written is looked for, so that it can be said what is live. */
function comeToRest(plan: RolloutPlan, progress: Progress, leaving: Leaving): Command {
  const { pending, fresh, now } = progress;
  if (!fresh) return { kind: 'read' };
  if (pending === undefined) return stop(plan, progress, leaving);
  const late = now - pending.at >= HOLD_VERIFY_LIMIT || !mayStillLand(pending);
  return late ? stop(plan, progress, leaving) : beforeLook(pending.looks - 1);
}

/** The rollback has been sent. It is sent again when it failed, and when a step of ours landed over it. */
function rollBack(plan: RolloutPlan, progress: Progress, pending: Pending, leaving: Leaving): Command {
  const { answer, attempts, at, split, looks } = pending;
  const failedForGood = answer.kind === 'write-failed' && !isWorthAnother(answer.fault, attempts);
  if (!progress.fresh) {
    if (answer.kind === 'accepted' || progress.justWaited || failedForGood) return { kind: 'read' };
    return beforeRetry(answer.fault, attempts);
  }
  if (failedForGood) {
    if (!serves(progress.live, split)) return rollbackFailed(plan, progress, leaving, answer.fault);
    // The stable is shown, but a step that was sent before may show yet, and this rollback will not undo it.
    const { overtaken, now } = progress;
    if (overtaken !== undefined && now - overtaken < HOLD_VERIFY_LIMIT) return beforeLook(looks - 1);
    return stop(plan, progress, leaving);
  }
  if (answer.kind === 'write-failed') return { kind: 'write', split };
  if (progress.now - at < ROLLBACK_VERIFY_LIMIT * attempts) return beforeLook(looks - 1);
  if (attempts < WRITE_ATTEMPTS) return { kind: 'write', split };
  return serves(progress.live, split)
    ? stop(plan, progress, leaving)
    : rollbackFailed(plan, progress, leaving, undefined);
}

const REASONS: Readonly<Record<Leaving['why'], string>> = {
  unhealthy: 'The gate failed',
  inconclusive: 'The gate could not measure the canary',
  undeployable: 'A step could not be deployed',
  cancelled: 'The rollout was cancelled',
};

function because({ why, sentence }: Leaving): string {
  return `${REASONS[why]}: ${sentence.replace(/\.$/, '')}.`;
}

/** Nothing more is written: the canary is gone, or was never there, or is to stay where it is. */
function stop(plan: RolloutPlan, progress: Progress, leaving: Leaving): Command {
  const weight = canaryWeight(plan, progress.live);
  const advice = leaving.fault === undefined ? [] : [leaving.fault.advice];
  if (weight > 0) {
    const sentence = `${because(leaving)} Now ${shown(plan, progress.live)}, and stays as it is.`;
    return finish('held', sentence, [...advice, ...waysOn(plan, progress.live)]);
  }
  const wasLive = progress.done > 0 || canaryWeight(plan, plan.before) > 0;
  if (leaving.why === 'undeployable' && !wasLive) {
    return finish('failed', `${because(leaving)} Now ${shown(plan, progress.live)}.`, advice);
  }
  const restored = wasLive || progress.sent.length > 1;
  if (restored) return finish('rolled-back', `${because(leaving)} Now ${shown(plan, progress.live)} again.`, advice);
  const nothing = progress.sent.length === 0 ? ' Nothing was written.' : '';
  return finish('held', `${because(leaving)}${nothing} Now ${shown(plan, progress.live)}.`, advice);
}

function rollbackFailed(plan: RolloutPlan, progress: Progress, leaving: Leaving, fault: Fault | undefined): Command {
  const said = fault === undefined ? 'it was accepted, but does not show' : `${fault.code}: ${fault.message}`;
  return finish(
    'rollback-failed',
    `${because(leaving)} The rollback failed too: ${said}. Now ${shown(plan, progress.live)}.`,
    [...(fault === undefined ? [] : [fault.advice]), restore(plan)],
  );
}

/** What is live can no longer be read, so nothing may be written either. */
function blind(plan: RolloutPlan, progress: Progress, leaving: Leaving | undefined): Command {
  const fault = progress.unreadable?.fault;
  const said = fault === undefined ? '' : `${fault.code}: ${fault.message}`;
  const touched = progress.done > 0 || progress.sent.length > 0;
  const last = `${plan.wish.env} was last seen to serve ${liveText(progress.live)}${sentSince(progress.pending)}`;
  const reason = `${leaving === undefined ? '' : `${because(leaving)} `}What is live can no longer be read: ${said}. ${last}.`;
  const advice = [...(fault === undefined ? [] : [fault.advice]), ...(touched ? [restore(plan)] : [])];
  if (!touched) return finish('failed', reason, advice);
  return finish((leaving?.how ?? plan.rollout.onFailure) === 'hold' ? 'held' : 'rollback-failed', reason, advice);
}

/** What may be live, though nobody has seen it. */
function sentSince(pending: Pending | undefined): string {
  if (pending === undefined) return '';
  if (pending.answer.kind === 'accepted') return `; ${splitText(pending.split)} was accepted since`;
  return mayStillLand(pending) ? `; ${splitText(pending.split)} was sent since and may be live` : '';
}

function arrived(plan: RolloutPlan, progress: Progress): Command {
  const weight = canaryWeight(plan, progress.live);
  const sentence = `Now ${shown(plan, progress.live)}, as read back from the service.`;
  if (weight === 100) {
    const none = plan.stable === undefined ? ' Nothing was live before, so it went there at once.' : '';
    return finish('promoted', `${sentence}${none}`, []);
  }
  return finish('paused', `${sentence} The last step held.`, waysOn(plan, progress.live));
}

function stillBaking({ live, now }: Progress, current: Step, end: number): Command {
  const conclusion: Conclusion = {
    outcome: 'baking',
    reason: `The canary serves ${current.weight} % (${liveText(live)}), and bakes for ${Math.ceil((end - now) / 1000)} s more.`,
    advice: [],
    nextStepAt: end,
  };
  return { kind: 'finish', conclusion };
}

function drifted(plan: RolloutPlan, live: Live): Command {
  return finish('drifted', `Somebody else deployed meanwhile: ${shown(plan, live)}. It was left alone.`, [
    'Find out who deployed and what they meant. Then run this again, or deploy the split you want with `versions`.',
    'A `concurrency` group per routine and environment keeps your own workflows from racing each other.',
  ]);
}

function waysOn(plan: RolloutPlan, live: Live): string[] {
  const promote = `\`versions: ${plan.rollout.canary}=100\` promotes the canary`;
  const abort = plan.stable === undefined ? '' : `, \`versions: ${plan.stable}=100\` restores the stable`;
  return canaryWeight(plan, live) === 100 ? [] : [`${promote}${abort}.`];
}

function restore({ stable }: RolloutPlan): string {
  return stable === undefined
    ? 'There was nothing live before.'
    : `To restore the stable, run this action with \`versions: ${stable}=100\`.`;
}

function canaryWeight({ rollout }: RolloutPlan, live: Live): number {
  return live.kind === 'serving' ? weightOf(live.split, rollout.canary) : 0;
}

function shown(plan: RolloutPlan, live: Live): string {
  return `${plan.wish.env} serves ${liveText(live)}`;
}

function liveText(live: Live): string {
  return live.kind === 'nothing' ? 'nothing' : splitText(live.split);
}

function finish(outcome: Conclusion['outcome'], reason: string, advice: readonly string[]): Command {
  return { kind: 'finish', conclusion: { outcome, reason, advice } };
}
