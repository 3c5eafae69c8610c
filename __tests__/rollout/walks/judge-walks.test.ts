import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../emulator/chance.js';
import type { Check } from '../../../src/rollout/judge/verdict.js';
import { checkOf, counts, drawn, kindOf, SIZES } from '../../support/rollout/drawn-checks.js';

/** Good canaries over long rollouts, looked at after every check. */
const RUNS = 200;
const CHECKS = 500;
/** Of so few rollouts a share is not exact: three standard deviations. */
const MOST = 0.01 + 3 * Math.sqrt((0.01 * 0.99) / RUNS);
const stopped = (checkAt: (random: () => number, at: number) => Check) =>
  Array.from({ length: RUNS }, (_, seed) => {
    const random = randomFrom(7_919 * seed + 1);
    return kindOf(Array.from({ length: CHECKS }, (_check, at) => checkAt(random, at)));
  }).filter((kind) => kind === 'unhealthy').length / RUNS;

describe('a good canary is stopped in at most one of a hundred long rollouts', () => {
  test.each([1, 11])('that fails just what it may, alone, %d answers a check', (size) => {
    expect(stopped((random) => checkOf(drawn(random, size, 0.01), undefined, 100))).toBeLessThanOrEqual(MOST);
  });

  test.each([5, 50] as const)('beside a stable that fails as much, at %d %%', (weight) => {
    const [ours, theirs] = SIZES[weight];
    const share = stopped((random) => checkOf(drawn(random, ours, 0.01), drawn(random, theirs, 0.01), weight));
    expect(share).toBeLessThanOrEqual(MOST);
  });

  test.each([5, 50] as const)('with an outage of both now and then, at %d %%', (weight) => {
    const [ours, theirs] = SIZES[weight];
    const share = stopped((random, at) => {
      const rate = at % 100 < 8 ? 0.5 : 0.005;
      return checkOf(drawn(random, ours, rate), drawn(random, theirs, rate), weight);
    });
    expect(share).toBeLessThanOrEqual(MOST);
  });

  test('where both cut connections now and then', () => {
    const share = stopped((random, at) => {
      const cut = at % 100 < 8 ? 0.6 : 0;
      const seen = { ours: 0, theirs: 0, cut: 0 };
      for (let request = 0; request < 59; request += 1) {
        const who = random() < 0.05 ? 'ours' : 'theirs';
        seen[random() < cut ? 'cut' : who] += 1;
      }
      return checkOf(counts(seen.ours, 0), counts(seen.theirs, 0), 5, seen.cut);
    });
    expect(share).toBeLessThanOrEqual(MOST);
  });
});
