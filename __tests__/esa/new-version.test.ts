import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../emulator/emulator.js';
import { addVersion } from '../../emulator/world.js';
import { codeIn, ROUTINE, SITE, uploadStage, uploadTo, write } from '../support/esa/upload-stage.js';

describe('a lost answer', () => {
  test('of Commit is found again also where the description holds what is secret here', async () => {
    await using stage = await uploadStage({}, { redact: (text) => text.replaceAll('Italian', '***') });
    stage.emulator.script({ operation: 'CommitRoutineStagingCode', effect: { kind: 'lost' } });
    write(stage.folder, SITE);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'index.js'))).toMatchObject({ ok: true });
    expect(stage.versions()).toHaveLength(4);
    expect(stage.asked().filter((one) => one === 'CommitRoutineStagingCode')).toHaveLength(1);
  });

  test.each<[string, Fault['effect']]>([
    ['lost', { kind: 'lost' }],
    ['cut', { kind: 'truncated' }],
    ['an error though it worked', { kind: 'error', code: 'InternalError', acts: true }],
    ['no JSON', { kind: 'odd', how: 'not-json' }],
    ['late', { kind: 'late', ms: 0 }],
  ])('of Commit makes no second version: %s', async (_what, effect) => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    stage.emulator.script({ operation: 'CommitRoutineStagingCode', effect });
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'index.js'));
    expect(uploaded).toMatchObject({ ok: true, value: { version: stage.versions().at(-1)?.codeVersion } });
    expect(stage.versions()).toHaveLength(4);
    expect(stage.asked().filter((one) => one === 'CommitRoutineStagingCode')).toHaveLength(1);
  });

  test.each<[string, Fault['effect']]>([
    ['lost', { kind: 'lost' }],
    ['cut', { kind: 'truncated' }],
    ['an error though it worked', { kind: 'error', code: 'InternalError', acts: true }],
  ])('of Create leaves one version: %s', async (_what, effect) => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    stage.emulator.script({ operation: 'CreateRoutineWithAssetsCodeVersion', effect });
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'site'));
    expect(uploaded).toMatchObject({ ok: true, value: { version: stage.versions().at(-1)?.codeVersion } });
    expect(stage.versions().map(({ status }) => status)).toEqual(Array(4).fill('Available'));
  });

  test('that says that nothing was done is sent again', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    for (const operation of ['CommitRoutineStagingCode', 'CreateRoutineWithAssetsCodeVersion'])
      stage.emulator.script({ operation, effect: { kind: 'error', code: 'Throttling.User' }, times: 2 });
    expect(await uploadTo(stage, await codeIn(stage.folder, 'index.js'))).toMatchObject({ ok: true });
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site'))).toMatchObject({ ok: true });
    expect(stage.versions()).toHaveLength(5);
  });

  test('of Commit is not looked for among what was there before', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'index.js');
    const first = await uploadTo(stage, code);
    // The same code and the same description, and of no use.
    Object.assign(stage.versions().at(-1) ?? {}, { status: 'Failed' });
    stage.emulator.script({ operation: 'CommitRoutineStagingCode', effect: { kind: 'reset' } });
    const second = await uploadTo(stage, code);
    expect(second).toMatchObject({ ok: true, value: { version: stage.versions().at(-1)?.codeVersion } });
    expect(second.ok && second.value.version).not.toBe(first.ok && first.value.version);
  });

  test('of a version of somebody else leaves that alone', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    const theirs = addVersion(stage.world, ROUTINE, { status: 'Init', extraInfo: '{"Source":"CLI"}' });
    stage.emulator.script({ operation: 'CreateRoutineWithAssetsCodeVersion', effect: { kind: 'lost' } });
    await uploadTo(stage, await codeIn(stage.folder, 'site'));
    expect(stage.versions().map(({ codeVersion }) => codeVersion)).toContain(theirs);
  });
});
