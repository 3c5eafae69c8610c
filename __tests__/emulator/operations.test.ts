import { expect, test } from '@jest/globals';
import { addVersion, startEmulator, startWorld } from '../../emulator/emulator.js';
import { at, deployment, getRoutine, hello, production } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions } from '../support/emulator/signed-request.js';

const id = /^\d{19}$/;

test('ids are 19 digits, unique, increasing, the same for the same time, and lost as JavaScript numbers', () => {
  const { world, v1, v2, v3 } = hello();
  const more = Array.from({ length: 200 }, () => addVersion(world, 'hello', {}, at));
  const all = [v1, v2, v3, ...more];
  expect(all).toEqual([...new Set(all)].sort());
  for (const one of all) {
    expect(one).toMatch(id);
    expect(String(BigInt(Number(one)))).not.toBe(one);
  }
  expect(startWorld(at)).toEqual(hello().world);
  expect(JSON.parse(JSON.stringify(world))).toEqual(world);
});

test('GetRoutine answers the real shape, production first', async () => {
  const { world, v1 } = hello();
  await using emulator = await startEmulator({ world });
  const answered = await ask(emulator.api, getRoutine);
  expect(answered.status).toBe(200);
  const env = (Env: string) => ({
    CodeVersion: v1,
    Env,
    CanaryCodeVersion: v1,
    CodeDeploy: {
      DeployId: expect.stringMatching(id),
      CreationTime: '2026-11-21T21:00:00Z',
      Strategy: 'percentage',
      CodeVersions: [
        { Description: 'v1: greet in English', Percentage: 100, CreateTime: '2026-11-18T21:00:00Z', CodeVersion: v1 },
      ],
    },
  });
  expect(JSON.parse(answered.text)).toEqual({
    RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
    Description: 'says hello',
    DefaultRelatedRecord: expect.stringMatching(/^hello\.[0-9a-f]{8}\.er\.aliyun-esa\.net$/),
    CreateTime: '2026-11-18T21:00:00Z',
    HasAssets: false,
    Envs: [env('production'), env('staging')],
  });
});

test.each(['form', 'query', 'json'] as const)('a deployment asked for by %s changes one environment', async (place) => {
  const { world, v1, v2 } = hello();
  await using emulator = await startEmulator({ world });
  const before = world.routines['hello']?.environments.staging.current;
  const answered = await askJson(emulator.api, { ...deployment(codeVersions([v2, 10], [v1, 90])), place });
  expect(answered).toEqual({
    RequestId: expect.any(String),
    Strategy: 'percentage',
    DeploymentId: expect.stringMatching(id),
    CodeVersions: [
      { CodeVersion: v2, Percentage: 10 },
      { CodeVersion: v1, Percentage: 90 },
    ],
  });
  const shown = await production(emulator.api);
  expect(shown?.CodeDeploy?.DeployId).toBe(answered['DeploymentId']);
  expect(shown?.CodeDeploy?.CodeVersions).toMatchObject([
    { CodeVersion: v2, Percentage: 10 },
    { CodeVersion: v1, Percentage: 90 },
  ]);
  expect([shown?.CodeVersion, shown?.CanaryCodeVersion]).toEqual([v1, v2]);
  expect(world.routines['hello']?.environments.staging.current).toEqual(before);
  expect(world.routines['hello']?.environments.production.history).toHaveLength(2);
});

const { v1, v2, v3 } = hello();

test.each([
  ['not JSON', 'v1=10'],
  ['no list', '{}'],
  ['an empty list', '[]'],
  ['an entry that is null', '[null]'],
  ['three entries', codeVersions([v1, 50], [v2, 25], [v3, 25])],
  ['a sum under 100', codeVersions([v1, 50], [v2, 49])],
  ['a sum over 100', codeVersions([v1, 50], [v2, 51])],
  ['one version below 100', codeVersions([v1, 99])],
  ['zero percent', codeVersions([v1, 100], [v2, 0])],
  ['a negative percentage', codeVersions([v1, 101], [v2, -1])],
  ['a fraction', codeVersions([v1, 50.5], [v2, 49.5])],
  ['a percentage in quotes', `[{"CodeVersion":"${v1}","Percentage":"100"}]`],
  ['a version as a bare number', `[{"CodeVersion":${v1},"Percentage":100}]`],
  ['a version twice', codeVersions([v1, 50], [v1, 50])],
  ['an unknown version', codeVersions(['1234567890123456789', 100])],
])('CodeVersions is refused as InvalidParameter: %s', async (_what, given) => {
  await using emulator = await startEmulator({ world: hello().world });
  const before = JSON.stringify(emulator.world);
  const answered = await ask(emulator.api, deployment(given));
  expect([answered.status, JSON.parse(answered.text)]).toMatchObject([400, { Code: 'InvalidParameter' }]);
  expect(JSON.stringify(emulator.world)).toBe(before);
});

test('an unknown version is named in the refusal', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const answered = await askJson(emulator.api, deployment(codeVersions(['1234567890123456789', 100])));
  expect(answered['Message']).toContain('1234567890123456789');
});

test.each([
  ['an unknown environment', { Env: 'Production' }, 'InvalidParameter'],
  ['another strategy', { Strategy: 'canary' }, 'InvalidParameter'],
  ['an unknown routine', { Name: 'nobody' }, 'RoutineNotExist'],
  ['a name every object has', { Name: 'constructor' }, 'RoutineNotExist'],
  ['no name', { Name: '' }, 'MissingName'],
  ['no environment', { Env: '' }, 'MissingEnv'],
  ['no strategy', { Strategy: '' }, 'MissingStrategy'],
  ['no versions', { CodeVersions: '' }, 'MissingCodeVersions'],
])('a deployment with %s is refused', async (_what, wrong, code) => {
  await using emulator = await startEmulator({ world: hello().world });
  const { action, parameters } = deployment(codeVersions([v1, 100]));
  const answered = await ask(emulator.api, { action, parameters: { ...parameters, ...wrong } });
  expect([answered.status, JSON.parse(answered.text)]).toMatchObject([400, { Code: code }]);
});

test.each(['Init', 'Failed'] as const)('a version that is %s cannot be deployed', async (status) => {
  const { world } = hello();
  const version = addVersion(world, 'hello', { status }, at);
  await using emulator = await startEmulator({ world });
  expect(await askJson(emulator.api, deployment(codeVersions([version, 100])))).toMatchObject({
    Code: 'InvalidParameter',
  });
});

test('versions are listed newest first, 20 a page, 40 at most, and searched by description', async () => {
  const { world } = hello();
  const added = Array.from({ length: 42 }, (_, n) => addVersion(world, 'hello', { description: `build ${n}` }, at + n));
  await using emulator = await startEmulator({ world });
  const list = async (more: Record<string, string>) => {
    const parameters = { Name: 'hello', ...more };
    const page = (await askJson(emulator.api, { action: 'ListRoutineCodeVersions', parameters })) as {
      CodeVersions: { CodeVersion: string }[];
    };
    return { ...page, ids: page.CodeVersions?.map(({ CodeVersion }) => CodeVersion) };
  };
  const newest = [...added].reverse();
  const first = await list({});
  expect(first).toMatchObject({ PageNumber: 1, PageSize: 20, TotalCount: 45, ids: newest.slice(0, 20) });
  expect(first.CodeVersions[0]).toEqual({
    CodeVersion: newest[0],
    CodeDescription: 'build 41',
    CreateTime: '2026-11-22T21:00:00Z',
    Status: 'Available',
    ExtraInfo: '{}',
    ConfOptions: {},
    HasEnvVars: false,
  });
  expect((await list({ PageNumber: '2' })).ids).toEqual(newest.slice(20, 40));
  expect((await list({ PageSize: '1' })).ids).toEqual(newest.slice(0, 1));
  expect(await list({ SearchKeyWord: 'GREET' })).toMatchObject({ TotalCount: 3 });
  for (const wrong of [{ PageNumber: '3' }, { PageNumber: '0' }, { PageSize: '21' }, { PageSize: 'x' }]) {
    expect(await list(wrong)).toMatchObject({ Code: 'InvalidParameter' });
  }
});

test('a version that is being built becomes Available after it was looked at often enough', async () => {
  const { world } = hello();
  const codeVersion = addVersion(world, 'hello', { status: 'Init', readyAfterReads: 1 }, at);
  await using emulator = await startEmulator({ world });
  const info = { action: 'GetRoutineCodeVersionInfo', parameters: { Name: 'hello', CodeVersion: codeVersion } };
  expect(await askJson(emulator.api, info)).toMatchObject({ CodeVersion: codeVersion, Status: 'Init' });
  expect(await askJson(emulator.api, info)).toMatchObject({ Status: 'Available' });
});

test('what a version holds, and that only an unused one can be deleted', async () => {
  const { world } = hello();
  await using emulator = await startEmulator({ world });
  const on = (action: string, CodeVersion: string) =>
    askJson(emulator.api, { action, parameters: { Name: 'hello', CodeVersion } });
  const { RoutineCode } = await on('GetRoutineCodeVersion', v1);
  expect(Buffer.from(String(RoutineCode), 'base64').toString()).toContain("new Response('Hello')");
  expect(await on('DeleteRoutineCodeVersion', v1)).toMatchObject({ Code: 'DependedByOthers' });
  expect(await on('DeleteRoutineCodeVersion', v2)).toMatchObject({ Status: 'OK' });
  expect(await on('GetRoutineCodeVersion', v2)).toMatchObject({ Code: 'InvalidParameter' });
});

test('what esa-cli asks for: pages of 50 routines, and the addresses of the staging edge', async () => {
  await using emulator = await startEmulator();
  const listed = await askJson(emulator.api, {
    action: 'ListUserRoutines',
    place: 'query',
    parameters: { PageNumber: '1', PageSize: '50' },
  });
  expect(listed).toMatchObject({ TotalCount: 1, PageSize: 50 });
  expect(await askJson(emulator.api, { action: 'GetRoutineStagingEnvIp' })).toMatchObject({ IPV4: ['127.0.0.1'] });
});

test('the account: service, routines, one more and one less', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  expect(await askJson(emulator.api, { action: 'GetErService', method: 'GET', place: 'query' })).toMatchObject({
    Status: 'Running',
  });
  const named = { parameters: { Name: 'second' } };
  expect(await askJson(emulator.api, { action: 'CreateRoutine', ...named })).toMatchObject({ Status: 'OK' });
  expect(await askJson(emulator.api, { action: 'CreateRoutine', ...named })).toMatchObject({
    Code: 'RoutineAlreadyExist',
  });
  const listed = await askJson(emulator.api, { action: 'ListUserRoutines', place: 'query' });
  expect(listed).toMatchObject({ TotalCount: 2, UsedRoutineNumber: 2, QuotaRoutineNumber: 20 });
  expect(listed['Routines']).toMatchObject([{ RoutineName: 'hello' }, { RoutineName: 'second' }]);
  expect(await askJson(emulator.api, { action: 'DeleteRoutine', ...named })).toMatchObject({ Status: 'OK' });
  expect(await askJson(emulator.api, { action: 'GetRoutine', ...named })).toMatchObject({ Code: 'RoutineNotExist' });
});

test.each([true, false])('publishing is a deployment of 100 %, with CodeDeploy: %s', async (publishFillsCodeDeploy) => {
  await using emulator = await startEmulator({ world: hello({ publishFillsCodeDeploy }).world });
  const parameters = { Name: 'hello', Env: 'production', CodeVersion: v2 };
  expect(await askJson(emulator.api, { action: 'PublishRoutineCodeVersion', parameters })).toMatchObject({
    CodeVersion: v2,
  });
  const shown = await production(emulator.api);
  expect(shown).toMatchObject({ CodeVersion: v2, CanaryCodeVersion: v2 });
  expect(shown?.CodeDeploy !== undefined).toBe(publishFillsCodeDeploy);
});
