import { describe, expect, test } from '@jest/globals';
import { attemptOf, type Ledger, ledgerOf, pendingIn } from '../../../src/rollout/decide/ledger.js';
import { unknownWrites } from '../../../src/rollout/decide/open-writes.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  adopted,
  at,
  FOREIGN,
  NOTHING,
  read,
  refused,
  serving,
  THROTTLED,
  TRANSIENT,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const ledger = (timeline: readonly Event[]): Ledger => ledgerOf(OLD, timeline);
const LIVE = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const TAKEN = [...LIVE, refused(8, at(25), THROTTLED), read(10, serving(9, at(50))), adopted(11, at(50), '9')];

describe('a step of somebody else’s that was adopted', () => {
  test('is live, as it was read, and fresh', () => {
    expect(ledger(TAKEN)).toMatchObject({
      owner: 'adopted',
      live: serving(9, at(50)),
      from: 5,
      fresh: true,
      base: at(50),
      adopted: { at: 11, writes: 2 },
    });
  });

  test('and what was sent before it is past', () => {
    const now = ledger(TAKEN);
    expect(pendingIn(now)).toBeUndefined();
    expect(unknownWrites(now)).toEqual([]);
    expect(attemptOf(now, at(25))).toBe(1);
    expect(pendingIn(ledger([...TAKEN, accepted(20, at(100))]))).toMatchObject({ at: 20 });
  });

  test('without a read, as the post step knows it, is live all the same', () => {
    const known = ledger([...LIVE, adopted(11, at(50), '9')]);
    expect(known).toMatchObject({ owner: 'adopted', live: serving(9, at(50)), seen: ['1', '7', '9'] });
    expect(ledger([...LIVE, adopted(11, at(50), '9'), read(12, serving(9, at(50)))])).toMatchObject({
      owner: 'adopted',
    });
  });

  test('the step after it is written over nobody', () => {
    const next = [...TAKEN, accepted(20, at(100), '11'), read(21, serving(11, at(100)))];
    expect(ledger(next)).toMatchObject({ owner: 'ours', overwritten: undefined, base: at(100) });
  });

  test('but a write from before it that lands after all is', () => {
    const late = [...LIVE, accepted(8, at(25), '8'), read(10, serving(9, at(50))), adopted(11, at(50), '9')];
    expect(ledger([...late, read(20, serving(8, at(25)))])).toMatchObject({
      owner: 'ours',
      overwritten: serving(9, at(50)),
    });
  });

  test('is replaced by whoever comes next, who is held against it', () => {
    expect(ledger([...TAKEN, read(20, serving(12, at(60)))])).toMatchObject({ owner: 'somebody else', base: at(50) });
  });
});

describe('what a move is held against', () => {
  test.each<[string, readonly Event[], object | undefined]>([
    ['what was there', [], at(0)],
    ['what is ours', LIVE, at(5)],
    ['not what somebody else did', [...LIVE, read(9, serving(8, FOREIGN))], at(5)],
    ['nor what did not show', [...LIVE, accepted(8, at(25), '8')], at(5)],
  ])('%s', (_name, timeline, base) => {
    expect(ledger(timeline).base).toEqual(base);
  });
});

describe('a look in the midst of a bake', () => {
  const look = (event: Event): Event => ({ ...event, baking: true }) as Event;

  test('is one, until something happens', () => {
    const looked = [...LIVE, look(read(60, serving(7, at(5))))];
    expect(ledger(looked)).toMatchObject({ lookedInBake: true, lookedAt: 60, fresh: true });
    expect(ledger([...looked, waited(60, 9)])).toMatchObject({ lookedInBake: false, lookedAt: 60 });
    expect(ledger([...LIVE, read(60, serving(7, at(5)))])).toMatchObject({ lookedInBake: false, lookedAt: 60 });
  });

  test('that fails is not counted with those on which something depends', () => {
    const blind = look(unread(60, TRANSIENT));
    expect(ledger([...LIVE, blind]).unreadable).toMatchObject({ baking: true, times: 1, since: 60 });
    expect(ledger([...LIVE, blind, unread(70, TRANSIENT)]).unreadable).toMatchObject({
      baking: false,
      times: 1,
      since: 70,
    });
    expect(ledger([...LIVE, blind, look(unread(90, TRANSIENT))])).toMatchObject({ lookedAt: 90, readAt: 3 });
  });

  test('that cannot be so is looked past, and believed when it stays', () => {
    const stale = [...LIVE, read(9, serving(8, FOREIGN)), look(read(60, serving(7, at(5))))];
    expect(ledger(stale)).toMatchObject({ unreadable: { lagging: true, baking: true } });
    const again = (minutes: number) => look(read(60 + minutes * 60_000, serving(7, at(5))));
    expect(ledger([...stale, again(1)]).unreadable).toMatchObject({ times: 2 });
    expect(ledger([...stale, again(1), again(2)]).unreadable).toBeUndefined();
    expect(ledger([...LIVE, look(read(60, NOTHING))]).unreadable).toMatchObject({ baking: true });
  });
});

test('a run that goes on for another knows that it does', () => {
  expect(ledger([...LIVE, aborted(9)])).toMatchObject({ recovering: true });
  expect(ledger(LIVE)).toMatchObject({ recovering: false });
});
