import { describe, expect, test } from '@jest/globals';
import { accessOf, actionsNeeded, isDenial } from '../../src/rollout/access.js';
import type { Event } from '../../src/rollout/model.js';
import { at, wishOf } from '../support/rollout/builders.js';

const called = (operation: string, result: string, requestId = 'R'): Event => ({
  ...{ at: 1, kind: 'called', operation, attempt: 1, took: 1, requestId, result },
  retryIn: undefined,
});

const READS = ['esa:GetRoutine', 'esa:ListRoutineCodeVersions'];
const WRITE = 'esa:CreateRoutineCodeDeployment';

describe('what a real run needs', () => {
  const report = wishOf({ kind: 'report' });
  const split = wishOf({ kind: 'split', split: at(5) });
  test.each([
    ['a report', report, [], false, [...READS, WRITE]],
    ['a split', split, [], false, [...READS, WRITE]],
    ['code alone', report, ['esa:X'], false, [...READS, 'esa:X']],
    ['code that is deployed', split, ['esa:X'], false, [...READS, WRITE, 'esa:X']],
    ['logs', split, [], true, [...READS, WRITE, 'log:GetLogStoreLogs']],
  ])('for %s', (_, wish, upload, readsLogs, needed) => {
    expect(actionsNeeded(wish, { upload, readsLogs })).toEqual(needed);
  });
});

test.each([
  ['Forbidden.RAM', true],
  ['Forbidden', true],
  ['NoPermission', true],
  ['OK', false],
  ['SignatureDoesNotMatch', false],
  ['NotForbidden', false],
])('%s is a denial: %s', (code, is) => {
  expect(isDenial(code)).toBe(is);
});

describe('what the calls have shown', () => {
  const needed = [...READS, WRITE];

  test('is allowed by an answer, denied by a code, and untried where nothing was sent', () => {
    const timeline = [called('GetRoutine', 'OK'), called('ListRoutineCodeVersions', 'Forbidden.RAM', 'D')];
    expect(accessOf(needed, timeline)).toEqual({
      needed,
      allowed: ['esa:GetRoutine'],
      denied: [{ action: 'esa:ListRoutineCodeVersions', code: 'Forbidden.RAM', requestId: 'D' }],
      untried: [WRITE],
    });
  });

  test('what failed for another reason is neither', () => {
    const timeline = [called('GetRoutine', 'InternalError'), { at: 2, kind: 'cancelled', by: 'SIGINT' } as const];
    expect(accessOf(needed, timeline)).toEqual({
      needed,
      allowed: [],
      denied: [],
      untried: ['esa:ListRoutineCodeVersions', WRITE],
    });
  });

  test('what was answered once is allowed, whatever else came, and what is not needed is not told', () => {
    const timeline = [
      called('GetRoutine', 'Forbidden'),
      called('GetRoutine', 'OK'),
      called('AssumeRoleWithOIDC', 'OK'),
    ];
    const { allowed, denied } = accessOf(needed, timeline);
    expect({ allowed, denied }).toEqual({ allowed: ['esa:GetRoutine'], denied: [] });
  });
});
