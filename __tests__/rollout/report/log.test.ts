import { describe, expect, test } from '@jest/globals';
import type { Event, Fault } from '../../../src/rollout/model.js';
import { describeRetries, requestsIn, waitedBetween } from '../../../src/rollout/report/calls.js';
import { openLogWriter } from '../../../src/rollout/report/log.js';

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
  const writer = openLogWriter();
  const told = events.map((event) => writer.write(event));
  return { lines: told.flatMap(({ lines }) => lines), kept: told.flatMap(({ event }) => event ?? []) };
}

/** Ten minutes of refusals, one each five seconds, then an answer. */
const TEN_MINUTES = [
  ...Array.from({ length: 120 }, (_, index) => refusal(index * 5_000, index + 1)),
  called(600_000, 121),
];

const CANCELLED: Event = { kind: 'cancelled', at: 90_000, by: 'the runner' };
const SPLIT = [{ version: '1', weight: 100 }] as const;
const ACCEPTED: Event = { kind: 'accepted', at: 7, split: SPLIT, deploymentId: '', requestId: '' };
const FAULT: Fault = {
  operation: 'GetRoutine',
  code: 'Throttling.User',
  message: '',
  requestId: '',
  advice: '',
  transient: true,
  throttled: true,
  mayHaveActed: true,
  retryAfter: undefined,
};
const WRITE = 'CreateRoutineCodeDeployment';
/** Forty writes, each refused, with a wait and a read before the next. */
const WRITES = Array.from({ length: 40 }, (_, index): Event[] => {
  const at = index * 1_000;
  return [
    called(at, 1, { operation: WRITE, result: 'Throttling.User', throttled: true }),
    { kind: 'write-failed', at, split: SPLIT, fault: { ...FAULT, operation: WRITE } },
    { kind: 'wait', at, for: 1_000, purpose: 'retry', why: 'room' },
    called(at + 1_000, 1),
    { kind: 'read', at: at + 1_000, live: { kind: 'nothing' } },
  ];
}).flat();

describe('a throttled account is told', () => {
  test('when it begins, with how long is waited, once a minute, and when it is over', () => {
    const { lines } = tellAll(TEN_MINUTES);
    expect(lines[0]).toMatch(/^GetRoutine: Throttling\.User .*again in/);
    expect(lines[1]).toBe(
      'Throttling.User: waiting 5.00 s, then trying again for up to 10m, or 30m in a rollback; reported once a minute',
    );
    expect(lines.filter((line) => line.startsWith('Still refused'))).toHaveLength(9);
    expect(lines[2]).toBe('Still refused after 60.00 s, in which 13 requests were refused: Throttling.User');
    expect(lines.slice(-2)[0]).toBe(
      'No longer refused after 600.00 s, in which 120 requests were refused: Throttling.User',
    );
    expect(lines).toHaveLength(13);
  });

  test('by the code that the service gave: a lock is no throttling', () => {
    const events = TEN_MINUTES.map((event) => (event.result === 'OK' ? event : { ...event, result: 'LockFailed' }));
    const { lines, kept } = tellAll(events);
    expect(lines.filter((line) => !/LockFailed|OK/.test(line))).toEqual([]);
    expect(lines.join('\n')).not.toMatch(/throttl/i);
    expect(describeRetries(kept)).toContain('120 of 121 requests failed: LockFailed 120 times');
  });

  test('by two events, which lose no request and no wait', () => {
    const { kept } = tellAll(TEN_MINUTES);
    expect(kept).toHaveLength(2);
    expect(requestsIn(kept)).toBe(121);
    expect(waitedBetween(kept)).toBeGreaterThan(590_000);
    expect(describeRetries(kept)).toContain('120 of 121 requests failed: Throttling.User 120 times');
  });

  test('nor is more said to be waited than went by, where a pause was cut short', () => {
    const tries = [100_000, 105_000, 110_000].map((at, index) => ({ ...refusal(at, index + 1), retryIn: 30_000 }));
    const { kept } = tellAll([...tries, called(112_000, 4)]);
    expect(kept).toHaveLength(2);
    expect(waitedBetween(kept)).toBeLessThanOrEqual(12_000);
    expect(waitedBetween(kept)).toBeGreaterThan(11_900);
  });

  test('each code by itself where it changes: none is counted as another', () => {
    const codes = ['LockFailed', 'LockFailed', 'LockFailed', 'Throttling.User', 'Throttling.User', 'Throttling.User'];
    const { kept } = tellAll([
      ...codes.map((result, index) => ({ ...refusal(index * 5_000, index + 1), result })),
      called(30_000, 7),
    ]);
    expect(describeRetries(kept)).toContain('6 of 7 requests failed: LockFailed 3 times, Throttling.User 3 times');
  });

  test('and all else as ever: what is accepted, drift, a gate, and a read that is given up', () => {
    const { lines } = tellAll([refusal(0, 1), refusal(5, 2), ACCEPTED, CANCELLED]);
    expect(lines).toHaveLength(4);
  });

  test('a read that is given up is told with all that were refused, also since the last line', () => {
    const { lines } = tellAll([refusal(0, 1), refusal(5_000, 2), { kind: 'read-failed', at: 6_000, fault: FAULT }]);
    expect(lines.slice(-2)).toEqual([
      'Given up after 6.00 s, in which 2 requests were refused: Throttling.User',
      'GetRoutine failed: Throttling.User: ',
    ]);
  });

  test('nor does a run end with fewer told than it counts', () => {
    const writer = openLogWriter();
    const kept = [...WRITES, CANCELLED].flatMap((event) => writer.write(event).event ?? []);
    const refused = kept.filter((event) => event.kind === 'called' && event.result !== 'OK').length;
    expect(writer.end(90_000)).toEqual([
      `Refused to the end after 90.00 s, in which ${refused} requests were refused: Throttling.User`,
    ]);
    expect(openLogWriter().end(90_000)).toEqual([]);
  });

  test('a write that is refused between reads that are not does not fill the log either', () => {
    const { lines, kept } = tellAll(WRITES);
    expect(lines).toEqual([
      expect.stringMatching(/^CreateRoutineCodeDeployment: Throttling\.User/),
      expect.stringMatching(/^CreateRoutineCodeDeployment failed/),
      'Waiting 1.00 s: room',
      expect.stringMatching(/^Throttling\.User: waiting 1\.00 s, then trying again/),
    ]);
    expect(requestsIn(kept)).toBe(80);
  });

  test('a call that is not made again is not said to be waited for, nor is anything once cancelled', () => {
    const { lines } = tellAll([{ ...refusal(0, 1), retryIn: undefined }]);
    expect(lines).toHaveLength(1);
    const hurried = tellAll([CANCELLED, refusal(10, 1), refusal(20, 2)]).lines;
    expect(hurried.filter((line) => line.includes('reported once a minute'))).toEqual([]);
  });
});
