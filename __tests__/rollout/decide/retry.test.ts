import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  lookPause,
  ROLLBACK_RETRY_LIMIT,
  retryPause,
  THROTTLED_RETRY_LIMIT,
  type Tries,
} from '../../../src/rollout/decide/retry.js';
import type { Fault } from '../../../src/rollout/model.js';
import { fault as faultOf, THROTTLED } from '../../support/rollout/builders.js';

const MINUTE = 60_000;
const fault = (more: Partial<Fault> = {}): Fault =>
  faultOf({ ...THROTTLED, operation: 'GetRoutine', code: 'Throttling.User', mayHaveActed: true, ...more });
const passing = fault({ code: 'InternalError', throttled: false });
const tries = (more: Partial<Tries> = {}): Tries => ({
  count: 1,
  since: 0,
  now: 0,
  pause: 0,
  rollback: false,
  ...more,
});

/** How long a call is tried that always fails the same, each pause as long as it may be. In ms. */
function patience(failure: Fault, rollback = false): number {
  let [now, pause] = [0, 0];
  for (let count = 1; count < 10_000; count += 1) {
    const throttled = failure.throttled ? count : 0;
    const wait = retryPause(failure, tries({ count, throttled, now, pause, rollback }));
    if (wait === undefined) return now;
    pause = wait.atMost;
    now += pause;
  }
  return Number.POSITIVE_INFINITY;
}

describe('the pause before another try', () => {
  test('says what it is for', () => {
    expect(retryPause(passing, tries())).toEqual({
      kind: 'wait',
      atLeast: 200,
      atMost: 400,
      purpose: 'retry',
      why: 'InternalError on GetRoutine',
    });
  });

  test('doubles with each try, up to five seconds', () => {
    const pauses = [1, 2, 3, 4, 5].map((count) => retryPause(passing, tries({ count }))?.atMost);
    expect(pauses).toEqual([400, 800, 1_600, 3_200, 5_000]);
    expect(retryPause(passing, tries({ count: 9, rollback: true }))).toMatchObject({ atLeast: 2_500, atMost: 5_000 });
  });

  test.each([
    ['what is throttled', fault(), false, THROTTLED_RETRY_LIMIT],
    ['a rollback that is throttled', fault(), true, ROLLBACK_RETRY_LIMIT],
    ['a rollback that fails otherwise', passing, true, ROLLBACK_RETRY_LIMIT],
  ])('%s is tried until its time is over, since its first failure', (_name, failure, rollback, limit) => {
    const since = 1_000_000;
    expect(retryPause(failure, tries({ since, now: since + limit - 1, rollback }))).toBeDefined();
    expect(retryPause(failure, tries({ since, now: since + limit, rollback }))).toBeUndefined();
  });

  test('what is throttled is waited for by the clock, others a few times, a rollback longest', () => {
    expect(patience(passing)).toBeLessThan(20_000);
    expect(patience(fault())).toBeGreaterThan(5 * MINUTE);
    expect(patience(fault())).toBeLessThan(15 * MINUTE);
    expect(patience(passing, true)).toBeGreaterThan(patience(fault()));
    expect(patience(fault(), true)).toBeGreaterThan(patience(fault()));
    expect(patience(fault(), true)).toBeLessThan(60 * MINUTE);
  });

  test('what was throttled does not count against another fault', () => {
    expect(retryPause(passing, tries({ count: 50, throttled: 49, now: MINUTE }))).toBeDefined();
    expect(retryPause(passing, tries({ count: 50, throttled: 49 }))?.atMost).toBe(
      retryPause(passing, tries({ count: 1 }))?.atMost,
    );
    expect(retryPause(passing, tries({ count: 6 }))).toBeUndefined();
  });

  test('a fault for good is given up at once, by a rollback too', () => {
    expect(retryPause(fault({ transient: false }), tries({ rollback: true }))).toBeUndefined();
  });

  test('the service is left alone for as long as it asks, up to a minute; a rollback comes back after that', () => {
    expect(retryPause(fault({ retryAfter: 59_000 }), tries())?.atLeast).toBe(59_000);
    expect(retryPause(fault({ retryAfter: 61_000 }), tries())).toBeUndefined();
    expect(retryPause(fault({ retryAfter: 60_000 }), tries())?.atLeast).toBe(MINUTE);
    expect(retryPause({ ...passing, retryAfter: 5_000 }, tries())).toMatchObject({ atLeast: 5_000, atMost: 5_000 });
    expect(retryPause({ ...passing, retryAfter: 300 }, tries())).toMatchObject({ atLeast: 300, atMost: 400 });
    expect(retryPause(fault({ retryAfter: 500 }), tries())).toMatchObject({ atLeast: 1_000, atMost: 3_000 });
    expect(retryPause(fault({ retryAfter: 1_000 }), tries())).toMatchObject({ atLeast: 1_000, atMost: 3_000 });
    expect(retryPause(fault({ retryAfter: 3_600_000 }), tries({ rollback: true }))?.atLeast).toBe(MINUTE);
  });

  test('many that are told the same do not come back at once', () => {
    expect(retryPause(fault({ retryAfter: 5_000 }), tries())).toMatchObject({ atLeast: 5_000, atMost: 7_000 });
  });

  test('a pause is decorrelated: from the base to three times the last, never longer than half a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600_000 }), fc.boolean(), (pause, rollback) => {
        const wait = retryPause(fault(), tries({ pause, rollback }));
        expect(wait?.atLeast).toBe(1_000);
        expect(wait?.atMost).toBe(Math.min(rollback ? 10_000 : 30_000, 3 * Math.max(1_000, pause)));
      }),
    );
  });
});

test('a deployment that was accepted is looked for at ever longer intervals, up to three seconds', () => {
  expect(lookPause(0)).toEqual({
    kind: 'wait',
    atLeast: 75,
    atMost: 150,
    purpose: 'look',
    why: 'the deployment does not show yet',
  });
  expect([-1, 1, 2, 4, 5, 99].map((looks) => lookPause(looks).atMost)).toEqual([150, 300, 600, 2_400, 3_000, 3_000]);
});
