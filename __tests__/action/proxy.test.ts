import type { Socket } from 'node:net';
import { afterAll, describe, expect, test } from '@jest/globals';
import { authority, behindProxy } from '../support/action/behind-proxy.js';
import { onOidcStage } from '../support/action/oidc-stage.js';
import { gate } from '../support/action/rollout-stage.js';
import { live, SHORT_PAUSES, writes } from '../support/action/stage.js';
import { accepting, answering } from '../support/network/listening.js';

afterAll(() => authority[Symbol.dispose]());

describe('through a proxy that alone can resolve the names', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('%s: ESA and STS, TLS by a private CA', async (name) => {
    await behindProxy(async ({ run, versions, proxy, endpoints, ca, port, emulator }) => {
      const env = { ...ca, [name]: `http://127.0.0.1:${proxy.port}` };
      const result = await run({ versions: versions[1] ?? '', ...endpoints }, env);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(live(emulator)).toEqual({ [versions[1] ?? '']: 100 });
      expect(new Set(proxy.asked)).toEqual(new Set([`esa.test:${port}`, `sts.test:${port}`]));
    });
  });

  test('without the proxy nothing gets there: the names do not resolve', async () => {
    await behindProxy(async ({ run, versions, endpoints, ca, emulator }) => {
      const result = await run(
        { versions: versions[1] ?? '', ...endpoints, 'api-timeout': '500ms' },
        { ...SHORT_PAUSES, ...ca },
      );
      expect(result.outputs['reason']).toMatch(/ENOTFOUND|EAI_AGAIN|ConnectTimeout/);
      expect(emulator.requests).toEqual([]);
    });
  });

  test('with a user name and password, percent-encoded; neither is shown', async () => {
    await behindProxy(async ({ run, versions, proxy, endpoints, ca }) => {
      const env = { ...ca, HTTPS_PROXY: `http://runner:p%40ss%2Fw0rd-long@127.0.0.1:${proxy.port}`, RUNNER_DEBUG: '1' };
      const result = await run({ versions: versions[1] ?? '', ...endpoints }, env);
      expect(result.outputs['outcome']).toBe('deployed');
      const left = result.log.replace(/^::add-mask::.*$/gm, '') + result.summary + JSON.stringify(result.outputs);
      expect(left).not.toMatch(/p@ss|p%40ss|cnVubmVyOnBAc3M/);
      expect(result.log).toContain('::add-mask::p@ss/w0rd-long');
      expect(result.log).toContain('::add-mask::runner:p@ss/w0rd-long');
    }, 'p@ss/w0rd-long');
  });

  test('a wrong password: HTTP 407 by the proxy, nothing was received, advice, and no write', async () => {
    await behindProxy(async ({ run, versions, proxy, endpoints, ca, emulator }) => {
      const env = { ...ca, HTTPS_PROXY: `http://runner:wrong-password@127.0.0.1:${proxy.port}` };
      const result = await run({ versions: versions[1] ?? '', ...endpoints }, env);
      expect(result.outputs['reason']).toMatch(/ProxyRefused.*HTTP 407.*127\.0\.0\.1.*never received/);
      expect(result.log).toContain('USER:PASSWORD');
      expect(emulator.requests).toEqual([]);
    }, 'right');
  });

  test('gates: https by CONNECT, http passed on; an answer of the proxy is none of the canary', async () => {
    await behindProxy(async ({ run, versions, proxy, endpoints, ca, emulator }) => {
      const edge = new URL(emulator.edge).port;
      const inputs = { canary: versions[1] ?? '', steps: '50% for 500ms, 100%', ...gate(emulator), ...endpoints };
      const address = `http://127.0.0.1:${proxy.port}`;
      const env = { ...ca, HTTPS_PROXY: address, HTTP_PROXY: address };
      const http = await run({ ...inputs, 'gate-url': `http://edge.test:${edge}/production/hello/` }, env);
      expect(http.outputs['outcome']).toBe('promoted');
      expect(proxy.asked).toContain(`edge.test:${edge}`);
      const unknown = await run({ ...inputs, canary: versions[2] ?? '', 'gate-url': 'https://nowhere.invalid/' }, env);
      expect(unknown.outputs['outcome']).toBe('rolled-back');
      expect(unknown.outputs['reason']).toContain('could not measure');
    });
  });

  test.each([
    ['*', false],
    ['esa.test, sts.test', false],
    ['.test', false],
    ['test', false],
    ['ESA.TEST,STS.TEST', false],
    ['esa.test:1,sts.test:1', true],
    ['other.test', true],
    ['', true],
  ])('NO_PROXY=%s: by the proxy: %s', async (noProxy, proxied) => {
    await behindProxy(async ({ run, proxy, endpoints, ca }) => {
      for (const name of ['NO_PROXY', 'no_proxy']) {
        proxy.asked.length = 0;
        const env = { ...SHORT_PAUSES, ...ca, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, [name]: noProxy };
        const result = await run({ 'dry-run': 'true', ...endpoints, 'api-timeout': '1s' }, env);
        expect(proxy.asked.length > 0).toBe(proxied);
        expect(result.outputs['outcome']).toBe(proxied ? 'planned' : 'failed');
      }
    });
  });

  test('NO_PROXY with the very port goes direct', async () => {
    await behindProxy(async ({ run, proxy, endpoints, ca, port }) => {
      const env = {
        ...SHORT_PAUSES,
        ...ca,
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
        NO_PROXY: `esa.test:${port},sts.test:${port}`,
      };
      await run({ 'dry-run': 'true', ...endpoints, 'api-timeout': '1s' }, env);
      expect(proxy.asked).toEqual([]);
    });
  });

  test('loopback is never proxied', async () => {
    await onOidcStage(async ({ run, versions }) => {
      const env = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };
      expect((await run({ versions: versions[1] ?? '' }, env)).outputs['outcome']).toBe('deployed');
    });
  });

  test.each(['socks5://127.0.0.1:1', 'http://', 'http://u:%zz@h:1'])('HTTPS_PROXY=%s is a mistake', async (value) => {
    await onOidcStage(async ({ run, versions, emulator }) => {
      const result = await run({ versions: versions[1] ?? '' }, { HTTPS_PROXY: value });
      expect(result.outputs['outcome']).toBe('refused');
      expect(result.log).toContain('::error title=Variable HTTPS_PROXY::');
      expect(emulator.requests).toEqual([]);
    });
  });

  test('a proxy without a scheme is http', async () => {
    await behindProxy(async ({ run, proxy, endpoints, ca }) => {
      const env = { ...ca, HTTPS_PROXY: `localhost:${proxy.port}` };
      expect((await run({ 'dry-run': 'true', ...endpoints }, env)).outputs['outcome']).toBe('planned');
    });
  });
});

describe('a proxy that misbehaves', () => {
  const against = async (behave: (socket: Socket) => void, check: (log: string, reason: string) => void) => {
    await using proxy = await accepting((socket) => socket.once('data', () => behave(socket)));
    await onOidcStage(async ({ run, versions, emulator }) => {
      const started = Date.now();
      const result = await run(
        { versions: versions[1] ?? '', 'sts-endpoint': 'https://sts.test', 'api-timeout': '400ms' },
        { ...SHORT_PAUSES, HTTPS_PROXY: proxy.url },
      );
      expect(Date.now() - started).toBeLessThan(15_000);
      expect(result.outputs['outcome']).toBe('failed');
      expect(writes(emulator)).toBe(0);
      check(result.log, result.outputs['reason'] ?? '');
    });
  };

  test('it takes the connection and says nothing: bounded, and the process ends', async () => {
    await against(
      () => {},
      (_, reason) => expect(reason).toMatch(/ConnectTimeout.*through the proxy http:\/\/127\.0\.0\.1/),
    );
  });
  test('it drips its answer', async () => {
    await against(
      (socket) => {
        const drip = setInterval(() => socket.write('H'), 50);
        socket.once('close', () => clearInterval(drip));
      },
      (_, reason) => expect(reason).toContain('ConnectTimeout'),
    );
  });
  test('it fails', async () => {
    await against(
      (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'),
      (log, reason) => {
        expect(reason).toMatch(/ProxyFailed.*HTTP 502/);
        expect(log).toContain('whoever runs the proxy');
      },
    );
  });
  test('it hangs up', async () => {
    await against(
      (socket) => socket.destroy(),
      (_, reason) => expect(reason).toMatch(/ECONNRESET|ConnectionClosed|Proxy/),
    );
  });
});

test.each([502, 503, 504, 407])('a plain proxy that answers %i itself: could not be measured', async (status) => {
  await using proxy = await answering((_, response) => response.writeHead(status).end());
  await onOidcStage(async ({ run, versions }) => {
    const inputs = { canary: versions[1] ?? '', steps: '50% for 300ms, 100%', 'gate-interval': '100ms' };
    const env = { HTTP_PROXY: proxy.url };
    const result = await run({ ...inputs, 'gate-url': 'http://edge.test/', 'on-inconclusive': 'hold' }, env);
    expect(result.outputs['outcome']).toBe('held');
    expect(result.log).toMatch(/Checked at [0-9]+ %: no answer; [0-9]+ could not be measured/);
  });
});

describe('TLS', () => {
  test('an untrusted CA is refused, and NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async () => {
    await behindProxy(async ({ run, versions, proxy, endpoints, emulator }) => {
      for (const off of ['1', '0']) {
        const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_TLS_REJECT_UNAUTHORIZED: off };
        const result = await run({ versions: versions[1] ?? '', ...endpoints }, env);
        expect(result.outputs['reason']).toMatch(/CERT|VERIFY/);
        expect(result.log).toContain('NODE_EXTRA_CA_CERTS');
        expect(result.log.includes('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored')).toBe(off === '0');
      }
      expect(emulator.requests).toEqual([]);
    });
  });

  test('a gate is verified too, whatever the environment says', async () => {
    await behindProxy(async ({ run, versions, proxy, endpoints, ca, port }) => {
      const env = { ...ca, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const inputs = {
        canary: versions[1] ?? '',
        steps: '50% for 300ms, 100%',
        'gate-interval': '100ms',
        ...endpoints,
      };
      const result = await run({ ...inputs, 'gate-url': `https://other.test:${port}/` }, env);
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.log).toMatch(/no answer; .*ERR_TLS_CERT_ALTNAME_INVALID/);
    });
  });

  test('a certificate for another host is refused', async () => {
    await behindProxy(async ({ run, proxy, ca, port }) => {
      const env = { ...ca, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
      const result = await run({ 'dry-run': 'true', 'sts-endpoint': `https://other.test:${port}` }, env);
      expect(result.outputs['reason']).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    });
  });

  test("GitHub's token service by the proxy too", async () => {
    await behindProxy(async ({ run, proxy, endpoints, ca, github }) => {
      const url = new URL(github.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
      const env = {
        ...ca,
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
        HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
        ACTIONS_ID_TOKEN_REQUEST_URL: `http://token.test:${url.port}${url.pathname}${url.search}`,
      };
      const result = await run({ 'dry-run': 'true', ...endpoints }, env);
      expect(result.outputs['outcome']).toBe('planned');
      expect(proxy.asked).toContain(`token.test:${url.port}`);
    });
  });
});
