import { randomUUID } from 'node:crypto';
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { proxyAgent } from './proxy.js';

/** A form of multipart/form-data whose last field is a file. Source: RFC 7578. */
export interface FormPost {
  readonly url: URL;
  /** In the order in which they are sent. Names are of letters, digits and `:_-`. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly file: {
    readonly name: string;
    /** Bytes. */
    readonly size: number;
    /** Each piece may be gone when the next is asked for. */
    readonly open: () => AsyncIterable<Uint8Array>;
  };
  /** Longest time in which nothing is sent and nothing comes, in ms. */
  readonly idle: number;
}

export interface FormAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Posts a form, streaming the file, by the proxy that the environment names. No redirect is followed. Rejects with the
 * error of the connection or of the file; within limits, as `withinLimits` has them, when it is run in those.
 */
export async function postForm({ url, fields, file, idle }: FormPost): Promise<FormAnswer> {
  const boundary = `----${randomUUID()}`;
  const head = Buffer.from(
    `${fields.map(([name, value]) => part(boundary, `name="${name}"`, value)).join('')}${fileHead(boundary, file.name)}`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': head.length + file.size + tail.length,
    'user-agent': 'esa-canary-deploy',
    'accept-encoding': 'identity',
  };
  const request = (url.protocol === 'https:' ? secure : plain)(url, {
    method: 'POST',
    agent: proxyAgent(url) ?? false,
    headers,
    // Whatever the environment says.
    rejectUnauthorized: true,
  });
  request.setTimeout(idle, () => request.destroy(Object.assign(new Error('nothing came'), { code: 'ReadTimeout' })));
  return new Promise((resolve, reject) => {
    let hasAnswer = false;
    request.once('response', (response) => {
      hasAnswer = true;
      whole(response).then(resolve, reject);
    });
    // An answer may come before all is sent, as a refusal does; that the rest could not be sent says nothing then.
    request.on('error', (error) => hasAnswer || reject(error));
    sendAll(request, inOrder(head, file.open(), tail)).catch((error) => request.destroy(error as Error));
  });
}

function part(boundary: string, disposition: string, content: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
}

function fileHead(boundary: string, name: string): string {
  const disposition = `Content-Disposition: form-data; name="file"; filename="${name}"`;
  return `--${boundary}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`;
}

async function* inOrder(head: Uint8Array, body: AsyncIterable<Uint8Array>, tail: Uint8Array) {
  yield head;
  yield* body;
  yield tail;
}

/** A piece is let go of once it is on its way, and so one is held at a time. Nothing more is sent on a closed request. */
async function sendAll(request: ClientRequest, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let wake: () => void = () => {};
  request.once('close', () => wake());
  for await (const piece of pieces) {
    await new Promise<void>((sent) => {
      wake = sent;
      if (request.destroyed) sent();
      else request.write(piece, () => sent());
    });
    if (request.destroyed) return;
  }
  request.end();
}

async function whole(response: IncomingMessage): Promise<FormAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() };
}
