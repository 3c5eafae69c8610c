import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gapBefore, refused, taken, UNBOUND } from '../../../src/rollout/decide/rate-limit.js';
import { type Crowd, play } from '../../support/rollout/crowd.js';

const SEEDS = Array.from({ length: 20 }, (_, index) => 7_919 * (index + 1));

const passed = (crowd: Omit<Crowd, 'seed'>) => SEEDS.map((seed) => play({ ...crowd, seed }));

describe('many processes share an account', () => {
  test.each([
    ['splits', { writes: 1, burst: 5 }],
    ['rollouts', { writes: 2, burst: 5 }],
  ])('100 routines, 15 at once, 5 requests a second, %s: none is given up, in good time', (_name, more) => {
    for (const { ratio, refusedPerAccepted, longest } of passed({ jobs: 100, atOnce: 15, rate: 5, ...more })) {
      expect(ratio).toBeLessThan(2);
      expect(refusedPerAccepted).toBeLessThan(1);
      expect(longest).toBeLessThan(5 * 60_000);
    }
  });

  test.each([
    ['four times the rate', { jobs: 100, atOnce: 15, rate: 20, burst: 20, writes: 1 }],
    ['a few processes', { jobs: 30, atOnce: 4, rate: 5, burst: 5, writes: 1 }],
    ['all at once', { jobs: 100, atOnce: 100, rate: 5, burst: 5, writes: 1 }],
  ])('%s: nothing is given up, and most of the rate is used', (_name, crowd) => {
    const all = passed(crowd);
    expect(all.reduce((sum, { ratio }) => sum + ratio, 0) / all.length).toBeLessThan(2);
  });
});

describe('what the pace does not reach: twice the ideal time', () => {
  test.each([
    ['an account that takes no two at once', { jobs: 100, atOnce: 15, rate: 5, burst: 1, writes: 1 }],
    ['one request in two seconds', { jobs: 20, atOnce: 8, rate: 0.5, burst: 1, writes: 1 }],
  ])('%s: it ends all the same, and nothing is given up', (_name, crowd) => {
    for (const { ratio } of passed(crowd)) expect(ratio).toBeLessThan(3.5);
  });
});

const READ = { isWrite: false, rollback: false };
const WRITE = { isWrite: true, rollback: false };

describe('the pace of a process', () => {
  test('a gap that grew before a rollback began does not hold its reads for longer than ten seconds', () => {
    const pace = refused(UNBOUND, 30_000, false);
    expect(gapBefore(pace, READ)).toBe(30_000);
    expect(gapBefore(pace, { ...READ, rollback: true })).toBe(10_000);
  });

  test('nothing is held back before anything was refused', () => {
    expect(gapBefore(taken(UNBOUND, false), READ)).toBe(0);
    expect(taken(UNBOUND, false).throttled).toBe(false);
  });

  test('the gap ends when all is taken, but there are never two at once again', () => {
    let pace = refused(UNBOUND, 30_000, false);
    for (let calls = 0; calls < 30; calls += 1) pace = taken(pace, false);
    expect(pace).toMatchObject({ throttled: true, gap: 0 });
  });

  test('what was refused is the least that is kept from one call to the next', () => {
    expect(refused(UNBOUND, 3_000, false)).toEqual({ throttled: true, gap: 3_000, gapBeforeWrite: 1_000 });
    expect(taken({ throttled: true, gap: 1_000, gapBeforeWrite: 4_000 }, false)).toEqual({
      throttled: true,
      gap: 700,
      gapBeforeWrite: 4_000,
    });
    const left = (gap: number) => taken({ throttled: true, gap, gapBeforeWrite: 1_000 }, false).gap;
    expect([left(72), left(71)]).toEqual([72 * 0.7, 0]);
  });

  test('the gap before a write doubles with each that is refused, up to ten seconds, until one is taken', () => {
    let pace = UNBOUND;
    const gaps = Array.from({ length: 5 }, () => {
      pace = refused(pace, 20_000, true);
      return pace.gapBeforeWrite;
    });
    expect(gaps).toEqual([2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(pace).toMatchObject({ throttled: true, gap: 10_000 });
    expect(gapBefore(pace, WRITE)).toBe(10_000);
    expect(taken(pace, true).gapBeforeWrite).toBe(1_000);
  });

  test('a write follows its read within a second, and is tried again within ten', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (pause) => {
        expect(gapBefore(refused(UNBOUND, pause, false), WRITE)).toBeLessThanOrEqual(1_000);
        expect(gapBefore(refused(UNBOUND, pause, true), READ)).toBeLessThanOrEqual(10_000);
      }),
    );
  });
});
