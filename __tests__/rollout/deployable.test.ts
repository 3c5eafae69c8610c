import { expect, test } from '@jest/globals';
import { isAvailable, isBoundElsewhere } from '../../src/rollout/deployable.js';

test.each([
  [undefined, true],
  ['Available', true],
  ['available', true],
  ['AVAILABLE', true],
  ['Init', false],
  ['Failed', false],
  ['', false],
  [' Available', false],
])('status %j: %p', (status, expected) => {
  expect(isAvailable({ status })).toBe(expected);
});

test.each([
  [undefined, false],
  ['production', false],
  ['Production', false],
  ['staging', true],
  ['', true],
])('bound to %j, seen from production: %p', (boundTo, expected) => {
  expect(isBoundElsewhere({ boundTo }, 'production')).toBe(expected);
});
