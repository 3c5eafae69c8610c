import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { unescaped } from '../../scripts/rendering/gfm.js';

const root = resolve(import.meta.dirname, '../../..');
const markdownIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** What users read: the README, which may be there in several languages, and the pages of docs/; paths from the root. */
export const documents: readonly string[] = [
  ...markdownIn('.').filter((path) => path.startsWith('README.')),
  ...markdownIn('docs'),
];

/** Those and what contributors read. */
export const allDocuments: readonly string[] = [
  ...new Set([...markdownIn('.'), ...markdownIn('.github'), ...documents, ...markdownIn('docs/adr')]),
];

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What a reader sees of HTML, without its tags. */
export const plain = (html: string): string => unescaped(html.replaceAll(/<[^>]*>/g, ''));

/** The blocks of these documents in a language, each to the letter. */
export const blocks = (language: string, paths = documents): readonly string[] =>
  paths.flatMap((path) =>
    [...textOf(path).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
      .filter(([, found]) => found === language)
      .map(([, , text = '']) => text),
  );

/** What docs/gates.md gives to `gate-command`, by the program that this asks first. */
export const gateCommand = (program: string): string =>
  blocks('yaml')
    .flatMap((text) => (text.startsWith('gate-command:') ? [parse(text) as { readonly 'gate-command': string }] : []))
    .map((inputs) => inputs['gate-command'])
    .find((command) => command.startsWith(program)) ?? '';

/** Whether the programs that the examples need are missing here; CI has to have them. */
export const lacksTools =
  process.env['CI'] === undefined &&
  ['curl', 'jq'].some((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
