import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { blocks, textOf } from './support/documents.js';

const root = resolve(import.meta.dirname, '../..');
const readme = textOf('README.md');

test('fits one reading', () => {
  expect(readme.trim().split(/\s+/).length).toBeLessThan(1_200);
});

test('shows one workflow, which is an example to the letter', () => {
  const workflows = blocks('yaml', ['README.md']);
  const example = textOf('examples/build-and-rollout.yml');
  expect(workflows).toEqual([example.slice(example.search(/^name:/m))]);
});

test('marks the answers by the header that this workflow looks at', () => {
  const [, header = 'none'] = /response\.headers\.set\('([\w-]+)', '__ESA_CANARY_MARK__'\)/.exec(readme) ?? [];
  expect(readme).toContain(`gate-version-header: ${header} `);
});

describe('its commands', () => {
  const shown = blocks('sh', ['README.md']).join('\n');
  const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

  test('are scripts of package.json that need no install', () => {
    const named = [...shown.matchAll(/^npm run ([\w:]+)/gm)].map(([, name = '']) => scripts[name] ?? `no ${name}`);
    expect(named.length).toBeGreaterThan(1);
    for (const script of named) expect(script).toMatch(/^node dist\/dev\/\w+\.cjs$/);
  });

  test('for the tests is the one that lands a change', () => {
    expect(readme).toMatch(/^- `npm cit` .*every test$/m);
    expect(textOf('.ci/run')).toMatch(/^npm cit$/m);
  });

  test('run workflows that are there', () => {
    const named = [...shown.matchAll(/examples\/[\w.-]+/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test.each(['input', 'output'] as const)('the table of %ss names only what action.yml has', (kind) => {
  const declared = (parse(textOf('action.yml')) as Readonly<Record<string, object>>)[`${kind}s`] ?? {};
  const [, table = ''] = new RegExp(`^\\| ${kind} \\|.*\\n\\| :-.*\\n((?:\\|.*\\n)+)`, 'm').exec(readme) ?? [];
  const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)]);
  expect(named.length).toBeGreaterThan(2);
  expect(Object.keys(declared)).toEqual(expect.arrayContaining(named.map(([, name]) => name)));
});
