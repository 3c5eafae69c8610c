import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import { evidenceOf, planRecovery } from '../../../src/rollout/decide/recovery.js';
import type { Event, Live } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted as acceptedAt,
  asked,
  at,
  fault,
  LOST,
  measured,
  measurement,
  NOTHING,
  rolloutPlan,
  serving,
  splitPlan,
} from '../../support/rollout/builders.js';

const plan = rolloutPlan([
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
  { weight: 100, bake: 0 },
]);
const read = (live: Live, when = 3): Event => ({ at: when, kind: 'read', live });
const first = read(plan.before, 1);
const accepted = acceptedAt(2, at(5), '7');
const lost = fault(LOST);
const unhealthy = measured(4, 5, measurement(0, 3));

/** What the post step decides when it has looked: the timeline that main left word of, and this. */
function decided(left: readonly Event[], sending: Parameters<typeof evidenceOf>[2], ...now: readonly Event[]) {
  const recovery = planRecovery(asked(plan.wish), evidenceOf(plan, left, sending), 500);
  if (recovery === undefined) throw new Error('no recovery');
  return decide(recovery.plan, [...recovery.past, ...now]);
}

describe('what the word says to the post step', () => {
  const saved = (more: object = {}) =>
    JSON.stringify({ stable: '1', before: { id: '1', split: '1=100' }, writes: [], ...more });
  const past = (more: object = {}) => planRecovery(asked(plan.wish), saved(more), 500)?.past;
  const write = (id: string | undefined, when: number, as?: string) => ({
    split: '2=5,1=95',
    at: when,
    ...(id !== undefined && { id }),
    ...(as !== undefined && { as }),
  });
  const KILLED = aborted(500, { why: 'cancelled', sentence: 'its step was killed before it had ended' });

  test('the rollout is gone on with, with all its steps', () => {
    expect(planRecovery(asked(plan.wish), saved(), 500)).toStrictEqual({
      plan,
      past: [read(plan.before, 500), KILLED],
    });
  });

  test('what was sent, and as what it showed', () => {
    expect(past({ writes: [write('6', 20, '7'), write(undefined, 30)] })).toStrictEqual([
      read(plan.before, 20),
      acceptedAt(20, at(5), '6', ''),
      read(serving(7, at(5)), 20),
      {
        at: 30,
        kind: 'write-failed',
        split: at(5),
        fault: {
          operation: 'CreateRoutineCodeDeployment',
          code: 'RunCutShort',
          message: 'the run ended before the answer was known',
          requestId: '',
          advice: 'Read what is live with `dry-run: true`.',
          transient: true,
          throttled: false,
          mayHaveActed: true,
          retryAfter: undefined,
        },
      },
      KILLED,
    ]);
    expect(past({ writes: [{ split: '2=5,1=95', at: 30, refused: 'Forbidden' }] })?.[1]).toMatchObject({
      kind: 'write-failed',
      fault: { code: 'Forbidden', mayHaveActed: false },
    });
  });

  test('why it was left', () => {
    const abort = { why: 'unhealthy', how: 'hold', sentence: 'bad' };
    expect(past({ abort })?.at(-1)).toStrictEqual({ at: 500, kind: 'aborted', ...abort });
    const held = { ...plan.wish, goal: { ...plan.rollout, onCancel: 'hold' as const } };
    expect(planRecovery(asked(held), saved(), 500)?.past.at(-1)).toMatchObject({ why: 'cancelled', how: 'hold' });
  });

  test('what is live showed last, whatever was sent after it', () => {
    const shown = (live?: string) =>
      past({ writes: [write('a', 1, '7'), write('b', 2, '8'), write('c', 3, '9'), write('d', 4)], live })
        ?.filter((event) => event.kind === 'accepted')
        .map((event) => event.deploymentId);
    expect(shown('7')).toEqual(['b', 'c', 'a', 'd']);
    expect(shown('8')).toEqual(['a', 'c', 'b', 'd']);
    expect(shown('9')).toEqual(['a', 'b', 'c', 'd']);
    expect(shown('5')).toEqual(['a', 'b', 'c', 'd']);
    expect(shown()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a write that nobody can read is none', () => {
    expect(past({ writes: [{ split: 'x', at: 1 }] })).toStrictEqual([read(plan.before, 1), KILLED]);
  });

  test.each([
    ['of a fixed split', splitPlan(at(5), NOTHING).wish, saved()],
    ['of what was live as no split', plan.wish, saved({ before: { id: '1', split: 'x' } })],
    ['of no stable', plan.wish, saved({ stable: 1 })],
    ['of nothing before', plan.wish, saved({ before: undefined })],
    ['of no id before', plan.wish, saved({ before: { split: '1=100' } })],
    ['of no split before', plan.wish, saved({ before: { id: '1' } })],
    ['of no writes', plan.wish, saved({ writes: 'none' })],
  ])('word %s is none', (_name, wish, text) => {
    expect(planRecovery(asked(wish), text, 500)).toBeUndefined();
  });
});

describe('what the post step goes on from', () => {
  test('it looks before anything else, however fresh the last look of the run before was', () => {
    expect(decided([first, accepted, read(serving(7, at(5)))], undefined)).toEqual({ kind: 'read', rollback: true });
  });

  test('a step of its own is undone; the same split under another id is somebody else’s', () => {
    const left = [first, accepted, read(serving(7, at(5)))];
    expect(decided(left, undefined, read(serving(7, at(5)), 9))).toMatchObject({
      kind: 'write',
      split: at(0),
      rollback: true,
    });
    expect(decided(left, undefined, read(serving(8, at(5)), 9))).toMatchObject({ conclusion: { outcome: 'drifted' } });
    expect(decided(left, undefined, read(serving(8, at(100)), 9))).toMatchObject({
      conclusion: { outcome: 'drifted', reason: expect.stringContaining('left alone') },
    });
  });

  test('a write that was under way is waited for while the stable shows, and undone when it shows', () => {
    const sending = { split: at(5), at: 1_000 };
    expect(decided([first], sending, read(plan.before, 1_500))).toMatchObject({
      kind: 'write',
      split: at(0),
      rollback: true,
    });
    expect(decided([first], sending, read(serving(9, at(5)), 1_500))).toMatchObject({
      kind: 'write',
      split: at(0),
      rollback: true,
    });
  });

  test('a step on its way is waited for also when the canary is what is live', () => {
    const left = [first, accepted, read(serving(7, at(5)))];
    const back: Event = { at: 70_020, kind: 'accepted', split: at(0), deploymentId: '8', requestId: 'R' };
    const rolledBack = [read(serving(7, at(5)), 70_010), back, read(serving(8, at(0)), 70_030)];
    const sending = { split: at(25), at: 70_000 };
    // The step of 25 % was sent and may land over the rollback.
    expect(decided(left, sending, ...rolledBack)).toMatchObject({ kind: 'wait' });
    expect(decided(left, sending, ...rolledBack, read(serving(9, at(25)), 80_000))).toMatchObject({
      kind: 'write',
      split: at(0),
      rollback: true,
    });
    expect(decided(left, sending, ...rolledBack, read(serving(8, at(0)), 100_001))).toMatchObject({
      conclusion: { outcome: 'rolled-back' },
    });
  });

  test('the reason is the true one: a gate that failed is not a cancellation', () => {
    const left = [first, accepted, read(serving(7, at(5))), unhealthy, read(serving(7, at(5)), 5)];
    const sent = decided(left, { split: at(0), at: 6 }, read(serving(8, at(0)), 90_000));
    expect(sent).toMatchObject({
      conclusion: { outcome: 'rolled-back', reason: expect.stringMatching(/^The gate failed/) },
    });
    const killed = decided(
      [first, accepted],
      undefined,
      read(serving(7, at(5)), 90_000),
      {
        at: 90_001,
        kind: 'write-failed',
        split: at(0),
        fault: fault(),
      },
      read(serving(7, at(5)), 90_002),
    );
    expect(killed).toMatchObject({
      conclusion: {
        outcome: 'rollback-failed',
        reason: expect.stringContaining('its step was killed'),
        advice: expect.arrayContaining([expect.stringContaining('versions: 1=100')]),
      },
    });
  });

  test('a step whose answer was lost is still its own after a cancellation that had no time to wait for it', () => {
    const left: Event[] = [
      first,
      { at: 2, kind: 'write-failed', split: at(5), fault: lost },
      { at: 3, kind: 'cancelled', by: 'SIGINT' },
      read(plan.before, 4),
      { at: 5, kind: 'accepted', split: at(0), deploymentId: '8', requestId: 'R' },
      read(serving(8, at(0)), 5_000),
    ];
    expect(decided(left, undefined, read(serving(9, at(5)), 9_000))).toMatchObject({
      kind: 'write',
      split: at(0),
      rollback: true,
    });
  });

  test('a rollback that landed late, after another that was sent later, is still its own', () => {
    const left: Event[] = [
      first,
      accepted,
      read(serving(7, at(5))),
      { at: 10, kind: 'cancelled', by: 'SIGINT' },
      read(serving(7, at(5)), 11),
      { at: 12, kind: 'write-failed', split: at(0), fault: lost },
      read(serving(7, at(5)), 13),
      { at: 14, kind: 'accepted', split: at(0), deploymentId: '8', requestId: 'R' },
      read(serving(8, at(0)), 15),
      read(serving(9, at(0)), 16),
    ];
    expect(decided(left, undefined, read(serving(9, at(0)), 90_000))).toMatchObject({
      conclusion: { outcome: 'rolled-back' },
    });
  });

  test('the choice on cancellation holds for a kill, too', () => {
    const held = rolloutPlan(plan.todo, { onCancel: 'hold' });
    const left = evidenceOf(held, [first, accepted, read(serving(7, at(5)))], undefined);
    const recovery = planRecovery(asked(held.wish), left, 500);
    expect(decide(recovery?.plan ?? held, [...(recovery?.past ?? []), read(serving(7, at(5)), 90_000)])).toMatchObject({
      conclusion: { outcome: 'held' },
    });
  });

  test.each([
    '',
    'no json',
    'null',
    '{}',
    '{"stable":"1","writes":[]}',
    '{"stable":"1","before":{"id":1,"split":"x"},"writes":[]}',
    '{"stable":"1","before":{"id":"1","split":"1=100"},"writes":[null]}',
    '{"stable":"1","before":{"id":"1","split":"1=100"},"writes":[{"split":"2=5,1=95"}]}',
  ])('word that cannot be read is none: %s', (saved) => {
    expect(planRecovery(asked(plan.wish), saved, 500)).toBeUndefined();
  });

  test.each(['"x"', '{}', '{"how":"rollback"}', '{"how":"x","sentence":"y"}'])(
    'a reason that says nothing is as none, and the run was cut short: %s',
    (abort) => {
      const saved = `{"stable":"1","before":{"id":"1","split":"1=100"},"writes":[],"abort":${abort}}`;
      expect(planRecovery(asked(plan.wish), saved, 500)?.past.at(-1)).toMatchObject({
        kind: 'aborted',
        why: 'cancelled',
      });
    },
  );
});
