import { describe, expect, test } from '@jest/globals';
import type { Event, Live, Measurement } from '../../../src/rollout/model.js';
import { LONGEST_TIMELINE, timelineText } from '../../../src/rollout/report/timeline-json.js';
import {
  aborted,
  accepted,
  at,
  called,
  cancelled,
  details,
  measured,
  measurement,
  NOTHING,
  read,
  refused,
  serving,
  unread,
  waited,
} from '../../support/rollout/builders.js';

interface Told {
  readonly at: string;
  readonly kind: string;
  readonly events?: number;
}
const told = (events: readonly Event[]) => JSON.parse(timelineText(events)) as Told[];
const LONG = 'x'.repeat(500);

/** So many that about half of them fit. Each happens a second after the one before. */
const many = (event: Event) => Array.from({ length: 120 }, (_, index): Event => ({ ...event, at: index * 1_000 }));
/** Whether one that stands amid those is told of. */
const isKept = (one: Event, amid: Event) => {
  const events = many(amid).with(60, { ...one, at: 60_000 });
  expect(timelineText(events).length).toBeGreaterThan(LONGEST_TIMELINE - 1_000);
  return told(events).some((event) => event.at === '1970-01-01T00:01:00.000Z' && event.kind === one.kind);
};

test('an event is told whole, with its instant in RFC 3339', () => {
  expect(timelineText([cancelled(1_500, 'ä"\n'), accepted(2_000, at(0), '7')])).toBe(
    '[{"at":"1970-01-01T00:00:01.500Z","kind":"cancelled","by":"ä\\"\\n"},{"at":"1970-01-01T00:00:02.000Z","kind":"accepted","split":[{"version":"1","weight":100}],"deploymentId":"7","requestId":"R"}]',
  );
  expect(timelineText([])).toBe('[]');
});

test('of counts by spans of time the sums are told', () => {
  const counts = { canary: { good: 1, bad: 0 }, stable: undefined };
  const text = timelineText([measured(4, 5, measurement(7, 1, { since: 'step', spans: [counts, counts] }))]);
  expect(text).toContain('"canary":{"good":7,"bad":1}');
  expect(text).not.toContain('spans');
});

test('a text is cut where it is longer than 500 characters, and between them', () => {
  expect(told([cancelled(0, LONG)])).toMatchObject([{ by: LONG }]);
  expect(told([cancelled(0, `${LONG}x`)])).toMatchObject([{ by: `${LONG}…` }]);
  expect(told([cancelled(0, '😀'.repeat(501))])).toMatchObject([{ by: `${'😀'.repeat(500)}…` }]);
});

describe('where not all fit', () => {
  const amid = waited(0, 9);
  const waits = many({ ...amid, why: LONG } as Event);

  test('the middle is left out, and how many that were stands in its place', () => {
    const shown = told(waits);
    const gap = shown.findIndex(({ kind }) => kind === 'left-out');
    const after = shown.length - gap - 1;
    expect(Math.abs(gap - after)).toBeLessThanOrEqual(1);
    expect(shown[gap]).toEqual({
      at: new Date(gap * 1_000).toISOString(),
      kind: 'left-out',
      events: 120 - gap - after,
    });
    expect(Buffer.byteLength(timelineText(waits))).toBeGreaterThan(LONGEST_TIMELINE - 700);
  });

  test('but nothing is where all of them do, to the byte', () => {
    const padded = (length: number) => [
      ...waits.slice(0, 53),
      ...[0, 500, 1_000, 1_500].map((done) => cancelled(0, 'y'.repeat(Math.max(0, Math.min(500, length - done))))),
    ];
    const rest = LONGEST_TIMELINE - Buffer.byteLength(timelineText(padded(0)));
    expect(told(padded(rest))).toHaveLength(57);
    expect(Buffer.byteLength(timelineText(padded(rest)))).toBe(LONGEST_TIMELINE);
    expect(told(padded(rest + 1)).map(({ kind }) => kind)).toContain('left-out');
  });

  test('one that is too large leaves its room to others', () => {
    const failures = Array.from({ length: 80 }, () => ({ target: LONG, seen: '', took: 0, version: undefined }));
    const large = measured(0, 5, measurement(0, 1, { failures }));
    const shown = told([large, cancelled(1_000), waited(2_000, 9)]);
    expect(shown.map(({ kind }) => kind)).toEqual(['left-out', 'cancelled', 'wait']);
  });
});

describe('amid what is alike, what happened is kept', () => {
  const wait: Event = { ...waited(0, 9), why: LONG } as Event;

  test.each<[Event]>([
    [accepted(0, at(5), LONG)],
    [refused(0, at(5), { message: LONG })],
    [cancelled(0, LONG)],
    [aborted(0, { sentence: LONG })],
  ])('a write, a cancellation, a change of process: %#', (event) => {
    const last = { ...event, at: 60_000 };
    const crowd = [...many(wait).slice(0, 60), ...Array.from({ length: 9 }, () => last), ...many(wait).slice(61)];
    const shown = told(crowd).filter(({ kind }) => kind === event.kind);
    expect(shown).toHaveLength(9);
  });

  const known = [details('1', { description: LONG })];
  const live = serving(7, at(5), { details: known });

  test.each<[string, Live, boolean]>([
    ['another deployment', { ...live, deploymentId: '8' }, true],
    ['another split', { ...live, split: at(25) }, true],
    ['nothing', NOTHING, true],
    ['the same', live, false],
    ['the same with other details', { ...live, details: [details('1', { description: LONG, createdAt: 'x' })] }, false],
  ])('a read that shows something else: %s', (_name, shows, kept) => {
    expect(isKept(read(0, shows), read(0, live))).toBe(kept);
  });

  /** Whether all that fits is kept for one that happened in the middle of so many of these. */
  const isKeptAmid = (...alike: readonly Event[]) => {
    const crowd = Array.from({ length: 1_000 }, (_, index) => ({
      ...(alike[index % alike.length] ?? wait),
      at: index,
    }));
    return told(crowd.with(500, accepted(500, at(5), LONG))).some(({ kind }) => kind === 'accepted');
  };

  test.each<[string, readonly Event[]]>([
    ['nothing, again and again', [read(0, NOTHING)]],
    ['the same, with something else in between', [read(0, live), wait]],
  ])('%s, is the same', (_name, alike) => {
    expect(isKeptAmid(...alike)).toBe(true);
  });

  test('nothing after something, and something after nothing, is not', () => {
    const turns = Array.from({ length: 20 }, (_, index) => read(60_000, index % 2 === 0 ? NOTHING : live));
    const reads = many(read(0, live));
    const shown = told([...reads.slice(0, 60), ...turns, ...reads.slice(60)]);
    expect(shown.filter((event) => event.at === '1970-01-01T00:01:00.000Z').length).toBeGreaterThanOrEqual(20);
  });

  const check = (bad: number, more: Partial<Measurement> = {}, weight = 5) =>
    measured(
      0,
      weight,
      measurement(9, bad, { failures: [{ target: LONG, seen: '', took: 0, version: undefined }], ...more }),
    );
  const call = called(0, { requestId: LONG });

  test.each<[string, Event, Event, boolean]>([
    ['a check that was not all good', check(1), check(0), true],
    ['one like the others', check(0), check(0), false],
    ['one at another weight', check(0, {}, 25), check(0), true],
    ['one by another gate', check(0, { source: 'gate-command' }), check(0), true],
    ['a call', call, call, false],
    ['one of another operation', { ...call, operation: 'X' }, call, true],
    ['one that failed', { ...call, result: 'X' }, call, true],
    ['a wait', wait, wait, false],
    ['a read that failed', unread(0, { message: LONG }), unread(0, { message: LONG }), false],
    ['one amid waits', unread(0), wait, true],
  ])('%s', (_name, one, amid, kept) => {
    expect(isKept(one, amid)).toBe(kept);
  });

  test('and what came right before and after it', () => {
    const events = many(wait).with(60, accepted(60_000, at(5)));
    const seconds = told(events).map((event) => Date.parse(event.at) / 1_000);
    for (const second of [0, 59, 60, 61, 119]) expect(seconds).toContain(second);
    expect(seconds).not.toContain(57);
  });
});
