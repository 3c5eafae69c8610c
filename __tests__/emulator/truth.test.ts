import { expect, test } from '@jest/globals';
import { type FaultEffect, startEmulator } from '../../emulator/emulator.js';
import { deployment, getRoutine, hello } from '../support/emulator/hello-routine.js';
import { ask, codeVersions } from '../support/emulator/signed-request.js';

const { v1, v2, v3 } = hello();
const toV2 = deployment(codeVersions([v2, 100]));

async function under(effect: FaultEffect, operation: string) {
  const emulator = await startEmulator({ world: hello().world });
  emulator.script({ operation, effect });
  return emulator;
}

test('a deployment knows whose request made it and when', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  await ask(emulator.api, toV2);
  const [request] = emulator.requests;
  expect(emulator.world.routines['hello']?.environments.production.current).toMatchObject({
    by: { requestId: request?.requestId, accessKeyId: 'emulator-key-id' },
    at: expect.any(Number),
  });
});

test('a read writes down what it showed, and what was live, where a deployment of others shows late', async () => {
  const codes = [{ codeVersion: v3, percentage: 100 }];
  await using emulator = await under({ kind: 'foreign', codeVersions: codes, when: 'before', lag: 1 }, 'GetRoutine');
  await ask(emulator.api, getRoutine);
  const [read] = emulator.requests;
  expect(read?.showed?.production).not.toBe(read?.live?.production);
  await ask(emulator.api, getRoutine);
  expect(emulator.requests[1]?.showed?.production).toBe(read?.live?.production);
});

test('a late write takes effect after its answer', async () => {
  await using emulator = await under({ kind: 'late', ms: 20, code: 'InternalException' }, toV2.action);
  expect(JSON.parse((await ask(emulator.api, toV2)).text)).toMatchObject({ Code: 'InternalException' });
  const live = () => emulator.world.routines['hello']?.environments.production.current?.codeVersions[0]?.codeVersion;
  expect(live()).toBe(v1);
  while (live() === v1) await new Promise((done) => setTimeout(done, 1));
  expect(live()).toBe(v2);
});

test.each(['capital-env', 'envs-null', 'all-zero', 'empty', 'not-json'] as const)('%s shows nothing', async (how) => {
  await using emulator = await under({ kind: 'odd', how }, 'GetRoutine');
  const { text } = await ask(emulator.api, getRoutine);
  expect(emulator.requests[0]).toMatchObject({ fault: `odd ${how}` });
  expect(emulator.requests[0]?.showed).toBeUndefined();
  expect(text).not.toMatch(/"Env":"production".*"Percentage":[1-9]/);
});

test('a junk RequestId and an instant without a zone leave the split readable', async () => {
  await using emulator = await under({ kind: 'odd', how: { requestId: 'junk' } }, 'GetRoutine');
  emulator.script({ operation: 'GetRoutine', effect: { kind: 'odd', how: 'zoneless' } });
  expect(JSON.parse((await ask(emulator.api, getRoutine)).text)).toMatchObject({ RequestId: 'junk' });
  expect((await ask(emulator.api, getRoutine)).text).toMatch(/"CreationTime":"[-\d]+ [:\d]+"/);
  expect(emulator.requests.every((one) => one.showed?.production !== undefined)).toBe(true);
});
