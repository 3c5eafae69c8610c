import { type Agent, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { proxyFor } from './proxy.js';

/** Connecting gets no longer elsewhere, and a server may hang up on a connection that is idle for longer. In ms. */
const LONGEST_IDLE = 10_000;

/** A connection that was opened ahead, and that no request has taken yet. */
interface Preconnection {
  readonly socket: Socket;
  /** Whether a request could be sent over it at once. */
  established: boolean;
}

interface Origin {
  readonly agent: Agent;
  /** Opens a connection as the agent would. */
  readonly connect: () => Socket;
  readonly open: Set<Preconnection>;
}

const origins = new Map<string, Origin>();

/**
 * Opens connections to an origin, TLS included, before there is anything to send: while the keys to sign it with are
 * being fetched. One that failed, hangs or was closed meanwhile is never used, and nothing is told of it: a request
 * that finds none opens its own, as without this. None goes by a proxy, through which no connection is kept. Returns
 * what closes those that no request has taken.
 */
export function preconnect(url: URL, count: number): () => void {
  if (proxyFor(url) !== undefined) return () => {};
  const origin = origins.get(url.origin) ?? newOrigin(url);
  origins.set(url.origin, origin);
  const opened: Preconnection[] = [];
  try {
    for (let left = count; left > 0; left -= 1) opened.push(openAhead(origin, url));
  } catch {
    // TLS that cannot be set up, as with unknown ciphers: the request meets the same error.
  }
  return () => {
    for (const one of opened) if (origin.open.has(one)) one.socket.destroy();
  };
}

/** For `request({ agent })`; undefined where nothing was ever opened ahead. */
export function preconnectedAgent(url: URL): Agent | undefined {
  return origins.get(url.origin)?.agent;
}

function newOrigin(url: URL): Origin {
  const isTls = url.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const create = agent.createConnection.bind(agent);
  const open = new Set<Preconnection>();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const target = {
    host,
    port: url.port || (isTls ? 443 : 80),
    ...(isTls && { rejectUnauthorized: true, servername: isIP(host) === 0 ? host : '' }),
  };
  agent.createConnection = (options, done) => taken(open) ?? create(options, done);
  return { agent, open, connect: () => create(target) as Socket };
}

function openAhead({ connect, open }: Origin, url: URL): Preconnection {
  const socket = connect().unref();
  const one: Preconnection = { socket, established: false };
  open.add(one);
  const expire = setTimeout(() => open.has(one) && socket.destroy(), LONGEST_IDLE).unref();
  socket.on('error', ignoreError);
  socket.once('close', () => {
    clearTimeout(expire);
    open.delete(one);
  });
  socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    one.established = true;
    // Otherwise nobody would notice that the server hangs up.
    socket.resume();
  });
  return one;
}

/** What is wrong shows again, and is told, when a request opens a connection of its own. */
function ignoreError(): void {}

function taken(open: Set<Preconnection>): Socket | undefined {
  const one = [...open].find(({ socket, established }) => established && socket.readyState === 'open');
  if (one === undefined) return undefined;
  open.delete(one);
  return one.socket.off('error', ignoreError).ref();
}
