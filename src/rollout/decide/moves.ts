import type { AbortReason } from '../model.js';
import { serves, weightOf } from '../split.js';
import { type Course, isBack, type WritingPlan } from './course.js';
import type { Ledger } from './ledger.js';
import { unknownWrites } from './open-writes.js';
import type { Write } from './write.js';

/** What somebody else did with the two versions of this rollout: gave the canary more, all, or nothing. */
export type Move = 'more' | 'promoted' | 'rolled-back';

/**
 * What somebody else's deployment means for this rollout; undefined where it is no move of it. It is held against what was
 * live before it, and only where no write of this run can still take its place.
 */
export function moveIn({
  plan,
  course,
  ledger,
  abort,
}: {
  readonly plan: WritingPlan;
  readonly course: Course;
  readonly ledger: Ledger;
  readonly abort: { readonly why: AbortReason } | undefined;
}): Move | undefined {
  const { live, base, writes, recovering } = ledger;
  if (plan.kind !== 'rollout' || plan.stable === undefined || live.kind === 'nothing') return undefined;
  const { canary } = plan.rollout;
  if (live.split.some(({ version }) => version !== canary && version !== plan.stable)) return undefined;
  if (unknownWrites(ledger).length > 0 || writes.some((write) => mayBeIt(write, ledger))) return undefined;
  const [from, to] = [weightOf(base, canary), weightOf(live.split, canary)];
  // Before the canary is live no rollout is under way that somebody could go on with.
  if (from === 0 || from === to) return undefined;
  if (to === 0) return 'rolled-back';
  const isBegun = writes.some(({ split }) => isBack(course, split));
  if (to < from || isBegun || recovering) return undefined;
  if (to < 100) return 'more';
  return abort?.why === 'unhealthy' ? undefined : 'promoted';
}

/** It was to be this very split, and nobody knows what became of it. */
function mayBeIt({ fate, answer, split }: Write, { live }: Ledger): boolean {
  const isOpen = answer.kind === 'accepted' || answer.fault.mayHaveActed;
  return fate.kind === 'unseen' && isOpen && serves(live, split);
}
