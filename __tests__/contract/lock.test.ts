import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { takeLock } from '../../contract/lock.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lockFile = () => `${path}.lock`;
const module = resolve(import.meta.dirname, '../../contract/lock.js');

/** Takes the lock, says whether it has it, and lives on. */
async function other(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const script = `
    import { takeLock } from ${JSON.stringify(module)};
    try { takeLock(${JSON.stringify(path)}); console.log('held'); } catch (error) { console.log(error.message, error.advice); }
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [said] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, said };
}

async function killed({ child }: { readonly child: ChildProcess }): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

test('one at a time; once it is given back another has it', () => {
  const lock = takeLock(path);
  expect(() => takeLock(path)).toThrow(/^Another run of this check is under way \(process \d+ on /);
  lock.release();
  expect(existsSync(lockFile())).toBe(false);
  takeLock(path).release();
});

test('of another process too, while that lives; what a killed one has left is taken over', async () => {
  const first = await other();
  expect(first.said).toBe('held');
  expect(() => takeLock(path)).toThrow(new RegExp(`process ${first.child.pid} on`));
  const second = await other();
  expect(second.said).toContain(`delete ${lockFile()}`);
  await killed(first);
  const lock = takeLock(path);
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
  lock.release();
  await killed(second);
});

test('of many that find what a killed run has left, one has it', async () => {
  await killed(await other());
  const all = await Promise.all(Array.from({ length: 6 }, other));
  expect(all.filter(({ said }) => said === 'held')).toHaveLength(1);
  await Promise.all(all.map(killed));
});

const holder = (given: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), began: '', since: '2026-11-26T00:00:00Z', ...given });
const old = () => utimesSync(lockFile(), new Date(0), new Date(0));

test.each([
  ['a process of that number which began at another time', holder({ began: '1' }), 'new'],
  ['half of a lock that is old', '{"pid":', 'old'],
  ['nothing in it, and it is old', '', 'old'],
  ['another machine, long ago', holder({ host: 'elsewhere' }), 'old'],
] as const)('taken over: %s', (_, text, age) => {
  writeFileSync(lockFile(), text);
  if (age === 'old') old();
  takeLock(path).release();
  expect(existsSync(lockFile())).toBe(false);
});

test.each([
  ['another machine, just now', holder({ host: 'elsewhere' })],
  ['half of a lock that is being written', '{"pid":'],
] as const)('left alone: %s', (_, text) => {
  writeFileSync(lockFile(), text);
  expect(() => takeLock(path)).toThrow(/is under way/);
  expect(readFileSync(lockFile(), 'utf8')).toBe(text);
});
