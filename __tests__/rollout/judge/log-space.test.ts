import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { logAdd, logChoose, logFactorial, logMean, timesLog } from '../../../src/rollout/judge/log-space.js';

test('the factorial is exact where it is summed, and where the series takes over', () => {
  let sum = 0;
  for (let n = 0; n <= 2_000; n += 1) {
    sum += n === 0 ? 0 : Math.log(n);
    expect(Math.abs(logFactorial(n) - sum)).toBeLessThan(1e-8);
  }
});

test('5 over 2 is 10, and n over 0 is 1', () => {
  expect(Math.exp(logChoose(5, 2))).toBeCloseTo(10, 9);
  expect(logChoose(7, 0)).toBeCloseTo(0, 12);
});

test('the mean of what neither fits into a number', () => {
  expect(logMean([1_000, 1_000])).toBeCloseTo(1_000, 9);
  expect(logMean([-5_000, Number.NEGATIVE_INFINITY])).toBeCloseTo(-5_000 - Math.log(2), 9);
  expect(logMean([Number.POSITIVE_INFINITY, 0])).toBe(Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1 }), (logs) => {
      const plain = Math.log(logs.reduce((total, log) => total + Math.exp(log), 0) / logs.length);
      expect(logMean(logs)).toBeCloseTo(plain, 9);
    }),
  );
});

test('none of something impossible is certain, and one of it impossible', () => {
  expect(timesLog(0, 0)).toBe(0);
  expect(timesLog(1, 0)).toBe(Number.NEGATIVE_INFINITY);
  expect(timesLog(3, Math.E)).toBeCloseTo(3, 12);
});

test('the sum of what neither fits into a number', () => {
  expect(logAdd(1_000, 1_000)).toBeCloseTo(1_000 + Math.log(2), 9);
  expect(logAdd(Number.NEGATIVE_INFINITY, -5_000)).toBe(-5_000);
  expect(logAdd(Number.POSITIVE_INFINITY, -5_000)).toBe(Number.POSITIVE_INFINITY);
  expect(logAdd(Math.log(2), Math.log(3))).toBeCloseTo(Math.log(5), 12);
  expect(logAdd(Math.log(3), Math.log(2))).toBeCloseTo(Math.log(5), 12);
});
