import { describe, expect, test } from '@jest/globals';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import { leadsBack, type State, stateOf } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  at,
  cancelled,
  fault,
  LOST,
  measured,
  measurement,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  TRANSIENT,
  waited,
} from '../../support/rollout/builders.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: BAKE },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const SPLIT = splitPlan(at(10), serving(1, at(0)));
const OLD = serving(1, at(0));

const state = (timeline: readonly Event[], plan: WritingPlan = PLAN): State => stateOf(plan, timeline);

/** The step of 5 % is live, and began to bake at 2. */
const LIVE = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const END = 2 + BAKE;
const good = (when: number) => measured(when, 5, measurement(20));
const bad = (when: number) => measured(when, 5, measurement(0, 5));
const down = (when: number) => measured(when, 5, measurement(1, 2, { stable: { good: 20, bad: 36 } }));
const blind = (when: number) => measured(when, 5, measurement(0, 0, { unknown: 9 }));

describe('why a run leaves its path', () => {
  const abort = (timeline: readonly Event[], plan: WritingPlan = PLAN) => state(timeline, plan).abort;
  const STOPPED = { why: 'cancelled', how: 'rollback', sentence: 'SIGINT' };

  test.each<[string, readonly Event[], object | undefined]>([
    ['all is well', [...LIVE, good(10)], undefined],
    ['the gate failed', [...LIVE, good(10), bad(20)], { why: 'unhealthy', how: 'rollback' }],
    ['it saw nothing, and the bake goes on', [...LIVE, blind(20)], undefined],
    ['it saw nothing to the end', [...LIVE, blind(END)], { why: 'inconclusive', how: 'rollback' }],
    ['the site fails, for as long again as the bake', [...LIVE, down(END), down(END + BAKE - 1)], undefined],
    [
      'and no longer',
      [...LIVE, down(END), down(END + BAKE)],
      { why: 'inconclusive', how: 'rollback', sentence: expect.stringContaining('the stable fails as well') },
    ],
    ['cancelled', [...LIVE, cancelled(10)], STOPPED],
    ['cancelled after the gate failed', [...LIVE, bad(5), cancelled(10)], { why: 'unhealthy' }],
    ['the gate failed after it was cancelled', [...LIVE, cancelled(10), bad(11)], STOPPED],
    [
      'what the run before left',
      [aborted(2, { why: 'cancelled', how: 'hold', sentence: 's' }), bad(3)],
      { why: 'cancelled', how: 'hold', sentence: 's' },
    ],
    ['also after a cancellation', [cancelled(1), aborted(2)], { why: 'unhealthy', sentence: 'it was bad' }],
    [
      'the rollback was sent',
      [...LIVE, bad(5), accepted(6, at(0), '9'), read(7, serving(9, at(0)))],
      { why: 'unhealthy' },
    ],
    ['and failed', [...LIVE, bad(5), refused(6, at(0)), read(7, serving(7, at(5)))], { why: 'unhealthy' }],
    ['the stable was sent for no reason', [accepted(6, at(0), '9'), cancelled(7)], undefined],
  ])('%s', (_name, timeline, told) => {
    if (told === undefined) expect(abort(timeline)).toBeUndefined();
    else expect(abort(timeline)).toMatchObject(told);
  });

  test('where it goes then is what was asked for', () => {
    expect(abort([...LIVE, cancelled(10)], rolloutPlan(STEPS, { onCancel: 'hold' }))?.how).toBe('hold');
    expect(abort([...LIVE, bad(10)], rolloutPlan(STEPS, { onFailure: 'hold' }))?.how).toBe('hold');
    expect(abort([...LIVE, blind(END)], rolloutPlan(STEPS, { onInconclusive: 'hold' }))?.how).toBe('hold');
    expect(abort([refused(2, at(5)), read(3, OLD)], rolloutPlan(STEPS, { onFailure: 'hold' }))?.how).toBe('hold');
  });

  test('a cancelled split stays where it is', () => {
    expect(abort([cancelled(1)], SPLIT)).toEqual({ why: 'cancelled', how: 'hold', sentence: 'SIGINT' });
  });

  test('a step that does not bake is not watched', () => {
    const plan = rolloutPlan([
      { weight: 5, bake: 0 },
      { weight: 100, bake: 0 },
    ]);
    expect(abort([...LIVE, bad(9)], plan)).toBeUndefined();
  });

  const late = read(2 + VERIFY_LIMIT, OLD);
  test.each<[string, readonly Event[], string | undefined]>([
    ['not yet looked for', [refused(2, at(5))], undefined],
    [
      'turned away',
      [refused(2, at(5)), read(3, OLD)],
      'CreateRoutineCodeDeployment failed: Forbidden (RequestId F): No!',
    ],
    ['the look is no longer fresh', [refused(2, at(5)), read(3, OLD), waited(3, 1)], undefined],
    ['not shown, in time', [accepted(2, at(5)), read(1 + VERIFY_LIMIT, OLD)], undefined],
    ['not shown', [accepted(2, at(5)), late], 'the service accepted 2=5,1=95 and does not show it after 30 s'],
    ['shown', LIVE, undefined],
    ['one that passes', [refused(2, at(5), TRANSIENT), read(3, OLD)], undefined],
    ['unclear, in time', [refused(2, at(5), { ...LOST, transient: false }), read(3, OLD)], undefined],
    [
      'unclear, and late',
      [refused(2, at(5), { ...LOST, transient: false }), late],
      'CreateRoutineCodeDeployment failed: ECONNRESET (RequestId F): No!',
    ],
    [
      'sent again in vain',
      [refused(2, at(5), TRANSIENT), read(3, OLD), refused(4, at(5)), read(5, OLD)],
      'CreateRoutineCodeDeployment failed after 2 attempts: Forbidden (RequestId F): No!',
    ],
  ])('a write that is %s', (_name, timeline, sentence) => {
    const told = abort(timeline);
    if (sentence === undefined) expect(told).toBeUndefined();
    else expect(told).toMatchObject({ why: 'undeployable', how: 'rollback', sentence });
  });

  test('a write that failed once too often', () => {
    const tries = Array.from({ length: 6 }, (_, index) => [refused(2, at(5), TRANSIENT), read(3 + index, OLD)]);
    expect(abort(tries.slice(1).flat())).toBeUndefined();
    expect(abort(tries.flat())?.sentence).toContain('failed after 6 attempts: InternalError');
  });

  test('a write that failed leaves its fault for the advice', () => {
    expect(abort([refused(2, at(5)), read(3, OLD)])?.fault).toEqual(fault());
    expect(abort([accepted(2, at(5)), late])).not.toHaveProperty('fault');
  });
});

describe('whether all leads back to the stable', () => {
  test.each<[string, readonly Event[], WritingPlan, boolean]>([
    ['on the path', LIVE, PLAN, false],
    ['rolled back', [...LIVE, bad(5)], PLAN, true],
    ['held', [...LIVE, bad(5)], rolloutPlan(STEPS, { onFailure: 'hold' }), false],
    ['no stable', [cancelled(5)], { ...PLAN, stable: undefined }, false],
    ['a fixed split', [cancelled(5)], SPLIT, false],
  ])('%s', (_name, timeline, plan, leads) => {
    expect(leadsBack(state(timeline, plan))).toBe(leads);
  });
});
