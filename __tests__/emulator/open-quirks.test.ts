import { Agent } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { deploy, startEmulator } from '../../emulator/emulator.js';
import type { Quirks } from '../../emulator/quirks.js';
import { at, deployment, getRoutine, hello, production } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions, send } from '../support/emulator/signed-request.js';

const { v1, v2, v3 } = hello();
const split = deployment(codeVersions([v2, 10], [v1, 90]));

/** What production shows once this was deployed. */
async function shown(quirks: Partial<Quirks>, asked = split) {
  await using emulator = await startEmulator({ world: hello(quirks).world });
  const answer = await askJson(emulator.api, asked);
  const { deployId } = emulator.world.routines['hello']?.environments.production.current ?? {};
  return { answer, deployId, text: (await ask(emulator.api, getRoutine)).text, env: await production(emulator.api) };
}

test.each([
  ['asked', [v2, v1]],
  ['reversed', [v1, v2]],
  ['heavier-first', [v1, v2]],
  ['lighter-first', [v2, v1]],
  ['older-first', [v1, v2]],
  ['newer-first', [v2, v1]],
] as const)('versionOrder %s', async (versionOrder, expected) => {
  const { env } = await shown({ versionOrder });
  expect(env?.CodeDeploy?.CodeVersions?.map((share) => share['CodeVersion'])).toEqual(expected);
});

test.each([
  ['heavier-lighter', v1, v2],
  ['lighter-heavier', v2, v1],
  ['heavier-heavier', v1, v1],
  ['first-last', v2, v1],
  ['last-first', v1, v2],
  ['none', undefined, undefined],
] as const)('splitMembers %s', async (splitMembers, main, canary) => {
  const { env } = await shown({ splitMembers });
  expect([env?.CodeVersion, env?.CanaryCodeVersion]).toEqual([main, canary]);
});

test.each([
  ['seconds', /:\d\dZ$/, 0],
  ['milliseconds', /\.\d{3}Z$/, 0],
  ['offset', /:\d\d\+08:00$/, 0],
  ['zoneless', /:\d\d$/, 8 * 3_600_000],
] as const)('creationTime %s', async (creationTime, form, ahead) => {
  const text = (await shown({ creationTime })).env?.CodeDeploy?.CreationTime ?? '';
  expect(text).toMatch(form);
  const instant = Date.parse(creationTime === 'zoneless' ? `${text}Z` : text);
  expect(Math.abs(instant - ahead - Date.now())).toBeLessThan(60_000);
});

test('creationTime none', async () => {
  expect((await shown({ creationTime: 'none' })).env?.CodeDeploy).not.toHaveProperty('CreationTime');
});

test('ids: others, bare numbers, counts', async () => {
  const differing = await shown({ deploymentIdDiffers: true });
  expect(differing.answer['DeploymentId']).not.toBe(differing.env?.CodeDeploy?.DeployId);
  const numeric = await shown({ numericDeployId: true });
  expect(numeric.text).toContain(`"DeployId":${numeric.deployId},`);
  expect((await shown({ deployIds: 'counted' })).deployId).toMatch(/^5892\d\d$/);
});

test.each(['counted', 'nanoseconds'] as const)('other ids are those of no deployment: %s', async (deployIds) => {
  const { world } = hello({ deploymentIdDiffers: true, deployIds });
  await using emulator = await startEmulator({ world });
  const answered: unknown[] = [];
  for (const weight of [10, 20, 30, 40, 50]) {
    const asked = deployment(codeVersions([v2, weight], [v1, 100 - weight]));
    answered.push((await askJson(emulator.api, asked))['DeploymentId']);
  }
  const history = world.routines['hello']?.environments.production.history.map(({ deployId }) => deployId) ?? [];
  expect(history.length).toBeGreaterThan(5);
  expect(answered.filter((id) => history.includes(String(id)))).toEqual([]);
});

const REFUSAL = { code: 'Some.Code', status: 409, message: 'No.' };

describe.each([
  ['percentZero', codeVersions([v1, 100], [v2, 0])],
  ['versionTwice', codeVersions([v2, 50], [v2, 50])],
  ['unknownVersion', codeVersions([v1, 99], ['17', 1])],
] as const)('%s', (name, asked) => {
  test.each([
    ['accepted', 200, undefined],
    ['refused', 400, 'InvalidParameter'],
    [REFUSAL, 409, 'Some.Code'],
  ] as const)('%j', async (reaction, status, code) => {
    await using emulator = await startEmulator({ world: hello({ [name]: reaction }).world });
    const { status: seen, text } = await ask(emulator.api, deployment(asked));
    expect([seen, (JSON.parse(text) as { Code?: string }).Code]).toEqual([status, code]);
  });
});

test('zeroShown: what is at 0 % may be left out', async () => {
  const asked = deployment(codeVersions([v1, 100], [v2, 0]));
  const count = async (zeroShown: boolean) =>
    (await shown({ percentZero: 'accepted', zeroShown }, asked)).env?.CodeDeploy?.CodeVersions?.length;
  expect([await count(true), await count(false)]).toEqual([2, 1]);
});

test.each([
  ['accepted', 200, 1],
  ['same-deployment', 200, 0],
  ['refused', 400, 0],
] as const)('redeploy %s', async (redeploy, status, more) => {
  await using emulator = await startEmulator({ world: hello({ redeploy }).world });
  const { history } = emulator.world.routines['hello']?.environments.production ?? { history: [] };
  const before = history.length;
  const { status: seen } = await ask(emulator.api, deployment(codeVersions([v1, 100])));
  expect([seen, history.length - before]).toEqual([status, more]);
});

test('parameterPlaces: a query may count for nothing', async () => {
  await using emulator = await startEmulator({ world: hello({ parameterPlaces: 'body' }).world });
  expect(await askJson(emulator.api, { ...getRoutine, place: 'query' })).toMatchObject({ Code: 'MissingName' });
  expect(await askJson(emulator.api, getRoutine)).toHaveProperty('Envs');
});

test('oldestFirst: the list begins with the oldest', async () => {
  await using emulator = await startEmulator({ world: hello({ oldestFirst: true }).world });
  const listed = await askJson(emulator.api, { action: 'ListRoutineCodeVersions', parameters: { Name: 'hello' } });
  expect((listed['CodeVersions'] as { CodeVersion: string }[]).map((one) => one.CodeVersion)).toEqual([v1, v2, v3]);
});

test('edgeDelay: the edge goes on with what was live before', async () => {
  const { world } = hello({ edgeDelay: 5_000 });
  let now = at;
  await using emulator = await startEmulator({ world, now: () => now });
  const serving = async () => (await send(`${emulator.edge}/production/hello/`)).headers['x-code-version'];
  deploy(world, 'hello', 'production', [{ codeVersion: v3, percentage: 100 }], now);
  expect(await serving()).toBe(v1);
  now += 5_000;
  expect(await serving()).toBe(v3);
});

describe('routing at 50 %', () => {
  async function served(routing: Quirks['routing'], requests: number, agent?: Agent) {
    const { world } = hello({ routing });
    const halves = [v1, v2].map((codeVersion) => ({ codeVersion, percentage: 50 }));
    await using emulator = await startEmulator({ world, edgeSeed: 1 });
    deploy(world, 'hello', 'production', halves, Date.now());
    const found = [];
    for (let request = 0; request < requests; request += 1) {
      const { headers } = await send(`${emulator.edge}/production/hello/`, agent === undefined ? {} : { agent });
      found.push(headers['x-code-version']);
    }
    agent?.destroy();
    return found;
  }
  const kept = () => new Agent({ keepAlive: true, maxSockets: 1 });

  test('in turn', async () => {
    const found = await served('in-turn', 8);
    expect(found.every((one, index) => index === 0 || one !== found[index - 1])).toBe(true);
  });

  test('once for a connection, or for a client', async () => {
    expect(new Set(await served('per-connection', 20, kept())).size).toBe(1);
    expect(new Set(await served('per-connection', 20, new Agent({ keepAlive: false }))).size).toBe(2);
    expect(new Set(await served('per-client', 20, new Agent({ keepAlive: false }))).size).toBe(1);
  });
});
