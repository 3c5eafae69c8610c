import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { answering, type Listening } from './listening.js';

/** What happens to a request on its way. `pass` sends it on to the service and returns what came back. */
export type Behaviour = (
  response: ServerResponse,
  pass: () => Promise<{ readonly status: number; readonly body: Buffer }>,
) => void | Promise<void>;

export interface BadWay extends Listening {
  /** How often the operation came by. */
  readonly times: () => number;
}

/** Stands before the service and lets everything pass, but treats one operation as told. */
export async function badWay(service: string, operation: string, behave: Behaviour): Promise<BadWay> {
  let times = 0;
  const server = await answering((message, response) => {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('end', () => {
      const pass = () => passOn(service, message, Buffer.concat(chunks));
      if (message.headers['x-acs-action'] !== operation) {
        void pass().then(({ status, body }) => response.writeHead(status).end(body));
        return;
      }
      times += 1;
      void behave(response, pass);
    });
  });
  return { ...server, times: () => times };
}

function passOn(service: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; body: Buffer }>((done, failed) => {
    const onward = request(new URL(url ?? '/', service), { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    onward.once('error', failed);
    onward.end(body);
  });
}
