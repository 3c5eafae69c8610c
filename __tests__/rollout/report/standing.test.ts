import { describe, expect, test } from '@jest/globals';
import type { Event, Plan } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { standingOf } from '../../../src/rollout/report/standing.js';
import {
  accepted,
  at,
  FOREIGN,
  fault,
  LOST,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  unread,
  wishOf,
} from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const PLAN = splitPlan(at(10), OLD);
const NEW = serving(7, at(10));

const standing = (plan: Plan, ...timeline: readonly Event[]) =>
  standingOf(finishedRun(plan, timeline, { outcome: 'deployed', reason: 'So.', advice: [] }));

describe('what is live is called read', () => {
  test('when the last look showed it, after all writes', () => {
    expect(standing(PLAN, read(1, OLD), accepted(2, at(10), '7'), read(3, NEW))).toEqual({
      kind: 'read',
      live: NEW,
      at: 3,
      isOthers: false,
      open: [],
    });
  });

  test("and whose it is, where it is somebody else's", () => {
    expect(standing(PLAN, read(1, OLD), read(2, serving(9, FOREIGN)))).toMatchObject({ kind: 'read', isOthers: true });
  });

  test('though not where it may be a late write of this run as well', () => {
    const late = [read(1, OLD), refused(2, at(10), LOST), read(3, serving(9, FOREIGN)), read(4, serving(12, at(10)))];
    expect(standing(PLAN, ...late)).toMatchObject({ kind: 'read', isOthers: false });
  });

  test('and what may take its place', () => {
    const lost = standing(PLAN, read(1, OLD), refused(2, at(10), LOST), read(3, OLD));
    expect(lost).toMatchObject({ kind: 'read', live: OLD, open: [{ split: at(10) }] });
  });

  test('of a plan that writes nothing when it was read at all, with or without a word on when', () => {
    const report: Plan = { kind: 'report', wish: wishOf({ kind: 'report' }), before: OLD };
    expect(standing(report, read(4, OLD))).toEqual({ kind: 'read', live: OLD, at: 4, isOthers: false, open: [] });
    expect(standing(report)).toMatchObject({ kind: 'read', at: undefined });
    expect(standing(report, read(4, OLD), read(9, NEW))).toMatchObject({ live: OLD, at: 4 });
  });
});

describe('what is live is called seen', () => {
  test('when nobody looked after the last write', () => {
    expect(standing(PLAN, read(1, OLD), accepted(2, at(10), '7'))).toMatchObject({
      kind: 'seen',
      live: OLD,
      at: 1,
      open: [{ split: at(10) }],
    });
  });

  test('when it was shown, and not when an answer lagged', () => {
    const lagging = [read(1, OLD), accepted(2, at(10), '7'), read(3, NEW), read(40, OLD)];
    expect(standing(PLAN, ...lagging)).toMatchObject({ kind: 'seen', live: NEW, at: 3 });
  });

  test('when the last look failed', () => {
    expect(standing(rolloutPlan([{ weight: 10, bake: 0 }]), read(1, OLD), unread(2))).toMatchObject({
      kind: 'seen',
      at: 1,
    });
  });
});

describe('what is live is unknown', () => {
  const unreadable: Plan = { kind: 'unreadable', wish: PLAN.wish, fault: fault(), before: undefined };

  test.each<[string, readonly Event[], boolean]>([
    ['where a look failed', [unread(1)], true],
    ['where nothing is told of it', [], true],
    ['where the run ended before it', [{ at: 1, kind: 'upload-failed', fault: fault() }], false],
  ])('%s', (_name, timeline, tried) => {
    expect(standing(unreadable, ...timeline)).toEqual({ kind: 'unknown', tried });
  });
});
