import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  assetNamesText,
  isHashedName,
  lacking,
  NAME_HASH_LENGTH,
  NO_ASSETS,
  readAssetNames,
  sketchOf,
} from '../../../src/rollout/upload/asset-names.js';

const hashes = fc.array(fc.stringMatching(/^[0-9a-f]{6}$/), { maxLength: 60 });

describe('a hashed name', () => {
  test.each([
    'assets/index-BX1a2b3c.js',
    'main.3f2a9c01.css',
    'main.3f2a9c01b7de.chunk.css.map',
    'chunk-ABCDEFGH.js',
    'a/b/3f2a9c01b7de4455.woff2',
    'styles_a-1a2b3c4d_.css',
    'a-b-1a2b3c4d.min.js',
    'icon-1024x1024a.png',
    'icon-a1024x1024.png',
    'index-DiwrgTda.js',
    'index-B-aZ12xQ.js',
    'index-_xYzaBcd.js.map',
    'Page.DiwrgTda.css',
  ])('is %s', (name) => expect(isHashedName(name)).toBe(true));

  test.each([
    'index.html',
    'my-component.js',
    'apple-touch-icon.png',
    'icon-1024x1024.png',
    'report-20240101.pdf',
    'bootstrap4.min.js',
    'app.deadbeef',
    '3f2a9c01b7de4455/index.html',
    'jquery-3.7.1.js',
    'a-1a2b3c4é.js',
    'main.CHANGELOG_.js',
    'main.ABCDEFGHI.js',
    'main.aABCDEFGH.js',
    'a-é1a2b3c4d.js',
    '3f2a9c01b7de445.js',
    'about-Settings.html',
    'app-v2-beta1.js',
    'index-DiwrgTd.js',
    'index-DiwrgTdab.js',
    'index-DiwrgTda',
    '',
  ])('is not %s', (name) => expect(isHashedName(name)).toBe(false));
});

describe('what one version lacks of another', () => {
  test('is known exactly where all names had room', () => {
    fc.assert(
      fc.property(hashes, hashes, (wanted, having) => {
        const [one, other] = [sketchOf(wanted, 100), sketchOf(having, 100)];
        const missing = [...new Set(wanted)].filter((hash) => !having.includes(hash)).length;
        expect(lacking(one, other)).toEqual({ missing, of: new Set(wanted).size, exact: true });
      }),
    );
  });

  test('is never told of a name that is there, however few had room', () => {
    fc.assert(
      fc.property(hashes, fc.nat(20), fc.nat(20), hashes, (shared, mostOfOne, mostOfOther, more) => {
        const one = sketchOf(shared, mostOfOne);
        const other = sketchOf([...shared, ...more], mostOfOther);
        expect(lacking(one, other).missing).toBe(0);
      }),
    );
  });

  test('is nothing where nothing is known of the other', () => {
    expect(lacking(sketchOf(['000001'], 1), { count: 3, hashes: [] })).toEqual({ missing: 0, of: 0, exact: false });
  });

  test('is told of a sample that is no larger than what is known of both', () => {
    const one = { count: 10, hashes: ['000001', '000003', '000005'] };
    const other = { count: 9, hashes: ['000001', '000002', '000003'] };
    expect(lacking(one, other)).toEqual({ missing: 0, of: 2, exact: false });
    expect(lacking(other, one)).toEqual({ missing: 1, of: 3, exact: false });
    expect(lacking(one, { count: 2, hashes: [] })).toEqual({ missing: 0, of: 0, exact: false });
    expect(lacking(one, NO_ASSETS)).toEqual({ missing: 3, of: 3, exact: false });
    expect(lacking(NO_ASSETS, one)).toEqual({ missing: 0, of: 0, exact: true });
  });
});

test('none are none', () => expect(NO_ASSETS).toEqual({ count: 0, hashes: [] }));

describe('the text', () => {
  test('is read back as it was', () => {
    fc.assert(
      fc.property(hashes, fc.nat(70), (all, most) => {
        const names = sketchOf(all, most);
        expect(readAssetNames(assetNamesText(names))).toEqual(names);
        expect(assetNamesText(names).length).toBeLessThanOrEqual(3 + most * NAME_HASH_LENGTH);
      }),
    );
  });

  test.each([
    undefined,
    7,
    '',
    '1',
    ':',
    '01:',
    '1:abcde',
    '1:ABCDEF',
    '2:000002000001',
    '2:000001000001',
    '0:000001',
    '1:000001\n',
    '12345678:',
    '2:000001000002000003',
    { length: 1 },
  ])('is nothing else: %j', (text) => expect(readAssetNames(text)).toBeUndefined());
});
