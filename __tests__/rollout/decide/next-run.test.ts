import { expect, test } from '@jest/globals';
import { nextRun } from '../../../src/rollout/decide/next-run.js';
import { rolloutOf } from '../../support/rollout/builders.js';

test.each([
  ['began', /^It began, since the stable served alone\. .* starts this canary again\.$/],
  ['promoted', /^Stop the schedule: should somebody restore the stable, .* again\.$/],
  ['rolled-back', /^Stop the schedule, or name another canary: .* holds that it failed\.$/],
] as const)('%s: what the next run of a schedule does', (when, sentence) => {
  expect(nextRun(rolloutOf([], { wait: false }), when)).toMatch(sentence);
  expect(nextRun(rolloutOf([]), when)).toBe('');
});
