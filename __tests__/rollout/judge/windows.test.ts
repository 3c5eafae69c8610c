import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomFrom } from '../../../emulator/chance.js';
import { type Check, judge, type Verdict } from '../../../src/rollout/judge/verdict.js';
import { additions, spansOf } from '../../../src/rollout/judge/windows.js';
import { GATE, measurement } from '../../support/rollout/builders.js';

type Pair = readonly [good: number, bad: number];
const pair = ([good, bad]: Pair) => ({ good, bad });
const counted =
  (since: 'check' | 'step') =>
  (canary: Pair, stable?: Pair, weight = 5) => ({
    ...measurement(canary[0], canary[1], { source: 'gate-command', since, stable: stable && pair(stable) }),
    weight,
  });
const step = counted('step');
const check = counted('check');
const on = (checks: readonly Check[], isOver = false): Verdict => judge(GATE, { all: checks, here: checks }, isOver);
const numbers = (checks: readonly Check[]) =>
  checks.map(({ canary, stable }) => [canary.good, canary.bad, stable?.good, stable?.bad]);

describe('counts by spans of time', () => {
  const spanned = (spans: readonly (readonly [Pair, Pair])[], weight = 5): Check => {
    const parts = spans.map(([canary, stable]) => ({ canary: pair(canary), stable: pair(stable) }));
    return { ...step([0, 0], [0, 0], weight), source: 'gate-logs', spans: parts };
  };
  const early = spanned([
    [
      [1, 1],
      [9, 0],
    ],
  ]);
  const late = spanned([
    [
      [2, 1],
      [9, 5],
    ],
    [
      [4, 0],
      [8, 0],
    ],
  ]);
  const failed: Check = { ...measurement(0, 0, { source: 'gate-logs', unknown: 1 }), weight: 5 };

  test.each<[string, readonly Check[], readonly Check[]]>([
    ['the latest takes the place of those before', [early, early, late], [late]],
    ['of each step', [early, late, spanned([], 25)], [late, spanned([], 25)]],
    ['and of its own source', [step([9, 1]), early, late], [step([9, 1]), late]],
    ['a query that failed takes the place of none', [early, late, failed], [late, failed]],
  ])('%s', (_, checks, expected) => {
    expect(additions(checks)).toEqual(expected);
  });

  test('each is a check of its own, in its order, and what has none stays as it is', () => {
    const found = spansOf([step([9, 1], [90, 2]), late]);
    expect(numbers(found)).toEqual([
      [9, 1, 90, 2],
      [2, 1, 9, 5],
      [4, 0, 8, 0],
    ]);
    expect(found.map(({ source, weight }) => [source, weight])).toEqual([
      ['gate-command', 5],
      ['gate-logs', 5],
      ['gate-logs', 5],
    ]);
  });

  test('are weighed by the objects that the check holds, so that what has not changed is weighed once', () => {
    expect(spansOf([late])[0]?.canary).toBe(late.spans?.[0]?.canary);
  });
});

describe('counts of the whole step so far', () => {
  test.each<[string, readonly Check[], unknown]>([
    ['the first is taken as it is', [step([9, 1], [90, 2])], [[9, 1, 90, 2]]],
    [
      'each by what is new in it',
      [step([9, 1], [90, 2]), step([19, 1], [190, 2]), step([19, 4], [200, 2])],
      [
        [9, 1, 90, 2],
        [10, 0, 100, 0],
        [0, 3, 10, 0],
      ],
    ],
    [
      'without a stable alike',
      [step([9, 1]), step([12, 2])],
      [
        [9, 1, undefined, undefined],
        [3, 1, undefined, undefined],
      ],
    ],
    [
      'each step has its own',
      [step([9, 1], [90, 2]), step([3, 0], [9, 0], 25)],
      [
        [9, 1, 90, 2],
        [3, 0, 9, 0],
      ],
    ],
    [
      'one that fell takes back what told more',
      [step([4, 0], [9, 0]), step([9, 9], [90, 2]), step([9, 9], [95, 2]), step([10, 8], [96, 2])],
      [
        [4, 0, 9, 0],
        [6, 8, 87, 2],
      ],
    ],
    ['all of its step where all did', [step([9, 1], [90, 2]), step([9, 1], [90, 1])], [[9, 1, 90, 1]]],
    [
      'and no other',
      [step([9, 9], [90, 2]), check([1, 0], [2, 0]), step([2, 0], [3, 0], 25), step([1, 0], [3, 0], 25)],
      [
        [9, 9, 90, 2],
        [1, 0, 2, 0],
        [1, 0, 3, 0],
      ],
    ],
    [
      'after that it goes on',
      [step([9, 9]), step([9, 1]), step([12, 1])],
      [
        [9, 1, undefined, undefined],
        [3, 0, undefined, undefined],
      ],
    ],
    ['a stable that appears is no addition', [step([9, 1]), step([12, 1], [90, 2])], [[12, 1, 90, 2]]],
    [
      'what the exit code said stays between',
      [step([9, 1]), { ...measurement(1, 0, { source: 'gate-command' }), weight: 5 }, step([12, 1])],
      [
        [9, 1, undefined, undefined],
        [1, 0, undefined, undefined],
        [3, 0, undefined, undefined],
      ],
    ],
    [
      'counts of one check are never taken apart',
      [check([9, 1]), check([12, 2])],
      [
        [9, 1, undefined, undefined],
        [12, 2, undefined, undefined],
      ],
    ],
  ])('%s', (_name, checks, expected) => {
    expect(numbers(additions(checks))).toEqual(expected);
  });

  test('come to what was told last, whatever was told before', () => {
    const count = fc.nat(50);
    const windows = fc.array(fc.record({ good: count, bad: count, sgood: count, sbad: count }), { minLength: 1 });
    fc.assert(
      fc.property(windows, (told) => {
        const checks = told.map(({ good, bad, sgood, sbad }) => step([good, bad], [sgood, sbad]));
        const added = numbers(additions(checks));
        const sums = [0, 1, 2, 3].map((at) => added.reduce((sum, one) => sum + (one[at] ?? 0), 0));
        expect(sums).toEqual(numbers(checks.slice(-1))[0]);
        expect(Math.min(...added.flat().map(Number))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('are judged as if each check had been counted by itself', () => {
    const count = fc.nat(30);
    const some = fc.array(fc.record({ good: count, bad: fc.nat(2), sgood: count, sbad: fc.nat(2) }), { minLength: 1 });
    fc.assert(
      fc.property(some, (told) => {
        let sums = { good: 0, bad: 0, sgood: 0, sbad: 0 };
        const windows = told.map(({ good, bad, sgood, sbad }) => {
          sums = { good: sums.good + good, bad: sums.bad + bad, sgood: sums.sgood + sgood, sbad: sums.sbad + sbad };
          return step([sums.good, sums.bad], [sums.sgood, sums.sbad]);
        });
        const single = told.map(({ good, bad, sgood, sbad }) => check([good, bad], [sgood, sbad]));
        expect(on(windows, false)).toEqual(on(single, false));
        // Before the third a check of its own may be in doubt; one of the whole step would say the same again.
        if (told.length > 2) expect(on(windows, true)).toEqual(on(single, true));
      }),
    );
  });

  test('of a deployment are not compared with those of the one before it', () => {
    const [before, after] = [step([0, 1]), step([9, 1])];
    expect(judge(GATE, { all: [before, after], here: [after] }, false).kind).toBe('pending');
    expect(judge(GATE, { all: [before, step([0, 1])], here: [] }, false).kind).toBe('pending');
    const again = step([0, 1]);
    expect(judge(GATE, { all: [before, again], here: [again] }, false).kind).toBe('unhealthy');
  });

  test('a canary whose failures were taken back is not stopped for them', () => {
    expect(on([step([0, 9], [90, 0])]).kind).toBe('unhealthy');
    expect(on([step([0, 9], [90, 0]), step([9, 0], [90, 0])]).kind).toBe('pending');
  });
});

/**
 * A good canary, told by windows that grow: 40 checks of 1,500 answers, its share 1 % for the first eight and 5 % from
 * then on, as when a step takes its time to reach every edge. In two checks after that the site fails 60 %.
 */
function windowsOf(seed: number): readonly Check[] {
  const random = randomFrom(seed);
  const sums = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
  return Array.from({ length: 40 }, (_, at) => {
    const rate = at === 12 || at === 13 ? 0.6 : 0.001;
    for (let answer = 0; answer < 1_500; answer += 1)
      sums[random() < (at < 8 ? 0.01 : 0.05) ? 'canary' : 'stable'][random() < rate ? 'bad' : 'good'] += 1;
    return step([sums.canary.good, sums.canary.bad], [sums.stable.good, sums.stable.bad]);
  });
}

test('an outage after the share has risen stops no good canary, as it would by the window as a whole', () => {
  const rollouts = Array.from({ length: 60 }, (_, seed) => windowsOf(seed + 1));
  const stopped = rollouts.filter((checks) => on(checks).kind === 'unhealthy');
  const asAWhole = rollouts.filter((checks) => checks.some((window) => on([window]).kind === 'unhealthy'));
  expect(stopped.length).toBeLessThanOrEqual(1);
  expect(asAWhole.length).toBeGreaterThan(40);
});
