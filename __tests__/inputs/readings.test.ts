import { expect, test } from '@jest/globals';
import { isGiven, readEach, valueIn, valuesIn } from '../../src/inputs/readings.js';
import { INPUTS } from '../../src/inputs/table.js';
import { GOOD, NOTHING } from '../support/inputs/given-inputs.js';

test('each input is right, wrong or absent, whatever the others are', () => {
  const readings = readEach({ ...NOTHING, routine: 'hello', canary: 'x', steps: '5%' });
  expect(readings).toMatchObject({
    routine: { ok: true, value: 'hello' },
    env: { ok: false, error: ['nothing is given; allowed is "staging" or "production"'] },
    versions: { ok: true, value: undefined },
    canary: { ok: false, error: [expect.stringMatching(/^"x" is not a code version/)] },
    steps: { ok: true, value: [{ weight: 5, bake: 0 }] },
    wait: { ok: true, value: true },
  });
  expect(Object.keys(readings)).toEqual([...INPUTS]);
  expect([isGiven(readings.versions), isGiven(readings.canary), isGiven(readings.steps)]).toEqual([false, true, true]);
  expect([valueIn(readings.versions), valueIn(readings.canary), valueIn(readings.routine)]).toEqual([
    undefined,
    undefined,
    'hello',
  ]);
});

test('the values of all, where all are right', () => {
  const values = valuesIn(readEach(GOOD));
  expect(values).toMatchObject({ ok: true, value: { routine: 'hello', canary: undefined, 'api-timeout': 30_000 } });
  expect(Object.keys(values.ok ? values.value : {})).toEqual([...INPUTS]);
});

test('otherwise every mistake of each, by its name', () => {
  const values = valuesIn(readEach({ ...GOOD, env: 'x', 'gate-expect': 'a,b' }));
  expect(values.ok ? [] : values.error.map(({ input }) => input)).toEqual(['env', 'gate-expect', 'gate-expect']);
});
