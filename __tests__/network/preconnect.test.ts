import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { preconnect, preconnectedAgent } from '../../src/network/preconnect.js';
import { privateCa } from '../support/network/private-ca.js';

/** A server that knows its connections, in the order in which they came. */
interface Stage {
  readonly url: URL;
  readonly connections: Socket[];
  /** Resolves when so many have come. */
  readonly arrived: (count: number) => Promise<void>;
}

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
beforeEach(() => {
  for (const name of PROXIES) delete process.env[name];
});

async function listening(server: Server, protocol = 'http'): Promise<Stage> {
  servers.push(server);
  const connections: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    connections.push(socket.on('error', () => {}));
    sockets.push(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const arrived = async (count: number) => {
    while (connections.length < count) await once(server, 'connection');
  };
  const host = protocol === 'https' ? 'localhost' : '127.0.0.1';
  return { url: new URL(`${protocol}://${host}:${(server.address() as AddressInfo).port}`), connections, arrived };
}
const answering = () => createServer((_, response) => response.end('x'));

/** A request by the agent of its origin, as a library sends it; the status. */
const send = (url: URL, ca?: string) =>
  new Promise<number>((done, failed) => {
    const agent = preconnectedAgent(url);
    const sent = url.protocol === 'https:' ? tlsRequest(url, { agent, ca }) : request(url, { agent });
    sent.once('response', (response) => response.resume().once('end', () => done(response.statusCode ?? 0)));
    sent.once('error', failed).end();
  });

/** Opens connections ahead; `ours` are their ends on this side. */
function ahead(url: URL, count: number): { readonly ours: readonly Socket[]; readonly close: () => void } {
  const ours: Socket[] = [];
  const note = (message: unknown) => ours.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  const close = preconnect(url, count);
  unsubscribe('net.client.socket', note);
  expect(ours).toHaveLength(count);
  return { ours, close };
}
/** Not `once` of node:events, for which an error would be one of the test. */
const all = (ours: readonly Socket[], event: string) =>
  Promise.all(ours.map((socket) => new Promise<void>((done) => socket.once(event, () => done()))));

test('requests take the connections that are open, and open others when there are none left', async () => {
  const { url, connections } = await listening(answering());
  const { ours, close } = ahead(url, 2);
  await all(ours, 'connect');
  expect(await Promise.all([send(url), send(url)])).toEqual([200, 200]);
  expect(connections).toHaveLength(2);
  expect(await Promise.all([send(url), send(url), send(url)])).toEqual([200, 200, 200]);
  expect(connections).toHaveLength(3);
  close();
});

test('what was taken outlives the closing of what was not', async () => {
  const { url, connections } = await listening(answering());
  const { ours, close } = ahead(url, 2);
  await all(ours, 'connect');
  await send(url);
  close();
  expect(ours.filter(({ destroyed }) => destroyed)).toHaveLength(1);
  await send(url);
  expect(connections).toHaveLength(2);
});

test.each(['end', 'resetAndDestroy'] as const)('one that the server closed by %s is not used', async (how) => {
  const { url, connections, arrived } = await listening(answering());
  const { ours, close } = ahead(url, 1);
  const closed = all(ours, 'close');
  await Promise.all([all(ours, 'connect'), arrived(1)]);
  connections[0]?.[how]();
  await closed;
  expect(await send(url)).toBe(200);
  expect(connections).toHaveLength(2);
  close();
});

test('one that the server is closing is not used', async () => {
  const { url, connections, arrived } = await listening(answering());
  const { ours, close } = ahead(url, 1);
  const sent: Promise<number>[] = [];
  ours[0]?.once('end', () => sent.push(send(url)));
  const closed = all(ours, 'close');
  await Promise.all([all(ours, 'connect'), arrived(1)]);
  connections[0]?.end();
  await closed;
  expect(await Promise.all(sent)).toEqual([200]);
  expect(connections).toHaveLength(2);
  close();
});

test('one on which the server has complained of nothing to do is not used: no request is answered by that', async () => {
  const { url, connections, arrived } = await listening(answering());
  const { ours, close } = ahead(url, 1);
  const closed = all(ours, 'close');
  await Promise.all([all(ours, 'connect'), arrived(1)]);
  connections[0]?.end('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
  await closed;
  expect(await send(url)).toBe(200);
  expect(connections).toHaveLength(2);
  close();
});

test('one whose server nobody vouches for is not used', async () => {
  using ca = privateCa('localhost');
  const { url } = await listening(
    createTlsServer(ca.tls, (_, response) => response.end('x')),
    'https',
  );
  const { ours, close } = ahead(url, 1);
  await all(ours, 'close');
  await expect(send(url)).rejects.toThrow('unable to verify');
  close();
});

test('a port that refuses is found out by the request alone', async () => {
  const { url } = await listening(createTcpServer());
  servers.splice(0)[0]?.close();
  const { ours, close } = ahead(url, 1);
  await all(ours, 'close');
  await expect(send(url)).rejects.toThrow('ECONNREFUSED');
  close();
});

test('where TLS does not come about, a request does not wait for it', async () => {
  using ca = privateCa('localhost');
  const secure = createTlsServer(ca.tls, (_, response) => response.end('x'));
  const stage = await listening(
    createTcpServer((socket) => {
      if (stage.connections.length > 0) secure.emit('connection', socket);
    }),
    'https',
  );
  const { ours, close } = ahead(stage.url, 1);
  await Promise.all([all(ours, 'connect'), stage.arrived(1)]);
  expect(await send(stage.url, readFileSync(ca.file, 'utf8'))).toBe(200);
  expect(stage.connections).toHaveLength(2);
  close();
});

test('TLS that cannot be set up is found out by the request alone', async () => {
  const ciphers = tls.DEFAULT_CIPHERS;
  tls.DEFAULT_CIPHERS = 'no-such-cipher';
  const url = new URL('https://127.0.0.1:1');
  preconnect(url, 1)();
  await expect(send(url)).rejects.toThrow();
  tls.DEFAULT_CIPHERS = ciphers;
});

test('one that nobody takes is closed after ten seconds, one that was taken is not', async () => {
  const { url, connections } = await listening(answering());
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  try {
    const { ours, close } = ahead(url, 2);
    await all(ours, 'connect');
    await send(url);
    jest.advanceTimersByTime(9_999);
    expect(ours.filter(({ destroyed }) => destroyed)).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(ours.filter(({ destroyed }) => destroyed)).toHaveLength(1);
    await send(url);
    expect(connections).toHaveLength(2);
    close();
  } finally {
    jest.useRealTimers();
  }
});

test('by a proxy nothing is opened', async () => {
  const { port } = new URL((await listening(createTcpServer())).url);
  process.env['HTTPS_PROXY'] = `http://127.0.0.1:${port}`;
  const url = new URL('https://esa.test');
  preconnect(url, 1)();
  expect(preconnectedAgent(url)).toBeUndefined();
});

test('where nothing was opened ahead, a request has no agent of ours', () => {
  expect(preconnectedAgent(new URL('http://127.0.0.1:1'))).toBeUndefined();
});
