import { describe, expect, test } from '@jest/globals';
import { type Draw, drawsOf } from '../../emulator/chance.js';
import { pick } from '../../emulator/edge.js';
import { effectOf } from '../../emulator/misbehaviour.js';
import { sampleSize } from '../../src/rollout/judge/sample.js';
import { canaryAnswers, SEED_THAT_MEETS } from '../support/emulator/draws.js';

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);
const WEIGHTS = [1, 5, 20, 50, 95];
const split = (canary: number) => [
  { codeVersion: 'canary', percentage: canary },
  { codeVersion: 'stable', percentage: 100 - canary },
];

/** So many draws of one deployment. */
function draws(seed: number, count: number, deployment = 1): Draw[] {
  const next = drawsOf(seed, 'production/hello', deployment);
  return Array.from({ length: count }, next);
}
const hits = (seed: number, weight: number, count: number) => canaryAnswers({ seed, deployment: 1, weight }, count);

/** How far counts are from what was expected of each (Pearson's chi-square). */
const distance = (counts: readonly number[], expected: readonly number[]) =>
  counts.reduce((sum, count, index) => sum + (count - (expected[index] ?? 0)) ** 2 / (expected[index] ?? 0), 0);
const count = <T>(all: readonly T[], holds: (one: T, index: number) => boolean) => all.filter(holds).length;

/**
 * Chi-square sums over the seeds: one degree of freedom each. Between these a true draw lies in all but one of 10,000
 * cases on either side; a round robin is far below, and a draw that is off far above.
 */
const LEAST = 6.8;
const MOST = 60.1;
function expectChance(distances: readonly number[]): void {
  expect(distances).toHaveLength(25);
  const sum = distances.reduce((one, other) => one + other);
  expect(sum).toBeGreaterThan(LEAST);
  expect(sum).toBeLessThan(MOST);
}

describe('versions are drawn', () => {
  test.each(WEIGHTS)('by their weights: %i %%', (weight) => {
    const total = 10_000;
    const expected = [weight, 100 - weight].map((percent) => (total * percent) / 100);
    expectChance(
      SEEDS.map((seed) => {
        const canary = count(hits(seed, weight, total), (hit) => hit);
        return distance([canary, total - canary], expected);
      }),
    );
  });

  test.each(WEIGHTS.slice(1))('each on its own: what follows a hit of %i %% is as if nothing had been', (weight) => {
    for (const apart of [1, 2]) {
      expectChance(
        SEEDS.map((seed) => {
          const all = hits(seed, weight, 10_000);
          const after = all.slice(apart).filter((_, index) => all[index]);
          const again = count(after, (hit) => hit);
          const expected = [weight, 100 - weight].map((percent) => (after.length * percent) / 100);
          return distance([again, after.length - again], expected);
        }),
      );
    }
  });

  test('so that a check of 59 requests misses a canary of 5 % once in twenty times', () => {
    const missing = 0.95 ** 59;
    const checks = 200;
    expectChance(
      SEEDS.map((seed) => {
        const all = hits(seed, 5, 59 * checks);
        const misses = count(Array.from({ length: checks }), (_, n) => !all.slice(59 * n, 59 * (n + 1)).includes(true));
        return distance([misses, checks - misses], [checks * missing, checks * (1 - missing)]);
      }),
    );
  });

  test('for each deployment anew, and for each seed', () => {
    const total = 4_000;
    const agree = (one: readonly Draw[], other: readonly Draw[]) =>
      count(one, ({ version }, n) => version < 0.5 === (other[n]?.version ?? 0) < 0.5);
    const even = (agreed: number) => distance([agreed, total - agreed], [total / 2, total / 2]);
    expectChance(SEEDS.map((seed) => even(agree(draws(seed, total, 1), draws(seed, total, 2)))));
    expectChance(SEEDS.map((seed) => even(agree(draws(seed, total), draws(seed + 1, total)))));
    expect(draws(1, 50)).toEqual(draws(1, 50));
  });
});

describe('failures are drawn', () => {
  const misbehaviour = { failureShare: 0.2, cutShare: 0.1 };

  test('by their shares, of a version and of the site', () => {
    const total = 10_000;
    for (const of of ['failure', 'outage'] as const) {
      const seen = SEEDS.map((seed) => draws(seed, total).map((draw) => effectOf(misbehaviour, draw[of])?.kind));
      for (const [kind, share] of [
        ['failed', 0.2],
        ['cut', 0.1],
      ] as const) {
        const expected = [total * share, total * (1 - share)];
        const counts = seen.map((kinds) => count(kinds, (one) => one === kind));
        expectChance(counts.map((one) => distance([one, total - one], expected)));
      }
    }
  });

  test('whichever version was drawn, and whatever becomes of the site', () => {
    const total = 20_000;
    for (const [weight, of] of [
      [5, 'version'],
      [50, 'version'],
      [50, 'outage'],
    ] as const) {
      expectChance(
        SEEDS.map((seed) => {
          const among = draws(seed, total).filter((draw) => draw[of] < weight / 100);
          const bad = count(among, ({ failure }) => effectOf(misbehaviour, failure) !== undefined);
          return distance([bad, among.length - bad], [among.length * 0.3, among.length * 0.7]);
        }),
      );
    }
  });
});

test('the whole of a share: none of 0 and all of 1, whatever is drawn', () => {
  for (const drawn of [0, 0.5, 1 - 2 ** -32]) {
    expect(effectOf({ failureShare: 0, cutShare: 0 }, drawn)).toBeUndefined();
    expect(effectOf({ failureShare: 1, status: 502 }, drawn)).toEqual({ kind: 'failed', status: 502 });
    expect(effectOf({ cutShare: 1, cut: 'silent' }, drawn)).toEqual({ kind: 'cut', cut: 'silent' });
    expect(pick(split(100), drawn)).toBe('canary');
    expect(pick(split(0), drawn)).toBe('stable');
  }
  expect([0.049, 0.051].map((drawn) => pick(split(5), drawn))).toEqual(['canary', 'stable']);
  expect(pick([], 0.5)).toBeUndefined();
});

test.each([3, 5, 10, 20, 25, 50, 60])(
  'the seed that the tests of the bundle use shows the canary to the first six checks of each step: %i %%',
  (weight) => {
    const size = sampleSize(weight);
    for (const deployment of [2, 3, 4, 5]) {
      for (const first of [true, false]) {
        const all = canaryAnswers({ seed: SEED_THAT_MEETS, deployment, weight, first }, 6 * size);
        for (let check = 0; check < 6; check += 1) expect(all.slice(check * size, (check + 1) * size)).toContain(true);
      }
    }
  },
);
