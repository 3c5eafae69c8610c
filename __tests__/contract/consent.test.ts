import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { contractWorld } from '../support/contract/virtual-run.js';

/** Of util-linux: it gives a program a terminal. */
const SCRIPT = '/usr/bin/script';
const onTerminal = process.platform === 'linux' && existsSync(SCRIPT) ? test.each : test.skip.each;

const entry = resolve(import.meta.dirname, '../../contract/main.js');

/** What the program says and ends with where that is typed once it asks. */
async function typed(keys: string) {
  const folder = mkdtempSync(join(tmpdir(), 'consent-'));
  await using emulator = await startEmulator({ world: contractWorld() });
  const args = ['--routine', 'hello', '--endpoint', emulator.api, '--only', 'redeploy'];
  const places = ['--out', folder, '--state', join(folder, 'state.json')];
  const command = [process.execPath, entry, ...args, ...places].map((text) => `'${text}'`).join(' ');
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'emulator-key-id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'emulator-key-secret',
    },
  });
  let said = '';
  let isTyped = false;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (isTyped || !said.includes('to go on: ')) return;
    isTyped = true;
    child.stdin.write(keys);
  });
  const [code] = (await once(child, 'close')) as [number];
  rmSync(folder, { recursive: true });
  const writes = emulator.requests.filter(({ action }) => action === 'CreateRoutineCodeDeployment').length;
  return { code, said, writes };
}

onTerminal([
  ['the environment', 'staging\r', 0, /Restored, as read back/, true],
  ['another word', 'yes\r', 3, /Nothing was done\. Type "staging" when you are asked, or give --yes\./, false],
  ['nothing', '\r', 3, /Nothing was done\. Type "staging"/, false],
  ['the end of the input', '\x04', 3, /Nothing was done\. Type "staging"/, false],
  ['Ctrl-C', '\x03', 1, /Interrupted: nothing has been changed\.\s+Nothing was done\.\s*$/, false],
] as const)('typed %s', async (_, keys, code, expected, writes) => {
  const ended = await typed(keys);
  expect([ended.code, ended.writes > 0]).toEqual([code, writes]);
  expect(ended.said).toMatch(expected);
  expect(ended.said.includes('put back first')).toBe(false);
});
