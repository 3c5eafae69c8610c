import { describe, expect, test } from '@jest/globals';
import type { Share } from '../../emulator/emulator.js';
import { FAST, putLive, shares, when } from '../support/action/moved-stage.js';
import { alone, cancelAt, gate, misbehave, post, weights } from '../support/action/rollout-stage.js';
import { live, onStage, type Stage, writes } from '../support/action/stage.js';

const STEPS = '5% for 10m, 25% for 10m, 100%';
const HOUR = '5% for 1h, 100%';

describe('somebody else moves the canary while it bakes', () => {
  test('to more: adopted within a minute or so, baked, and gone on from', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const begun = Date.now();
      const result = await run(
        { canary: versions[1] ?? '', steps: STEPS },
        FAST,
        undefined,
        when(['5 % bakes', () => putLive(stage, shares(stage, 50))]),
      );
      expect(result.outputs).toMatchObject({ outcome: 'promoted', changed: 'true', 'canary-percentage': '100' });
      expect(weights(stage)).toEqual([5, 50, 100]);
      expect(result.log).toContain('Somebody else moved the canary to 50 %: adopted, and bakes for 10m from now on');
      const events = JSON.parse(result.outputs['timeline'] ?? '[]') as { at: string; kind: string; weight?: number }[];
      const [adopted] = events.filter(({ kind }) => kind === 'adopted');
      const last = events.findLast(({ kind }) => kind === 'accepted');
      expect(adopted).toMatchObject({ weight: 50 });
      // By the run's own clock: noticed long before its bake of 10 minutes was over, and held for as long after that.
      expect(Date.parse(adopted?.at ?? '') - begun).toBeLessThan(3 * 60_000);
      expect(Date.parse(last?.at ?? '') - Date.parse(adopted?.at ?? '')).toBeGreaterThanOrEqual(10 * 60_000);
      expect(result.summary).toMatch(/\| 50 % \| 10m \|/);
      expect(writes(emulator)).toBe(2);
    });
  });

  test('to all: promoted, by somebody else', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const act = when(['5 % bakes', () => putLive(stage, shares(stage, 100))]);
      const result = await run({ canary: versions[1] ?? '', steps: HOUR }, FAST, undefined, act);
      expect(result).toMatchObject({ exitCode: 0 });
      expect(result.outputs).toMatchObject({ outcome: 'promoted', done: 'true', 'canary-percentage': '100' });
      expect(result.outputs['deployment-id']).toBe(
        emulator.world.routines['hello']?.environments.production.current?.deployId,
      );
      expect(result.outputs['reason']).toContain('Somebody else promoted the canary');
      expect(result.log).toMatch(/^::warning.*Somebody else promoted the canary before its steps were through/m);
      expect(writes(emulator)).toBe(1);
      expect(result.summary).not.toContain('**Undo:**');
    });
  });

  test('to none: rolled back, by somebody else', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const act = when(['5 % bakes', () => putLive(stage, shares(stage, 0))]);
      const inputs = { canary: versions[1] ?? '', steps: HOUR, ...gate(emulator), 'gate-interval': '5m' };
      const result = await run(inputs, FAST, undefined, act);
      expect(result).toMatchObject({ exitCode: 1 });
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back', done: 'true', 'canary-percentage': '0' });
      expect(result.outputs['reason']).toContain('Somebody else restored the stable');
      expect(writes(emulator)).toBe(1);
    });
  });

  test('a run that wrote nothing changed nothing', async () => {
    for (const [weight, outcome] of [
      [100, 'promoted'],
      [0, 'rolled-back'],
    ] as const)
      await onStage(async (stage) => {
        const { versions, run, emulator } = stage;
        putLive(stage, shares(stage, 5));
        const act = when(['5 % bakes', () => putLive(stage, shares(stage, weight))]);
        const result = await run({ canary: versions[1] ?? '', steps: HOUR }, FAST, undefined, act);
        expect(result.outputs).toMatchObject({ outcome, changed: 'false' });
        expect(writes(emulator)).toBe(0);
      });
  });

  test.each<[string, (stage: Stage) => Share[]]>([
    ['the same weight under a new DeployId', (stage) => shares(stage, 20)],
    ['a lower weight', (stage) => shares(stage, 10)],
    ['a third version alone', ({ versions }) => [{ codeVersion: versions[2] ?? '', percentage: 100 }]],
    [
      'a third version beside the canary',
      ({ versions }) => [
        { codeVersion: versions[1] ?? '', percentage: 50 },
        { codeVersion: versions[2] ?? '', percentage: 50 },
      ],
    ],
  ])('%s: drifted, and left alone', async (_name, theirs) => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      // Else the same split may be the run's own.
      emulator.world.quirks.deploymentIdDiffers = false;
      const act = when(['20 % bakes', () => putLive(stage, theirs(stage))]);
      const result = await run({ canary: versions[1] ?? '', steps: '20% for 1h, 100%' }, FAST, undefined, act);
      expect(result.outputs).toMatchObject({ outcome: 'drifted' });
      expect(result.outputs['reason']).toContain('It was left alone');
      expect(writes(emulator)).toBe(1);
    });
  });
});

describe('what was adopted goes back to the stable', () => {
  const adopting = (stage: Stage) => ['5 % bakes', () => putLive(stage, shares(stage, 50))] as const;

  test('when its gate fails', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const fails = () => misbehave(emulator, versions[1], { failureShare: 1 });
      const act = when(adopting(stage), ['moved the canary', fails]);
      const inputs = { canary: versions[1] ?? '', steps: HOUR, ...gate(emulator), 'gate-interval': '1m' };
      const result = await run(inputs, FAST, undefined, act);
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
      expect(result.outputs['reason']).toContain('The gate failed');
      expect(weights(stage)).toEqual([5, 50, 0]);
    });
  });

  test('when the workflow is cancelled', async () => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const cancel = cancelAt('moved the canary');
      const act = when(adopting(stage));
      const onLine = (line: string) => {
        act.onLine(line);
        cancel.onLine(line);
      };
      const inputs = { canary: versions[1] ?? '', steps: HOUR };
      const result = await run(inputs, FAST, undefined, { onStart: cancel.onStart, onLine });
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
      expect(weights(stage)).toEqual([5, 50, 0]);
    });
  });

  test('by the post step, when the run is killed', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const kill = cancelAt('50 % bakes', 'SIGKILL');
      const act = when(adopting(stage));
      const onLine = (line: string) => {
        act.onLine(line);
        kill.onLine(line);
      };
      const inputs = { canary: versions[1] ?? '', steps: HOUR };
      const { state } = await run(inputs, FAST, undefined, { onStart: kill.onStart, onLine });
      expect(live(emulator)).toMatchObject({ [versions[1] ?? '']: 50 });
      const after = await run(inputs, FAST, undefined, { entry: post, state });
      expect(after.exitCode).toBe(0);
      expect(after.log).toContain('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('but not by the post step, when nobody had adopted it', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const inputs = { canary: versions[1] ?? '', steps: HOUR };
      const { state } = await run(inputs, FAST, undefined, cancelAt('5 % bakes', 'SIGKILL'));
      putLive(stage, shares(stage, 50));
      const after = await run(inputs, FAST, undefined, { entry: post, state });
      expect(after.log).toContain('It was left alone');
      expect(live(emulator)).toMatchObject({ [versions[1] ?? '']: 50 });
    });
  });
});

describe('the looks of a long bake', () => {
  // Fourteen minutes: the emulator, whose clock is the real one, takes no signature that is further off than fifteen.
  test('are one a minute, and hardly seen', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 14m, 100%' }, FAST);
      expect(result.outputs['outcome']).toBe('promoted');
      // Thirteen in the bake, and five around the two writes and before the first.
      const reads = emulator.requests.filter(({ action }) => action === 'GetRoutine').length;
      expect(reads).toBeGreaterThanOrEqual(15);
      expect(reads).toBeLessThanOrEqual(19);
      expect(result.log.match(/Live now/g)?.length).toBeLessThanOrEqual(5);
      // One before the bake and one after, three at each of its ends, and a row for all between.
      expect(result.summary.split('\n').filter((line) => line.startsWith('| GetRoutine')).length).toBeLessThan(10);
      expect(result.summary).toContain(`${emulator.requests.length} API calls`);
    });
  });

  test('go on where they fail, and are told once', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      emulator.script({
        operation: 'GetRoutine',
        skip: 3,
        times: 6,
        effect: { kind: 'error', code: 'Throttling.User' },
      });
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 10m, 100%' }, FAST);
      expect(result.outputs['outcome']).toBe('promoted');
      expect(result.log.match(/The bake goes on, and it is read again/g)).toHaveLength(1);
    });
  });
});
