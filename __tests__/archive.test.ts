import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { node24 } from './support/action/stage.js';

/**
 * What a runner downloads of the commit that is checked out here: the archive of a ref, without what .gitattributes
 * leaves out.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(folder, { recursive: true }));
execFileSync('tar', ['-x', '-C', folder], {
  input: execFileSync('git', ['archive', '--format=tar', 'HEAD'], { cwd: root, maxBuffer: 64 * 1024 * 1024 }),
});

const runs = (file: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync(node24, [join(folder, file)], { cwd: folder, env, encoding: 'utf8' });

test('it holds what runs, its licence and its documents, and nothing else', () => {
  expect(readdirSync(folder).sort()).toEqual(['LICENSE', 'README.md', 'SECURITY.md', 'action.yml', 'dist']);
  const committed = execFileSync('git', ['ls-tree', '-r', '--name-only', 'HEAD', 'dist'], {
    cwd: root,
    encoding: 'utf8',
  });
  const expected = committed
    .trim()
    .split('\n')
    .filter((path) => !path.startsWith('dist/dev/'));
  const found = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(found).toHaveLength(expected.length);
  expect(expected.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
});

test('action.yml finds its entries in it', () => {
  const { runs: entries } = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as { runs: Record<string, string> };
  expect([entries['main'], entries['post']].map((path) => existsSync(join(folder, path ?? '')))).toEqual([true, true]);
});

test('the step runs in it: without inputs it says what is missing', () => {
  const { status, stdout, stderr } = runs('dist/main.cjs');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^::error title=.*wrong::Input "routine": nothing is given/m);
  expect(status).toBe(1);
});

test('the post step runs in it, with something to do and without', () => {
  expect(runs('dist/post.cjs')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  const { status, stdout, stderr } = runs('dist/post.cjs', { STATE_evidence: '{}', STATE_stable: '1' });
  expect(stderr).toBe('');
  expect(stdout).toContain('versions: 1=100');
  expect(status).toBe(1);
});

test('no file of it asks for a package', () => {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.cjs'),
  );
  expect(files.length).toBeGreaterThan(3);
  const builtin = new Set(process.getBuiltinModule('node:module').builtinModules);
  const asked = files.flatMap((name) =>
    [...readFileSync(join(folder, 'dist', name), 'utf8').matchAll(/\brequire\(["']([^"'.][^"']*)["']\)/g)].map(
      ([, module = '']) => `${name}: ${module}`,
    ),
  );
  expect(asked.filter((line) => !builtin.has(line.replace(/^.*: (?:node:)?/, '')))).toEqual([]);
});
