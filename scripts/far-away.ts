import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

export interface Way extends AsyncDisposable {
  readonly port: number;
  /** By http, wherever it leads. */
  readonly url: string;
}

/**
 * The way to a service on a port of loopback, of so many ms there and back: the far end of a connection is out of reach for
 * one round trip, as with TCP's handshake, and each byte takes half of one in either direction.
 */
export async function wayTo(service: number, roundTrip: number): Promise<Way> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    sockets.add(near.on('error', () => {}));
    const far = connect({ port: service, host: '127.0.0.1', noDelay: true });
    sockets.add(far.on('error', () => {}));
    const there = Date.now() + roundTrip;
    late(near, far, () => Math.max(there - Date.now(), 0) + roundTrip / 2);
    late(far, near, () => roundTrip / 2);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Passes on what one side sends, in its order, each chunk so many ms later. */
function late(from: Socket, to: Socket, delay: () => number): void {
  let passed: Promise<void> = Promise.resolve();
  const pass = (act: () => void) => {
    const due = after(delay());
    passed = passed.then(() => due).then(act);
  };
  from.on('data', (chunk: Buffer) => pass(() => to.destroyed || to.write(chunk)));
  from.once('close', () => pass(() => to.destroy()));
}
