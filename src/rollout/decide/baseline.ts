import type { Command, Plan, Timeline } from '../model.js';
import { liveCanaryWeight } from './course.js';
import type { State } from './state.js';

type BaselineCommand = Extract<Command, { kind: 'baseline' }>;

/**
 * The check of the stable alone that a rollout begins with where nobody can tell the versions apart later; undefined where
 * they can be, where no URL is asked, and where the canary is live already. It is as large as the first that is to come.
 */
export function baselineOf(plan: Plan): BaselineCommand | undefined {
  if (plan.kind !== 'rollout' || plan.stable === undefined) return undefined;
  const { rollout, stable, before, todo } = plan;
  const { gate } = rollout;
  if (gate === undefined || gate.urls === 0 || gate.mark !== undefined) return undefined;
  if (liveCanaryWeight(plan, before) > 0) return undefined;
  const step = todo.find(({ bake }) => bake > 0);
  return step && { kind: 'baseline', version: stable, weight: step.weight };
}

/** The same, while it is to be taken: once, and before the first write. */
export function baselineDue({ plan, ledger, baseline }: State): BaselineCommand | undefined {
  if (baseline !== undefined || ledger.owner !== 'before' || ledger.writes.length > 0) return undefined;
  return baselineOf(plan);
}

export function baselineIn(timeline: Timeline) {
  return timeline.find((event) => event.kind === 'baseline');
}
