import { type Check, judge } from '../../../src/rollout/judge/verdict.js';
import type { Counts } from '../../../src/rollout/model.js';
import { GATE, measurement } from './builders.js';

/** Checks of a gate that tells the versions apart, with failures as chance has them. */

const MARKED = { ...GATE, mark: 'x-commit' };

export const counts = (size: number, bad: number): Counts => ({ good: size - bad, bad });

export const drawn = (random: () => number, size: number, rate: number) => {
  let bad = 0;
  for (let one = 0; one < size; one += 1) if (random() < rate) bad += 1;
  return counts(size, bad);
};

export const checkOf = (canary: Counts, stable: Counts | undefined, weight: number, cut = 0): Check => ({
  ...measurement(0, 0, { canary, stable, cut }),
  weight,
});

export const kindOf = (all: readonly Check[]) => judge(MARKED, { all, here: all }, false).kind;

/** How many answers of each a check gets. */
export const SIZES = { 5: [3, 56], 50: [11, 11] } as const;
