import { describe, expect, test } from '@jest/globals';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { type Move, moveIn } from '../../../src/rollout/decide/moves.js';
import { VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import { stateOf } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  at,
  FOREIGN,
  LOST,
  measured,
  measurement,
  NOTHING,
  read,
  refused,
  rolloutPlan,
  serving,
  splitOf,
  splitPlan,
  THROTTLED,
  waited,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const OLD = serving(1, at(0));
/** The step of 5 % is live, by this run. */
const LIVE = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const later = (weight: number, id = '9', when = 10) => read(when, serving(id, at(weight)));
const idAt = (milliseconds: number) => String((1_766_590_000_000n + BigInt(milliseconds)) * 1_000_000n);

const move = (timeline: readonly Event[], plan: WritingPlan = PLAN) => moveIn(stateOf(plan, timeline));

describe('somebody else deployed the two versions of the rollout', () => {
  test.each<[string, readonly Event[], Move | undefined]>([
    ['more for the canary', [...LIVE, later(50)], 'more'],
    ['by one', [...LIVE, later(6)], 'more'],
    ['all but one', [...LIVE, later(99)], 'more'],
    ['all of it', [...LIVE, later(100)], 'promoted'],
    ['none of it', [...LIVE, later(0)], 'rolled-back'],
    ['as much', [...LIVE, later(5)], undefined],
    ['less', [...LIVE, later(4)], undefined],
    ['a third version alone', [...LIVE, read(10, serving(9, FOREIGN))], undefined],
    ['and beside the canary', [...LIVE, read(10, serving(9, splitOf(['2', 50], ['3', 50])))], undefined],
    ['before the canary was live', [read(1, OLD), later(5)], undefined],
    ['or the stable again', [read(1, OLD), later(0)], undefined],
  ])('%s', (_name, timeline, found) => {
    expect(move(timeline)).toBe(found);
  });

  test('of a rollout that found its canary live', () => {
    const plan = rolloutPlan(STEPS, {}, 5);
    expect(move([later(25)], plan)).toBe('more');
    expect(move([later(5)], plan)).toBeUndefined();
  });

  test('but not of a fixed split, nor where nothing was live before', () => {
    expect(move([read(1, serving(1, at(5))), later(50)], splitPlan(at(10), serving(1, at(5))))).toBeUndefined();
    const first = { ...rolloutPlan([{ weight: 100, bake: 60_000 }]), before: NOTHING, stable: undefined };
    expect(move([accepted(2, at(100), '7'), read(3, serving(7, at(100))), later(50)], first)).toBeUndefined();
  });
});

describe('a write of this run was under way', () => {
  test.each<[string, readonly Event[], Move | undefined]>([
    ['it was turned away for lack of room', [...LIVE, refused(9, at(25), THROTTLED), later(25)], 'more'],
    ['or for good', [...LIVE, refused(9, at(25)), read(10, serving(7, at(5))), later(50, '9', 11)], 'more'],
    ['it may have landed, and may show', [...LIVE, refused(9, at(25), LOST), later(50)], undefined],
    ['however late', [...LIVE, refused(9, at(25), LOST), later(50, '9', 10 + VERIFY_LIMIT)], undefined],
    [
      'and be what shows',
      [
        ...LIVE,
        refused(9, at(100), LOST),
        waited(9, VERIFY_LIMIT),
        read(10 + VERIFY_LIMIT, serving(7, at(5))),
        later(100, '9', 20 + VERIFY_LIMIT),
      ],
      undefined,
    ],
  ])('%s', (_name, timeline, found) => {
    expect(move(timeline)).toBe(found);
  });

  test('and is known to have been replaced: what it did counts, though nobody saw it', () => {
    const plan = rolloutPlan(STEPS, {}, 0, idAt(0));
    const own = accepted(2, at(25), idAt(2_000));
    const start = read(1, serving(idAt(0), at(0)));
    expect(move([start, own, read(9_000, serving(idAt(9_000), at(50)))], plan)).toBe('more');
    expect(move([start, own, read(9_000, serving(idAt(9_000), at(25)))], plan)).toBeUndefined();
    expect(move([start, own, read(9_000, serving(idAt(9_000), at(5)))], plan)).toBeUndefined();
    expect(move([start, own, read(9_000, serving(idAt(9_000), at(0)))], plan)).toBe('rolled-back');
  });
});

describe('the rollout is on its way back', () => {
  const bad = measured(5, 5, measurement(0, 9));
  const sent = refused(9, at(0), THROTTLED);
  test.each<[string, readonly Event[], Move | undefined]>([
    ['not before that is sent', [...LIVE, bad, later(50)], 'more'],
    ['nothing is adopted after it', [...LIVE, bad, sent, later(50)], undefined],
    ['nor taken for a promotion', [...LIVE, bad, sent, later(100)], undefined],
    ['somebody else may be faster', [...LIVE, bad, sent, later(0)], 'rolled-back'],
    ['what the gate has found wanting is promoted by nobody', [...LIVE, bad, later(100)], undefined],
    ['a run that goes on for another adopts nothing', [...LIVE, aborted(9), later(50)], undefined],
    ['nor is it promoted', [...LIVE, aborted(9), later(100)], undefined],
    ['but done already', [...LIVE, aborted(9), later(0)], 'rolled-back'],
  ])('%s', (_name, timeline, found) => {
    expect(move(timeline)).toBe(found);
  });
});
