import { describe, expect, test } from '@jest/globals';
import { evidenceOf, planRecovery } from '../../../src/rollout/decide/recovery.js';
import type { Event, Live } from '../../../src/rollout/model.js';
import {
  accepted as acceptedAt,
  askedFor,
  at,
  cancelled,
  FOREIGN,
  LOST,
  NOTHING,
  refused,
  rolloutPlan,
  serving,
  THROTTLED,
  unread,
  word,
} from '../../support/rollout/builders.js';

const plan = rolloutPlan([
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
  { weight: 100, bake: 0 },
]);
const read = (live: Live, when = 3): Event => ({ at: when, kind: 'read', live });
const first = read(plan.before, 1);
const accepted = acceptedAt(2, at(5), '7');

describe('the word that a run leaves', () => {
  const left = (...given: Parameters<typeof evidenceOf>) => {
    const text = evidenceOf(...given);
    return text === '' ? undefined : JSON.parse(text);
  };
  const OLD = { canary: '2', stable: '1', before: { id: '1', split: '1=100' } };

  test('is none where there is nothing to go back to', () => {
    expect(left({ ...plan, stable: undefined }, [first], undefined)).toBeUndefined();
    expect(left({ ...plan, before: NOTHING }, [first], undefined)).toBeUndefined();
  });

  test('is what was live, what is about to be sent, and what was', () => {
    expect(left(plan, [first], undefined)).toStrictEqual({ ...OLD, writes: [] });
    expect(left(plan, [first], { split: at(5), at: 9 })).toStrictEqual({
      ...OLD,
      writes: [{ split: '2=5,1=95', at: 9 }],
    });
    expect(left(plan, [first, accepted], { split: at(25), at: 9 })).toStrictEqual({
      ...OLD,
      writes: [
        { split: '2=5,1=95', at: 2, id: '7' },
        { split: '2=25,1=75', at: 9 },
      ],
    });
  });

  test.each<[string, Event, object]>([
    ['accepted without an id', acceptedAt(2, at(5)), { id: '' }],
    ['refused', refused(2, at(5)), { refused: 'Forbidden' }],
    ['lost', refused(2, at(5), LOST), {}],
  ])('a write was %s', (_name, event, more) => {
    expect(left(plan, [event], undefined).writes).toStrictEqual([{ split: '2=5,1=95', at: 2, ...more }]);
  });

  test('which deployment it was seen as, and which of its own is live', () => {
    expect(left(plan, [acceptedAt(2, at(5)), read(serving(7, at(5)))], undefined)).toStrictEqual({
      ...OLD,
      writes: [{ split: '2=5,1=95', at: 2, id: '', as: '7' }],
      live: '7',
    });
    const theirs = left(plan, [accepted, read(serving(8, FOREIGN))], undefined);
    expect(theirs).not.toHaveProperty('live');
  });

  test('why it leaves its path', () => {
    expect(left(plan, [accepted, cancelled(9)], undefined).abort).toStrictEqual({
      why: 'cancelled',
      how: 'rollback',
      sentence: 'SIGINT',
    });
    expect(left(plan, [refused(2, at(5)), read(plan.before)], undefined).abort).toStrictEqual({
      why: 'undeployable',
      how: 'rollback',
      sentence: 'CreateRoutineCodeDeployment failed: Forbidden (RequestId F): No!',
    });
  });

  test('that it could look no more, at its end alone', () => {
    expect(left(plan, [accepted, unread(9)], undefined)).not.toHaveProperty('abort');
    expect(left(plan, [accepted, unread(9)], undefined, true).abort).toStrictEqual({
      why: 'unreadable',
      how: 'rollback',
      sentence: 'Forbidden (RequestId F): No!',
    });
    expect(left(plan, [accepted], undefined, true)).not.toHaveProperty('abort');
    expect(left(plan, [cancelled(3), unread(9)], undefined, true).abort.why).toBe('cancelled');
  });

  test('nothing of writes that prove nothing any more', () => {
    const times = (...events: Event[]) => left(plan, events, undefined).writes.map((write: { at: number }) => write.at);
    expect(times(refused(2, at(5), LOST), refused(3, at(5), LOST))).toEqual([2, 3]);
    expect(times(refused(2, at(5), LOST), refused(40_000, at(5), LOST))).toEqual([40_000]);
    expect(times(refused(2, at(5), LOST), read(plan.before, 40_000))).toEqual([2]);
    expect(times(refused(2, at(5)), read(plan.before), refused(4, at(5)))).toEqual([4]);
    expect(times(refused(2, at(5)), read(plan.before))).toEqual([]);
    expect(times(refused(2, at(5), THROTTLED))).toEqual([]);
    expect(times(acceptedAt(2, at(5)), acceptedAt(40_000, at(25)))).toEqual([2, 40_000]);
    expect(times(refused(2, at(5), LOST), cancelled(3), read(plan.before, 9_000), refused(9_001, at(0)))).toEqual([
      2, 9_001,
    ]);
  });
});

describe('a canary that was given as a word', () => {
  const latest = askedFor(word('latest'), plan.rollout);
  const left = evidenceOf(plan, [first], { split: at(5), at: 9 });

  test('is what it stood for when the rollout began', () => {
    expect(planRecovery(latest, left, 500)?.plan).toMatchObject({ wish: plan.wish, rollout: plan.rollout });
  });

  test.each([[undefined], [2], [''], ['latest'], ['2=5']])(
    'is not known where the word that was left says %j',
    (canary) => {
      expect(planRecovery(latest, JSON.stringify({ ...JSON.parse(left), canary }), 500)).toBeUndefined();
    },
  );
});
