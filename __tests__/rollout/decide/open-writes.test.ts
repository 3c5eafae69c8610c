import { describe, expect, test } from '@jest/globals';
import { type Ledger, ledgerOf } from '../../../src/rollout/decide/ledger.js';
import { awaitedWrites, mistakenWrites, unknownWrites } from '../../../src/rollout/decide/open-writes.js';
import { VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import type { Event } from '../../../src/rollout/model.js';
import { accepted, at, LOST, read, refused, serving } from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const SHOWN = [accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const THEIRS = read(5, serving(9, at(25)));
const ledger = (timeline: readonly Event[]): Ledger => ledgerOf(OLD, timeline);

describe('writes that may still change what is live', () => {
  const splits = (writes: readonly { readonly split: unknown }[]) => writes.map(({ split }) => split);

  test.each<[string, readonly Event[], readonly unknown[]]>([
    ['accepted and not seen', [accepted(2, at(5))], [at(5)]],
    ['lost', [refused(2, at(5), LOST), read(3, OLD)], [at(5)]],
    ['turned away', [refused(2, at(5)), read(3, OLD)], []],
    ['shown', [accepted(2, at(5)), read(3, serving(7, at(5)))], []],
    ['what is live already', [accepted(2, at(0)), read(3, OLD)], []],
    ['the same, but somebody else deployed it', [...SHOWN, accepted(4, at(25), '8'), THEIRS], [at(25)]],
    ['overdue', [accepted(2, at(5)), read(2 + VERIFY_LIMIT, OLD)], []],
  ])('awaited: %s', (_name, timeline, awaited) => {
    expect(splits(awaitedWrites(ledger(timeline)))).toEqual(awaited);
  });

  const later = read(2 + VERIFY_LIMIT, OLD);
  test.each<[string, readonly Event[], readonly unknown[]]>([
    ['the last one, however long ago', [accepted(2, at(5)), later], [at(5)]],
    ['the last one, its answer lost', [refused(2, at(5), LOST), later], [at(5)]],
    ['not one that was turned away', [refused(2, at(5)), later], []],
    ['not what is live', [accepted(2, at(0)), later], []],
    ['but one that somebody else deployed', [...SHOWN, accepted(4, at(25), '8'), THEIRS], [at(25)]],
    ['not one that has shown', [accepted(2, at(5), '7'), read(3, serving(7, at(5))), read(4, serving(8, at(0)))], []],
    ['recent ones before the last', [refused(900_000, at(5), LOST), refused(900_001, at(25), LOST)], [at(5), at(25)]],
    ['but no old ones', [refused(2, at(5), LOST), refused(3 + VERIFY_LIMIT, at(25), LOST)], [at(25)]],
    ['nor those of half a minute ago', [refused(2, at(5), LOST), refused(2 + VERIFY_LIMIT, at(25), LOST)], [at(25)]],
  ])('unknown: %s', (_name, timeline, unknown) => {
    expect(splits(unknownWrites(ledger(timeline)))).toEqual(unknown);
  });

  test.each<[string, readonly Event[], readonly unknown[]]>([
    ['lost, and late', [refused(2, at(25), LOST), read(2 + VERIFY_LIMIT, OLD), { ...THEIRS, at: 40_000 }], [at(25)]],
    ['lost, and seen once', [refused(2, at(25), LOST), read(3, serving(7, at(25))), THEIRS], [at(25)]],
    ['answered with another id', [accepted(2, at(25), '70'), read(3, serving(7, at(25))), THEIRS], [at(25)]],
    ['not one that was seen as what it was answered with', [...SHOWN, read(5, serving(9, at(5)))], []],
    ['nor another split', [refused(2, at(5), LOST), THEIRS], []],
  ])('taken for somebody else’s: %s', (_name, timeline, mistaken) => {
    expect(splits(mistakenWrites(ledger(timeline)))).toEqual(mistaken);
  });
});
