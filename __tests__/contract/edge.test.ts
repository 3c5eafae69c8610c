import { execFile } from 'node:child_process';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { commonMarks, type EdgeAnswer, markBetween, openEdge, servedBy } from '../../contract/edge.js';
import { accepting, answering } from '../support/network/listening.js';
import { privateCa } from '../support/network/private-ca.js';

const answered = (marks: Record<string, string>): EdgeAnswer => ({
  kind: 'answered',
  status: 200,
  marks: new Map(Object.entries(marks)),
});

test('versions are told apart by what is the same in all answers of each', () => {
  const a = [
    answered({ body: '1', 'header etag': 'x', 'header id': '1' }),
    answered({ body: '1', 'header etag': 'x', 'header id': '2' }),
  ];
  const b = [
    answered({ body: '2', 'header etag': 'x', 'header id': '3' }),
    answered({ body: '2', 'header etag': 'x', 'header id': '4' }),
  ];
  const mark = markBetween(a, b);
  expect(mark).toEqual({ name: 'body', a: '1', b: '2' });
  if (mark === undefined) return;
  expect([...a, ...b].map((answer) => servedBy(answer, mark))).toEqual(['a', 'a', 'b', 'b']);
  expect(servedBy({ kind: 'lost', why: '' }, mark)).toBeUndefined();
  expect(markBetween(a, a)).toBeUndefined();
  expect(markBetween(a, [...b, { kind: 'lost', why: '' }])).toBeUndefined();
  expect(commonMarks([])).toEqual(new Map());
});

test('one connection serves all that ask by it, and each that asks alone has its own', async () => {
  let sockets = 0;
  await using server = await answering((_, response) => response.end('hello'));
  const edge = openEdge({ url: new URL(`${server.url}/some?way`), connectTo: [] }, new AbortController().signal);
  for (let request = 0; request < 5; request += 1) {
    const answer = await edge.ask('same connection');
    sockets += answer.kind === 'answered' ? 1 : 0;
  }
  await edge.ask('alone');
  expect([sockets, edge.connections(), edge.requests()]).toEqual([5, 1, 6]);
  edge.close();
});

test('what cannot be asked is lost, with its code alone', async () => {
  await using server = await accepting((socket) => socket.destroy());
  const edge = openEdge(
    { url: new URL(`http://127.0.0.1:${server.port}/?esa_er_token=hush`), connectTo: [] },
    new AbortController().signal,
  );
  expect(await edge.ask('alone')).toEqual({ kind: 'lost', why: 'ECONNRESET' });
  edge.close();
});

test('nodes take turns, and one that cannot be reached is asked no more', async () => {
  const asked: string[] = [];
  await using server = await answering((request, response) => {
    asked.push(String(request.socket.localAddress));
    response.end('hello');
  }, '127.0.0.1');
  const url = new URL(`http://hello.example:${server.port}/`);
  const edge = openEdge({ url, connectTo: ['127.0.0.1', '127.0.0.9'] }, new AbortController().signal);
  const kinds = [];
  for (let request = 0; request < 6; request += 1) kinds.push((await edge.ask('alone')).kind);
  expect(kinds.filter((kind) => kind === 'lost')).toHaveLength(1);
  expect(asked).toHaveLength(5);
  edge.close();
});

/** Certificates are those that a process was started with, so this one is. */
test('a staging node is asked by its address under the name of the site', async () => {
  using ca = privateCa('hello.0a1b2c3d.er.aliyun-esa.net');
  const asked: string[] = [];
  const server = createServer({ ...ca.tls }, (request, response) => {
    asked.push(`${request.headers.host} ${request.url} ${(request.socket as { servername?: string }).servername}`);
    response.end('hello');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `https://hello.0a1b2c3d.er.aliyun-esa.net:${port}/path`;
  const edge = join(resolve(import.meta.dirname, '../..'), 'contract/edge.js');
  const script = `
    import { openEdge } from ${JSON.stringify(edge)};
    const edge = openEdge({ url: new URL(${JSON.stringify(url)}), connectTo: ['127.0.0.1'] }, new AbortController().signal);
    const answer = await edge.ask('alone');
    console.log(answer.kind, answer.why ?? answer.status);
    edge.close();`;
  const run = (env: Record<string, string>) =>
    new Promise<string>((done) => {
      const given = ['--input-type=module', '-e', script];
      execFile(process.execPath, given, { env: { ...process.env, ...env } }, (_, stdout) => done(stdout.trim()));
    });
  expect(await run({ NODE_EXTRA_CA_CERTS: ca.file })).toBe('answered 200');
  expect(asked).toEqual([`hello.0a1b2c3d.er.aliyun-esa.net:${port} /path hello.0a1b2c3d.er.aliyun-esa.net`]);
  expect(await run({})).toMatch(/^lost /);
  server.close();
});

test('what is under way when the run is interrupted is waited for no longer', async () => {
  await using server = await accepting();
  const controller = new AbortController();
  const edge = openEdge({ url: new URL(`http://127.0.0.1:${server.port}/`), connectTo: [] }, controller.signal);
  const asked = edge.ask('alone');
  controller.abort();
  expect((await asked).kind).toBe('lost');
  edge.close();
});
