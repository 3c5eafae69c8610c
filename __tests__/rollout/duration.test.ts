import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { durationText, readDuration, rounded, seconds } from '../../src/rollout/duration.js';

describe('readDuration', () => {
  test.each([
    ['800ms', 800],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h2m3s4ms', 3_723_004],
    ['0s', 0],
    ['999999h', 999_999 * 3_600_000],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(readDuration(text)).toBe(milliseconds);
  });

  test.each([
    '',
    '5',
    'm',
    '5 m',
    ' 5m',
    '5m ',
    '-5m',
    '1.5h',
    '5d',
    '5M',
    '1m1m',
    '30m1h',
    '1s1m',
    '1000000s',
    '5m!',
    '٥m',
  ])('%j is none', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });
});

describe('durationText', () => {
  test.each([
    [0, '0s'],
    [-5, '0s'],
    [0.4, '0s'],
    [0.6, '1ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [90_000, '1m30s'],
    [3_600_000, '1h'],
    [3_723_004, '1h2m3s4ms'],
    [360_000_000, '100h'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  test('a duration survives being written and read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 * 3_600_000 }), (milliseconds) => {
        expect(readDuration(durationText(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

test.each([
  [-5, 0],
  [4, 0],
  [126, 130],
  [994, 990],
  [1_499, 1_000],
  [61_500, 62_000],
])('roughly: %d ms is %d ms', (milliseconds, expected) => {
  expect(rounded(milliseconds)).toBe(expected);
});

test.each([
  [310, '0.31 s'],
  [0, '0.00 s'],
  [60_000, '60.00 s'],
])('seconds: %d ms is %s', (milliseconds, text) => {
  expect(seconds(milliseconds)).toBe(text);
});
