import { expect, test } from '@jest/globals';
import { addRoutine, addVersion, deploy } from '../../emulator/emulator.js';
import type { Engine, EngineOptions, Run, Running } from '../../scripts/engine/engine.js';
import { versionNamed } from '../../scripts/engine/needs.js';
import {
  describeByAct,
  example,
  fixture,
  live,
  onEngine,
  outcomes,
  results,
  until,
} from '../support/workflows/engine.js';

const STABLE = { 'hello production': 'v1=100', 'hello staging': 'v1=100' };
const AT_FIVE = { ...STABLE, 'hello production': 'v1=95,v3=5' };
const rollout: Run = { workflow: example('rollout.yml') };
const byJobs: Run = { workflow: example('canary-by-jobs.yml') };

describeByAct('a failing canary', () => {
  test('ends with the stable at 100 %', async () => {
    await onEngine(async (engine) => {
      const broken = versionNamed(engine.emulator.world, 'latest');
      if (broken !== undefined) broken.misbehaviour = { failureShare: 0.5 };
      const ended = await engine.start(rollout).ended;
      expect(live(engine.emulator.world)).toEqual(STABLE);
      expect(outcomes(ended)).toEqual({ rollout: ['rolled-back'] });
      expect(results(ended)).toEqual({ rollout: 'failure' });
    });
  });
});

describeByAct('a rejected promotion', () => {
  /** What is live at the end of it. */
  const ending = (more: Partial<Run> = {}) =>
    onEngine(async (engine) => {
      const ended = await engine.start({ ...byJobs, rejected: ['promote'], ...more }).ended;
      return { ended, live: live(engine.emulator.world) };
    });

  test('is withdrawn by the next job, which got the stable', async () => {
    const { ended, live: left } = await ending();
    expect(left).toEqual(STABLE);
    expect(results(ended)).toEqual({ canary: 'success', promote: 'failure', withdraw: 'success' });
    expect(ended.handed['canary']?.outputs['stable']).toMatch(/^\d{19}$/);
    expect(outcomes(ended)['withdraw']).toEqual(['deployed']);
  });

  test('stays at 5 % where a job asks for an output of another name', async () => {
    const { live: left } = await ending({
      text: (text) => text.replace('needs.canary.outputs.stable', 'needs.canary.outputs.stabel'),
    });
    expect(left).toEqual(AT_FIVE);
  });
});

describeByAct('a promotion after somebody deployed', () => {
  /** The promotion waits for the stranger. */
  const ending = (more: Partial<Run> = {}) =>
    onEngine(async (engine) => {
      const { world, api } = engine.emulator;
      const [v2] = [versionNamed(world, 'v2')?.codeVersion ?? ''];
      const stranger = JSON.stringify({
        routine: 'hello',
        env: 'production',
        codeVersions: [{ codeVersion: v2, percentage: 100 }],
      });
      const step = `      - run: curl -fsS -d '${stranger}' ${api}/_emulator/deploy\n`;
      const text = (file: string) => (more.text?.(file) ?? file).replace(/(?=^ {6}# If somebody deployed)/m, step);
      await engine.start({ ...byJobs, ...more, text }).ended;
      return live(engine.emulator.world)['hello production'];
    });

  test('writes nothing, by the DeploymentId that the job before handed on', async () => {
    expect(await ending()).toBe('v2=100');
  });

  test('writes over it where the output that is handed on has another name', async () => {
    const text = (file: string) =>
      file.replace(
        'deployment-id: ${{ steps.canary.outputs.deployment-id',
        'deployment-id: ${{ steps.canary.outputs.deploymentid',
      );
    expect(await ending({ text })).toBe('v3=100');
  });
});

describeByAct('a bake that is cut short', () => {
  const cutBy = (cut: (running: Running) => unknown, options: Partial<EngineOptions> = {}) =>
    onEngine(
      async (engine: Engine) => {
        const running = engine.start(rollout);
        await until(() => live(engine.emulator.world)['hello production'] === AT_FIVE['hello production']);
        cut(running);
        const ended = await running.ended;
        return { ended, live: live(engine.emulator.world) };
      },
      { speed: 1, ...options },
    );

  test('by a cancellation, as GitHub begins it, ends with the stable', async () => {
    const { ended, live: left } = await cutBy((running) => expect(running.signal('SIGINT')).toBe(true));
    expect(left).toEqual(STABLE);
    expect(outcomes(ended)).toEqual({ rollout: ['rolled-back'] });
  });

  test('by a kill of the step, ends with the stable, by the post step', async () => {
    const { ended, live: left } = await cutBy((running) => expect(running.signal('SIGKILL')).toBe(true));
    expect(left).toEqual(STABLE);
    expect(results(ended)).toEqual({ rollout: 'failure' });
  });

  test('by a cancellation of the whole run, likewise', async () => {
    const { live: left } = await cutBy((running) => running.cancel());
    expect(left).toEqual(STABLE);
  });

  test('stays at 5 % without a post step in action.yml', async () => {
    const actionYml = (text: string) => text.replace(/^ {2}post:.*\n/m, '');
    const { live: left } = await cutBy((running) => running.signal('SIGKILL'), { actionYml });
    expect(left).toEqual(AT_FIVE);
  });
});

describeByAct('ten routines, two of them with a bad canary', () => {
  const names = Array.from({ length: 10 }, (_, index) => `routine-${index + 1}`);
  const bad = ['routine-3', 'routine-8'];

  test('ends with eight promoted and two rolled back', async () => {
    await onEngine(async (engine) => {
      const { world } = engine.emulator;
      const rollouts = names.map((routine) => {
        addRoutine(world, routine);
        const stable = addVersion(world, routine, { description: 'v1' });
        const misbehaviour = bad.includes(routine) ? { failureShare: 1 } : {};
        const canary = addVersion(world, routine, { description: 'v2', misbehaviour });
        deploy(world, routine, 'production', [{ codeVersion: stable, percentage: 100 }]);
        return { routine, canary };
      });
      const inputs = { rollouts: JSON.stringify(rollouts) };
      const ended = await engine.start({ workflow: fixture('ten-routines.yml'), inputs }).ended;
      const left = live(world);
      const wanted = names.map((name) => [name, bad.includes(name) ? 'v1=100' : 'v2=100']);
      expect(names.map((name) => [name, left[`${name} production`]])).toEqual(wanted);
      const told = ended.jobs
        .filter(({ job }) => job === 'rollout')
        .map(({ matrix, steps }) => [matrix?.['routine'], steps?.['rollout']?.outputs['outcome']]);
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(names.map((name) => [name, bad.includes(name) ? 'rolled-back' : 'promoted'])),
      );
    });
  });
});
