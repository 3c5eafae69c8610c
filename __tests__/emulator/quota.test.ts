import { describe, expect, test } from '@jest/globals';
import { type Quirks, startEmulator } from '../../emulator/emulator.js';
import { at, hello } from '../support/emulator/hello-routine.js';
import { askJson } from '../support/emulator/signed-request.js';
import { created, formOf, post, stagingForm } from '../support/emulator/upload-form.js';

const hold = (quirks: Partial<Quirks> = {}) => hello(quirks).world;

describe('the quota', () => {
  test('counts versions that were never finished too', async () => {
    await using emulator = await startEmulator({ world: hold({ codeVersionQuota: 4 }), now: () => at });
    const { version } = await created(emulator);
    expect((await created(emulator)).answer).toMatchObject({ Code: 'CodeVersionNumberExceedQuotaLimit' });
    const config = await stagingForm(emulator);
    await post(config['Url'] ?? '', formOf(config));
    const commit = { action: 'CommitRoutineStagingCode', parameters: { Name: 'hello' }, at };
    expect(await askJson(emulator.api, commit)).toMatchObject({ Code: 'CodeVersionNumberExceedQuotaLimit' });
    const parameters = { Name: 'hello', CodeVersion: version };
    await askJson(emulator.api, { action: 'DeleteRoutineCodeVersion', parameters, at });
    expect(await askJson(emulator.api, commit)).toMatchObject({ CodeVersion: expect.any(String) });
  });

  test('is told by the plans', async () => {
    await using emulator = await startEmulator({ world: hold({ codeVersionQuota: 7 }), now: () => at });
    expect(await askJson(emulator.api, { action: 'ListEdgeRoutinePlans', at })).toMatchObject({
      PlanInfo: [{ PlanName: 'er_freemode', ErRoutineCodeVersionQuota: '7' }],
    });
  });
});

test('an unknown strategy for what is not found is refused', async () => {
  await using emulator = await startEmulator({ world: hold(), now: () => at });
  const { answer } = await created(emulator, { ConfOptions: '{"NotFoundStrategy":"404-page"}' });
  expect(answer).toMatchObject({ Code: 'InvalidParameter' });
});

test('a live version is not deleted', async () => {
  const { world, v1 } = hello();
  await using emulator = await startEmulator({ world, now: () => at });
  const parameters = { Name: 'hello', CodeVersion: v1 };
  expect(await askJson(emulator.api, { action: 'DeleteRoutineCodeVersion', parameters, at })).toMatchObject({
    Code: 'DependedByOthers',
  });
});

test('a routine is described anew', async () => {
  const world = hold();
  await using emulator = await startEmulator({ world, now: () => at });
  const parameters = { Name: 'hello', Description: 'says ciao' };
  expect(await askJson(emulator.api, { action: 'UpdateRoutineConfigDescription', parameters, at })).toMatchObject({
    Status: 'OK',
  });
  expect(world.routines['hello']?.description).toBe('says ciao');
});
