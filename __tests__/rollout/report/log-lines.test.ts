import { describe, expect, test } from '@jest/globals';
import type { Event, Live, Plan } from '../../../src/rollout/model.js';
import {
  describeLive,
  describePlan,
  describeWord,
  describe as lineOf,
  warningOf,
} from '../../../src/rollout/report/log-lines.js';
import {
  aborted,
  accepted,
  at,
  baseline,
  called,
  cancelled,
  details,
  measured,
  measurement,
  NOTHING,
  OBSERVING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  UNMARKED,
  unread,
  waited,
} from '../../support/rollout/builders.js';

describe('an event as one line', () => {
  const failure = { target: 'http://x', seen: 'HTTP 500', took: 5, version: undefined };

  test.each<[Event, string]>([
    [called(0), 'GetRoutine: OK in 0.01 s'],
    [
      called(0, { attempt: 2, result: 'Throttling', took: 310, waited: 700, requestId: 'R', retryIn: 5_000 }),
      'GetRoutine (attempt 2): Throttling in 0.31 s, after waiting 0.70 s, RequestId R; again in 5.00 s',
    ],
    [read(0, NOTHING), 'Live now: nothing'],
    [read(0, serving(7, at(5))), 'Live now: 2=5,1=95 (deployment 7)'],
    [accepted(0, at(5)), 'Accepted: 2=5,1=95'],
    [accepted(0, at(5), '7'), 'Accepted: 2=5,1=95 as deployment 7'],
    [refused(0, at(5)), 'CreateRoutineCodeDeployment failed: Forbidden: No!'],
    [unread(0, { code: 'X', message: 'y' }), 'GetRoutine failed: X: y'],
    [measured(0, 5, measurement(9, 0)), 'Checked at 5 %: 0 of 9 answers failed'],
    [
      measured(
        0,
        5,
        measurement(2, 1, { stable: { good: 55, bad: 1 }, cut: 4, unknown: 5, unnamed: 2, failures: [failure] }),
      ),
      'Checked at 5 %: 1 of 3 answers of the canary failed, 1 of 56 of the stable; 4 failed and named no version; 2 did not name their version; 3 could not be measured; first: HTTP 500 from http://x',
    ],
    [
      measured(0, 5, measurement(0, 1, { source: 'gate-command' })),
      'Checked at 5 %: 1 of 1 check by `gate-command` failed',
    ],
    [
      measured(0, 5, measurement(0, 0, { stable: { good: 0, bad: 0 }, unknown: 59 })),
      'Checked at 5 %: no answer of the canary, no answer of the stable; 59 could not be measured',
    ],
    [baseline(0, 59), 'Before the first step: 0 of 59 answers of the stable 1 failed'],
    [
      baseline(0, 58, 1, { unknown: 2, failures: [failure] }),
      'Before the first step: 1 of 59 answers of the stable 1 failed; 2 could not be measured; first: HTTP 500 from http://x',
    ],
    [baseline(0, 0, 0, { unknown: 59 }), 'Before the first step: no answer of the stable 1; 59 could not be measured'],
    [observed(0), 'In observe mode: would have been rolled back at 5 %, after 40s: it was bad.'],
    [
      measured(0, 5, measurement(53, 3, { source: 'gate-command', since: 'check', stable: { good: 56, bad: 0 } })),
      'Checked at 5 %: 3 of 56 answers of the canary failed, 0 of 56 of the stable; counted by `gate-command`',
    ],
    [
      measured(0, 5, measurement(53, 3, { source: 'gate-command', since: 'step' })),
      'Checked at 5 %: 3 of 56 answers of the canary failed; counted by `gate-command` since the step began',
    ],
    [
      measured(0, 5, measurement(0, 0, { source: 'gate-command', since: 'step' })),
      'Checked at 5 %: no answer of the canary; counted by `gate-command` since the step began',
    ],
    [cancelled(0), 'Cancelled: SIGINT'],
    [aborted(0), 'Left unfinished: it was bad'],
    [waited(0, 700), 'Waiting 0.70 s: it takes time'],
  ])('%#', (event, line) => {
    expect(lineOf(event)).toBe(line);
  });

  test.each<[Event]>([
    [called(0, { result: 'a\nb' })],
    [read(0, serving('a\nb', at(5)))],
    [accepted(0, at(5), 'a\nb')],
    [refused(0, at(5), { message: 'a\nb' })],
    [measured(0, 5, measurement(0, 1, { failures: [{ ...failure, target: 'a\nb' }] }))],
    [baseline(0, 0, 1, { failures: [{ ...failure, seen: 'a\nb' }] })],
    [observed(0, { sentence: 'a\nb' })],
    [cancelled(0, 'a\nb')],
    [aborted(0, { sentence: 'a\nb' })],
  ])('whatever it holds: %#', (event) => {
    expect(lineOf(event)).toContain('a\\u000ab');
  });
});

test('a check that could not be measured tells the whole command that mends it', () => {
  const seen = `Create it: \`${'x'.repeat(700)}\``;
  const event = measured(
    0,
    5,
    measurement(0, 0, { unknown: 1, failures: [{ target: 'gate-logs', seen, took: 5, version: undefined }] }),
  );
  expect(lineOf(event)).toContain(`${seen} from gate-logs`);
});

test('a stable that fails already is a warning too, and nothing else is', () => {
  const { gate } = rolloutPlan([{ weight: 5, bake: 1 }]).rollout;
  expect(warningOf(gate, baseline(0, 50, 9))).toContain('9 of 59 answers of the stable 1 failed, more than the 1 %');
  expect(warningOf(gate, baseline(0, 59))).toBeUndefined();
  expect(warningOf(gate, measured(0, 5, measurement(0, 9)))).toBeUndefined();
  expect(warningOf(undefined, baseline(0, 0, 9))).toBeUndefined();
});

test.each<[Live, string]>([
  [NOTHING, 'nothing'],
  [serving('', at(0)), '1=100 (without a deployment)'],
  [serving(7, at(0), { deployedAt: '2026-11-25T10:00:00Z' }), '1=100 (deployment 7 of 2026-11-25T10:00:00Z)'],
])('what is live: %#', (live, text) => {
  expect(describeLive(live)).toBe(text);
});

describe('a plan, before anything is done', () => {
  const STEPS = [
    { weight: 5, bake: 60_000 },
    { weight: 25, bake: 90_000 },
    { weight: 100, bake: 0 },
  ];
  const PLAN = rolloutPlan(STEPS);
  const OBSERVED = rolloutPlan(STEPS, { gate: OBSERVING });
  const RESUMED = { ...rolloutPlan(STEPS, {}, 5), liveSince: Date.UTC(2026, 10, 25) };
  const SPLIT = splitPlan(at(10), serving(1, at(0)));
  const dry = <T extends Plan>(plan: T): T => ({ ...plan, wish: { ...plan.wish, dryRun: true } });

  test.each<[string, Plan, readonly string[]]>([
    [
      'a rollout',
      PLAN,
      [
        'Rolling out 2 on "r" in production, stable 1:',
        '  5 % now, held for 1m',
        '  25 % after 1m, held for 1m30s',
        '  100 % after 2m30s',
      ],
    ],
    [
      'one whose gate only observes',
      { ...OBSERVED, todo: STEPS.slice(2) },
      [
        'Rolling out 2 on "r" in production, stable 1:',
        '  100 % now',
        'The gate only observes: it tells what it would have done, and stops nothing.',
      ],
    ],
    [
      'one that asks the stable first',
      { ...rolloutPlan([{ weight: 50, bake: 60_000 }], { gate: { ...UNMARKED, urls: 2 } }) },
      [
        'Rolling out 2 on "r" in production, stable 1:',
        '  50 % now, held for 1m',
        'The gate sends 44 requests at 50 %, every 15s: at most 176 a minute, and 30 at once.',
        'It expects about 88 answers of the canary at 50 %.',
        'A canary that fails 17 % of its requests is caught with 95 % probability by the end of 50 %.',
        'One with 99 % healthy answers is stopped in less than 1 of 100 rollouts.',
        'Before the first step the gate asks the stable alone, with 44 requests.',
      ],
    ],
    [
      'where nothing is live',
      { ...PLAN, stable: undefined, todo: STEPS.slice(2) },
      ['Rolling out 2 on "r" in production, nothing live yet:', '  100 % now'],
    ],
    [
      'one that goes on',
      { ...RESUMED, todo: RESUMED.todo.slice(0, 2) },
      [
        'Going on with 2 on "r" in production, stable 1:',
        '  5 % live since 2026-11-25T00:00:00.000Z, held for 1m',
        '  25 % after 1m, held for 1m30s',
      ],
    ],
    [
      'nobody knows since when',
      { ...RESUMED, bakesAnew: true, todo: RESUMED.todo.slice(0, 1) },
      ['Going on with 2 on "r" in production, stable 1:', '  5 % live, nobody knows since when, held for 1m'],
    ],
    [
      'at a weight that is no step',
      { ...RESUMED, todo: [{ weight: 9, bake: 60_000 }] },
      [
        'Going on with 2 on "r" in production, stable 1:',
        '  9 % is live and is no step; it bakes for 1m like 5 %',
        '  9 % live since 2026-11-25T00:00:00.000Z, held for 1m',
      ],
    ],
    [
      'a dry run',
      dry({ ...PLAN, todo: STEPS.slice(2) }),
      ['Would roll out 2 on "r" in production, stable 1:', '  100 % now'],
    ],
    ['a split', SPLIT, ['Deploying "r" in production: 1=100 -> 2=10,1=90']],
    [
      'a split where nothing is live',
      splitPlan(at(0), NOTHING),
      ['Deploying "r" in production: nothing live yet -> 1=100'],
    ],
    ['a dry run of a split', dry(SPLIT), ['Would deploy "r" in production: 1=100 -> 2=10,1=90']],
    ['nothing is done', { kind: 'refused', wish: SPLIT.wish, before: NOTHING, mistakes: [] }, []],
  ])('%s', (_name, plan, lines) => {
    expect(describePlan(plan)).toEqual(lines);
  });

  test('is one line each, whatever a name holds', () => {
    const named = (plan: Plan) => ({ ...plan, wish: { ...plan.wish, routine: 'a\nb' } });
    expect(describePlan(named(SPLIT))[0]).toContain('a\\u000ab');
    expect(describePlan({ ...PLAN, stable: '::a\nb' })[0]).toContain('stable ::a\\u000ab');
  });
});

test('a word, and what it stands for', () => {
  const known = details('17', { description: 'fix\n::error::x', createdAt: '2026-11-22T21:00:00Z' });
  const now = Date.parse('2026-11-22T21:03:00Z');
  expect(describeWord({ word: 'latest', version: '17', details: known }, now)).toBe(
    '`latest` is 17, "fix\\u000a::error::x", 3 minutes old',
  );
  expect(describeWord({ word: 'previous', version: '17', details: undefined }, now)).toBe('`previous` is 17');
});
