import { expect, test } from '@jest/globals';
import type { Engine, EngineOptions, Run, Running } from '../../scripts/engine/engine.js';
import { addRoutines, versionNamed } from '../../scripts/engine/needs.js';
import {
  describeByAct,
  example,
  live,
  onEngine,
  outcomes,
  results,
  states,
  until,
} from '../support/workflows/engine.js';

const STABLE = { 'hello production': 'v1=100', 'hello staging': 'v1=100' };
const AT_FIVE = { ...STABLE, 'hello production': 'v1=95,v3=5' };
const FAILED = ['in_progress', 'failure'];
// Which says nothing against the canary.
const WITHDRAWN = ['in_progress', 'inactive'];
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
      expect(states(engine)).toEqual([FAILED]);
    });
  });
});

describeByAct('a rejected promotion', () => {
  /** What is live at the end of it. */
  const ending = (more: Partial<Run> = {}) =>
    onEngine(async (engine) => {
      const ended = await engine.start({ ...byJobs, rejected: ['promote'], ...more }).ended;
      return { ended, live: live(engine.emulator.world), records: states(engine) };
    });

  test('is withdrawn by the next job, which got the stable', async () => {
    const { ended, live: left, records } = await ending();
    expect(left).toEqual(STABLE);
    expect(records).toEqual([
      ['in_progress', 'success', 'inactive'],
      ['in_progress', 'success'],
    ]);
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
        return { ended, live: live(engine.emulator.world), records: states(engine) };
      },
      { speed: 1, ...options },
    );

  test('by a cancellation, as GitHub begins it, ends with the stable', async () => {
    const { ended, live: left, records } = await cutBy((running) => expect(running.signal('SIGINT')).toBe(true));
    expect(left).toEqual(STABLE);
    expect(records).toEqual([WITHDRAWN]);
    expect(outcomes(ended)).toEqual({ rollout: ['rolled-back'] });
  });

  test('by a kill of the step, ends with the stable, by the post step', async () => {
    const { ended, live: left, records } = await cutBy((running) => expect(running.signal('SIGKILL')).toBe(true));
    expect(left).toEqual(STABLE);
    expect(records).toEqual([WITHDRAWN]);
    expect(results(ended)).toEqual({ rollout: 'failure' });
  });

  test('by a cancellation of the whole run, likewise', async () => {
    const { live: left, records } = await cutBy((running) => running.cancel());
    expect(left).toEqual(STABLE);
    expect(records).toEqual([WITHDRAWN]);
  });

  test('stays at 5 % without a post step in action.yml', async () => {
    const actionYml = (text: string) => text.replace(/^ {2}post:.*\n/m, '');
    const { live: left, records } = await cutBy((running) => running.signal('SIGKILL'), { actionYml });
    expect(left).toEqual(AT_FIVE);
    expect(records).toEqual([['in_progress']]);
  });
});

describeByAct('ten routines, two of them with a bad canary', () => {
  const names = Array.from({ length: 10 }, (_, index) => `routine-${index + 1}`);
  const bad = ['routine-3', 'routine-8'];

  test('end with eight promoted, two rolled back, and one table that says so', async () => {
    await onEngine(async (engine) => {
      const { world } = engine.emulator;
      addRoutines(world, names, engine.clock.now());
      for (const name of bad) {
        const canary = versionNamed(world, 'latest', name);
        if (canary !== undefined) canary.misbehaviour = { failureShare: 1 };
      }
      const summaries: string[] = [];
      const ended = await engine.start({
        workflow: example('many-routines.yml'),
        inputs: { routines: names.join(' ') },
        onLine: ({ command, content }) => command === 'summary' && content !== undefined && summaries.push(content),
      }).ended;
      const left = live(world);
      const wanted = names.map((name) => [name, bad.includes(name) ? 'v1=100' : 'v3=100']);
      expect(names.map((name) => [name, left[`${name} production`]])).toEqual(wanted);
      expect(results(ended)).toEqual({ list: 'success', rollout: 'failure', table: 'success' });
      const records = states(engine).map((one) => one.join());
      const ends = [...Array(2).fill('in_progress,failure'), ...Array(8).fill('in_progress,success')];
      expect(records.toSorted()).toEqual(ends);
      const [v1, v3] = ['v1', 'v3'].map((name) => versionNamed(world, name)?.codeVersion);
      // As `unique` sorts them: routine-10 before routine-2.
      const good = names.toSorted().filter((name) => !bad.includes(name));
      const lines = summaries.at(-1)?.trimEnd().split('\n') ?? [];
      expect(lines.map((line) => line.split(' | ').slice(0, 3).join(' | '))).toEqual([
        `### 8 of 10 went well: ${bad.map((name) => `${name} rolled-back`).join(', ')}`,
        '',
        '| routine | outcome | live now',
        '| :-- | :-- | :--',
        ...bad.map((name) => `| ${name} | rolled-back | ${v1}=100`),
        ...good.map((name) => `| ${name} | promoted | ${v3}=100`),
      ]);
      const reasons = lines.filter((line) => line.includes('rolled-back |')).map((line) => line.split(' | ')[3]);
      expect(reasons).toEqual(bad.map(() => expect.stringMatching(/^The gate failed&#58; \d+ of \d+ answers failed/)));
    });
  });
});
