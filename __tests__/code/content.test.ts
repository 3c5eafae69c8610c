import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMarked, MARK, marked } from '../../src/code/content.js';

test('each mark is replaced, and every other byte stays', () => {
  const piece = fc.uint8Array({ maxLength: 40 }).filter((bytes) => !isMarked(Buffer.from(bytes)));
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 5 }),
      fc.stringMatching(/^[0-9a-f]{0,20}$/),
      (pieces, text) => {
        const joined = (by: string) =>
          Buffer.concat(pieces.flatMap((bytes, index) => (index === 0 ? [bytes] : [Buffer.from(by), bytes])));
        const bytes = joined(MARK);
        expect(isMarked(bytes)).toBe(pieces.length > 1);
        expect(marked(bytes, text)).toEqual(joined(text));
      },
    ),
  );
});

test('a mark is as long as the id of a version', () => {
  expect(MARK).toHaveLength('1766590022381161014'.length);
});
