import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { begin, build } from './build.js';
import { deliver, type Reply, send } from './delivery.js';
import { acts, type FaultEffect, type FaultScript } from './faults.js';
import { type Denial, invalid, judgeForm } from './post-policy.js';
import { newRequestId } from './refusal.js';
import type { LoggedRequest } from './request-log.js';
import { findRoutine, findVersion, type Upload, type World } from './world.js';

/** By this name a fault can be scripted for it, and it stands in the log of requests. */
export const postObject = 'PostObject';

export interface StorageContext {
  readonly world: World;
  readonly faults: FaultScript;
  readonly requests: LoggedRequest[];
  readonly connectionOf: (message: IncomingMessage) => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly changed: () => void;
  readonly later: (callback: () => void, ms: number) => void;
}

/** The part of object storage that a code upload needs: POST of a multipart form, errors in XML. */
export function storageHandler(context: StorageContext): RequestListener {
  return (message, response) => {
    take(context, message, response).catch(() => message.socket.destroy());
  };
}

/** A form as it came: the fields that stood before the file, and the file. What comes after it is ignored. */
interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer | undefined;
}

async function take(context: StorageContext, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, faults, requests, now, changed, later } = context;
  const logged = logEntry(message.method ?? '', message.headers, now(), context.connectionOf(message));
  requests.push(logged);
  const effect = faults.take(postObject);
  if (effect !== undefined) logged.fault = effect.kind;
  if (effect?.kind === 'reset') {
    // Cut in mid-body.
    message.once('data', () => message.socket.destroy());
    return;
  }
  const form = await readForm(message).catch(() => undefined);
  if (form !== undefined) Object.assign(logged, { parameters: Object.fromEntries(form.fields) });
  const usual = acts(effect) ? await store(world, message, form, now()) : done;
  changed();
  const to = { response, logged, host: message.headers.host ?? '' };
  if (effect === undefined) send(usual, to);
  else deliver(inXml(effect, logged.requestId), usual, to, later);
}

function logEntry(method: string, headers: IncomingHttpHeaders, at: number, connection: number): LoggedRequest {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return {
    at,
    method,
    action: postObject,
    parameters: {},
    version: '',
    nonce: '',
    accessKeyId: '',
    headers: Object.fromEntries(texts),
    connection,
    status: 0,
    requestId: newRequestId().replaceAll('-', '').slice(0, 24),
  };
}

/** Rejects when it is no form, or is not all there. */
function readForm(message: IncomingMessage): Promise<Form> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    const chunks: Buffer[] = [];
    let hasFile = false;
    const parser = new Busboy({
      headers: message.headers as BusboyHeaders,
      // esa-cli sends no file name with it.
      isPartAFile: (name) => name === 'file',
      limits: { fieldSize: 1024 * 1024 },
    });
    parser.on('field', (name, value) => {
      if (!hasFile) fields.set(name, value);
    });
    parser.on('file', (_name, stream) => {
      const isFirst = !hasFile;
      hasFile = true;
      stream.on('data', (chunk: Buffer) => isFirst && chunks.push(chunk));
      stream.on('error', reject);
    });
    parser.on('error', reject);
    parser.on('finish', () => resolve({ fields, file: hasFile ? Buffer.concat(chunks) : undefined }));
    message.on('aborted', () => reject(new Error('aborted')));
    message.pipe(parser);
  });
}

async function store(world: World, message: IncomingMessage, form: Form | undefined, now: number): Promise<Reply> {
  if (message.method !== 'POST') return refused({ status: 405, code: 'MethodNotAllowed', message: 'POST a form.' });
  if (message.headers['content-length'] === undefined)
    return refused({ status: 411, code: 'MissingContentLength', message: 'You must provide the Content-Length.' });
  if (form === undefined)
    return refused({
      status: 400,
      code: 'MalformedPOSTRequest',
      message: 'The body of your POST request is not well-formed.',
    });
  const { fields, file } = form;
  if (file === undefined) return refused(invalid('POST requires exactly one file upload per request.'));
  const upload = judgeForm(world, fields, file.length, now);
  if ('status' in upload) return refused(upload);
  await keep(world, upload, file, now);
  if (fields.get('callback'))
    return { status: 200, body: '{"Status":"OK"}', headers: { 'content-type': 'application/json' } };
  return fields.get('success_action_status') === '200' ? { ...done, status: 200 } : done;
}

async function keep(world: World, upload: Upload, file: Buffer, now: number): Promise<void> {
  if (upload.codeVersion === undefined) {
    upload.code = file.toString();
    return;
  }
  const routine = findRoutine(world, upload.routine);
  const version = routine && findVersion(routine, upload.codeVersion);
  if (version?.status === 'Init') begin(version, await build(file), world.quirks, now);
}

const done: Reply = { status: 204, body: '', headers: {} };

function refused({ status, code, message }: Denial): Reply {
  return { status, code, headers: { 'content-type': 'application/xml' }, body: errorXml(code, message) };
}

function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n  <Code>${code}</Code>\n  <Message>${message}</Message>\n</Error>\n`;
}

/** Errors of object storage are XML. */
function inXml(effect: FaultEffect, requestId: string): FaultEffect {
  if (effect.kind !== 'error') return effect;
  const { code, status = 403, message = 'Scripted.', ...rest } = effect;
  const headers = { 'x-oss-request-id': requestId };
  return { ...rest, kind: 'body', status, body: errorXml(code, message), contentType: 'application/xml', headers };
}
