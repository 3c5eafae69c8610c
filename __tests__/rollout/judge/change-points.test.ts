import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ENOUGH,
  ENOUGH_FROM_THE_BEGINNING,
  likeliestBeginning,
  wasEverEnough,
} from '../../../src/rollout/judge/change-points.js';

/** By the definition, in plain numbers: nine tenths for the first check, and 30 / (29 + k)(30 + k) of the rest for each kth. */
const prior = (k: number) => (k === 1 ? 0.9 : 0) + (0.1 * 30) / ((29 + k) * (30 + k));

/** What the checks from the kth to the last multiply to, as the mean over the alternatives. */
const since = (k: number, checks: readonly (readonly number[])[]) => {
  const products = checks
    .slice(k - 1)
    .reduce<readonly number[]>((all, parts) => all.map((one, at) => one * (parts[at] ?? 1)), [1, 1, 1]);
  return products.reduce((sum, one) => sum + one, 0) / products.length;
};
const weighed = (checks: readonly (readonly number[])[]) =>
  checks.map((_, at) => prior(at + 1) * since(at + 1, checks));
const logs = (checks: readonly (readonly number[])[]) => checks.map((parts) => parts.map(Math.log));
const factor = fc.constantFrom(0.001, 0.3, 0.9, 1, 1.1, 3, 20, 100);
const some = fc.array(fc.tuple(factor, factor, factor), { minLength: 1, maxLength: 25 });

test('the prior sums to one over all checks, however many', () => {
  const sum = Array.from({ length: 100_000 }, (_, at) => prior(at + 1)).reduce((all, one) => all + one, 0);
  expect(sum).toBeLessThan(1);
  expect(sum).toBeGreaterThan(0.9999);
});

test('enough is a hundred to one, at any time, for the mean over all beginnings', () => {
  fc.assert(
    fc.property(some, (checks) => {
      const means = checks.map((_, at) => weighed(checks.slice(0, at + 1)).reduce((sum, one) => sum + one, 0));
      // Neither sum is exact.
      fc.pre(means.every((mean) => Math.abs(mean - 100) > 1e-6));
      expect(wasEverEnough(logs(checks))).toBe(means.some((mean) => mean > 100));
    }),
  );
});

test('the likeliest beginning is the one with most evidence since', () => {
  fc.assert(
    fc.property(some, (checks) => {
      const each = weighed(checks);
      const found = each[likeliestBeginning(logs(checks))] ?? 0;
      expect(found / Math.max(...each)).toBeCloseTo(1, 9);
    }),
  );
});

test('evidence from the beginning alone is enough where it outweighs the rest of the prior', () => {
  expect(Math.exp(ENOUGH)).toBeCloseTo(100, 9);
  expect(Math.exp(ENOUGH_FROM_THE_BEGINNING)).toBeCloseTo(100 / (0.9 + 0.1 / 31), 9);
});

describe('what is no number that can be added', () => {
  test.each<[string, readonly (readonly number[])[], boolean, number]>([
    ['no check', [], false, 0],
    ['no alternative', [[], []], false, 0],
    ['what cannot be, and what comes after it', [[-5], [Number.POSITIVE_INFINITY], [-900]], true, 0],
    ['good answers without end', Array.from({ length: 500 }, () => [-1e6]), false, 499],
  ])('%s', (_name, checks, isEnough, beginning) => {
    expect(wasEverEnough(checks)).toBe(isEnough);
    expect(likeliestBeginning(checks)).toBe(beginning);
  });
});
