import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retryPause, type Tries } from '../../../src/rollout/decide/retry.js';
import type { Fault } from '../../../src/rollout/model.js';

const MINUTE = 60_000;
const fault = (more: Partial<Fault> = {}): Fault => ({
  operation: 'GetRoutine',
  code: 'Throttling.User',
  message: '',
  requestId: '',
  advice: '',
  transient: true,
  throttled: true,
  mayHaveActed: true,
  retryAfter: undefined,
  ...more,
});
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
    expect(retryPause(fault({ retryAfter: 3_600_000 }), tries({ rollback: true }))?.atLeast).toBe(MINUTE);
  });

  test('many that are told the same do not come back at once', () => {
    const wait = retryPause(fault({ retryAfter: 5_000 }), tries());
    expect((wait?.atMost ?? 0) - (wait?.atLeast ?? 0)).toBeGreaterThanOrEqual(1_000);
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
