import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { deploy, type Emulator, startEmulator } from '../emulator/emulator.js';
import { runStep } from './runner.js';

/**
 * Sequential round trips of a verified split: how much longer it takes when every service is ROUND_TRIP away, divided by
 * ROUND_TRIP. Counted are TCP's handshake and each request with its answer; TLS is not, since the endpoints speak plain
 * http, and would add one more to each connection. The far end of the first connection is out of reach for one round
 * trip, and each byte takes half of one in either direction.
 */
const ROUND_TRIP = 600;
const ROUNDS = process.env['BENCH_ROUNDS'] === undefined ? 5 : 1;
const root = resolve(import.meta.dirname, '../..');

interface Way extends AsyncDisposable {
  readonly url: string;
}

/** The way to a service on loopback, of so many ms there and back. */
async function wayTo(service: string, roundTrip: number): Promise<Way> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((near) => {
    sockets.add(near.on('error', () => {}));
    const far = connect(Number(new URL(service).port), '127.0.0.1');
    sockets.add(far.on('error', () => {}));
    const there = Date.now() + roundTrip;
    late(near, far, () => Math.max(there - Date.now(), 0) + roundTrip / 2);
    late(far, near, () => roundTrip / 2);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

/** GitHub's token service, as far as a deploy needs it. */
async function tokenService(): Promise<Way> {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    const aud = new URL(request.url ?? '/', 'http://token').searchParams.get('audience');
    const claims = { iss: 'https://token.example', aud, sub: 'bench', exp: Math.floor(Date.now() / 1000) + 300 };
    response.end(JSON.stringify({ value: `${part({ alg: 'RS256' })}.${part(claims)}.${part('signature')}` }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** How far away each service is, in ms there and back. */
interface Distances {
  readonly alibaba: number;
  readonly github: number;
}

type Inputs = Readonly<Record<string, string>>;

/** One verified split of the bundle, from its start to its end, in ms. */
async function split(emulator: Emulator, inputs: Inputs, { alibaba, github }: Distances): Promise<number> {
  const [old = '', canary = ''] = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  deploy(emulator.world, 'hello', 'production', [{ codeVersion: old, percentage: 100 }]);
  await using esa = await wayTo(emulator.api, alibaba);
  await using sts = await wayTo(emulator.api, alibaba);
  await using issuer = await tokenService();
  await using token = await wayTo(issuer.url, github);
  const started = performance.now();
  const { outputs, log } = await runStep({
    entry: join(root, 'dist/main.cjs'),
    inputs: {
      routine: 'hello',
      env: 'production',
      versions: `${canary}=10,${old}=90`,
      endpoint: esa.url,
      'sts-endpoint': sts.url,
      ...inputs,
    },
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${token.url}/?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bench-token' },
  });
  if (outputs['outcome'] !== 'deployed') throw new Error(log);
  return performance.now() - started;
}

async function roundTrips(emulator: Emulator, inputs: Inputs, far: Distances): Promise<number> {
  const counted: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const near = await split(emulator, inputs, { alibaba: 0, github: 0 });
    counted.push(((await split(emulator, inputs, far)) - near) / ROUND_TRIP);
  }
  return counted.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  await using emulator = await startEmulator();
  const [key] = emulator.world.credentials;
  const keys = { 'access-key-id': key?.accessKeyId ?? '', 'access-key-secret': key?.accessKeySecret ?? '' };
  const [arn, providerArn] = ['acs:ram::1234567890123456:role/bench', 'acs:ram::1234567890123456:oidc-provider/bench'];
  emulator.world.roles.push({ arn, providerArn });
  const oidc = { 'role-to-assume': arn, 'oidc-provider-arn': providerArn };
  const [far, near] = [ROUND_TRIP, 0];
  console.log(`\nSequential round trips of a verified split, without TLS; ${ROUND_TRIP} ms each, medians of ${ROUNDS}`);
  const rows: readonly (readonly [string, Inputs, Distances])[] = [
    ['keys', keys, { alibaba: far, github: near }],
    ['OIDC, GitHub near', oidc, { alibaba: far, github: near }],
    ['OIDC, GitHub as far', oidc, { alibaba: far, github: far }],
  ];
  for (const [name, inputs, distances] of rows)
    console.log(`${name.padEnd(20)} ${(await roundTrips(emulator, inputs, distances)).toFixed(1)}`);
}

void main();
