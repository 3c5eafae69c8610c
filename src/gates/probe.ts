import { lookup as resolve } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';

/** What one request saw. An answer can be judged; silence after a connection is an answer too, of a kind. */
export type Probe =
  | { readonly kind: 'answered'; readonly status: number; readonly took: number; readonly versions: readonly string[] }
  | { readonly kind: 'silent'; readonly took: number }
  | { readonly kind: 'unmeasured'; readonly took: number; readonly why: string };

export interface Asking {
  readonly url: string;
  /** Response header in which the routine names its version; lower case. */
  readonly versionHeader: string | undefined;
  /** For the whole probe, redirects included, in ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Whether an address, or a host written as one, lies in a private network. */
  readonly isPrivate: (address: string) => boolean;
}

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * One GET as a browser would make it: redirects are followed, but not from a public address into a private network,
 * where an open redirect would have the runner ask its own metadata service. Bodies are thrown away.
 */
export async function probe(asking: Asking): Promise<Probe> {
  const started = performance.now();
  const took = () => performance.now() - started;
  const versions: string[] = [];
  let url = new URL(asking.url);
  let mayBePrivate = true;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const left = asking.timeout - took();
    const seen = await ask(url, mayBePrivate, left, asking);
    if (seen.kind === 'silent') return { kind: 'silent', took: took() };
    if (seen.kind === 'unmeasured') return { ...seen, took: took() };
    if (hop === 0) mayBePrivate = asking.isPrivate(seen.address);
    versions.push(...named(seen.response, asking.versionHeader));
    const next = redirection(seen.response, url);
    if (next === undefined) return { kind: 'answered', status: seen.response.statusCode ?? 0, took: took(), versions };
    url = next;
  }
  return { kind: 'unmeasured', took: took(), why: `more than ${MOST_REDIRECTS} redirects` };
}

type Asked =
  | { readonly kind: 'response'; readonly response: IncomingMessage; readonly address: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unmeasured'; readonly why: string };

async function ask(url: URL, mayBePrivate: boolean, timeout: number, { signal, isPrivate }: Asking): Promise<Asked> {
  if (!mayBePrivate && isPrivate(url.hostname)) return { kind: 'unmeasured', why: 'redirected into a private network' };
  return new Promise((done) => {
    let connected = false;
    const request = (url.protocol === 'https:' ? secure : plain)(url, {
      agent: false,
      headers: { 'user-agent': 'esa-canary-deploy (gate)', accept: '*/*', 'cache-control': 'no-cache' },
      lookup: mayBePrivate ? resolve : publicOnly(isPrivate),
      signal,
    });
    const timer = setTimeout(
      () => {
        done(connected ? { kind: 'silent' } : { kind: 'unmeasured', why: 'no connection in time' });
        request.destroy();
      },
      Math.max(1, timeout),
    );
    request.once('socket', (socket) =>
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true;
      }),
    );
    request.once('response', (response) => {
      const address = response.socket.remoteAddress ?? '';
      discard(response, request);
      done({ kind: 'response', response, address });
    });
    request.once('error', (error: NodeJS.ErrnoException) =>
      done({ kind: 'unmeasured', why: error.code ?? error.message }),
    );
    request.once('close', () => clearTimeout(timer));
    request.end();
  });
}

/** The head is all that is judged; a body of any length costs nothing. */
function discard(response: IncomingMessage, request: ClientRequest): void {
  response.on('error', () => {});
  request.destroy();
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
  (isPrivate: Asking['isPrivate']): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      if (addresses.some(({ address }) => isPrivate(address))) {
        return callback(
          Object.assign(new Error('redirected into a private network'), { code: 'redirected into a private network' }),
          [],
        );
      }
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };
