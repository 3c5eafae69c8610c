import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { node24, onStage } from './support/action/stage.js';

const dist = resolve(import.meta.dirname, '../../dist');
const lazy = readdirSync(join(dist, 'lazy'));
const modules = lazy.filter((name) => name.endsWith('.module.cjs'));

test('a deploy loads the bundle and stand-ins, and nothing of what they stand for', async () => {
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
    expect(loaded).toContain(join(dist, 'main.cjs'));
    expect(loaded.filter((path) => path.endsWith('.module.cjs'))).toEqual([]);
    expect(loaded.filter((path) => !path.startsWith(dist))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['undici', 'ProxyAgent'],
  ['actions-http-client', 'HttpClient'],
  ['actions-http-client-lib-auth', 'BearerCredentialHandler'],
  ['actions-exec', 'getExecOutput'],
  ['alicloud-credentials', 'default'],
  ['alicloud-gateway-spi', 'InterceptorContext'],
  ['alicloud-tea-xml', 'default'],
  ['zlib', 'createGunzip'],
  ['http-proxy-agent', 'HttpProxyAgent'],
  ['https-proxy-agent', 'HttpsProxyAgent'],
])('%s is the real module once %s is asked for', (name, member) => {
  const script = `const it = require(${JSON.stringify(join(dist, 'lazy', `${name}.cjs`))}); process.stdout.write(typeof it.${member});`;
  const { stdout, stderr } = spawnSync(node24, ['-e', script], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'function', stderr: '' });
});

test('every module behind a stand-in is tested above', () => {
  expect(modules).toHaveLength(10);
});

test('DEBUG prints no request', async () => {
  await onStage(async ({ versions, run }) => {
    const { log } = await run({ versions: versions[1] ?? '' }, { DEBUG: '*', RUNNER_DEBUG: '1', NODE_DEBUG: '' });
    expect(log).not.toMatch(/authorization|x-acs-/i);
  });
});

test('a message of the bundle names no machine', () => {
  const text = readFileSync(join(dist, 'main.cjs'), 'utf8');
  expect(text).not.toMatch(/\/(?:home|root|work|tmp|Users)\//);
});
