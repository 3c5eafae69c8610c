import { describe, expect, test } from '@jest/globals';
import { adviseOnNetwork, adviseOnPage } from '../../src/alibaba/network-advice.js';

describe('a failure of the network', () => {
  test.each(['ConnectTimeout', 'ReadTimeout', 'ECONNRESET', 'ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND', 'EPIPE'])(
    '%s is transient',
    (code) => {
      expect(adviseOnNetwork(code, 'endpoint').transient).toBe(true);
    },
  );
  test.each([
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s is permanent', (code) => {
    expect(adviseOnNetwork(code, 'endpoint').transient).toBe(false);
  });
  test('a page is transient, whoever sent it; a redirect is permanent', () => {
    expect([0, 200, 429, 502, 503].map((status) => adviseOnPage(status, 'endpoint').transient)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    const refused = [400, 403, 404, 407, 429].map((status) => adviseOnPage(status, 'endpoint').transient);
    expect(refused).toEqual(Array(5).fill(true));
    expect([301, 302].map((status) => adviseOnPage(status, 'endpoint').transient)).toEqual([false, false]);
  });
});
