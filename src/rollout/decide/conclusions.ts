import { durationText } from '../duration.js';
import { quoted, withStop } from '../escape.js';
import type { Command, Conclusion, Live, Plan } from '../model.js';
import { idOf, liveText, splitText } from '../split.js';
import { liveCanaryWeight, type Target, type WritingPlan } from './course.js';
import { type Ledger, writeThatIsLive } from './ledger.js';
import { nextRun } from './next-run.js';
import { mistakenWrites, unknownWrites } from './open-writes.js';
import { VERIFY_LIMIT } from './retry.js';
import type { Abort, State } from './state.js';
import { answeredId, type Write } from './write.js';

/** How a run ends: its outcome, the sentence that says why and what is live, and what to do next. */

export type Deploying = Extract<WritingPlan, { kind: 'deploy' }>;
export type Rolling = Extract<WritingPlan, { kind: 'rollout' }>;

export function finish(
  outcome: Conclusion['outcome'],
  reason: string,
  advice: readonly string[],
  more: Partial<Omit<Conclusion, 'outcome' | 'reason' | 'advice'>> = {},
): Command {
  const whole = more.nextRun === undefined ? reason : `${reason} ${more.nextRun}`;
  return { kind: 'finish', conclusion: { outcome, reason: whole, advice, ...more } };
}

/** What a schedule does next, where there is one. */
export function onSchedule({ plan }: State, when: Parameters<typeof nextRun>[1]): Pick<Conclusion, 'nextRun'> {
  const told = plan.kind === 'rollout' ? nextRun(plan.rollout, when) : '';
  return told === '' ? {} : { nextRun: told };
}

export function liveSentence({ wish }: Plan, live: Live): string {
  return `${wish.env} serves ${liveText(live)}`;
}

/** Where it can no longer be read. */
export function lastSeenSentence({ wish }: Plan, live: Live): string {
  return `${wish.env} was last seen to serve ${liveText(live)}`;
}

const REASONS: Readonly<Record<Abort['why'], string>> = {
  unhealthy: 'The gate failed',
  inconclusive: 'The gate could not measure the canary',
  undeployable: 'A step could not be deployed',
  unreadable: 'What is live could not be read',
  cancelled: 'The rollout was cancelled',
};

export function because({ why, sentence }: Abort): string {
  return `${REASONS[why]}: ${withStop(sentence)}`;
}

/** The last target is live, and nothing else can be. */
export function arrived(state: State): Command {
  const { plan, ledger } = state;
  if (plan.kind === 'deploy') return deployed(plan, ledger);
  const live = liveSentence(plan, ledger.live);
  if (liveCanaryWeight(plan, ledger.live) === 100) {
    const none = plan.stable === undefined ? ' Nothing was live before, so it went there at once.' : '';
    const before = plan.todo.length > 1 ? ', and those before it held' : '';
    const why = plan.stable === undefined ? none.trim() : `The last step is 100 %${before}.`;
    return finish('promoted', `Now ${live}, as read back from the service.${none}`, [], {
      why,
      ...onSchedule(state, 'promoted'),
    });
  }
  const ways = nextSteps(plan, ledger.live, state.observed?.why !== 'unhealthy');
  const held = ledger.owner === 'adopted' ? 'Somebody else moved it there, and it held.' : 'The last step held.';
  return finish('paused', `Now ${live}, as read back from the service. ${held}`, ways, { why: held });
}

/** Its id need not be the one that the write was answered with: the documentation shows that one as a number. */
export function deployed(plan: Deploying, ledger: Ledger): Command {
  const shown = idOf(ledger.live);
  const answered = answeredId(writeThatIsLive(ledger));
  const by = shown === '' ? '' : ` by deployment ${shown}`;
  const differ = answered !== '' && shown !== '' && answered !== shown;
  const though = differ ? ` (the write was answered with ${answered})` : '';
  const where = `${quoted(plan.wish.routine)} in ${plan.wish.env}`;
  const sentence = `${where} serves ${splitText(plan.target)}${by}${though}, as read back from the service.`;
  const why = `\`versions\` asked for it${though}.`;
  if (ledger.overwritten === undefined) return finish('deployed', sentence, [], { why });
  return finish('deployed', sentence, overwriteAdvice(ledger.overwritten), {
    why,
    warning: overwrote(ledger.overwritten),
  });
}

export function stillBaking(state: State, target: Target, end: number): Command {
  const { plan, ledger, verdict } = state;
  const left = durationText(1000 * Math.ceil((end - ledger.now) / 1000));
  const next = plan.kind === 'rollout' && liveCanaryWeight(plan, plan.before) === 0 ? onSchedule(state, 'began') : {};
  const why = verdict.kind === 'site-fails' ? `: ${verdict.why}` : '';
  const moved = ledger.owner === 'adopted' ? ' Somebody else moved it there.' : '';
  const rest = `${left} more${why}.${moved}`;
  const reason = `The canary serves ${target.weight} % (${liveText(ledger.live)}), and bakes for ${rest}`;
  return finish('baking', reason, [], { nextStepAt: end, why: `It bakes for ${rest}`, ...next });
}

const GROUP = 'A `concurrency` group per routine and environment keeps your own workflows from racing each other.';

/** Somebody else deployed meanwhile: theirs is live, or a write of this run took its place. */
export function drifted(state: State): Command {
  const { plan, ledger, abort } = state;
  const live = liveSentence(plan, ledger.live);
  const { overwritten } = ledger;
  if (ledger.owner === 'ours' && overwritten !== undefined) {
    const why = `Somebody else deployed meanwhile. ${overwrote(overwritten)}`;
    return finish('drifted', `${why} Now ${live}.`, [...overwriteAdvice(overwritten), GROUP], { why });
  }
  const advice = [
    'Find out who deployed and what they meant before you run this again: it would go on over what they did. `versions` deploys the split you want.',
    GROUP,
  ];
  const found = abort?.why === 'unhealthy' ? `${because(abort)} ` : '';
  const own = ownWritesText(ledger);
  return finish('drifted', `${found}Somebody else deployed meanwhile: ${live}. ${own}`, advice, {
    why: `${found}Somebody else deployed meanwhile. ${own}`,
    ...unsettled(ledger),
  });
}

/** What is known of the writes of this run where what is live was taken for somebody else's. */
function ownWritesText(ledger: Ledger): string {
  const mistaken = mistakenWrites(ledger);
  if (mistaken.length > 0) {
    const isLost = mistaken.some(({ answer }) => answer.kind === 'write-failed');
    return isLost
      ? 'Or it is a write of this run that landed late, since its answer was lost.'
      : 'Or it is a write of this run that landed late, since its answer did not name it.';
  }
  const unknown = unknownWrites(ledger);
  return unknown.length === 0 ? 'It was left alone.' : fateUnknown(unknown);
}

export function overwrote(live: Live): string {
  const id = live.kind === 'serving' && live.deploymentId !== '' ? ` (deployment ${live.deploymentId})` : '';
  return `What somebody else deployed, ${liveText(live)}${id}, was written over: this run's own write was under way already.`;
}

export function overwriteAdvice(live: Live): string[] {
  return [`Find out who deployed and what they meant; \`versions: ${liveText(live)}\` restores it.`];
}

export function fateUnknown(writes: readonly Write[]): string {
  const said = writes.map(({ answer, split }) =>
    answer.kind === 'accepted'
      ? `${splitText(split)} was accepted and has not shown`
      : `whether ${splitText(split)} was deployed is unknown (${answer.fault.code})`,
  );
  return `Of this run's own writes, ${[...new Set(said)].join('; ')}: it may still show.`;
}

/** Time was too short to find out; the post step has more. */
export function unsettled({ now, cancelled, ...ledger }: Ledger): Pick<Conclusion, 'unsettled'> {
  const open = unknownWrites({ now, cancelled, ...ledger }).some(({ at }) => now - at < VERIFY_LIMIT);
  return cancelled !== undefined && open ? { unsettled: true } : {};
}

/** A canary that was found unhealthy is not offered for promotion. */
export function nextSteps(plan: Rolling, live: Live, mayPromote = true): string[] {
  const back = plan.stable === undefined ? [] : [`\`versions: ${plan.stable}=100\` restores the stable`];
  const on = mayPromote && liveCanaryWeight(plan, live) < 100;
  const ways = [...back, ...(on ? [`\`versions: ${plan.rollout.canary}=100\` promotes the canary`] : [])];
  return ways.length === 0 ? [] : [`${ways.join(', ')}.`];
}
