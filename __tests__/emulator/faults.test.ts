import { Agent } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type Emulator, type Fault, type FaultEffect, startEmulator } from '../../emulator/emulator.js';
import { deployment, getRoutine, hello, production } from '../support/emulator/hello-routine.js';
import { type Answered, ask, askJson, codeVersions } from '../support/emulator/signed-request.js';

const { v1, v2, v3 } = hello();
const toV2 = deployment(codeVersions([v2, 100]));

/** What one deployment met under a fault: the client's view, and what is live afterwards. */
async function deployUnder(
  effect: FaultEffect,
): Promise<{ answered: Answered | Error; live: string[]; fault: unknown }> {
  await using emulator = await startEmulator({ world: hello().world });
  emulator.script({ operation: toV2.action, effect });
  const answered = await ask(emulator.api, toV2).catch((error: Error) => error);
  const { current } = emulator.world.routines['hello']?.environments.production ?? {};
  const live = current?.codeVersions.map(({ codeVersion }) => codeVersion) ?? [];
  return { answered, live, fault: emulator.requests[0]?.fault };
}

test.each([
  [{ kind: 'error', code: 'Throttling.Api' }, 400, v1],
  [{ kind: 'error', code: 'ServiceUnavailable' }, 503, v1],
  [{ kind: 'error', code: 'InternalError', acts: true }, 500, v2],
  [{ kind: 'error', code: 'LockFailed', status: 409 }, 409, v1],
] as const)('an error answer: %j', async (effect, status, live) => {
  const seen = await deployUnder(effect);
  expect(seen).toMatchObject({ answered: { status }, live: [live], fault: 'error' });
  expect(JSON.parse((seen.answered as Answered).text)).toMatchObject({ Code: effect.code });
});

test('throttling names the time to wait in milliseconds', async () => {
  const { answered } = await deployUnder({ kind: 'error', code: 'Throttling', retryAfter: 1500 });
  expect((answered as Answered).headers['x-acs-retry-after']).toBe('1500');
});

test.each([
  [{ kind: 'html', status: 502 }, 502, v1],
  [{ kind: 'html', status: 200, acts: true }, 200, v2],
] as const)("a gateway's page: %j", async (effect, status, live) => {
  const { answered, live: actual } = await deployUnder(effect);
  expect(answered).toMatchObject({ status, headers: { 'content-type': 'text/html' } });
  expect((answered as Answered).text).toContain('<html>');
  expect(actual).toEqual([live]);
});

test.each([
  [{ kind: 'body', status: 503, body: '' }, v1],
  [{ kind: 'body', status: 200, body: '{"RequestId":', acts: true }, v2],
  [{ kind: 'body', status: 200, body: 'ok', contentType: 'text/plain' }, v1],
] as const)('any raw answer: %j', async (effect, live) => {
  const seen = await deployUnder(effect);
  expect(seen).toMatchObject({ answered: { status: effect.status, text: effect.body }, live: [live] });
});

test('a redirect', async () => {
  const { answered } = await deployUnder({ kind: 'body', status: 302, body: '', headers: { location: '/elsewhere' } });
  expect(answered).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
});

test.each([
  ['reset', v1],
  ['lost', v2],
  ['truncated', v2],
] as const)('%s: the client gets no whole answer', async (kind, live) => {
  const { answered, live: actual } = await deployUnder({ kind });
  expect(answered).toMatchObject({ code: 'ECONNRESET' });
  expect(actual).toEqual([live]);
});

/** Lets the event loop turn until the emulator has met the fault. */
async function untilMet(emulator: Emulator, kind: FaultEffect['kind']): Promise<void> {
  while (!emulator.requests.some(({ fault }) => fault === kind)) await setImmediate();
}

test.each([
  [false, v1],
  [true, v2],
])('a request that hangs is never answered, others are; acts: %s', async (acts, live) => {
  const emulator = await startEmulator({ world: hello().world });
  emulator.script({ operation: toV2.action, effect: { kind: 'hang', acts } });
  const hanging = ask(emulator.api, toV2).catch((error: { code?: string }) => error.code);
  await untilMet(emulator, 'hang');
  expect((await production(emulator.api))?.CodeVersion).toBe(live);
  await emulator.close();
  expect(await hanging).toBe('ECONNRESET');
  expect(emulator.requests[0]).toMatchObject({ fault: 'hang', status: 0 });
});

test('a slow answer comes whole', async () => {
  const { answered, live } = await deployUnder({ kind: 'slow', ms: 20 });
  expect(answered).toMatchObject({ status: 200 });
  expect(live).toEqual([v2]);
});

test('closing waits for no slow answer, and may be done twice', async () => {
  const emulator = await startEmulator({ world: hello().world });
  emulator.script({ effect: { kind: 'slow', ms: 3_600_000 } });
  const dropped = ask(emulator.api, toV2).catch((error: { code?: string }) => error.code);
  await untilMet(emulator, 'slow');
  await emulator.close();
  await emulator.close();
  expect(await dropped).toBe('ECONNRESET');
});

test.each([
  ['before', [v3, v2]],
  ['after', [v2, v3]],
] as const)('somebody else deploys right %s', async (when, order) => {
  await using emulator = await startEmulator({ world: hello().world });
  const foreign = [{ codeVersion: v3, percentage: 100 }];
  emulator.script({ operation: toV2.action, effect: { kind: 'foreign', codeVersions: foreign, when } });
  const { DeploymentId } = await askJson(emulator.api, toV2);
  const history = emulator.world.routines['hello']?.environments.production.history.slice(1) ?? [];
  expect(history.map(({ codeVersions: [share] }) => share?.codeVersion)).toEqual(order);
  expect(history.find(({ codeVersions: [share] }) => share?.codeVersion === v2)?.deployId).toBe(DeploymentId);
});

test('a read is met by a foreign deployment to production, or to the environment that the fault names', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const foreign = (codeVersion: string) => [{ codeVersion, percentage: 100 }];
  emulator.script(
    { effect: { kind: 'foreign', codeVersions: foreign(v3), when: 'before' } },
    { effect: { kind: 'foreign', codeVersions: foreign(v2), when: 'after', env: 'staging' } },
  );
  expect((await production(emulator.api))?.CodeVersion).toBe(v3);
  expect((await production(emulator.api))?.CodeVersion).toBe(v3);
  expect(emulator.world.routines['hello']?.environments.staging.current?.codeVersions).toEqual(foreign(v2));
});

test('faults are used up in order, each by the requests it matches, and not by refused ones', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const error = (code: string, more: Partial<Fault> = {}): Fault => ({ ...more, effect: { kind: 'error', code } });
  emulator.script(
    error('A', { operation: 'GetRoutine', skip: 2, times: 2 }),
    error('B', { operation: 'GetErService', times: Number.POSITIVE_INFINITY }),
    error('C', { operation: 'GetRoutine' }),
  );
  const codeOf = async (action: string) => {
    const { Code } = await askJson(emulator.api, { ...getRoutine, action });
    return Code ?? 'fine';
  };
  const wrong = { ...getRoutine, key: { accessKeyId: 'nobody', accessKeySecret: '' } };
  expect(await askJson(emulator.api, wrong)).toMatchObject({ Code: 'InvalidAccessKeyId.NotFound' });
  const order = [
    'GetRoutine',
    'GetRoutine',
    'GetErService',
    'GetRoutine',
    'GetRoutine',
    'GetErService',
    'GetRoutine',
    'GetRoutine',
  ];
  const codes = [];
  for (const action of order) codes.push(await codeOf(action));
  expect(codes).toEqual(['fine', 'fine', 'B', 'A', 'A', 'B', 'C', 'fine']);
});

test('requests are logged in order with what they were, and over which connection they came', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(emulator.api, { ...getRoutine, agent, nonce: 'first' });
  await ask(emulator.api, { ...toV2, agent });
  agent.destroy();
  await ask(emulator.api, { ...getRoutine, place: 'query' });
  expect(emulator.requests).toMatchObject([
    {
      method: 'POST',
      action: 'GetRoutine',
      parameters: { Name: 'hello' },
      version: '2024-09-10',
      nonce: 'first',
      accessKeyId: 'emulator-key-id',
      headers: { 'x-acs-action': 'GetRoutine' },
      connection: 1,
      status: 200,
    },
    { action: toV2.action, parameters: toV2.parameters, connection: 1 },
    { action: 'GetRoutine', parameters: { Name: 'hello' }, connection: 2 },
  ]);
  expect(emulator.connections).toBe(2);
});
