import type { AbortAction, AbortReason, CodeVersion, Gate, Live, Plan, Share, TrafficSplit } from '../model.js';
import { liveSplit, sameSplit, weightOf } from '../split.js';
import { stepLike } from '../steps.js';

export type RolloutPlan = Extract<Plan, { kind: 'rollout' }>;
/** The plans that write. */
export type WritingPlan = Extract<Plan, { kind: 'deploy' | 'rollout' }>;

/** A split that is to be live, and how long it is held and watched, in ms. */
export interface Target {
  readonly split: TrafficSplit;
  readonly weight: number;
  readonly bake: number;
}

/** Where a plan leads. A fixed split is a rollout of one target without a bake, a gate or a way back. */
export interface Course {
  readonly targets: readonly Target[];
  /** Since when the first target is live already, in ms since the epoch. */
  readonly liveSince: number | undefined;
  /** The split that a rollback restores; undefined where there is none. */
  readonly back: TrafficSplit | undefined;
  readonly gate: Gate | undefined;
  readonly wait: boolean;
  readonly on: Readonly<Record<AbortReason, AbortAction>>;
}

const NEVER_BACK = {
  unhealthy: 'hold',
  inconclusive: 'hold',
  undeployable: 'hold',
  unreadable: 'hold',
  cancelled: 'hold',
} as const;

export function courseOf(plan: WritingPlan): Course {
  if (plan.kind === 'deploy') {
    const targets = [{ split: plan.target, weight: 100, bake: 0 }];
    return { targets, liveSince: undefined, back: undefined, gate: undefined, wait: true, on: NEVER_BACK };
  }
  const { rollout, stable, todo, liveSince } = plan;
  const { gate, wait, onFailure, onInconclusive, onCancel } = rollout;
  return {
    targets: todo.map(({ weight, bake }) => ({ split: splitAt(rollout.canary, stable, weight), weight, bake })),
    liveSince,
    back: stable === undefined ? undefined : [{ version: stable, weight: 100 }],
    gate,
    wait,
    on: {
      unhealthy: onFailure,
      inconclusive: onInconclusive,
      undeployable: onFailure,
      unreadable: onFailure,
      cancelled: onCancel,
    },
  };
}

/** The split that gives the canary this weight. */
export function splitAt(canary: CodeVersion, stable: CodeVersion | undefined, weight: number): TrafficSplit {
  const share: Share = { version: canary, weight };
  return weight === 100 || stable === undefined
    ? [{ ...share, weight: 100 }]
    : [share, { version: stable, weight: 100 - weight }];
}

/** What somebody moved the canary to, as a target of the plan. */
export function adoptedTarget(plan: WritingPlan, live: Live): Target | undefined {
  if (plan.kind !== 'rollout' || live.kind === 'nothing') return undefined;
  const { split } = live;
  return { split, ...stepLike(plan.rollout.steps, weightOf(split, plan.rollout.canary)) };
}

export function isBack({ back }: Course, split: TrafficSplit): boolean {
  return back !== undefined && sameSplit(back, split);
}

/** What a split gives the canary, in whole percent; 0 for a fixed split, which has no canary. */
export function canaryWeight(plan: WritingPlan, split: TrafficSplit | undefined): number {
  return plan.kind === 'rollout' ? weightOf(split, plan.rollout.canary) : 0;
}

/** The canary's weight in what is live, in whole percent. */
export function liveCanaryWeight(plan: WritingPlan, live: Live): number {
  return canaryWeight(plan, liveSplit(live));
}
