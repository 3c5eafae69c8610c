import { durationText } from '../rollout/duration.js';
import type { Plan } from '../rollout/model.js';
import type { CredentialSource } from './source.js';

/** No session of STS is shorter; nobody says how much of one that is handed in is left. In ms. */
const SHORTEST_SESSION = 15 * 60_000;

/** A rollout bakes for longer than keys are sure to last that cannot be renewed. */
export function lifetimeWarning(source: CredentialSource, plan: Plan): string | undefined {
  if (source.kind !== 'keys' || source.keys.securityToken === undefined) return undefined;
  if (plan.kind !== 'rollout' || !plan.rollout.wait || plan.wish.dryRun) return undefined;
  const bake = plan.todo.reduce((sum, step) => sum + step.bake, 0);
  if (bake <= SHORTEST_SESSION) return undefined;
  return `The steps bake for ${durationText(bake)}, and the keys from ${source.from} belong to a session: once it has ended, nothing can be rolled back. With \`role-to-assume\` this action renews its session itself.`;
}
