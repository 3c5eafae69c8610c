import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** How far a piece of work on the network may go; times in ms, counted from its start. */
export interface Limits {
  /** Until there is a connection: name, TCP, proxy and TLS together. */
  readonly connect: number;
  /** Until the last byte of the answer. */
  readonly total: number;
  /** Once this is aborted, work gets no longer than a cancelled workflow can spare. */
  readonly hurry: AbortSignal;
  /** That long, where it is less than a call of a rollback may take. */
  readonly hurried?: number;
}

/** What Node publishes about a library's requests, and the library does not. */
export interface Seen {
  /** Whether a request can have reached the service at all. */
  readonly connected: boolean;
  /** Why it was given up, if it was. */
  readonly gaveUp: 'connecting' | 'waiting' | 'too-long' | undefined;
  /** How long it had when it was given up, in ms. */
  readonly after: number;
  /** The latest request, and its answer as soon as that has a head. */
  readonly request: ClientRequest | undefined;
  readonly response: IncomingMessage | undefined;
}

export type WithinLimits<T> = { readonly seen: Seen } & (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }
);

/** No answer of any service in use comes near it. In bytes. */
export const LONGEST_ANSWER = 8 * 1024 * 1024;
/**
 * In ms: a read, a write and a read of a second or two each, as from abroad, fit into the 10 s between SIGINT and the
 * end of a cancelled workflow; so do two calls of which one hangs.
 */
const HURRIED = 2_500;

interface Tracker {
  connected: boolean;
  gaveUp: Seen['gaveUp'];
  after: number;
  request: ClientRequest | undefined;
  response: IncomingMessage | undefined;
  bytes: number;
  readonly requests: Set<ClientRequest>;
  /** Sockets that may not belong to a request yet, as those to a proxy. */
  readonly sockets: Set<Socket>;
  readonly giveUp: (why: NonNullable<Seen['gaveUp']>) => void;
}

/** Monotonic, in ms. The first use of `performance` would load modules of Node for longer than a round trip takes. */
const uptime = () => process.uptime() * 1_000;

const current = new AsyncLocalStorage<Tracker>();
const byRequest = new WeakMap<ClientRequest, Tracker>();
let listening = false;

/**
 * Runs work that a library does over node:http, within limits that hold whatever the library does: when one is
 * reached, every request and connection that the work has begun is destroyed. Nothing of the library is patched; Node
 * publishes requests on its diagnostics channels (docs/adr/0003).
 */
export async function withinLimits<T>(
  { connect, total, hurry, hurried = HURRIED }: Limits,
  work: () => Promise<T>,
): Promise<WithinLimits<T>> {
  listen();
  const started = uptime();
  let reject: (error: Error) => void = () => {};
  const givenUp = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  const tracker: Tracker = {
    connected: false,
    gaveUp: undefined,
    after: 0,
    request: undefined,
    response: undefined,
    bytes: 0,
    requests: new Set(),
    sockets: new Set(),
    giveUp: (why) => {
      if (tracker.gaveUp !== undefined) return;
      tracker.gaveUp = why;
      tracker.after = Math.round(uptime() - started);
      for (const request of tracker.requests) request.destroy();
      reject(new Error(`given up: ${why}`));
    },
  };
  const late = () => tracker.giveUp(tracker.connected ? 'waiting' : 'connecting');
  const timers = [setTimeout(late, hurry.aborted ? Math.min(total, hurried) : total)];
  timers.push(setTimeout(() => tracker.connected || late(), connect));
  const makeHaste = () => timers.push(setTimeout(late, hurried));
  hurry.addEventListener('abort', makeHaste, { once: true });
  try {
    return { ok: true, value: await current.run(tracker, () => Promise.race([work(), givenUp])), seen: tracker };
  } catch (error) {
    return { ok: false, error, seen: tracker };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    hurry.removeEventListener('abort', makeHaste);
    // A proxy that never answers would keep the process alive.
    if (tracker.gaveUp !== undefined || !tracker.connected) for (const socket of tracker.sockets) socket.destroy();
  }
}

function listen(): void {
  if (listening) return;
  listening = true;
  // The first is about a request that still waits for its connection; Node has it since 22.12.
  subscribe('http.client.request.created', (message) => begin((message as { request: ClientRequest }).request));
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    begin(request);
    noteConnection(request, byRequest.get(request));
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const tracker = byRequest.get(request);
    if (tracker === undefined) return;
    tracker.response = response;
    bound(response, tracker, () => true);
  });
  subscribe('net.client.socket', (message) => {
    const tracker = current.getStore();
    const { socket } = message as { socket: Socket };
    if (tracker === undefined) return;
    tracker.sockets.add(socket);
    // What a proxy says before the tunnel stands is no answer of a request yet.
    bound(socket, tracker, () => !tracker.connected);
  });
}

function begin(request: ClientRequest): void {
  const tracker = current.getStore();
  if (tracker === undefined || byRequest.has(request)) return;
  byRequest.set(request, tracker);
  tracker.requests.add(request);
  tracker.request = request;
  if (tracker.gaveUp !== undefined) request.destroy();
}

function noteConnection(request: ClientRequest, tracker: Tracker | undefined): void {
  const socket = request.socket as (TLSSocket & { secureConnecting?: boolean }) | null;
  if (tracker === undefined || socket === null) return;
  const connected = () => {
    tracker.connected = true;
  };
  // Behind a proxy the connection stands when TLS to the service has only begun.
  if (socket.connecting || socket.secureConnecting)
    socket.once(socket.encrypted ? 'secureConnect' : 'connect', connected);
  else connected();
}

/** Counts what arrives where it arrives: a listener for data would take it from the library that reads it. */
function bound(stream: Readable, tracker: Tracker, counts: () => boolean): void {
  const push = stream.push.bind(stream);
  stream.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (counts()) tracker.bytes += chunk?.length ?? 0;
    if (tracker.bytes > LONGEST_ANSWER) tracker.giveUp('too-long');
    return push(chunk, encoding);
  };
}
