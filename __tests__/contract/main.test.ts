import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.js';
import { SUBJECT, tokenService } from '../../emulator/token-service.js';
import { PROVIDER, ROLE } from '../support/action/oidc-stage.js';
import { contractWorld } from '../support/contract/virtual-run.js';
import { send } from '../support/emulator/signed-request.js';

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
const WITHOUT_KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };
const FEW = ['--only', 'empty-environment'];

describe('npm run contract', () => {
  test('says what it would do, and does nothing where nobody can be asked', async () => {
    await onFolder(async (emulator, folder) => {
      const { said, ended } = start(emulator, folder, []);
      expect(await ended).toBe(3);
      expect(said.join('\n')).toMatch(/It will write to staging at most \d+ times/);
      expect(said.slice(-2)).toEqual([
        'Nobody can be asked here.',
        'Nothing was done. Type "staging" when you are asked, or give --yes.',
      ]);
      expect(emulator.requests.filter(({ action }) => action === 'CreateRoutineCodeDeployment')).toEqual([]);
    });
  });

  test('writes a report that the emulator plays, and nothing else where no check needs it', async () => {
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
      expect(emulator.requests.filter(({ action }) => action === 'CreateRoutineCodeDeployment')).toEqual([]);
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

  test.each(['nobody reads it any more', 'its terminal is closed'])('%s: it puts back what was live', async (how) => {
    await onFolder(async (emulator, folder, until) => {
      const before = live(emulator);
      const { child, ended } = start(emulator, folder, ['--only', 'redeploy', '--yes']);
      await until(() => live(emulator) !== before);
      child.stdout?.destroy();
      if (how === 'its terminal is closed') child.kill('SIGHUP');
      expect(await ended).toBe(how === 'its terminal is closed' ? 1 : 0);
      expect([live(emulator), existsSync(join(folder, 'state.json'))]).toEqual([before, false]);
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

  test('two at once: the second is kept off, and the first goes on', async () => {
    await onFolder(async (emulator, folder, until) => {
      const before = live(emulator);
      const first = start(emulator, folder, ['--only', 'read-after-write', '--yes']);
      await until(() => live(emulator) !== before);
      for (const args of [['--restore'], ['--only', 'redeploy', '--yes']]) {
        const second = start(emulator, folder, args);
        expect(await second.ended).toBe(1);
        expect(second.said.at(-1)).toMatch(
          new RegExp(`^Stopped: Another run of this check is under way \\(process ${first.child.pid} on .*\\)\\. Wait`),
        );
      }
      first.child.kill('SIGINT');
      expect(await first.ended).toBe(1);
      expect(first.said.join('\n')).not.toContain('Somebody else');
      expect([live(emulator), readdirSync(folder)]).toEqual([before, ['report']]);
    });
  });

  test('what a run at another address has left: the address as it has to be given', async () => {
    await onFolder(async (emulator, folder, until) => {
      const before = live(emulator);
      const program = start(emulator, folder, ['--only', 'read-after-write', '--yes']);
      await until(() => live(emulator) !== before);
      program.child.kill('SIGKILL');
      await program.ended;
      const next = start(emulator, folder, ['--endpoint', 'https://esa.example.com', '--restore']);
      expect(await next.ended).toBe(1);
      const [advised = ''] = /--endpoint .*(?=`\.$)/.exec(next.said.at(-1) ?? '') ?? [];
      expect(advised).toBe(`--endpoint ${emulator.api} --restore`);
      const last = start(emulator, folder, advised.split(' '));
      expect([await last.ended, live(emulator)]).toEqual([0, before]);
    });
  });

  test('a wrong secret: one sentence, and advice for this command', async () => {
    await onFolder(async (emulator, folder) => {
      const { said, ended } = start(emulator, folder, ['--yes'], { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'not-the-secret' });
      expect(await ended).toBe(1);
      expect(said.at(-1)).toMatch(
        /^Stopped: GetRoutine was refused: SignatureDoesNotMatch \(HTTP \d+\): the signature is not the one the service computed\. The secret is not of this key\. .*ALIBABA_CLOUD_ACCESS_KEY_SECRET/,
      );
      expect(said.at(-1)?.length).toBeLessThan(450);
    });
  });

  test('reads the logs where a log store is named', async () => {
    await onFolder(async (emulator, folder) => {
      emulator.world.logs = { project: 'my-logs', logstore: 'edge' };
      for (let request = 0; request < 3; request += 1) await send(`${emulator.edge}/staging/hello/`);
      const args = ['--logs', 'my-logs/edge', '--logs-endpoint', emulator.api, '--only', 'logs', '--yes'];
      const { said, ended } = start(emulator, folder, args);
      expect(await ended).toBe(0);
      expect(said).toContain(
        '  logs: as assumed: RoutineName a string, CodeVersion a string, ErrorCode a string, ResponseStatus a string',
      );
      const none = start(emulator, folder, [...args.slice(2), '--logs', 'my-logs/nowhere']);
      expect(await none.ended).toBe(0);
      expect(none.said.join('\n')).toContain('logs: could not be told: GetLogs failed: LogStoreNotExist');
      const report = ['md', 'json'].map((ext) => readFileSync(join(folder, `report/contract-report.${ext}`), 'utf8'));
      expect(report.join('\n')).not.toMatch(/my-logs|nowhere/);
    });
  });

  test.each(['--out', '--state'])(
    'says so where %s cannot be written, and writes nothing to the service',
    async (option) => {
      await onFolder(async (emulator, folder) => {
        const place = join(folder, 'file');
        writeFileSync(place, '');
        const { said, ended } = start(emulator, folder, ['--only', 'redeploy', '--yes', option, join(place, 'below')]);
        expect(await ended).toBe(1);
        expect(said.join('\n')).toMatch(
          new RegExp(`Stopped: ${place}/?\\S* cannot be written: \\w+\\. Name another place by .?${option}`),
        );
        expect(said.join('\n')).not.toContain('NOT restored');
        expect(emulator.requests.filter(({ action }) => action === 'CreateRoutineCodeDeployment')).toEqual([]);
      });
    },
  );

  test.each([
    ['--state', '/proc/none/state.json'],
    ['--state', '/dev/null'],
    ['--state', '/proc/version'],
    ['--out', '/proc/none'],
    ['--out', '/proc'],
  ])('%s %s is told at once, before anything is asked', async (option, place) => {
    await onFolder(async (emulator, folder) => {
      const { said, ended } = start(emulator, folder, ['--yes', option, place]);
      const told = expect.stringMatching(/^Stopped: \S+ cannot be written: .*\. Name another place by/);
      expect([await ended, said, emulator.requests]).toEqual([1, [told], []]);
    });
  });

  test('assumes a role by the token of a job, as in a workflow', async () => {
    await using github = await tokenService();
    await onFolder(async (emulator, folder) => {
      emulator.world.roles.push({ arn: ROLE, providerArn: PROVIDER, audience: 'sts.aliyuncs.com', subject: SUBJECT });
      const role = ['--role-to-assume', ROLE, '--oidc-provider-arn', PROVIDER, '--sts-endpoint', emulator.api];
      const { said, ended } = start(emulator, folder, [...FEW, ...role, '--yes'], { ...github.env, ...WITHOUT_KEYS });
      expect([await ended, said.at(-1)]).toEqual([0, expect.stringMatching(/^The report is in/)]);
      const signers = new Set(emulator.requests.map(({ accessKeyId }) => accessKeyId));
      expect([...signers].filter((id) => id !== '')).toEqual([expect.stringMatching(/^STS\./)]);
      const unmasked = said.filter((line) => !line.startsWith('::add-mask::')).join('\n');
      const text = unmasked + readFileSync(join(folder, 'report/contract-report.json'), 'utf8');
      for (const secret of [...github.issued, ROLE]) expect(text).not.toContain(secret);
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
