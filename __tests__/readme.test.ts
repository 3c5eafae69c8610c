import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { startEmulator } from '../emulator/emulator.js';
import { actionlint } from '../scripts/workflow-lint.js';
import { readCounts } from '../src/gates/counts.js';
import { succeeded } from '../src/rollout/result.js';
import { answering } from './support/network/listening.js';
import { privateCa } from './support/network/private-ca.js';
import { blocks, gateCommand, lacksTools } from './support/readme.js';

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

const withTools = lacksTools ? describe.skip : describe;
const COUNTED = { canary: { good: 812, bad: 3 }, stable: { good: 15_385, bad: 40 }, since: 'step' };

withTools('counts from Prometheus, by curl and jq', () => {
  const series = (metric: Record<string, string>, value: string) => ({ metric, value: [1_723_599_747.9, value] });
  const answer = (result: unknown) => JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  const seconds = () => Math.floor(Date.now() / 1_000);

  /** The very text of the README, against a stand-in that takes the query and gives this. */
  async function ask(status: number, body: string, since = seconds() - 90) {
    const asked: string[] = [];
    await using server = await answering((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => asked.push(text));
      request.once('end', () => response.writeHead(status).end(body));
    });
    const env = {
      ...process.env,
      PROMETHEUS: server.url,
      GITHUB_SHA: 'abc',
      CANARY_SINCE: String(since),
      no_proxy: '*',
    };
    const ran = await promisify(execFile)('sh', ['-c', gateCommand('curl')], { env }).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
    );
    return { ...ran, query: new URLSearchParams(asked.join('')).get('query') ?? '' };
  }

  test('are those of both versions since the step went live, in whole numbers', async () => {
    const { stdout, code, query } = await ask(
      200,
      answer([
        series({ version: 'abc', status: '200' }, '811.97'),
        series({ version: 'abc', status: '502' }, '3.01'),
        series({ version: 'old', status: '200' }, '15383'),
        series({ version: 'old', status: '404' }, '2'),
        series({ status: '500' }, '40'),
      ]),
    );
    expect(readCounts(stdout.trimEnd())).toEqual(succeeded(COUNTED));
    expect(code).toBe(0);
    expect(query).toMatch(/^sum by \(version, status\) \(increase\(edge_requests_total\[9[0-9]s\]\)\)$/);
  });

  test('are none where nobody has asked yet', async () => {
    const { stdout } = await ask(200, answer([]));
    const none = { good: 0, bad: 0 };
    expect(readCounts(stdout.trimEnd())).toEqual(succeeded({ canary: none, stable: none, since: 'step' }));
  });

  test.each([
    ['an error', 400, '{"status":"error","errorType":"bad_data","error":"duration must be greater than 0"}'],
    ['an error page', 200, '<html>'],
    ['nothing', 200, ''],
    ['no vector', 200, '{"status":"success","data":{}}'],
  ])('cannot be told where Prometheus answers %s', async (_name, status, body) => {
    expect(await ask(status, body)).toMatchObject({ stdout: '', code: 75 });
  });

  test('are a mistake where they are no numbers', async () => {
    const { stdout } = await ask(200, answer([series({ version: 'abc', status: '200' }, 'NaN')]));
    expect(readCounts(stdout.trimEnd())?.ok).toBe(false);
  });
});

withTools('counts from a log, by jq', () => {
  /** The very text of the README, with a program that answers as `aliyun` does and writes down what it was asked. */
  function ask(answer: unknown) {
    const folder = mkdtempSync(join(tmpdir(), 'counts-'));
    writeFileSync(join(folder, 'answer'), answer === '' ? '' : JSON.stringify(answer));
    const stand = `#!/bin/sh\nfor each in "$@"; do printf '%s\\0' "$each"; done > '${folder}/asked'\ncat '${folder}/answer'\n`;
    writeFileSync(join(folder, 'aliyun'), stand, { mode: 0o755 });
    const { stdout, status } = spawnSync('sh', ['-c', gateCommand('aliyun')], {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, GITHUB_SHA: 'abc', CANARY_SINCE: '1723599747' },
      encoding: 'utf8',
    });
    const asked = readFileSync(join(folder, 'asked'), 'utf8').split('\0');
    rmSync(folder, { recursive: true });
    return { stdout, status, asked };
  }

  const logs = [
    { version: 'abc', good: '812', bad: '3' },
    { version: 'old', good: '15380', bad: '40' },
    { version: 'null', good: '5', bad: '0' },
  ];

  test('are those of both versions since the step went live', () => {
    const { stdout, asked } = ask({ logs, meta: { progress: 'Complete' } });
    expect(readCounts(stdout.trimEnd())).toEqual(succeeded(COUNTED));
    expect(asked).toContain('1723599747');
  });

  test('cannot be told by an answer that is not complete', () => {
    expect(ask({ logs, meta: { progress: 'Incomplete' } })).toMatchObject({ stdout: '', status: 75 });
    expect(ask({ Code: 'Unauthorized' })).toMatchObject({ stdout: '', status: 75 });
    expect(ask('')).toMatchObject({ stdout: '', status: 75 });
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
