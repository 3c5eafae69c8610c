import { expect, test } from '@jest/globals';
import { addRoutine, startEmulator } from '../../emulator/emulator.js';
import { defaultRelatedRecord } from '../../emulator/operations/operation.js';
import { at, hello } from '../support/emulator/hello-routine.js';
import { ask, send } from '../support/emulator/signed-request.js';

test("a routine's own name is served in staging, to whoever has its token", async () => {
  let now = Date.now();
  const { world } = hello();
  addRoutine(world, 'other', {}, at);
  await using emulator = await startEmulator({ world, now: () => now });
  const tokenOf = async (Name: string) => {
    const { text } = await ask(emulator.api, { action: 'GetRoutineAccessToken', parameters: { Name } });
    return (JSON.parse(text) as { Token: string }).Token;
  };
  const asked = async (query: string) => {
    const headers = { host: `${defaultRelatedRecord('hello')}:443` };
    return (await send(`${emulator.edge}/any${query}`, { headers })).status;
  };
  const token = await tokenOf('hello');
  expect(await asked('')).toBe(401);
  expect(await asked('?esa_er_token=a.b.c')).toBe(401);
  expect(await asked(`?esa_er_token=${await tokenOf('other')}`)).toBe(401);
  expect(await asked(`?esa_er_token=${token}`)).toBe(200);
  now += 2 * 3_600_000;
  expect(await asked(`?esa_er_token=${token}`)).toBe(401);
});
