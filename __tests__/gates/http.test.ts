import type { IncomingMessage, RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isPrivateAddress } from '../../src/gates/address.js';
import { checkHttp, type HttpGate } from '../../src/gates/http.js';
import { probe } from '../../src/gates/probe.js';
import { sampleSize } from '../../src/rollout/decide/judge.js';
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
  probe({ url, versionHeader: 'x-version', timeout, signal: never, isPrivate: isPrivateAddress });
const GATE = { successRate: 99, interval: 1_000 };
const gateOf = (url: string, more: Partial<HttpGate> = {}): HttpGate => ({
  urls: [url],
  expect: [{ from: 200, to: 399 }],
  latency: undefined,
  versionHeader: undefined,
  ...more,
});

describe('a probe', () => {
  test('follows redirects as a browser would, and notes every version on the way', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there', 'x-version': '1' }).end();
      else response.writeHead(200, { 'x-version': '2' }).end('x'.repeat(100_000));
    });
    expect(await ask(`${url}/`)).toMatchObject({ kind: 'answered', status: 200, versions: ['1', '2'] });
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
      const seen = await probe({ url, versionHeader: undefined, timeout: 2_000, signal: never, isPrivate });
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

  test('a connection that is reset is not measured', async () => {
    await using server = await accepting((socket) => socket.destroy());
    expect(await ask(`${server.url}/`)).toMatchObject({ kind: 'unmeasured' });
  });
});

describe('a check', () => {
  test('takes the sample that its weight needs, of every URL', async () => {
    const seen = new Map<string, number>();
    const url = await serve((request, response) => {
      seen.set(request.url ?? '', (seen.get(request.url ?? '') ?? 0) + 1);
      response.end();
    });
    const measurement = await checkHttp(gateOf(url, { urls: [`${url}/a`, `${url}/b`] }), GATE, '2', 10, never);
    expect(measurement).toMatchObject({ good: 58, bad: 0, unknown: 0, share: undefined });
    expect(Object.fromEntries(seen)).toEqual({ '/a': 29, '/b': 29 });
  });

  test('ends as soon as the success rate is out of reach', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(500).end();
    });
    const measurement = await checkHttp(gateOf(url), GATE, '2', 1, never);
    expect(measurement.bad).toBeGreaterThanOrEqual(3);
    expect(asked).toBeLessThan(30);
    expect(measurement.failures).toHaveLength(3);
  });

  test('with a version header only the canary is judged, and its share is told', async () => {
    let turn = 0;
    const url = await serve((_, response) => {
      turn += 1;
      const version = turn % 2 === 0 ? '2' : '1';
      response.writeHead(version === '1' ? 500 : 200, { 'x-version': version }).end();
    });
    const measurement = await checkHttp(gateOf(url, { versionHeader: 'x-version' }), GATE, '2', 10, never);
    expect(measurement).toMatchObject({ bad: 0, unknown: 0, share: { named: 29 } });
    expect(measurement.good).toBe(measurement.share?.canary);
  });

  test('answers that name no version, where one is asked for, are no evidence', async () => {
    const url = await serve((_, response) => response.writeHead(500).end());
    const measurement = await checkHttp(gateOf(url, { versionHeader: 'x-version' }), GATE, '2', 50, never);
    expect(measurement).toMatchObject({ good: 0, bad: 0, unknown: 5 });
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
    expect(await checkHttp(gateOf(url), GATE, '2', 100, never)).toMatchObject({
      good: Number(healthy),
      bad: Number(!healthy),
    });
  });

  test('never more than eight at once', async () => {
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
    await checkHttp(gateOf(url), GATE, '2', 5, never);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });

  test('stops when it is cancelled', async () => {
    const cancel = new AbortController();
    const url = await serve(() => cancel.abort());
    const measurement = await checkHttp(gateOf(url), GATE, '2', 1, cancel.signal);
    expect(measurement.good + measurement.bad).toBe(0);
  });
});

test('sample sizes: the canary is hit with 95 % probability', () => {
  expect([1, 5, 10, 50, 100].map(sampleSize)).toEqual([299, 59, 29, 5, 1]);
  for (let weight = 1; weight < 100; weight += 1) {
    const miss = (1 - weight / 100) ** sampleSize(weight);
    expect(miss).toBeLessThanOrEqual(0.05 + 1e-12);
    expect((1 - weight / 100) ** (sampleSize(weight) - 1)).toBeGreaterThan(0.05);
  }
});

test.each([
  ['10.1.2.3', true],
  ['127.0.0.1', true],
  ['169.254.169.254', true],
  ['100.100.100.200', true],
  ['172.31.255.255', true],
  ['192.168.0.1', true],
  ['0.0.0.0', true],
  ['[::1]', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['::ffff:10.0.0.1', true],
  ['8.8.8.8', false],
  ['172.32.0.1', false],
  ['2606:4700::1111', false],
  ['example.com', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});
