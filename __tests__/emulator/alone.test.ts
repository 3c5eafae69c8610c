import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { completeWorld, deploy, startEmulator, type WorldSeed } from '../../emulator/emulator.js';
import { at, deployment, hello, production } from '../support/emulator/hello-routine.js';
import { type Answered, ask, askJson, codeVersions, send } from '../support/emulator/signed-request.js';

const program = fileURLToPath(new URL('../../emulator/main.js', import.meta.url));
const { v1, v2 } = hello();

/** A folder of the test's own, gone with it. */
async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'emulator-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** Runs the program to its end. */
async function runToEnd(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args]);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

interface FirstLine {
  readonly api: string;
  readonly edge: string;
  readonly edgeSeed: number;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly versions: readonly string[];
}

/** Those that a failing test did not stop; they would hold the whole suite. */
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the program and reads its first line. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const closed = once(child, 'close').finally(() => running.delete(child));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await closed) as [number | null, NodeJS.Signals | null];
  };
  return { ...(JSON.parse(line) as FirstLine), stop };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the first line tells all that a client needs; %s ends it',
  async (signal) => {
    const { stop, ...line } = await start();
    expect(line).toEqual({
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      edge: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      edgeSeed: expect.any(Number),
      accessKeyId: expect.any(String),
      accessKeySecret: expect.any(String),
      routine: 'hello',
      versions: [1, 2, 3].map(() => expect.stringMatching(/^\d{19}$/)),
    });
    const { accessKeyId, accessKeySecret, api, edge } = line;
    const asked = { action: 'GetRoutine', parameters: { Name: 'hello' }, key: { accessKeyId, accessKeySecret } };
    expect((await ask(api, asked)).text).toContain(line.versions[0]);
    expect((await send(edge)).headers['x-code-version']).toBe(line.versions[0]);
    expect(await stop(signal)).toEqual([0, null]);
  },
);

test('--state keeps the world from one run to the next', async () => {
  await using temporary = await folder();
  const file = join(temporary.path, 'state.json');
  const first = await start('--state', file);
  const [, second = ''] = first.versions;
  await ask(first.api, deployment(codeVersions([second, 100])));
  await first.stop('SIGTERM');
  const again = await start('--state', file);
  expect(again.versions).toEqual(first.versions);
  expect((await production(again.api))?.CodeVersion).toBe(second);
  await again.stop('SIGTERM');
});

test('--edge-seed, --fail and --cut: how the edge answers, and the same again', async () => {
  const run = async (...args: string[]) => {
    const { api, edge, edgeSeed, versions, stop } = await start('--fail', '2=60%', '--cut', '2=20%', ...args);
    await ask(api, deployment(codeVersions([versions[1] ?? '', 50], [versions[0] ?? '', 50])));
    const seen = [];
    for (let n = 0; n < 150; n += 1) {
      const { headers, status } = await send(edge).catch(
        (): Pick<Answered, 'headers' | 'status'> => ({ headers: {}, status: 0 }),
      );
      seen.push([versions.indexOf(String(headers['x-code-version'])), status].join());
    }
    await stop('SIGTERM');
    return { edgeSeed, seen };
  };
  const first = await run();
  expect(new Set(first.seen)).toEqual(new Set(['0,200', '1,200', '1,500', '-1,0']));
  expect(await run('--edge-seed', String(first.edgeSeed))).toEqual(first);
  const { seen } = await run('--edge-seed', '5', '--fail', 'site=100%');
  expect(new Set(seen)).toEqual(new Set(['0,500', '1,500']));
});

test('--commit: what a version was built from', async () => {
  const { api, versions, stop } = await start('--commit', '1=4F2A91C', '--commit', '3=cafe1234');
  const listed = (await askJson(api, { action: 'ListRoutineCodeVersions', parameters: { Name: 'hello' } })) as {
    CodeVersions: { CodeVersion: string; ExtraInfo: string }[];
  };
  await stop('SIGTERM');
  const commits = listed.CodeVersions.map(({ CodeVersion, ExtraInfo }) => [
    CodeVersion,
    JSON.parse(ExtraInfo).CommitId,
  ]);
  expect(commits.toReversed()).toEqual([
    [versions[0], '4F2A91C'],
    [versions[1], undefined],
    [versions[2], 'cafe1234'],
  ]);
});

test.each([
  [['--commit', '4=4f2a91c'], '--commit is for version 4, and there are 3\n'],
  [['--fail', '4=20%'], '--fail is for version 4, and there are 3\n'],
  [['--fail', '2=60%', '--cut', '2=60%'], '--cut 2: failureShare and cutShare are more than 1 together\n'],
])('what the world cannot do ends it: %j', async (args, stderr) => {
  expect(await runToEnd(...args)).toEqual({ status: 1, stdout: '', stderr });
});

test('--help explains the options', async () => {
  const { status, stdout } = await runToEnd('--help');
  expect(status).toBe(0);
  for (const option of [
    '--port',
    '--edge-port',
    '--tls-cert',
    '--tls-key',
    '--state',
    '--edge-seed',
    '--fail',
    '--cut',
    '--commit',
  ])
    expect(stdout).toContain(option);
});

test('all mistakes are told at once', async () => {
  const { status, stdout, stderr } = await runToEnd(
    '--port',
    '70000',
    '--edge-port',
    'x',
    '--tls-cert',
    '/none',
    '--edge-seed',
    '-1.5',
    '--fail',
    '2=0.5',
    '--cut',
    '2=101%',
    '--commit',
    '2=4f2a91x',
    '--foo',
    'bar',
    '--state',
  );
  expect([status, stdout]).toEqual([2, '']);
  for (const wrong of [
    '70000',
    '--edge-port is x',
    '--tls-cert cannot',
    'go together',
    '--edge-seed',
    '--fail is 2=0.5',
    '--cut is 2=101%',
    '--commit is 2=4f2a91x',
    '--foo',
    'bar',
    '--state needs',
  ]) {
    expect(stderr).toContain(wrong);
  }
});

test.each(['--port', '--edge-port'])('a taken port is said in plain words: %s', async (option) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { status, stderr } = await runToEnd(option, String(port));
  taken.close();
  expect([status, stderr]).toEqual([1, `port ${port} is in use\n`]);
});

test('a state file that holds no world is said in plain words', async () => {
  await using temporary = await folder();
  const file = join(temporary.path, 'state.json');
  await writeFile(file, '[1');
  const { status, stderr } = await runToEnd('--state', file);
  expect(status).toBe(1);
  expect(stderr).toMatch(/state\.json holds no world: .+\n$/);
  expect(await readFile(file, 'utf8')).toBe('[1');
});

test('the state is saved before the answer, whole, for its owner only', async () => {
  await using temporary = await folder();
  const stateFile = join(temporary.path, 'state.json');
  const read = async () => completeWorld(JSON.parse(await readFile(stateFile, 'utf8')) as WorldSeed);
  await using emulator = await startEmulator({ world: hello().world, stateFile });
  expect(await read()).toEqual(emulator.world);
  await ask(emulator.api, deployment(codeVersions([v2, 10], [v1, 90])));
  expect((await read()).routines['hello']?.environments.production.current?.codeVersions).toEqual([
    { codeVersion: v2, percentage: 10 },
    { codeVersion: v1, percentage: 90 },
  ]);
  expect((await stat(stateFile)).mode & 0o077).toBe(0);
  expect(await readdir(temporary.path)).toEqual(['state.json']);
  deploy(emulator.world, 'hello', 'staging', [{ codeVersion: v2, percentage: 100 }], at);
  await emulator.close();
  expect((await read()).routines['hello']?.environments.staging.current?.codeVersions[0]?.codeVersion).toBe(v2);
});
