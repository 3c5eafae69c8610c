import { createServer, get } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { LONGEST_ANSWER, watched } from '../../src/network/watch.js';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});
const listening = async (server: Server) => {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
};
const never = new AbortController().signal;
const answer = (port: number) =>
  new Promise<number>((done, failed) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
      response.once('error', failed);
    }).once('error', failed);
  });

test('work that ends in time gives its value, and says that it was connected', async () => {
  const port = await listening(createServer((_, response) => response.end('x')));
  const result = await watched({ connect: 1_000, total: 1_000, hurry: never }, () => answer(port));
  expect(result).toMatchObject({ ok: true, value: 200, seen: { connected: true, gaveUp: undefined } });
});

test('a connection that a library opens after its first answer, and forgets, is closed with the work', async () => {
  const good = await listening(createServer((_, response) => response.end('x')));
  const silent = await listening(createTcpServer());
  let forgotten: Socket | undefined;
  const result = await watched({ connect: 1_000, total: 300, hurry: never }, async () => {
    await answer(good);
    forgotten = connect({ port: silent, host: '127.0.0.1' }).on('error', () => {});
    return new Promise<never>(() => {});
  });
  expect(result).toMatchObject({ ok: false, seen: { gaveUp: 'waiting', connected: true } });
  expect(forgotten?.destroyed).toBe(true);
});

test('what comes before any answer is bounded too', async () => {
  const port = await listening(
    createTcpServer((socket) => {
      const block = Buffer.alloc(1024 * 1024, 'x');
      const more = () => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', more);
      more();
    }),
  );
  let taken = 0;
  const result = await watched({ connect: 5_000, total: 5_000, hurry: never }, () => {
    const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {});
    socket.on('data', (chunk) => {
      taken += chunk.length;
    });
    return new Promise<never>(() => {});
  });
  expect(result.seen.gaveUp).toBe('too-long');
  expect(taken).toBeLessThan(LONGEST_ANSWER + 1024 * 1024);
});

test('in a hurry it gets less, and says how long it had', async () => {
  const port = await listening(createTcpServer());
  const hurry = new AbortController();
  const work = watched({ connect: 60_000, total: 60_000, hurry: hurry.signal }, () => answer(port));
  hurry.abort();
  const { seen } = await work;
  expect(seen.gaveUp).toBeDefined();
  expect(seen.after).toBeGreaterThan(2_000);
  expect(seen.after).toBeLessThan(5_000);
});
