import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CODE } from '../support/action/upload-stage.js';
import { addNewer } from '../support/action/words-stage.js';
import { onRecordStage, type RecordStage } from '../support/github/record-stage.js';

/** A stage on which versions are promoted, one after the other, and then something is uploaded with `keep-versions`. */
async function onPromoted(play: (stage: RecordStage, upload: RecordStage['record']) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(folder, 'fn.js'), CODE);
  try {
    await onRecordStage(async (stage) => {
      const [, second = '', third = ''] = stage.versions;
      for (const canary of [second, third]) await stage.record({ canary });
      addNewer(stage, 1);
      const upload: RecordStage['record'] = (inputs = {}, env = {}) =>
        stage.record({ code: 'fn.js', ...inputs }, { GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder, ...env });
      await play(stage, upload);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ids = ({ emulator }: RecordStage) =>
  emulator.world.routines['hello']?.versions.map(({ codeVersion }) => codeVersion);

describe('keep-versions', () => {
  test('spares what `previous` would stand for, and the live ones of both environments', async () => {
    await onPromoted(async (stage, upload) => {
      const [first, second, third] = stage.versions;
      const result = await upload({ 'keep-versions': '1' });
      expect(result.outputs['outcome']).toBe('uploaded');
      // The first is live in staging, the third in production; the second was live there before.
      expect(ids(stage)).toEqual(expect.arrayContaining([first, second, third, result.outputs['uploaded-version']]));
      expect(ids(stage)).toHaveLength(4);
      expect((await stage.record({ versions: 'previous=100' })).outputs).toMatchObject({ versions: `${second}=100` });
    });
  });

  test('deletes none where the records cannot be read, and says so', async () => {
    await onPromoted(async (stage, upload) => {
      stage.github.permission = 'none';
      const before = ids(stage) ?? [];
      const { outputs, log } = await upload({ 'keep-versions': '1' });
      expect(outputs['outcome']).toBe('uploaded');
      expect(ids(stage)).toEqual([...before, outputs['uploaded-version']]);
      expect(log).toContain('4 versions more than `keep-versions` says stay: the records at GitHub could not be read,');
    });
  });

  test('the advice on a full quota spares it too', async () => {
    await onPromoted(async (stage, upload) => {
      const [, second] = stage.versions;
      stage.emulator.world.quirks.codeVersionQuota = 4;
      const { outputs, log } = await upload();
      expect(outputs['outcome']).toBe('failed');
      expect(log).toContain('These could be deleted, the oldest first: version ');
      expect(log).not.toContain(`version ${second} of`);
    });
  });
});
