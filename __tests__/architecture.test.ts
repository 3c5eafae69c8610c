import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

/** The linter itself is asked, about planted files, so that a rule that holds nothing shows. */
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
afterAll(() => rmSync(folder, { recursive: true }));

function isRefused(path: string, imported: string): boolean {
  const { vcs: _, $schema: __, ...config } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `import * as it from '${imported}';\n\nexport const use = it;\n`);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', path], { cwd: folder, encoding: 'utf8' });
  expect(stdout + stderr).toContain('Checked 1 file');
  return /noRestrictedImports|noNodejsModules/.test(stdout + stderr);
}

test.each([
  ['src/rollout/new.ts', '../inputs.js'],
  ['src/rollout/new.ts', '../esa/service.js'],
  ['src/rollout/new.ts', 'zod/mini'],
  ['src/rollout/new.ts', 'node:fs'],
  ['src/execute.ts', '@actions/core'],
  ['src/inputs.ts', '@actions/core'],
  ['src/esa/new.ts', '@actions/core'],
  ['src/execute.ts', '@alicloud/openapi-client'],
  ['src/main.ts', '@alicloud/tea-util'],
  ['src/esa/new.ts', '@alicloud/openapi-client'],
  ['src/credentials/new.ts', '@alicloud/credentials'],
  ['src/credentials/new.ts', '@actions/core'],
  ['src/credentials/new.ts', '../esa/advice.js'],
  ['src/credentials/new.ts', '../github/id-token.js'],
  ['src/alibaba/new.ts', '../esa/answers.js'],
  ['src/alibaba/new.ts', '../credentials/source.js'],
  ['src/alibaba/new.ts', '../github/id-token.js'],
])('%s may not import %s', (path, imported) => {
  expect(isRefused(path, imported)).toBe(true);
});

test.each([
  ['src/rollout/new.ts', './split.js'],
  ['src/github/new.ts', '@actions/core'],
  ['src/alibaba/new.ts', '@alicloud/openapi-client'],
  ['src/credentials/new.ts', '../alibaba/call.js'],
  ['src/esa/new.ts', '../rollout/model.js'],
])('%s may import %s', (path, imported) => {
  expect(isRefused(path, imported)).toBe(false);
});
