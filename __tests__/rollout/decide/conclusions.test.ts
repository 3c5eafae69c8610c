import { describe, expect, test } from '@jest/globals';
import {
  arrived,
  drifted,
  finish,
  livesIn,
  rollbackFailed,
  stillBaking,
  stopped,
  unreadable,
} from '../../../src/rollout/decide/conclusions.js';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import { type Abort, type State, stateOf } from '../../../src/rollout/decide/state.js';
import type { AbortReason, Command, Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  cancelled,
  FOREIGN,
  fault,
  LOST,
  NOTHING,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0));
const THEIRS = serving(8, FOREIGN);
const PLAN = rolloutPlan(STEPS);
const TICK = rolloutPlan(STEPS, { wait: false });
const FIRST = { ...PLAN, before: NOTHING, stable: undefined };
const SPLIT = splitPlan(at(10), OLD);

const state = (plan: WritingPlan, ...timeline: readonly Event[]): State => stateOf(plan, timeline);
const concluded = (command: Command) => {
  if (command.kind !== 'finish') throw new Error(`not the end: ${command.kind}`);
  return command.conclusion;
};
/** A write that was accepted at 2 and showed at 3, as deployment 7. */
const live = (weight: number) => [accepted(2, at(weight), '7'), read(3, serving(7, at(weight)))];
/** The same, and somebody else's showed in between. */
const over = (weight: number) => [accepted(2, at(weight), '7'), read(3, THEIRS), read(4, serving(7, at(weight)))];

const GROUP = 'A `concurrency` group per routine and environment keeps your own workflows from racing each other.';
const OVERWROTE =
  "What somebody else deployed, 3=100 (deployment 8), was written over: this run's own write was under way already.";
const FIND_OUT = 'Find out who deployed and what they meant; `versions: 3=100` restores it.';

test('a conclusion is an outcome, its reason, and advice; more where there is more', () => {
  expect(finish('held', 'So.', ['Do.'])).toEqual({
    kind: 'finish',
    conclusion: { outcome: 'held', reason: 'So.', advice: ['Do.'] },
  });
  expect(finish('baking', 'So.', [], { nextStepAt: 7 })).toMatchObject({ conclusion: { nextStepAt: 7 } });
});

test('what an environment serves', () => {
  expect(livesIn(PLAN, serving(7, at(5)))).toBe('production serves 2=5,1=95');
  expect(livesIn(PLAN, NOTHING)).toBe('production serves nothing');
});

describe('a fixed split is live', () => {
  test.each<[string, readonly Event[], string]>([
    [
      'as it was written',
      live(10),
      '"r" in production serves 2=10,1=90 by deployment 7, as read back from the service.',
    ],
    [
      'under another id',
      [accepted(2, at(10), '6'), read(3, serving(7, at(10)))],
      '"r" in production serves 2=10,1=90 by deployment 7 (the write was answered with 6), as read back from the service.',
    ],
    [
      'the answer told none',
      [accepted(2, at(10)), read(3, serving(7, at(10)))],
      '"r" in production serves 2=10,1=90 by deployment 7, as read back from the service.',
    ],
    [
      'the service shows none',
      [accepted(2, at(10), '6'), read(3, serving('', at(10)))],
      '"r" in production serves 2=10,1=90, as read back from the service.',
    ],
  ])('%s', (_name, timeline, reason) => {
    expect(concluded(arrived(state(SPLIT, ...timeline)))).toEqual({ outcome: 'deployed', reason, advice: [] });
  });

  test('over what somebody else had just deployed: they are told of', () => {
    expect(concluded(arrived(state(SPLIT, ...over(10))))).toEqual({
      outcome: 'deployed',
      reason: '"r" in production serves 2=10,1=90 by deployment 7, as read back from the service.',
      advice: [FIND_OUT],
      warning: OVERWROTE,
    });
  });
});

describe('a rollout has arrived', () => {
  test.each<[string, WritingPlan, string]>([
    ['at 100 %', PLAN, 'Now production serves 2=100, as read back from the service.'],
    [
      'where nothing was',
      FIRST,
      'Now production serves 2=100, as read back from the service. Nothing was live before, so it went there at once.',
    ],
    [
      'on a schedule',
      TICK,
      'Now production serves 2=100, as read back from the service. Stop the schedule: should somebody put the stable back, its next run would roll this canary out again.',
    ],
  ])('%s: promoted', (_name, plan, reason) => {
    expect(concluded(arrived(state(plan, ...live(100))))).toEqual({ outcome: 'promoted', reason, advice: [] });
  });

  test('below 100 %: paused, with both ways on', () => {
    expect(concluded(arrived(state(PLAN, ...live(5))))).toEqual({
      outcome: 'paused',
      reason: 'Now production serves 2=5,1=95, as read back from the service. The last step held.',
      advice: ['`versions: 1=100` restores the stable, `versions: 2=100` promotes the canary.'],
    });
  });
});

describe('a step bakes on', () => {
  const FIVE = { split: at(5), weight: 5, bake: 60_000 };

  test('until when, in whole seconds', () => {
    expect(concluded(stillBaking(state(PLAN, ...live(5)), FIVE, 60_002))).toEqual({
      outcome: 'baking',
      reason: 'The canary serves 5 % (2=5,1=95), and bakes for 1m more.',
      advice: [],
      nextStepAt: 60_002,
    });
    expect(concluded(stillBaking(state(PLAN, ...live(5)), FIVE, 1_004)).reason).toContain('bakes for 2s more');
  });

  test('the run that began it says what the next would do', () => {
    const began =
      ' It began, since the stable served alone. If somebody put the stable back on purpose, stop the schedule: each run that finds it alone starts this canary again.';
    expect(concluded(stillBaking(state(TICK, ...live(5)), FIVE, 60_002)).reason).toBe(
      `The canary serves 5 % (2=5,1=95), and bakes for 1m more.${began}`,
    );
    const later = rolloutPlan(STEPS, { wait: false }, 5);
    expect(concluded(stillBaking(state(later), FIVE, 60_000)).reason).toBe(
      'The canary serves 5 % (2=5,1=95), and bakes for 1m more.',
    );
  });
});

describe('somebody else deployed', () => {
  const advice = [
    'Find out who deployed and what they meant before you run this again: it would go on over what they did. `versions` deploys the split you want.',
    GROUP,
  ];

  test.each<[string, readonly Event[], string]>([
    [
      'and was left alone',
      [read(3, THEIRS)],
      'Somebody else deployed meanwhile: production serves 3=100. It was left alone.',
    ],
    [
      'and a write of ours is on its way',
      [accepted(2, at(5)), read(3, THEIRS)],
      "Somebody else deployed meanwhile: production serves 3=100. Of this run's own writes, 2=5,1=95 was accepted and has not shown: it may still show.",
    ],
    [
      'or nobody knows',
      [refused(2, at(5), LOST), read(3, THEIRS)],
      "Somebody else deployed meanwhile: production serves 3=100. Of this run's own writes, whether 2=5,1=95 was deployed is unknown (ECONNRESET): it may still show.",
    ],
    [
      'or nobody knows of two',
      [refused(2, at(5), LOST), refused(3, at(25), LOST), read(4, THEIRS)],
      "Somebody else deployed meanwhile: production serves 3=100. Of this run's own writes, whether 2=5,1=95 was deployed is unknown (ECONNRESET); whether 2=25,1=75 was deployed is unknown (ECONNRESET): it may still show.",
    ],
    [
      'or it is a write of ours that landed twice',
      [refused(2, at(5), LOST), read(3, serving(7, at(5))), read(4, serving(9, at(5)))],
      'Somebody else deployed meanwhile: production serves 2=5,1=95. Or it is a write of this run that landed late, since its answer was lost.',
    ],
    [
      'which nobody takes for ours after so long',
      [
        refused(2, at(5), LOST),
        read(3, serving(7, at(5))),
        read(2 + VERIFY_LIMIT, serving(7, at(5))),
        read(3 + VERIFY_LIMIT, serving(9, at(5))),
      ],
      'Somebody else deployed meanwhile: production serves 2=5,1=95. It was left alone.',
    ],
  ])('%s', (_name, timeline, reason) => {
    expect(concluded(drifted(state(PLAN, ...timeline)))).toEqual({ outcome: 'drifted', reason, advice });
  });

  test('and a write of ours took the place', () => {
    expect(concluded(drifted(state(PLAN, ...over(5))))).toEqual({
      outcome: 'drifted',
      reason: `Somebody else deployed meanwhile. ${OVERWROTE} Now production serves 2=5,1=95.`,
      advice: [FIND_OUT, GROUP],
    });
    const unnamed = [accepted(2, at(5), '7'), read(3, serving('', FOREIGN)), read(4, serving(7, at(5)))];
    expect(concluded(drifted(state(PLAN, ...unnamed))).reason).toContain('deployed, 3=100, was written over');
  });

  test('and again after that', () => {
    const reason = concluded(drifted(state(PLAN, ...over(5), read(5, serving(9, FOREIGN))))).reason;
    expect(reason).toBe('Somebody else deployed meanwhile: production serves 3=100. It was left alone.');
  });

  test('once cancelled the post step looks again, while a write may show', () => {
    const timeline = [accepted(2, at(5)), cancelled(3), read(4, THEIRS)];
    expect(concluded(drifted(state(PLAN, ...timeline))).unsettled).toBe(true);
    expect(concluded(drifted(state(PLAN, ...timeline, waited(5, VERIFY_LIMIT - 4)))).unsettled).toBe(true);
    expect(concluded(drifted(state(PLAN, ...timeline, waited(5, VERIFY_LIMIT - 3)))).unsettled).toBeUndefined();
    expect(concluded(drifted(state(PLAN, cancelled(3), read(4, THEIRS)))).unsettled).toBeUndefined();
  });
});

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
      'The rollout was cancelled: it was so. Now production serves 1=100 again. Stop the schedule, or name another canary: its next run would try this one again.',
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

describe('a rollback that failed', () => {
  const abort: Abort = { why: 'unhealthy', how: 'rollback', sentence: 'it was so.' };

  test.each([
    [fault(), 'Forbidden (RequestId F): No!', ['Ask for it.']],
    [undefined, 'it was accepted, but does not show', []],
  ])('is told with what restores the stable: %#', (why, said, advice) => {
    expect(concluded(rollbackFailed(state(PLAN, ...live(5)), abort, why))).toEqual({
      outcome: 'rollback-failed',
      reason: `The gate failed: it was so. The rollback failed too: ${said}. Now production serves 2=5,1=95.`,
      advice: [...advice, 'To restore the stable, run this action with `versions: 1=100`.'],
    });
  });
});

describe('what is live can no longer be read', () => {
  const BROKEN = fault({ operation: 'GetRoutine', code: 'Broken', message: 'x' });
  const blind = (plan: WritingPlan, ...timeline: readonly Event[]) =>
    concluded(unreadable(state(plan, ...timeline), BROKEN));
  const BACK = 'To restore the stable, run this action with `versions: 1=100`.';
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
    expect(blind(PLAN, ...timeline)).toEqual({ outcome: 'rollback-failed', reason, advice: ['Ask for it.', BACK] });
  });

  test.each<[string, WritingPlan, readonly Event[]]>([
    ['on failure', rolloutPlan(STEPS, { onFailure: 'hold' }), live(5)],
    ['on cancellation', rolloutPlan(STEPS, { onCancel: 'hold' }), [...live(5), cancelled(9)]],
    ['where it began', rolloutPlan(STEPS, { onFailure: 'hold' }, 5), []],
  ])('held, as asked: %s', (_name, plan, timeline) => {
    const { outcome, reason, advice } = blind(plan, ...timeline);
    expect(outcome).toBe('held');
    expect(reason).toMatch(/ production was last seen to serve 2=5,1=95\. Nothing was put back\.$/);
    expect(advice).toEqual(['Ask for it.', BACK]);
  });

  test('of a rollout where nothing was before', () => {
    expect(blind(FIRST, ...live(100)).advice).toEqual(['Ask for it.', 'There was nothing live before.']);
  });

  test('of a fixed split: it is run again', () => {
    expect(blind(SPLIT, ...live(10))).toEqual({
      outcome: 'failed',
      reason: `${LOST_SIGHT} production was last seen to serve 2=10,1=90.`,
      advice: ['Ask for it.', 'Run this again when it can be read: it writes only what differs.'],
    });
  });
});
