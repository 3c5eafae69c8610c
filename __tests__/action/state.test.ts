import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { onStage, writes } from '../support/action/stage.js';

test.each(['/dev/full', '/no/such/file', mkdtempSync(`${tmpdir()}/state-`)])(
  'a rollout whose way back cannot be saved (%s) is not begun',
  async (path) => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', steps: '50%, 100%' }, { GITHUB_STATE: path });
      expect(result.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
      expect(result.outputs['reason']).toContain('GITHUB_STATE could not be written');
      expect(result.log).not.toMatch(/fault in the action/i);
      expect(writes(emulator)).toBe(0);
      // A fixed split needs no way back.
      const fixed = await run({ versions: `${versions[1]}` }, { GITHUB_STATE: path });
      expect(fixed.outputs['outcome']).toBe('deployed');
      expect(fixed.exitCode).toBe(0);
    });
  },
);
