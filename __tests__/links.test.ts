import { existsSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import GithubSlugger from 'github-slugger';
import { gfmToHtml } from '../scripts/rendering/gfm.js';
import { allDocuments, documents, plain, textOf } from './support/documents.js';

const root = resolve(import.meta.dirname, '../..');

/** The text of each heading of a level, or of all. */
const headings = (html: string, level = '[1-6]') =>
  [...html.matchAll(new RegExp(`<h(${level})[^>]*>([\\s\\S]*?)</h\\1>`, 'g'))].map(([, , text = '']) => plain(text));

/** What a link may name in a document: a heading by GitHub's rule, or an anchor that is written out. */
function anchorsOf(markdown: string): readonly string[] {
  const html = gfmToHtml(markdown);
  const slugger = new GithubSlugger();
  const written = [...html.matchAll(/<\w+[^>]*? (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id);
  return [...headings(html).map((text) => slugger.slug(text)), ...written];
}

interface Link {
  readonly text: string;
  readonly to: string;
}

/** Those within the repository. */
const linksOf = (markdown: string): readonly Link[] =>
  [...gfmToHtml(markdown).matchAll(/<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"[^>]*>([^<]*)/g)]
    .map(([, to = '', text = '']) => ({ to: plain(to), text }))
    .filter(({ to }) => !/^(?:https?|mailto):/.test(to));

/** Why a link of a document leads nowhere; undefined where it does not. */
function brokenBy(path: string, { to }: Link): string | undefined {
  const [file = '', anchor] = to.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), decodeURIComponent(file)));
  if (target.startsWith('..') || !existsSync(join(root, target))) return `${to}: there is no ${target}`;
  if (anchor === undefined || anchorsOf(textOf(target)).includes(decodeURIComponent(anchor))) return undefined;
  return `${to}: ${target} has no such heading`;
}

test.each(allDocuments)('every link of %s leads somewhere', (path) => {
  expect(linksOf(textOf(path)).flatMap((link) => brokenBy(path, link) ?? [])).toEqual([]);
});

test('there are links to check, and a wrong one is found', () => {
  expect(linksOf(textOf('README.md')).length).toBeGreaterThan(15);
  const found = linksOf(
    '# A `b` & c\n[1](#a-b--c) [2](#a-b) [3](docs/none.md) [4](docs/README.md#none) ![5](docs/rollout.png)',
  );
  expect(found.map((link) => brokenBy('README.md', link)?.replace(/:.*/, ''))).toEqual([
    '#a-b--c',
    '#a-b',
    'docs/none.md',
    'docs/README.md#none',
    undefined,
  ]);
  expect(anchorsOf('# A `b` & c\n## Same\n## Same\n<a id="here"></a>')).toEqual(['a-b--c', 'same', 'same-1', 'here']);
});

describe('the pages of docs/', () => {
  const pages = documents.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');

  test('are all in its index', () => {
    const listed = linksOf(textOf('docs/README.md')).map(({ to }) => `docs/${to}`);
    expect(listed).toEqual(expect.arrayContaining(pages));
  });

  test.each(pages)('%s says what it is for, and has a table of contents where it is long', (path) => {
    const text = textOf(path);
    const html = gfmToHtml(text);
    const sections = headings(html, '2');
    const [first = ''] = html.split('<h2');
    expect(first).toMatch(/^<h1>[^<]+<\/h1>\s*<p>/);
    const contents = linksOf(text.split(/^## /m)[0] ?? '').filter(({ to }) => to.startsWith('#'));
    const isLong = text.split(/\s+/).length > 500 && sections.length > 3;
    const named = contents.map((link) => link.text).filter((name) => sections.includes(name));
    if (isLong || contents.length > 0) expect(named).toEqual(sections);
  });
});
