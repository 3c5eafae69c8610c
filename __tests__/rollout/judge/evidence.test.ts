import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomFrom } from '../../../emulator/chance.js';
import { ENOUGH } from '../../../src/rollout/judge/change-points.js';
import {
  againstAllowed,
  againstStable,
  isMissingAnswers,
  wasEverEnoughAgainstAllowed,
  wasEverEnoughAgainstStable,
} from '../../../src/rollout/judge/evidence.js';

const counts = (good: number, bad: number) => ({ good, bad });

describe('against what is allowed', () => {
  /** By the definition: the mean of plain likelihood ratios. */
  const plain = (allowed: number, good: number, bad: number) => {
    const rates = [2, 3, 5, 10, 20, 50, 100].map((times) => times * allowed).filter((rate) => rate < 1);
    const ratios = [...rates, 0.999].map((rate) => (rate / allowed) ** bad * ((1 - rate) / (1 - allowed)) ** good);
    return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  };

  test('it is the mean of the likelihood ratios', () => {
    fc.assert(
      fc.property(fc.constantFrom(0.001, 0.01, 0.05, 0.3), fc.nat(40), fc.nat(15), (allowed, good, bad) => {
        const expected = plain(allowed, good, bad);
        expect(Math.exp(againstAllowed(allowed, counts(good, bad))) / expected).toBeCloseTo(1, 9);
      }),
    );
  });

  test.each<[string, number, number, number, boolean]>([
    ['nothing', 0.01, 0, 0, false],
    ['one failure of one, where 1 % may fail', 0.01, 0, 1, false],
    ['two of two', 0.01, 0, 2, true],
    ['one of one, where 0.1 % may fail', 0.001, 0, 1, true],
    ['one of a million, where none may fail', 0, 1_000_000, 1, true],
    ['none of a million, where none may fail', 0, 1_000_000, 0, false],
    ['all of a million, where all but none may fail', 0.9999, 0, 1_000_000, false],
    ['1 % of ten millions, where 1 % may fail', 0.01, 9_900_000, 100_000, false],
    ['2 % of ten millions', 0.01, 9_800_000, 200_000, true],
  ])('%s', (_name, allowed, good, bad, enough) => {
    const evidence = againstAllowed(allowed, counts(good, bad));
    expect(evidence).not.toBeNaN();
    expect(evidence >= ENOUGH).toBe(enough);
  });
});

describe('against the stable', () => {
  /** Exactly, by whole numbers of any length. */
  const choose = (n: number, k: number): bigint => {
    let result = 1n;
    for (let i = 1n; i <= BigInt(k); i += 1n) result = (result * (BigInt(n) - BigInt(k) + i)) / i;
    return result;
  };
  const exact = (ours: number, theirs: number, failed: number, x: number, odds: bigint): number => {
    let sum = 0n;
    for (let u = Math.max(0, failed - theirs); u <= Math.min(ours, failed); u += 1)
      sum += choose(ours, u) * choose(theirs, failed - u) * odds ** BigInt(u);
    const scale = 10n ** 30n;
    return Number((odds ** BigInt(x) * choose(ours + theirs, failed) * scale) / sum) / 1e30;
  };

  test('it is the mean of the exact likelihood ratios', () => {
    const checks = fc.record({ cg: fc.nat(9), cb: fc.nat(9), sg: fc.nat(60), sb: fc.nat(9) });
    fc.assert(
      fc.property(checks, ({ cg, cb, sg, sb }) => {
        const ratios = [2n, 5n, 20n, 100n, 1000n].map((odds) => exact(cg + cb, sg + sb, cb + sb, cb, odds));
        const expected = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
        const evidence = Math.exp(againstStable({ canary: counts(cg, cb), stable: counts(sg, sb) }));
        expect(evidence / expected).toBeCloseTo(1, 6);
      }),
    );
  });

  test('a check in which nothing failed, or everything, or one of them did not answer, says nothing', () => {
    for (const [canary, stable] of [
      [counts(3, 0), counts(56, 0)],
      [counts(0, 3), counts(0, 56)],
      [counts(0, 3), counts(0, 0)],
      [counts(0, 0), counts(56, 3)],
    ] as const)
      expect(againstStable({ canary, stable })).toBeCloseTo(0, 9);
  });

  test('no number is too large', () => {
    const alike = { canary: counts(495_000, 5_000), stable: counts(9_405_000, 95_000) };
    const worse = { canary: counts(485_000, 15_000), stable: counts(9_405_000, 95_000) };
    expect(againstStable(alike)).toBeLessThan(0);
    expect(againstStable(worse)).toBeGreaterThan(1_000);
    expect(Number.isFinite(againstStable(worse))).toBe(true);
  });

  test('three of three beside none of fifty-six is enough', () => {
    expect(againstStable({ canary: counts(0, 3), stable: counts(56, 0) })).toBeGreaterThan(ENOUGH);
  });
});

describe('whenever somebody looks', () => {
  const RUNS = 1_000;
  const drawn = (random: () => number, size: number, rate: number) => {
    let bad = 0;
    for (let one = 0; one < size; one += 1) if (random() < rate) bad += 1;
    return counts(size - bad, bad);
  };
  const share = (alarm: (random: () => number) => boolean) =>
    Array.from({ length: RUNS }, (_, seed) => alarm(randomFrom(7_919 * seed + 1))).filter(Boolean).length / RUNS;

  test('a canary that fails just what it may is stopped in at most one of a hundred rollouts', () => {
    const rate = share((random) =>
      wasEverEnoughAgainstAllowed(
        0.01,
        Array.from({ length: 500 }, () => drawn(random, 5, 0.01)),
      ),
    );
    expect(rate).toBeLessThanOrEqual(0.015);
  });

  test('nor is one that fails as the stable does, whatever rate both have from check to check', () => {
    const rate = share((random) =>
      wasEverEnoughAgainstStable(
        Array.from({ length: 80 }, () => {
          const both = random() ** 4;
          return { canary: drawn(random, 3, both), stable: drawn(random, 56, both) };
        }),
      ),
    );
    expect(rate).toBeLessThanOrEqual(0.015);
  });

  test('nor one that cuts as many connections as the stable', () => {
    const rate = share((random) =>
      isMissingAnswers(
        Array.from({ length: 80 }, () => {
          const cut = random();
          const seen = { weight: 5, canary: 0, stable: 0 };
          for (let one = 0; one < 59; one += 1) if (random() >= cut) seen[random() < 0.05 ? 'canary' : 'stable'] += 1;
          return seen;
        }),
      ),
    );
    expect(rate).toBeLessThanOrEqual(0.015);
  });

  test('one that cuts three of four is found', () => {
    const found = share((random) =>
      isMissingAnswers(
        Array.from({ length: 20 }, () => {
          const seen = { weight: 5, canary: 0, stable: 0 };
          for (let one = 0; one < 59; one += 1) {
            const isCanary = random() < 0.05;
            if (!isCanary || random() >= 0.75) seen[isCanary ? 'canary' : 'stable'] += 1;
          }
          return seen;
        }),
      ),
    );
    expect(found).toBeGreaterThan(0.99);
  });
});
