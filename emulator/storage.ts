import type { IncomingMessage, RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type StorageAnswer, storeUpload } from './operations/uploads.js';
import type { World } from './world.js';

export interface StorageContext {
  readonly world: World;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly changed: () => void;
}

/** The part of object storage that a code upload needs: POST of a multipart form, errors in XML. */
export function storageHandler({ world, now, changed }: StorageContext): RequestListener {
  return (message, response) => {
    take(world, now, message)
      .then(({ status, code }) => {
        changed();
        response.writeHead(status, { 'content-type': 'application/xml' });
        return response.end(code === undefined ? '' : `<?xml version="1.0"?>\n<Error><Code>${code}</Code></Error>\n`);
      })
      .catch(() => message.socket.destroy());
  };
}

async function take(world: World, now: () => number, message: IncomingMessage): Promise<StorageAnswer> {
  const body = await buffer(message);
  if (message.method !== 'POST') return { status: 405, code: 'MethodNotAllowed' };
  try {
    return storeUpload(world, await readForm(body, message.headers['content-type'] ?? ''), now());
  } catch {
    return { status: 400, code: 'MalformedPOSTRequest' };
  }
}

async function readForm(body: Buffer, contentType: string): Promise<Map<string, string>> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const fields = new Map<string, string>();
  for (const [name, value] of form) fields.set(name, typeof value === 'string' ? value : await value.text());
  return fields;
}
