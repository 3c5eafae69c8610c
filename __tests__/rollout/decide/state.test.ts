import { describe, expect, test } from '@jest/globals';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { pendingIn } from '../../../src/rollout/decide/ledger.js';
import { ROLLBACK_RETRY_LIMIT } from '../../../src/rollout/decide/retry.js';
import { hasServed, type Phase, pauseBefore, phaseOf, type State, stateOf } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  at,
  FOREIGN,
  LOST,
  measured,
  measurement,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  THROTTLED,
  TRANSIENT,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: BAKE },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const UNGATED = rolloutPlan(STEPS, { gate: undefined });
const RESUMED = rolloutPlan(STEPS, {}, 5);
const SPLIT = splitPlan(at(10), serving(1, at(0)));
const OLD = serving(1, at(0));
const THEIRS = serving(8, FOREIGN);

const state = (timeline: readonly Event[], plan: WritingPlan = PLAN): State => stateOf(plan, timeline);
const [FIVE, QUARTER, FULL] = STEPS.map(({ weight, bake }) => ({ split: at(weight), weight, bake }));

/** The step of 5 % is live, and began to bake at 2. */
const LIVE = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const END = 2 + BAKE;
const good = (when: number) => measured(when, 5, measurement(20));
const blind = (when: number) => measured(when, 5, measurement(0, 0, { unknown: 9 }));

describe('the phase of a run', () => {
  test.each<[string, readonly Event[], WritingPlan, Phase['kind'], object]>([
    ['nothing was done', [], PLAN, 'due', { target: FIVE }],
    ['a read failed', [unread(5)], PLAN, 'unreadable', { unreadable: { times: 1, since: 5 } }],
    ['somebody else deployed', [read(3, THEIRS)], PLAN, 'drifted', {}],
    ['and a write of ours is on its way', [accepted(2, at(5)), read(3, THEIRS)], PLAN, 'contested', {}],
    ['it is given up', [aborted(2)], PLAN, 'aborting', { abort: { why: 'unhealthy' } }],
    ['but not before it is known whose is live', [aborted(2), read(3, THEIRS)], PLAN, 'drifted', {}],
    ['a write was sent', [accepted(2, at(5), '7')], PLAN, 'in-flight', { write: { at: 2 } }],
    ['it did not show', [accepted(2, at(5), '7'), read(3, OLD)], PLAN, 'in-flight', { write: { looks: 1 } }],
    ['it shows', LIVE, PLAN, 'baking', { target: FIVE, end: END }],
    ['the bake is not over', [...LIVE, waited(3, BAKE - 2)], UNGATED, 'baking', { target: FIVE }],
    ['the bake is over', [...LIVE, waited(3, BAKE - 1)], UNGATED, 'due', { target: QUARTER }],
    ['not without a check', [...LIVE, waited(3, BAKE)], PLAN, 'baking', { target: FIVE }],
    ['of its end', [...LIVE, good(END - 1), waited(END - 1, 9)], PLAN, 'baking', { target: FIVE }],
    ['with one', [...LIVE, good(END)], PLAN, 'due', { target: QUARTER }],
    ['it was live before', [], RESUMED, 'baking', { target: FIVE, end: 900_000 + BAKE }],
    [
      'and has baked',
      [read(900_000 + BAKE, serving(1, at(5)))],
      { ...RESUMED, rollout: UNGATED.rollout },
      'due',
      { target: QUARTER },
    ],
    ['a fixed split', [], SPLIT, 'due', { target: { split: at(10) } }],
    ['shows', [accepted(2, at(10), '7'), read(3, serving(7, at(10)))], SPLIT, 'arrived', {}],
    [
      'over somebody else',
      [accepted(2, at(10), '7'), read(3, THEIRS), read(4, serving(7, at(10)))],
      SPLIT,
      'arrived',
      {},
    ],
    [
      'a step over somebody else',
      [...LIVE.slice(0, 2), read(3, THEIRS), read(4, serving(7, at(5)))],
      PLAN,
      'drifted',
      {},
    ],
    [
      'a step without a bake is over at once',
      [accepted(2, at(100), '7'), read(3, serving(7, at(100)))],
      rolloutPlan([{ weight: 100, bake: 0 }]),
      'arrived',
      {},
    ],
  ])('%s', (_name, timeline, plan, kind, more) => {
    expect(phaseOf(state(timeline, plan))).toMatchObject({ kind, ...more });
  });
});

describe('what is live', () => {
  test('is the target that was written, and the next is due after it', () => {
    expect(state(LIVE)).toMatchObject({
      current: FIVE,
      since: 2,
      next: QUARTER,
      checks: [],
      checkedAt: undefined,
    });
    const second = [...LIVE, accepted(100, at(25), '9'), read(101, serving(9, at(25)))];
    expect(state(second)).toMatchObject({ current: QUARTER, since: 100, next: FULL });
  });

  test('is no target before the first write, unless the plan found it live', () => {
    expect(state([])).toMatchObject({ current: undefined, since: 0, next: FIVE });
    expect(state([], RESUMED)).toMatchObject({ current: FIVE, since: 900_000, next: QUARTER });
    expect(state([read(3, THEIRS)], RESUMED)).toMatchObject({ current: undefined, next: FIVE });
  });

  test('bakes from when it was last seen not to be there: an answer that was lost may have been acted on late', () => {
    expect(state([refused(2, at(5), LOST), read(9, OLD), read(20, serving(7, at(5)))]).since).toBe(9);
  });

  test('was measured since it is live', () => {
    expect(state([good(1), ...LIVE, good(10), blind(20)])).toMatchObject({
      checks: [
        { canary: { good: 20 }, weight: 5 },
        { unknown: 9, weight: 5 },
      ],
      checkedAt: 20,
    });
  });
});

describe('what the gate makes of it', () => {
  const HUNDRED = { weight: 100, bake: 60_000 };
  const plan = rolloutPlan([{ weight: 5, bake: 60_000 }, HUNDRED]);
  const live = (weight: number, id: string, when: number) => [
    accepted(when, at(weight), id),
    read(when + 1, serving(id, at(weight))),
  ];
  const bad = (when: number, weight: number) => measured(when, weight, measurement(0, 1));

  test('evidence is carried from step to step', () => {
    const steps = rolloutPlan([
      { weight: 5, bake: 60_000 },
      { weight: 25, bake: 60_000 },
    ]);
    const timeline = [...live(5, '7', 2), bad(10, 5), ...live(25, '8', 20), bad(30, 25)];
    expect(state(timeline, steps).verdict).toMatchObject({ kind: 'unhealthy' });
  });

  test('but not to 100 %, where there is no control', () => {
    const timeline = [...live(5, '7', 2), bad(10, 5), ...live(100, '8', 20), bad(30, 100)];
    expect(state(timeline, plan).verdict).toEqual({ kind: 'pending' });
    expect(state([...timeline, bad(40, 100)], plan).verdict).toMatchObject({ kind: 'unhealthy' });
  });

  test('without a gate time alone decides, and what does not bake is healthy', () => {
    const ungated = rolloutPlan([{ weight: 5, bake: 60_000 }], { gate: undefined });
    expect(state(live(5, '7', 2), ungated).verdict).toEqual({ kind: 'pending' });
    expect(state([...live(5, '7', 2), read(60_002, serving('7', at(5)))], ungated).verdict).toEqual({
      kind: 'healthy',
    });
    expect(state(live(5, '7', 2), rolloutPlan([{ weight: 5, bake: 0 }])).verdict).toEqual({ kind: 'healthy' });
  });
});

describe('the last write', () => {
  test('is pending while it has not shown', () => {
    expect(pendingIn(state([]).ledger)).toBeUndefined();
    expect(pendingIn(state(LIVE).ledger)).toBeUndefined();
    expect(pendingIn(state([...LIVE, accepted(9, at(25))]).ledger)).toMatchObject({ at: 9 });
    expect(
      pendingIn(
        state([accepted(2, at(5), '1766590000000000000'), read(3, serving('1766590009000000000', FOREIGN))]).ledger,
      ),
    ).toMatchObject({ fate: { kind: 'overtaken' } });
  });

  const paused = (timeline: readonly Event[], rollback = false) => {
    const { ledger } = state(timeline);
    const [write] = ledger.writes.slice(-1);
    return write === undefined ? undefined : pauseBefore(write, ledger, rollback);
  };

  test('is paused for before it is sent again, where it may succeed then', () => {
    expect(paused([accepted(2, at(5))])).toBeUndefined();
    expect(paused([refused(2, at(5))])).toBeUndefined();
    expect(paused([refused(2, at(5), TRANSIENT)])).toMatchObject({
      kind: 'wait',
      atLeast: 200,
      atMost: 400,
      purpose: 'retry',
    });
  });

  test('its pause grows with the attempts, the throttled ones apart', () => {
    const twice = (first: object, second: object) =>
      paused([refused(2, at(5), first), waited(2, 2_000), refused(9_000, at(5), second)]);
    expect(twice(TRANSIENT, TRANSIENT)).toMatchObject({ atMost: 800 });
    expect(twice(THROTTLED, TRANSIENT)).toMatchObject({ atMost: 400 });
    expect(twice(THROTTLED, THROTTLED)).toMatchObject({ atLeast: 1_000, atMost: 6_000 });
  });

  test('a rollback is tried for longer, from its first attempt on', () => {
    const tries = (last: number) => [refused(2, at(0), TRANSIENT), refused(last, at(0), TRANSIENT)];
    expect(paused(tries(1 + ROLLBACK_RETRY_LIMIT), true)).toBeDefined();
    expect(paused(tries(2 + ROLLBACK_RETRY_LIMIT), true)).toBeUndefined();
  });
});

describe('whether the canary has been live', () => {
  test.each<[string, readonly Event[], WritingPlan, boolean]>([
    ['never', [], PLAN, false],
    ['before this run', [], RESUMED, true],
    ['by this run', LIVE, PLAN, true],
    ['accepted', [accepted(2, at(5))], PLAN, true],
    ['as far as anybody knows', [refused(2, at(5), LOST), read(3, OLD)], PLAN, false],
    ['the stable alone', [accepted(2, at(0))], PLAN, false],
  ])('%s', (_name, timeline, plan, served) => {
    expect(hasServed(state(timeline, plan))).toBe(served);
  });
});
