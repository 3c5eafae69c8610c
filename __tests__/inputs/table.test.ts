import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUTS, type InputName, type RawInputs, ROWS, secretsIn } from '../../src/inputs/table.js';
import { KEY } from '../support/action/leaks-scene.js';
import { mistakes, NOTHING, read } from '../support/inputs/given-inputs.js';

interface Declaration {
  readonly required?: boolean;
  readonly default?: string;
}

test('action.yml declares the same inputs in the same order, required and with defaults as here', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../action.yml'), 'utf8');
  const { inputs } = parse(text) as { inputs: Record<string, Declaration> };
  const declared = Object.entries(inputs).map(([name, { required, default: fallback }]) => [name, required, fallback]);
  expect(declared).toEqual(INPUTS.map((name) => [name, ROWS[name].required !== undefined, ROWS[name].default]));
  expect(INPUTS.length).toBeGreaterThan(30);
});

test.each(INPUTS)('%s has a default that its own rule takes, and is not required besides', (name) => {
  const { rule, required, default: fallback } = ROWS[name];
  if (fallback === undefined) return;
  expect(rule(fallback)).toMatchObject({ ok: true });
  expect(required).toBeUndefined();
});

describe('secrets', () => {
  test('are those that the suite on leaks looks for', () => {
    const secret = INPUTS.filter((name) => ROWS[name].secret !== undefined);
    expect(secret.toSorted()).toEqual([...Object.keys(KEY), 'gate-url'].toSorted());
  });

  test('are taken whole, or out of URLs, whether the rule takes the text or not', () => {
    const raw = {
      ...NOTHING,
      ...KEY,
      'access-key-secret': 'two words',
      'gate-url': 'https://bob:hunter2-2@a.example\nx?token=SuperSecret1',
    };
    const found = secretsIn(raw);
    expect(found).toEqual(
      expect.arrayContaining([KEY['access-key-id'], 'two words', KEY['security-token'], 'hunter2-2', 'SuperSecret1']),
    );
    expect(found.join()).not.toContain('a.example');
  });
});

const ROLLOUT = { versions: '', canary: '42', steps: '5% for 5m', 'gate-url': 'https://a.example' };
const LOGS = { ...ROLLOUT, 'gate-logs': 'my-logs/edge-routine' };
const CODE = { versions: '', code: 'dist' };
const RECORD = { 'github-deployment': 'production' };
const SESSION = {
  'access-key-id': '',
  'access-key-secret': '',
  'role-to-assume': 'acs:ram::12345:role/a',
  'oidc-provider-arn': 'acs:ram::12345:oidc-provider/a',
};
const TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://t.example', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const DURATION = (bounds: string) => `allowed is a duration with its unit from ${bounds}`;

/** Each input with the others that it needs, what it takes, what it refuses, and what is said then. */
const CASES: readonly [InputName, Partial<RawInputs>, readonly string[], readonly string[], string][] = [
  [
    'routine',
    {},
    ['hello', 'a-b_c', '日本', '👋'],
    ['a\nb', 'a\u0000', 'a\u2028b', 'a\u2029', '\u007f'],
    'is given; a routine name has no control characters',
  ],
  ['routine', {}, [], [''], 'nothing is given; it is the name of the routine, as the ESA console shows it'],
  [
    'env',
    {},
    ['staging', 'production'],
    ['Production', 'PRODUCTION', 'both', 'prod', 'staging,production', 'production\u200b'],
    'is given; allowed is "staging" or "production", in this spelling',
  ],
  ['env', {}, [], [''], 'nothing is given; allowed is "staging" or "production"'],
  [
    'canary',
    ROLLOUT,
    ['1723599747213377175', '7', '1'.repeat(32)],
    ['latest!', '1'.repeat(33), '-1', '1.5'],
    'is not a code version: it is digits only, such as 1723599747213377175',
  ],
  ['versions', {}, ['42', '42=10,43'], ['x', '1=2,3=4'], ''],
  ['code', CODE, ['dist/index.js', '/a b/c', '日本'], [], ''],
  ['code-entry', CODE, ['', 'dist/index.js'], [], ''],
  [
    'code-not-found',
    CODE,
    ['', 'single-page-application', '404-page'],
    ['404Page', 'SinglePageApplication', 'constructor', '404'],
    'is given; allowed is "single-page-application" or "404-page"',
  ],
  ['code-description', CODE, ['', 'by <b>hand</b>\n::warning::'], [], ''],
  [
    'keep-versions',
    CODE,
    ['', '1', '10', '9999'],
    ['0', '-1', '1.5', '01', '10000', 'all', '1e1'],
    'is given; allowed is a whole number from 1, such as "10"',
  ],
  ['create-routine', CODE, ['true', 'false', ''], ['yes'], 'allowed is "true" or "false"'],
  ['allow-older', ROLLOUT, ['true', 'false', ''], ['yes'], 'allowed is "true" or "false"'],
  ['steps', ROLLOUT, ['5% for 5m, 100%'], ['5', '5% for 5'], ''],
  ['dry-run', {}, ['true', 'False', ''], ['yes', '__proto__'], 'allowed is "true" or "false"'],
  ['wait', ROLLOUT, ['true', 'false', ''], ['no'], 'allowed is "true" or "false"'],
  ['on-failure', ROLLOUT, ['rollback', 'hold', ''], ['promote'], 'is given; allowed is "rollback" or "hold"'],
  ['on-inconclusive', ROLLOUT, ['rollback', 'hold', ''], ['ROLLBACK'], 'is given; allowed is "rollback" or "hold"'],
  ['on-cancel', ROLLOUT, ['rollback', 'hold', ''], ['none'], 'is given; allowed is "rollback" or "hold"'],
  [
    'expect-deployment-id',
    {},
    ['', '1766590027913271190', '234'],
    ['1 2', '1\n2', '\u0001'],
    'is given; a DeploymentId has no spaces or control characters',
  ],
  ['gate-url', ROLLOUT, ['https://a.example\nhttp://b.example'], ['example.com'], 'allowed are http and https URLs'],
  ['gate-version-header', ROLLOUT, ['X-V', ''], ['x version'], 'allowed is the name of a response header'],
  ['gate-expect', ROLLOUT, ['200, 404', ''], ['2xx'], 'allowed are status codes and ranges'],
  ['gate-latency', ROLLOUT, ['1ms', '10m', ''], ['800', '10m1ms'], DURATION('"1ms" to "10m", such as "800ms"')],
  ['gate-success-rate', ROLLOUT, ['99.5%', ''], ['99'], 'allowed is a share above 0 % up to 100 %'],
  ['gate-interval', ROLLOUT, ['100ms', '1h', ''], ['99ms', '1h1ms'], DURATION('"100ms" to "1h", such as "15s"')],
  [
    'gate-logs',
    ROLLOUT,
    ['my-logs/edge-routine', 'abc/a_b', ''],
    ['my-logs', 'a/b/c', 'My-logs/store', 'https://x/y', '../abc'],
    'allowed is "PROJECT/LOGSTORE" of Log Service',
  ],
  [
    'gate-logs-region',
    LOGS,
    ['cn-shanghai', 'ap-southeast-1', 'cn-hangzhou-finance', ''],
    ['Shanghai', 'cn', 'cn-x.evil.example'],
    'is given; allowed is a region such as "cn-shanghai"',
  ],
  ['gate-command', ROLLOUT, ['exit 0 # \u0001', ''], [], ''],
  ['gate-mode', ROLLOUT, ['enforce', 'observe', ''], ['Observe', 'off'], 'is given; allowed is "enforce" or "observe"'],
  [
    'role-to-assume',
    SESSION,
    ['acs:ram::12345:role/a'],
    ['acs:ram::12345:user/a'],
    'allowed is "acs:ram::ACCOUNT_ID:role/NAME", as the RAM console shows it',
  ],
  [
    'oidc-provider-arn',
    SESSION,
    ['acs:ram::12345:oidc-provider/a'],
    ['acs:ram::12345:role/a'],
    'allowed is "acs:ram::ACCOUNT_ID:oidc-provider/NAME", as the RAM console shows it',
  ],
  ['access-key-id', {}, ['LTAI5t'], ['two words', 'a\nb', 'kлюч'], 'what is given holds a space'],
  ['access-key-secret', {}, ['s3cr3t/+='], ['two words', 'a\tb'], 'what is given holds a space'],
  ['security-token', {}, ['', 'CAIS+/='], ['a b', 'a\r\nX-Evil: 1'], 'what is given holds a space'],
  [
    'region',
    {},
    ['cn-hangzhou', 'ap-southeast-1', ''],
    ['cn-shanghai', 'us-east-1', 'CN-HANGZHOU'],
    'is given; allowed is "cn-hangzhou" (China site) or "ap-southeast-1" (international site)',
  ],
  [
    'audience',
    SESSION,
    ['', 'https://github.com/octo-org', 'x'.repeat(255)],
    ['two words', 'é', 'x'.repeat(256)],
    'is given; allowed is a client id of the OIDC provider, such as "sts.aliyuncs.com"',
  ],
  [
    'role-session-name',
    SESSION,
    ['', 'a1', 'A.b_c@d-e', 'x'.repeat(64)],
    ['a', 'a b', 'a/b', 'x'.repeat(65)],
    'is given; allowed are 2 to 64 letters, digits, and the characters . @ - _',
  ],
  [
    'role-session-duration',
    SESSION,
    ['', '15m', '12h'],
    ['14m59s', '12h1ms', '3600'],
    DURATION('"15m" to "12h" that the role allows, such as "1h"'),
  ],
  [
    'github-deployment',
    {},
    ['production', 'prod / eu', '日本', 'x'.repeat(255), ''],
    ['a\nb', '\u2028', 'x'.repeat(256)],
    'the name of a GitHub environment has 1 to 255 characters',
  ],
  ['github-deployment-steps', RECORD, ['true', 'false', ''], ['yes'], 'allowed is "true" or "false"'],
  ['retry', RECORD, ['true', 'false', ''], ['1'], 'allowed is "true" or "false"'],
  ['github-token', {}, ['ghs_x', '', '\u0024{{ github.token }}'], ['two words', 'a\nb'], 'what is given holds a space'],
  ['api-timeout', {}, ['100ms', '10m', ''], ['99ms', '10m1ms', '30'], DURATION('"100ms" to "10m", such as "30s"')],
  [
    'endpoint',
    {},
    ['', 'https://127.0.0.1:8443/', 'http://localhost:1', 'http://[::1]:8080', 'http://127.9.9.9'],
    [
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'http://0.0.0.0:80',
      'http://10.0.0.1',
      'https://user:password@host',
      'https://@host',
      'https://host/?a=b',
      'https://host/#x',
      'ftp://127.0.0.1',
      'https://',
      'file:///etc/passwd',
    ],
    'allowed is "https://HOST" without a path',
  ],
  ['sts-endpoint', {}, ['', 'https://sts.example'], ['sts.example'], 'allowed is "https://HOST" without a path'],
  [
    'gate-logs-endpoint',
    LOGS,
    ['https://cn-shanghai-intranet.log.aliyuncs.com', 'http://127.0.0.1:8080', ''],
    ['http://log.example', 'log.example', 'https://a.example/x'],
    'allowed is "https://HOST" without a path',
  ],
  [
    'gate-logs-endpoint',
    LOGS,
    [],
    ['https://10.0.0.1', 'https://[::1]'],
    'the project goes before the host, so it has to be a name',
  ],
];

test('every input has a row of CASES in this file, in the order of action.yml', () => {
  expect([...new Set(CASES.map(([name]) => name))]).toEqual([...INPUTS]);
});

describe.each(CASES)('%s', (name, base, allowed, refused, says) => {
  const given = (text: string) => mistakes({ ...base, [name]: text }, TOKEN);
  test('takes what is right', () => {
    for (const text of allowed) expect({ text, found: given(text) }).toEqual({ text, found: [] });
  });
  test('refuses what is wrong by its name, once', () => {
    const found = [{ input: name, message: expect.stringContaining(says) }];
    for (const text of refused) expect({ text, found: given(text) }).toEqual({ text, found });
  });
});

test.each(INPUTS.filter((name) => ROWS[name].default !== undefined))(
  '%s means its default where it is empty',
  (name) => {
    const rollout = { ...ROLLOUT, ...SESSION };
    const empty = read({ ...rollout, [name]: '' }, TOKEN);
    expect(empty.ok).toBe(true);
    expect(empty).toEqual(read({ ...rollout, [name]: ROWS[name].default ?? '' }, TOKEN));
  },
);
