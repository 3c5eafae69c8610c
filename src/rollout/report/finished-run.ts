import { canaryWeight } from '../decide/course.js';
import { ledgerOf } from '../decide/ledger.js';
import { tookEffect } from '../decide/sent.js';
import type { Conclusion, Live, Plan, Timeline, TrafficSplit } from '../model.js';
import { OUTCOMES } from '../outcome.js';
import { roles, sameSplit, weightOf } from '../split.js';

/** Everything that a run left behind, and what follows from it for whoever reports it. */
export interface FinishedRun {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly conclusion: Conclusion;
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
export function hasChanged({ plan, timeline }: FinishedRun): boolean {
  if (plan.kind !== 'deploy' && plan.kind !== 'rollout') return false;
  return ledgerOf(plan.before, timeline).writes.some(tookEffect);
}

/**
 * The split that undoes what this run did; undefined where it did nothing, where somebody else's is live, and where it
 * would give requests to a canary that was just found wanting.
 */
export function undoing(run: FinishedRun): TrafficSplit | undefined {
  const { plan, timeline, conclusion } = run;
  if ((plan.kind !== 'deploy' && plan.kind !== 'rollout') || !hasChanged(run)) return undefined;
  const { before } = plan;
  const { live, owner, unreadable, overwritten } = ledgerOf(before, timeline);
  if (before.kind === 'nothing' || owner === 'somebody else' || unreadable !== undefined) return undefined;
  // What this run replaced is what somebody else had just deployed.
  const target = owner === 'ours' && overwritten?.kind === 'serving' ? overwritten.split : before.split;
  if (live.kind === 'serving' && sameSplit(target, live.split)) return undefined;
  return OUTCOMES[conclusion.outcome].exit !== 0 && canaryWeight(plan, target) > 0 ? undefined : target;
}

/** What the advice on the last fault asks to be copied, if it does. */
export function snippetOf(timeline: Timeline): string | undefined {
  const faults = timeline.filter((event) => event.kind === 'read-failed' || event.kind === 'write-failed');
  return faults.at(-1)?.fault.snippet;
}
