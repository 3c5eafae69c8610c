import { describe, expect, test } from '@jest/globals';
import { ENOUGH } from '../../../src/rollout/judge/change-points.js';
import { againstAllowed } from '../../../src/rollout/judge/evidence.js';
import { atLeast, sensitivityOf } from '../../../src/rollout/judge/sensitivity.js';
import { type Check, judge } from '../../../src/rollout/judge/verdict.js';
import { measurement, GATE as WITHOUT_URLS } from '../../support/rollout/builders.js';

const GATE = { ...WITHOUT_URLS, urls: 1 };
const MINUTE = 60_000;
const STEPS = [
  { weight: 5, bake: 5 * MINUTE },
  { weight: 25, bake: 10 * MINUTE },
  { weight: 100, bake: 5 * MINUTE },
];
const MARKED = { ...GATE, mark: 'x-commit' };

describe('with a mark', () => {
  const seen = sensitivityOf(MARKED, STEPS);

  test('how many requests are sent and how many answers are the canary’s', () => {
    expect(seen.map(({ weight, requests, answers }) => [weight, requests, Math.round(answers)])).toEqual([
      [5, 59, 59],
      [25, 44, 440],
      [100, 11, 220],
    ]);
  });

  test('the rate that is caught is caught with 95 % probability, and less is not', () => {
    // Drawn, not computed: 59 answers of a canary that fails so much.
    const rate = seen[0]?.caught ?? 0;
    const share = (p: number) => {
      let state = 1;
      const random = () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      let caught = 0;
      for (let run = 0; run < 4_000; run += 1) {
        let bad = 0;
        for (let one = 0; one < 59; one += 1) if (random() < p) bad += 1;
        if (againstAllowed(0.01, { good: 59 - bad, bad }) >= ENOUGH) caught += 1;
      }
      return caught / 4_000;
    };
    expect(share(rate)).toBeGreaterThan(0.93);
    expect(share(rate)).toBeLessThan(0.97);
    expect(share(rate - 0.03)).toBeLessThan(0.92);
  });

  test.each([5, 50, 75, 90, 95, 99])('what is promised at %d %% holds beside the control', (weight) => {
    const [step] = sensitivityOf(MARKED, [{ weight, bake: 150_000 }]);
    let state = 7;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const isCaught = () => {
      const all: Check[] = [];
      for (let check = 0; check < 10; check += 1) {
        const counts = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
        for (let request = 0; request < (step?.requests ?? 0); request += 1) {
          const who = random() * 100 < weight ? 'canary' : 'stable';
          counts[who][who === 'canary' && random() < (step?.caught ?? 0) ? 'bad' : 'good'] += 1;
        }
        all.push({ ...measurement(0), ...counts, weight });
      }
      return judge(MARKED, { all, here: all }, false).kind === 'unhealthy';
    };
    const caught = Array.from({ length: 300 }, isCaught).filter(Boolean).length;
    expect(caught / 300).toBeGreaterThan(0.9);
  });

  test('evidence is carried to the next step, and starts anew at 100 %', () => {
    const [first = 0, second = 0, last = 0] = seen.map(({ caught }) => caught);
    expect(second).toBeLessThan(first);
    expect(last).toBeGreaterThan(second);
  });
});

test('what is promised is what evidence from the beginning alone is enough for', () => {
  /** In plain numbers: the fewest bad answers of `n` whose mean likelihood ratio, at its part of the prior, is a hundred. */
  const fewest = (n: number) => {
    const rates = [0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 0.999];
    const isEnough = (bad: number) =>
      ((0.9 + 0.1 / 31) / rates.length) *
        rates.reduce((sum, rate) => sum + (rate / 0.01) ** bad * ((1 - rate) / 0.99) ** (n - bad), 0) >=
      100;
    return Array.from({ length: n + 1 }, (_, bad) => bad).find(isEnough) ?? n;
  };
  for (let checks = 2; checks <= 60; checks += 1) {
    const [step] = sensitivityOf(MARKED, [{ weight: 100, bake: checks * MARKED.interval }]);
    expect(atLeast(fewest(11 * checks), 11 * checks, step?.caught ?? 0)).toBeCloseTo(0.95, 6);
  }
});

test('without a mark the canary’s failures hide among the stable’s answers', () => {
  const [mixed, marked] = [GATE, MARKED].map((gate) => sensitivityOf(gate, STEPS)[0]?.caught ?? 0);
  expect(mixed).toBeGreaterThan(2 * (marked ?? 1));
});

test.each([
  ['1 % without a mark', GATE, { weight: 1, bake: 5 * MINUTE }],
  ['one answer in all', { ...MARKED, interval: 10 * MINUTE, successRate: 50 }, { weight: 1, bake: MINUTE }],
])('even a dead canary would go unseen: %s', (_name, gate, step) => {
  expect(sensitivityOf(gate, [step])[0]?.caught).toBeUndefined();
});

test('a step that is not held is not watched, and where no URL is asked nothing is said', () => {
  expect(sensitivityOf(MARKED, [{ weight: 5, bake: 0 }])).toEqual([]);
  expect(sensitivityOf({ ...MARKED, urls: 0 }, STEPS)).toEqual([]);
});
