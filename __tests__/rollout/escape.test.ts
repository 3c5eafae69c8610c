import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { asBlock, asCode, asSentence, inMarkdown, inTicks } from '../../src/rollout/escape.js';
import { nasty } from '../support/rollout/nasty.js';
import { runs } from '../support/rollout/runs.js';

/** Another implementation of GitHub's Markdown judges: whatever the text, it must come out as text. */
const GITHUB = { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] };
const rendered = (markdown: string) => micromark(markdown, GITHUB);
/** Without the elements that have no content: they are not seen. */
const render = (markdown: string) => rendered(markdown).replaceAll('<i></i>', '');

/** The pieces of text of a page, as the filters see them that make links of names and numbers. */
const pieces = (html: string) =>
  html
    .split(/<[^>]*>/)
    .map((piece) =>
      piece.replace(/&(?:lt|gt|amp|quot);/g, (entity) => ({ '&lt;': '<', '&gt;': '>', '&amp;': '&' })[entity] ?? '"'),
    );

describe('in Markdown', () => {
  test('any text in a table cell stays one cell of text', () => {
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const html = render(`| a | b |\n| - | - |\n| ${inMarkdown(one)} | ${asCode(other)} |\n`);
        const tags = [...html.matchAll(/<\/?([a-z][a-z0-9]*)/g)].map(([, tag]) => tag);
        expect(
          tags.filter((tag) => !['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code'].includes(tag ?? '')),
        ).toEqual([]);
        expect([...html.matchAll(/<td>/g)]).toHaveLength(2);
      }),
      runs(5_000),
    );
  });

  test('any text stays a paragraph, a list item, the text of a heading', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const html = render(`### x ${inMarkdown(text)}\n\n${inMarkdown(text)}\n\n- ${inMarkdown(text)}\n`);
        const tags = [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, tag]) => tag);
        const empty = inMarkdown(text) === '';
        expect(tags).toEqual(empty ? ['h3', 'ul', 'li'] : ['h3', 'p', 'ul', 'li']);
      }),
      runs(5_000),
    );
  });

  test('what is copied from the page is the text itself, and no piece of it is a link, a name or a number', () => {
    const visible = (text: string) =>
      text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').trim();
    fc.assert(
      fc.property(nasty, (text) => {
        for (const print of [inMarkdown, asCode]) {
          const html = rendered(`x ${print(text)} x`);
          expect(html).not.toContain('<a');
          const told = pieces(html);
          expect(told.join('').trim()).toBe(`x ${visible(text)} x`);
          for (const piece of told) expect(piece).not.toMatch(/@\w|#[0-9]|\bgh-[0-9]|www\.|:\/\/|\w@\w/i);
        }
      }),
      runs(5_000),
    );
  });

  test.each(['https://a.example/b?c=d#e', 'www.a.example', 'me@a.example', '@octocat', 'o/r#17', 'GH-17', 'ftp://@a'])(
    '%s is copied as it is',
    (text) => {
      expect(
        pieces(rendered(inMarkdown(text)))
          .join('')
          .trim(),
      ).toBe(text);
      expect(
        pieces(rendered(asCode(text)))
          .join('')
          .trim(),
      ).toBe(text);
      expect(rendered(`${inMarkdown(text)} ${asCode(text)}`)).not.toContain('<a');
    },
  );

  test('a reader sees the words that were written', () => {
    expect(
      render(inMarkdown('a|b <c> *d* & `e`')).replace(
        /&#?\w+;/g,
        (reference) => ({ '&lt;': '<', '&gt;': '>', '&amp;': '&' })[reference] ?? reference,
      ),
    ).toBe('<p>a|b <c> *d* & `e`</p>');
  });

  test('a sentence of ours with any text in it stays a paragraph of text and code', () => {
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const html = render(`${asSentence(`Check \`name\`: ${one} and \`${other}\` too.`, 10_000)}\n`);
        const tags = [...html.matchAll(/<\/?([a-z][a-z0-9]*)/g)].map(([, tag]) => tag);
        expect(tags.filter((tag) => tag !== 'p' && tag !== 'code')).toEqual([]);
        expect(html.startsWith('<p>Check ')).toBe(true);
      }),
      runs(5_000),
    );
  });

  test('what stands between backticks is code, with the spaces around it', () => {
    expect(asSentence('Check `region`, or `a-b` now')).toBe('Check <code>region</code>, or <code>a-b</code> now');
    expect(render(asSentence('one ` alone'))).toBe('<p>one ` alone</p>');
  });

  test('a block holds any lines, and nothing after it becomes part of it', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const html = render(`${asBlock(`{${text}`, 'json')}\n\nafter\n`);
        const tags = [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, tag]) => tag);
        expect(tags).toEqual(['pre', 'code', 'p']);
      }),
      runs(5_000),
    );
  });

  test('a block is copied as it was meant', () => {
    expect(asBlock('{\n  "sub": "repo:o@1/r@2"\n}', 'json')).toBe('```json\n{\n  "sub": "repo:o@1/r@2"\n}\n```');
  });

  test.each([
    ['a b', 'a b'],
    ['  a  ', 'a'],
    ['1) a 2) b', '1&#41; a 2) b'],
    ['17. a', '17&#46; a'],
    ['- a - b', '&#45; a - b'],
    ['a|b', 'a&#124;b'],
    ['a\u202eb\n', 'a b'],
    ['www.a', 'www<i></i>.a'],
    ['GH-17', 'GH-<i></i>17'],
    ['gh-x', 'gh-x'],
  ])('%j is written %j', (text, written) => {
    expect(inMarkdown(text)).toBe(written);
    expect(asCode(text)).toBe(`<code>${written}</code>`);
  });

  test('what is too long is cut, and says so', () => {
    expect(inMarkdown('abcdef', 5)).toBe('abcde…');
    expect(inMarkdown('abcde', 5)).toBe('abcde');
    expect(asCode('abcdef', 5)).toBe('<code>abcde…</code>');
    expect(asSentence('`abcdef`', 4)).toBe('&#96;abc…');
  });

  test.each(['', ' ', '\n\u202e'])('no code of nothing: %j', (text) => {
    expect(asCode(text)).toBe('');
  });

  test.each([
    ['`a`', '<code>a</code>'],
    ['`a`  `b`', '<code>a</code> <code>b</code>'],
    ['see `a` , or\n`b`', 'see <code>a</code> , or <code>b</code>'],
    ['see  `a`', 'see <code>a</code>'],
    ['x ` y', 'x &#96; y'],
    ['` `', ''],
  ])('the sentence %j is written %j', (text, written) => {
    expect(asSentence(text)).toBe(written);
  });

  test('the fence of a block is longer than any in it, and nothing in it is invisible', () => {
    expect(asBlock('a ```` b ` c', 'text')).toBe('`````text\na ```` b ` c\n`````');
    expect(asBlock('a\u202eb\tc', 'json')).toBe('```json\na\\u202eb\\u0009c\n```');
  });

  test('what is copied is what was meant: no invisible character in an id or an input', () => {
    expect(asCode('versions: 1766590022381161014=10,1766590022381161013=90')).toBe(
      '<code>versions: 1766590022381161014=10,1766590022381161013=90</code>',
    );
  });
});

describe('what somebody else wrote, as code in a sentence', () => {
  test.each([
    ['http://x', '`http://x`', '<code>http:<i></i>//x</code>'],
    ['a`b', '`` a`b ``', '<code>a&#96;b</code>'],
    ['`a`', '`` `a` ``', '<code>&#96;a&#96;</code>'],
    ['a ``` b', '```` a ``` b ````', '<code>a &#96;&#96;&#96; b</code>'],
  ])('%j: copies to the letter', (text, ticked, html) => {
    expect(inTicks(text)).toBe(ticked);
    expect(asSentence(`From ${ticked}, by \`x\`.`)).toBe(`From ${html}, by <code>x</code>.`);
  });

  test('is the same text once rendered, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '``', 'a', '*', ' ', '<'), minLength: 1 }), (text) => {
        fc.pre(text.trim() === text);
        const html = rendered(asSentence(`From ${inTicks(text)} it came, by \`x\`.`, 10_000));
        expect(pieces(html).join('')).toBe(`From ${text} it came, by x.`);
        expect(html.match(/<code>/g)).toHaveLength(2);
      }),
    );
  });

  test('marks of others that only look like it stay marks', () => {
    expect(asSentence('See ```a``` and `b`')).toBe('See &#96;&#96;&#96;a&#96;&#96;&#96; and &#96;b&#96;');
  });
});
