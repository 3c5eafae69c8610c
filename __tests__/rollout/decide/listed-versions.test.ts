import { describe, expect, test } from '@jest/globals';
import { byCommit, latest, passedOver } from '../../../src/rollout/decide/listed-versions.js';
import type { VersionDetails } from '../../../src/rollout/model.js';
import { details } from '../../support/rollout/builders.js';

const created = (minute: number) => `2026-11-22T21:${String(minute).padStart(2, '0')}:00Z`;
const made = (version: string, minute: number, more: Partial<VersionDetails> = {}) =>
  details(version, { createdAt: created(minute), ...more });
const listing = (...versions: readonly VersionDetails[]) => ({ versions, complete: true });
const HERE = { routine: 'r', env: 'production' } as const;
const SHA = '4f2a91c0d5e6b7a8c9d0e1f2a3b4c5d6e7f80912';

describe('latest', () => {
  const found = (...versions: readonly VersionDetails[]) => latest(listing(...versions), HERE);

  test('was created last, wherever it is listed', () => {
    const [a, b, c] = [made('10', 1), made('9', 3), made('11', 2)];
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, a, c],
    ])
      expect(found(...order)).toEqual({ ok: true, value: '9' });
  });

  test('is not what is not ready, is bound elsewhere or is no version', () => {
    expect(
      found(
        made('1', 1, { status: 'available', boundTo: 'Production' }),
        made('2', 2, { status: 'Init' }),
        made('3', 3, { status: 'Failed' }),
        made('4', 4, { boundTo: 'staging' }),
        made('unstable', 5),
      ),
    ).toEqual({ ok: true, value: '1' });
  });

  test.each([[[]], [[made('1', 1, { status: 'Init' })]], [[made('unstable', 1)]]])('may be none', (versions) => {
    expect(found(...versions)).toEqual({ ok: false, error: 'no version of "r" can be deployed to production' });
  });

  test('is told by the ids where the times say nothing or the same', () => {
    const [older, newer] = ['1766590022381161014', '1766590022381161015'];
    expect(found(details(older), details(newer))).toEqual({ ok: true, value: newer });
    expect(found(made(newer, 1), made(older, 1))).toEqual({ ok: true, value: newer });
    expect(found(made(newer, 1), made(older, 2))).toEqual({ ok: true, value: older });
  });

  test('is not guessed', () => {
    const error =
      'nobody knows which version is the newest: the service gives no creation times that differ, and the ids are not times';
    expect(found(details('1'), details('2'))).toEqual({ ok: false, error });
    expect(found(made('1', 1), details('2'))).toEqual({ ok: false, error });
    // One that cannot go there need not be compared.
    expect(found(made('1', 1), details('2', { status: 'Init' }))).toEqual({ ok: true, value: '1' });
    expect(found(details('1'))).toEqual({ ok: true, value: '1' });
  });
});

describe('what latest passes over', () => {
  test('is told where it is newer and not ready', () => {
    expect(passedOver('2', listing(made('1', 1, { status: 'Init' }), made('2', 2)))).toEqual([]);
    expect(passedOver('2', listing(made('2', 2), made('3', 3, { boundTo: 'staging' }), made('unstable', 4)))).toEqual(
      [],
    );
    expect(passedOver('2', listing(made('2', 2), made('3', 3, { status: 'Init' })))).toEqual([
      '`latest` passes over version "3", which is newer than 2: its status is "Init".',
    ]);
  });

  test('and the newest of many stands for them', () => {
    const failed = [4, 6, 5].map((minute) => made(String(minute), minute, { status: 'Failed' }));
    expect(passedOver('2', listing(made('2', 2), ...failed))).toEqual([
      '`latest` passes over version "6" (and 2 more), which is newer than 2: its status is "Failed".',
    ]);
  });

  test('is nothing where the version is not listed', () => {
    expect(passedOver('2', listing(made('3', 3, { status: 'Init' })))).toEqual([]);
  });
});

describe('by commit', () => {
  const NOW = Date.parse(created(5));
  const found = (sha: string, ...versions: readonly VersionDetails[]) =>
    byCommit(sha, listing(...versions), { env: 'production', now: NOW });
  const none = { ok: false, error: 'none of its versions names that commit' };

  test.each([SHA, '4f2a91c', '4f2a91c0'])('%s: as the build says, or the description begins', (sha) => {
    expect(found(sha, details('1'), details('2', { commit: SHA }))).toEqual({ ok: true, value: '2' });
    expect(found(sha, details('1'), details('2', { description: SHA }))).toEqual({ ok: true, value: '2' });
    expect(found(sha, details('2', { description: '4F2A91C fix' }))).toEqual({ ok: true, value: '2' });
  });

  test.each(['4f2a91c', '4f2a91c fix', '4f2a91c: fix', '4f2a91c, fix', '4f2a91c;fix', '4f2a91c\nfix', '4f2a91c0d5e6'])(
    'a description that begins with it: %j',
    (description) => {
      expect(found(SHA, details('2', { description }))).toEqual({ ok: true, value: '2' });
    },
  );

  test.each([
    '',
    'fix 4f2a91c',
    '4f2a91',
    '4f2a91c-dirty',
    '4f2a91cx',
    '4f2a91c.1',
    '(4f2a91c)',
    ' 4f2a91c',
    `${SHA}0`,
    '4f2a91c1',
  ])('another description: %j', (description) => {
    expect(found(SHA, details('2', { description }))).toEqual(none);
  });

  test('what the build says goes before what somebody wrote', () => {
    expect(found('4f2a91c', details('2', { description: '4f2a91c fix', commit: 'cafe1234' }))).toEqual(none);
  });

  test('of several those count that can be deployed here, and two are too many', () => {
    const commit = SHA;
    const [one, other] = [made('1', 1, { commit }), made('2', 2, { commit: '4f2a91c1', description: 'b' })];
    expect(found('4f2a91c', one, other)).toEqual({
      ok: false,
      error:
        '2 versions name that commit, 1 (commit 4f2a91c, 4 minutes old), 2 ("b", commit 4f2a91c, 3 minutes old); give more of its digits, or a number',
    });
    expect(found('4f2a91c', one, { ...other, boundTo: 'staging' })).toEqual({ ok: true, value: '1' });
    expect(found('4f2a91c', { ...one, status: 'Failed' }, other)).toEqual({ ok: true, value: '2' });
    expect(found('4f2a91c', one, made('unstable', 3, { commit }))).toEqual({ ok: true, value: '1' });
    const unfit = [one, other].map((known) => ({ ...known, status: 'Init' }));
    expect(found('4f2a91c', ...unfit)).toMatchObject({ error: expect.stringMatching(/^2 versions name that commit/) });
    // The one that there is is refused for what is wrong with it, later and by its number.
    expect(found('4f2a91c', { ...one, status: 'Init' })).toEqual({ ok: true, value: '1' });
  });

  test.each([
    [5, /, 4 \([^)]*\); give more/],
    [7, /, 4 \([^)]*\) and 2 more; give more/],
  ])('of %d, five are named', (count, ends) => {
    const built = Array.from({ length: count }, (_, index) => made(String(index), index, { commit: SHA }));
    const answer = found(SHA, ...built);
    expect(answer.ok ? '' : answer.error).toMatch(ends);
  });

  test('where not all is listed, that is said', () => {
    expect(byCommit(SHA, { versions: [details('1')], complete: false }, { env: 'production', now: NOW })).toEqual({
      ok: false,
      error: 'none of the newest 1, which are all that the service lists, names that commit',
    });
  });
});
