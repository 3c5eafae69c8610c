import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMap, isScalar, parse, parseDocument } from 'yaml';
import { CONFIRMED } from '../contract/confirmed.js';
import { FACTS } from '../contract/facts.js';
import { GROUPS, REST_OF_CHAIN } from '../src/credentials/source.js';
import { OUTCOMES } from '../src/rollout/outcome.js';

/** Writes the tables in docs/ that come from action.yml and the code, between markers; with --check it only compares. */
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

/** The comment above an entry of action.yml that begins a group, by the name of that entry. */
function groupsOf(kind: 'inputs' | 'outputs', text: string): ReadonlyMap<string, string> {
  const map = parseDocument(text).get(kind);
  if (!isMap(map)) throw new Error(`action.yml has no ${kind}`);
  const titles = map.items.map(({ key }, index) => {
    const own = isScalar(key) ? key.commentBefore : undefined;
    return [String(key), cell(own ?? (index === 0 ? map.commentBefore : undefined) ?? '')] as const;
  });
  return new Map(titles.filter(([, title]) => title !== ''));
}

function inputsTable({ inputs }: Action): string {
  const groups = groupsOf('inputs', actionText);
  const rows = Object.entries(inputs).flatMap(([name, entry]) => {
    const fallback = entry.required ? 'required' : entry.default === undefined ? '' : `\`${entry.default}\``;
    const row = `| \`${name}\` | ${fallback} | ${described('input', name, entry)} |`;
    return groups.has(name) ? [`| **${groups.get(name)}** | | |`, row] : [row];
  });
  return ['| input | default | meaning |', '| :-- | :-- | :-- |', ...rows].join('\n');
}

function outputsTable({ outputs }: Action): string {
  const groups = groupsOf('outputs', actionText);
  const rows = Object.entries(outputs).flatMap(([name, entry]) => {
    const row = `| \`${name}\` | ${described('output', name, entry)} |`;
    return groups.has(name) ? [`| **${groups.get(name)}** | |`, row] : [row];
  });
  return ['| output | meaning |', '| :-- | :-- |', ...rows].join('\n');
}

function outcomesTable(): string {
  const changed = { yes: 'true', no: 'false', either: 'either' };
  const rows = Object.entries(OUTCOMES).map(
    ([name, row]) => `| \`${name}\` | ${row.exit} | ${changed[row.changed]} | ${row.done} | ${cell(row.when)} |`,
  );
  const header = ['| outcome | exit | `changed` | `done` | when |', '| :-- | --: | :-- | :-- | :-- |'];
  return [...header, ...rows].join('\n');
}

/** The order in which credentials are looked for. */
function credentialsTable(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const groups = GROUPS.map(({ title, names, optional, note }) => {
    const also = optional.length === 0 ? '' : `, and ${code(optional)} where there is one`;
    return [title, `${code(names)}${also}`, note] as const;
  });
  const chain = REST_OF_CHAIN.map(([title, where, note]) => [title, where, note] as const);
  const rows = [...groups, ...chain].map(
    ([title, where, note], index) => `| ${index + 1} | ${cell(title)} | ${cell(where)} | ${cell(note)} |`,
  );
  return ['| | source | given by | |', '| --: | :-- | :-- | :-- |', ...rows].join('\n');
}

/** What is assumed of the service, where it bites, and who has confirmed it. */
function factsTable(): string {
  const rows = FACTS.map(({ id, question, assumed, otherwise, bites }) => {
    const seen = CONFIRMED.filter(({ fact }) => fact === id).map(
      ({ result, by, day }) => `${result}, by ${by} on ${day}`,
    );
    const files = bites.map((path) => `\`${path}\``).join(', ');
    const confirmed = seen.length === 0 ? 'nobody yet' : seen.join('; ');
    return `| \`${id}\` | ${[question, assumed, otherwise, files, confirmed].map(cell).join(' | ')} |`;
  });
  const header = '| fact | question | assumed | otherwise | bites in | confirmed by |';
  return [header, '| :-- | :-- | :-- | :-- | :-- | :-- |', ...rows].join('\n');
}

function between(text: string, name: string, source: string, content: string): string {
  const [from, to] = [`<!-- ${name}: made from ${source} by "npm run docs" -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`the markers of "${name}" are missing`);
  return `${text.slice(0, start + from.length)}\n${content}\n${text.slice(end)}`;
}

const actionText = readFileSync(join(root, 'action.yml'), 'utf8');
const action = parse(actionText) as Action;
const documents = {
  'docs/inputs.md': [
    ['inputs', 'action.yml', inputsTable(action)],
    ['outputs', 'action.yml', outputsTable(action)],
  ],
  'docs/outcomes.md': [['outcomes', 'src/rollout/outcome.ts', outcomesTable()]],
  'docs/credentials.md': [['credentials', 'src/credentials/source.ts', credentialsTable()]],
  'docs/facts.md': [['facts', 'contract/facts.ts', factsTable()]],
} as const;

for (const [path, tables] of Object.entries(documents)) {
  const found = readFileSync(join(root, path), 'utf8');
  const wanted = tables.reduce((text, [name, source, table]) => between(text, name, source, table), found);
  if (wanted === found) {
    console.log(`${path} says what action.yml and the code say`);
  } else if (process.argv.includes('--check')) {
    console.error(`${path} is not what action.yml and the code say: run "npm run docs" and commit it`);
    process.exitCode = 1;
  } else {
    writeFileSync(join(root, path), wanted);
    console.log(`${path} was brought up to date`);
  }
}
