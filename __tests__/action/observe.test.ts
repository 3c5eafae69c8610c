import { describe, expect, test } from '@jest/globals';
import { gate, misbehave, weights } from '../support/action/rollout-stage.js';
import { everyOutput, onStage } from '../support/action/stage.js';

describe('a gate that only observes', () => {
  const steps = '25% for 500ms, 100%';

  test('tells when a failing canary would have been rolled back, and promotes it', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({ canary: versions[1] ?? '', steps, 'gate-mode': 'observe', ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(result.exitCode).toBe(0);
      expect(weights(stage)).toEqual([25, 100]);
      const told =
        /In observe mode: would have been rolled back at 25 %, after \w+: ([0-9]+) of \1 answers? of the canary failed/;
      expect(result.log).toMatch(new RegExp(`^${told.source}`, 'm'));
      expect(result.log).toMatch(new RegExp(`^::warning::${told.source.replace(' %', ' %25')}`, 'm'));
      expect(result.summary).toMatch(new RegExp(`⚠️ ${told.source}`));
      expect(result.summary).toMatch(/\| ✅ passed, would have been rolled back \|/);
      expect(result.outputs['timeline']).toContain('"kind":"observed"');
      everyOutput(result);
    });
  });

  test('tells so also where nothing could be measured', async () => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const result = await run({
        canary: versions[1] ?? '',
        steps,
        'gate-mode': 'observe',
        'gate-url': 'http://127.0.0.1:9/',
        'on-inconclusive': 'hold',
      });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(weights(stage)).toEqual([25, 100]);
      expect(result.log).toMatch(
        /^::warning::In observe mode: would have been held at 25 %25, after \w+: (?:none of [0-9]+ checks|the one check) by/m,
      );
      expect(result.summary).toContain('In observe mode: would have been held at 25 %');
    });
  });
});
