import { fork } from 'node:child_process';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { privateCa } from '../__tests__/support/network/private-ca.js';
import { checkHttp } from '../src/gates/http.js';
import { wayTo } from './far-away.js';

/**
 * What a check of URLs costs over TLS: time and connections, of the real check and of other ways to send the same
 * requests, each a ratio to the way of old within one run. The edge is a process of its own, ROUND_TRIP ms there and back.
 */
const ROUND_TRIP = 50;
const ROUNDS = process.env['BENCH_ROUNDS'] === undefined ? 7 : 3;
const BODY = 'x'.repeat(4_000);
/** As many as the check of today sends at once, for the way that it does not go. */
const AT_ONCE = 30;

interface Cost {
  readonly time: number;
  readonly connections: number;
  readonly requests: number;
}
type Send = (url: string) => Promise<unknown>;

const check = (weight: number) => async (url: string) => {
  const http = { urls: [url], expect: [{ from: 200, to: 399 }], latency: undefined, mark: undefined };
  const { canary, unknown, failures } = await checkHttp(http, weight, 60_000, new AbortController().signal);
  if (canary.bad + unknown > 0) throw new Error(JSON.stringify(failures));
};

/** So many requests, so many of them at once; each on a connection of its own, or the connections are kept. */
const schedule = (requests: number, atOnce: number, isKept: boolean) => async (url: string) => {
  const agent = isKept ? new Agent({ keepAlive: true }) : false;
  let left = requests;
  const worker = async () => {
    for (; left > 0; ) {
      left -= 1;
      await got(url, agent);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, requests) }, worker));
  if (agent !== false) agent.destroy();
};

function got(url: string, agent: Agent | false): Promise<void> {
  return new Promise((done, failed) => {
    const asked = request(url, { agent }, (response) => {
      if (agent !== false) return response.resume().once('end', done);
      response.on('error', () => {});
      asked.destroy();
      return done();
    });
    asked.once('error', failed);
    asked.end();
  });
}

/** The first of each group is what the rest is compared with. */
const GROUPS: readonly (readonly (readonly [name: string, send: Send])[])[] = [
  [
    ['59 at 5 %, before: 8 at once, each on its own', schedule(59, 8, false)],
    ['59 at 5 %, now', check(5)],
    [`59 kept alive, ${AT_ONCE} at once: draws may be biased`, schedule(59, AT_ONCE, true)],
    ['59 kept alive, 8 at once: draws may be biased', schedule(59, 8, true)],
  ],
  [
    ['11 at 100 %, before: 8 at once, each on its own', schedule(11, 8, false)],
    ['11 at 100 %, now', check(100)],
  ],
];

/** The edge: counts what reaches it while the client, a process of its own that trusts it, sends. */
async function edge(): Promise<void> {
  using authority = privateCa('localhost');
  let [connections, requests] = [0, 0];
  const server = createServer(authority.tls, (_, response) => {
    requests += 1;
    response.end(BODY);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await using way = await wayTo((server.address() as AddressInfo).port, ROUND_TRIP);
  const client = fork(import.meta.filename, [`https://localhost:${way.port}/`], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority.file },
  });
  client.on('message', () => {
    client.send({ connections, requests });
  });
  const code = await new Promise((done) => client.once('close', done));
  server.close();
  server.closeAllConnections();
  if (code !== 0) throw new Error(`the client ended with ${String(code)}`);
}

function counted(): Promise<Omit<Cost, 'time'>> {
  return new Promise((done) => {
    process.once('message', done);
    process.send?.('count');
  });
}

async function costOf(send: Send, url: string): Promise<Cost> {
  const before = await counted();
  const started = performance.now();
  await send(url);
  const time = performance.now() - started;
  const after = await counted();
  return { time, connections: after.connections - before.connections, requests: after.requests - before.requests };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measureFrom(url: string): Promise<void> {
  console.log(`\nA check over TLS, ${ROUND_TRIP} ms there and back; medians of ${ROUNDS}`);
  console.log(
    `${''.padEnd(50)}${['s', 'round trips', 'connections', 'requests', 'time'].map((one) => one.padStart(13)).join('')}`,
  );
  // What is only done once in a process is not what a check costs.
  await check(50)(url);
  for (const group of GROUPS) {
    const costs: Cost[][] = group.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [index, [, send]] of group.entries()) costs[index]?.push(await costOf(send, url));
    for (const [index, [name]] of group.entries()) {
      const of = (what: keyof Cost) => median(costs[index]?.map((cost) => cost[what]) ?? []);
      const ratio = median(costs[index]?.map(({ time }, round) => time / (costs[0]?.[round]?.time ?? 0)) ?? []);
      const cells = [
        (of('time') / 1_000).toFixed(2),
        (of('time') / ROUND_TRIP).toFixed(1),
        String(of('connections')),
        String(of('requests')),
        `x ${ratio.toFixed(2)}`,
      ];
      console.log(`${name.padEnd(50)}${cells.map((cell) => cell.padStart(13)).join('')}`);
    }
  }
}

const [, , url] = process.argv;
void (url === undefined ? edge() : measureFrom(url).finally(() => process.disconnect?.()));
