import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { clockIn } from '../../scripts/engine/clock.js';
import { gate } from '../support/action/rollout-stage.js';
import { onStage } from '../support/action/stage.js';

test('two hours of bake with a check every 15 s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const clock = clockIn(folder, resolve(import.meta.dirname, '../../../scripts/engine/short-pauses.cjs'), 2_000);
  await onStage(
    async ({ emulator, versions, run }) => {
      const began = Date.now();
      const inputs = {
        canary: versions[1] ?? '',
        steps: '50% for 2h, 100%',
        ...gate(emulator),
        'gate-interval': '15s',
      };
      const { log, outputs } = await run(inputs, clock.env);
      console.log(Date.now() - began, log.split('\n').length, log.split('\n').slice(0, 60).join('\n'));
      expect(outputs['outcome']).toBe('promoted');
    },
    { now: clock.now },
  );
  rmSync(folder, { recursive: true });
}, 120_000);
