import { lookup as resolve } from 'node:dns';
import { type Agent, type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plain } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { withinLimits } from '../network/limits.js';
import { proxyAgent } from '../network/proxy.js';

/**
 * What one request saw. An answer can be judged; silence, and a connection that was cut, after the request was sent are
 * answers too, of a kind. What never reached anybody measured nothing.
 */
export type Probe =
  | { readonly kind: 'answered'; readonly status: number; readonly took: number; readonly marks: readonly string[] }
  | { readonly kind: 'silent'; readonly took: number }
  | { readonly kind: 'cut'; readonly took: number; readonly why: string }
  | { readonly kind: 'unmeasured'; readonly took: number; readonly why: string };

export interface ProbeOptions {
  readonly url: string;
  /** Response header that tells the versions apart; lower case. */
  readonly header: string | undefined;
  /** For the whole probe, redirects included, in ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Whether an address, or a host written as one, lies in a private network. */
  readonly isPrivate: (address: string) => boolean;
  /** Those that other probes have used; where left out, each request has one of its own. */
  readonly connections?: Connections | undefined;
}

/** Connections that probes use one after another, by protocol. */
export interface Connections {
  readonly 'http:': Agent;
  readonly 'https:': Agent;
  readonly end: () => void;
}

export function keptConnections(): Connections {
  const agents = { 'http:': new PlainAgent({ keepAlive: true }), 'https:': new SecureAgent({ keepAlive: true }) };
  const end = () => {
    for (const agent of Object.values(agents)) agent.destroy();
  };
  return { ...agents, end };
}

const MOST_REDIRECTS = 10;
const INTO_PRIVATE = 'redirected into a private network';
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * One GET as a browser would make it: redirects are followed, but not from a public address into a private network,
 * where an open redirect would have the runner ask its own metadata service. Bodies are thrown away.
 */
export async function probe(options: ProbeOptions): Promise<Probe> {
  const started = performance.now();
  const took = () => performance.now() - started;
  const marks: string[] = [];
  let url = new URL(options.url);
  let mayBePrivate = true;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const left = options.timeout - took();
    const seen = await requestHop(url, mayBePrivate, left, options);
    if (seen.kind === 'silent') return { kind: 'silent', took: took() };
    if (seen.kind !== 'response') return { ...seen, took: took() };
    const answered = took();
    await seen.settled;
    if (hop === 0) mayBePrivate = options.isPrivate(seen.address);
    marks.push(...named(seen.response, options.header));
    const next = redirection(seen.response, url);
    if (next === undefined) return { kind: 'answered', status: seen.response.statusCode ?? 0, took: answered, marks };
    url = next;
  }
  return { kind: 'unmeasured', took: took(), why: `more than ${MOST_REDIRECTS} redirects` };
}

type Hop =
  | {
      readonly kind: 'response';
      readonly response: IncomingMessage;
      readonly address: string;
      /** Resolves when the body is read or dropped. */
      readonly settled: Promise<void>;
    }
  | { readonly kind: 'silent' }
  | { readonly kind: 'cut'; readonly why: string }
  | { readonly kind: 'unmeasured'; readonly why: string };

const WHY: Readonly<Record<string, string>> = {
  connecting: 'no connection in time',
  waiting: 'no answer from the proxy in time',
};

/** What Node says of a connection that ended before the answer did. */
const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_EOF_STATE']);

async function requestHop(url: URL, mayBePrivate: boolean, timeout: number, options: ProbeOptions): Promise<Hop> {
  if (!mayBePrivate && options.isPrivate(url.hostname)) return { kind: 'unmeasured', why: INTO_PRIVATE };
  const time = Math.max(1, timeout);
  // What a gate measures is cut short by its own signal, never by haste.
  const hurry = new AbortController().signal;
  const hop = await withinLimits({ connect: time, total: time, hurry }, () => get(url, mayBePrivate, options));
  if (hop.ok) return hop.value;
  const plainProxy = url.protocol === 'http:' && proxyAgent(url) !== undefined;
  if (hop.seen.gaveUp === 'waiting' && !plainProxy) return { kind: 'silent' };
  const { code, message } = hop.error as NodeJS.ErrnoException;
  // A proxy for plain http may have cut it itself.
  if (hop.seen.connected && !plainProxy && CUT.has(code ?? '')) return { kind: 'cut', why: code ?? message };
  return { kind: 'unmeasured', why: WHY[hop.seen.gaveUp ?? 'failed'] ?? code ?? message };
}

/** Resolves with the head of the answer, rejects with the error of the request. */
function get(url: URL, mayBePrivate: boolean, { signal, isPrivate, connections }: ProbeOptions): Promise<Hop> {
  return new Promise((done, failed) => {
    const proxy = proxyAgent(url);
    // A connection that is kept may lead into a private network, if that was allowed to whoever opened it.
    const kept = mayBePrivate ? connections?.[url.protocol === 'https:' ? 'https:' : 'http:'] : undefined;
    const request = (url.protocol === 'https:' ? secure : plain)(url, {
      agent: proxy ?? kept ?? false,
      headers: { 'user-agent': 'esa-canary-deploy (gate)', accept: '*/*', 'cache-control': 'no-cache' },
      lookup: mayBePrivate ? resolve : publicOnly(isPrivate),
      signal,
    });
    request.once('response', (response) => {
      // Behind a proxy the peer is the proxy, and who the name is cannot be seen.
      const address = proxy === undefined ? (response.socket.remoteAddress ?? '') : url.hostname;
      const isKept = kept !== undefined && /^keep-alive$/i.test(response.headers.connection ?? '');
      const settled = isKept && proxy === undefined ? drained(response, request) : discard(response, request);
      if (proxy !== undefined && mayBeOfProxy(url, response))
        failed(new Error(`the proxy may have answered: HTTP ${response.statusCode}`));
      else done({ kind: 'response', response, address, settled });
    });
    request.once('error', failed);
    request.end();
  });
}

/** What a proxy says for itself tells nothing of the canary; for plain http it looks like any other answer. */
function mayBeOfProxy({ protocol }: URL, { statusCode = 0, headers }: IncomingMessage): boolean {
  if (protocol === 'https:') return false;
  const signed = ['proxy-status', 'proxy-authenticate', 'x-squid-error'].some((name) => headers[name] !== undefined);
  return signed || [407, 502, 503, 504].includes(statusCode);
}

/** The head is all that is judged; a body of any length costs nothing. */
async function discard(response: IncomingMessage, request: ClientRequest): Promise<void> {
  response.on('error', () => {});
  request.destroy();
}

/** What is read of a body to use its connection again: in bytes, and ms after the head. */
const SHORT_BODY = { length: 65_536, time: 500 } as const;

/** Reads a body that is short and soon there, and drops any other with its connection. */
function drained(response: IncomingMessage, request: ClientRequest): Promise<void> {
  const late = setTimeout(() => request.destroy(), SHORT_BODY.time);
  let length = 0;
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > SHORT_BODY.length) request.destroy();
  });
  return new Promise((done) => {
    request.once('close', () => {
      clearTimeout(late);
      done();
    });
  });
}

function named(response: IncomingMessage, header: string | undefined): string[] {
  const value = header === undefined ? undefined : response.headers[header];
  return value === undefined ? [] : [String(value).trim()];
}

/** Where a browser would go next; undefined where it would show the answer as it is. */
function redirection(response: IncomingMessage, from: URL): URL | undefined {
  const { location } = response.headers;
  if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return undefined;
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  return next !== undefined && /^https?:$/.test(next.protocol) ? next : undefined;
}

/** A name is looked up as usual, but an answer in a private network is none. */
const publicOnly =
  (isPrivate: ProbeOptions['isPrivate']): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      if (addresses.some(({ address }) => isPrivate(address))) {
        return callback(Object.assign(new Error(INTO_PRIVATE), { code: INTO_PRIVATE }), []);
      }
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };
