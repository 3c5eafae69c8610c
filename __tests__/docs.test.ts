import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { startEmulator } from '../emulator/emulator.js';
import { actionlint } from '../scripts/workflow-lint.js';
import { UPLOAD_OPERATIONS } from '../src/esa/transport.js';
import { blocks, textOf } from './support/documents.js';
import { privateCa } from './support/network/private-ca.js';

const root = resolve(import.meta.dirname, '../..');
describe('workflows that are shown whole', () => {
  const whole = blocks('yaml').filter((text) => /^jobs:/m.test(text));
  test('there are some', () => expect(whole.length).toBeGreaterThanOrEqual(3));
  test.each(whole)('%#', async (text) => {
    const named = text.startsWith('name:') ? text : `name: shown\n${text}`;
    expect(await actionlint(root, 'shown.yml', named)).toEqual([]);
    expect(text).toContain('id-token: write');
    expect(text).toContain('concurrency:');
  });
});

/** Runs the set-up of docs/credentials.md with programs that write down what they were asked for. */
function setUp(without?: RegExp): { readonly calls: readonly (readonly string[])[]; readonly openssl: string } {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  const shown = blocks('sh').find((text) => text.includes('aliyun ims CreateOIDCProvider')) ?? '';
  const script = shown
    .split('\n')
    .filter((line) => without?.test(line) !== true)
    .join('\n');
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
  const all = setUp();
  const { openssl } = all;
  const call = (operation: string, { calls } = all) => {
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

  const allowed = (ran: ReturnType<typeof setUp>) =>
    (
      JSON.parse(call('CreatePolicy', ran)['PolicyDocument'] ?? '') as { Statement: { Action: string[] }[] }
    ).Statement.flatMap(({ Action }) => Action).toSorted();
  const [, named = ''] = /type Operation = ([^;]+);/.exec(textOf('src/esa/transport.ts')) ?? [];
  const operations = [...named.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
  const actions = (...names: readonly string[]) => names.map((name) => `esa:${name}`).toSorted();

  test('lets it do what the action asks for, and no more', () => {
    const uploads = UPLOAD_OPERATIONS.filter((name) => name !== 'CreateRoutine');
    expect(allowed(all)).toEqual(actions(...operations, ...uploads));
    expect(call('AttachPolicyToRole')).toMatchObject({
      PolicyType: 'Custom',
      PolicyName: call('CreatePolicy')['PolicyName'],
    });
  });

  test('lets it upload nothing where the lines for that are left out', () => {
    expect(allowed(setUp(/^ACTIONS="\$ACTIONS"/))).toEqual(actions(...operations));
  });
});

test('docs/upload.md names every operation that an upload needs beside them', () => {
  const named = [...textOf('docs/upload.md').matchAll(/`esa:(\w+)`/g)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual([...UPLOAD_OPERATIONS].toSorted());
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
      { failureShare: 0.5, omitVersionHeader: 'failed' },
      { cutShare: 0.75 },
      { cutShare: 0.75, cut: 'silent' },
      { latency: 3_000 },
      [{ until: expect.any(Number), failureShare: 0.5, status: 503 }],
      undefined,
    ]);
    const [{ until = 0 } = {}] = done[5] as { until?: number }[];
    expect(Math.abs(until - Date.now() - 30_000)).toBeLessThan(10_000);
  });
});

describe('the threat model', () => {
  const model = textOf('docs/threat-model.md');
  const named = [...model.matchAll(/`([\w./-]+\.test\.ts)`((?:, "[^"]+")*)/g)];
  test('names tests', () => expect(named.length).toBeGreaterThan(20));
  test.each(named.map(([, file = '', titles = '']) => [file, titles]))('%s%s', (file, titles) => {
    const text = readFileSync(join(root, '__tests__', file), 'utf8');
    for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) expect(text).toContain(title);
  });
});
