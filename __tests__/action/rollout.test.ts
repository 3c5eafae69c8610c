import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { alone, BAKED, gate, misbehave, weights, write } from '../support/action/rollout-stage.js';
import { everyOutput, live, onStage, writes } from '../support/action/stage.js';

describe('a rollout by steps', () => {
  test('promoted: every step in turn, watched, read back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const result = await run({ canary: versions[1] ?? '', steps: BAKED, ...gate(emulator) });
      expect(result.outputs).toMatchObject({
        outcome: 'promoted',
        changed: 'true',
        done: 'true',
        versions: `${versions[1]}=100`,
        'previous-versions': `${versions[0]}=100`,
      });
      expect(result.exitCode).toBe(0);
      expect(weights(stage)).toEqual([5, 50, 100]);
      everyOutput(result);
      const kinds = (JSON.parse(result.outputs['timeline'] ?? '') as { kind: string }[]).map((event) => event.kind);
      expect(kinds).toContain('measured');
    });
  });

  test('paused: the last step is below 100 %', async () => {
    await onStage(async (stage) => {
      const result = await stage.run({ canary: stage.versions[1] ?? '', steps: '10% for 100ms' });
      expect(result.outputs).toMatchObject({ outcome: 'paused', 'canary-percentage': '10', done: 'true' });
      expect(result.exitCode).toBe(0);
    });
  });

  test.each([
    ['always', { failureShare: 1 }],
    ['one request in three', { failureShare: 0.34 }],
  ] as const)('rolled back: the canary fails %s', async (_often, misbehaviour) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], misbehaviour);
      const result = await run({ canary: versions[1] ?? '', steps: '20% for 5s, 100%', ...gate(emulator) });
      expect(result.outputs).toMatchObject({
        outcome: 'rolled-back',
        versions: `${versions[0]}=100`,
        canary: versions[1],
        'canary-percentage': '0',
        stable: versions[0],
      });
      expect(result.outputs['reason']).toContain('HTTP 500');
      expect(result.exitCode).toBe(1);
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(weights(stage)).toEqual([20, 0]);
      expect(result.summary).toContain('HTTP 500');
      everyOutput(result);
    });
  });

  test('without a version header all answers are judged, and a failing canary still shows', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1, omitVersionHeader: true });
      const result = await run({
        canary: versions[1] ?? '',
        steps: '5% for 5s, 100%',
        'gate-url': `${emulator.edge}/production/hello/`,
        'gate-interval': '100ms',
      });
      expect(result.outputs['outcome']).toBe('rolled-back');
    });
  });

  test('a slow canary fails the latency that was asked for', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { latency: 120 });
      const result = await run({
        canary: versions[1] ?? '',
        steps: '50% for 5s, 100%',
        'gate-latency': '60ms',
        ...gate(emulator),
      });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toMatch(/HTTP 200 after \d+ ms/);
    });
  });

  test('after 100 % the final bake still rolls back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({ canary: versions[1] ?? '', steps: '100% for 5s', ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(weights(stage)).toEqual([100, 0]);
    });
  });

  test('held: on-failure hold leaves the canary where it is', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({
        canary: versions[1] ?? '',
        steps: '20% for 5s, 100%',
        'on-failure': 'hold',
        ...gate(emulator),
      });
      expect(result.outputs).toMatchObject({ outcome: 'held', 'canary-percentage': '20' });
      expect(result.exitCode).toBe(1);
    });
  });

  test.each([
    ['rollback', 'rolled-back'],
    ['hold', 'held'],
  ])('nothing could be measured, on-inconclusive %s: %s', async (choice, outcome) => {
    await onStage(async ({ versions, run }) => {
      const result = await run({
        canary: versions[1] ?? '',
        steps: '50% for 300ms, 100%',
        'gate-url': 'http://127.0.0.1:9/',
        'on-inconclusive': choice,
      });
      expect(result.outputs['outcome']).toBe(outcome);
      expect(result.outputs['reason']).toMatch(/gate-url` could (?:not )?measure it/);
    });
  });

  test('nothing live yet: the canary goes to 100 % at once, and the log says so', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const environments = emulator.world.routines['hello']?.environments;
      if (environments !== undefined) environments.production = { history: [] };
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(writes(emulator)).toBe(1);
      expect(result.log).toContain('nothing to roll back to');
    });
  });

  test('the canary alone is live: unchanged; two others: refused', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[1] ?? '', percentage: 100 }]);
      expect((await run({ canary: versions[1] ?? '', steps: BAKED })).outputs).toMatchObject({
        outcome: 'unchanged',
        done: 'true',
      });
      deploy(emulator.world, 'hello', 'production', [
        { codeVersion: versions[0] ?? '', percentage: 50 },
        { codeVersion: versions[2] ?? '', percentage: 50 },
      ]);
      const third = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(third.outputs['outcome']).toBe('refused');
      expect(third.outputs['reason']).toContain('at most two');
      expect(writes(emulator)).toBe(0);
    });
  });

  test('drifted: somebody else deploys during a bake', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 400ms, 100%' }, {}, undefined, {
        onLine: (line) => {
          if (line.includes('bakes for'))
            deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[2] ?? '', percentage: 100 }]);
        },
      });
      expect(result.outputs['outcome']).toBe('drifted');
      expect(live(emulator)).toEqual(alone(versions[2]));
      expect(writes(emulator)).toBe(1);
    });
  });

  test('a step that the service refuses: rolled back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script({
        operation: write,
        skip: 1,
        effect: { kind: 'error', code: 'InvalidParameter', message: 'version gone' },
      });
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
      expect(result.outputs['reason']).toContain('version gone');
      expect(weights(stage)).toEqual([5, 0]);
    });
  });

  test('failed: the first step is refused, so there is nothing to roll back', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'error', code: 'Forbidden.RAM', status: 403 } });
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: `${versions[0]}=100` });
      expect(writes(emulator)).toBe(1);
    });
  });

  test('rollback-failed names what is live and the input that restores it', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      emulator.script({
        operation: write,
        skip: 1,
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'error', code: 'InvalidParameter' },
      });
      const result = await run({ canary: versions[1] ?? '', steps: '20% for 5s, 100%', ...gate(emulator) });
      expect(result.outputs).toMatchObject({ outcome: 'rollback-failed', 'canary-percentage': '20' });
      expect(result.log).toContain(`versions: ${versions[0]}=100`);
      expect(result.exitCode).toBe(1);
      expect(result.state['concluded']).toBeUndefined();
    });
  });
});

test('a stable that is no longer listed is said at the start, since it cannot be mended later', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    const stable = emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === versions[0]);
    if (stable !== undefined) stable.status = 'Failed';
    const result = await run({ canary: versions[1] ?? '', steps: '5%' });
    expect(result.log).toMatch(/^::warning::The stable .* a rollback to it may fail/m);
  });
});
