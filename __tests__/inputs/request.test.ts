import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SOURCES } from '../../src/gates/measure.js';
import { readInputs } from '../../src/inputs/request.js';
import { INPUTS, type RawInputs } from '../../src/inputs/table.js';
import { mistakes, NOTHING, read } from '../support/inputs/given-inputs.js';
import { number } from '../support/rollout/builders.js';

const TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://t.example', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const ROLE = {
  'access-key-id': '',
  'access-key-secret': '',
  'role-to-assume': 'acs:ram::12345:role/a',
  'oidc-provider-arn': 'acs:ram::12345:oidc-provider/a',
};

describe('a request', () => {
  test('for a split, by the defaults: the China site, 30 seconds, no dry run, no token', () => {
    expect(read()).toEqual({
      ok: true,
      value: {
        asked: {
          routine: 'hello',
          env: 'production',
          goal: {
            kind: 'split',
            split: [
              { version: number('1723599747213377175'), weight: 10 },
              { version: number('1723599747213377176'), weight: 90 },
            ],
          },
          dryRun: false,
          expectDeploymentId: undefined,
        },
        sources: { 'gate-url': undefined, 'gate-command': undefined, 'gate-logs': undefined },
        credentials: {
          kind: 'keys',
          from: 'inputs (access-key-id, access-key-secret)',
          keys: { accessKeyId: 'LTAI5t', accessKeySecret: 'secret', securityToken: undefined },
        },
        region: 'cn-hangzhou',
        logsEndpoint: { protocol: 'https', host: 'cn-hangzhou.log.aliyuncs.com' },
        stsEndpoint: { protocol: 'https', host: 'sts.cn-hangzhou.aliyuncs.com' },
        endpoint: { protocol: 'https', host: 'esa.cn-hangzhou.aliyuncs.com' },
        apiTimeout: 30_000,
      },
    });
  });

  test('for a report', () => {
    expect(read({ versions: '', 'dry-run': 'true' })).toMatchObject({
      value: { asked: { goal: { kind: 'report' }, dryRun: true } },
    });
  });

  test('for a rollout, by the defaults', () => {
    const result = read({ versions: '', canary: '42' });
    expect(result.ok && result.value.asked.goal).toEqual({
      kind: 'rollout',
      canary: number('42'),
      allowOlder: false,
      steps: [{ weight: 100, bake: 0 }],
      wait: true,
      gate: undefined,
      onFailure: 'rollback',
      onInconclusive: 'rollback',
      onCancel: 'rollback',
    });
  });

  test('with a gate, by the defaults', () => {
    const urls = 'https://a.example/\nhttp://b.example/x';
    expect(read({ versions: '', canary: '42', 'gate-url': urls, steps: '5% for 5m' })).toMatchObject({
      value: {
        asked: { goal: { gate: { successRate: 99, interval: 15_000, mode: 'enforce' } } },
        sources: {
          'gate-command': undefined,
          'gate-url': {
            urls: ['https://a.example/', 'http://b.example/x'],
            expect: [{ from: 200, to: 399 }],
            latency: undefined,
            mark: undefined,
          },
        },
      },
    });
  });

  test('takes what is given instead', () => {
    const given = {
      versions: '',
      canary: '42',
      'allow-older': 'true',
      steps: '5% for 5m',
      wait: 'false',
      'gate-url': 'https://a.example/',
      'gate-expect': '204',
      'gate-latency': '800ms',
      'gate-version-header': 'X-Version',
      'gate-success-rate': '95%',
      'gate-command': 'exit 0',
      'gate-interval': '1m',
      'gate-mode': 'observe',
      'on-failure': 'hold',
      'on-inconclusive': 'rollback',
      'on-cancel': 'rollback',
      'expect-deployment-id': '7',
      'dry-run': 'true',
      region: 'ap-southeast-1',
      endpoint: 'http://127.0.0.1:1',
      'sts-endpoint': 'http://127.0.0.1:2',
      'api-timeout': '5s',
    };
    expect(read(given)).toMatchObject({
      value: {
        asked: {
          goal: {
            allowOlder: true,
            steps: [{ weight: 5, bake: 300_000 }],
            wait: false,
            gate: { successRate: 95, interval: 60_000, mode: 'observe' },
            onFailure: 'hold',
            onInconclusive: 'rollback',
            onCancel: 'rollback',
          },
          dryRun: true,
          expectDeploymentId: '7',
        },
        sources: {
          'gate-command': 'exit 0',
          'gate-url': {
            expect: [{ from: 204, to: 204 }],
            latency: 800,
            mark: { header: 'x-version', canary: undefined },
          },
        },
        region: 'ap-southeast-1',
        endpoint: { protocol: 'http', host: '127.0.0.1:1' },
        stsEndpoint: { protocol: 'http', host: '127.0.0.1:2' },
        apiTimeout: 5_000,
      },
    });
    for (const [input, goal] of [
      ['on-inconclusive', 'onInconclusive'],
      ['on-cancel', 'onCancel'],
    ] as const)
      expect(read({ ...given, 'on-failure': '', [input]: 'hold' })).toMatchObject({
        value: { asked: { goal: { onFailure: 'rollback', [goal]: 'hold' } } },
      });
  });

  test('has the hosts of its region', () => {
    expect(read({ region: 'ap-southeast-1' })).toMatchObject({
      value: {
        endpoint: { protocol: 'https', host: 'esa.ap-southeast-1.aliyuncs.com' },
        stsEndpoint: { protocol: 'https', host: 'sts.ap-southeast-1.aliyuncs.com' },
      },
    });
  });

  test.each(SOURCES)('%s alone makes a gate', (source) => {
    const rollout = {
      versions: '',
      canary: '42',
      steps: '5% for 5m',
      [source]: source === 'gate-logs' ? 'a-b/c-d' : 'https://a.example',
    };
    const found = read(rollout);
    expect(found).toMatchObject({ value: { asked: { goal: { gate: { successRate: 99 } } } } });
    expect(found.ok && SOURCES.filter((one) => found.value.sources[one] !== undefined)).toEqual([source]);
  });

  test('of a role, with the defaults and with what is given', () => {
    const run = { ...TOKEN, GITHUB_REPOSITORY: 'octo-org/edge', GITHUB_RUN_ID: '7' };
    const role = { roleArn: ROLE['role-to-assume'], providerArn: ROLE['oidc-provider-arn'] };
    expect(read(ROLE, run)).toMatchObject({
      value: {
        credentials: {
          role: { ...role, audience: 'sts.aliyuncs.com', sessionName: 'octo-org-edge-7', duration: 3_600_000 },
        },
      },
    });
    const own = { audience: 'x', 'role-session-name': 'me', 'role-session-duration': '15m' };
    expect(read({ ...ROLE, ...own }, run)).toMatchObject({
      value: { credentials: { role: { ...role, audience: 'x', sessionName: 'me', duration: 900_000 } } },
    });
  });
});

describe('all mistakes at once', () => {
  test('those of each input and those between inputs, in the order of action.yml', () => {
    const given = { 'access-key-secret': 'x', region: 'x', 'dry-run': 'maybe' };
    const result = readInputs({ ...NOTHING, ...given }, { HTTPS_PROXY: 'ftp://x' });
    expect(result.ok ? [] : result.error.map((mistake) => mistake.input)).toEqual([
      'HTTPS_PROXY',
      'routine',
      'env',
      'versions',
      'dry-run',
      'access-key-id',
      'region',
    ]);
  });

  test('a message says what was given and what is allowed, and never what a secret was', () => {
    const given = mistakes({ env: 'prod', 'access-key-secret': 'hunter 2', 'security-token': 'toke n' });
    expect(given.find((mistake) => mistake.input === 'env')?.message).toMatch(
      /"prod" is given; allowed is "staging" or "production"/,
    );
    expect(JSON.stringify(given)).not.toMatch(/hunter|toke n/);
    expect(JSON.stringify(mistakes({ endpoint: 'https://user:hunter2@host' }))).not.toContain('hunter2');
  });

  test('nothing that anybody writes makes it throw, and a message is one line', () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(INPUTS.map((name) => [name, fc.string({ unit: 'binary' })]))), (raw) => {
        const result = readInputs(raw as unknown as RawInputs, {});
        for (const { message } of result.ok ? [] : result.error)
          expect(message).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
