import { describe, expect, test } from '@jest/globals';
import { isStale, looksAfterChecks } from '../../../src/rollout/decide/check-age.js';
import { stateOf } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  called,
  measured,
  measurement,
  read,
  refused,
  rolloutPlan,
  serving,
  THROTTLED,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const BAKE = 60_000;
const LIVE = serving(7, at(5));
const SHOWN = [read(1, serving(1, at(0))), accepted(2, at(5), '7'), read(3, LIVE)];
const END = 2 + BAKE;
const check = (when: number) => measured(when, 5, measurement(20));

describe('looks after checks', () => {
  test.each<[string, readonly Event[], number]>([
    ['none', [], 0],
    ['nor where nothing was checked', SHOWN, 0],
    ['nor while it bakes', [...SHOWN, check(9), check(19)], 0],
    ['one', [...SHOWN, check(9), read(10, LIVE)], 1],
    ['by all sources', [...SHOWN, check(9), check(9), called(10), read(10, LIVE)], 1],
    ['also where one failed first', [...SHOWN, check(9), unread(10), waited(10, 5, 'retry'), read(15, LIVE)], 1],
    ['but the first alone', [...SHOWN, check(9), read(10, LIVE), read(11, LIVE)], 1],
    ['each', [...SHOWN, check(9), read(10, LIVE), check(11), read(12, LIVE)], 2],
    ['since the last write', [...SHOWN, check(9), read(10, LIVE), refused(11, at(25), THROTTLED), read(12, LIVE)], 0],
  ])('%s', (_name, timeline, count) => {
    expect(looksAfterChecks(timeline)).toBe(count);
  });
});

describe('a check', () => {
  const STEPS = [
    { weight: 5, bake: BAKE },
    { weight: 100, bake: 0 },
  ];
  const stale = (timeline: readonly Event[], plan = rolloutPlan(STEPS)) => isStale(stateOf(plan, timeline));
  const old = [...SHOWN, check(END), read(END + 15_001, LIVE)];

  test('is too old once it is older than the interval', () => {
    expect(stale([...SHOWN, check(END), read(END + 15_000, LIVE)])).toBe(false);
    expect(stale(old)).toBe(true);
  });

  test('is not asked for more than three times in a row', () => {
    const again = (since: number) => [check(since), read(since + 15_001, LIVE)];
    expect(stale([...old, ...again(END + 20_000)])).toBe(true);
    expect(stale([...old, ...again(END + 20_000), ...again(END + 40_000)])).toBe(false);
  });

  test('is needed where a step bakes and is watched', () => {
    expect(stale(old, rolloutPlan(STEPS, { gate: undefined }))).toBe(false);
    expect(stale(old, rolloutPlan([{ weight: 5, bake: 0 }]))).toBe(false);
    expect(stale([read(1, serving(1, at(0)))])).toBe(false);
    expect(stale(SHOWN)).toBe(false);
  });
});
