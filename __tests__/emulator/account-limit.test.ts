import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { deployment, getRoutine, hello, production } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions } from '../support/emulator/signed-request.js';

const { v1, v2 } = hello();

test('quirk requestsPerSecond: beyond it Throttling.User, for the whole account, and nothing is done', async () => {
  let now = Date.now();
  await using emulator = await startEmulator({ world: hello({ requestsPerSecond: 2 }).world, now: () => now });
  for (let number = 0; number < 2; number += 1) expect((await ask(emulator.api, getRoutine)).status).toBe(200);
  const refused = await ask(emulator.api, deployment(codeVersions([v2, 100])));
  expect(refused.status).toBe(400);
  expect(refused.headers['x-acs-retry-after']).toBeUndefined();
  expect(JSON.parse(refused.text)).toMatchObject({ Code: 'Throttling.User' });
  now += 500;
  expect((await production(emulator.api))?.CodeVersion).toBe(v1);
  expect(await askJson(emulator.api, getRoutine)).toMatchObject({ Code: 'Throttling.User' });
  now += 60_000;
  const codes = [];
  for (let number = 0; number < 3; number += 1) codes.push((await ask(emulator.api, getRoutine)).status);
  expect(codes).toEqual([200, 200, 400]);
});

test('off by default, and settable while it runs', async () => {
  const now = Date.now();
  await using emulator = await startEmulator({ world: hello().world, now: () => now });
  for (let number = 0; number < 50; number += 1) expect((await ask(emulator.api, getRoutine)).status).toBe(200);
  emulator.world.quirks.requestsPerSecond = 1;
  expect((await ask(emulator.api, getRoutine)).status).toBe(200);
  expect((await ask(emulator.api, getRoutine)).status).toBe(400);
});
