import { expect, test } from '@jest/globals';
import { observationText, observedIn, wouldEnd } from '../../../src/rollout/decide/observation.js';
import type { Finding } from '../../../src/rollout/model.js';
import { finding, observed, read, serving } from '../../support/rollout/builders.js';
import { at } from '../../support/rollout/walk.js';

const OUTAGE = { why: 'site-fails', how: 'bake-on', sentence: 'the stable fails as well' } as const;

test.each<[Partial<Finding>, string]>([
  [{}, 'In observe mode: would have been rolled back at 5 %, after 40s: it was bad.'],
  [{ how: 'hold', weight: 25 }, 'In observe mode: would have been held at 25 %, after 40s: it was bad.'],
  [OUTAGE, 'In observe mode: would have baked on at 5 %, after 40s: the stable fails as well.'],
  [{ after: 61_499 }, 'In observe mode: would have been rolled back at 5 %, after 1m1s: it was bad.'],
  [{ after: 123 }, 'In observe mode: would have been rolled back at 5 %, after 120ms: it was bad.'],
])('what would have been done, in one sentence: %#', (more, text) => {
  expect(observationText(finding({ sentence: 'it was bad.', ...more }))).toBe(text);
});

test('what would have ended the rollout is told before what would have kept a step, and the first of each', () => {
  expect(observedIn([read(1, serving(1, at(0)))])).toBeUndefined();
  expect(observedIn([observed(2, OUTAGE), observed(3, { ...OUTAGE, weight: 25 })])).toMatchObject({ weight: 5 });
  expect(observedIn([observed(2, OUTAGE), observed(3), observed(4, { weight: 100 })])).toMatchObject({ at: 3 });
  expect([finding(), finding({ why: 'inconclusive' }), finding(OUTAGE)].map(wouldEnd)).toEqual([true, true, false]);
});
