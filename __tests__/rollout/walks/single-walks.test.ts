import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import type { Live, Step } from '../../../src/rollout/model.js';
import { openLogWriter } from '../../../src/rollout/report/log-writer.js';
import {
  at,
  type Decide,
  type Luck,
  rolloutPlan,
  type Service,
  serving,
  splitPlan,
  walk,
} from '../../support/rollout/walk.js';

const OLD = serving('1766590000000000000', at(0));
const TIMES: Partial<Service> = { ids: 'times' };
const walked = (lucks: readonly Luck[], before: Live = OLD, service = TIMES) =>
  walk(splitPlan(at(10), before), lucks, decide, service);
const kinds = ({ timeline }: ReturnType<typeof walked>) => timeline.map((event) => event.kind);

describe('a fixed split', () => {
  test('without bad luck: one write, one read, deployed', () => {
    const outcome = walked([]);
    expect(kinds(outcome)).toEqual(['read', 'accepted', 'read']);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });

  test('a lost answer is found by reading: nothing is sent twice', () => {
    const outcome = walked(['lost']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });

  test('a refusal for good is sent once, and what is live is read for the report', () => {
    const outcome = walked(['fatal']);
    expect(outcome.writes).toHaveLength(1);
    expect(kinds(outcome)).toEqual(['read', 'write-failed', 'read']);
    expect(outcome.conclusion).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('production serves 1=100'),
    });
  });

  test('a write whose answer was not understood is looked for as long as one whose answer was lost, not sent again', () => {
    const outcome = walked(['unreadable', 'stale', 'fine', 'stale']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });

  test('throttling that never ends is given up, and what is live is read', () => {
    const outcome = walked(Array.from({ length: 3_000 }, (_, turn) => (turn < 2_900 ? 'throttled' : 'fine')));
    expect(outcome.conclusion.outcome).toBe('failed');
    expect(outcome.timeline.at(-1)?.kind).toBe('read');
  });

  test('somebody else before the next try: left alone', () => {
    const outcome = walked(['fatal', 'foreign']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion).toMatchObject({ outcome: 'drifted', reason: expect.stringContaining('left alone') });
  });

  test('somebody else between our read and our write, shown first: waited until ours shows, and they are told of', () => {
    const outcome = walked(['lag', 'foreign', 'fine'], OLD, { ids: 'opaque', answers: 'none' });
    expect(outcome.conclusion.outcome).toBe('drifted');
    const late = walked(['late', 'fine', 'foreign']);
    expect(late.history.at(-1)?.by).toBe('us');
    expect(late.conclusion).toMatchObject({ outcome: 'deployed', warning: expect.stringContaining('3=100') });
  });

  test('nothing where something was is a fault that passes, and no reason to write or to speak of others', () => {
    const outcome = walked(['fine', 'vanished', 'vanished']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion.outcome).toBe('deployed');
    const never = walked(['fine', ...Array.from({ length: 200 }, (): Luck => 'vanished')]);
    expect(never.conclusion).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('can no longer be read'),
    });
  });

  test('a replica that shows what was replaced is looked past', () => {
    const plan = splitPlan(at(10), OLD);
    const outcome = walk(plan, ['fine', 'stale'], decide, TIMES);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });
});

const STEPS: readonly Step[] = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
  { weight: 100, bake: 60_000 },
];

describe('a rollout', () => {
  const outcomeOf = (lucks: readonly Luck[], plan = rolloutPlan(STEPS)) => walk(plan, lucks, decide, { ids: 'times' });
  const weights = (outcome: ReturnType<typeof outcomeOf>) =>
    outcome.writes.map((split) => split.find((share) => share.version === '2')?.weight ?? 0);

  test('all good: every step in turn, promoted', () => {
    const outcome = outcomeOf([]);
    expect(weights(outcome)).toEqual([5, 25, 100]);
    expect(outcome.conclusion.outcome).toBe('promoted');
  });

  test('two calls per step and one more read where a bake lies between', () => {
    const { timeline } = outcomeOf([]);
    const calls = timeline.slice(1).filter((event) => ['read', 'accepted'].includes(event.kind)).length;
    expect(calls).toBe(3 * STEPS.length);
  });

  test('a slow read before a step up: another check, another read, and then the step', () => {
    const usual = outcomeOf([]).timeline.map(({ kind }) => kind);
    const before = usual.indexOf('accepted', usual.indexOf('accepted') + 1) - 1;
    const slow = (reads: number) =>
      Array.from(
        { length: before + 8 },
        (_, turn): Luck => (turn >= before - 1 && turn < before - 1 + 2 * reads ? 'slow' : 'fine'),
      );
    const order = (reads: number) =>
      outcomeOf(slow(reads))
        .timeline.map(({ kind }) => kind)
        .slice(before - 1)
        .join();
    expect(order(0)).toMatch(/^measured,read,accepted/);
    expect(order(1)).toMatch(/^measured,read,measured,read,accepted/);
    expect(order(9)).toMatch(/^measured,read,measured,read,measured,read,accepted/);
  });

  test('a check that is all bad rolls back at once, also after 100 %', () => {
    for (const last of [0, 1, 2]) {
      let checks = 0;
      const broken: Decide = (plan, timeline) => decide(plan, timeline);
      const bad = walk(
        rolloutPlan(STEPS),
        Array.from({ length: 200 }, () => 'fine' as const),
        (plan, timeline) => {
          checks = timeline.filter((event) => event.kind === 'measured').length;
          return broken(
            plan,
            timeline.map((event) =>
              event.kind === 'measured' && event.weight === STEPS[last]?.weight
                ? { ...event, measurement: { ...event.measurement, canary: { good: 0, bad: 5 } } }
                : event,
            ),
          );
        },
      );
      expect(bad.conclusion.outcome).toBe('rolled-back');
      expect(checks).toBe(last * 4 + 1);
      expect(bad.live).toMatchObject({ split: at(0) });
    }
  });

  test('a step without a bake is not watched: the gate cannot miss what it never looked for', () => {
    const outcome = outcomeOf(
      [],
      rolloutPlan([
        { weight: 5, bake: 60_000 },
        { weight: 50, bake: 0 },
        { weight: 100, bake: 0 },
      ]),
    );
    expect(outcome.conclusion.outcome).toBe('promoted');
  });

  test('nothing but silence is inconclusive', () => {
    const silent = Array.from({ length: 300 }, () => 'unknown' as const);
    expect(outcomeOf(silent)).toMatchObject({
      conclusion: { outcome: 'rolled-back', reason: expect.stringContaining('could not measure') },
    });
    const held = outcomeOf(silent, rolloutPlan(STEPS, { onInconclusive: 'hold' }));
    expect(held.conclusion.outcome).toBe('held');
    expect(held.live).toMatchObject({ split: at(5) });
  });

  test.each([
    [60_000, 2],
    [600_000, 11],
    [2 * 3_600_000, 75],
    [6 * 3_600_000, 110],
  ])('a bake of %i ms without a gate is told of once a minute, later more rarely', (bake, most) => {
    const steps = [
      { weight: 5, bake },
      { weight: 100, bake: 0 },
    ];
    const { timeline } = outcomeOf([], rolloutPlan(steps, { gate: undefined }));
    const writer = openLogWriter();
    const told = timeline.filter((event) => writer.write(event).lines.length > 0 && event.kind === 'wait');
    const bakes = told.filter((event) => event.kind === 'wait' && event.purpose === 'bake').map((event) => event.at);
    expect(bakes.length).toBeGreaterThanOrEqual(1);
    expect(bakes.length).toBeLessThanOrEqual(most);
    const between = bakes.slice(1).map((when, index) => when - (bakes[index] ?? 0));
    expect(Math.min(60_000, ...between)).toBeGreaterThanOrEqual(60_000);
    // Whoever watches sees that it goes on.
    expect(Math.max(0, ...between)).toBeLessThanOrEqual(Math.max(121_000, bake / 30 + 61_000));
    const [step] = timeline.filter((event) => event.kind === 'accepted');
    expect((timeline.findLast((event) => event.kind === 'accepted')?.at ?? 0) - (step?.at ?? 0)).toBeGreaterThanOrEqual(
      bake,
    );
  });

  test('a step that was accepted but lags is rolled back all the same when the workflow is cancelled', () => {
    const outcome = outcomeOf(['lag', 'fine', 'cancel']);
    expect(weights(outcome)).toEqual([5, 0]);
    expect(outcome.live).toMatchObject({ split: at(0) });
  });

  test('a first step that is throttled for ever failed; it was never there to be rolled back', () => {
    const throttled = Array.from({ length: 400 }, (): Luck => 'throttled');
    const outcome = outcomeOf(throttled);
    expect(outcome.conclusion.outcome).toBe('failed');
    expect(outcome.live).toMatchObject({ split: at(0) });
  });

  test('what is held is read before it is said', () => {
    const outcome = outcomeOf(['fine', 'fine', 'fine', 'bad', 'foreign'], rolloutPlan(STEPS, { onFailure: 'hold' }));
    expect(outcome.conclusion.outcome).toBe('drifted');
  });

  test('cancelled before the first write: nothing is written', () => {
    const outcome = outcomeOf(['cancel']);
    expect(outcome.writes).toEqual([]);
    expect(outcome.conclusion).toMatchObject({
      outcome: 'held',
      reason: expect.stringContaining('Nothing was written'),
    });
  });

  test('what came first decides: a failed gate rolls back, though a cancellation would have held', () => {
    const outcome = outcomeOf(['fine', 'fine', 'fine', 'bad', 'cancel'], rolloutPlan(STEPS, { onCancel: 'hold' }));
    expect(outcome.conclusion).toMatchObject({
      outcome: 'rolled-back',
      reason: expect.stringContaining('The gate failed'),
    });
  });

  test('cancelled twice: one rollback', () => {
    const outcome = outcomeOf(['fine', 'fine', 'fine', 'cancel', 'cancel']);
    expect(weights(outcome)).toEqual([5, 0]);
    expect(outcome.conclusion.outcome).toBe('rolled-back');
  });

  test('a rollback that is refused for good is told with the input that restores the stable', () => {
    const outcome = outcomeOf(
      ['fine', 'fine', 'fine', 'bad', 'fine', 'fatal', 'fine', 'fine'],
      rolloutPlan([
        { weight: 5, bake: 15_000 },
        { weight: 100, bake: 0 },
      ]),
    );
    expect(outcome.conclusion.outcome).toBe('rollback-failed');
    expect(outcome.conclusion.advice.join(' ')).toContain('versions: 1=100');
  });

  test('resumed in the middle: the bake counts from when it went live, weights passed are skipped', () => {
    const outcome = outcomeOf([], rolloutPlan(STEPS, {}, 25));
    expect(weights(outcome)).toEqual([100]);
  });

  test('a step under 100 % at the end parks there', () => {
    const outcome = outcomeOf([], rolloutPlan([{ weight: 5, bake: 15_000 }]));
    expect(outcome.conclusion.outcome).toBe('paused');
    expect(outcome.live).toMatchObject({ split: at(5) });
  });

  test('ticks: a wait is never asked for, and what is not due is left', () => {
    const plan = rolloutPlan(STEPS, { wait: false });
    const first = walk(plan, [], decide);
    expect(first.conclusion).toMatchObject({ outcome: 'baking' });
    expect(weights(first)).toEqual([5]);
    expect(first.conclusion.nextStepAt).toBeGreaterThan(1_000_000);
  });
});
