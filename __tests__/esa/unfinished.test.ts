import { describe, expect, test } from '@jest/globals';
import { addVersion } from '../../emulator/world.js';
import { readUnfinished, removeUnfinished, unfinishedText } from '../../src/esa/unfinished.js';
import { codeIn, ROUTINE, SITE, uploadStage, uploadTo, write } from '../support/esa/upload-stage.js';

const uploadId = '0b0c7a52-9d0c-4b5c-8f4e-2f6f7e1f4a11';
const ours = JSON.stringify({ Source: 'Github', UploadId: uploadId });

test.each(['index.js', 'site'])(
  'a version of %s that is never built is deleted again, and known until then',
  async (given) => {
    await using stage = await uploadStage({ buildTime: Number.MAX_SAFE_INTEGER });
    write(stage.folder, SITE);
    stage.onEvent((event) => {
      const made = stage.versions().at(-1);
      const isCommitted = event.kind === 'called' && event.operation === 'CommitRoutineStagingCode';
      if (isCommitted && made !== undefined) made.status = 'Init';
    });
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, given));
    expect(uploaded).toMatchObject({ ok: false, error: { code: 'BuildUnfinished' } });
    expect(stage.versions()).toHaveLength(3);
    const removed = stage.events.findLast((event) => event.kind === 'removed');
    expect(readUnfinished(stage.remembered.at(-2) ?? '')?.version).toBe(removed?.version);
    expect(stage.remembered.at(-1)).toBe('');
  },
);

describe('after a kill', () => {
  test.each([
    ['whose version is known', (version: string) => version],
    ['whose version nobody was told', () => ''],
  ])('an upload %s is deleted, and nothing else is', async (_what, known) => {
    await using stage = await uploadStage();
    const mine = addVersion(stage.world, ROUTINE, { status: 'Init', extraInfo: ours });
    const theirs = addVersion(stage.world, ROUTINE, { status: 'Init', extraInfo: '{"Source":"CLI"}' });
    const finished = addVersion(stage.world, ROUTINE, { status: 'Available', extraInfo: ours });
    const unfinished = readUnfinished(unfinishedText({ routine: ROUTINE, uploadId, version: known(mine) }));
    if (unfinished === undefined) throw new Error('it was not read back');
    expect(await removeUnfinished(unfinished, stage.means)).toEqual({ ok: true, value: [mine] });
    const left = stage.versions().map(({ codeVersion }) => codeVersion);
    expect(left).not.toContain(mine);
    expect(left).toEqual(expect.arrayContaining([theirs, finished]));
    expect(await removeUnfinished(unfinished, stage.means)).toEqual({ ok: true, value: [] });
  });

  test('in the middle of an upload, what was kept by then leads to the version', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'site');
    let atPost: string | undefined;
    const pack: typeof code.pack = async (version) => {
      atPost = stage.remembered.at(-1);
      expect(readUnfinished(atPost ?? '')?.version).toBe(version);
      return { ok: false, error: 'killed' };
    };
    // The version could not be deleted either.
    stage.emulator.script({
      operation: 'DeleteRoutineCodeVersion',
      effect: { kind: 'error', code: 'NoPermission' },
      times: 'Infinity',
    });
    expect(await uploadTo(stage, { ...code, pack })).toMatchObject({ ok: false, error: { code: 'CodeChanged' } });
    expect(stage.versions().at(-1)?.status).toBe('Init');
    expect(stage.remembered.at(-1)).toBe(atPost);
  });
});

test.each(['', '{', '[]', 'null', '{"routine":"r","uploadId":"","version":""}', '{"routine":7,"uploadId":"x"}'])(
  'nothing was kept in %j',
  (text) => expect(readUnfinished(text)).toBeUndefined(),
);
