import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stretch of the network before a service. */
export interface Gateway extends AsyncDisposable {
  readonly port: number;
  /** Connections that came by so far. */
  readonly connections: () => number;
  /** Resolves when so many have come by. */
  readonly arrived: (count: number) => Promise<void>;
}

/** What becomes of a connection, by its number from 1; true lets it through to the service. */
export type Treatment = (socket: Socket, number: number) => boolean;

export async function gateway(service: string, treat: Treatment = () => true): Promise<Gateway> {
  const sockets = new Set<Socket>();
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket.on('error', () => {}));
    if (treat(socket, count)) {
      const onward = connect(Number(new URL(service).port), '127.0.0.1');
      sockets.add(onward.on('error', () => socket.destroy()));
      socket.pipe(onward).pipe(socket);
      socket.once('close', () => onward.destroy());
    }
    for (const one of waiting) if (count >= one.count) one.done();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    arrived: (wanted) =>
      count >= wanted ? Promise.resolve() : new Promise((done) => waiting.push({ count: wanted, done })),
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
