import { describe, expect, test } from '@jest/globals';
import type { RolloutPlan } from '../../../src/rollout/decide/course.js';
import type { Event } from '../../../src/rollout/model.js';
import type { Outcome } from '../../../src/rollout/outcome.js';
import { stepStates } from '../../../src/rollout/report/step-states.js';
import {
  accepted,
  adopted,
  at,
  FOREIGN,
  LOST,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 90_000 },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const RESUMED = rolloutPlan(STEPS, {}, 5);
const OLD = serving(1, at(0));
const THEIRS = serving(9, FOREIGN);

const states = (plan: RolloutPlan, timeline: readonly Event[], outcome: Outcome = 'promoted') =>
  stepStates(plan, timeline, outcome).map(({ state }) => state);

/** The first two steps go live 0.4 s and 60 s after the run began. */
const TWO = [
  read(1_000, OLD),
  accepted(1_300, at(5), '7'),
  read(1_400, serving(7, at(5))),
  accepted(61_000, at(25), '8'),
  read(61_200, serving(8, at(25))),
];

describe('of the steps', () => {
  test.each<[Outcome, string]>([
    ['promoted', '✅ live'],
    ['baking', '⏳ live'],
    ['failed', 'live'],
    ['rolled-back', '⏪ rolled back'],
    ['held', '✋ held'],
    ['rollback-failed', '🚨 rollback failed'],
    ['drifted', 'live'],
  ])('%s: the last that was live is %s', (outcome, state) => {
    expect(states(PLAN, TWO, outcome)).toEqual(['✅ passed', state, 'not reached']);
  });

  test('which were live, and which not', () => {
    const told = stepStates(PLAN, TWO, 'held');
    expect(told.map(({ step, isReached }) => [step, isReached])).toEqual([
      [STEPS[0], true],
      [STEPS[1], true],
      [STEPS[2], false],
    ]);
  });

  test('what a dry run plans', () => {
    expect(states(PLAN, [read(0, OLD)], 'planned')).toEqual(['planned', 'planned', 'planned']);
  });

  test('where a gate in observe mode would have ended it, or kept it', () => {
    const kept = { why: 'site-fails', how: 'bake-on' } as const;
    const found = [observed(50_000, kept), observed(55_000), observed(62_000, { ...kept, weight: 25 })];
    expect(states(PLAN, [...TWO, ...found])).toEqual([
      '✅ passed, would have been rolled back',
      '✅ live, would have baked on',
      'not reached',
    ]);
  });

  test('somebody else took its place', () => {
    const taken = [...TWO, read(70_000, THEIRS)];
    expect(states(PLAN, taken, 'drifted')[1]).toBe('⚠️ replaced by somebody else');
    expect(states(PLAN, taken, 'held')[1]).toBe('✋ held');
  });

  test('somebody else took a step that this run went on from', () => {
    const taken = [...TWO, read(70_000, serving(12, at(40))), adopted(70_000, at(40), '12', { bake: 60_000 })];
    expect(states(PLAN, taken, 'paused')).toEqual([
      '✅ passed',
      '⏭️ ended by somebody else',
      '⏸️ live, moved there by somebody else',
      'not reached',
    ]);
  });

  test('somebody else ended it', () => {
    const ended = [...TWO, read(70_000, serving(12, at(100)))];
    expect(states(PLAN, ended)).toEqual(['✅ passed', '⏭️ ended by somebody else', '✅ live']);
    const parked = { ...PLAN, todo: PLAN.todo.slice(0, 2) };
    expect(states(parked, ended)[1]).toBe('✅ replaced by somebody else');
    expect(states(PLAN, [...TWO, read(70_000, serving(12, at(0)))], 'rolled-back')[1]).toBe('⏪ rolled back');
  });

  test('none is called live that did not show', () => {
    const sent = [...TWO.slice(0, 3), accepted(61_000, at(25), '8'), read(91_000, serving(7, at(5)))];
    expect(states(PLAN, sent, 'failed')).toEqual(['live', 'sent, and not shown', 'not reached']);
    expect(states(PLAN, TWO, 'failed')[1]).toBe('live');
  });

  test('what was live before this run', () => {
    expect(states(RESUMED, [read(0, RESUMED.before)])).toEqual(['✅ live', 'not reached', 'not reached']);
    expect(states(RESUMED, TWO.slice(3))[0]).toBe('✅ passed');
  });

  test.each<[string, readonly Event[], string]>([
    ['accepted', [accepted(2, at(5)), read(3, serving(7, at(5)))], '✅ live'],
    ['accepted, and nobody looked', [accepted(2, at(5))], 'sent, and not shown'],
    ['refused', [refused(2, at(5)), read(3, OLD)], 'not reached'],
    ['lost', [refused(2, at(5), LOST), read(3, OLD)], 'sent, and not shown'],
    ['lost and found', [refused(2, at(5), LOST), read(3, serving(7, at(5)))], '✅ live'],
    ['nothing', [], 'not reached'],
  ])('one was live, as far as anybody knows: %s', (_name, timeline, state) => {
    expect(states(PLAN, timeline)[0]).toBe(state);
  });
});
