import { describe, expect, test } from '@jest/globals';
import { readUploadForm, secretsIn } from '../../src/esa/upload-form.js';

const AT = Date.UTC(2026, 10, 26);
const policyTo = (end: number) =>
  Buffer.from(JSON.stringify({ expiration: new Date(end).toISOString() })).toString('base64');
const config = {
  Url: 'https://bucket.oss.test/',
  OSSAccessKeyId: 'STS.x',
  Key: 'k',
  Policy: policyTo(AT + 120_000),
  Signature: 'sig',
  XOssSecurityToken: 'token',
};
const received = { at: AT, date: AT, isLoopback: false };

test('fields go as given, by the names that object storage has for them', () => {
  const given = {
    ...config,
    callback: '',
    'x:codeDescription': null,
    success_action_status: '200',
    'bad name"\r\n': 'x',
  };
  const form = readUploadForm(given, received);
  expect(form).toEqual({
    ok: true,
    value: {
      url: new URL(config.Url),
      fields: [
        ['OSSAccessKeyId', 'STS.x'],
        ['key', 'k'],
        ['policy', config.Policy],
        ['Signature', 'sig'],
        ['x-oss-security-token', 'token'],
        ['success_action_status', '200'],
      ],
      until: AT + 115_000,
    },
  });
});

describe('how long a form holds', () => {
  const until = (more: Partial<typeof config>, when: Partial<typeof received> = {}) => {
    const form = readUploadForm({ ...config, ...more }, { ...received, ...when });
    return form.ok ? form.value.until - AT : undefined;
  };
  test.each([
    ['as its policy says', until({}), 115_000],
    ['by the clock of the service', until({}, { date: AT + 60_000 }), 55_000],
    ['five minutes, where the policy says nothing', until({ Policy: 'x' }), 295_000],
    [
      'five minutes, where the policy is another JSON',
      until({ Policy: Buffer.from('null').toString('base64') }),
      295_000,
    ],
    ['five minutes, where the clocks are far apart', until({}, { date: AT + 3_600_000 }), 295_000],
    ['five minutes, where it says for ever', until({ Policy: policyTo(AT + 1e12) }), 295_000],
  ])('%s', (_what, found, expected) => expect(found).toBe(expected));
});

describe('where it is posted', () => {
  const address = (Url: string | undefined, isLoopback = false) => {
    const form = readUploadForm({ ...config, Url }, { ...received, isLoopback });
    return form.ok ? form.value.url.href : form.error;
  };
  test('by TLS, whatever the answer says, unless the service is on loopback itself', () => {
    expect(address('http://bucket.oss.test/a?b=c')).toBe('https://bucket.oss.test/a?b=c');
    expect(address('http://127.0.0.1:80/_oss/', true)).toBe('http://127.0.0.1/_oss/');
  });
  test.each([
    undefined,
    '',
    'bucket.oss.test',
    'ftp://x.test/',
    'file:///etc/passwd',
    'https://a:b@x.test/',
    'javascript:1',
  ])('never to %j', (url) => expect(address(url)).toBe('OssPostConfig.Url is not an address of object storage'));
});

test.each(['OSSAccessKeyId', 'Key', 'Policy', 'Signature'])('none without %s', (name) => {
  expect(readUploadForm({ ...config, [name]: '' }, received).ok).toBe(false);
});

test('what lets somebody post is secret', () => {
  expect(secretsIn(config)).toEqual([config.Url, 'STS.x', 'sig', 'token', config.Policy]);
  expect(secretsIn({ policy: 'p', callback: null })).toEqual(['p']);
});
