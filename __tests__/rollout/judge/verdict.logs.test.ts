import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../emulator/chance.js';
import { stoppedByLogs } from '../../../scripts/simulated-logs.js';
import { type Check, judge } from '../../../src/rollout/judge/verdict.js';
import type { Measurement } from '../../../src/rollout/model.js';
import { GATE, measurement } from '../../support/rollout/builders.js';

const ROLLOUTS = 60;
const shareStopped = (scene: Parameters<typeof stoppedByLogs>[0], within: number) =>
  Array.from({ length: ROLLOUTS }, (_, seed) => stoppedByLogs(scene, randomFrom(seed), within)).filter(
    (at) => at !== undefined,
  ).length / ROLLOUTS;

describe('100 requests a second, 5 % of them the canary, a fifth of the logs late', () => {
  test.each([
    ['5 % of its requests, within 2 minutes of log time', 0.05, 120],
    ['3 % of its requests, within 4', 0.03, 240],
  ])('a canary that fails %s is stopped in 95 % of rollouts', (_, canary, within) => {
    expect(shareStopped({ canary, stable: 0.001 }, within)).toBeGreaterThanOrEqual(0.95);
  });

  test.each([
    ['it fails half of what it may', { canary: 0.005, stable: 0.005 }],
    ['the site fails for a while', { canary: 0.001, stable: 0.001, outage: { from: 60, to: 90, rate: 0.6 } }],
  ])('a good one is not, where %s', (_, scene) => {
    expect(shareStopped(scene, 240)).toBeLessThanOrEqual(1 / ROLLOUTS);
  });
});

describe('a window that is judged again as a whole', () => {
  const since = (canary: readonly [number, number], more: Partial<Measurement> = {}, weight = 5): Check => ({
    ...measurement(canary[0], canary[1], {
      source: 'gate-logs',
      since: 'step',
      stable: { good: 1_000, bad: 0 },
      ...more,
    }),
    weight,
  });
  /** The same as a check of its own. */
  const asDrawn = (check: Check): Check => {
    const { since: whole, ...rest } = check;
    expect(whole).toBe('step');
    return rest;
  };
  const on = (checks: readonly Check[], isOver = false) => judge(GATE, { all: checks, here: checks }, isOver);

  test('takes the place of those before it, so that nothing is counted twice', () => {
    const one = since([60, 2]);
    expect(on([one]).kind).toBe('pending');
    expect(on(Array.from({ length: 50 }, () => ({ ...one }))).kind).toBe('pending');
    // As checks of their own they would be enough.
    expect(on(Array.from({ length: 50 }, () => asDrawn(since([60, 2])))).kind).toBe('unhealthy');
  });

  test('counts what came late once, in the span in which it was answered', () => {
    const span = (bad: number, stableBad: number) => ({
      canary: { good: 60 - bad, bad },
      stable: { good: 1_000 - stableBad, bad: stableBad },
    });
    // An outage of both in the first span, of which the stable's failures come late.
    const early = since([114, 6], { spans: [span(6, 0), span(0, 0)] });
    const late = since([114, 6], { spans: [span(6, 100), span(0, 0)] });
    expect(on([early]).kind).toBe('unhealthy');
    expect(on([late]).kind).toBe('pending');
    expect(on([early, late]).kind).toBe('pending');
  });

  test("holds an outage apart, which as one sum would look like the canary's", () => {
    // Nearly all of the canary's answers fall into an outage that hits both alike.
    const outage = { canary: { good: 50, bad: 50 }, stable: { good: 50, bad: 50 } };
    const well = { canary: { good: 0, bad: 0 }, stable: { good: 9_000, bad: 0 } };
    expect(on([since([50, 50], { stable: { good: 9_050, bad: 50 } })]).kind).toBe('unhealthy');
    expect(on([since([50, 50], { stable: { good: 9_050, bad: 50 }, spans: [well, outage] })]).kind).toBe('pending');
  });

  test('is added to that of the step before', () => {
    const [first, second] = [since([20, 3], {}, 5), since([20, 3], {}, 25)];
    expect(on([first]).kind).toBe('pending');
    expect(on([first, second]).kind).toBe('unhealthy');
  });

  test('is not lost by a query that failed after it', () => {
    const lost = { ...measurement(0, 0, { source: 'gate-logs', unknown: 1 }), weight: 5 };
    expect(on([since([60, 0]), lost], true).kind).toBe('healthy');
  });

  test('says why it could not be measured', () => {
    const failure = { target: 'gate-logs', seen: 'ProjectNotExist: no such project', took: 1, version: undefined };
    const lost = { ...measurement(0, 0, { source: 'gate-logs', unknown: 1, failures: [failure] }), weight: 5 };
    expect(on([lost, lost], true)).toEqual({
      kind: 'inconclusive',
      why: 'none of 2 checks by `gate-logs` could measure it: ProjectNotExist: no such project',
    });
  });

  test("of which fewer are the canary's than its weight is no sign of cut connections", () => {
    expect(on([since([1, 0], { stable: { good: 900, bad: 100 } })]).kind).toBe('pending');
  });
});
