import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** Writes the tables of README.md from action.yml, between markers; with --check it only says whether they agree. */
interface Entry {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, Entry>>;
  readonly outputs: Readonly<Record<string, Entry>>;
}

const root = resolve(import.meta.dirname, '../..');

/** A table cell: one line, and no bar that would end it. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
}

function described(kind: string, name: string, entry: Entry): string {
  if ((entry.description ?? '').trim() === '') throw new Error(`${kind} "${name}" of action.yml has no description`);
  return cell(entry.description ?? '');
}

function inputsTable({ inputs }: Action): string {
  const rows = Object.entries(inputs).map(([name, entry]) => {
    const fallback = entry.required ? 'required' : entry.default === undefined ? '' : `\`${entry.default}\``;
    return `| \`${name}\` | ${fallback} | ${described('input', name, entry)} |`;
  });
  return ['| input | default | meaning |', '| :-- | :-- | :-- |', ...rows].join('\n');
}

function outputsTable({ outputs }: Action): string {
  const rows = Object.entries(outputs).map(([name, entry]) => `| \`${name}\` | ${described('output', name, entry)} |`);
  return ['| output | meaning |', '| :-- | :-- |', ...rows].join('\n');
}

function between(text: string, name: string, content: string): string {
  const [from, to] = [`<!-- ${name}: made from action.yml by "npm run docs" -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`README.md lacks the markers of "${name}"`);
  return `${text.slice(0, start + from.length)}\n${content}\n${text.slice(end)}`;
}

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const wanted = between(between(readme, 'inputs', inputsTable(action)), 'outputs', outputsTable(action));

if (wanted === readme) {
  console.log('README.md says what action.yml says');
} else if (process.argv.includes('--check')) {
  console.error('README.md is not what action.yml says: run "npm run docs" and commit it');
  process.exitCode = 1;
} else {
  writeFileSync(join(root, 'README.md'), wanted);
  console.log('README.md was brought up to action.yml');
}
