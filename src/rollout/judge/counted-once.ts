import type { Measurement } from '../model.js';

/**
 * The checks without those whose place another took: one that is of all since its step went live holds what the same
 * source measured so before at that weight, so that nothing is counted twice, and what came late is counted once.
 */
export function countedOnce<C extends Measurement & { readonly weight?: number }>(checks: readonly C[]): readonly C[] {
  const keyOf = ({ source, weight = 0 }: C) => `${source} ${weight}`;
  const latest = new Map<string, C>();
  for (const check of checks) if (check.since === 'step') latest.set(keyOf(check), check);
  return checks.filter((check) => check.since !== 'step' || latest.get(keyOf(check)) === check);
}

/** Each span of time as a check of its own, where a check is made of spans. */
export function spansOf<C extends Measurement>(checks: readonly C[]): readonly C[] {
  return checks.flatMap((check) => check.spans?.map((span) => ({ ...check, ...span })) ?? [check]);
}
