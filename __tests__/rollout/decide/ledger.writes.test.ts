import { describe, expect, test } from '@jest/globals';
import { attemptOf, type Ledger, ledgerOf, writeThatIsLive } from '../../../src/rollout/decide/ledger.js';
import type { Event, Live } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  at,
  FOREIGN,
  LOST,
  read,
  refused,
  serving,
  THROTTLED,
  waited,
} from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const ledger = (timeline: readonly Event[], before: Live = OLD): Ledger => ledgerOf(before, timeline);

describe('the fate of a write', () => {
  const writes = (...timeline: readonly Event[]) => ledger(timeline).writes;

  test('a write that was sent has been looked for so often, and was not live until then', () => {
    expect(writes(read(1, OLD), accepted(2, at(5), '7'), read(3, OLD), read(4, OLD))).toEqual([
      {
        split: at(5),
        at: 2,
        answer: accepted(2, at(5), '7'),
        count: 1,
        throttled: 0,
        first: 2,
        pause: 0,
        looks: 2,
        unseenAt: 4,
        fate: { kind: 'unseen' },
      },
    ]);
  });

  test('shown: as which id, and when it was last looked for in vain', () => {
    expect(
      writes(accepted(2, at(5)), read(3, OLD), read(4, serving(7, at(5))), read(5, serving(7, at(5)))),
    ).toMatchObject([{ looks: 3, unseenAt: 3, fate: { kind: 'shown', as: '7' } }]);
  });

  test('one that was accepted before is overtaken by one that shows; one whose answer was lost is not', () => {
    const fates = (first: Event) =>
      writes(first, read(3, OLD), accepted(4, at(25), '8'), read(5, serving(8, at(25)))).map(({ fate }) => fate.kind);
    expect(fates(accepted(2, at(5), '7'))).toEqual(['overtaken', 'shown']);
    expect(fates(refused(2, at(5), LOST))).toEqual(['unseen', 'shown']);
    const late = writes(refused(2, at(5), LOST), accepted(3, at(25), '8'), read(4, serving(7, at(5))));
    expect(late.map(({ fate }) => fate.kind)).toEqual(['shown', 'unseen']);
  });

  test('one is not live until the look that shows another', () => {
    const both = writes(refused(2, at(5), LOST), refused(3, at(25), LOST), read(9, serving(7, at(25))));
    expect(both.map(({ unseenAt }) => unseenAt)).toEqual([9, 3]);
  });

  test('one that has shown stays so', () => {
    const shown = [accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
    expect(writes(...shown, accepted(4, at(25), '8'), read(5, serving(8, at(25)))).map(({ fate }) => fate)).toEqual([
      { kind: 'shown', as: '7' },
      { kind: 'shown', as: '8' },
    ]);
    expect(writes(...shown, accepted(4, at(25), '8'), read(5, serving(8, at(25))))[0]?.unseenAt).toBe(2);
  });

  test('the last of two alike is taken for the one that shows', () => {
    const fates = writes(
      refused(2, at(5), LOST),
      read(3, OLD),
      refused(4, at(5), LOST),
      read(5, serving(7, at(5))),
    ).map(({ fate }) => fate.kind);
    expect(fates).toEqual(['unseen', 'shown']);
  });
});

describe('attempts at the same split in a row', () => {
  test('are counted with the throttled ones, since when, and the pause before', () => {
    const { writes } = ledger([
      refused(2, at(5), THROTTLED),
      waited(2, 1_000, 'retry'),
      refused(1_002, at(5)),
      waited(1_002, 500, 'retry'),
      refused(1_502, at(5), THROTTLED),
    ]);
    expect(writes.map(({ count, throttled, first, pause }) => [count, throttled, first, pause])).toEqual([
      [1, 1, 2, 0],
      [2, 1, 2, 1_000],
      [3, 2, 2, 500],
    ]);
  });

  test('begin anew with another split, or when it has shown', () => {
    const other = ledger([waited(0, 9), refused(2, at(5), THROTTLED), refused(3, at(25))]);
    expect(other.writes[1]).toMatchObject({ count: 1, throttled: 0, first: 3, pause: 0 });
    expect([attemptOf(other, at(25)), attemptOf(other, at(5))]).toEqual([2, 1]);
    const shown = ledger([accepted(2, at(5), '7'), read(3, serving(7, at(5)))]);
    expect(attemptOf(shown, at(5))).toBe(1);
    expect(attemptOf(ledger([]), at(5))).toBe(1);
  });

  test('the run that goes on counts its own', () => {
    const { writes } = ledger([
      refused(2, at(5), THROTTLED),
      waited(2, 9),
      refused(11, at(5), THROTTLED),
      aborted(100),
    ]);
    expect(writes[1]).toMatchObject({ count: 1, throttled: 1, first: 100, pause: 0, at: 11 });
    expect(ledger([refused(2, at(5)), aborted(100)]).writes[0]).toMatchObject({ throttled: 0 });
  });
});

describe('the write whose effect is live', () => {
  const shown = [accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
  test('is known where what is live is ours', () => {
    expect(writeThatIsLive(ledger(shown))).toMatchObject({ at: 2 });
    expect(writeThatIsLive(ledger([...shown, accepted(4, at(25), '8'), read(5, serving(8, at(25)))]))).toMatchObject({
      at: 4,
    });
    expect(writeThatIsLive(ledger([...shown, accepted(4, at(25), '8')]))).toMatchObject({ at: 2 });
    expect(writeThatIsLive(ledger([...shown, accepted(4, at(5), '8')]))).toMatchObject({ at: 2 });
  });

  test('and only there', () => {
    expect(writeThatIsLive(ledger([accepted(2, at(5), '7')]))).toBeUndefined();
    expect(writeThatIsLive(ledger([...shown, read(4, serving(8, at(5)))]))).toBeUndefined();
  });

  test('is told by its split where the service shows no ids', () => {
    const ledgerWithout = ledger(
      [accepted(2, at(5)), read(3, serving('', at(5))), accepted(4, at(25)), read(5, serving('', at(25)))],
      serving('', at(0)),
    );
    expect(writeThatIsLive(ledgerWithout)).toMatchObject({ at: 4 });
    const again = [
      accepted(2, at(5)),
      ...[at(5), FOREIGN, at(5)].map((split, index) => read(3 + index, serving('', split))),
    ];
    expect(writeThatIsLive(ledger(again, serving('', at(0))))).toBeUndefined();
  });
});
