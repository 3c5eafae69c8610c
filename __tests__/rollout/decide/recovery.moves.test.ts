import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import { evidenceOf, planRecovery } from '../../../src/rollout/decide/recovery.js';
import type { Event, Live } from '../../../src/rollout/model.js';
import {
  accepted as acceptedAt,
  adopted,
  asked,
  at,
  refused,
  rolloutPlan,
  serving,
  THROTTLED,
} from '../../support/rollout/builders.js';

const plan = rolloutPlan([
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
  { weight: 100, bake: 0 },
]);
const read = (live: Live, when = 3): Event => ({ at: when, kind: 'read', live });
const first = read(plan.before, 1);
const accepted = acceptedAt(2, at(5), '7');

/** What the post step decides when it has looked: the timeline that main left word of, and this. */
function decided(left: readonly Event[], sending: Parameters<typeof evidenceOf>[2], ...now: readonly Event[]) {
  const recovery = planRecovery(asked(plan.wish), evidenceOf(plan, left, sending), 500);
  if (recovery === undefined) throw new Error('no recovery');
  return decide(recovery.plan, [...recovery.past, ...now]);
}

describe('a step of somebody else’s that the rollout went on from', () => {
  const own = [first, accepted, read(serving(7, at(5)))];
  const taken = [...own, read(serving(8, at(50)), 20), adopted(20, at(50), '8')];
  const next = [...taken, acceptedAt(40, at(100), '9')];

  test('is undone as if it were its own', () => {
    expect(decided(taken, undefined, read(serving(8, at(50)), 600))).toMatchObject({ kind: 'write', split: at(0) });
  });

  test('also where none was written before it', () => {
    const resumed = rolloutPlan(plan.rollout.steps, {}, 5);
    const left = [read(resumed.before, 1), read(serving(8, at(50)), 20), adopted(20, at(50), '8')];
    const recovery = planRecovery(asked(resumed.wish), evidenceOf(resumed, left, undefined), 500);
    expect(recovery && decide(recovery.plan, [...recovery.past, read(serving(8, at(50)), 600)])).toMatchObject({
      kind: 'write',
      split: at(0),
    });
  });

  test('and so is what was sent after it', () => {
    expect(decided(next, undefined, read(serving(9, at(100)), 600))).toMatchObject({ kind: 'write', split: at(0) });
    expect(decided(taken, { split: at(100), at: 40 }, read(serving(9, at(100)), 600))).toMatchObject({ split: at(0) });
  });

  test('what was turned away before it, with the same split, is not what shows', () => {
    const refusal = refused(9, at(50), THROTTLED);
    const left = [...own, refusal, ...taken.slice(3)];
    expect(decided(left, undefined, read(serving(8, at(50)), 600))).toMatchObject({ kind: 'write', split: at(0) });
    expect(decided(left, undefined, read(serving(10, at(50)), 600))).toMatchObject({
      conclusion: { outcome: 'drifted' },
    });
    expect(decided(left, undefined, read(serving(6, at(60)), 600))).toMatchObject({
      conclusion: { outcome: 'drifted' },
    });
  });

  test('nor is what was turned away when nothing was ever adopted', () => {
    const early = own.slice(0, 1);
    for (const refusal of [refused(9, at(100), THROTTLED), refused(9, at(100))])
      expect(
        decided([...early, refusal, read(serving(1, at(0)), 10)], undefined, read(serving(9, at(100)), 600)),
      ).toMatchObject({ conclusion: { outcome: 'drifted', reason: expect.stringContaining('left alone') } });
  });

  test('what was not adopted yet is left alone', () => {
    expect(decided(own, undefined, read(serving(8, at(50)), 600))).toMatchObject({
      conclusion: { outcome: 'drifted', reason: expect.stringContaining('left alone') },
    });
    expect(decided(taken, undefined, read(serving(9, at(60)), 600))).toMatchObject({
      conclusion: { outcome: 'drifted' },
    });
    expect(decided(taken, undefined, read(serving(9, at(100)), 600))).toMatchObject({
      conclusion: { outcome: 'drifted', reason: expect.stringContaining('left alone') },
    });
    expect(decided(taken, undefined, read(serving(9, at(0)), 600))).toMatchObject({
      conclusion: { outcome: 'rolled-back', reason: expect.stringContaining('Somebody else restored the stable') },
    });
  });

  test('in its place among the writes', () => {
    const { adopted: steps } = JSON.parse(evidenceOf(plan, next, undefined));
    expect(steps).toStrictEqual([{ split: '2=50,1=50', id: '8', at: 20, after: 1 }]);
    const past = planRecovery(asked(plan.wish), evidenceOf(plan, next, undefined), 500)?.past ?? [];
    expect(past.map(({ kind }) => kind)).toEqual(['read', 'accepted', 'read', 'adopted', 'accepted', 'aborted']);
  });

  test.each([[{}], [null], [{ split: '2=50,1=50', id: '8', at: 20 }], ['x']])(
    'that is none (%j) is no word',
    (step) => {
      const saved = JSON.stringify({ stable: '1', before: { id: '1', split: '1=100' }, writes: [], adopted: [step] });
      expect(planRecovery(asked(plan.wish), saved, 500)).toBeUndefined();
    },
  );
});
