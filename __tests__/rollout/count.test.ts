import { expect, test } from '@jest/globals';
import { counted, countedWere, failedOf } from '../../src/rollout/count.js';

test.each([
  [0, '0 answers', '0 answers were'],
  [1, '1 answer', '1 answer was'],
  [2, '2 answers', '2 answers were'],
  [11, '11 answers', '11 answers were'],
])('%i of a thing', (count, things, were) => {
  expect(counted(count, 'answer')).toBe(things);
  expect(countedWere(count, 'answer')).toBe(were);
});

test('counts are of those that failed', () => {
  expect(failedOf({ good: 53, bad: 3 })).toBe('3 of 56');
  expect(failedOf({ good: 53, bad: 3 }, 'answer')).toBe('3 of 56 answers');
  expect(failedOf({ good: 0, bad: 1 }, 'check')).toBe('1 of 1 check');
});
