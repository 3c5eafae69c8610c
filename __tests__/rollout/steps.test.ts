import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSteps, stepAt, stepsText, strayText } from '../../src/rollout/steps.js';

const duration = fc.integer({ min: 0, max: 120 * 3_600_000 });
const steps = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 })
  .chain((weights) =>
    fc.tuple(...weights.sort((one, other) => one - other).map((weight) => duration.map((bake) => ({ weight, bake })))),
  );

const mistakes = (text: string) => {
  const read = readSteps(text);
  return read.ok ? [] : read.error;
};

describe('steps', () => {
  test('any steps survive being written and read', () => {
    fc.assert(
      fc.property(steps, (some) => {
        expect(readSteps(stepsText(some))).toEqual({ ok: true, value: some });
      }),
    );
  });

  test('by comma or newline, with spaces', () => {
    expect(readSteps(' 5% for 5m,\n 25 %  for  1h30m \n100%')).toEqual({
      ok: true,
      value: [
        { weight: 5, bake: 300_000 },
        { weight: 25, bake: 5_400_000 },
        { weight: 100, bake: 0 },
      ],
    });
  });

  test.each([
    ['', 'no step'],
    ['5', 'is not a step'],
    ['5% 5m', 'is not a step'],
    ['0%', 'is not a step'],
    ['101%', 'is not a step'],
    ['5.5%', 'is not a step'],
    ['5% for', 'is not a step'],
    ['5% for 5', 'is not a bake time'],
    ['5% for 1000h', 'is not a bake time'],
    ['5%, 5%', 'must rise'],
    ['25%, 5%', 'must rise'],
    ['1e1%', 'is not a step'],
    ['5% for 121h', '"121h" in "5% for 121h" is not a bake time'],
  ])('%j is refused: %s', (text, sentence) => {
    expect(mistakes(text).join('; ')).toContain(sentence);
  });

  test('the longest bake is five days', () => {
    expect(readSteps('5% for 120h')).toMatchObject({ ok: true });
    expect(mistakes('5% for 120h1ms')).toHaveLength(1);
  });

  test('every mistake is told', () => {
    expect(mistakes('5% for 5, x, 30%, 20%')).toEqual([
      '"5" in "5% for 5" is not a bake time: it is a duration with its unit up to 120h, such as "5m"',
      '"x" is not a step: it is "WEIGHT%" or "WEIGHT% for DURATION", with a whole weight from 1 to 100',
      'weights must rise, but 20 % does not exceed the step before it',
    ]);
  });

  test('the text leaves a bake out that there is none of', () => {
    expect(
      stepsText([
        { weight: 5, bake: 90_000 },
        { weight: 100, bake: 0 },
      ]),
    ).toBe('5% for 1m30s, 100%');
  });
});

describe('a live weight', () => {
  const SOME = [
    { weight: 5, bake: 300_000 },
    { weight: 25, bake: 0 },
    { weight: 50, bake: 60_000 },
  ];

  test.each([
    [5, { weight: 5, bake: 300_000 }],
    [25, { weight: 25, bake: 0 }],
    [1, { weight: 1, bake: 300_000 }],
    [24, { weight: 24, bake: 300_000 }],
    [26, { weight: 26, bake: 0 }],
    [51, undefined],
  ])('%d %% is that step, or bakes like the one below it, or like the first', (weight, step) => {
    expect(stepAt(SOME, weight)).toEqual(step);
  });

  test.each([
    [1, '1 % is live and is no step; it bakes for 5m like 5 %'],
    [26, '26 % is live and is no step; it does not bake, like 25 %'],
    [50, '50 % is live and is no step; it does not bake, like 25 %'],
  ])('%d %% that is no step', (weight, text) => {
    expect(strayText(SOME, weight)).toBe(text);
  });
});
