import { describe, expect, test } from '@jest/globals';
import { type Ledger, ledgerOf } from '../../../src/rollout/decide/ledger.js';
import { VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import type { Event, Live } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  at,
  called,
  cancelled,
  FOREIGN,
  LOST,
  measured,
  measurement,
  NOTHING,
  read,
  refused,
  serving,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const ledger = (timeline: readonly Event[], before: Live = OLD): Ledger => ledgerOf(before, timeline);
/** Nanoseconds as the service writes ids, this many ms after some instant. */
const idAt = (milliseconds: number) => String((1_766_590_000_000n + BigInt(milliseconds)) * 1_000_000n);

describe('before anything happened', () => {
  test('what the plan found is live, and nobody knows for how long', () => {
    expect(ledger([])).toEqual({
      now: 0,
      live: OLD,
      owner: 'before',
      from: 0,
      base: at(0),
      adopted: undefined,
      fresh: false,
      readAt: 0,
      unseenAt: 0,
      lookedAt: 0,
      lookedInBake: false,
      justWaited: false,
      lastPause: 0,
      seen: ['1'],
      writes: [],
      idsAgree: false,
      overwritten: undefined,
      unreadable: undefined,
      cancelled: undefined,
      recovering: false,
    });
    expect(ledger([], NOTHING).seen).toEqual([]);
    expect(ledger([], serving('', at(0))).seen).toEqual([]);
  });
});

describe('time, and how fresh the last look is', () => {
  test.each<[string, Event, Partial<Ledger>]>([
    ['a read', read(9, OLD), { now: 9, fresh: true, readAt: 9, justWaited: false }],
    ['a read that failed', unread(9), { now: 9, fresh: false, justWaited: false }],
    ['a write', accepted(9, at(5)), { now: 9, fresh: false, justWaited: false, lastPause: 4 }],
    ['a write that failed', refused(9, at(5)), { now: 9, fresh: false, justWaited: false }],
    ['a check', measured(9, 5, measurement(1)), { now: 9, fresh: false, justWaited: false }],
    ['a wait', waited(9, 30), { now: 39, fresh: false, justWaited: true, lastPause: 30 }],
    ['a call', called(9), { now: 8, fresh: true }],
    ['a cancellation', cancelled(9), { now: 9, fresh: true, cancelled: 'SIGINT' }],
    ['another process that goes on', aborted(9), { now: 9, fresh: false, justWaited: false }],
  ])('%s', (_name, event, told) => {
    expect(ledger([waited(1, 4), read(8, OLD), event])).toMatchObject(told);
  });

  test.each<[string, Event, boolean]>([
    ['a read', read(9, OLD), false],
    ['a read that failed', unread(9), false],
    ['a write', accepted(9, at(5)), false],
    ['a check', measured(9, 5, measurement(1)), false],
    ['another process that goes on', aborted(9), false],
    ['a cancellation', cancelled(9), true],
    ['a call', called(9), true],
  ])('a wait is what was last done, until %s, or not', (_name, event, justWaited) => {
    expect(ledger([waited(1, 4), event])).toMatchObject({ justWaited, lastPause: 4 });
  });

  test('the first cancellation counts', () => {
    expect(ledger([cancelled(1), cancelled(2, 'SIGTERM')]).cancelled).toBe('SIGINT');
  });
});

describe('whose is what is live', () => {
  const mine = [read(1, OLD), accepted(2, at(5), '7')];

  test.each<[string, readonly Event[], Partial<Ledger>]>([
    ['what was there', [read(1, OLD)], { owner: 'before', from: 0 }],
    ['the id that answered a write is ours', [...mine, read(3, serving(7, at(5)))], { owner: 'ours', from: 2 }],
    [
      'the effect of a write without an id is ours',
      [accepted(2, at(5)), read(3, serving(7, at(5)))],
      { owner: 'ours' },
    ],
    ['the effect of a lost write is ours', [refused(2, at(5), LOST), read(3, serving(7, at(5)))], { owner: 'ours' }],
    [
      'another split is not',
      [...mine, read(3, serving(8, FOREIGN))],
      { owner: 'somebody else', from: 2, live: serving(8, FOREIGN) },
    ],
    ['the same split without a write of ours is not', [read(3, serving(8, at(5)))], { owner: 'somebody else' }],
    [
      'the same split once more is not',
      [...mine, read(3, serving(7, at(5))), read(4, serving(8, at(5)))],
      { owner: 'somebody else', from: 3 },
    ],
    [
      'nor is it when ids are known to be told by the answers',
      [...mine, read(3, serving(7, at(5))), accepted(4, at(25), '8'), read(5, serving(9, at(25)))],
      { owner: 'somebody else', idsAgree: true },
    ],
    [
      'but it is where the answers tell other ids',
      [...mine, read(3, serving(17, at(5))), accepted(4, at(25), '8'), read(5, serving(9, at(25)))],
      { owner: 'ours', idsAgree: false },
    ],
    [
      'a write that told no id may be the effect, though ids agree',
      [...mine, read(3, serving(7, at(5))), accepted(4, at(25)), read(5, serving(9, at(25)))],
      { owner: 'ours', idsAgree: true },
    ],
    [
      'nobody waits for a write for ever',
      [refused(0, at(5), LOST), read(VERIFY_LIMIT, OLD), read(VERIFY_LIMIT + 1, serving(7, at(5)))],
      { owner: 'somebody else' },
    ],
    [
      'what was open at the last look may have landed since',
      [refused(0, at(5), LOST), read(VERIFY_LIMIT - 1, OLD), read(9 * VERIFY_LIMIT, serving(7, at(5)))],
      { owner: 'ours' },
    ],
    [
      'once cancelled for less long',
      [refused(0, at(5), LOST), cancelled(1), read(5_000, OLD), read(5_001, serving(7, at(5)))],
      { owner: 'somebody else' },
    ],
    [
      'but not where the look before it was not cancelled yet',
      [refused(0, at(5), LOST), read(5_000, OLD), cancelled(5_001), read(5_002, serving(7, at(5)))],
      { owner: 'ours' },
    ],
    [
      'a service that shows no ids',
      [accepted(2, at(5)), read(3, serving('', at(5)))],
      { owner: 'ours', idsAgree: false, seen: [] },
    ],
    [
      'somebody on a service that shows none',
      [accepted(2, at(5)), read(3, serving('', FOREIGN))],
      { owner: 'somebody else' },
    ],
  ])('%s', (_name, timeline, told) => {
    const ids = timeline.some(
      (event) => event.kind === 'read' && 'deploymentId' in event.live && !event.live.deploymentId,
    );
    expect(ledger(timeline, ids ? serving('', at(0)) : OLD)).toMatchObject(told);
  });

  test('every id that showed is known from then on', () => {
    expect(ledger([...mine, read(3, serving(7, at(5))), read(4, serving(8, FOREIGN))]).seen).toEqual(['1', '7', '8']);
  });

  test('when it was last shown, and when something else last was', () => {
    expect(
      ledger([read(1, OLD), read(3, OLD), read(5, serving(8, FOREIGN)), read(9, serving(8, FOREIGN))]),
    ).toMatchObject({
      from: 2,
      readAt: 9,
      unseenAt: 3,
    });
  });

  test('what was overwritten by a write of ours is remembered', () => {
    const theirs = serving(8, FOREIGN);
    expect(ledger([...mine, read(3, theirs), read(4, serving(7, at(5)))])).toMatchObject({
      owner: 'ours',
      overwritten: theirs,
    });
    expect(
      ledger([
        ...mine,
        read(3, theirs),
        read(4, serving(7, at(5))),
        accepted(5, at(25), '9'),
        read(6, serving(9, at(25))),
      ]).overwritten,
    ).toEqual(theirs);
    expect(ledger([...mine, read(4, serving(7, at(5)))]).overwritten).toBeUndefined();
  });
});

describe('ids that are times', () => {
  const before = serving(idAt(0), at(0));

  test.each<[string, readonly Event[], Partial<Ledger>]>([
    ['an older one is an answer that lags', [read(5, serving(idAt(-2_001), FOREIGN))], { owner: 'before' }],
    ['clocks differ by two seconds', [read(5, serving(idAt(-2_000), FOREIGN))], { owner: 'somebody else' }],
    ['a newer one does not', [read(5, serving(idAt(9_000), FOREIGN))], { owner: 'somebody else' }],
    [
      'ours is ours, whatever time it tells',
      [accepted(2, at(5), idAt(-9_000)), read(5, serving(idAt(-9_000), at(5)))],
      { owner: 'ours' },
    ],
    [
      'another one is not, whatever was answered',
      [accepted(2, at(5), idAt(5_000)), read(5, serving(idAt(-9_000), FOREIGN))],
      { owner: 'before' },
    ],
    ['no time is later or earlier', [read(5, serving('9', FOREIGN))], { owner: 'somebody else' }],
  ])('%s', (_name, timeline, told) => {
    expect(ledger(timeline, before)).toMatchObject(told);
  });

  test('what lags for half a minute is so', () => {
    const stale = serving(idAt(-9_000), FOREIGN);
    const lags = (end: number) => [read(5, stale), read(6, stale), read(end, stale)];
    expect(ledger(lags(5 + VERIFY_LIMIT - 1), before).unreadable).toMatchObject({ times: 3 });
    expect(ledger(lags(5 + VERIFY_LIMIT), before)).toMatchObject({ owner: 'somebody else', unreadable: undefined });
  });

  test('but not by two looks of a bake, which both may lag', () => {
    const look = (when: number) => ({ ...read(when, serving(idAt(-9_000), FOREIGN)), baking: true as const });
    expect(ledger([look(5), look(60_005)], before)).toMatchObject({ owner: 'before', unreadable: { times: 2 } });
    expect(ledger([look(5), look(60_005), look(120_005)], before).owner).toBe('somebody else');
  });

  test('a read that failed for as long says nothing of what lags', () => {
    const events = [unread(5), read(5 + VERIFY_LIMIT, serving(idAt(-9_000), FOREIGN))];
    expect(ledger(events, before)).toMatchObject({ owner: 'before', unreadable: { lagging: true } });
  });

  test('a write that somebody surely came after is overtaken', () => {
    const fates = (id: string) =>
      ledger([accepted(2, at(5), idAt(1_000)), read(5, serving(id, FOREIGN))], before).writes.map(
        ({ fate }) => fate.kind,
      );
    expect(fates(idAt(3_001))).toEqual(['overtaken']);
    expect(fates(idAt(3_000))).toEqual(['unseen']);
    expect(fates('9')).toEqual(['unseen']);
    expect(fates('d-9')).toEqual(['unseen']);
  });

  test('by ids that are close, once it should have shown', () => {
    const own = accepted(2, at(25), idAt(1_000));
    const seen = (theirs: string, when: number) =>
      ledger([own, read(5, serving(theirs, FOREIGN)), read(when, serving(theirs, FOREIGN))], before);
    expect(seen(idAt(1_001), 2 + VERIFY_LIMIT)).toMatchObject({
      base: at(25),
      writes: [{ fate: { kind: 'overtaken' } }],
    });
    expect(seen(idAt(1_001), 1 + VERIFY_LIMIT).writes[0]?.fate.kind).toBe('unseen');
    expect(seen(idAt(999), 2 + VERIFY_LIMIT).writes[0]?.fate.kind).toBe('unseen');
    expect(seen('9', 2 + VERIFY_LIMIT).writes[0]?.fate.kind).toBe('unseen');
    const theirs = (when: number) => read(when, serving(idAt(1_001), FOREIGN));
    expect(ledger([own, theirs(5), cancelled(6), theirs(6_000)], before).writes[0]?.fate.kind).toBe('unseen');
  });
});
