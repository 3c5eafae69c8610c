import { afterEach, describe, expect, test } from '@jest/globals';
import { brokenProxies, completeProxies, proxyFor, proxySecrets, shownProxy } from '../../src/network/proxy.js';

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];
afterEach(() => {
  for (const name of NAMES) delete process.env[name];
});
const by = (environment: Record<string, string>, url: string) => {
  Object.assign(process.env, environment);
  completeProxies(process.env);
  return proxyFor(new URL(url))?.host;
};
const ESA = 'https://esa.cn-hangzhou.aliyuncs.com/';
const PROXY = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' };

describe('which proxy', () => {
  test.each([
    [PROXY, ESA, 'secure:1'],
    [PROXY, 'http://example.com/', 'plain:2'],
    [{ https_proxy: 'http://lower:1' }, ESA, 'lower:1'],
    [{ HTTPS_PROXY: 'proxy.corp:3128' }, ESA, 'proxy.corp:3128'],
    [{ HTTP_PROXY: 'http://plain:2' }, ESA, undefined],
    [{}, ESA, undefined],
    [{ HTTPS_PROXY: '' }, ESA, undefined],
    [{ ...PROXY, NO_PROXY: '*' }, ESA, undefined],
    [{ ...PROXY, NO_PROXY: 'aliyuncs.com' }, ESA, undefined],
    [{ ...PROXY, no_proxy: '.aliyuncs.com' }, ESA, undefined],
    [{ ...PROXY, NO_PROXY: 'a.example, ESA.cn-hangzhou.aliyuncs.com' }, ESA, undefined],
    [{ ...PROXY, NO_PROXY: 'esa.cn-hangzhou.aliyuncs.com:443' }, ESA, undefined],
    [{ ...PROXY, NO_PROXY: 'esa.cn-hangzhou.aliyuncs.com:8443' }, ESA, 'secure:1'],
    [{ ...PROXY, NO_PROXY: 'liyuncs.com' }, ESA, 'secure:1'],
    [{ ...PROXY, NO_PROXY: 'esa.cn-hangzhou' }, ESA, 'secure:1'],
    [PROXY, 'http://127.0.0.1:8080/', undefined],
    [PROXY, 'http://localhost/', undefined],
    [PROXY, 'http://[::1]:1/', undefined],
    [PROXY, 'http://100.100.100.200/latest', undefined],
  ])('%j for %s: %s', (environment, url, expected) => {
    expect(by(environment as Record<string, string>, url)).toBe(expected);
  });
});

test('what is shown has no password; what is secret has it in each form that travels', () => {
  const environment = { HTTPS_PROXY: 'http://us%65r:p%40ss@proxy:3128' };
  Object.assign(process.env, environment);
  expect(shownProxy(new URL(ESA))).toBe('http://proxy:3128');
  expect(proxySecrets(environment)).toEqual(['p%40ss', 'p@ss', 'user:p@ss']);
  expect(proxySecrets({ HTTPS_PROXY: 'http://proxy:1', http_proxy: 'not a url' })).toEqual([]);
});

test.each([
  ['http://proxy:3128', []],
  ['https://user:p@proxy', []],
  ['proxy:3128', []],
  ['', []],
  ['socks5://proxy:1', ['HTTPS_PROXY']],
  ['http://', ['HTTPS_PROXY']],
  ['http://%zz@proxy', ['HTTPS_PROXY']],
  ['file:///etc/passwd', ['HTTPS_PROXY']],
])('HTTPS_PROXY=%s is broken: %j', (value, broken) => {
  expect(brokenProxies({ HTTPS_PROXY: value })).toEqual(broken);
});
