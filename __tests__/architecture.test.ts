import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.c?ts$/.test(path),
);

/** A folder, or the file where it stands in none; the core counts as one. */
const roomOf = (path: string) => path.split('/')[0]?.replace(/\.c?ts$/, '') ?? '';

/** What a source imports: paths below src/ as they are, packages by their names. */
function importsOf(path: string): string[] {
  const code = readFileSync(join(root, 'src', path), 'utf8');
  const named = [...code.matchAll(/(?:\bfrom |\bimport\(|\brequire\(|^import )'([^']+)'/gm)].map(
    ([, name = '']) => name,
  );
  return named.map((name) =>
    name.startsWith('.') ? relative(join(root, 'src'), resolve(root, 'src', dirname(path), name)) : name,
  );
}

/** Packages by the name under which they are installed: `zod/mini` is zod. */
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
const isPackage = (name: string) => !name.startsWith('node:') && !sources.includes(name.replace(/\.js$/, '.ts'));

describe('the picture of the rooms', () => {
  const EVERYBODY = ['rollout', 'ports'];
  const picture = /```mermaid\nflowchart TD\n(.*?)```/s.exec(text)?.[1] ?? '';
  const drawn = [...picture.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} --> ${to}`);
  const found = new Set(
    sources.flatMap((path) =>
      importsOf(path)
        .filter((name) => !name.startsWith('node:') && !isPackage(name))
        .map((name) => [roomOf(path), roomOf(name.replace(/\.js$/, '.ts'))] as const)
        .filter(([from, to]) => from !== to && !EVERYBODY.includes(to))
        .map(([from, to]) => `${from} --> ${to}`),
    ),
  );

  test('has an arrow for every import, and no arrow without one', () => {
    expect(drawn.toSorted()).toEqual([...found].toSorted());
  });

  test('is faint where others lead to the same room, and nowhere else', () => {
    const arrows = drawn.map((arrow) => arrow.split(' --> ') as [string, string]);
    const leadsTo = (from: string, to: string): boolean =>
      arrows.some(([one, next]) => one === from && (next === to || leadsTo(next, to)));
    const isShortcut = ([from, to]: [string, string]) =>
      arrows.some(([one, next]) => one === from && next !== to && leadsTo(next, to));
    const [, faint = ''] = /^ {2}linkStyle ([\d,]+) stroke-opacity/m.exec(picture) ?? [];
    expect(faint.split(',').map((index) => drawn[Number(index)])).toEqual(
      arrows.filter(isShortcut).map((arrow) => arrow.join(' --> ')),
    );
  });

  test('leads from the entries downwards: no room is reached from itself', () => {
    const next = (room: string) =>
      drawn.filter((arrow) => arrow.startsWith(`${room} -->`)).map((one) => one.split(' --> ')[1] ?? '');
    const reached = (room: string, seen: readonly string[] = []): string[] =>
      next(room).flatMap((to) => (seen.includes(to) ? [to] : [to, ...reached(to, [...seen, to])]));
    for (const room of new Set(sources.map(roomOf))) expect(reached(room)).not.toContain(room);
  });

  test('the core imports nothing but itself, and its decisions nothing of the report', () => {
    for (const path of sources.filter((one) => one.startsWith('rollout/'))) {
      for (const name of importsOf(path)) {
        expect(name).toMatch(/^rollout\//);
        if (!path.startsWith('rollout/report/')) expect(name).not.toMatch(/^rollout\/report\//);
        if (!/\/(?:decide|report)\//.test(path)) expect(name).not.toMatch(/^rollout\/decide\//);
        if (path.split('/').length === 2) expect(name).not.toMatch(/^rollout\/judge\//);
      }
    }
  });

  test('every package has the rooms that the table names', () => {
    const rows = [...text.matchAll(/^\| `([^`]+)`(?:, `([^`]+)`)? \| [^|]+ \| ([^|]*) \|$/gm)];
    const allowed = rows.flatMap(([, one, other, packages = '']) =>
      [one ?? '', ...(other === undefined ? [] : [other])].flatMap((room) =>
        [...packages.matchAll(/`([^`]+)`/g)].map(([, name]) => `${roomOf(room.replace(/\/$/, ''))}: ${name}`),
      ),
    );
    const used = sources.flatMap((path) =>
      importsOf(path)
        .filter(isPackage)
        .map((name) => `${roomOf(path)}: ${name.startsWith('@alicloud/') ? '@alicloud/*' : packageOf(name)}`),
    );
    expect([...new Set(used)].toSorted()).toEqual([...new Set(allowed)].toSorted());
  });
});

test('every file that it names is there', () => {
  const named = [...text.matchAll(/`((?:src|__tests__|scripts|emulator|examples|docs)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );
  for (const path of named)
    expect(readdirSync(dirname(join(root, path)))).toContain(path.replace(/\/$/, '').split('/').at(-1));
});

/**
 * The linter itself is asked, about planted files, so that a rule that holds nothing shows: it tells while one writes.
 */
describe('the linter', () => {
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
    ['src/rollout/new.ts', '../inputs/table.js'],
    ['src/rollout/new.ts', './decide/plan.js'],
    ['src/rollout/new.ts', 'zod/mini'],
    ['src/rollout/new.ts', 'node:fs'],
    ['src/rollout/judge/new.ts', '../decide/state.js'],
    ['src/rollout/upload/new.ts', '../decide/state.js'],
    ['src/rollout/upload/new.ts', 'node:crypto'],
    ['src/code/new.ts', '../esa/upload.js'],
    ['src/code/new.ts', '../inputs/mistakes.js'],
    ['src/code/new.ts', '@alicloud/openapi-client'],
    ['src/rollout/decide/new.ts', '../../esa/service.js'],
    ['src/rollout/decide/new.ts', '../report/outputs.js'],
    ['src/rollout/report/new.ts', '../../github/log.js'],
    ['src/execute.ts', '@actions/core'],
    ['src/inputs/new.ts', '@actions/core'],
    ['src/esa/new.ts', '@actions/core'],
    ['src/alibaba/new.ts', '@actions/core'],
    ['src/execute.ts', '@alicloud/openapi-client'],
    ['src/esa/new.ts', '@alicloud/openapi-client'],
    ['src/credentials/new.ts', '@alicloud/credentials'],
    ['src/credentials/new.ts', '@actions/core'],
    ['src/credentials/new.ts', '../esa/advice.js'],
    ['src/credentials/new.ts', '../github/id-token.js'],
    ['src/alibaba/new.ts', '../esa/answers.js'],
    ['src/alibaba/new.ts', '../credentials/source.js'],
    ['src/alibaba/new.ts', '../github/id-token.js'],
    ['src/github/new.ts', '@alicloud/tea-util'],
  ])('%s may not import %s', (path, imported) => {
    expect(isRefused(path, imported)).toBe(true);
  });

  test.each([
    ['src/rollout/new.ts', './split.js'],
    ['src/rollout/decide/new.ts', '../split.js'],
    ['src/rollout/decide/new.ts', '../judge/verdict.js'],
    ['src/rollout/report/new.ts', '../decide/plan.js'],
    ['src/github/new.ts', '@actions/core'],
    ['src/alibaba/new.ts', '@alicloud/openapi-client'],
    ['src/credentials/new.ts', '../alibaba/call.js'],
    ['src/esa/new.ts', '../rollout/model.js'],
    ['src/rollout/upload/new.ts', '../model.js'],
    ['src/code/new.ts', '../ports.js'],
    ['src/code/new.ts', '../rollout/upload/asset-names.js'],
  ])('%s may import %s', (path, imported) => {
    expect(isRefused(path, imported)).toBe(false);
  });
});
