import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.js';
import { contractWorld } from '../support/contract/virtual-run.js';

/** The program itself, by the clock that everybody has: few checks are made. */

const entry = resolve(import.meta.dirname, '../../contract/main.js');

interface Program {
  readonly child: ChildProcess;
  readonly said: string[];
  readonly ended: Promise<number | null>;
}

function start(emulator: Emulator, folder: string, args: readonly string[], env: Record<string, string> = {}): Program {
  const usual = ['--routine', 'hello', '--endpoint', emulator.api, '--url', `${emulator.edge}/staging/hello/`];
  const places = ['--out', join(folder, 'report'), '--state', join(folder, 'state.json')];
  const keys = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'emulator-key-id',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'emulator-key-secret',
  };
  const child = spawn(process.execPath, [entry, ...usual, ...places, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...keys, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const take = (text: string) => said.push(text);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', take);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, said, ended };
}

/** `until` resolves when a request arrives while it holds. */
type Until = (holds: () => boolean) => Promise<void>;

async function onFolder(play: (emulator: Emulator, folder: string, until: Until) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  let arrived = () => {};
  // Asked for at each request.
  const now = () => {
    arrived();
    return Date.now();
  };
  await using emulator = await startEmulator({ world: contractWorld(), now });
  const until: Until = (holds) =>
    new Promise((done) => {
      arrived = () => {
        if (holds()) done();
      };
    });
  try {
    await play(emulator, folder, until);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const live = ({ world }: Emulator) =>
  JSON.stringify(world.routines['hello']?.environments.staging.current?.codeVersions);
const FEW = ['--only', 'empty-environment'];

describe('npm run contract', () => {
  test('says what it would do, and does nothing where nobody can be asked', async () => {
    await onFolder(async (emulator, folder) => {
      const { said, ended } = start(emulator, folder, []);
      expect(await ended).toBe(0);
      expect(said.join('\n')).toMatch(/It will write to staging at most \d+ times/);
      expect(said.slice(-2)).toEqual([
        'Nobody can be asked here: --yes says that this may be done.',
        'Nothing was done.',
      ]);
      expect(emulator.requests.filter(({ action }) => action === 'CreateRoutineCodeDeployment')).toEqual([]);
    });
  });

  test('writes a report that the emulator plays', async () => {
    await onFolder(async (emulator, folder) => {
      emulator.world.quirks.neverDeployed = 'no-code-versions';
      const { said, ended } = start(emulator, folder, [...FEW, '--yes'], { GITHUB_ACTIONS: 'true' });
      expect(await ended).toBe(0);
      const json = readFileSync(join(folder, 'report/contract-report.json'), 'utf8');
      expect(JSON.parse(json)).toMatchObject({
        version: 1,
        env: 'staging',
        quirks: { neverDeployed: 'no-code-versions' },
      });
      const markdown = readFileSync(join(folder, 'report/contract-report.md'), 'utf8');
      expect(markdown).toContain('| empty-environment |');
      const unmasked = said.filter((line) => !line.startsWith('::add-mask::')).join('\n');
      for (const text of [unmasked, json, markdown]) expect(text).not.toContain('emulator-key-secret');
      expect(said).toContain('::add-mask::emulator-key-secret');
    });
  });

  test('on Ctrl-C it puts back what was live, and says so as read back', async () => {
    await onFolder(async (emulator, folder, until) => {
      const before = live(emulator);
      const program = start(emulator, folder, ['--only', 'read-after-write', '--yes']);
      await until(() => live(emulator) !== before);
      program.child.kill('SIGINT');
      expect(await program.ended).toBe(1);
      expect(program.said.join('\n')).toContain('Restored, as read back: staging serves');
      expect([live(emulator), existsSync(join(folder, 'state.json'))]).toEqual([before, false]);
      expect(program.said.join('\n')).not.toMatch(/\n\s+at /);
    });
  });

  test('killed, it is put right by the next run', async () => {
    await onFolder(async (emulator, folder, until) => {
      const before = live(emulator);
      const program = start(emulator, folder, ['--only', 'read-after-write', '--yes']);
      await until(() => live(emulator) !== before);
      program.child.kill('SIGKILL');
      await program.ended;
      expect(live(emulator)).not.toBe(before);
      const next = start(emulator, folder, ['--restore']);
      expect(await next.ended).toBe(0);
      expect([live(emulator), existsSync(join(folder, 'state.json'))]).toEqual([before, false]);
    });
  });

  test.each([
    [['--env', 'prod'], {}, 2, /--env is staging or production/],
    [[], { ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' }, 1, /credentials are not whole: ALIBABA_CLOUD_ACCESS_KEY_SECRET/],
    [
      [],
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'somebody' },
      1,
      /Stopped: GetRoutine was refused: InvalidAccessKeyId.NotFound/,
    ],
    [['--help'], {}, 0, /^Usage: npm run contract/],
  ] as const)('%j with %j', async (args, env, code, expected) => {
    await onFolder(async (emulator, folder) => {
      const { said, ended } = start(emulator, folder, args, env);
      expect(await ended).toBe(code);
      expect(said.join('\n')).toMatch(expected);
      expect(said.join('\n')).not.toMatch(/\n\s+at /);
    });
  });
});
