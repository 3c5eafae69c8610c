import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cancellation, sleepUntil } from '../../src/github/cancellation.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** What this process itself had for a signal, such as what Jest put there. */
let before: Record<string, readonly NodeJS.SignalsListener[]> = {};

beforeEach(() => {
  before = Object.fromEntries(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
});
afterEach(() => {
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal))
      if (!before[signal]?.includes(listener)) process.off(signal, listener);
});

/** As if the runner had sent it, to what was added since the test began. */
function send(signal: (typeof SIGNALS)[number]): void {
  for (const listener of process.listeners(signal)) if (!before[signal]?.includes(listener)) listener(signal);
}

describe('a cancellation', () => {
  test.each(SIGNALS)('begins with %s, which is its reason', (signal) => {
    const cancelled = cancellation();
    expect(cancelled.aborted).toBe(false);
    send(signal);
    expect(cancelled.aborted).toBe(true);
    expect(cancelled.reason).toBe(`the runner sent ${signal}`);
  });

  test('is the first signal; later ones change nothing', () => {
    const cancelled = cancellation();
    send('SIGINT');
    send('SIGTERM');
    send('SIGINT');
    expect(cancelled.reason).toBe('the runner sent SIGINT');
  });
});

describe('a pause', () => {
  const HOUR = 3_600_000;

  test('ends at once when the signal comes', async () => {
    const hurry = new AbortController();
    const pause = sleepUntil(hurry.signal)(HOUR);
    hurry.abort('the runner sent SIGINT');
    await expect(pause).resolves.toBeUndefined();
  });

  test('is never long once it came', async () => {
    const pause = sleepUntil(AbortSignal.abort('the runner sent SIGINT'));
    const begun = performance.now();
    await pause(HOUR);
    // After SIGINT there are 7.5 s left.
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('otherwise lasts as long as it was asked to', async () => {
    const begun = performance.now();
    await sleepUntil(new AbortController().signal)(30);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(29);
  });
});
