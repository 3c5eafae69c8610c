import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { age, alone, BAKED, gate, misbehave, weights } from '../support/action/rollout-stage.js';
import { live, onStage, writes } from '../support/action/stage.js';

describe('resume and tick', () => {
  test('ten ticks of a schedule do what one waiting run does, step by step', async () => {
    const steps = [5, 20, 50];
    await onStage(async (stage) => {
      await stage.run({
        canary: stage.versions[1] ?? '',
        steps: `${steps.map((weight) => `${weight}% for 50ms`).join(', ')}, 100%`,
      });
      expect(weights(stage)).toEqual([...steps, 100]);
    });
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const inputs = {
        canary: versions[1] ?? '',
        steps: `${steps.map((weight) => `${weight}% for 1h`).join(', ')}, 100%`,
        wait: 'false',
      };
      const outcomes = [];
      for (let tick = 0; tick < 10; tick += 1) {
        // Twenty-five minutes pass between two ticks: every third one finds a bake over.
        age(stage, 25 * 60_000);
        outcomes.push((await run(inputs)).outputs['outcome']);
      }
      expect(weights(stage)).toEqual([...steps, 100]);
      expect(outcomes).toEqual([...Array.from({ length: 9 }, () => 'baking'), 'promoted']);
    });
  });

  test('run again after a crash: goes on at the step that is live', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      deploy(emulator.world, 'hello', 'production', [
        { codeVersion: versions[1] ?? '', percentage: 50 },
        { codeVersion: versions[0] ?? '', percentage: 50 },
      ]);
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(weights(stage)).toEqual([50, 100]);
    });
  });

  test('wait false: one call when nothing is due; ticks equal one waiting run, step by step', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1h, 50% for 1h, 100%', wait: 'false' };
      const first = await run(inputs);
      expect(first.outputs).toMatchObject({ outcome: 'baking', done: 'false', 'canary-percentage': '5' });
      expect(first.exitCode).toBe(0);
      expect(Date.parse(first.outputs['next-step-at'] ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
      const before = emulator.requests.length;
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'baking', changed: 'false' });
      expect(emulator.requests.slice(before).map((request) => request.action)).toEqual(['GetRoutine']);
      age(stage, 3_700_000);
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'baking', 'canary-percentage': '50' });
      age(stage, 3_700_000);
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'promoted', done: 'true' });
      expect(weights(stage)).toEqual([5, 50, 100]);
    });
  });

  test('a tick checks the gate once, and rolls back when it is bad', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '20% for 1h, 100%', wait: 'false', ...gate(emulator) };
      misbehave(emulator, versions[1], { failureShare: 1 });
      // Also the tick that deploys looks once: nobody else will before the next.
      expect((await run(inputs)).outputs['outcome']).toBe('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('a dry run shows the steps that are left', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 5m, 100%', 'dry-run': 'true' });
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.outputs['reason']).toContain('5% for 5m, 100%');
      expect(writes(emulator)).toBe(0);
    });
  });
});
