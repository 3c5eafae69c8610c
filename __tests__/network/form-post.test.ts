import { execFile } from 'node:child_process';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type FormPost, postForm } from '../../src/network/form-post.js';
import { withinLimits } from '../../src/network/limits.js';
import { companyProxy } from '../support/network/company-proxy.js';
import { answering, listening } from '../support/network/listening.js';
import { privateCa } from '../support/network/private-ca.js';

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that keeps what it got and answers. */
async function storing(answer: { status: number; body?: string; headers?: Record<string, string> } = { status: 204 }) {
  const got: Got[] = [];
  const handle: RequestListener = (message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      got.push({ headers: message.headers, body: Buffer.concat(chunks) });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  };
  return { got, handle, ...(await answering(handle)) };
}

const file = (...chunks: (string | Buffer)[]): FormPost['file'] => {
  const bytes = chunks.map((chunk) => Buffer.from(chunk));
  return {
    name: 'code',
    size: bytes.reduce((sum, { length }) => sum + length, 0),
    open: async function* () {
      yield* bytes;
    },
  };
};
const formTo = (url: string, more: Partial<FormPost> = {}): FormPost => ({
  url: new URL(url),
  fields: [
    ['key', 'a/b'],
    ['x:codeDescription', 'é\r\n"'],
  ],
  file: file('one', Buffer.from([0, 255, 13, 10])),
  idle: 5_000,
  ...more,
});

test('fields in order, the file last, its length told before', async () => {
  await using store = await storing({ status: 200, body: 'ok', headers: { 'x-oss-request-id': 'A1' } });
  const answer = await postForm(formTo(store.url));
  expect(answer).toMatchObject({ status: 200, body: 'ok', headers: { 'x-oss-request-id': 'A1' } });
  const [{ headers, body } = { headers: {}, body: Buffer.of() }] = store.got;
  expect(Number(headers['content-length'])).toBe(body.length);
  expect(headers['transfer-encoding']).toBeUndefined();
  const read = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();
  const entries = [...read.entries()];
  expect(entries.map(([name]) => name)).toEqual(['key', 'x:codeDescription', 'file']);
  expect([read.get('key'), read.get('x:codeDescription')]).toEqual(['a/b', 'é\r\n"']);
  const sent = read.get('file') as File;
  expect(Buffer.from(await sent.arrayBuffer())).toEqual(
    Buffer.concat([Buffer.from('one'), Buffer.from([0, 255, 13, 10])]),
  );
});

test('no redirect is followed', async () => {
  await using other = await storing();
  await using store = await storing({ status: 307, headers: { location: other.url } });
  expect(await postForm(formTo(store.url))).toMatchObject({ status: 307 });
  expect(other.got).toEqual([]);
});

test('a refusal that comes before all is sent is the answer', async () => {
  await using store = await answering((message, response) => {
    response.writeHead(403, { connection: 'close' }).end('no');
    message.resume();
  });
  const large = Array.from({ length: 400 }, () => Buffer.alloc(64 * 1024));
  expect(await postForm(formTo(store.url, { file: file(...large) }))).toMatchObject({ status: 403, body: 'no' });
});

describe('rejects', () => {
  test('when nothing moves any more', async () => {
    await using store = await answering(() => {});
    await expect(postForm(formTo(store.url, { idle: 100 }))).rejects.toMatchObject({ code: 'ReadTimeout' });
  });

  test('with what kept the file from being read', async () => {
    await using store = await storing();
    const broken: FormPost['file'] = {
      ...file('one'),
      open: async function* () {
        yield Buffer.from('o');
        throw Object.assign(new Error('gone'), { code: 'EIO' });
      },
    };
    await expect(postForm(formTo(store.url, { file: broken }))).rejects.toMatchObject({ code: 'EIO' });
    expect(store.got).toEqual([]);
  });

  test('when the connection is cut', async () => {
    await using store = await answering((message) => message.once('data', () => message.socket.destroy()));
    await expect(postForm(formTo(store.url))).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|EPIPE/),
    });
  });

  test('within limits, whatever the server does', async () => {
    await using store = await answering(() => {});
    const limits = { connect: 5_000, total: 200, hurry: new AbortController().signal };
    const result = await withinLimits(limits, () => postForm(formTo(store.url)));
    expect(result).toMatchObject({ ok: false, seen: { gaveUp: 'waiting', connected: true } });
  });
});

describe('TLS', () => {
  const module = JSON.stringify(resolve(import.meta.dirname, '../../src/network/form-post.js'));
  /** What became of a post in a process of its own, since Node reads such variables once. */
  async function postIn(env: Record<string, string>, url: string): Promise<string> {
    const script = `
      const { postForm } = await import(${module});
      const file = { name: 'code', size: 1, open: async function* () { yield Buffer.from('x'); } };
      await postForm({ url: new URL(process.argv[1]), fields: [['key', 'k']], file, idle: 5_000 })
        .then(({ status }) => console.log(status), ({ code }) => console.log(code));
    `;
    const args = ['--input-type=module', '-e', script, url];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env['PATH'], ...env },
    });
    return stdout.trim();
  }

  test('is verified, whatever the environment says', async () => {
    using ca = privateCa('localhost');
    await using store = await storing();
    await using tls = await listening(createTlsServer(ca.tls, store.handle));
    const url = `https://localhost:${tls.port}/`;
    const careless = await postIn({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, url);
    expect(careless).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(store.got).toEqual([]);
    expect(await postIn({ NODE_EXTRA_CA_CERTS: ca.file }, url)).toBe('204');
  });

  test('goes through the proxy, which sees nothing of it', async () => {
    using ca = privateCa('bucket.oss.test');
    await using proxy = await companyProxy('open sesame');
    await using store = await storing();
    await using tls = await listening(createTlsServer(ca.tls, store.handle));
    const env = { NODE_EXTRA_CA_CERTS: ca.file, HTTPS_PROXY: `http://runner:open%20sesame@127.0.0.1:${proxy.port}` };
    expect(await postIn(env, `https://bucket.oss.test:${tls.port}/`)).toBe('204');
    expect(proxy.asked).toEqual([`bucket.oss.test:${tls.port}`]);
    expect(store.got).toHaveLength(1);
    const refused = { ...env, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await postIn(refused, `https://bucket.oss.test:${tls.port}/`)).toBe('ProxyRefused');
  });
});

test('what is large is streamed: no more of it is read than is taken', async () => {
  let opened = 0;
  const total = 200;
  const chunk = Buffer.alloc(256 * 1024, 1);
  await using store = await answering((message) => {
    message.once('data', () => message.pause());
  });
  const large: FormPost['file'] = {
    name: 'code',
    size: total * chunk.length,
    open: async function* () {
      for (let index = 0; index < total; index += 1) {
        opened += 1;
        yield chunk;
      }
    },
  };
  await expect(postForm(formTo(store.url, { file: large, idle: 300 }))).rejects.toMatchObject({ code: 'ReadTimeout' });
  expect(opened).toBeLessThan(total / 2);
});
