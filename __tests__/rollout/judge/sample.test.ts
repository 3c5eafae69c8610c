import { expect, test } from '@jest/globals';
import { sampleSize } from '../../../src/rollout/judge/sample.js';

test.each([
  [1, 299],
  [5, 59],
  [10, 48],
  [25, 44],
  [50, 22],
  [75, 44],
  [95, 59],
  [99, 299],
  [100, 11],
])('at %d %% a check sends %d requests to each URL', (weight, requests) => {
  expect(sampleSize(weight)).toBe(requests);
});

test('either version is hit with 95 % probability at any weight', () => {
  for (let weight = 1; weight < 100; weight += 1)
    for (const share of [weight / 100, 1 - weight / 100]) expect((1 - share) ** sampleSize(weight)).toBeLessThan(0.05);
});
