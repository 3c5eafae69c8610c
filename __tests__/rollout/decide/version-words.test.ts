import { describe, expect, test } from '@jest/globals';
import { type Facts, needsListing, resolve } from '../../../src/rollout/decide/version-words.js';
import type { Live, VersionDetails, VersionListing, Wish } from '../../../src/rollout/model.js';
import type { VersionRef } from '../../../src/rollout/version-ref.js';
import {
  asked,
  askedFor,
  askedSplit,
  at,
  commit,
  details,
  NOTHING,
  number,
  serving,
  splitOf,
  wishOf,
  word,
} from '../../support/rollout/builders.js';

const created = (minute: number) => `2026-11-22T21:${String(minute).padStart(2, '0')}:00Z`;
const made = (version: string, minute: number, more: Partial<VersionDetails> = {}) =>
  details(version, { createdAt: created(minute), ...more });
/** The canary 2 beside the stable 1. */
const SPLIT = serving(7, at(10), { details: [made('1', 1), made('2', 2)] });
const ALONE = serving(7, at(0), { details: [made('1', 1, { description: 'one' })] });

const nobody = () => {
  throw new Error('nobody asked for the other environment');
};
const facts = (more: Partial<Facts> = {}): Facts => ({
  live: ALONE,
  elsewhere: nobody,
  listing: undefined,
  previous: undefined,
  now: Date.parse(created(5)),
  ...more,
});
const all = (...versions: readonly VersionDetails[]): VersionListing => ({ versions, complete: true });
const elsewhere = (live: Live) => () => ({ ok: true, value: live }) as const;
const goalOf = (wish: Wish<VersionRef>, given: Facts) => {
  const resolved = resolve(wish, given);
  return resolved.ok ? resolved.value.wish.goal : resolved.error;
};
const canaryBy = (ref: VersionRef, more: Partial<Facts>) => {
  const goal = goalOf(askedFor(ref), facts(more));
  return 'kind' in goal && goal.kind === 'rollout' ? goal.canary : goal;
};

describe('a word', () => {
  test.each<[string, VersionRef, Partial<Facts>, string]>([
    ['a number is itself', number('17'), { live: NOTHING }, '17'],
    ['stable, of two', word('stable'), { live: SPLIT }, '1'],
    ['stable, alone', word('stable'), {}, '1'],
    ['canary, of two', word('canary'), { live: SPLIT }, '2'],
    ['production, which is this one', word('production'), {}, '1'],
    ['staging', word('staging'), { elsewhere: elsewhere(serving(8, splitOf(['3', 100]))) }, '3'],
    ['latest', word('latest'), { listing: all(made('1', 1), made('5', 5), made('3', 3)) }, '5'],
    ['a commit', commit('4f2a91c'), { listing: all(made('1', 1), made('5', 5, { commit: '4f2a91c0' })) }, '5'],
    ['previous', word('previous'), { previous: { ok: true, value: '4' } }, '4'],
  ])('%s', (_name, ref, more, version) => {
    expect(canaryBy(ref, more)).toBe(version);
  });

  test('of staging means what goes there, and what is live there', () => {
    const there = (ref: VersionRef, more: Partial<Facts>) => goalOf({ ...askedFor(ref), env: 'staging' }, facts(more));
    const bound = { commit: '4f2a91c0', boundTo: 'production' };
    const listing = all(made('1', 1, { ...bound, boundTo: 'staging' }), made('2', 2, bound));
    expect(there(commit('4f2a91c'), { listing })).toMatchObject({ canary: '1' });
    expect(there(word('latest'), { listing })).toMatchObject({ canary: '1' });
    expect(there(word('staging'), {})).toMatchObject({ canary: '1' });
    const other = serving(8, splitOf(['3', 100]), { details: [made('3', 3, { description: 'three' })] });
    const resolved = resolve(
      { ...askedFor(word('production')), env: 'staging' },
      facts({ elsewhere: elsewhere(other) }),
    );
    expect(resolved).toMatchObject({ value: { words: [{ version: '3', details: { description: 'three' } }] } });
  });

  test('of a role is told by the list where what is live gives no times', () => {
    const live = serving(7, at(10));
    expect(canaryBy(word('canary'), { live, listing: all(made('1', 2), made('2', 1)) })).toBe('1');
    expect(canaryBy(word('stable'), { live, listing: all(made('1', 2), made('2', 1)) })).toBe('2');
  });

  const NO_ORDER = 'the service gives no creation times that differ, and the ids are not times';
  test.each<[VersionRef, Partial<Facts>, string]>([
    [word('stable'), { live: NOTHING }, '`stable`: nothing is live in production'],
    [word('canary'), { live: NOTHING }, '`canary`: nothing is live in production'],
    [word('canary'), {}, '`canary`: version "1" is live alone, so there is no canary'],
    [
      word('stable'),
      { live: serving(7, at(10)) },
      `\`stable\`: nobody knows which of the live versions "2" and "1" is the canary and which the stable: ${NO_ORDER}`,
    ],
    [word('production'), { live: NOTHING }, '`production`: nothing is live in production'],
    [
      word('production'),
      { live: SPLIT },
      '`production`: production serves 2=10,1=90, so no version is live there alone',
    ],
    [word('staging'), { elsewhere: elsewhere(NOTHING) }, '`staging`: nothing is live in staging'],
    [
      word('staging'),
      { elsewhere: elsewhere(SPLIT) },
      '`staging`: staging serves 2=10,1=90, so no version is live there alone',
    ],
    [
      word('staging'),
      { elsewhere: () => ({ ok: false, error: 'staging is there 2 times' }) },
      '`staging`: what is live in staging cannot be told: staging is there 2 times',
    ],
    [
      word('staging'),
      { elsewhere: elsewhere(serving(8, splitOf(['unstable', 100]))) },
      '`staging`: it is "unstable", which is not the number of a version',
    ],
    [word('latest'), { listing: all() }, '`latest`: no version of "r" can be deployed to production'],
    [word('latest'), {}, '`latest`: no version of "r" can be deployed to production'],
    [commit('4f2a91c'), { listing: all(made('1', 1)) }, '`commit:4f2a91c`: none of its versions names that commit'],
    [
      word('previous'),
      {},
      '`previous`: no record of rollouts is kept that could tell; give `github-deployment` to keep one',
    ],
    [word('previous'), { previous: { ok: false, error: 'it is gone' } }, '`previous`: it is gone'],
    [
      word('previous'),
      { previous: { ok: true, value: 'x=1' } },
      '`previous`: it is "x=1", which is not the number of a version',
    ],
  ])('that stands for nothing: %j', (ref, more, error) => {
    expect(canaryBy(ref, more)).toEqual([error]);
  });
});

describe('a wish', () => {
  test('keeps all but the words', () => {
    for (const goal of [{ kind: 'report' }, { kind: 'split', split: at(5) }] as const) {
      const wish = wishOf(goal, { dryRun: true, expectDeploymentId: '9', env: 'staging' });
      expect(resolve(asked(wish), facts())).toStrictEqual({ ok: true, value: { wish, words: [], doubts: [] } });
    }
  });

  test('of a split of words', () => {
    const wish = askedSplit([word('stable'), 95], [word('canary'), 5]);
    expect(goalOf(wish, facts({ live: SPLIT }))).toEqual({ kind: 'split', split: splitOf(['1', 95], ['2', 5]) });
    expect(goalOf(askedSplit([word('canary'), 100]), facts({ live: SPLIT }))).toEqual({
      kind: 'split',
      split: at(100),
    });
  });

  test('says of every word what is wrong', () => {
    const wish = askedSplit([word('previous'), 95], [word('canary'), 5]);
    expect(goalOf(wish, facts())).toEqual([
      expect.stringMatching(/^`previous`: /),
      expect.stringMatching(/^`canary`: /),
    ]);
  });

  test('takes no version twice, in whatever words', () => {
    const listing = all(made('1', 1));
    expect(goalOf(askedSplit([word('stable'), 95], [word('latest'), 5]), facts({ listing }))).toEqual([
      '`stable` and `latest` are the same version, "1", and a split takes each once; `versions: 1=100` gives it all requests',
    ]);
    expect(goalOf(askedSplit([number('1'), 95], [word('stable'), 5]), facts())).toEqual([
      '`1` and `stable` are the same version, "1", and a split takes each once; `versions: 1=100` gives it all requests',
    ]);
  });

  test('tells what its words stood for, and what latest passed over', () => {
    const listing = all(made('2', 2, { commit: 'cafe123' }), made('3', 3, { status: 'Init' }));
    expect(resolve(askedSplit([word('latest'), 5], [word('stable'), 95]), facts({ listing }))).toMatchObject({
      value: {
        words: [
          { word: 'latest', version: '2', details: listing.versions[0] },
          { word: 'stable', version: '1', details: { description: 'one' } },
        ],
        doubts: [expect.stringMatching(/^`latest` passes over version "3"/)],
      },
    });
    expect(resolve(askedSplit([number('2'), 5], [word('stable'), 95]), facts({ listing }))).toMatchObject({
      value: { words: [{ word: 'stable' }], doubts: [] },
    });
    for (const ref of [word('stable'), word('production'), commit('cafe123')])
      expect(resolve(askedFor(ref), facts({ listing }))).toMatchObject({ value: { doubts: [] } });
    const other = serving(8, splitOf(['3', 100]), { details: [made('3', 3, { description: 'three' })] });
    expect(resolve(askedFor(word('staging')), facts({ elsewhere: elsewhere(other) }))).toMatchObject({
      value: { words: [{ word: 'staging', version: '3', details: { description: 'three' } }] },
    });
  });
});

describe('the list is needed', () => {
  test.each<[Wish<VersionRef>, Live | undefined, boolean]>([
    [askedFor(word('latest')), undefined, true],
    [askedFor(commit('4f2a91c')), undefined, true],
    [askedSplit([word('stable'), 5], [commit('4f2a91c'), 95]), undefined, true],
    [askedFor(number('17')), undefined, false],
    [askedFor(word('staging')), undefined, false],
    [askedFor(word('previous')), ALONE, false],
    [askedFor(word('canary')), undefined, false],
    [askedFor(word('canary')), NOTHING, false],
    [askedFor(word('canary')), ALONE, false],
    [askedFor(word('canary')), SPLIT, false],
    [askedFor(word('canary')), serving(7, at(10)), true],
    [askedFor(word('stable')), serving(7, at(10)), true],
    [askedFor(word('production')), serving(7, at(10)), false],
    [asked(wishOf({ kind: 'report' })), serving(7, at(10)), false],
  ])('%j %j: %p', (wish, live, expected) => {
    expect(needsListing(wish, live)).toBe(expected);
  });
});
