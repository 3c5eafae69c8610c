import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isLoopback } from '../../emulator/control.js';
import { startEmulator, type WorldSeed } from '../../emulator/emulator.js';
import { deployment, getRoutine, hello, production } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions, send } from '../support/emulator/signed-request.js';

const { v1, v2 } = hello();

async function control(api: string, method: string, path: string, value?: unknown) {
  const body = value === undefined ? '' : JSON.stringify(value);
  const { status, text } = await send(`${api}/_emulator/${path}`, { method, body });
  return { status, value: JSON.parse(text) as unknown };
}

test('the world can be read and replaced by another process', async () => {
  const { world } = hello();
  await using emulator = await startEmulator({ world });
  expect(await control(emulator.api, 'GET', 'world')).toEqual({
    status: 200,
    value: JSON.parse(JSON.stringify(world)),
  });
  const other = hello({ numericCodeVersion: true }).world;
  delete other.routines['hello'];
  expect((await control(emulator.api, 'PUT', 'world', { ...other, quirks: { lagReads: 1 } })).status).toBe(200);
  expect(emulator.world).toBe(world);
  expect(world).toMatchObject({ routines: {}, quirks: { lagReads: 1, numericCodeVersion: false } });
  expect(await askJson(emulator.api, getRoutine)).toMatchObject({ Code: 'RoutineNotExist' });
});

test('faults can be scripted by another process, also for ever', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const faults = [{ operation: 'GetRoutine', times: 'Infinity', effect: { kind: 'error', code: 'Throttling' } }];
  expect(await control(emulator.api, 'POST', 'faults', faults)).toEqual({ status: 200, value: { added: 1 } });
  for (let n = 0; n < 3; n += 1) expect(await askJson(emulator.api, getRoutine)).toMatchObject({ Code: 'Throttling' });
});

test('another process can play somebody else who deploys', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const given = { routine: 'hello', env: 'production', codeVersions: [{ codeVersion: v2, percentage: 100 }] };
  const { value } = await control(emulator.api, 'POST', 'deploy', given);
  expect((await production(emulator.api))?.CodeDeploy?.DeployId).toBe((value as { deployId: string }).deployId);
});

test('the log of requests and the counts of the edge can be read; control requests are not in the log', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  await ask(emulator.api, deployment(codeVersions([v1, 100])));
  await send(emulator.edge);
  const { value } = await control(emulator.api, 'GET', 'requests');
  expect(value).toMatchObject([{ action: 'CreateRoutineCodeDeployment', status: 200 }]);
  expect((await control(emulator.api, 'GET', 'edge')).value).toEqual({
    requests: { [v1]: 1 },
    failures: {},
    cuts: {},
  });
});

test.each([
  ['GET', 'nothing', undefined, 404],
  ['DELETE', 'world', undefined, 404],
  ['PUT', 'world', [], 400],
  ['PUT', 'world', undefined, 400],
  ['POST', 'faults', {}, 400],
  ['POST', 'faults', [{ effect: { kind: 'explode' } }], 400],
  ['POST', 'faults', [null], 400],
  ['POST', 'deploy', { routine: 'nobody', env: 'production', codeVersions: [] }, 400],
  ['POST', 'deploy', { routine: 'hello', env: 'prod', codeVersions: [] }, 400],
  ['POST', 'deploy', { routine: 'hello', env: 'staging' }, 400],
])('a control request that makes no sense changes nothing: %s %s %j', async (method, path, value, status) => {
  await using emulator = await startEmulator({ world: hello().world });
  const before = JSON.stringify(emulator.world);
  expect((await control(emulator.api, method, path, value)).status).toBe(status);
  expect(JSON.stringify(emulator.world)).toBe(before);
});

const misbehaving = (misbehaviour: unknown) => ({ routines: { hello: { versions: [{}, { misbehaviour }] } } });
const where = 'hello.versions[1].misbehaviour';

test.each([
  [misbehaving({ failureShare: 20 }), `${where}.failureShare is 20: a share is a number from 0 to 1`],
  [misbehaving({ cutShare: '0.5' }), `${where}.cutShare is "0.5": a share`],
  [misbehaving({ failureShare: 0.6, cutShare: 0.5 }), `${where}: failureShare and cutShare are more than 1`],
  [misbehaving({ cut: 'slowly' }), `${where}.cut is "slowly": it is one of reset, close, silent`],
  [misbehaving({ status: 'bad' }), 'a status is a whole number'],
  [misbehaving({ latency: -1 }), 'a latency is in milliseconds'],
  [misbehaving({ omitVersionHeader: 1 }), 'it is true, false or "failed"'],
  [misbehaving({ failShare: 0.5 }), `${where} has no failShare; it has failureShare`],
  [misbehaving({ until: 5 }), `${where} has no until`],
  [misbehaving(null), `${where} is no object`],
  [{ outages: [{}, { from: 'now' }] }, 'outages[1].from is "now": an instant is in milliseconds since the epoch'],
  [{ outages: [{ failureShare: -0.1 }] }, 'outages[0].failureShare is -0.1'],
])('a misbehaviour that cannot be is refused, and says why: %j', async (world, why) => {
  await using emulator = await startEmulator({ world: hello().world });
  const before = JSON.stringify(emulator.world);
  const { status, value } = await control(emulator.api, 'PUT', 'world', world);
  expect(status).toBe(400);
  expect((value as { error: string }).error).toContain(why);
  expect(JSON.stringify(emulator.world)).toBe(before);
});

test('what a version and the site do can be told by another process, and taken back', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const status = async () => (await send(emulator.edge)).status;
  const { value } = await control(emulator.api, 'GET', 'world');
  const world = value as WorldSeed;
  await control(emulator.api, 'PUT', 'world', { ...world, outages: [{ failureShare: 1, status: 503, from: 0 }] });
  expect(await status()).toBe(503);
  await control(emulator.api, 'PUT', 'world', world);
  expect(await status()).toBe(200);
  const [version] = world.routines?.['hello']?.versions ?? [];
  if (version !== undefined) version.misbehaviour = { failureShare: 1 };
  await control(emulator.api, 'PUT', 'world', world);
  expect(await status()).toBe(500);
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.127.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['', false],
])('the control plane is open to loopback only: %s', (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});

test('over TLS the API is the same, connections counted alike', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-tls-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...newKey, ...subject, '-days', '2', '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  });
  const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
  rmSync(folder, { recursive: true });
  await using emulator = await startEmulator({ world: hello().world, tls: { cert, key } });
  expect(emulator.api).toMatch(/^https:/);
  expect((await ask(emulator.api, { ...getRoutine, ca: cert })).status).toBe(200);
  await expect(ask(emulator.api, getRoutine)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(emulator.requests).toMatchObject([{ connection: 1 }]);
  expect(emulator.connections).toBe(2);
});
