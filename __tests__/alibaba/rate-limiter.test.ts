import { describe, expect, test } from '@jest/globals';
import type { Reply } from '../../src/alibaba/call.js';
import { esaService } from '../../src/esa/service.js';

const MINUTE = 60_000;
const REFUSED: Reply = {
  kind: 'error',
  status: 400,
  error: { Code: 'Throttling.User', Message: 'Too many.' },
  retryAfter: undefined,
  requestId: 'R',
};

/** A service that refuses all, and a clock that moves by what is slept alone. */
function refusing() {
  let clock = 0;
  const sent: number[] = [];
  const service = esaService(
    { routine: 'r', env: 'production', region: 'cn-hangzhou' },
    {
      send: async () => {
        sent.push(clock);
        clock += 10;
        return REFUSED;
      },
      append: () => {},
      sleep: async (milliseconds) => {
        clock += milliseconds;
      },
      now: () => clock,
      redact: (text) => text,
      invalidate: () => false,
      renewable: false,
      timeout: 30_000,
      hurry: new AbortController().signal,
    },
  );
  const gaps = (from = 0) => sent.slice(from + 1).map((at, index) => at - (sent[from + index] ?? 0));
  return { service, sent, gaps, elapsed: () => clock };
}

describe('a read that is throttled on and on', () => {
  test('is given up after ten minutes, with gaps of up to half a minute', async () => {
    const { service, gaps, elapsed } = refusing();
    expect(await service.readLive(false)).toMatchObject({ ok: false, error: { code: 'Throttling.User' } });
    expect(elapsed()).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(elapsed()).toBeLessThan(11 * MINUTE);
    expect(Math.max(...gaps())).toBeGreaterThan(11_000);
  });

  test('in a rollback after thirty, with gaps of up to ten seconds', async () => {
    const { service, gaps, elapsed } = refusing();
    expect(await service.readLive(true)).toMatchObject({ ok: false, error: { code: 'Throttling.User' } });
    expect(elapsed()).toBeGreaterThanOrEqual(30 * MINUTE);
    expect(elapsed()).toBeLessThan(31 * MINUTE);
    expect(Math.max(...gaps())).toBeLessThanOrEqual(10_010);
  });

  test('a rollback does not wait out the gap that grew before it', async () => {
    const { service, sent, gaps } = refusing();
    await service.readLive(false);
    const before = sent.length - 1;
    await service.readLive(true);
    expect(Math.max(...gaps(before))).toBeLessThanOrEqual(10_010);
  });
});
