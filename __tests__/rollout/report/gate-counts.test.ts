import { expect, test } from '@jest/globals';
import type { Event, Gate } from '../../../src/rollout/model.js';
import { checksIn, gateCounts } from '../../../src/rollout/report/gate-counts.js';
import { baseline, GATE, measured, measurement, rolloutPlan } from '../../support/rollout/builders.js';

const counts = (gate: Gate | undefined, ...timeline: readonly Event[]) =>
  gateCounts(rolloutPlan([{ weight: 5, bake: 60_000 }], { gate }), timeline);
const stable = { good: 90, bad: 1 };

test.each<[string, readonly Event[], readonly string[]]>([
  ['no check', [baseline(1, 9)], ['The gate made no check.']],
  [
    'both sides',
    [measured(1, 5, measurement(9, 1, { stable })), measured(2, 25, measurement(10, 0, { stable }))],
    ['The gate saw 1 of 20 answers of the canary fail, and 2 of 182 of the stable.'],
  ],
  [
    'a stable that gave no answer',
    [measured(1, 5, measurement(9, 1, { stable: { good: 0, bad: 0 } }))],
    ['The gate saw 1 of 10 answers of the canary fail, and none of the stable.'],
  ],
  [
    'a canary that gave no answer',
    [measured(1, 5, measurement(0, 0, { stable }))],
    ['The gate saw no answer of the canary, and 1 of 91 of the stable.'],
  ],
  [
    'versions that nobody can tell apart',
    [measured(1, 5, measurement(9, 1)), measured(2, 100, measurement(10))],
    ['The gate saw 1 of 20 answers fail, whichever version gave them.'],
  ],
  ['no answer at all', [measured(1, 5, measurement(0))], ['The gate saw no answer.']],
  [
    'the canary alone at 100 %',
    [measured(1, 100, measurement(9, 1))],
    ['The gate saw 1 of 10 answers of the canary fail.'],
  ],
  [
    'a command that exits',
    [measured(1, 5, measurement(1, 0, { source: 'gate-command' }))],
    ['The gate saw 0 of 1 check by `gate-command` fail.'],
  ],
  [
    'counts of the whole step, which hold those before',
    [4, 9].map((good) => measured(good, 5, measurement(good, 1, { source: 'gate-command', since: 'step', stable }))),
    ['The gate saw 1 of 10 answers of the canary fail, and 1 of 91 of the stable.'],
  ],
  [
    'two sources',
    [measured(1, 5, measurement(9, 0, { stable })), measured(2, 5, measurement(7, 0, { source: 'gate-logs', stable }))],
    [
      'By `gate-url` the gate saw 0 of 9 answers of the canary fail, and 1 of 91 of the stable.',
      'By `gate-logs` the gate saw 0 of 7 answers of the canary fail, and 1 of 91 of the stable.',
    ],
  ],
])('what the gate saw: %s', (_name, timeline, sentences) => {
  expect(counts(GATE, ...timeline)).toEqual(sentences);
});

test('where there is none, that is said', () => {
  expect(counts(undefined)).toEqual(['No gate watched it.']);
});

test('a check has the weight at which it was taken', () => {
  expect(checksIn([measured(1, 5, measurement(9)), baseline(2, 1)])).toEqual([{ ...measurement(9), weight: 5 }]);
});
