import { describe, expect, test } from '@jest/globals';
import { highestOf, servedIn } from '../../../src/rollout/report/served.js';
import {
  accepted,
  at,
  CANARY,
  LOST,
  measured,
  measurement,
  NOTHING,
  read,
  refused,
  rolloutPlan,
  STABLE,
  serving,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
];
const PLAN = rolloutPlan(STEPS);
const OLD = serving(1, at(0));

describe('the highest weight of a version', () => {
  test('is the highest that was shown, before the run or in it', () => {
    const timeline = [read(1, OLD), read(2, serving(7, at(25))), read(3, serving(8, at(5)))];
    expect(highestOf(CANARY, OLD, timeline)).toBe(25);
    expect(highestOf(STABLE, OLD, timeline)).toBe(100);
    expect(highestOf(CANARY, serving(1, at(40)), [])).toBe(40);
    expect(highestOf(CANARY, NOTHING, [])).toBe(0);
  });

  test('is also one that was accepted, whether or not anybody looked; not one that was refused or lost', () => {
    expect(highestOf(CANARY, OLD, [accepted(2, at(25))])).toBe(25);
    expect(highestOf(CANARY, OLD, [refused(2, at(25), LOST), read(3, OLD)])).toBe(0);
  });
});

describe('how the canary was served', () => {
  test('from the look that first showed it to the one that showed it no more', () => {
    const timeline = [
      read(0, OLD),
      read(10, serving(7, at(5))),
      read(70, serving(8, at(25))),
      read(90, serving(9, at(0))),
    ];
    expect(servedIn(PLAN, timeline)).toEqual({ weights: [5, 25], took: 80, isLonger: false });
  });

  test('to the end of the run where it still does', () => {
    const timeline = [read(0, OLD), read(10, serving(7, at(5))), measured(50, 5, measurement(9))];
    expect(servedIn(PLAN, timeline)).toEqual({ weights: [5], took: 40, isLonger: false });
  });

  test('without the time between, where it served twice, and without answers that lag', () => {
    const twice = [
      read(0, OLD),
      read(10, serving(7, at(5))),
      accepted(15, at(0), '8'),
      read(20, serving(8, at(0))),
      read(50, serving(9, at(5))),
      read(60, serving(10, at(0))),
      read(70, serving(9, at(5))),
      read(90, serving(10, at(0))),
    ];
    expect(servedIn(PLAN, twice)).toEqual({ weights: [5], took: 20, isLonger: false });
    expect(highestOf(CANARY, OLD, [read(0, OLD), read(1, serving(1, at(40)))])).toBe(0);
  });

  test('for longer than is known, where it began with an earlier step', () => {
    const resumed = rolloutPlan(STEPS, {}, 25);
    expect(servedIn(resumed, [read(1_000_000, resumed.before)])).toMatchObject({ weights: [25], isLonger: true });
  });

  test('not at all, where no look has shown it', () => {
    expect(servedIn(PLAN, [read(0, OLD), accepted(2, at(5))])).toBeUndefined();
  });

  test('since before the run, as far as it is known since when', () => {
    const resumed = rolloutPlan(STEPS, {}, 5);
    const timeline = [read(1_000_000, resumed.before), read(1_000_050, resumed.before)];
    expect(servedIn(resumed, timeline)).toEqual({ weights: [5], took: 100_050, isLonger: false });
    expect(servedIn({ ...resumed, bakesAnew: true }, timeline)).toEqual({ weights: [5], took: 50, isLonger: true });
    expect(servedIn({ ...resumed, liveSince: undefined }, timeline)).toMatchObject({ took: 50, isLonger: true });
  });
});
