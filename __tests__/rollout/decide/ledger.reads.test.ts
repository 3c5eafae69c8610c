import { describe, expect, test } from '@jest/globals';
import { type Ledger, ledgerOf } from '../../../src/rollout/decide/ledger.js';
import { STALE } from '../../../src/rollout/decide/stale-reads.js';
import type { Event, Live } from '../../../src/rollout/model.js';
import { accepted, at, FOREIGN, NOTHING, read, serving, unread } from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const ledger = (timeline: readonly Event[], before: Live = OLD): Ledger => ledgerOf(before, timeline);

describe('reads that fail', () => {
  test('are counted from the first of them, until one succeeds', () => {
    expect(ledger([unread(5), unread(7, { code: 'X' })]).unreadable).toMatchObject({
      fault: { code: 'X' },
      times: 2,
      since: 5,
      lagging: false,
    });
    expect(ledger([unread(5), read(6, OLD)]).unreadable).toBeUndefined();
    expect(ledger([unread(5), read(6, OLD), unread(7)]).unreadable).toMatchObject({ times: 1, since: 7 });
  });

  test.each<[string, readonly Event[], keyof typeof STALE]>([
    ['nothing, where something was', [read(5, NOTHING)], 'vanished'],
    ['a known id with another split', [read(5, serving(1, at(5)))], 'altered'],
    ['what was replaced', [read(5, serving(2, FOREIGN)), read(6, OLD)], 'replaced'],
    [
      'the split of a write under its id, but not that split',
      [accepted(2, at(5), '7'), read(5, serving(7, at(25)))],
      'altered',
    ],
  ])('so is an answer that cannot be so: %s', (_name, timeline, what) => {
    const { live, unreadable, fresh } = ledger(timeline);
    expect(unreadable).toMatchObject({ fault: STALE[what], times: 1, lagging: true });
    expect(fresh).toBe(false);
    expect(live).toEqual(timeline.length > 1 && what === 'replaced' ? serving(2, FOREIGN) : OLD);
  });

  test('the two kinds are not counted together', () => {
    expect(ledger([unread(5), read(6, NOTHING)]).unreadable).toMatchObject({ times: 1, since: 6, lagging: true });
    expect(ledger([read(6, NOTHING), read(7, NOTHING)]).unreadable).toMatchObject({ times: 2, since: 6 });
    expect(ledger([read(6, NOTHING), unread(7)]).unreadable).toMatchObject({ times: 1, since: 7, lagging: false });
  });

  test('nothing goes on being nothing', () => {
    expect(ledger([read(5, NOTHING)], NOTHING)).toMatchObject({ unreadable: undefined, owner: 'before', fresh: true });
  });
});
