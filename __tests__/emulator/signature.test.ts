import { expect, test } from '@jest/globals';
import { parseAuthorization, percentEncode, type SignedParts, sha256, sign } from '../../emulator/signature.js';

// Known answers: from the official page, the SDKs' own tests and the wire.

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Each header as sent once, all of them signed. */
function once(headers: Readonly<Record<string, string>>): Pick<SignedParts, 'headers' | 'signedHeaders'> {
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { headers: Object.fromEntries(lists), signedHeaders: Object.keys(headers) };
}

test('the official example of the signature page', () => {
  const parts = {
    method: 'POST',
    path: '/',
    query: [
      ['RegionId', 'cn-shanghai'],
      ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
    ] as const,
    payloadHash: emptyHash,
    ...once({
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': emptyHash,
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
    }),
  };
  const { canonicalRequest, stringToSign, signature } = sign(parts, 'YourAccessKeySecret');
  expect(sha256(canonicalRequest)).toBe('7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259');
  expect(stringToSign).toBe(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`);
  expect(signature).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0');
});

const okQuery = [
  ['test', 'ok'],
  ['empty', ''],
] as const;

test.each([
  [
    'TypeScript',
    'undefined',
    '',
    ['http', 'https'],
    okQuery,
    '0f2d549523cf082c83bb8135b5863614f7fe16ca7c2c7fc537e74d67374eeeac',
  ],
  ['TypeScript, bare', 'undefined', '', [], [], '608b887e491f3e88e85276b188a4d24e29230a559464685ccbf2dcc458e1fde8'],
  [
    'Python',
    'GET',
    '/',
    ['http', 'https'],
    okQuery,
    'd16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1',
  ],
  ['Java and Swift', 'GET', '/', ['http'], okQuery, '02e81f9f3cc8839151b0c7278024cbc4bfc9fa786085a0b8305f825f17b5dae7'],
  ['PHP', '', '/', ['https'], okQuery, '0a0f89a45f1ec3537a2d1a1046c71b95513a8f1f02526056968da19b99a5b914'],
  ['PHP, no query', '', '/', ['https'], [], 'af6d32deb090ae85a21d7183055cf18dca17751da96979cdf964f8f0853e9dd2'],
  ['Go', '', '/', ['https', 'http'], okQuery, '4ab59fffe3c5738ff8a2729f90cc04fe18b02a4b15b2102cbaf92f9ff3df2ea3'],
] as const)('the unit test of the SDK for %s', (_language, method, path, values, query, expected) => {
  const payloadHash = '55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23';
  const signedHeaders = values.length > 0 ? ['x-acs-test'] : [];
  const parts = { method, path, query, headers: { 'x-acs-test': values }, signedHeaders, payloadHash };
  expect(sign(parts, 'secret').signature).toBe(expected);
});

const deploymentBody =
  'CodeVersions=%5B%7B%22CodeVersion%22%3A%221723599747213377175%22%2C%22Percentage%22%3A10%7D%2C%7B%22CodeVersion' +
  '%22%3A%221723599747213377176%22%2C%22Percentage%22%3A90%7D%5D&Env=production&Name=my-routine&Strategy=percentage';

const formType = { 'content-type': 'application/x-www-form-urlencoded' };
const captured = {
  host: '127.0.0.1:18081',
  'x-acs-date': '2026-11-22T21:07:29Z',
  'x-acs-credentials-provider': 'static_ak',
};
const sts = {
  host: '127.0.0.1:18101',
  'x-acs-date': '2026-11-22T21:07:47Z',
  'x-acs-credentials-provider': 'static_sts',
  'x-acs-accesskey-id': 'testid',
  'x-acs-security-token': 'ststok',
};

test.each([
  {
    action: 'CreateRoutineCodeDeployment',
    body: deploymentBody,
    hash: 'a294b5d820129cb4cb90f3b14e2ea35c379ae9dd2085f152e6ced9151d59caa6',
    headers: { ...captured, ...formType },
    nonce: 'acff17c119df593da4625ebc4ff21f54cebea7dc5231ba486cd1ad613f760beb',
    expected: 'd6d9b4615e9a584c352e78024693b4bc68a24d84af94968c8394d25c4e28bcab',
  },
  {
    action: 'GetRoutine',
    body: 'Name=my-routine',
    hash: 'bc4d01f773b56087728566e0eebb7a99a56323a6a086d6fd17d24c04abc6b5c9',
    headers: { ...captured, ...formType },
    nonce: '589afa85b68e4f461bfe6660b0367de6314595e377fb41a33b8afd880409e2c8',
    expected: 'b1e8c6f977e1f37b2f2abc6015e056a975648c4be9262f0a071283691d5640a6',
  },
  {
    action: 'ListRoutineCodeVersions',
    body: 'Name=my-routine&PageNumber=1&PageSize=20',
    hash: '0d2915314df274b4af3cf6829e4b3e0d53ad417c5482f5a897e282b79f83b71b',
    headers: { ...captured, ...formType },
    nonce: 'c310470d87d3502db3697c0ad9e48f72f0a9bf8fab1d5a51b3ebd183ee2e41b6',
    expected: 'c1e6059618b2ac80009287b8418238fec276b05eb2f37f3512f39302da3e9d44',
  },
  {
    action: 'ListUserRoutines',
    body: '',
    query: [
      ['PageNumber', '1'],
      ['PageSize', '20'],
    ] as const,
    hash: emptyHash,
    headers: captured,
    nonce: '29cee25585e01c1614815b2acaa05ed534aacbe4526a6e7c7a74dafb9b3c2866',
    expected: '88ef95ae177cb244fa1237f10621f0fb0afff4b6c3d75c5d362a8d551c6ebc14',
  },
  {
    action: 'CreateRoutineCodeDeployment',
    body: deploymentBody,
    hash: 'a294b5d820129cb4cb90f3b14e2ea35c379ae9dd2085f152e6ced9151d59caa6',
    headers: { ...sts, ...formType },
    nonce: 'ab8ef6e1837ef4267312eb586bf63528e37245271108d3d4f0c1339849226a1e',
    expected: '096f10562c1ab34aaba107fdb0df3b45d0577e3e7617adcbee3c6a648c43b0e3',
  },
])('what the real SDK sent: $action at $headers.host', ({ action, body, hash, headers, nonce, expected, query }) => {
  expect(sha256(body)).toBe(hash);
  const all = {
    ...headers,
    'x-acs-action': action,
    'x-acs-version': '2024-09-10',
    'x-acs-signature-nonce': nonce,
    'x-acs-content-sha256': hash,
  };
  const parts = { method: 'POST', path: '/', query: query ?? [], payloadHash: hash, ...once(all) };
  expect(sign(parts, 'testsecret').signature).toBe(expected);
});

test('sha256 of the SDK test', () => {
  expect(sha256('test')).toBe('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08');
});

test('only unreserved characters stay as they are', () => {
  expect(percentEncode("aZ0-_.~ !'()*+/&=é")).toBe('aZ0-_.~%20%21%27%28%29%2A%2B%2F%26%3D%C3%A9');
});

const digits = 'ab'.repeat(32);

test.each([
  `ACS3-RSA-SHA256 Credential=id,SignedHeaders=host,Signature=${digits}`,
  `ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=${digits}`,
  'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=',
  'ACS3-HMAC-SHA256 Credential=id',
])('an incomplete Authorization header is none: %s', (header) => {
  expect(parseAuthorization(header)).toBeUndefined();
});

test('an Authorization header taken apart', () => {
  expect(
    parseAuthorization(`ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-date,Signature=${digits}`),
  ).toEqual({
    accessKeyId: 'id',
    signedHeaders: ['host', 'x-acs-date'],
    signature: digits,
  });
});
