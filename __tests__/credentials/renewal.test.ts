import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { renewing, scheduleOf } from '../../src/credentials/renewal.js';
import type { Answer } from '../../src/rollout/model.js';

const fault = {
  operation: 'AssumeRoleWithOIDC',
  code: 'Down',
  message: '',
  requestId: '',
  advice: '',
  transient: true,
  throttled: false,
  mayHaveActed: false,
  retryAfter: undefined,
};
const MINUTE = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A service that hands out sessions of this length while it is up, each with a key that tells its end. */
function service(lifetime: number) {
  const state = { up: true, asked: 0 };
  const obtain = async (): Promise<Answer<Parameters<typeof scheduleOf>[0] & { keys: never }>> => {
    state.asked += 1;
    if (!state.up) return { ok: false, error: fault };
    const since = Date.now();
    const keys = { accessKeyId: String(since + lifetime), accessKeySecret: 's', securityToken: 't' } as never;
    return { ok: true, value: { keys, since, until: since + lifetime } };
  };
  return { state, obtain };
}
const never = new AbortController().signal;

describe('the schedule', () => {
  test('five minutes before the end, or after two thirds of a short session', () => {
    expect(scheduleOf({ since: 0, until: 60 * MINUTE }).renewAt).toBe(55 * MINUTE);
    expect(scheduleOf({ since: 0, until: 15 * MINUTE }).renewAt).toBe(10 * MINUTE);
    expect(scheduleOf({ since: 0, until: 3 * MINUTE }).renewAt).toBe(2 * MINUTE);
  });
  test('is in order for a session of any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 43_200_000 }), fc.nat(), (lifetime, since) => {
        const { renewAt, again, unusableAt } = scheduleOf({ since, until: since + lifetime });
        expect(renewAt).toBeGreaterThan(since);
        expect(unusableAt).toBeGreaterThan(renewAt);
        expect(unusableAt).toBeLessThan(since + lifetime);
        expect(again).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a session kept alive', () => {
  test('over any time: keys are valid when given out, and are there without waiting', async () => {
    const { state, obtain } = service(15 * MINUTE);
    const credentials = renewing('test', obtain, { now: Date.now, hurry: never });
    for (let minute = 0; minute < 300; minute += 1) {
      const asked = state.asked;
      const answer = await credentials.keys();
      expect(answer.ok && Number(answer.value.accessKeyId)).toBeGreaterThan(Date.now() + 4 * MINUTE);
      if (minute > 0) expect(state.asked).toBe(asked);
      await jest.advanceTimersByTimeAsync(MINUTE);
    }
    expect(state.asked).toBe(31);
    credentials.close();
  });

  test('random outages: what is given out is valid, and there is an answer unless all has ended', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9 * MINUTE })), { maxLength: 40 }),
        async (phases) => {
          const { state, obtain } = service(15 * MINUTE);
          const credentials = renewing('test', obtain, { now: Date.now, hurry: never });
          let until = 0;
          for (const [up, time] of phases) {
            state.up = up;
            const answer = await credentials.keys();
            if (answer.ok) {
              until = Number(answer.value.accessKeyId);
              expect(until).toBeGreaterThan(Date.now());
            } else {
              expect(up).toBe(false);
              expect(until).toBeLessThanOrEqual(Date.now() + 5_000);
            }
            await jest.advanceTimersByTimeAsync(time);
          }
          credentials.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  test('after a renewal that failed it is tried again while the old keys last', async () => {
    const { state, obtain } = service(15 * MINUTE);
    const credentials = renewing('test', obtain, { now: Date.now, hurry: never });
    await credentials.keys();
    state.up = false;
    await jest.advanceTimersByTimeAsync(14 * MINUTE);
    expect(state.asked).toBeGreaterThan(5);
    expect((await credentials.keys()).ok).toBe(true);
    state.up = true;
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect((await credentials.keys()).ok).toBe(true);
    credentials.close();
  });

  test('many who ask at once share one session', async () => {
    const { state, obtain } = service(MINUTE);
    const credentials = renewing('test', obtain, { now: Date.now, hurry: never });
    await Promise.all(Array.from({ length: 20 }, credentials.keys));
    expect(state.asked).toBe(1);
    credentials.close();
  });

  test('in a cancelled run nothing is renewed that still holds; after it is closed, nothing at all', async () => {
    const cancelled = new AbortController();
    const { state, obtain } = service(15 * MINUTE);
    const credentials = renewing('test', obtain, { now: Date.now, hurry: cancelled.signal });
    await credentials.keys();
    cancelled.abort();
    await jest.advanceTimersByTimeAsync(12 * MINUTE);
    expect((await credentials.keys()).ok).toBe(true);
    expect(state.asked).toBe(1);
    await jest.advanceTimersByTimeAsync(5 * MINUTE);
    expect((await credentials.keys()).ok).toBe(true);
    expect(state.asked).toBe(2);
    credentials.close();
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    expect(state.asked).toBe(2);
  });

  test('what nobody foresaw is told like a failure, in a call and in the background', async () => {
    const { state, obtain } = service(15 * MINUTE);
    let broken = false;
    const credentials = renewing(
      'test',
      async () => {
        if (broken) throw new TypeError('surprise');
        return obtain();
      },
      { now: Date.now, hurry: never },
    );
    expect((await credentials.keys()).ok).toBe(true);
    broken = true;
    await jest.advanceTimersByTimeAsync(12 * MINUTE);
    expect((await credentials.keys()).ok).toBe(true);
    await jest.advanceTimersByTimeAsync(5 * MINUTE);
    expect(await credentials.keys()).toMatchObject({ ok: false, error: { code: 'Unforeseen', transient: true } });
    broken = false;
    expect((await credentials.keys()).ok).toBe(true);
    expect(state.asked).toBe(2);
    credentials.close();
  });

  test('sessions that have ended when they come are not asked for without a pause', async () => {
    const { state, obtain } = service(10);
    const credentials = renewing('test', obtain, { now: Date.now, hurry: never });
    await credentials.keys();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(state.asked).toBeLessThan(15);
    credentials.close();
  });

  test('what the service calls ended is not given out again', async () => {
    const { state, obtain } = service(15 * MINUTE);
    const credentials = renewing('test', obtain, { now: Date.now, hurry: never });
    await credentials.keys();
    expect(credentials.invalidate()).toBe(true);
    await credentials.keys();
    expect(state.asked).toBe(2);
    credentials.close();
  });
});
