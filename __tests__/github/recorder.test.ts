import { expect, test } from '@jest/globals';
import { guarded, NO_RECORD, type Recorder } from '../../src/github/recorder.js';
import { failed } from '../../src/rollout/result.js';
import { NOTHING, rolloutPlan } from '../support/rollout/builders.js';

const plan = rolloutPlan([{ weight: 100, bake: 0 }]);

test('what a recorder throws is a warning, and the plan stays what it is', async () => {
  const broken = () => Promise.reject(new Error('planted\n::error::x'));
  const recorder: Recorder = { begin: broken, note: () => {}, end: broken, close: broken, previousVersion: broken };
  const said: string[] = [];
  const safe = guarded(recorder, (sentence) => said.push(sentence));
  expect(await safe.begin(plan)).toBe(plan);
  await safe.end({ plan, timeline: [], conclusion: { outcome: 'promoted', reason: '', advice: [] }, live: undefined });
  await safe.close(true);
  expect(await safe.previousVersion(NOTHING)).toEqual(failed('the records at GitHub could not be read'));
  expect(said).toHaveLength(4);
  expect(said[0]).toMatch(/by a fault in the action itself: planted/);
});

test('without a record nothing is done, and nobody knows what was before', async () => {
  expect(await NO_RECORD.begin(plan)).toBe(plan);
  // Also where one was asked for and there is no token, so it does not say that none was.
  expect(await NO_RECORD.previousVersion(NOTHING)).toEqual(failed('the records at GitHub could not be read'));
});
