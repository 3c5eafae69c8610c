import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { node24, onStage } from './support/action/stage.js';

const dist = resolve(import.meta.dirname, '../../dist');
const lazy = readdirSync(join(dist, 'lazy'));

/** A file of dist/ in a process of its own, told to do something with what it exports as `it`. */
function using(file: string, script: string, env: NodeJS.ProcessEnv = {}): { stdout: string; stderr: string } {
  const path = JSON.stringify(join(dist, file));
  const { stdout, stderr } = spawnSync(node24, ['-e', `const it = require(${path}); ${script}`], {
    encoding: 'utf8',
    env,
  });
  return { stdout, stderr };
}

test('a deploy loads its entry and the action, and nothing that is seldom needed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const hook = join(folder, 'hook.cjs');
  const list = join(folder, 'loaded');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, Object.keys(require.cache).join('\\n')));`,
  );
  try {
    await onStage(async ({ versions, run }) => {
      const result = await run({ versions: versions[1] ?? '' }, { NODE_OPTIONS: `--require ${hook}` });
      expect(result.outputs['outcome']).toBe('deployed');
    });
    const loaded = readFileSync(list, 'utf8')
      .split('\n')
      .filter((path) => path !== hook);
    expect(loaded.sort()).toEqual([join(dist, 'action.cjs'), join(dist, 'main.cjs')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a post step with nothing to do loads itself alone', () => {
  const count = 'process.stdout.write(String(Object.keys(require.cache).length))';
  expect(using('post.cjs', count)).toEqual({ stdout: '1', stderr: '' });
  expect(using('post.cjs', count, { STATE_evidence: '{}', STATE_concluded: 'true', STATE_record: '' })).toEqual({
    stdout: '1',
    stderr: '',
  });
});

const LAZY = [
  ['http-client.cjs', 'HttpClient'],
  ['http-client.cjs', 'BearerCredentialHandler'],
  ['credentials.cjs', 'default'],
  ['github.cjs', 'getOctokit'],
  ['log.cjs', 'prototype._request'],
  ['xml.cjs', 'default'],
  ['zip.cjs', 'ZipFile'],
  ['proxy-agents.cjs', 'HttpProxyAgent'],
  ['proxy-agents.cjs', 'HttpsProxyAgent'],
] as const;

test.each(LAZY)('lazy/%s has %s', (file, member) => {
  expect(using(`lazy/${file}`, `process.stdout.write(typeof it.${member})`)).toEqual({
    stdout: 'function',
    stderr: '',
  });
});

test('every file of dist/lazy/ is tested above', () => {
  expect([...new Set(LAZY.map(([file]) => file))].sort()).toEqual(lazy);
});

/** Of the action's own literals, long enough to be nobody's by chance. */
const literals = (path: string) =>
  new Set(
    [...readFileSync(join(dist, path), 'utf8').matchAll(/(["'`])((?:(?!\1).){30,200})\1/g)].map(([, , text]) => text),
  );

test.each(['main.cjs', 'post.cjs', ...lazy.map((name) => `lazy/${name}`)])(
  '%s repeats nothing of the action',
  (path) => {
    const action = literals('action.cjs');
    const own = [...literals(path)];
    expect(action.size).toBeGreaterThan(300);
    // The rule of proxies, a few lines of @actions/http-client, stands twice; the rest are names of variables and the like.
    expect(own.filter((text) => action.has(text)).length).toBeLessThanOrEqual(3);
  },
);

test('entries are a few lines', () => {
  for (const name of ['main.cjs', 'post.cjs', 'dev/demo.cjs', 'dev/emulator.cjs', 'dev/try.cjs'])
    expect(readFileSync(join(dist, name), 'utf8').split('\n').length).toBeLessThan(15);
});

test('the contract check needs nothing that is installed, wherever keys come from', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    cpSync(dist, join(folder, 'dist'), { recursive: true });
    mkdirSync(join(folder, '.aliyun'));
    await onStage(async ({ emulator }) => {
      const { accessKeyId, accessKeySecret } = emulator.world.credentials[0] ?? {};
      const profile = { name: 'default', mode: 'AK', access_key_id: accessKeyId, access_key_secret: accessKeySecret };
      writeFileSync(join(folder, '.aliyun/config.json'), JSON.stringify({ current: 'default', profiles: [profile] }));
      const args = ['--routine', 'hello', '--endpoint', emulator.api, '--only', 'list-order', '--yes'];
      const child = spawn(node24, [join(folder, 'dist/dev/contract.cjs'), ...args], {
        cwd: folder,
        env: { HOME: folder, RUNNER_ENVIRONMENT: 'github-hosted' },
      });
      let said = '';
      const take = (chunk: Buffer) => {
        said += chunk.toString();
      };
      for (const stream of [child.stdout, child.stderr]) stream.on('data', take);
      const [code] = (await once(child, 'close')) as [number];
      expect([code, said]).toEqual([0, expect.stringContaining('list-order: as assumed: the newest first')]);
      expect(said).not.toContain(accessKeySecret);
    });
    expect(readFileSync(join(folder, 'contract-report.md'), 'utf8')).toContain('| list-order |');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what was left out of the bundle says so when it is asked for', () => {
  const { stderr } = using('lazy/http-client.cjs', "new it.HttpClient().getAgentDispatcher('https://example.test')", {
    https_proxy: 'http://127.0.0.1:1',
  });
  expect(stderr).toContain('undici is not part of this bundle');
});

test('DEBUG prints no request', async () => {
  await onStage(async ({ versions, run }) => {
    const { log } = await run({ versions: versions[1] ?? '' }, { DEBUG: '*', RUNNER_DEBUG: '1', NODE_DEBUG: '' });
    expect(log).not.toMatch(/authorization|x-acs-/i);
  });
});

test('no file of the bundle names a machine', () => {
  for (const name of ['action.cjs', 'dev/contract.cjs', ...lazy.map((file) => `lazy/${file}`)])
    expect(readFileSync(join(dist, name), 'utf8')).not.toMatch(/\/(?:home|root|work|tmp|Users)\//);
});
