import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { isAssumed } from '../../contract/assumed.js';
import { CHECKS } from '../../contract/checks/checks.js';
import { FACTS } from '../../contract/facts.js';
import { FACT_QUIRKS } from '../../emulator/facts.js';
import { defaultQuirks, type Quirks } from '../../emulator/quirks.js';

const root = resolve(import.meta.dirname, '../../..');
const document = readFileSync(join(root, 'docs/facts.md'), 'utf8');

test('docs/facts.md lists every fact, what is assumed, where it bites and who has confirmed it', () => {
  const rows = [...document.matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map(
    ([, id = '', rest = '']) => [id, rest] as const,
  );
  expect(rows.map(([id]) => id)).toEqual(FACTS.map(({ id }) => id));
  for (const { id, assumed, otherwise, bites } of FACTS) {
    const row = rows.find(([name]) => name === id)?.[1] ?? '';
    for (const text of [assumed, otherwise, ...bites]) expect(row).toContain(text);
    expect(row).toMatch(/\| (?:nobody yet|\S.* on \d{4}-\d{2}-\d{2})$/);
  }
});

test('each fact names sources that there are', () => {
  const bites: readonly string[] = FACTS.flatMap((fact) => fact.bites);
  expect(bites.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('each fact is told by one check, and each quirk of a report by one fact', () => {
  expect(CHECKS.flatMap(({ facts }) => facts).toSorted()).toEqual(FACTS.map(({ id }) => id).toSorted());
  expect(FACTS.flatMap(({ quirks }) => quirks).toSorted()).toEqual(Object.keys(FACT_QUIRKS).toSorted());
});

test('the emulator answers as is assumed, but for the header that its tests go by', () => {
  const names = FACTS.flatMap((fact): readonly (keyof Quirks)[] => fact.quirks);
  expect(names.filter((name) => !isAssumed(name, defaultQuirks[name]))).toEqual(['versionHeader']);
});

test('there is an issue form of the name that docs/facts.md gives', () => {
  const [, name = ''] = /issue form "([^"]+)"/.exec(document.replace(/\n/g, ' ')) ?? [];
  const form = readFileSync(join(root, '.github/ISSUE_TEMPLATE/contract-report.yml'), 'utf8');
  expect(form).toContain(`name: ${name}\n`);
  for (const file of ['contract-report.md', 'contract-report.json']) expect(form).toContain(`label: ${file}\n`);
});
