import { expect, test } from '@jest/globals';
import { isSameCode, reusable, type StoredVersion, type Wanted } from '../../../src/rollout/upload/reuse.js';

const digest = 'd'.repeat(64);
const wanted: Wanted = { kind: 'directory', digest, env: 'production', notFound: undefined };
const stored = (more: Partial<StoredVersion> = {}): StoredVersion => ({
  version: '17',
  description: undefined,
  createdAt: undefined,
  status: 'Available',
  boundTo: 'production',
  commit: undefined,
  extraInfo: { digest, uploadId: undefined, assetNames: undefined },
  notFound: '',
  ...more,
});
const told = (one: string | undefined) => ({ digest: one, uploadId: undefined, assetNames: undefined });

test('the newest of the same bytes', () => {
  const versions = [stored({ version: '18', extraInfo: told('e'.repeat(64)) }), stored(), stored({ version: '16' })];
  expect(reusable(versions, wanted)?.version).toBe('17');
  expect(reusable([], wanted)).toBeUndefined();
});

test.each<[string, Partial<StoredVersion>, boolean]>([
  ['spelt otherwise', { status: 'available' }, true],
  ['bound to no environment', { boundTo: undefined, commit: undefined }, true],
  ['bound to the other environment', { boundTo: 'staging' }, false],
  ['not finished', { status: 'Init' }, false],
  ['failed', { status: 'Failed' }, false],
  ['of unknown status', { status: undefined }, false],
  ['with a strategy for what is not found', { notFound: '404Page' }, false],
  ['without a digest', { extraInfo: told(undefined) }, false],
])('one that is %s', (_what, more, isReused) => {
  expect(reusable([stored(more)], wanted) !== undefined).toBe(isReused);
});

test('the strategy has to be the one that is asked for', () => {
  const asked = { ...wanted, notFound: '404Page' } as const;
  expect(reusable([stored(), stored({ version: '16', notFound: '404Page' })], asked)?.version).toBe('16');
});

test('a single file is told by its description, where its version has no digest', () => {
  const described = stored({ description: `x [sha256 ${digest.slice(0, 12)}]`, extraInfo: told(undefined) });
  expect(isSameCode(described, { ...wanted, kind: 'file' })).toBe(true);
  expect(isSameCode(described, wanted)).toBe(false);
  expect(isSameCode({ ...described, extraInfo: told('e'.repeat(64)) }, { ...wanted, kind: 'file' })).toBe(false);
});
