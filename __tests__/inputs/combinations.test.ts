import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/table.js';
import { mistakes } from '../support/inputs/given-inputs.js';

const one = (input: string, message: string) => [{ input, message }];
const BOTH = 'both `versions` and `canary` are given; allowed is one of them: a fixed split, or a rollout by steps';
const NEITHER =
  'nothing is given; allowed is `versions` for a fixed split, `canary` for a rollout by steps, `code` to upload a version, or none of them with `dry-run: true` to see what is live';
const NOT_WATCHED = 'a gate watches a rollout by `canary` and `steps`; a fixed split by `versions` is not watched';
const NO_BAKE = 'no step has a bake time, so nothing would be watched; write `steps` such as "5% for 5m, 100%"';
const NO_URL = 'it is for the answers of `gate-url`, which is not given';
const NO_LOGS = 'it says where the logs of `gate-logs` are, which is not given';
const NO_GATE = 'there is nothing to observe: none of `gate-url`, `gate-command` and `gate-logs` is given';
const LAST_BAKE =
  'with `wait: false` the step to 100 % cannot bake: nothing then remembers the stable that a rollback would restore; let the last bake be below 100 %';

const ROLLOUT: Partial<RawInputs> = { versions: '', canary: '42', steps: '5% for 5m, 100%' };
const URL = { 'gate-url': 'https://a.example' };
const LOGS = { 'gate-logs': 'my-logs/edge-routine' };
const COMMAND = { 'gate-command': 'true' };

describe('a split, a rollout or a report', () => {
  test.each<[string, Partial<RawInputs>, readonly object[]]>([
    ['a split alone', {}, []],
    ['a rollout alone', ROLLOUT, []],
    ['both', { ...ROLLOUT, versions: '42' }, one('canary', BOTH)],
    ['neither', { versions: '' }, one('versions', NEITHER)],
    ['neither, and no dry run', { versions: '', 'dry-run': 'false' }, one('versions', NEITHER)],
    ['neither, with a dry run', { versions: '', 'dry-run': 'true' }, []],
  ])('%s', (_, changed, expected) => {
    expect(mistakes(changed)).toEqual(expected);
  });

  test('one that is wrong is given nevertheless', () => {
    expect(mistakes({ versions: 'x', canary: 'y' }).map(({ input, message }) => [input, message === BOTH])).toEqual([
      ['canary', false],
      ['canary', true],
      ['versions', false],
    ]);
    expect(mistakes({ versions: 'x' })).toHaveLength(1);
    expect(mistakes({ versions: '', canary: 'x' })).toHaveLength(1);
  });
});

describe('code', () => {
  const CODE: Partial<RawInputs> = { versions: '', code: 'dist/index.js' };
  const NO_CODE = 'it is for the upload of `code`, which is not given';
  const NOT_NAMED =
    'its version is not what `versions` or `canary` names, so it would be uploaded for nothing; write the word `uploaded` there, or give `code` alone';
  test.each<[string, Partial<RawInputs>, readonly object[]]>([
    ['alone', CODE, []],
    ['with steps', { ...CODE, steps: '5% for 5m, 100%', ...URL }, []],
    ['with a canary', { ...CODE, canary: 'uploaded' }, []],
    ['as a part of a split', { ...CODE, versions: 'uploaded=10,stable' }, []],
    ['beside another canary', { ...CODE, canary: '42' }, one('code', NOT_NAMED)],
    ['beside another split', { ...CODE, versions: '42=10,latest' }, one('code', NOT_NAMED)],
    ['alone, with a gate', { ...CODE, ...URL }, one('gate-url', NO_BAKE)],
    ['a split, with a gate', { ...CODE, ...URL, versions: 'uploaded' }, one('gate-url', NOT_WATCHED)],
    ['its description without', { 'code-description': 'x' }, one('code-description', NO_CODE)],
    ['its entry without', { 'code-entry': 'x' }, one('code-entry', NO_CODE)],
    ['its strategy without', { 'code-not-found': '404-page' }, one('code-not-found', NO_CODE)],
    ['room for it without', { 'keep-versions': '10' }, one('keep-versions', NO_CODE)],
    ['a routine for it without', { 'create-routine': 'true' }, one('create-routine', NO_CODE)],
    ['no routine for it without', { 'create-routine': 'false' }, []],
    [
      'its word without',
      { versions: 'uploaded' },
      one('versions', '`uploaded` is the version of `code`, which is not given'),
    ],
    [
      'its word as a canary',
      { ...ROLLOUT, canary: 'uploaded' },
      one('canary', '`uploaded` is the version of `code`, which is not given'),
    ],
  ])('%s', (_, changed, expected) => {
    expect(mistakes(changed)).toEqual(expected);
  });
});

describe('gates', () => {
  test.each<[string, Partial<RawInputs>, readonly object[]]>([
    ['URLs of a rollout', { ...ROLLOUT, ...URL }, []],
    ['a command of a rollout', { ...ROLLOUT, ...COMMAND }, []],
    ['URLs of a split', URL, one('gate-url', NOT_WATCHED)],
    ['a command of a split', COMMAND, one('gate-command', NOT_WATCHED)],
    ['URLs without a bake', { ...ROLLOUT, ...URL, steps: '5%, 100%' }, one('gate-url', NO_BAKE)],
    ['a command without a bake', { ...ROLLOUT, ...COMMAND, steps: '' }, one('gate-command', NO_BAKE)],
    ['both of a report', { ...URL, ...COMMAND, versions: '', 'dry-run': 'true', steps: '5% for 5m' }, []],
    ['logs of a rollout', { ...ROLLOUT, ...LOGS, 'gate-logs-region': 'cn-beijing' }, []],
    ['logs of a split', LOGS, one('gate-logs', NOT_WATCHED)],
    ['logs without a bake', { ...ROLLOUT, ...LOGS, steps: '5%, 100%' }, one('gate-logs', NO_BAKE)],
    ['a region of logs without', { ...ROLLOUT, 'gate-logs-region': 'cn-beijing' }, one('gate-logs-region', NO_LOGS)],
    [
      'their host without',
      { ...ROLLOUT, 'gate-logs-endpoint': 'https://a.example' },
      one('gate-logs-endpoint', NO_LOGS),
    ],
    ['a latency with URLs', { ...ROLLOUT, ...URL, 'gate-latency': '1s' }, []],
    ['a latency without', { ...ROLLOUT, ...COMMAND, 'gate-latency': '1s' }, one('gate-latency', NO_URL)],
    ['a header with URLs', { ...ROLLOUT, ...URL, 'gate-version-header': 'x' }, []],
    ['observed URLs', { ...ROLLOUT, ...URL, 'gate-mode': 'observe' }, []],
    ['observed without any', { ...ROLLOUT, 'gate-mode': 'observe' }, one('gate-mode', NO_GATE)],
    ['enforced without any', { ...ROLLOUT, 'gate-mode': 'enforce' }, []],
    ['a header without', { ...ROLLOUT, 'gate-version-header': 'x' }, one('gate-version-header', NO_URL)],
  ])('%s', (_, changed, expected) => {
    expect(mistakes(changed)).toEqual(expected);
  });

  test('nothing is concluded from what is wrong', () => {
    const inputs = (changed: Partial<RawInputs>) => mistakes({ ...ROLLOUT, ...changed }).map(({ input }) => input);
    expect(inputs({ ...URL, steps: '5' })).toEqual(['steps']);
    expect(inputs({ 'gate-url': 'x', 'gate-latency': '1s' })).toEqual(['gate-url']);
    expect(inputs({ 'gate-latency': 'x' })).toEqual(['gate-latency', 'gate-latency']);
    expect(inputs({ versions: 'x', canary: '', ...COMMAND })).toEqual(['versions', 'gate-command']);
  });
});

test.each<[string, string, readonly object[]]>([
  ['false', '5% for 5m, 100% for 5m', one('steps', LAST_BAKE)],
  ['False', '100% for 1ms', one('steps', LAST_BAKE)],
  ['false', '5% for 5m, 100%', []],
  ['false', '5% for 5m', []],
  ['true', '5% for 5m, 100% for 5m', []],
  ['', '5% for 5m, 100% for 5m', []],
])('wait %j with steps %j', (wait, steps, expected) => {
  expect(mistakes({ ...ROLLOUT, wait, steps })).toEqual(expected);
});

describe('credentials', () => {
  const NONE = { 'access-key-id': '', 'access-key-secret': '' };
  const ROLE = {
    ...NONE,
    'role-to-assume': 'acs:ram::12345:role/a',
    'oidc-provider-arn': 'acs:ram::12345:oidc-provider/a',
  };
  const TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://t.example', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
  const FORBIDDEN =
    'GitHub does not let this job have an id-token: give the job `permissions: { id-token: write }`; pull requests of forks never get one';
  const half = (given: string) => `nothing is given, but ${given} is; they belong together`;
  const MALFORMED = 'what is set holds a space, a line break or a character outside ASCII; set it again';
  const NO_ROLE = 'it is for `role-to-assume`, which is not given';

  test.each<[string, Partial<RawInputs>, Record<string, string>, readonly object[]]>([
    ['a key whose id is missing', { 'access-key-id': '' }, {}, one('access-key-id', half('`access-key-secret`'))],
    [
      'a token alone',
      { ...NONE, 'security-token': 'x' },
      {},
      [...one('access-key-id', half('`security-token`')), ...one('access-key-secret', half('`security-token`'))],
    ],
    [
      'an id with a token',
      { 'access-key-secret': '', 'security-token': 'x' },
      {},
      one('access-key-secret', half('`access-key-id` and `security-token`')),
    ],
    [
      'half a pair of variables',
      NONE,
      { ALICLOUD_ACCESS_KEY: 'x' },
      one('ALICLOUD_SECRET_KEY', half('`ALICLOUD_ACCESS_KEY`')),
    ],
    [
      'a variable that is no key',
      NONE,
      { ALICLOUD_ACCESS_KEY: 'x', ALICLOUD_SECRET_KEY: 'two words' },
      one('ALICLOUD_SECRET_KEY', MALFORMED),
    ],
    ['a role with a token', ROLE, TOKEN, []],
    ['a role with a session name', { ...ROLE, 'role-session-name': 'ab' }, TOKEN, []],
    ['a session name without a role', { 'role-session-name': 'ab' }, {}, one('role-session-name', NO_ROLE)],
    ...Object.keys(TOKEN).map((name): [string, Partial<RawInputs>, Record<string, string>, readonly object[]] => [
      `a role without ${name}`,
      ROLE,
      { ...TOKEN, [name]: '' },
      one('role-to-assume', FORBIDDEN),
    ]),
    ['a key needs no token', {}, {}, []],
  ])('%s', (_, changed, environment, expected) => {
    expect(mistakes(changed, environment)).toEqual(expected);
  });
});

test('a proxy that is none, by its variable and never by its value', () => {
  const message =
    'what is set is not the URL of a proxy; allowed is `http://HOST:PORT`, with `USER:PASSWORD@` before HOST where needed';
  expect(mistakes({}, { HTTPS_PROXY: 'ftp://hunter2@host' })).toEqual(one('HTTPS_PROXY', message));
  expect(mistakes({}, { HTTPS_PROXY: 'http://proxy:3128' })).toEqual([]);
});

describe('what is for a record', () => {
  const NO_RECORD = 'it is for the record by `github-deployment`, which is not given';
  test.each(['github-deployment-steps', 'retry'] as const)('%s alone is a mistake', (input) => {
    expect(mistakes({ [input]: 'true' })).toEqual(one(input, NO_RECORD));
    expect(mistakes({ [input]: 'false' })).toEqual([]);
    expect(mistakes({ [input]: 'true', 'github-deployment': 'production' })).toEqual([]);
  });
});
