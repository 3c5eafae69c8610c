import { describe, expect, test } from '@jest/globals';
import { arrived, drifted, finish, liveSentence, stillBaking } from '../../../src/rollout/decide/conclusions.js';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  cancelled,
  FOREIGN,
  LOST,
  NOTHING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  waited,
} from '../../support/rollout/builders.js';
import { concluded } from '../../support/rollout/concluded.js';
import { FIRST, live, OLD, over, PLAN, SPLIT, STEPS, state, THEIRS, TICK } from '../../support/rollout/two-steps.js';

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
  expect(liveSentence(PLAN, serving(7, at(5)))).toBe('production serves 2=5,1=95');
  expect(liveSentence(PLAN, NOTHING)).toBe('production serves nothing');
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
  test('below 100 %, and a gate in observe mode found the canary unhealthy: no promotion is offered', () => {
    expect(concluded(arrived(state(PLAN, ...live(5), observed(9)))).advice).toEqual([
      '`versions: 1=100` restores the stable.',
    ]);
    expect(concluded(arrived(state(PLAN, ...live(5)))).advice.join()).toContain('promotes the canary');
  });

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
      'Now production serves 2=100, as read back from the service. Stop the schedule: should somebody restore the stable, its next run would roll this canary out again.',
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
      ' It began, since the stable served alone. If somebody restored the stable on purpose, stop the schedule: each run that finds it alone starts this canary again.';
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
      'or one whose answer named another',
      [accepted(2, at(5), '70'), read(3, serving(7, at(5))), read(4, serving(9, at(5)))],
      'Somebody else deployed meanwhile: production serves 2=5,1=95. Or it is a write of this run that landed late, since its answer did not name it.',
    ],
    [
      'or one that did not show for long',
      [refused(2, at(5), LOST), read(2 + VERIFY_LIMIT, OLD), read(3 + VERIFY_LIMIT, serving(9, at(5)))],
      'Somebody else deployed meanwhile: production serves 2=5,1=95. Or it is a write of this run that landed late, since its answer was lost.',
    ],
    [
      'with the very split that a write of ours is on its way with',
      [...live(5), accepted(4, at(100), '8'), read(5, serving(9, at(100)))],
      "Somebody else deployed meanwhile: production serves 2=100. Of this run's own writes, 2=100 was accepted and has not shown: it may still show.",
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
