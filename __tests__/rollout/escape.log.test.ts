import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oneLine, quoted, withoutStop, withStop } from '../../src/rollout/escape.js';
import { runs } from '../support/rollout/runs.js';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        '|',
        '\n',
        '\r\n',
        '`',
        '```',
        '*',
        '_',
        '~~',
        '[a](',
        'http://e.example',
        'www.e.example',
        'a@e.example',
        '@octocat',
        '#1',
        '<b>',
        '</td>',
        '<!--',
        '-->',
        '&lt;',
        '\\',
        '\\|',
        '![',
        ']',
        ')',
        '$$',
        '::error::',
        '##[error]',
        '\u202e',
        '\u0000',
        '😀',
        'x',
        ' ',
        '---',
        '- ',
        '+ ',
        '1. ',
        '2) ',
        '===',
        '# ',
        '    ',
        '\t',
        'mailto:',
        '://',
        '> ',
        ':+1:',
        'GH-17',
        'https:',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

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
