import { canaryWeight } from '../decide/course.js';
import { ledgerOf } from '../decide/ledger.js';
import type { Conclusion, Event, Live, Plan, Timeline, TrafficSplit } from '../model.js';
import { strayStep } from '../decide/plan.js';
import { tookEffect } from '../decide/sent.js';
import { roles, sameSplit, splitText, weightOf } from '../split.js';
import { durationText } from '../steps.js';
import { timelineText } from './timeline-json.js';
import { oneLine, quoted, withStop } from '../escape.js';

/** Everything that a run left behind, as the report needs it. */
export interface Account {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly conclusion: Conclusion;
}

/** The outputs of action.yml, in its order. Every one is set on every path; what is not known is empty. */
export const OUTPUTS = [
  'deployment-id',
  'request-id',
  'outcome',
  'reason',
  'changed',
  'versions',
  'previous-versions',
  'previous-deployment-id',
  'canary',
  'canary-percentage',
  'stable',
  'done',
  'next-step-at',
  'timeline',
] as const;

export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>;

/** The outputs of a run that ended before anything was read. */
export function emptyOutputs(conclusion: Pick<Conclusion, 'outcome' | 'reason'>): Outputs {
  const empty = Object.fromEntries(OUTPUTS.map((name) => [name, ''])) as Record<(typeof OUTPUTS)[number], string>;
  return { ...empty, outcome: conclusion.outcome, reason: oneLine(conclusion.reason, 2000), changed: 'false' };
}

/** Where nothing is left to do: a schedule may stop asking. */
const DONE: ReadonlySet<Conclusion['outcome']> = new Set([
  'deployed',
  'promoted',
  'paused',
  'unchanged',
  'rolled-back',
]);

export function outputsOf(account: Account): Outputs {
  const { plan, timeline, conclusion } = account;
  const now = lastKnown(plan, timeline);
  const accepted = acceptedIn(timeline);
  const { canary, stable } = rolesIn(plan, now);
  return {
    ...emptyOutputs(conclusion),
    ...(now?.kind === 'serving' && { 'deployment-id': now.deploymentId, versions: splitText(now.split) }),
    'request-id': accepted?.requestId ?? lastRequestId(timeline),
    changed: String(hasChanged(account)),
    ...(plan.before?.kind === 'serving' && {
      'previous-versions': splitText(plan.before.split),
      'previous-deployment-id': plan.before.deploymentId,
    }),
    canary: canary?.version ?? '',
    'canary-percentage': canary === undefined ? '' : String(canary.weight),
    stable: stable?.version ?? '',
    done: String(DONE.has(conclusion.outcome) && conclusion.unsettled !== true),
    'next-step-at': conclusion.nextStepAt === undefined ? '' : new Date(conclusion.nextStepAt).toISOString(),
    timeline: timelineText(timeline),
  };
}

/** What somebody has to know who gets none of the outputs. */
export function lostOutputs({ changed, outcome, reason, versions, 'deployment-id': id }: Outputs): string {
  const made = changed === 'true' ? 'A deployment was made all the same.' : 'No deployment by this run is known.';
  const live = versions === '' ? '' : ` Live when last known: ${versions}${id === '' ? '' : ` (deployment ${id})`}.`;
  return `No later step gets any output of this run. ${made}${live} It ended as ${outcome}: ${withStop(reason)}`;
}

/**
 * A rollout names its canary and the stable that it replaces, also when one of them serves nothing any more; otherwise
 * the canary is the one created later of two that are live.
 */
export function rolesIn(plan: Plan, live: Live | undefined): ReturnType<typeof roles> {
  const { goal } = plan.wish;
  const isRollout = plan.kind === 'rollout' || plan.kind === 'nothing-to-do';
  if (!isRollout || goal.kind !== 'rollout') return roles(live ?? { kind: 'nothing' });
  const split = live?.kind === 'serving' ? live.split : undefined;
  const { canary } = goal;
  const other = split?.find((share) => share.version !== canary)?.version;
  const stable = plan.kind === 'rollout' ? plan.stable : other;
  const share = (version: string) => ({ version, weight: weightOf(split, version) });
  return { canary: live && share(canary), stable: live && stable === undefined ? undefined : share(stable ?? '') };
}

/**
 * What was live when it was last looked at; undefined when it never could be. A write that was accepted counts as live
 * where nobody could look since, or where looking failed before it showed.
 */
export function lastKnown(plan: Plan, timeline: Timeline): Live | undefined {
  if (plan.kind !== 'deploy' && plan.kind !== 'rollout') return plan.before;
  const { live, owner, writes, unreadable } = ledgerOf(plan.before, timeline);
  if (owner === 'somebody else') return live;
  const last = writes.at(-1);
  const unseen = last?.answer.kind === 'accepted' && last.shownAs === undefined && !last.overtaken ? last : undefined;
  if (unseen?.answer.kind !== 'accepted' || (unseen.looks > 0 && unreadable === undefined)) return live;
  const details = live.kind === 'serving' ? live.details : [];
  const { split, deploymentId } = unseen.answer;
  return { kind: 'serving', deploymentId, deployedAt: undefined, split, details };
}

/** Whether this run made a deployment, as far as anybody can know: accepted, or found live after a lost answer. */
export function hasChanged({ plan, timeline }: Account): boolean {
  if (plan.kind !== 'deploy' && plan.kind !== 'rollout') return false;
  return ledgerOf(plan.before, timeline).writes.some(tookEffect);
}

/**
 * The split that undoes what this run did; undefined where it did nothing, where somebody else's is live, and where it
 * would give requests to a canary that was just found wanting.
 */
export function undoing(account: Account): TrafficSplit | undefined {
  const { plan, timeline, conclusion } = account;
  if ((plan.kind !== 'deploy' && plan.kind !== 'rollout') || !hasChanged(account)) return undefined;
  const { before } = plan;
  const { live, owner, unreadable, overwritten } = ledgerOf(before, timeline);
  if (before.kind === 'nothing' || owner === 'somebody else' || unreadable !== undefined) return undefined;
  // What this run replaced is what somebody else had just deployed.
  const target = owner === 'ours' && overwritten?.kind === 'serving' ? overwritten.split : before.split;
  if (live.kind === 'serving' && sameSplit(target, live.split)) return undefined;
  const left = !['deployed', 'promoted', 'paused', 'baking'].includes(conclusion.outcome);
  return left && canaryWeight(plan, target) > 0 ? undefined : target;
}

function acceptedIn(timeline: Timeline): Extract<Event, { kind: 'accepted' }> | undefined {
  return timeline.filter((event) => event.kind === 'accepted').at(-1);
}

function lastRequestId(timeline: Timeline): string {
  const calls = timeline.filter((event) => event.kind === 'called');
  return calls.filter((call) => call.requestId !== '').at(-1)?.requestId ?? '';
}

/** What the advice on the last fault asks to be copied, if it does. */
export function pasteOf(timeline: Timeline): string | undefined {
  const faults = timeline.filter((event) => event.kind === 'read-failed' || event.kind === 'write-failed');
  return faults.at(-1)?.fault.paste;
}

/** An event as one line of the log. */
export function describe(event: Event): string {
  switch (event.kind) {
    case 'called': {
      const id = event.requestId === '' ? '' : `, RequestId ${event.requestId}`;
      const again = event.retryIn === undefined ? '' : `; again in ${seconds(event.retryIn)}`;
      const attempt = event.attempt > 1 ? ` (attempt ${event.attempt})` : '';
      const held = event.waited === undefined ? '' : `, after waiting ${seconds(event.waited)}`;
      return oneLine(`${event.operation}${attempt}: ${event.result} in ${seconds(event.took)}${held}${id}${again}`);
    }
    case 'read':
      return oneLine(`Live now: ${describeLive(event.live)}`);
    case 'accepted':
      return oneLine(
        `Accepted: ${splitText(event.split)}${event.deploymentId === '' ? '' : ` as deployment ${event.deploymentId}`}`,
      );
    case 'write-failed':
    case 'read-failed':
      return oneLine(`${event.fault.operation} failed: ${event.fault.code}: ${event.fault.message}`);
    case 'measured': {
      const { good, bad, unknown, share, failures } = event.measurement;
      const ofCanary =
        share === undefined
          ? ''
          : `; the canary answered ${share.canary} of ${share.named}, asked for ${event.weight} %`;
      const [first] = failures;
      const worst = first === undefined ? '' : `; first: ${first.seen} from ${first.target}`;
      return oneLine(
        `Checked at ${event.weight} %: ${good} good, ${bad} bad, ${unknown} could not be measured${ofCanary}${worst}`,
      );
    }
    case 'cancelled':
      return oneLine(`Cancelled: ${event.by}`);
    case 'aborted':
      return oneLine(`Left unfinished: ${event.sentence}`);
    case 'wait':
      return oneLine(`Waiting ${seconds(event.for)}: ${event.why}`);
  }
}

export function describeLive(live: Live): string {
  if (live.kind === 'nothing') return 'nothing';
  const id = live.deploymentId === '' ? 'without a deployment' : `deployment ${live.deploymentId}`;
  return `${splitText(live.split)} (${id}${live.deployedAt === undefined ? '' : ` of ${live.deployedAt}`})`;
}

/** The steps with the time at which each is due, if all goes well. */
function describeRollout(plan: Extract<Plan, { kind: 'rollout' }>): readonly string[] {
  const { wish, rollout, stable, todo, liveSince } = plan;
  const from = stable === undefined ? 'nothing live yet' : `stable ${stable}`;
  const how = wish.dryRun ? 'Would roll out' : liveSince === undefined ? 'Rolling out' : 'Going on with';
  const since = plan.bakesAnew
    ? 'live, nobody knows since when'
    : `live since ${new Date(liveSince ?? 0).toISOString()}`;
  const steps = todo.map((step, index) => {
    const after = todo.slice(0, index).reduce((sum, earlier) => sum + earlier.bake, 0);
    const due = index > 0 ? `after ${durationText(after)}` : liveSince === undefined ? 'now' : since;
    return `  ${step.weight} % ${due}${step.bake === 0 ? '' : `, held for ${durationText(step.bake)}`}`;
  });
  const stray = strayStep(plan);
  return [
    `${how} ${rollout.canary} on ${quoted(wish.routine)} in ${wish.env}, ${from}:`,
    ...(stray === undefined ? [] : [`  ${stray}`]),
    ...steps,
  ].map((line) => oneLine(line));
}

/** What the plan will do, before it is done. */
export function describePlan(plan: Plan): readonly string[] {
  if (plan.kind === 'rollout') return describeRollout(plan);
  if (plan.kind !== 'deploy') return [];
  const { wish, before, target } = plan;
  const from = before.kind === 'nothing' ? 'nothing live yet' : splitText(before.split);
  const how = wish.dryRun ? 'Would deploy' : 'Deploying';
  return [oneLine(`${how} ${quoted(wish.routine)} in ${wish.env}: ${from} -> ${splitText(target)}`)];
}

/** `0.31 s`: short enough for a table, exact enough to compare. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
