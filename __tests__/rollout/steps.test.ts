import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSteps, stepsText } from '../../src/rollout/steps.js';

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
    expect(readSteps(' 5% for 5m,\n 25 % for 1h30m \n100%')).toEqual({
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
  ])('%j is refused: %s', (text, sentence) => {
    expect(mistakes(text).join('; ')).toContain(sentence);
  });

  test('every mistake is told', () => {
    expect(mistakes('5% for 5, x, 30%, 20%')).toHaveLength(3);
  });
});
