import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { descriptionText, isTagged } from '../../../src/rollout/upload/description.js';

const commit = { id: `3f2a9c0${'0'.repeat(33)}`, message: 'Greet\n\nBecause.', branch: '', repository: '' };
const digest = `0123456789ab${'c'.repeat(52)}`;

test('is what was asked for, or the commit, and of a file a part of its digest', () => {
  expect(descriptionText('', commit, 'directory', digest)).toBe('3f2a9c0 Greet');
  expect(descriptionText('by hand', commit, 'directory', digest)).toBe('by hand');
  expect(descriptionText('', commit, 'file', digest)).toBe('3f2a9c0 Greet [sha256 0123456789ab]');
  expect(descriptionText('', { ...commit, id: '', message: '' }, 'directory', digest)).toBe('');
  expect(descriptionText('', { ...commit, id: '', message: '' }, 'file', digest)).toBe('[sha256 0123456789ab]');
});

test('is cut, and the tag is not, however long it becomes when it is escaped', () => {
  for (const asked of ['x'.repeat(400), '\u202e'.repeat(400), '😀'.repeat(400)]) {
    const text = descriptionText(asked, commit, 'file', digest);
    expect([...text]).toHaveLength(200);
    expect(isTagged(text, digest)).toBe(true);
  }
  expect(descriptionText('', { ...commit, id: '' }, 'directory', digest)).toBe('Greet');
});

test('is one line of at most 200 characters, and its file is told from it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (asked) => {
      const text = descriptionText(asked, commit, 'file', digest);
      expect([...text].length).toBeLessThanOrEqual(200);
      expect(text).not.toMatch(/[\n\r]/);
      expect(isTagged(text, digest)).toBe(true);
      expect(isTagged(text, `1${digest.slice(1)}`)).toBe(false);
    }),
  );
  expect(isTagged(undefined, digest)).toBe(false);
  expect(isTagged('[sha256 0123456789ab] more', digest)).toBe(false);
});
