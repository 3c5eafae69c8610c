import { expect, test } from '@jest/globals';
import { addRoutine, addVersion, deploy, emptyWorld, startEmulator } from '../../emulator/emulator.js';
import { at, deployment, getRoutine, hello, production } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions } from '../support/emulator/signed-request.js';

const { v1, v2, v3 } = hello();

test('quirk lagReads: the old state is shown so many times more, in that environment only', async () => {
  await using emulator = await startEmulator({ world: hello({ lagReads: 2 }).world });
  await ask(emulator.api, deployment(codeVersions([v2, 100])));
  const seen: (string | undefined)[] = [];
  for (let read = 0; read < 4; read += 1) seen.push((await production(emulator.api))?.CodeVersion);
  expect(seen).toEqual([v1, v1, v2, v2]);
  await ask(emulator.api, deployment(codeVersions([v2, 100]), 'staging'));
  expect((await production(emulator.api))?.CodeVersion).toBe(v2);
});

test.each([
  ['clock', new Date(at).toUTCString()],
  ['none', undefined],
  [{ text: 'soon' }, 'soon'],
] as const)('quirk dateHeader: %j', async (dateHeader, expected) => {
  await using emulator = await startEmulator({ world: hello({ dateHeader }).world, now: () => at });
  const { headers } = await ask(emulator.api, getRoutine);
  expect(headers['date']).toBe(expected);
});

test('somebody else, who deploys past the API, is seen at once', async () => {
  const { world } = hello({ lagReads: 2 });
  await using emulator = await startEmulator({ world });
  await ask(emulator.api, deployment(codeVersions([v2, 100])));
  deploy(world, 'hello', 'production', [{ codeVersion: v3, percentage: 100 }], at);
  expect((await production(emulator.api))?.CodeVersion).toBe(v3);
});

test('quirk numeric ids: bare numbers with every digit', async () => {
  await using emulator = await startEmulator({
    world: hello({ numericDeploymentId: true, numericCodeVersion: true }).world,
  });
  const created = await ask(emulator.api, deployment(codeVersions([v2, 100])));
  const { deployId } = emulator.world.routines['hello']?.environments.production.current ?? {};
  expect(created.text).toContain(`"DeploymentId":${deployId},`);
  expect((await ask(emulator.api, getRoutine)).text).toContain(`"CodeVersion":${v2}}`);
  const list = { action: 'ListRoutineCodeVersions', parameters: { Name: 'hello' } };
  expect((await ask(emulator.api, list)).text).toContain(`"CodeVersion":${v2},`);
});

test('quirks that leave out or change members', async () => {
  const quirks = {
    omitDeploymentId: true,
    percentageAsString: true,
    versionOrder: 'reversed',
    omitCreateTimes: true,
    omitStatus: true,
    omitTotalCount: true,
  } as const;
  await using emulator = await startEmulator({ world: hello(quirks).world });
  expect(await askJson(emulator.api, deployment(codeVersions([v2, 10], [v1, 90])))).not.toHaveProperty('DeploymentId');
  const shown = await ask(emulator.api, getRoutine);
  expect(shown.text).not.toContain('"CreateTime"');
  expect((await production(emulator.api))?.CodeDeploy?.CodeVersions).toMatchObject([
    { CodeVersion: v1, Percentage: '90' },
    { CodeVersion: v2, Percentage: '10' },
  ]);
  const listed = await ask(emulator.api, { action: 'ListRoutineCodeVersions', parameters: { Name: 'hello' } });
  for (const left of ['"Status"', '"TotalCount"', '"CreateTime"']) expect(listed.text).not.toContain(left);
});

test.each([
  ['no-envs', undefined],
  ['no-env', []],
  ['no-code-deploy', [{ Env: 'production' }, { Env: 'staging' }]],
  [
    'no-code-versions',
    [
      { Env: 'production', CodeDeploy: { Strategy: 'percentage' } },
      { Env: 'staging', CodeDeploy: { Strategy: 'percentage' } },
    ],
  ],
] as const)('quirk neverDeployed: %s', async (neverDeployed, expected) => {
  const world = emptyWorld({ neverDeployed });
  addRoutine(world, 'hello', {}, at);
  await using emulator = await startEmulator({ world });
  expect((await askJson(emulator.api, getRoutine))['Envs']).toEqual(expected);
  const codeVersion = addVersion(world, 'hello', {}, at);
  deploy(world, 'hello', 'staging', [{ codeVersion, percentage: 100 }], at);
  expect((await askJson(emulator.api, getRoutine))['Envs']).toHaveLength(expected?.length === 2 ? 2 : 1);
});
