import { expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import { rolloutPlan, walk } from '../../support/rollout/walk.js';

test('a session that is renewed in the middle of a wait does not turn the clock back', () => {
  const hour = 3_600_000;
  const plan = rolloutPlan([{ weight: 5, bake: 10 * hour }], { gate: { successRate: 99, interval: hour / 2 } }, 5);
  const start = 900_000;
  const live = plan.kind === 'rollout' ? plan.before : undefined;
  const waited = { at: start, kind: 'wait', for: hour / 2, purpose: 'bake', why: 'bakes' } as const;
  const renewed = {
    at: start + 60_000,
    kind: 'called',
    operation: 'AssumeRoleWithOIDC',
    attempt: 1,
    took: 5,
    requestId: 'R',
    result: 'OK',
    retryIn: undefined,
  } as const;
  const read = { at: start, kind: 'read', live: live ?? { kind: 'nothing' } } as const;
  expect(decide(plan, [read, waited])).toEqual({ kind: 'measure', weight: 5 });
  expect(decide(plan, [read, waited, renewed])).toEqual({ kind: 'measure', weight: 5 });
});

test('a rollback that is refused for good while the step before it has not shown yet is not called done', () => {
  const plan = rolloutPlan([{ weight: 60, bake: 20_000 }], { onFailure: 'hold', gate: undefined });
  const { conclusion } = walk(plan, ['lag', 'cancel', 'fine', 'fatal'], decide);
  expect(conclusion.outcome).toBe('rollback-failed');
});
