import { describe, expect, test } from '@jest/globals';
import { canaryWeight, courseOf, isBack, liveCanaryWeight, splitAt } from '../../../src/rollout/decide/course.js';
import {
  at,
  CANARY,
  GATE,
  NOTHING,
  rolloutPlan,
  STABLE,
  serving,
  splitOf,
  splitPlan,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];

describe('where a plan leads', () => {
  test('a fixed split is one target without a bake, a gate or a way back', () => {
    expect(courseOf(splitPlan(at(10), NOTHING))).toEqual({
      targets: [{ split: at(10), weight: 100, bake: 0 }],
      liveSince: undefined,
      back: undefined,
      gate: undefined,
      wait: true,
      on: { unhealthy: 'hold', inconclusive: 'hold', undeployable: 'hold', unreadable: 'hold', cancelled: 'hold' },
    });
  });

  test('a rollout has a target for each step that is to do, and the stable behind it', () => {
    expect(courseOf(rolloutPlan(STEPS, { wait: false }, 5))).toEqual({
      targets: [
        { split: at(5), weight: 5, bake: 60_000 },
        { split: at(100), weight: 100, bake: 0 },
      ],
      liveSince: 900_000,
      back: at(0),
      gate: GATE,
      wait: false,
      on: {
        unhealthy: 'rollback',
        inconclusive: 'rollback',
        undeployable: 'rollback',
        unreadable: 'rollback',
        cancelled: 'rollback',
      },
    });
  });

  test.each([
    ['onFailure', ['unhealthy', 'undeployable', 'unreadable']],
    ['onInconclusive', ['inconclusive']],
    ['onCancel', ['cancelled']],
  ] as const)('%s says what becomes of %j', (input, reasons) => {
    const { on } = courseOf(rolloutPlan(STEPS, { [input]: 'hold' }));
    expect(Object.keys(on).filter((why) => on[why as keyof typeof on] === 'hold')).toEqual(reasons);
  });

  test('there is no way back to nothing', () => {
    const course = courseOf({ ...rolloutPlan(STEPS), stable: undefined });
    expect(course.back).toBeUndefined();
    expect(course.targets[0]?.split).toEqual(at(100));
    expect(isBack(course, at(0))).toBe(false);
  });
});

test.each([
  [5, STABLE, at(5)],
  [100, STABLE, at(100)],
  [5, undefined, at(100)],
])('the canary at %d %% beside %s', (weight, stable, split) => {
  expect(splitAt(CANARY, stable, weight)).toEqual(split);
});

test('the way back is the stable alone', () => {
  const course = courseOf(rolloutPlan(STEPS));
  expect(isBack(course, at(0))).toBe(true);
  expect(isBack(course, at(5))).toBe(false);
});

test('the weight of the canary, which a fixed split does not have', () => {
  const rollout = rolloutPlan(STEPS);
  const split = splitPlan(at(10), NOTHING);
  expect([
    canaryWeight(rollout, at(5)),
    canaryWeight(rollout, splitOf(['3', 100])),
    canaryWeight(split, at(5)),
  ]).toEqual([5, 0, 0]);
  expect(liveCanaryWeight(rollout, serving(7, at(25)))).toBe(25);
  expect(liveCanaryWeight(rollout, NOTHING)).toBe(0);
});
