import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isVersionNumber,
  readNumber,
  readRef,
  refsIn,
  refText,
  withVersions,
  wordsIn,
} from '../../src/rollout/version-ref.js';
import {
  asked,
  askedFor,
  askedSplit,
  at,
  commit,
  number,
  rolloutOf,
  wishOf,
  word,
} from '../support/rollout/builders.js';

const SHA = '4f2a91c0d5e6b7a8c9d0e1f2a3b4c5d6e7f80912';
const ALLOWED =
  'it is digits only, such as 1723599747213377175, or one of the words latest, stable, canary, staging, production, previous and commit:SHA, where SHA is 7 to 40 hexadecimal digits';

describe('what somebody wrote for a version', () => {
  test.each([
    ['1', number('1')],
    ['9'.repeat(32), number('9'.repeat(32))],
    ['latest', word('latest')],
    ['stable', word('stable')],
    ['canary', word('canary')],
    ['staging', word('staging')],
    ['production', word('production')],
    ['previous', word('previous')],
    ['commit:4f2a91c', commit('4f2a91c')],
    ['commit:4F2A91C', commit('4f2a91c')],
    [`commit:${SHA}`, commit(SHA)],
  ])('%s', (text, ref) => {
    expect(readRef(text)).toEqual({ ok: true, value: ref });
    expect(readRef(refText(ref))).toEqual({ ok: true, value: ref });
  });

  test.each([
    'Latest',
    ' latest',
    'latest ',
    'newest',
    'uploaded',
    'unstable',
    'commit',
    'commit:',
    'commit:xyz',
    'commit:123456',
    `commit:${SHA}0`,
    'commit: 4f2a91c',
    'COMMIT:4f2a91c',
    'xcommit:4f2a91c',
    '1e5x',
    'x1e5',
    'commit:4f2a91c\n',
    '9'.repeat(33),
    '１',
    '-1',
    '1.5',
    '',
    'toString',
    '__proto__',
  ])('is nothing else: %j', (text) => {
    const read = readRef(text);
    expect(!read.ok && read.error.endsWith(`is not a code version: ${ALLOWED}`)).toBe(true);
  });

  test.each(['1.76659002238116E+18', '1.7e18'])('a number that YAML has rounded is told so: %s', (text) => {
    const error = `"${text}" is not a code version: it is digits only, such as 1723599747213377175 (YAML has rounded it: write it in quotation marks)`;
    expect(readRef(text)).toEqual({ ok: false, error });
    expect(readNumber(text)).toEqual({ ok: false, error });
  });

  test('where a number is asked for, no word is one', () => {
    expect(readNumber('17')).toEqual({ ok: true, value: '17' });
    expect(readNumber('latest')).toEqual({
      ok: false,
      error: '"latest" is not a code version: it is digits only, such as 1723599747213377175',
    });
  });

  test('whatever is taken is written again as it was, a commit in lower case', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9]{1,34}$/),
      fc.stringMatching(/^commit:[0-9a-fA-F]{5,42}$/),
      fc.constantFrom('latest', 'stable', 'canary', 'staging', 'production', 'previous'),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = readRef(given);
        if (read.ok) expect(refText(read.value)).toBe(given.startsWith('commit:') ? given.toLowerCase() : given);
        expect(isVersionNumber(given)).toBe(read.ok && read.value.kind === 'number');
      }),
    );
  });
});

describe('what a wish asks for', () => {
  test('is its canary, its shares, or nothing', () => {
    expect(refsIn(askedFor(word('latest')))).toEqual([word('latest')]);
    expect(refsIn(askedSplit([word('stable'), 95], [number('17'), 5]))).toEqual([word('stable'), number('17')]);
    expect(wordsIn(askedSplit([word('stable'), 95], [number('17'), 5]))).toEqual([word('stable')]);
    expect(refsIn(wishOf({ kind: 'report' }) as never)).toEqual([]);
  });

  test('becomes the same in numbers', () => {
    for (const goal of [
      { kind: 'report' },
      rolloutOf([]),
      { kind: 'split', split: at(5) },
      { kind: 'split', split: at(100) },
    ] as const) {
      const wish = wishOf(goal);
      expect(withVersions(asked(wish), (ref) => refText(ref))).toStrictEqual(wish);
    }
  });
});
