import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Listener {
  /** Scheme, host and port. */
  readonly url: string;
  /** TCP connections accepted so far. */
  readonly connections: () => number;
  /** The 1-based number of the connection a request came over. */
  readonly connectionOf: (message: IncomingMessage) => number;
  /** Destroys every open socket, waits for the port to be free. May be called again. */
  readonly close: () => Promise<void>;
}

export interface Address {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** PEM texts; without them the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** Starts to listen. Rejects with the error of node:net (EADDRINUSE and the like) when that fails. */
export async function listen(handle: RequestListener, { port, host, tls }: Address): Promise<Listener> {
  const server: Server = tls === undefined ? createServer(handle) : createTlsServer({ ...tls }, handle);
  const sockets = new Set<Socket>();
  const numbers = new Map<string, number>();
  let accepted = 0;
  // Node's 5 s is shorter than a polling client's pause: reuse would meet a closing socket, which is no fault asked
  // for.
  server.keepAliveTimeout = 65_000;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    numbers.set(peer(socket), accepted);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: actual } = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${shownHost}:${actual}`,
    connections: () => accepted,
    connectionOf: (message) => numbers.get(peer(message.socket)) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

// A TLS socket is another object than the connection beneath it, but both know the same peer.
function peer({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
