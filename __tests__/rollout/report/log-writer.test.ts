import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../src/rollout/model.js';
import { describeRetries, requestsIn, waitedBetween } from '../../../src/rollout/report/calls.js';
import { describe as describeEvent } from '../../../src/rollout/report/log-lines.js';
import { openLogWriter } from '../../../src/rollout/report/log-writer.js';
import {
  accepted,
  called as calledAt,
  cancelled,
  NOTHING,
  read,
  refused,
  THROTTLED,
  unread,
  waited,
} from '../../support/rollout/builders.js';

type Called = Extract<Event, { kind: 'called' }>;
const called = (when: number, attempt: number, more: Partial<Called> = {}) => calledAt(when, { attempt, ...more });
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

const CANCELLED = cancelled(90_000, 'the runner');
const SPLIT = [{ version: '1', weight: 100 }] as const;
const ACCEPTED = accepted(7, SPLIT, '', '');
const REFUSED = { ...THROTTLED, code: 'Throttling.User', message: '' };
const WRITE = 'CreateRoutineCodeDeployment';
/** Forty writes, each refused, with a wait and a read before the next. */
const WRITES = Array.from({ length: 40 }, (_, index): Event[] => {
  const at = index * 1_000;
  return [
    called(at, 1, { operation: WRITE, result: 'Throttling.User', throttled: true }),
    refused(at, SPLIT, REFUSED),
    waited(at, 1_000, 'retry'),
    called(at + 1_000, 1),
    read(at + 1_000, NOTHING),
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
    const { lines } = tellAll([refusal(0, 1), refusal(5_000, 2), unread(6_000, REFUSED)]);
    expect(lines.slice(-2)).toEqual([
      'Given up after 6.00 s, in which 2 requests were refused: Throttling.User',
      'GetRoutine failed: Throttling.User: ',
    ]);
  });

  test('nor does a run end with fewer told than it counts', () => {
    const writer = openLogWriter();
    const kept = [...WRITES, CANCELLED].flatMap((event) => writer.write(event).event ?? []);
    const count = kept.filter((event) => event.kind === 'called' && event.result !== 'OK').length;
    expect(writer.end(90_000)).toEqual([
      `Refused to the end after 90.00 s, in which ${count} requests were refused: Throttling.User`,
    ]);
    expect(openLogWriter().end(90_000)).toEqual([]);
  });

  test('a write that is refused between reads that are not does not fill the log either', () => {
    const { lines, kept } = tellAll(WRITES);
    expect(lines).toEqual([
      expect.stringMatching(/^CreateRoutineCodeDeployment: Throttling\.User/),
      expect.stringMatching(/^CreateRoutineCodeDeployment failed/),
      'Waiting 1.00 s: it takes time',
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

describe('what has nothing to do with a throttled account', () => {
  const FAILED = { result: 'InternalError', retryIn: 400 };

  test('is a line each, and kept as it is', () => {
    const events = [
      called(0, 1),
      called(10, 1, { ...FAILED, waited: 5 }),
      waited(10, 400, 'retry'),
      called(410, 2),
      ACCEPTED,
      unread(500),
      CANCELLED,
    ];
    const { lines, kept } = tellAll(events);
    expect(kept).toStrictEqual(events);
    expect(lines).toEqual(events.map(describeEvent));
  });

  test('is so also while it is throttled', () => {
    const events = [
      { ...refusal(0, 1), operation: WRITE, retryIn: undefined },
      called(1, 1, FAILED),
      called(500, 2, FAILED),
      waited(500, 800, 'look'),
    ];
    const { lines, kept } = tellAll(events);
    expect(kept).toStrictEqual(events);
    expect(lines).toEqual(events.map(describeEvent));
  });
});

describe('the tries that leave no event', () => {
  test('are those between the first and the last, while they fail alike', () => {
    const last = { ...refusal(10_000, 3), retryIn: undefined };
    expect(tellAll([refusal(0, 1), refusal(5_000, 2), last]).kept).toStrictEqual([
      refusal(0, 1),
      { ...last, collapsed: 1, waited: 4_990 },
    ]);
    expect(tellAll([refusal(0, 1), { ...refusal(5_000, 2), retryIn: undefined }]).kept).toHaveLength(2);
  });

  test('are those of one call: a first try always leaves one', () => {
    expect(tellAll([refusal(0, 1), refusal(5_000, 2), refusal(10_000, 1)]).kept).toStrictEqual([
      refusal(0, 1),
      refusal(10_000, 1),
    ]);
  });

  test('are none once it was given up', () => {
    expect(tellAll([refusal(0, 1), unread(1), refusal(5_000, 2)]).kept).toHaveLength(3);
  });

  test('hand on how long was waited before and between them', () => {
    const held = { ...refusal(5_000, 2), waited: 300 };
    const [, last] = tellAll([refusal(0, 1), held, refusal(8_000, 3), called(9_000, 4)]).kept;
    expect(last).toStrictEqual(called(9_000, 4, { collapsed: 2, waited: 300 + 2_990 + 990 }));
  });
});

describe('when an account is throttled no more', () => {
  test.each([
    [
      'one request',
      [refusal(1_000, 1), called(6_000, 2)],
      'No longer refused after 5.00 s, in which one request was refused: Throttling.User',
    ],
    [
      'two of different kinds',
      [refusal(1_000, 1), { ...refusal(5_000, 2), result: 'LockFailed' }, called(6_000, 3)],
      'No longer refused after 5.00 s, in which 2 requests were refused: Throttling.User, LockFailed',
    ],
  ])('what was refused is counted: %s', (_name, events, line) => {
    expect(tellAll(events).lines.at(-2)).toBe(line);
  });

  test('is when all operations have been taken that were refused', () => {
    const { lines } = tellAll([
      refusal(0, 1),
      { ...refusal(10, 1), operation: WRITE },
      called(5_000, 2),
      called(6_000, 2, { operation: WRITE }),
    ]);
    expect(lines.filter((line) => line.startsWith('No longer'))).toEqual([
      'No longer refused after 6.00 s, in which 2 requests were refused: Throttling.User',
    ]);
  });
});
