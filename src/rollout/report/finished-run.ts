import { canaryWeight, type WritingPlan } from '../decide/course.js';
import { type Ledger, ledgerOf } from '../decide/ledger.js';
import type { Survey } from '../decide/survey.js';
import { tookEffect } from '../decide/write.js';
import type { Conclusion, Live, Plan, Timeline, TrafficSplit } from '../model.js';
import { OUTCOMES } from '../outcome.js';
import { liveSplit, roles, serves, weightOf } from '../split.js';

/** Everything that a run left behind, and what follows from it for whoever reports it. */
export interface FinishedRun {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly conclusion: Conclusion;
  /** What each word of the inputs stands for, a line each; none where they gave numbers. */
  readonly words: readonly string[];
  /** What a dry run shows beside its plan. */
  readonly survey?: Survey | undefined;
  /** What was live when it was last known; undefined when it never could be read. */
  readonly live: Live | undefined;
  /** The two roles in what is live, as far as it is known which is which. */
  readonly roles: ReturnType<typeof roles>;
  /** Whether this run made a deployment, as far as anybody can know: accepted, or found live after a lost answer. */
  readonly changed: boolean;
  /** The split that undoes what this run did, where there is one. */
  readonly undo: TrafficSplit | undefined;
}

export function finishedRun(
  plan: Plan,
  timeline: Timeline,
  conclusion: Conclusion,
  words: readonly string[] = [],
  survey?: Survey,
): FinishedRun {
  const told = { plan, timeline, conclusion, words, survey };
  if (plan.kind !== 'deploy' && plan.kind !== 'rollout') {
    const live = plan.before;
    return { ...told, live, roles: rolesIn(plan, live), changed: false, undo: undefined };
  }
  const ledger = ledgerOf(plan.before, timeline);
  const live = lastKnown(ledger);
  const changed = ledger.writes.some(tookEffect);
  const undo = changed ? undoing(plan, ledger, conclusion) : undefined;
  return { ...told, live, roles: rolesIn(plan, live), changed, undo };
}

/**
 * A rollout names its canary and the stable that it replaces, also when one of them serves nothing any more; otherwise
 * the canary is the one created later of two that are live.
 */
function rolesIn(plan: Plan, live: Live = { kind: 'nothing' }): FinishedRun['roles'] {
  const { goal } = plan.wish;
  const isRollout = plan.kind === 'rollout' || plan.kind === 'nothing-to-do';
  if (!isRollout || goal.kind !== 'rollout') return roles(live);
  const split = liveSplit(live);
  const { canary } = goal;
  const other = split?.find((share) => share.version !== canary)?.version;
  const stable = plan.kind === 'rollout' ? plan.stable : other;
  const share = (version: string) => ({ version, weight: weightOf(split, version) });
  return { canary: share(canary), stable: stable === undefined ? undefined : share(stable) };
}

/** A write that was accepted counts as live where nobody could look since, or where looking failed before it showed. */
function lastKnown({ live, owner, writes, unreadable }: Ledger): Live {
  const last = writes.at(-1);
  if (owner === 'somebody else' || last?.answer.kind !== 'accepted' || last.fate.kind !== 'unseen') return live;
  if (last.looks > 0 && unreadable === undefined) return live;
  const details = live.kind === 'serving' ? live.details : [];
  const { split, deploymentId } = last.answer;
  return { kind: 'serving', deploymentId, deployedAt: undefined, split, details };
}

/** None where somebody else's is live, nor where it would give requests to a canary that was just found wanting. */
function undoing(
  plan: WritingPlan,
  { live, owner, unreadable, overwritten }: Ledger,
  conclusion: Conclusion,
): TrafficSplit | undefined {
  const { before } = plan;
  if (owner === 'somebody else' || unreadable !== undefined) return undefined;
  // What this run replaced is what somebody else had just deployed.
  const target = liveSplit(overwritten ?? before);
  if (target === undefined || serves(live, target)) return undefined;
  return OUTCOMES[conclusion.outcome].exit !== 0 && canaryWeight(plan, target) > 0 ? undefined : target;
}

/** What the advice on the last fault asks to be copied, if it does. */
export function snippetOf(timeline: Timeline): string | undefined {
  const faults = timeline.filter(
    (event) => event.kind === 'read-failed' || event.kind === 'write-failed' || event.kind === 'upload-failed',
  );
  return faults.at(-1)?.fault.snippet;
}
