import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oneLine, quoted, withoutStop, withStop } from '../../src/rollout/escape.js';
import { nasty } from '../support/rollout/nasty.js';
import { runs } from '../support/rollout/runs.js';

describe('in a log', () => {
  test('any text is one line that the runner does not take for a command', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const line = oneLine(text);
        expect(line).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
        expect(line.trimStart().startsWith('::')).toBe(false);
        expect(line).not.toContain('##[');
      }),
      runs(5_000),
    );
  });

  test.each([
    ['a\nb', 'a\\u000ab'],
    ['a\u202eb', 'a\\u202eb'],
    ['##[error]a ##[b]', '## [error]a ## [b]'],
    ['::error::a', "'::error::a"],
    ['  ::error::a', "'  ::error::a"],
    ['a ::error::', 'a ::error::'],
    ['a ::', 'a ::'],
  ])('%j is written %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test('what is too long is cut, and says so', () => {
    expect(oneLine('abcdef', 5)).toBe('abcde…');
    expect(oneLine('abcde', 5)).toBe('abcde');
  });

  test.each([
    ['a', '"a"'],
    ['a "b"', '"a \\"b\\""'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
  ])('a quotation of %j', (text, written) => {
    expect(quoted(text)).toBe(written);
  });

  test('a text of any length becomes short', () => {
    expect([...oneLine('😀'.repeat(10_000))].length).toBeLessThanOrEqual(501);
  });
});

describe('a sentence', () => {
  test.each(['it failed', 'it failed.', 'it failed. ', 'it failed..', 'it failed . .'])(
    '%j has one full stop',
    (text) => {
      expect(withStop(text)).toBe('it failed.');
      expect(withoutStop(text)).toBe('it failed');
    },
  );
  test.each(['why?', 'no!', 'and so on…', '为什么？'])('keeps another mark that ends it: %s', (text) => {
    expect(withStop(text)).toBe(text);
  });
  test('a mark within it does not end it', () => expect(withStop('why? so')).toBe('why? so.'));
});
