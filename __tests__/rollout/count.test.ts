import { expect, test } from '@jest/globals';
import { counted, failedOf } from '../../src/rollout/count.js';

test.each([
  [0, '0 answers'],
  [1, '1 answer'],
  [2, '2 answers'],
  [11, '11 answers'],
])('%i of a thing', (count, things) => {
  expect(counted(count, 'answer')).toBe(things);
});

test('counts are of those that failed', () => {
  expect(failedOf({ good: 53, bad: 3 })).toBe('3 of 56');
  expect(failedOf({ good: 53, bad: 3 }, 'answer')).toBe('3 of 56 answers');
  expect(failedOf({ good: 0, bad: 1 }, 'check')).toBe('1 of 1 check');
});
