import type { LookupFunction } from 'node:net';
import { Server } from 'proxy-chain';

export interface CompanyProxy extends AsyncDisposable {
  readonly port: number;
  /** Hosts and ports that it was asked for, CONNECT or plain. */
  readonly asked: string[];
}

/** Names under `.test` exist for the proxy alone: whoever gets an answer from one went through it. */
const lookup: LookupFunction = (hostname, options, callback) => {
  if (!hostname.endsWith('.test')) return callback(Object.assign(new Error('not here'), { code: 'ENOTFOUND' }), '', 4);
  return options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
};

/**
 * A proxy as companies have it: it lets CONNECT and plain requests through, to who knows the password if there is one.
 */
export async function companyProxy(password?: string): Promise<CompanyProxy> {
  const asked: string[] = [];
  const server = new Server({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ hostname, port, username, password: given }) => {
      asked.push(`${hostname}:${port}`);
      if (password !== undefined && (username !== 'runner' || given !== password))
        return { requestAuthentication: true };
      return { dnsLookup: lookup as never };
    },
  });
  await server.listen();
  return { port: server.port, asked, [Symbol.asyncDispose]: () => server.close(true) };
}
