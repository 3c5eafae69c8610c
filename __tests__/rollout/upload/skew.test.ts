import { expect, test } from '@jest/globals';
import { sketchOf } from '../../../src/rollout/upload/asset-names.js';
import { skewWarning } from '../../../src/rollout/upload/skew.js';

const of = (version: string, ...hashes: string[]) => ({ version, names: sketchOf(hashes, 100) });

test('none where each has what the other asks for', () => {
  expect(skewWarning(of('16', 'aaaaaa'), of('17', 'aaaaaa'))).toBeUndefined();
  expect(skewWarning(of('16'), of('17'))).toBeUndefined();
});

test('where the canary dropped what pages of the stable ask for: keep it', () => {
  expect(skewWarning(of('16', 'aaaaaa', 'bbbbbb'), of('17', 'aaaaaa'))).toBe(
    'While traffic is split, a page of one version asks the other for assets as well, and gets 404 for those that it lacks: 17 lacks 1 of the 2 hashed assets of 16. Keep the assets of the last release in the directory: then no page of 16 misses any.',
  );
});

test('where the stable never had what pages of the canary ask for: release the assets first', () => {
  expect(skewWarning(of('16', 'aaaaaa'), of('17', 'aaaaaa', 'bbbbbb'))).toBe(
    'While traffic is split, a page of one version asks the other for assets as well, and gets 404 for those that it lacks: 16 lacks 1 of the 2 hashed assets of 17. What 16 lacks it can only have from a release before: first release the new assets beside the old pages, then the pages.',
  );
});

test('both ways, and of a part where not all is known', () => {
  const stable = { version: '16', names: { count: 500, hashes: ['aaaaaa', 'cccccc'] } };
  expect(skewWarning(stable, of('17', 'aaaaaa', 'bbbbbb', 'dddddd'))).toBe(
    'While traffic is split, a page of one version asks the other for assets as well, and gets 404 for those that it lacks: 17 lacks 1 of 2 hashed assets that were compared of 16; 16 lacks 1 of 2 hashed assets that were compared of 17. Keep the assets of the last release in the directory: then no page of 16 misses any. What 16 lacks it can only have from a release before: first release the new assets beside the old pages, then the pages.',
  );
});
