import { describe, expect, test } from '@jest/globals';
import { stopped } from '../../../src/rollout/decide/abort-conclusions.js';
import type { Abort } from '../../../src/rollout/decide/state.js';
import type { AbortReason, Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  cancelled,
  fault,
  LOST,
  observed,
  read,
  refused,
  serving,
} from '../../support/rollout/builders.js';
import { concluded } from '../../support/rollout/concluded.js';
import { FIRST, live, OLD, over, PLAN, state, TICK } from '../../support/rollout/two-steps.js';

const OVERWROTE =
  "What somebody else deployed, 3=100 (deployment 8), was written over: this run's own write was under way already.";
const FIND_OUT = 'Find out who deployed and what they meant; `versions: 3=100` restores it.';

describe('a rollout is stopped', () => {
  const because = (why: AbortReason, more: Partial<Abort> = {}): Abort => ({
    why,
    how: 'rollback',
    sentence: 'it was so',
    ...more,
  });
  const CANCEL = because('cancelled');
  const ended = (abort: Abort, ...timeline: readonly Event[]) => concluded(stopped(state(PLAN, ...timeline), abort));
  const back = [...live(5), accepted(10, at(0), '9'), read(11, serving(9, at(0)))];

  test.each<[AbortReason, string]>([
    ['unhealthy', 'The gate failed'],
    ['inconclusive', 'The gate could not measure the canary'],
    ['undeployable', 'A step could not be deployed'],
    ['unreadable', 'What is live could not be read'],
    ['cancelled', 'The rollout was cancelled'],
  ])('%s is told first', (why, text) => {
    expect(ended(because(why), ...back).reason).toBe(`${text}: it was so. Now production serves 1=100 again.`);
  });

  test.each([
    ['it was so. ', 'it was so. Now'],
    ['who did that?', 'who did that? Now'],
    ['broken . .', 'broken. Now'],
  ])('one mark ends %j', (sentence, told) => {
    expect(ended(because('cancelled', { sentence }), ...back).reason).toContain(told);
  });

  test('and stays as it is: both ways on, but no promotion of what failed', () => {
    expect(ended(because('inconclusive'), ...live(5))).toEqual({
      outcome: 'held',
      reason: 'The gate could not measure the canary: it was so. Now production serves 2=5,1=95, and stays as it is.',
      advice: ['`versions: 1=100` restores the stable, `versions: 2=100` promotes the canary.'],
    });
    expect(ended(because('unhealthy'), ...live(5)).advice).toEqual(['`versions: 1=100` restores the stable.']);
    expect(ended(CANCEL, ...live(100)).advice).toEqual(['`versions: 1=100` restores the stable.']);
    expect(concluded(stopped(state(FIRST, ...live(100)), CANCEL)).advice).toEqual([]);
  });

  test('nor of what a gate in observe mode found unhealthy', () => {
    const timeline = [...live(5), observed(4)];
    expect(ended(because('inconclusive'), ...timeline).advice).toEqual(['`versions: 1=100` restores the stable.']);
    const silent = [...live(5), observed(4, { why: 'inconclusive' })];
    expect(ended(because('inconclusive'), ...silent).advice.join()).toContain('promotes the canary');
  });

  test('and was rolled back', () => {
    expect(ended(CANCEL, ...back)).toEqual({
      outcome: 'rolled-back',
      reason: 'The rollout was cancelled: it was so. Now production serves 1=100 again.',
      advice: [],
    });
  });

  test('rolled back before it had been live', () => {
    const never = [refused(2, at(5), LOST), accepted(3, at(0), '9'), read(4, serving(9, at(0)))];
    expect(ended(CANCEL, ...never).reason).toContain('Now production serves 1=100. Of this run');
  });

  test('on a schedule it says what the next run would do', () => {
    expect(concluded(stopped(state(TICK, ...back), CANCEL)).reason).toBe(
      'The rollout was cancelled: it was so. Now production serves 1=100 again. Stop the schedule, or name another canary: its next run would try this one again, unless a record (`github-deployment`) holds that it failed.',
    );
  });

  test.each<[string, Abort, readonly Event[], string, string]>([
    [
      'the first step failed',
      because('undeployable', { fault: fault() }),
      [refused(2, at(5)), read(3, OLD)],
      'failed',
      'A step could not be deployed: it was so. Now production serves 1=100.',
    ],
    [
      'nothing was written',
      CANCEL,
      [read(1, OLD)],
      'held',
      'The rollout was cancelled: it was so. Nothing was written. Now production serves 1=100.',
    ],
    [
      'what was written was refused',
      CANCEL,
      [refused(2, at(5)), read(3, OLD)],
      'held',
      'The rollout was cancelled: it was so. No write of this run took effect. Now production serves 1=100.',
    ],
    [
      'nobody knows',
      CANCEL,
      [refused(2, at(5), LOST), refused(3, at(5), LOST), read(4, OLD)],
      'held',
      "The rollout was cancelled: it was so. Now production serves 1=100. Of this run's own writes, whether 2=5,1=95 was deployed is unknown (ECONNRESET): it may still show.",
    ],
    [
      'a rollback that was refused is none',
      CANCEL,
      [refused(2, at(0)), read(3, OLD)],
      'held',
      'The rollout was cancelled: it was so. No write of this run took effect. Now production serves 1=100.',
    ],
  ])('%s', (_name, abort, timeline, outcome, reason) => {
    expect(ended(abort, ...timeline)).toEqual({
      outcome,
      reason,
      advice: abort.fault === undefined ? [] : ['Ask for it.'],
    });
  });

  test('over what somebody else had just deployed', () => {
    expect(ended(CANCEL, ...over(5))).toMatchObject({
      outcome: 'held',
      reason: `The rollout was cancelled: it was so. Now production serves 2=5,1=95, and stays as it is. ${OVERWROTE}`,
      advice: [FIND_OUT, '`versions: 1=100` restores the stable, `versions: 2=100` promotes the canary.'],
    });
  });

  test('and the fate of the next step is unknown', () => {
    const { reason } = ended(CANCEL, ...over(5), refused(5, at(25), LOST), read(6, serving(7, at(5))));
    expect(reason).toMatch(
      / was under way already\. Of this run's own writes, whether 2=25,1=75 was deployed is unknown/,
    );
  });

  test('once cancelled the post step looks again, while a write may show', () => {
    expect(ended(CANCEL, accepted(2, at(5)), cancelled(3), read(4, OLD)).unsettled).toBe(true);
    expect(ended(CANCEL, refused(2, at(5)), cancelled(3), read(4, OLD)).unsettled).toBeUndefined();
  });
});
