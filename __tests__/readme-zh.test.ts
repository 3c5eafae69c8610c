import { describe, expect, test } from '@jest/globals';
import { gfmToHtml } from '../scripts/rendering/gfm.js';
import { plain, textOf } from './support/documents.js';

/** Holds the Chinese README to the English one in all that is not language: code, names, links and order. */
const english = textOf('README.md');
const chinese = textOf('README.zh-CN.md');

interface Part {
  /** The heading, by which a difference is named. */
  readonly heading: string;
  readonly level: number;
  /** Each block of code with its language. */
  readonly blocks: readonly string[];
  readonly code: readonly string[];
  readonly links: readonly string[];
  /** Of each row of each table how many cells there are, and the names in the first one. */
  readonly rows: readonly string[];
  readonly items: number;
}

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);

function partOf(html: string): Part {
  const prose = html.replaceAll(/<pre>[\s\S]*?<\/pre>/g, '');
  const [, level = '0', heading = 'before the first heading'] = /^<h(\d)>(.*?)<\/h/.exec(html) ?? [];
  return {
    heading: plain(heading),
    level: Number(level),
    blocks: [...html.matchAll(/<pre><code(?: class="language-(\w+)")?>([\s\S]*?)<\/code><\/pre>/g)].map(
      ([, language = '', text = '']) => `${language}\n${plain(text)}`,
    ),
    code: all(prose, /<code>(.*?)<\/code>/g).map(plain),
    links: all(prose, /<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"/g).map(plain),
    items: all(prose, /(<li>)/g).length,
    rows: all(prose, /<tr>([\s\S]*?)<\/tr>/g).map((row) => {
      const [first = '', ...others] = all(row, /<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g);
      return `${1 + others.length} cells: ${all(first, /<code>(.*?)<\/code>/g).join(', ')}`;
    }),
  };
}

/** A README from its first heading on; what is before it, the link to the other language, differs. */
const partsOf = (markdown: string) =>
  gfmToHtml(markdown)
    .split(/(?=<h[1-6]>)/)
    .slice(1)
    .map(partOf);

/** What only one of two lists has, as lines for a person. */
function onlyInOne(what: string, one: readonly string[], other: readonly string[]): readonly string[] {
  const missing = (from: readonly string[], list: readonly string[]) =>
    [...new Set(list)].filter((x) => !from.includes(x));
  return [
    ...missing(other, one).map((text) => `${what} that only README.md has: ${text}`),
    ...missing(one, other).map((text) => `${what} that only README.zh-CN.md has: ${text}`),
  ];
}

/** The first lines at which two texts differ. */
function differingLine(what: string, one: string, other: string): readonly string[] {
  if (one === other) return [];
  const [lines, others] = [one.split('\n'), other.split('\n')];
  const at = lines.findIndex((line, index) => line !== others[index]);
  const shown = at < 0 ? lines.length : at;
  const line = (text: string | undefined) => (text === undefined ? 'it has ended' : JSON.stringify(text));
  return [`${what}, line ${shown}: README.md: ${line(lines[shown])}; README.zh-CN.md: ${line(others[shown])}`];
}

function partDifferences(one: Part, other: Part): readonly string[] {
  const longest = Math.max(one.blocks.length, other.blocks.length);
  const found = [
    ...Array.from({ length: longest }, (_, index) =>
      differingLine(`block ${index + 1}`, one.blocks[index] ?? '', other.blocks[index] ?? ''),
    ).flat(),
    ...onlyInOne('code', one.code, other.code),
    ...onlyInOne('a link', one.links, other.links),
    ...differingLine('the number of list items', `${one.items}`, `${other.items}`),
    ...differingLine('the rows of its tables', one.rows.join('\n'), other.rows.join('\n')),
  ];
  return found.map((line) => `under "${one.heading}" (${other.heading}): ${line}`);
}

/** What README.zh-CN.md has otherwise than README.md, a line each; nothing where it is up to date. */
function differences(one: string, other: string): readonly string[] {
  const [parts, others] = [partsOf(one), partsOf(other)];
  const outline = (of: readonly Part[]) => of.map(({ level, heading }) => `${'#'.repeat(level)} ${heading}`).join(', ');
  const levels = (of: readonly Part[]) => of.map(({ level }) => level).join();
  return levels(parts) === levels(others)
    ? parts.flatMap((part, index) => partDifferences(part, others[index] ?? part))
    : [`the headings differ. README.md: ${outline(parts)}. README.zh-CN.md: ${outline(others)}`];
}

test('each begins with a link to the other', () => {
  expect([english, chinese].map((text) => text.split('\n', 1)[0])).toEqual([
    'English | [简体中文](README.zh-CN.md)',
    '[English](README.md) | 简体中文',
  ]);
});

describe('code, names and links are those of README.md', () => {
  test('in the same order, under the same headings', () => {
    expect(partsOf(english).flatMap(({ blocks }) => blocks).length).toBeGreaterThan(1);
    expect(partsOf(english).flatMap(({ rows }) => rows).length).toBeGreaterThan(20);
    expect(differences(english, chinese)).toEqual([]);
  });

  const block = /```yaml\n[\s\S]*?```\n/;
  test.each<[string, string | RegExp, string, string]>([
    ['a line of a block', 'steps: 5% for', 'steps: 50% for', 'README.md: "          steps: 5% for'],
    ['a comment of a block', '# to check out', '# 检出', 'README.zh-CN.md: "      contents: read # 检出"'],
    ['the language of a block', '```yaml', '```yml', 'block 2, line 0: README.md: "yaml"'],
    ['a block that is missing', block, '', 'block 2, line 0'],
    ['a block that is new', '## 更多功能', '```sh\nls\n```\n\n## 更多功能', 'block 3, line 0'],
    [
      'a name in a table',
      '| `dry-run` |',
      '| `dryrun` |',
      'README.md: "2 cells: dry-run"; README.zh-CN.md: "2 cells: dryrun"',
    ],
    ['the order of names', '`canary`, `steps` |', '`steps`, `canary` |', 'README.md: "2 cells: canary, steps"'],
    ['a row', /\| `dry-run` .*\n/, '', 'README.zh-CN.md: "2 cells: role-to-assume'],
    ['an item of a list', /^- .*\n/m, '', 'the number of list items, line 0: README.md: "3"; README.zh-CN.md: "2"'],
    ['a heading', '## 更多功能\n', '', 'the headings differ. README.md: # ESA canary deploy'],
    ['a level of headings', '## 更多功能', '### 更多功能', 'the headings differ'],
    ['code in a sentence', '`v1`', '`v2`', '(快速接入): code that only README.md has: v1'],
    ['a link', '(docs/record.md)', '(docs/records.md)', 'a link that only README.zh-CN.md has: docs/records.md'],
    ['a link elsewhere', '[凭证](docs/credentials.md)', '凭证', 'a link that only README.md has: docs/credentials.md'],
    ['an anchor', '#without-keys', '#with-a-key', 'a link that only README.md has: docs/credentials.md#without-keys'],
    ['a picture', 'docs/rollout.png', 'docs/summary.png', 'a link that only README.md has: docs/rollout.png'],
  ])('and another is told by its place: %s', (_what, from, to, message) => {
    const changed = chinese.replace(from, to);
    expect(changed).not.toBe(chinese);
    expect(differences(chinese, changed).join('\n')).toContain(message);
  });
});

/** What a reader sees, a line for each paragraph, item and cell; code stands as a letter. */
const seenOf = (markdown: string) =>
  plain(
    gfmToHtml(markdown)
      .replaceAll(/<pre>[\s\S]*?<\/pre>/g, '')
      .replaceAll(/<code>.*?<\/code>/g, 'x')
      .replaceAll(/<(p|li)>(?!\n)[\s\S]*?<\/\1>/g, (text) => text.replaceAll('\n', '↵'))
      .replaceAll(/<img[^>]* alt="([^"]*)"[^>]*>/g, '\n$1\n'),
  );

const HAN = '\\p{Script=Han}';
/** Mistakes of typesetting, each with what is before and after it. */
const MISTAKES: Readonly<Record<string, RegExp>> = {
  'a space is missing between Chinese and Latin': new RegExp(`${HAN}[A-Za-z0-9]|[A-Za-z0-9]${HAN}`, 'gu'),
  'a comma, stop or bracket is half as wide as it should be': new RegExp(`${HAN}[,.;:!?()]|[,;:!?()]${HAN}`, 'gu'),
  'there is a space beside Chinese punctuation': /[^\n] [，。；：！？、（）“”]|[，；：！？、（）“”] [^\n]/gu,
  'a line ends within a paragraph, which is shown as a space': /↵/g,
  'stars are shown, since punctuation is inside them': /\*\*/g,
};

const mistakes = (markdown: string) =>
  Object.entries(MISTAKES).flatMap(([mistake, pattern]) =>
    [...seenOf(markdown).matchAll(pattern)].map(
      ({ index, input }) => `${mistake}: ${JSON.stringify(input.slice(Math.max(0, index - 8), index + 8))}`,
    ),
  );

describe('its Chinese is set as Chinese', () => {
  test('throughout', () => {
    expect(mistakes(chinese)).toEqual([]);
  });

  test.each([
    ['用 Node20或更高', 'Node20或更高'],
    ['在`x`中', '在x中'],
    ['可以, 但', '可以, 但'],
    ['（可以） 但', '） 但'],
    ['很长的\n一句', '很长的↵一句'],
    ['**现状：**目前', '**'],
  ])('%j is found', (text, found) => {
    expect(mistakes(text).join('\n')).toContain(found);
  });

  test('also beside its picture', () => {
    const alts = all(chinese, /<img[^>]* alt="([^"]*)"/g);
    expect(alts).toHaveLength(all(english, /<img[^>]* alt="([^"]*)"/g).length);
    for (const alt of alts) expect(alt).toMatch(new RegExp(`^${HAN}`, 'u'));
  });
});
