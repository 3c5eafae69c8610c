import { describe, expect, test } from '@jest/globals';
import { type Deployment, deploy, type EmulatorOptions, startWorld, timestamp } from '../../emulator/emulator.js';
import { age, weights } from '../support/action/rollout-stage.js';
import { onStage, SHORT_PAUSES, type Stage, writes } from '../support/action/stage.js';

const MINUTE = 60_000;
const STEPS = '50% for 5m, 100%';

/** The canary at 50 %, live for so long by the service's clock. */
function serve(stage: Stage, since: number, now = Date.now()): Deployment {
  const { emulator, versions } = stage;
  const shares = [1, 0].map((index) => ({ codeVersion: versions[index] ?? '', percentage: 50 }));
  deploy(emulator.world, 'hello', 'production', shares, now);
  age(stage, since);
  const current = emulator.world.routines['hello']?.environments.production.current;
  if (current === undefined) throw new Error('nothing is live');
  return current;
}
const tick = ({ run, versions }: Stage, more: Record<string, string> = {}) =>
  run({ canary: versions[1] ?? '', steps: STEPS, wait: 'false', ...more }, SHORT_PAUSES);
const skewed = (by: number): EmulatorOptions => {
  const now = () => Date.now() + by;
  return { now, world: startWorld(now()) };
};

describe('a tick counts by the clock of the service', () => {
  test.each([-10, 10])('%d minutes off the one of the runner', async (minutes) => {
    const by = minutes * MINUTE;
    for (const [since, outcome] of [
      [MINUTE, 'baking'],
      [6 * MINUTE, 'promoted'],
    ] as const)
      await onStage(async (stage) => {
        stage.emulator.world.quirks.dateHeader = 'clock';
        serve(stage, since, Date.now() + by);
        const { outputs } = await tick(stage);
        expect(outputs['outcome']).toBe(outcome);
        if (outcome === 'baking') {
          const rest = Date.parse(outputs['next-step-at'] ?? '') - Date.now();
          expect(Math.abs(rest - 4 * MINUTE)).toBeLessThan(20_000);
        }
      }, skewed(by));
  });

  test('and by its own where the service tells none', async () => {
    await onStage(async (stage) => {
      stage.emulator.world.quirks.dateHeader = 'none';
      serve(stage, 6 * MINUTE);
      expect((await tick(stage)).outputs['outcome']).toBe('promoted');
    });
  });

  test('which it needs to see: a creation that is yet to come is no age', async () => {
    await onStage(
      async (stage) => {
        stage.emulator.world.quirks.dateHeader = { text: 'soon' };
        serve(stage, MINUTE, Date.now() + 10 * MINUTE);
        const { outputs } = await tick(stage);
        expect(outputs['outcome']).toBe('refused');
        expect(outputs['reason']).toContain('yet to come');
      },
      skewed(10 * MINUTE),
    );
  });
});

describe('a time that is none', () => {
  const local = () => timestamp(Date.now() - 3_600_000).slice(0, -1);
  test.each(['2026', '1', '-1', '', '0001-01-01T00:00:00Z', 'without a zone'])(
    '%j: a tick is refused, and says why; a run that waits bakes anew',
    async (given) => {
      await onStage(async (stage) => {
        serve(stage, 3_600_000).creationTime = given === 'without a zone' ? local() : given;
        const { outputs, exitCode } = await tick(stage);
        expect(outputs).toMatchObject({ outcome: 'refused', changed: 'false' });
        expect(outputs['reason']).toContain('so with `wait: false` nobody knows when its bake ends');
        expect(exitCode).toBe(1);
        expect(writes(stage.emulator)).toBe(0);
        const steps = '50% for 1s, 100%';
        const waited = await tick(stage, { wait: 'true', steps });
        expect(waited.outputs['outcome']).toBe('promoted');
        expect(waited.log).toContain('50 % bakes for 1s more');
        expect(waited.log).toMatch(/^::warning::The bake of 50 %25 starts anew/m);
        expect(weights(stage)).toEqual([50, 100]);
      });
    },
  );

  test('a DeployId that is a time is a second witness: an hour apart, nobody knows', async () => {
    await onStage(async (stage) => {
      stage.emulator.world.quirks.deployIds = 'nanoseconds';
      const current = serve(stage, 0);
      current.creationTime = timestamp(Date.now() - 3_600_000);
      const { outputs } = await tick(stage);
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain("from the deployment's id");
      current.deployId = '589267';
      expect((await tick(stage)).outputs['outcome']).toBe('promoted');
    });
  });

  test('at a weight that is no step it holds too', async () => {
    await onStage(async (stage) => {
      serve(stage, 3_600_000).creationTime = '2026';
      expect((await tick(stage, { steps: '25% for 5m, 100%' })).outputs['outcome']).toBe('refused');
    });
  });
});
