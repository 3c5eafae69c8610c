import { expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import { endOf } from '../../../src/rollout/decide/event-time.js';
import type { Event } from '../../../src/rollout/model.js';
import { called, cancelled, GATE, NOTHING, read, waited } from '../../support/rollout/builders.js';
import { rolloutPlan, walk } from '../../support/rollout/walk.js';

test.each<[string, readonly Event[], number | undefined]>([
  ['what happens at once ends when it happens', [read(5, NOTHING), read(9, NOTHING)], 5],
  ['a call tells no time', [called(5)], undefined],
  ['a wait ends when it is over', [waited(5, 100), read(500, NOTHING)], 105],
  ['or when something else happens', [waited(5, 100), cancelled(60)], 60],
  ['a call does not end it', [waited(5, 100), called(20), called(30), read(60, NOTHING)], 60],
  ['nor does nothing', [waited(5, 100), called(20)], 105],
])('%s', (_name, timeline, end) => {
  const [event = called(0)] = timeline;
  expect(endOf(event, timeline, 0)).toBe(end);
});

test('a session that is renewed in the middle of a wait does not turn the clock back', () => {
  const minute = 60_000;
  const plan = rolloutPlan([{ weight: 5, bake: 10 * minute }], { gate: { ...GATE, interval: minute / 2 } }, 5);
  const start = 900_000;
  const live = plan.kind === 'rollout' ? plan.before : undefined;
  const pause = { at: start, kind: 'wait', for: minute / 2, purpose: 'bake', why: 'bakes' } as const;
  const renewed = {
    at: start + minute / 4,
    kind: 'called',
    operation: 'AssumeRoleWithOIDC',
    attempt: 1,
    took: 5,
    requestId: 'R',
    result: 'OK',
    retryIn: undefined,
  } as const;
  const look = { at: start, kind: 'read', live: live ?? { kind: 'nothing' } } as const;
  expect(decide(plan, [look, pause])).toEqual({ kind: 'measure', weight: 5, since: 900_000 });
  expect(decide(plan, [look, pause, renewed])).toEqual({ kind: 'measure', weight: 5, since: 900_000 });
});

test('a rollback that is refused for good while the step before it has not shown yet is not called done', () => {
  const plan = rolloutPlan([{ weight: 60, bake: 20_000 }], { onFailure: 'hold', gate: undefined });
  const { conclusion } = walk(plan, ['lag', 'cancel', 'fine', 'fatal'], decide);
  expect(conclusion.outcome).toBe('rollback-failed');
});
