import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Clock, clockIn } from '../../scripts/engine/clock.js';
import { root } from '../support/workflows/engine.js';

const MINUTE = 60_000;
/** In ms: a timer that is a second and a half late, at that speed. */
const SLACK = 15 * MINUTE;
let [folder, clock]: [string, Clock | undefined] = ['', undefined];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clock-'));
  clock = clockIn(join(folder, 'clock'), join(root, 'scripts/engine/short-pauses.cjs'), 600);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** In ms, to the second. */
const ahead = () => Math.round(((clock?.now() ?? 0) - Date.now()) / 1_000) * 1_000 + 0;

interface Pausing {
  /** Its clock at its start. */
  readonly began: Promise<number>;
  /** Lets it pause, and end. */
  readonly go: () => Promise<unknown>;
}

function pausing(minutes: number): Pausing {
  const script = `console.log(Date.now());
    process.stdin.once('data', () => require('node:timers/promises').setTimeout(${minutes * MINUTE}).then(process.exit));`;
  const child = spawn(process.execPath, ['-e', script], { env: { ...process.env, ...clock?.env } });
  const began = once(child.stdout, 'data').then(([text]) => Number(text));
  const go = () => {
    child.stdin.end('go');
    return once(child, 'close');
  };
  return { began, go };
}

async function pause(minutes: number): Promise<number> {
  const { began, go } = pausing(minutes);
  const at = await began;
  await go();
  return at;
}

function expectAhead(minutes: number): void {
  expect(ahead()).toBeGreaterThan((minutes - 1) * MINUTE);
  expect(ahead()).toBeLessThan(minutes * MINUTE + SLACK);
}

test('the engine is as far as whoever paused', async () => {
  expect(ahead()).toBe(0);
  await pause(30);
  expectAhead(30);
});

test('the next process begins there, and what the engine is set ahead counts', async () => {
  await pause(30);
  clock?.advance(60 * MINUTE);
  const began = Date.now();
  expect((await pause(10)) - began).toBeGreaterThan(89 * MINUTE);
  expectAhead(100);
});

test('pauses at the same time pass once', async () => {
  const all = [30, 30, 20].map(pausing);
  await Promise.all(all.map(({ began }) => began));
  await Promise.all(all.map(({ go }) => go()));
  expectAhead(30);
});
