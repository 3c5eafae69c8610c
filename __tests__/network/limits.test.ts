import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { LONGEST_ANSWER, withinLimits } from '../../src/network/limits.js';
import { accepting, answering } from '../support/network/listening.js';

const never = new AbortController().signal;
const answer = (port: number) =>
  new Promise<number>((done, failed) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
      response.once('error', failed);
    }).once('error', failed);
  });

test('work that ends in time gives its value, and says that it was connected', async () => {
  await using server = await answering((_, response) => response.end('x'));
  const result = await withinLimits({ connect: 1_000, total: 1_000, hurry: never }, () => answer(server.port));
  expect(result).toMatchObject({ ok: true, value: 200, seen: { connected: true, gaveUp: undefined } });
});

test('a connection that a library opens after its first answer, and forgets, is closed with the work', async () => {
  await using good = await answering((_, response) => response.end('x'));
  await using silent = await accepting();
  let forgotten: Socket | undefined;
  const result = await withinLimits({ connect: 1_000, total: 300, hurry: never }, async () => {
    await answer(good.port);
    forgotten = connect({ port: silent.port, host: '127.0.0.1' }).on('error', () => {});
    return new Promise<never>(() => {});
  });
  expect(result).toMatchObject({ ok: false, seen: { gaveUp: 'waiting', connected: true } });
  expect(forgotten?.destroyed).toBe(true);
});

test('what comes before any answer is bounded too', async () => {
  await using server = await accepting((socket) => {
    const block = Buffer.alloc(1024 * 1024, 'x');
    const more = () => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', more);
    more();
  });
  let taken = 0;
  const result = await withinLimits({ connect: 5_000, total: 5_000, hurry: never }, () => {
    const socket = connect({ port: server.port, host: '127.0.0.1' }).on('error', () => {});
    socket.on('data', (chunk) => {
      taken += chunk.length;
    });
    return new Promise<never>(() => {});
  });
  expect(result.seen.gaveUp).toBe('too-long');
  expect(taken).toBeLessThan(LONGEST_ANSWER + 1024 * 1024);
});

test('in a hurry it gets less, and says how long it had', async () => {
  await using server = await accepting();
  const hurry = new AbortController();
  const work = withinLimits({ connect: 60_000, total: 60_000, hurry: hurry.signal }, () => answer(server.port));
  hurry.abort();
  const { seen } = await work;
  expect(seen.gaveUp).toBeDefined();
  expect(seen.after).toBeGreaterThan(2_000);
  expect(seen.after).toBeLessThan(5_000);
});
