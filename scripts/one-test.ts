import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Runs one test by the path of its source: compiled first, and with a new bundle where it starts the bundle. Node runs
 * this file as it is, so it imports nothing that is compiled.
 */
const USAGE = 'one-test.ts [--watch] FILE [what Jest takes, such as -t "part of a name"]';
const BUNDLED = ['src', 'contract', 'emulator', 'scripts', 'package-lock.json', 'tsconfig.json'];
const STAMP = 'build/bundled.sha256';

/**
 * The test of a file, or of each file of a folder: a test is its own, and a source has the one that mirrors it. Paths
 * are relative to `root`. Undefined where there is none.
 */
export function testOf(root: string, given: string): string | undefined {
  const path = relative(root, resolve(root, given))
    .replace(/^build\//, '')
    .replace(/\.js$/, '.ts');
  const mirrored = /^(?:contract|emulator)\//.test(path) ? `__tests__/${path}` : path.replace(/^src\//, '__tests__/');
  const test = /\.test\.ts$|^__tests__\/.*(?<!\.ts)$|^__tests__$/.test(mirrored)
    ? mirrored
    : mirrored.replace(/\.ts$/, '.test.ts');
  return test.startsWith('__tests__') && existsSync(join(root, test)) ? test : undefined;
}

/** What Jest runs of a test: tsc wrote it to the same place under build/. */
export function compiled(test: string): string {
  return `build/${test.replace(/\.ts$/, '.js')}`;
}

/** A test needs the bundle when it, or what it imports of the tests' own code, names a file in dist/. */
export function needsBundle(root: string, test: string): boolean {
  const todo = filesIn(join(root, test));
  const seen = new Set(todo);
  for (const file of todo) {
    const text = readFileSync(file, 'utf8');
    if (/['"`/]dist\b/.test(text)) return true;
    for (const [, imported = ''] of text.matchAll(/ from '(\.[^']+)\.js'/g)) {
      const next = resolve(dirname(file), `${imported}.ts`);
      if (seen.has(next) || !next.startsWith(join(root, '__tests__'))) continue;
      seen.add(next);
      todo.push(next);
    }
  }
  return false;
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/**
 * Of all that the bundle is made from, and of what it was made to: a bundle of another branch is no bundle of this one.
 */
function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const path of [...BUNDLED, 'dist'].filter((name) => existsSync(join(root, name))))
    for (const file of filesIn(join(root, path))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

const succeeds = (command: string, given: readonly string[]) =>
  spawnSync(command, given, { stdio: 'inherit' }).status === 0;

function bundleIfStale(root: string): boolean {
  const stamp = join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root)) return true;
  if (!succeeds(process.execPath, [join(root, 'build/scripts/bundle.js')])) return false;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint(root));
  return true;
}

function runs(root: string, test: string, more: readonly string[]): boolean {
  if (needsBundle(root, test) && !bundleIfStale(root)) return false;
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return succeeds(process.execPath, [...flags, jest, compiled(test), ...more]);
}

/** Once after each compilation that found no mistake; tsc says both, and Ctrl-C ends both. */
function watch(root: string, test: string, more: readonly string[]): void {
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '--watch', '--preserveWatchOutput', '--pretty'];
  const child = spawn(process.execPath, tsc, { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.trim() !== '') console.log(line);
    if (/\bFound 0 errors\b/.test(line)) runs(root, test, more);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
}

function main(given: readonly string[]): void {
  const root = resolve(import.meta.dirname, '..');
  const isWatching = given[0] === '--watch';
  const [file, ...more] = isWatching ? given.slice(1) : given;
  const test = file === undefined ? undefined : testOf(root, file);
  if (test === undefined) {
    console.error(file === undefined ? `usage: ${USAGE}` : `${file} is no test, and no test mirrors it.`);
    process.exitCode = 2;
  } else if (isWatching) watch(root, test, more);
  else if (!succeeds(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')]) || !runs(root, test, more))
    process.exitCode = 1;
}

// Only where Node was asked for this file; a test imports it.
if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
