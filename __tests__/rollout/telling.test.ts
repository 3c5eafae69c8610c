import { describe, expect, test } from '@jest/globals';
import { describeRetries, requestsIn, waitedBetween } from '../../src/rollout/calls.js';
import type { Event } from '../../src/rollout/model.js';
import { openTeller } from '../../src/rollout/telling.js';

type Called = Extract<Event, { kind: 'called' }>;
const called = (at: number, attempt: number, more: Partial<Called> = {}): Called => ({
  kind: 'called',
  operation: 'GetRoutine',
  at,
  attempt,
  took: 10,
  requestId: '',
  result: 'OK',
  retryIn: undefined,
  ...more,
});
const refusal = (at: number, attempt: number): Called =>
  called(at, attempt, { result: 'Throttling.User', throttled: true, retryIn: 5_000 });

function tellAll(events: readonly Event[]): { lines: string[]; kept: Event[] } {
  const teller = openTeller();
  const told = events.map((event) => teller.tell(event));
  return { lines: told.flatMap(({ lines }) => lines), kept: told.flatMap(({ event }) => event ?? []) };
}

/** Ten minutes of refusals, one each five seconds, then an answer. */
const TEN_MINUTES = [
  ...Array.from({ length: 120 }, (_, index) => refusal(index * 5_000, index + 1)),
  called(600_000, 121),
];

describe('a throttled account is told', () => {
  test('when it begins, once a minute, and when it is over', () => {
    const { lines } = tellAll(TEN_MINUTES);
    expect(lines[0]).toMatch(/^GetRoutine: Throttling\.User .*again in/);
    expect(lines.filter((line) => line.startsWith('Still throttled'))).toHaveLength(9);
    expect(lines.slice(-2)[0]).toBe('No longer throttled after 600.00 s, in which 120 requests were refused');
    expect(lines).toHaveLength(12);
  });

  test('by two events, which lose no request and no wait', () => {
    const { kept } = tellAll(TEN_MINUTES);
    expect(kept).toHaveLength(2);
    expect(requestsIn(kept)).toBe(121);
    expect(waitedBetween(kept)).toBeGreaterThan(590_000);
    expect(describeRetries(kept)).toContain('120 of 121 requests failed: Throttling.User 120 times');
  });

  test('and all else as ever: what is accepted, drift, a gate, and a read that is given up', () => {
    const accepted: Event = {
      kind: 'accepted',
      at: 7,
      split: [{ version: '1', weight: 100 }],
      deploymentId: '',
      requestId: '',
    };
    const cancelled: Event = { kind: 'cancelled', at: 8, by: 'the runner' };
    const { lines } = tellAll([refusal(0, 1), refusal(5, 2), accepted, cancelled]);
    expect(lines).toHaveLength(3);
  });

  test('a write that is refused between reads that are not does not fill the log either', () => {
    const write = (at: number) =>
      called(at, 1, { operation: 'CreateRoutineCodeDeployment', result: 'Throttling.User', throttled: true });
    const events = Array.from({ length: 40 }, (_, index): Event[] => [
      write(index * 1_000),
      called(index * 1_000 + 500, 1),
    ]);
    const { lines, kept } = tellAll(events.flat());
    expect(lines).toHaveLength(1);
    expect(requestsIn(kept)).toBe(80);
  });
});
