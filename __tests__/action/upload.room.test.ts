import { describe, expect, test } from '@jest/globals';
import { actions, live } from '../support/action/stage.js';
import { onUploadStage } from '../support/action/upload-stage.js';
import { addNewer, serve } from '../support/action/words-stage.js';

const DELETE = 'DeleteRoutineCodeVersion';

describe('keep-versions', () => {
  test('deletes the oldest that nobody needs, before the upload, and lists them', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      emulator.world.quirks.codeVersionQuota = 3;
      const dry = await run({ canary: 'uploaded', 'keep-versions': '2', 'dry-run': 'true' });
      const deletion = /Would delete version (\d+) of/.exec(dry.log)?.[1];
      expect(deletion).toBe(versions[1]);
      expect(dry.summary).toContain('Would delete version');
      expect(stored()).toHaveLength(3);
      const result = await run({ canary: 'uploaded', 'keep-versions': '2' });
      const version = result.outputs['uploaded-version'] ?? '';
      expect(stored().map(({ codeVersion }) => codeVersion)).toEqual([versions[0], version]);
      expect(result.log).toContain(`Deleted version ${versions[2]}: it was the oldest that`);
      expect(result.summary).toContain(`Deleted version ${versions[1]}`);
      expect(result.summary).toContain(`Deleted version ${versions[2]}`);
      expect(live(emulator)).toEqual({ [version]: 100 });
    });
  });

  test('never one that the split names', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      const [, second = '', third = ''] = versions;
      const { outputs } = await run({ versions: `uploaded=10,${second}=90`, 'keep-versions': '1' });
      expect(outputs['outcome']).toBe('deployed');
      expect(stored().map(({ codeVersion }) => codeVersion)).toEqual([
        versions[0],
        second,
        outputs['uploaded-version'],
      ]);
      expect(live(emulator)).toEqual({ [outputs['uploaded-version'] ?? '']: 10, [second]: 90 });
      expect(third).not.toBe('');
    });
  });

  test('is not said to have deleted what the service says it did not', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      const body = JSON.stringify({ RequestId: 'EDBD3EB3-97DA-5465-AEF5-8DCA5DC5E395', Status: 'Fail' });
      emulator.script({ operation: DELETE, effect: { kind: 'body', status: 200, body } });
      const { outputs, log } = await run({ 'keep-versions': '3' });
      expect(outputs['outcome']).toBe('failed');
      expect(outputs['reason']).toContain('Status is not OK');
      expect(log).not.toContain('Deleted version');
      expect(stored().map(({ codeVersion }) => codeVersion)).toEqual(versions);
    });
  });

  test('lists what it deleted also where the upload then fails', async () => {
    await onUploadStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'PostObject', effect: { kind: 'error', code: 'AccessDenied', status: 403 } });
      const { outputs, summary } = await run({ 'keep-versions': '3' });
      expect(outputs['outcome']).toBe('failed');
      expect(summary).toContain(`Deleted version ${versions[1]} of `);
      expect(summary).not.toContain(`Deleted version ${versions[2]}`);
    });
  });

  test('none where nothing is uploaded, and none without it', async () => {
    await onUploadStage(async ({ emulator, run }) => {
      await run();
      await run({ 'keep-versions': '1' });
      expect(actions(emulator)).not.toContain(DELETE);
    });
  });

  test('says where it cannot keep to its count', async () => {
    await onUploadStage(async (stage) => {
      const young = addNewer(stage, 1, { createTime: new Date().toISOString() });
      serve(stage, 'staging', [stage.versions[1], 100]);
      const { log } = await stage.run({ 'keep-versions': '1' });
      expect(log).toMatch(/3 versions more than `keep-versions` says stay: live, /);
      expect(stage.stored().map(({ codeVersion }) => codeVersion)).toEqual(expect.arrayContaining(young));
    });
  });
});

test('where the plan has no room, the advice names what could go', async () => {
  await onUploadStage(async ({ emulator, versions, run }) => {
    emulator.world.quirks.codeVersionQuota = 3;
    const { outputs, log, exitCode } = await run({ steps: '100%' });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: 'failed', 'uploaded-version': '' });
    expect(outputs['reason']).toContain(
      'The upload failed: CommitRoutineStagingCode: CodeVersionNumberExceedQuotaLimit',
    );
    expect(log).toContain(
      `The routine has 3 versions; the plan allows 3. These could be deleted, the oldest first: version ${versions[1]}`,
    );
    expect(log).toContain('With `keep-versions` this action deletes the oldest by itself.');
    expect(live(emulator)).toEqual({ [versions[0] ?? '']: 100 });
  });
});

test('a dry run says that there would be no room, and what `keep-versions` would make of it', async () => {
  await onUploadStage(async ({ emulator, versions, run }) => {
    emulator.world.quirks.codeVersionQuota = 3;
    const dry = await run({ steps: '100%', 'dry-run': 'true' });
    expect(dry.outputs['outcome']).toBe('planned');
    expect(dry.log).toMatch(
      /::warning::A real run would find no room for one more version\. The routine has 3 versions/,
    );
    expect(dry.log).toContain(`the oldest first: version ${versions[1]}`);
    const kept = await run({ steps: '100%', 'dry-run': 'true', 'keep-versions': '3' });
    expect(kept.log).not.toContain('no room');
    emulator.script({
      operation: 'ListEdgeRoutinePlans',
      effect: { kind: 'error', code: 'NoPermission', status: 403 },
    });
    expect((await run({ steps: '100%', 'dry-run': 'true' })).log).not.toContain('no room');
  });
});
