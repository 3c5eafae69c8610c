import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { addVersion, deploy, type Emulator, startEmulator } from '../emulator/emulator.js';
import { wayTo } from './far-away.js';
import { runStep } from './runner.js';

/**
 * Sequential round trips of a verified split: how much longer it takes when every service is ROUND_TRIP away, divided by
 * ROUND_TRIP. Counted are TCP's handshake and each request with its answer; TLS is not, since the endpoints speak plain
 * http, and would add one more to each connection.
 */
const ROUND_TRIP = 600;
const ROUNDS = process.env['BENCH_ROUNDS'] === undefined ? 5 : 1;
const root = resolve(import.meta.dirname, '../..');

/** GitHub's token service, as far as a deploy needs it. */
async function tokenService(): Promise<AsyncDisposable & { readonly port: number }> {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    const aud = new URL(request.url ?? '/', 'http://token').searchParams.get('audience');
    const claims = { iss: 'https://token.example', aud, sub: 'bench', exp: Math.floor(Date.now() / 1000) + 300 };
    response.end(JSON.stringify({ value: `${part({ alg: 'RS256' })}.${part(claims)}.${part('signature')}` }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
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

/** One verified deploy of the bundle, from its start to its end, in ms. */
async function split(emulator: Emulator, inputs: Inputs, { alibaba, github }: Distances): Promise<number> {
  const [old = '', canary = ''] = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  deploy(emulator.world, 'hello', 'production', [{ codeVersion: old, percentage: 100 }]);
  const api = Number(new URL(emulator.api).port);
  await using esa = await wayTo(api, alibaba);
  await using sts = await wayTo(api, alibaba);
  await using issuer = await tokenService();
  await using token = await wayTo(issuer.port, github);
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
  if (!['deployed', 'promoted'].includes(outputs['outcome'] ?? '')) throw new Error(log);
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

/** The same deploy by numbers and by words, and the calls of the API that each makes. */
async function words(emulator: Emulator, keys: Inputs, most: number): Promise<void> {
  const far = { alibaba: ROUND_TRIP, github: 0 };
  const versions = emulator.world.routines['hello']?.versions ?? [];
  const newest = versions[2];
  if (newest !== undefined) newest.extraInfo = JSON.stringify({ CommitId: COMMIT });
  const number = newest?.codeVersion ?? '';
  deploy(emulator.world, 'hello', 'staging', [{ codeVersion: number, percentage: 100 }]);
  const rows: readonly (readonly [string, Inputs])[] = [
    ['split of numbers', { versions: `${number}=10,${versions[0]?.codeVersion}` }],
    ['latest=10,stable', { versions: 'latest=10,stable' }],
    ['canary: number', { versions: '', canary: number }],
    ...['latest', 'staging', `commit:${COMMIT}`].map(
      (word) => [`canary: ${word}`, { versions: '', canary: word }] as const,
    ),
  ];
  console.log(`\nThe same by words, with ${versions.length} versions: calls of the API, and round trips`);
  for (const [name, inputs] of rows.slice(0, most)) {
    emulator.requests.length = 0;
    await split(emulator, { ...keys, ...inputs }, { alibaba: 0, github: 0 });
    const calls = emulator.requests.length;
    console.log(`${name.padEnd(27)} ${calls}  ${(await roundTrips(emulator, { ...keys, ...inputs }, far)).toFixed(1)}`);
  }
}

const COMMIT = '4f2a91c';

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
  await words(emulator, keys, 6);
  // So many that the list has a second page, which holds what is deployed.
  for (let count = 0; count < 20; count += 1) addVersion(emulator.world, 'hello', { status: 'Failed' });
  await words(emulator, keys, 4);
}

void main();
