import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { checkHttp, type HttpGate } from '../../src/gates/http.js';
import { keptConnections, probe } from '../../src/gates/probe.js';
import { accepting, answering } from '../support/network/listening.js';

const never = new AbortController().signal;
const LIMIT = 20_000;
const gateOf = (url: string, more: Partial<HttpGate> = {}): HttpGate => ({
  urls: [url],
  expect: [{ from: 200, to: 399 }],
  latency: undefined,
  mark: undefined,
  ...more,
});

/** How many there were, and requests, of a check at this weight. */
async function counted(weight: number, more: Partial<HttpGate> = {}, answer: RequestListener = (_, r) => r.end('.')) {
  const connections = new Set<Socket>();
  let requests = 0;
  await using server = await answering((request, response) => {
    connections.add(request.socket);
    requests += 1;
    answer(request, response);
  });
  const measurement = await checkHttp(gateOf(server.url, more), weight, LIMIT, never);
  return { measurement, connections: connections.size, requests };
}

test('each request has a connection of its own while versions are drawn', async () => {
  for (const weight of [5, 99]) {
    const { connections, requests } = await counted(weight);
    expect(requests).toBeGreaterThan(40);
    expect(connections).toBe(requests);
  }
});

test('connections are used again where one version serves alone', async () => {
  const { connections, requests, measurement } = await counted(100);
  expect({ connections, requests }).toEqual({ connections: 4, requests: 11 });
  expect(measurement).toMatchObject({ canary: { good: 11, bad: 0 }, failures: [] });
});

test('connections are closed when the check has ended', async () => {
  const closed = new Map<Socket, Promise<unknown>>();
  const answer: RequestListener = ({ socket }, response) => {
    if (!closed.has(socket)) closed.set(socket, once(socket, 'close'));
    response.end();
  };
  await using server = await answering(answer, '127.0.0.1', { keepAliveTimeout: 60_000 });
  for (let check = 0; check < 3; check += 1) await checkHttp(gateOf(server.url), 100, LIMIT, never);
  expect(closed.size).toBe(12);
  await Promise.all(closed.values());
});

test('connections are not used again where the time to open one counts', async () => {
  expect(await counted(100, { latency: 5_000 })).toMatchObject({ connections: 11, requests: 11 });
});

test.each<[string, RequestListener]>([
  ['says so', (_, response) => response.setHeader('connection', 'close').end('.')],
  ['sends a body that is long', (_, response) => response.end('.'.repeat(200_000))],
])('connections are not used again where the server %s', async (_, answer) => {
  expect(await counted(100, {}, answer)).toMatchObject({
    connections: 11,
    measurement: { canary: { good: 11, bad: 0 }, unknown: 0 },
  });
});

test('connections that the server closes without a word after an answer are no failure of anybody', async () => {
  await using server = await accepting((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n.'));
  });
  const { canary, failures } = await checkHttp(gateOf(`${server.url}/`), 100, LIMIT, never);
  expect({ canary, failures }).toEqual({ canary: { good: 11, bad: 0 }, failures: [] });
});

test('whoever cuts a connection that was used before has failed, as on a new one', async () => {
  const turns = new Map<Socket, number>();
  await using server = await answering((request, response) => {
    turns.set(request.socket, (turns.get(request.socket) ?? 0) + 1);
    if (turns.get(request.socket) === 2) request.socket.destroy();
    else response.end('.');
  });
  const { canary, failures } = await checkHttp(gateOf(server.url), 100, LIMIT, never);
  expect(canary.bad).toBeGreaterThanOrEqual(3);
  expect(canary.good + canary.bad).toBe(11);
  expect(failures[0]?.seen).toBe('cut off (ECONNRESET)');
});

test('a body that never ends holds up nothing, and counts for nothing', async () => {
  const { measurement } = await counted(100, {}, (_, response) => response.writeHead(500).write('.'));
  expect(measurement.canary).toEqual({ good: 0, bad: 11 });
  expect(measurement.failures.every(({ took }) => took < 400)).toBe(true);
});

test('connections that lead into a private network are not used by a redirect from a public address', async () => {
  const isPrivate = (address: string) => /127\.0\.0\.1/.test(address);
  const connections = keptConnections();
  const paths: string[] = [];
  await using server = await answering((request, response) => {
    paths.push(request.url ?? '');
    if (request.url === '/out') response.writeHead(302, { location: `http://localhost:${server.port}/in` });
    response.end();
  }, '::');
  const ways = { header: undefined, timeout: 2_000, signal: never, connections };
  const inside = { ...ways, url: `http://localhost:${server.port}/in`, isPrivate: () => true };
  expect(await probe(inside)).toMatchObject({ kind: 'answered' });
  const outside = { ...ways, url: `http://[::1]:${server.port}/out`, isPrivate };
  expect(await probe(outside)).toMatchObject({ kind: 'unmeasured', why: 'redirected into a private network' });
  expect(paths).toEqual(['/in', '/out']);
  connections.end();
});
