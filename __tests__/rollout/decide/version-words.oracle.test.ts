import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Facts, resolve } from '../../../src/rollout/decide/version-words.js';
import type { Live, VersionDetails, VersionListing, Wish } from '../../../src/rollout/model.js';
import type { VersionRef } from '../../../src/rollout/version-ref.js';
import {
  askedFor,
  askedSplit,
  commit,
  details,
  NOTHING,
  number,
  serving,
  splitOf,
  word,
} from '../../support/rollout/builders.js';

const created = (minute: number) => `2026-11-22T21:${String(minute).padStart(2, '0')}:00Z`;
const made = (version: string, minute: number, more: Partial<VersionDetails> = {}) =>
  details(version, { createdAt: created(minute), ...more });
const elsewhere = (live: Live) => () => ({ ok: true, value: live }) as const;
const facts = (more: Partial<Facts> = {}): Facts => ({
  live: NOTHING,
  elsewhere: elsewhere(NOTHING),
  listing: undefined,
  previous: undefined,
  uploaded: undefined,
  now: Date.parse(created(5)),
  ...more,
});
const all = (...versions: readonly VersionDetails[]): VersionListing => ({ versions, complete: true });
const goalOf = (wish: Wish<VersionRef>, given: Facts) => {
  const resolved = resolve(wish, given);
  return resolved.ok ? resolved.value.wish.goal : resolved.error;
};
const canaryBy = (ref: VersionRef, more: Partial<Facts>) => {
  const goal = goalOf(askedFor(ref), facts(more));
  return 'kind' in goal && goal.kind === 'rollout' ? goal.canary : goal;
};

/** What words mean, said once more and in another way: by sorting a list of plain facts. */
interface Known {
  readonly version: string;
  readonly minute: number;
  readonly status: string | undefined;
  readonly boundTo: 'staging' | 'production' | undefined;
  readonly commit: string | undefined;
}

const known = fc
  .uniqueArray(
    fc.record({
      minute: fc.nat({ max: 59 }),
      status: fc.constantFrom(undefined, 'Available', 'AVAILABLE', 'Init', 'Failed'),
      boundTo: fc.constantFrom(undefined, undefined, 'staging' as const, 'production' as const),
      commit: fc.constantFrom(undefined, `aaaaaaa${'1'.repeat(33)}`, `aaaaaaa${'2'.repeat(33)}`, 'b'.repeat(40)),
    }),
    { selector: ({ minute }) => minute, maxLength: 8 },
  )
  .map((list): Known[] => list.map((one, index) => ({ ...one, version: String(100 + index) })));

describe('whatever there is', () => {
  const listed = ({ version, minute, status, boundTo, commit: sha }: Known) =>
    made(version, minute, { status, boundTo, commit: sha });
  const isFit = ({ status = 'available', boundTo = 'production' }: Known) =>
    status.toLowerCase() === 'available' && boundTo === 'production';

  test('latest is the first of those that fit, sorted by age', () => {
    fc.assert(
      fc.property(known, (list) => {
        const [first] = list.filter(isFit).sort((one, other) => other.minute - one.minute);
        const found = canaryBy(word('latest'), { listing: all(...list.map(listed)) });
        if (first === undefined) expect(found).toHaveLength(1);
        else expect(found).toBe(first.version);
      }),
    );
  });

  test('a commit is the only one that has it, or the only one of these that fits', () => {
    fc.assert(
      fc.property(known, fc.constantFrom('aaaaaaa', 'aaaaaaa1', 'b'.repeat(40), 'bbbbbbbb', 'ccccccc'), (list, sha) => {
        const built = list.filter((one) => one.commit?.slice(0, sha.length) === sha);
        const fit = built.filter(isFit);
        const expected = fit.length > 0 ? fit : built;
        const found = canaryBy(commit(sha), { listing: all(...list.map(listed)) });
        if (expected.length === 1) expect(found).toBe(expected[0]?.version);
        else {
          expect(found).toHaveLength(1);
          // As many are named as one can choose from.
          const named = expected.filter(({ version }) => JSON.stringify(found).includes(`${version} (`));
          expect(named).toHaveLength(Math.min(expected.length, 5));
        }
      }),
    );
  });

  test('roles are those of the live versions by age, and everything is a number of digits or a sentence', () => {
    const refs = fc.constantFrom<VersionRef>(
      word('latest'),
      word('stable'),
      word('canary'),
      word('staging'),
      word('production'),
      word('previous'),
      commit('aaaaaaa'),
      number('100'),
    );
    const given = fc.tuple(known, refs, refs, fc.integer({ min: 1, max: 99 }), fc.boolean());
    fc.assert(
      fc.property(given, ([list, one, other, weight, isTwo]) => {
        const [a, b] = list;
        const split =
          isTwo && a && b ? splitOf([a.version, weight], [b.version, 100 - weight]) : a && splitOf([a.version, 100]);
        const live = split === undefined ? NOTHING : serving(7, split, { details: list.slice(0, 2).map(listed) });
        const told = facts({ live, listing: all(...list.map(listed)), elsewhere: elsewhere(live) });
        const goal = goalOf(askedSplit([one, weight], [other, 100 - weight]), told);
        if (!('kind' in goal)) {
          expect(goal.length).toBeGreaterThan(0);
          return;
        }
        if (goal.kind !== 'split') throw new Error('not a split');
        expect(goal.split.map((share) => share.weight)).toEqual([weight, 100 - weight]);
        expect(new Set(goal.split.map((share) => share.version)).size).toBe(2);
        const byAge = list.slice(0, 2).sort((first, second) => first.minute - second.minute);
        for (const [index, ref] of [one, other].entries()) {
          const version = goal.split[index]?.version;
          expect(version).toMatch(/^[0-9]{1,32}$/);
          if (ref.kind === 'word' && ref.word === 'canary') expect(version).toBe(byAge[1]?.version);
          if (ref.kind === 'word' && ref.word === 'stable')
            expect(version).toBe(isTwo ? byAge[0]?.version : a?.version);
        }
      }),
    );
  });
});
