import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInputs } from '../../src/inputs/request.js';
import { INPUTS, type RawInputs } from '../../src/inputs/table.js';
import { mistakes, read } from '../support/inputs/given-inputs.js';

const splitOf = (versions: string) => {
  const result = read({ versions });
  return result.ok && result.value.wish.goal.kind === 'split' ? result.value.wish.goal.split : result;
};

test('defaults: the China site, 30 seconds, no dry run, no token', () => {
  expect(read()).toMatchObject({
    ok: true,
    value: {
      wish: { routine: 'hello', env: 'production', dryRun: false, expectDeploymentId: undefined },
      credentials: {
        kind: 'keys',
        keys: { accessKeyId: 'LTAI5t', accessKeySecret: 'secret', securityToken: undefined },
      },
      stsEndpoint: { protocol: 'https', host: 'sts.cn-hangzhou.aliyuncs.com' },
      endpoint: { protocol: 'https', host: 'esa.cn-hangzhou.aliyuncs.com' },
      apiTimeout: 30_000,
    },
  });
});

describe.each<[keyof RawInputs, readonly string[], readonly string[]]>([
  ['routine', ['hello', 'a-b_c', '日本', '👋'], ['', 'a\nb', 'a\u0000', 'a\u2028b', '\u007f']],
  [
    'env',
    ['staging', 'production'],
    ['', 'Production', 'PRODUCTION', 'both', 'prod', 'staging,production', 'production\u200b'],
  ],
  [
    'dry-run',
    ['true', 'True', 'TRUE', 'false', 'False', 'FALSE', ''],
    ['yes', 'no', 'on', '1', '0', 'tRUE', 'constructor', '__proto__'],
  ],
  ['region', ['cn-hangzhou', 'ap-southeast-1', ''], ['cn-shanghai', 'us-east-1', 'CN-HANGZHOU']],
  ['expect-deployment-id', ['', '1766590027913271190', '234'], ['1 2', '1\n2']],
  [
    'endpoint',
    [
      '',
      'https://esa-vpc.cn-hangzhou.aliyuncs.com',
      'https://127.0.0.1:8443/',
      'http://127.0.0.1:8080',
      'http://localhost:1',
      'http://[::1]:8080',
      'http://127.9.9.9',
    ],
    [
      'esa.cn-hangzhou.aliyuncs.com',
      'http://esa.cn-hangzhou.aliyuncs.com',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'http://0.0.0.0:80',
      'http://10.0.0.1',
      'https://user:password@host',
      'https://host/path',
      'https://host/?a=b',
      'https://host/#x',
      'ftp://127.0.0.1',
      'https://',
      'file:///etc/passwd',
    ],
  ],
  [
    'api-timeout',
    ['30s', '1m30s', '500ms', '10m', ''],
    ['30', '1.5s', '-1s', '0s', '99ms', '11m', '1h', '5 s', '30S', '1s1m', '1s1s', '１s', '1e3ms', 's'],
  ],
  ['access-key-id', ['LTAI5t'], ['', 'two words', 'a\nb', 'kлюч']],
  ['access-key-secret', ['s3cr3t/+='], ['', 'two words', 'a\tb']],
  ['security-token', ['', 'CAIS+/='], ['a b', 'a\r\nX-Evil: 1']],
])('%s', (name, allowed, refused) => {
  test.each(allowed)('allows %j', (value) => {
    expect(mistakes({ [name]: value })).toEqual([]);
  });
  test.each(refused)('refuses %j, by its name, once', (value) => {
    expect(mistakes({ [name]: value }).map((mistake) => mistake.input)).toEqual([name]);
  });
});

describe('versions as the API writes them', () => {
  const split = [
    { version: '1723599747213377175', weight: 10 },
    { version: '1723599747213377176', weight: 90 },
  ];
  test.each([
    '[{"CodeVersion":"1723599747213377175","Percentage":10},{"CodeVersion":"1723599747213377176","Percentage":90}]',
    '[{"CodeVersion":1723599747213377175,"Percentage":10},{"Percentage":90,"CodeVersion":1723599747213377176}]',
    '[{"CodeVersion":"1723599747213377175","Percentage":"10"},{"CodeVersion":"1723599747213377176"}]',
    '[{"Description":"","Percentage":10,"CreateTime":"x","CodeVersion":"1723599747213377175"},{"CodeVersion":"1723599747213377176","Percentage":90}]',
  ])('%s', (versions) => {
    expect(splitOf(versions)).toEqual(split);
  });

  test('a numeric version is taken digit by digit, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 19n }), (id) => {
        expect(splitOf(`[{"CodeVersion":${id},"Percentage":100}]`)).toEqual([{ version: String(id), weight: 100 }]);
      }),
    );
  });

  test.each([
    '[{"CodeVersion":1.723599747213377e18,"Percentage":100}]',
    '[{"CodeVersion":"1","Percentage":1e2}]',
    '[{"CodeVersion":"1","Percentage":100.0}]',
    '[{"CodeVersion":"1","Percentage":99.5},{"CodeVersion":"2"}]',
    '[{"CodeVersion":"1","percentage":10},{"CodeVersion":"2"}]',
    '[{"CodeVersion":"1","Percentage":10,"CodeVersion":"2"}]',
    '[{"CodeVersion":"1","Percentage":null}]',
    '[{"CodeVersion":"1","Percentage":true}]',
    '{"CodeVersion":"1"}',
    '[]',
    '[1]',
    '[{"CodeVersion":"1"',
    '[{"__proto__":{"CodeVersion":"1"},"Percentage":100}]',
    '['.repeat(50_000),
  ])('refuses %s', (versions) => {
    expect(mistakes({ versions }).map((mistake) => mistake.input)).toContain('versions');
  });
});

describe('all mistakes at once', () => {
  test('those of each input and those between inputs, in the order of action.yml', () => {
    const empty = Object.fromEntries(INPUTS.map((name) => [name, ''])) as unknown as RawInputs;
    const result = readInputs({ ...empty, 'access-key-secret': 'x', region: 'x', 'dry-run': 'maybe' }, {});
    expect(result.ok ? [] : result.error.map((mistake) => mistake.input)).toEqual([
      'routine',
      'env',
      'versions',
      'dry-run',
      'access-key-id',
      'region',
    ]);
  });

  test('without versions only a dry run makes sense', () => {
    expect(mistakes({ versions: '' }).map((mistake) => mistake.input)).toEqual(['versions']);
    expect(read({ versions: '', 'dry-run': 'true' })).toMatchObject({
      ok: true,
      value: { wish: { goal: { kind: 'report' } } },
    });
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
