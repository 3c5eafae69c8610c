import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** A server on a free port of this machine; it and all its connections are gone when it is disposed of. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** By http, wherever it speaks that. */
  readonly url: string;
}

/** Answers requests. */
export async function answering(answer: RequestListener, host = LOOPBACK, options: ServerOptions = {}) {
  return listening(createServer(options, answer), host);
}

/** Takes connections and does with each what it is told: nothing when left out, so that the other side waits. */
export async function accepting(take: (socket: Socket) => void = () => {}) {
  return listening(createTcpServer(take), LOOPBACK);
}

const LOOPBACK = '127.0.0.1';

/** Any server, such as one that speaks TLS. */
export async function listening(server: Server, host = LOOPBACK): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    // Whoever is tested may hang up at any time.
    sockets.add(socket.on('error', () => {}));
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
