import { expect, test } from '@jest/globals';
import type { Engine } from '../../scripts/engine/engine.js';
import { prepare } from '../../scripts/engine/examples.js';
import { versionNamed } from '../../scripts/engine/needs.js';
import { describeByAct, example, live, onEngine, outcomes, states, until } from '../support/workflows/engine.js';

const production = (engine: Engine) => live(engine.emulator.world)['hello production'];
const RECORDED = ['in_progress', 'success'];
const REPLACED = [...RECORDED, 'inactive'];

/** Whoever moves it takes the place of the rollout, which ends later. */
const MOVED = [['in_progress', 'inactive', 'success'], RECORDED];

describeByAct('the form of split.yml, while rollout.yml bakes', () => {
  const moved = (inputs: Record<string, string>) =>
    onEngine(
      async (engine) => {
        const steps = '5% for 30m, 50% for 2m, 100%';
        const rollout = engine.start({ workflow: example('rollout.yml'), inputs: { steps } });
        await until(() => production(engine) === 'v1=95,v3=5');
        const split = await engine.start({ workflow: example('split.yml'), inputs }).ended;
        const ended = await rollout.ended;
        return {
          split: outcomes(split)['split'],
          outcome: outcomes(ended)['rollout'],
          live: production(engine),
          writes: engine.emulator.requests.filter(({ action }) => action === 'CreateRoutineCodeDeployment').length,
          records: states(engine),
        };
      },
      { speed: 60 },
    );
  const confirmed = { 'above-cap': 'true' };

  test('skips to a later step, from where the rollout goes on', async () => {
    expect(await moved({ version: 'canary', weight: '50', ...confirmed })).toEqual({
      ...{ split: ['deployed'], outcome: ['promoted'], live: 'v3=100', writes: 3 },
      records: MOVED,
    });
  });

  test('promotes', async () => {
    expect(await moved({ version: 'canary', weight: '100', ...confirmed })).toEqual({
      ...{ split: ['deployed'], outcome: ['promoted'], live: 'v3=100', writes: 2 },
      records: MOVED,
    });
  });

  test('aborts', async () => {
    expect(await moved({ version: 'stable', weight: '100' })).toEqual({
      ...{ split: ['deployed'], outcome: ['rolled-back'], live: 'v1=100', writes: 2 },
      records: [['in_progress', 'inactive', 'failure'], RECORDED],
    });
  });
});

describeByAct('roll-back.yml', () => {
  test.each([
    ['two', 'canary-by-jobs.yml', 2],
    ['three', 'staged-rollout.yml', 3],
  ])('undoes on another day what %s jobs promoted', async (_, workflow, before) => {
    await onEngine(async (engine) => {
      await prepare(engine, example('roll-back.yml'), { first: [{ workflow }] });
      expect(production(engine)).toBe('v3=100');
      const ended = await engine.start({ workflow: example('roll-back.yml') }).ended;
      expect(outcomes(ended)).toEqual({ 'roll-back': ['planned', 'deployed'] });
      expect(production(engine)).toBe('v1=100');
      expect(states(engine)).toEqual([...Array(before).fill(REPLACED), RECORDED]);
    });
  });

  test('undoes on another day what the form promoted out of a bake', async () => {
    await onEngine(
      async (engine) => {
        const rollout = engine.start({ workflow: example('rollout.yml'), inputs: { steps: '5% for 30m, 100%' } });
        await until(() => production(engine) === 'v1=95,v3=5');
        const inputs = { version: 'canary', weight: '100', 'above-cap': 'true' };
        await engine.start({ workflow: example('split.yml'), inputs }).ended;
        await rollout.ended;
        expect(production(engine)).toBe('v3=100');
        engine.clock.advance(86_400_000);
        const ended = await engine.start({ workflow: example('roll-back.yml') }).ended;
        expect(outcomes(ended)['roll-back']).toEqual(['planned', 'deployed']);
        expect(production(engine)).toBe('v1=100');
      },
      { speed: 60 },
    );
  });
});

describeByAct('a schedule whose canary fails', () => {
  test('is refused at its next tick, and is done', async () => {
    await onEngine(async (engine) => {
      const workflow = example('rollout-on-schedule.yml');
      const tick = async () => {
        const ended = await engine.start({ workflow }).ended;
        engine.clock.advance(3_600_000);
        const step = ended.handed['tick']?.outputs['engine-reported'] ?? '{}';
        const { rollout } = JSON.parse(step) as Record<string, { outputs: Record<string, string> }>;
        return {
          outcome: rollout?.outputs['outcome'],
          done: rollout?.outputs['done'],
          commands: ended.commands.length,
        };
      };
      expect((await tick()).outcome).toBe('baking');
      const canary = versionNamed(engine.emulator.world, 'latest');
      if (canary !== undefined) canary.misbehaviour = { failureShare: 0.9 };
      expect(await tick()).toEqual({ outcome: 'rolled-back', done: 'true', commands: 1 });
      const [asked, left] = [engine.emulator.requests.length, production(engine)];
      expect(await tick()).toEqual({ outcome: 'refused', done: 'true', commands: 1 });
      const later = engine.emulator.requests.slice(asked).map(({ action }) => action);
      expect(later).not.toContain('CreateRoutineCodeDeployment');
      expect([left, production(engine)]).toEqual(['v1=100', 'v1=100']);
      expect(states(engine)).toEqual([['in_progress', 'failure']]);
    });
  });
});
