import { describe, expect, test } from '@jest/globals';
import { choiceOf, mayStillList } from '../../../src/rollout/decide/survey.js';
import { failed, succeeded } from '../../../src/rollout/result.js';
import { details, fault, NOTHING, serving, splitOf } from '../../support/rollout/builders.js';

const PLACE = { routine: 'hello', env: 'production' } as const;
const id = (day: number) => String(1_766_000_000_000_000_001n + BigInt(day) * 86_400_000_000_000n);
const facts = { live: NOTHING, elsewhere: () => succeeded(NOTHING), now: Date.UTC(2026, 0, 1) };

describe('the versions to choose from', () => {
  test('are the newest ten, whatever order they are listed in, without what has no number', () => {
    const versions = [3, 11, 1, 12, 2, 10, 4, 9, 5, 8, 6, 7].map((day) => details(id(day)));
    const listing = { versions: [...versions, details('unstable')], complete: true };
    const { newest, others, complete } = choiceOf(PLACE, { ...facts, listing });
    expect(newest.map(({ version }) => version)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map(id));
    expect({ others, complete }).toEqual({ others: 2, complete: true });
  });

  test('are called by every word that stands for them', () => {
    const [old, young] = [details(id(1)), details(id(2), { commit: '4f2a91c0d5e6b7a8' })];
    const live = serving(1, splitOf([id(2), 10], [id(1), 90]), { details: [old, young] });
    const elsewhere = () => succeeded(serving(2, splitOf([id(1), 100])));
    const { newest } = choiceOf(PLACE, {
      ...facts,
      live,
      elsewhere,
      listing: { versions: [old, young], complete: false },
    });
    expect(newest.map(({ words }) => words)).toEqual([
      ['latest', 'canary', 'commit:4f2a91c'],
      ['stable', 'staging'],
    ]);
  });

  test('by no word that stands for nothing, or for more than one', () => {
    const commit = { commit: '4f2a91c0d5e6b7a8' };
    const versions = [details(id(2), { ...commit, status: 'Failed' }), details(id(1), { ...commit, status: 'Failed' })];
    const elsewhere = () => failed('it is odd');
    const { newest } = choiceOf(PLACE, { ...facts, elsewhere, listing: { versions, complete: true } });
    expect(newest.map(({ words }) => words)).toEqual([[], []]);
  });

  test('a commit may be in the description alone', () => {
    const listing = { versions: [details(id(1), { description: '4F2A91C: fix', boundTo: 'staging' })], complete: true };
    expect(choiceOf(PLACE, { ...facts, listing }).newest[0]?.words).toEqual(['commit:4f2a91c']);
  });
});

test('where the read was denied the list is tried all the same, and after no other fault', () => {
  expect(mayStillList(succeeded(1))).toBe(true);
  const operation = 'GetRoutine';
  expect(mayStillList(failed(fault({ operation, code: 'Forbidden.RAM' })))).toBe(true);
  expect(mayStillList(failed(fault({ operation, code: 'SignatureDoesNotMatch' })))).toBe(false);
  // Without a session no other call can be signed either.
  expect(mayStillList(failed(fault({ operation: 'AssumeRoleWithOIDC', code: 'NoPermission' })))).toBe(false);
});
