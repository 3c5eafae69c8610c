import { describe, expect, test } from '@jest/globals';
import type { Event, Live, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import type { Outcome } from '../../../src/rollout/outcome.js';
import { type FinishedRun, finishedRun, snippetOf } from '../../../src/rollout/report/finished-run.js';
import {
  accepted,
  at,
  details,
  FOREIGN,
  fault,
  LOST,
  NOTHING,
  read,
  refused,
  rolloutOf,
  rolloutPlan,
  serving,
  splitOf,
  splitPlan,
  unread,
  wishOf,
} from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const THEIRS = serving(8, FOREIGN);
const SPLIT = splitPlan(at(10), OLD);
const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const GOAL = rolloutOf(STEPS);

const ended = (plan: Plan, timeline: readonly Event[] = [], outcome: Outcome = 'deployed'): FinishedRun =>
  finishedRun(plan, timeline, { outcome, reason: 'So.', advice: [] });
const shown = (weight: number) => [accepted(2, at(weight), '7'), read(3, serving(7, at(weight)))];
const over = [accepted(2, at(10), '7'), read(3, THEIRS), read(4, serving(7, at(10)))];

test('a run keeps what it is told of', () => {
  const conclusion = { outcome: 'deployed', reason: 'So.', advice: [] } as const;
  const timeline = shown(10);
  expect(finishedRun(SPLIT, timeline, conclusion)).toMatchObject({ plan: SPLIT, timeline, conclusion, words: [] });
  expect(finishedRun(SPLIT, timeline, conclusion, ['`latest` is 2']).words).toEqual(['`latest` is 2']);
});

describe('what is live, as far as it is known', () => {
  const written = { ...serving(7, at(10)), details: [details('1')] };
  const before = { ...OLD, details: [details('1')] };
  const plan = { ...SPLIT, before };
  const lags = read(3, before);

  test.each<[string, readonly Event[], Live]>([
    ['what was live before', [], before],
    ['what was read', [read(3, THEIRS)], THEIRS],
    ['what was accepted, where nobody looked since', [accepted(2, at(10), '7')], written],
    ['or where looking failed', [accepted(2, at(10), '7'), unread(3)], written],
    ['also after it did not show', [accepted(2, at(10), '7'), lags, unread(4)], written],
    ['but not where it did not show', [accepted(2, at(10), '7'), lags], before],
    ['nor where it was shown', shown(10), serving(7, at(10))],
    [
      'nor where it was shown before looking failed',
      [accepted(2, at(10), '7'), read(3, serving(7, at(10), { deployedAt: 'now' })), unread(4)],
      serving(7, at(10), { deployedAt: 'now' }),
    ],
    ['nor where its answer was lost', [refused(2, at(10), LOST)], before],
    ['nor over somebody else', [read(1, THEIRS), accepted(2, at(10), '7')], THEIRS],
  ])('%s', (_name, timeline, live) => {
    expect(ended(plan, timeline).live).toEqual(live);
  });

  test('where nothing was live, of what was accepted nothing more is known', () => {
    expect(ended({ ...SPLIT, before: NOTHING }, [accepted(2, at(10), '7')]).live).toEqual(serving(7, at(10)));
  });

  test('of a plan that writes nothing it is what was read for it', () => {
    const unreadable: Plan = { kind: 'unreadable', wish: SPLIT.wish, fault: fault(), before: undefined };
    expect(ended(unreadable)).toMatchObject({ live: undefined, changed: false, undo: undefined });
    expect(ended({ ...unreadable, before: OLD }).live).toEqual(OLD);
    expect(ended({ kind: 'report', wish: wishOf({ kind: 'report' }), before: OLD }, shown(10))).toMatchObject({
      live: OLD,
      changed: false,
    });
  });
});

describe('the canary and the stable', () => {
  const roles = (plan: Plan, timeline: readonly Event[] = []) => {
    const { canary, stable } = ended(plan, timeline).roles;
    return [canary, stable];
  };
  const share = (version: string, weight: number) => ({ version, weight });
  const nothingToDo = (live: TrafficSplit): Plan => ({
    kind: 'nothing-to-do',
    wish: wishOf(GOAL),
    before: serving(1, live),
    target: live,
  });

  test.each<[string, Plan, readonly Event[], readonly unknown[]]>([
    ['of a rollout', PLAN, shown(5), [share('2', 5), share('1', 95)]],
    ['that has not begun', PLAN, [], [share('2', 0), share('1', 100)]],
    ['that is at its end', PLAN, shown(100), [share('2', 100), share('1', 0)]],
    ['where somebody else deployed', PLAN, [read(3, THEIRS)], [share('2', 0), share('1', 0)]],
    [
      'where nothing was live',
      { ...PLAN, before: NOTHING, stable: undefined },
      shown(100),
      [share('2', 100), undefined],
    ],
    ['that had arrived', nothingToDo(at(100)), [], [share('2', 100), undefined]],
    ['that had arrived below 100 %', nothingToDo(at(25)), [], [share('2', 25), share('1', 75)]],
    [
      'of a split whose ids tell an order',
      { ...SPLIT, before: serving(1, splitOf(['1766590000000000002', 5], ['1766590000000000001', 95])) },
      [],
      [share('1766590000000000002', 5), share('1766590000000000001', 95)],
    ],
    ['of a split whose order nobody knows', SPLIT, shown(10), [undefined, undefined]],
    ['of one version', SPLIT, [], [undefined, share('1', 100)]],
    [
      'of a rollout that was refused',
      { kind: 'refused', wish: wishOf(GOAL), before: serving(1, at(5)), mistakes: [] },
      [],
      [undefined, undefined],
    ],
    ['of a split that was live', { ...nothingToDo(at(0)), wish: SPLIT.wish }, [], [undefined, share('1', 100)]],
    [
      'of nobody knows what',
      { kind: 'unreadable', wish: wishOf(GOAL), fault: fault(), before: undefined },
      [],
      [undefined, undefined],
    ],
  ])('%s', (_name, plan, timeline, told) => {
    expect(roles(plan, timeline)).toEqual(told);
  });
});

describe('whether the run made a deployment', () => {
  test.each<[string, readonly Event[], boolean]>([
    ['nothing was written', [read(1, OLD)], false],
    ['accepted', [accepted(2, at(10), '7')], true],
    ['lost', [refused(2, at(10), LOST), read(3, OLD)], false],
    ['lost and found', [refused(2, at(10), LOST), read(3, serving(7, at(10)))], true],
  ])('%s', (_name, timeline, changed) => {
    expect(ended(SPLIT, timeline).changed).toBe(changed);
  });
});

describe('the split that undoes it', () => {
  test.each<[string, Plan, readonly Event[], Outcome, TrafficSplit | undefined]>([
    ['is what was live before', SPLIT, shown(10), 'deployed', at(0)],
    ['is none where nothing was done', SPLIT, [read(1, OLD)], 'failed', undefined],
    ['is none where nothing was live', { ...SPLIT, before: NOTHING }, shown(10), 'deployed', undefined],
    ['is none where somebody else deployed', SPLIT, [...shown(10), read(4, THEIRS)], 'drifted', undefined],
    ['is none where nobody can look', SPLIT, [...shown(10), unread(4)], 'failed', undefined],
    [
      'is none where it is live',
      PLAN,
      [...shown(5), accepted(4, at(0), '9'), read(5, serving(9, at(0)))],
      'rolled-back',
      undefined,
    ],
    ['is what somebody else had just deployed', SPLIT, over, 'deployed', FOREIGN],
    ['also where nothing was live before that', { ...SPLIT, before: NOTHING }, over, 'deployed', FOREIGN],
    ['is none once more of theirs is live', SPLIT, [...over, read(5, serving(9, at(25)))], 'drifted', undefined],
    ['gives a canary that failed nothing', rolloutPlan(STEPS, {}, 5), shown(100), 'held', undefined],
    ['but one that did not what it had', rolloutPlan(STEPS, {}, 5), shown(100), 'promoted', at(5)],
    ['takes from one that failed', PLAN, shown(5), 'held', at(0)],
  ])('%s', (_name, plan, timeline, outcome, undo) => {
    expect(ended(plan, timeline, outcome).undo).toEqual(undo);
  });
});

describe('what the last fault asks to be copied', () => {
  test.each<[string, readonly Event[], string | undefined]>([
    ['of a read', [unread(1, { snippet: '{1}' })], '{1}'],
    ['of a write', [unread(1, { snippet: '{1}' }), refused(2, at(5), { snippet: '{2}' }), read(3, OLD)], '{2}'],
    ['not of the one before', [unread(1, { snippet: '{1}' }), refused(2, at(5))], undefined],
    ['of none', [read(1, OLD)], undefined],
  ])('%s', (_name, timeline, snippet) => {
    expect(snippetOf(timeline)).toBe(snippet);
  });
});
