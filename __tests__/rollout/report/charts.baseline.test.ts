import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../src/rollout/model.js';
import { beforeSteps } from '../../../src/rollout/report/charts.js';
import {
  at,
  baseline,
  measured,
  measurement,
  read,
  rolloutPlan,
  serving,
  UNMARKED,
} from '../../support/rollout/builders.js';

describe('what the stable answered alone', () => {
  const plan = rolloutPlan([{ weight: 5, bake: 60_000 }], { gate: UNMARKED });
  const OLD = read(1, serving(1, at(0)));

  test.each<[string, readonly Event[], string | RegExp]>([
    ['is told', [OLD, baseline(2, 59)], '0 of 59 answers of the stable failed before the first step.'],
    [
      'also one that chance explains',
      [OLD, baseline(2, 58, 1)],
      '1 of 59 answers of the stable failed before the first step.',
    ],
    [
      'and that there was none',
      [OLD, baseline(2, 0, 0, { unknown: 59 })],
      'No answer of the stable could be had before the first step.',
    ],
    [
      'with the remedy where it fails already',
      [OLD, baseline(2, 50, 9)],
      /^⚠️ Before the first step 9 of 59 answers of the stable 1 failed, .*<code>gate-version-header<\/code>/,
    ],
    ['is nothing where it was not asked', [OLD, measured(2, 5, measurement(9))], ''],
  ])('%s', (_name, timeline, text) => {
    if (typeof text === 'string') expect(beforeSteps(plan, timeline)).toBe(text);
    else expect(beforeSteps(plan, timeline)).toMatch(text);
  });

  test('is nothing without a gate', () => {
    expect(beforeSteps(rolloutPlan([], { gate: undefined }), [baseline(2, 0, 9)])).toBe('');
  });
});
