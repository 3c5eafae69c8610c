import type { IncomingMessage, RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isPrivateAddress } from '../../src/gates/address.js';
import { checkHttp, type HttpGate } from '../../src/gates/http.js';
import { probe } from '../../src/gates/probe.js';
import { accepting, answering, type Listening } from '../support/network/listening.js';

const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = await answering(answer);
  servers.push(server);
  return server.url;
}

const never = new AbortController().signal;
const ask = (url: string, timeout = 5_000) =>
  probe({ url, header: 'x-version', timeout, signal: never, isPrivate: isPrivateAddress });
const MARK = { header: 'x-version', canary: '2' };
const LIMIT = 20_000;
const gateOf = (url: string, more: Partial<HttpGate> = {}): HttpGate => ({
  urls: [url],
  expect: [{ from: 200, to: 399 }],
  latency: undefined,
  mark: undefined,
  ...more,
});

describe('a probe', () => {
  test('follows redirects as a browser would, and notes every version on the way', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there', 'x-version': '1' }).end();
      else response.writeHead(200, { 'x-version': '2' }).end('x'.repeat(100_000));
    });
    expect(await ask(`${url}/`)).toMatchObject({ kind: 'answered', status: 200, marks: ['1', '2'] });
  });

  test('does not follow a redirect from a public address into a private network, by address or by name', async () => {
    // No public address can be asked from a test: here IPv6 loopback plays the public one, IPv4 loopback the private.
    const isPrivate = (address: string) => /127\.0\.0\.1/.test(address);
    let asked = 0;
    await using server = await answering((request, response) => {
      asked += 1;
      const host = request.url === '/name' ? 'localhost' : '127.0.0.1';
      response.writeHead(302, { location: `http://${host}:${server.port}/metadata` }).end();
    }, '::');
    for (const path of ['name', 'address']) {
      const url = `http://[::1]:${server.port}/${path}`;
      const seen = await probe({ url, header: undefined, timeout: 2_000, signal: never, isPrivate });
      expect(seen).toMatchObject({ kind: 'unmeasured', why: 'redirected into a private network' });
    }
    expect(asked).toBe(2);
  });

  test('a loop of redirects ends as not measured', async () => {
    const url = await serve((_, response) => response.writeHead(301, { location: '/' }).end());
    expect(await ask(url)).toMatchObject({ kind: 'unmeasured', why: expect.stringContaining('redirects') });
  });

  test('a redirect to what is no web page is an answer as it stands', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    expect(await ask(url)).toMatchObject({ kind: 'answered', status: 302 });
  });

  test('says who asks', async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      response.end();
    });
    await ask(url);
    expect(seen?.headers['user-agent']).toContain('esa-canary-deploy');
  });

  test('an endless body costs nothing', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    expect(await ask(url, 2_000)).toMatchObject({ kind: 'answered', status: 200 });
  });

  test('silence after a connection is an answer; no connection is none', async () => {
    const url = await serve(() => {});
    expect(await ask(url, 200)).toMatchObject({ kind: 'silent' });
    expect(await ask('http://127.0.0.1:9/')).toMatchObject({ kind: 'unmeasured', why: 'ECONNREFUSED' });
    expect(await ask('http://no-such-host.invalid/')).toMatchObject({ kind: 'unmeasured' });
  });

  test('a connection that is cut when the request was sent is an answer, of a kind', async () => {
    await using server = await accepting((socket) => {
      socket.once('data', () => socket.destroy());
    });
    expect(await ask(`${server.url}/`)).toMatchObject({ kind: 'cut', why: 'ECONNRESET' });
  });
});

describe('a check', () => {
  test('takes the sample that its weight needs, of every URL', async () => {
    const seen = new Map<string, number>();
    const url = await serve((request, response) => {
      seen.set(request.url ?? '', (seen.get(request.url ?? '') ?? 0) + 1);
      response.end();
    });
    const measurement = await checkHttp(gateOf(url, { urls: [`${url}/a`, `${url}/b`] }), 10, LIMIT, never);
    expect(measurement).toMatchObject({
      canary: { good: 96, bad: 0 },
      stable: undefined,
      cut: 0,
      unknown: 0,
      unnamed: 0,
    });
    expect(Object.fromEntries(seen)).toEqual({ '/a': 48, '/b': 48 });
  });

  test('is whole, however bad: the first few failures are kept', async () => {
    const url = await serve((_, response) => response.writeHead(500).end());
    const measurement = await checkHttp(gateOf(url), 50, LIMIT, never);
    expect(measurement.canary).toEqual({ good: 0, bad: 22 });
    expect(measurement.failures).toHaveLength(3);
  });

  test('with a mark each answer counts for the version that gave it', async () => {
    let turn = 0;
    const url = await serve((_, response) => {
      turn += 1;
      const version = turn % 2 === 0 ? '2' : '1';
      response.writeHead(version === '1' ? 500 : 200, { 'x-version': version }).end();
    });
    const measurement = await checkHttp(gateOf(url, { mark: MARK }), 10, LIMIT, never);
    expect(measurement).toMatchObject({
      canary: { good: 24, bad: 0 },
      stable: { good: 0, bad: 24 },
      cut: 0,
      unknown: 0,
    });
  });

  test('the first failures are of the canary, and then of what was cut, whoever failed before', async () => {
    let turn = 0;
    const url = await serve((request, response) => {
      turn += 1;
      if (turn === 40) request.socket.resetAndDestroy();
      else if (turn === 48) response.writeHead(500, { 'x-version': '2' }).end();
      else response.writeHead(503, { 'x-version': '1' }).end();
    });
    const { failures } = await checkHttp(gateOf(url, { mark: MARK }), 10, LIMIT, never);
    expect(failures.map(({ seen }) => seen)).toEqual(['HTTP 500', 'cut off (ECONNRESET)', 'HTTP 503']);
  });

  test('at 100 % there is no control, and what another version answers yet counts for nobody', async () => {
    let turn = 0;
    const url = await serve((_, response) => {
      turn += 1;
      response.writeHead(200, { 'x-version': turn === 1 ? '1' : '2' }).end();
    });
    const measurement = await checkHttp(gateOf(url, { mark: MARK }), 100, LIMIT, never);
    expect(measurement).toMatchObject({ canary: { good: 10, bad: 0 }, stable: undefined, unknown: 0 });
  });

  test('nor does what fails then without a name count for the canary, while another version answers most', async () => {
    let turn = 0;
    const url = await serve((_, response) => {
      turn += 1;
      if (turn <= 2) response.writeHead(500).end();
      else response.writeHead(200, { 'x-version': turn === 3 ? '2' : '1' }).end();
    });
    const measurement = await checkHttp(gateOf(url, { mark: MARK }), 100, LIMIT, never);
    expect(measurement).toMatchObject({ canary: { good: 1, bad: 0 }, stable: undefined, cut: 2 });
  });

  test('good answers without the mark, where there is one, are no evidence', async () => {
    const url = await serve((_, response) => response.end());
    const measurement = await checkHttp(gateOf(url, { mark: MARK }), 50, LIMIT, never);
    expect(measurement).toMatchObject({
      canary: { good: 0, bad: 0 },
      stable: { good: 0, bad: 0 },
      cut: 0,
      unknown: 22,
      unnamed: 22,
    });
  });

  test('bad ones are, as whoever throws sets no header: of somebody, or of the canary that is alone', async () => {
    const url = await serve((_, response) => response.writeHead(500).end());
    const of = (weight: number) => checkHttp(gateOf(url, { mark: MARK }), weight, LIMIT, never);
    const none = { good: 0, bad: 0 };
    expect(await of(50)).toMatchObject({ canary: none, stable: none, cut: 22, unknown: 0, unnamed: 0 });
    expect(await of(100)).toMatchObject({ canary: { good: 0, bad: 11 }, cut: 0, unknown: 0, unnamed: 0 });
  });

  test('whoever cuts a connection that was sent a request has failed', async () => {
    await using server = await accepting((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const mixed = await checkHttp(gateOf(`${server.url}/`), 50, LIMIT, never);
    expect(mixed).toMatchObject({ canary: { good: 0, bad: 22 }, cut: 0, unknown: 0 });
    expect(mixed.failures[0]?.seen).toBe('cut off (ECONNRESET)');
    const marked = await checkHttp(gateOf(`${server.url}/`, { mark: MARK }), 50, LIMIT, never);
    expect(marked).toMatchObject({ canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 }, cut: 22, unknown: 0 });
  });

  test('at 100 % that was the canary, with a mark too', async () => {
    let turn = 0;
    await using server = await accepting((socket) => {
      turn += 1;
      const isCut = turn % 2 === 0;
      socket.once('data', () => {
        if (isCut) socket.resetAndDestroy();
        else socket.end('HTTP/1.1 200 OK\r\nx-version: 2\r\nconnection: close\r\n\r\n');
      });
    });
    const measurement = await checkHttp(gateOf(`${server.url}/`, { mark: MARK }), 100, LIMIT, never);
    expect(measurement).toMatchObject({ canary: { good: 6, bad: 5 }, stable: undefined, cut: 0, unknown: 0 });
  });

  test('who hangs does not hold it up', async () => {
    const url = await serve(() => {});
    const measurement = await checkHttp(gateOf(url), 1, 300, never);
    expect(measurement).toMatchObject({ canary: { good: 0, bad: 0 }, unknown: 0 });
  });

  test.each([
    [200, true],
    [204, true],
    [399, true],
    [400, false],
    [404, false],
    [503, false],
  ])('status %s is healthy by default: %s', async (status, healthy) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect(await checkHttp(gateOf(url), 100, LIMIT, never)).toMatchObject({
      canary: { good: healthy ? 11 : 0, bad: healthy ? 0 : 11 },
    });
  });

  test('never more than thirty at once', async () => {
    let now = 0;
    let most = 0;
    const url = await serve((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end();
      }, 5);
    });
    await checkHttp(gateOf(url), 5, LIMIT, never);
    expect(most).toBeLessThanOrEqual(30);
    expect(most).toBeGreaterThan(20);
  });

  test('stops when it is cancelled', async () => {
    const cancel = new AbortController();
    const url = await serve(() => cancel.abort());
    const measurement = await checkHttp(gateOf(url), 1, LIMIT, cancel.signal);
    expect(measurement.canary).toEqual({ good: 0, bad: 0 });
  });
});
