import { describe, expect, test } from '@jest/globals';
import { rollbackFailed, stopped, unreadable } from '../../../src/rollout/decide/abort-conclusions.js';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import type { Abort } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  cancelled,
  fault,
  LOST,
  read,
  refused,
  rolloutPlan,
  serving,
  unread,
} from '../../support/rollout/builders.js';
import { concluded } from '../../support/rollout/concluded.js';
import { FIRST, live, OLD, PLAN, SPLIT, STEPS, state, THEIRS } from '../../support/rollout/two-steps.js';

describe('a fixed split is stopped', () => {
  const CANCEL: Abort = { why: 'cancelled', how: 'hold', sentence: 'SIGINT' };
  const FAILED: Abort = { why: 'undeployable', how: 'hold', sentence: 'it failed', fault: fault() };
  const ended = (abort: Abort, ...timeline: readonly Event[]) => concluded(stopped(state(SPLIT, ...timeline), abort));

  test('before anything was written', () => {
    expect(ended(CANCEL, read(1, OLD), cancelled(2))).toEqual({
      outcome: 'held',
      reason: 'Cancelled before anything was written; production serves 1=100.',
      advice: [],
    });
  });

  test('after it went live', () => {
    expect(ended(CANCEL, ...live(10), cancelled(9)).outcome).toBe('deployed');
  });

  test('though somebody else deployed the same', () => {
    expect(ended(CANCEL, refused(2, at(10)), read(3, OLD), read(4, serving(9, at(10)))).outcome).toBe('failed');
  });

  test('while what was accepted does not show', () => {
    const after = [read(4_502, OLD)];
    const advice = [
      'Read what is live with `dry-run: true` in a minute; if it still is not as wanted, open a ticket with that RequestId.',
    ];
    expect(ended(CANCEL, accepted(2_002, at(10), '7', 'R'), ...after)).toEqual({
      outcome: 'failed',
      reason: 'The service accepted 2=10,1=90 (RequestId R), but 3 s later production serves 1=100. It may still show.',
      advice,
    });
    expect(ended(CANCEL, accepted(2_002, at(10), '7', ''), ...after).reason).toContain(
      'accepted 2=10,1=90, but 3 s later',
    );
  });

  test('since it could not be deployed', () => {
    expect(ended(FAILED, refused(2, at(10)), read(3, OLD))).toEqual({
      outcome: 'failed',
      reason: 'it failed. Now production serves 1=100.',
      advice: ['Ask for it.'],
    });
    const other = { ...FAILED, fault: fault({ advice: 'Do the other.' }) };
    expect(ended(other, refused(2, at(10)), read(3, OLD)).advice).toEqual(['Do the other.']);
  });

  test('while its fate is unknown', () => {
    expect(ended(CANCEL, refused(2, at(10), LOST), cancelled(3), read(4, OLD))).toEqual({
      outcome: 'failed',
      reason:
        "Cancelled; CreateRoutineCodeDeployment failed: ECONNRESET (RequestId F): No!. Now production serves 1=100. Of this run's own writes, whether 2=10,1=90 was deployed is unknown (ECONNRESET): it may still show.",
      advice: ['Ask for it.', 'Read what is live with `dry-run: true` in a minute.'],
    });
  });
});

describe('a rollback that failed', () => {
  const abort: Abort = { why: 'unhealthy', how: 'rollback', sentence: 'it was so.' };

  test.each([
    [fault(), 'Forbidden (RequestId F): No!', ['Ask for it.']],
    [undefined, 'it was accepted, but does not show', []],
  ])('is told with what restores the stable: %#', (why, said, advice) => {
    expect(concluded(rollbackFailed(state(PLAN, ...live(5)), abort, why))).toEqual({
      outcome: 'rollback-failed',
      reason: `The gate failed: it was so. The rollback failed too: ${said}. Now production serves 2=5,1=95.`,
      advice: [
        'To restore the stable, run this action with `versions: 1=100`, without `canary`, `steps` and the gate.',
        ...advice,
      ],
    });
  });
});

describe('what is live can no longer be read', () => {
  const BROKEN = fault({ operation: 'GetRoutine', code: 'Broken', message: 'x' });
  const blind = (plan: WritingPlan, ...timeline: readonly Event[]) =>
    concluded(unreadable(state(plan, ...timeline), BROKEN));
  const BACK = 'To restore the stable, run this action with `versions: 1=100`, without `canary`, `steps` and the gate.';
  const LOST_SIGHT = 'What is live can no longer be read: Broken (RequestId F): x.';

  test.each<[string, readonly Event[], string]>([
    ['and nothing was done', [], `${LOST_SIGHT} production was last seen to serve 1=100.`],
    [
      'and somebody else was there',
      [read(3, THEIRS)],
      `${LOST_SIGHT} production was last seen to serve 3=100, which somebody else deployed.`,
    ],
  ])('%s: failed', (_name, timeline, reason) => {
    expect(blind(PLAN, ...timeline)).toEqual({ outcome: 'failed', reason, advice: ['Ask for it.'] });
  });

  test.each<[string, readonly Event[], string]>([
    ['shown', live(5), `${LOST_SIGHT} production was last seen to serve 2=5,1=95.`],
    [
      'accepted',
      [accepted(2, at(5), '7'), unread(3)],
      `${LOST_SIGHT} production was last seen to serve 1=100; 2=5,1=95 was accepted since.`,
    ],
    [
      'sent',
      [refused(2, at(5), LOST), unread(3)],
      `${LOST_SIGHT} production was last seen to serve 1=100; 2=5,1=95 was sent since and may be live.`,
    ],
    [
      'sent, and another accepted',
      [refused(2, at(5), LOST), accepted(3, at(25)), unread(4)],
      `${LOST_SIGHT} production was last seen to serve 1=100; 2=5,1=95 was sent since and may be live; 2=25,1=75 was accepted since.`,
    ],
    [
      'sent, and it was cancelled',
      [...live(5), cancelled(9), unread(10)],
      `The rollout was cancelled: SIGINT. ${LOST_SIGHT} production was last seen to serve 2=5,1=95.`,
    ],
  ])('after a step was %s: what restores the stable is told', (_name, timeline, reason) => {
    expect(blind(PLAN, ...timeline)).toEqual({ outcome: 'rollback-failed', reason, advice: [BACK, 'Ask for it.'] });
  });

  test.each<[string, WritingPlan, readonly Event[]]>([
    ['on failure', rolloutPlan(STEPS, { onFailure: 'hold' }), live(5)],
    ['on cancellation', rolloutPlan(STEPS, { onCancel: 'hold' }), [...live(5), cancelled(9)]],
    ['where it began', rolloutPlan(STEPS, { onFailure: 'hold' }, 5), []],
  ])('held, as asked: %s', (_name, plan, timeline) => {
    const { outcome, reason, advice } = blind(plan, ...timeline);
    expect(outcome).toBe('held');
    expect(reason).toMatch(/ production was last seen to serve 2=5,1=95\. Nothing was rolled back\.$/);
    expect(advice).toEqual([BACK, 'Ask for it.']);
  });

  test('of a rollout where nothing was before', () => {
    expect(blind(FIRST, ...live(100)).advice).toEqual([
      'There was nothing live before, so there is nothing to restore.',
      'Ask for it.',
    ]);
  });

  test('of a fixed split: it is run again', () => {
    expect(blind(SPLIT, ...live(10))).toEqual({
      outcome: 'failed',
      reason: `${LOST_SIGHT} production was last seen to serve 2=10,1=90.`,
      advice: ['Ask for it.', 'Run this again when it can be read: it writes only what differs.'],
    });
  });
});
