import { describe, expect, test } from '@jest/globals';
import { addVersion, deploy } from '../../emulator/emulator.js';
import { BAKED, gate, misbehave, weights } from '../support/action/rollout-stage.js';
import { actions, everyOutput, live, onStage, type Stage, writes } from '../support/action/stage.js';

const serve = ({ emulator }: Stage, ...shares: readonly (readonly [string | undefined, number])[]) =>
  deploy(
    emulator.world,
    'hello',
    'production',
    shares.map(([codeVersion = '', percentage]) => ({ codeVersion, percentage })),
  );

describe('the stable of somebody else', () => {
  test.each([
    [10, 'true'],
    [50, 'true'],
    [10, 'false'],
  ])(
    'named as the canary beside a newer one at %d %, wait: %s: refused, and nothing is written',
    async (weight, wait) => {
      await onStage(async (stage) => {
        const { emulator, versions, run } = stage;
        const [b = '', c = ''] = versions;
        serve(stage, [c, weight], [b, 100 - weight]);
        misbehave(emulator, b, { failureShare: 1 });
        const result = await run({ canary: b, steps: '5% for 1s, 50% for 1s, 100%', wait, ...gate(emulator) });
        expect(result.outputs).toMatchObject({ outcome: 'refused', changed: 'false', canary: c, stable: b });
        for (const part of [`canary: ${c}`, `versions: ${b}=100`, 'allow-older: true', 'both live since 20'])
          expect(result.outputs['reason']).toContain(part);
        expect(result.exitCode).toBe(1);
        expect(writes(emulator)).toBe(0);
        expect(actions(emulator)).toEqual(['GetRoutine']);
        everyOutput(result);
      });
    },
  );

  test('allow-older: it is rolled out, and what the other one was is the stable', async () => {
    await onStage(async (stage) => {
      const [b = '', c = ''] = stage.versions;
      serve(stage, [c, 90], [b, 10]);
      misbehave(stage.emulator, b, { failureShare: 1 });
      const inputs = {
        canary: b,
        steps: '5% for 300ms, 50% for 300ms',
        'allow-older': 'true',
        ...gate(stage.emulator),
      };
      expect((await stage.run(inputs)).outputs).toMatchObject({ outcome: 'rolled-back', versions: `${c}=100` });
      expect(live(stage.emulator)).toEqual({ [c]: 100 });
    });
  });

  test('where nobody knows which is which: refused, and no output names either', async () => {
    await onStage(async (stage) => {
      const { emulator, run } = stage;
      for (const codeVersion of ['41', '42']) addVersion(emulator.world, 'hello', { codeVersion });
      emulator.world.quirks.omitCreateTimes = true;
      serve(stage, ['42', 10], ['41', 90]);
      for (const canary of ['41', '42']) {
        const result = await run({ canary, steps: '50%, 100%' });
        expect(result.outputs).toMatchObject({ outcome: 'refused', canary: '', stable: '', 'canary-percentage': '' });
        expect(result.outputs['reason']).toContain('nobody knows which');
      }
      expect(writes(emulator)).toBe(0);
      const result = await run({ canary: '42', steps: '50%, 100%', 'allow-older': 'true' });
      expect(result.outputs).toMatchObject({ outcome: 'promoted', versions: '42=100' });
    });
  });
});

test('where what is live tells no times, the listing is asked', async () => {
  await onStage(async ({ emulator, run }) => {
    for (const [codeVersion, ago] of [
      ['42', 2],
      ['41', 1],
    ] as const)
      addVersion(emulator.world, 'hello', { codeVersion }, Date.now() - ago * 3_600_000);
    const CodeVersions = [
      { CodeVersion: '42', Percentage: 90 },
      { CodeVersion: '41', Percentage: 10 },
    ];
    const body = JSON.stringify({
      RequestId: 'R',
      Envs: [{ Env: 'production', CodeDeploy: { DeployId: '7', CodeVersions } }],
    });
    emulator.script({ operation: 'GetRoutine', times: 'Infinity', effect: { kind: 'body', status: 200, body } });
    const older = await run({ canary: '42', steps: '100%' });
    expect(older.outputs['reason']).toContain('version "42" is the stable of a rollout of the newer "41"');
    expect((await run({ canary: '41', steps: '100%', 'dry-run': 'true' })).outputs['outcome']).toBe('planned');
    expect(actions(emulator).filter((action) => action === 'ListRoutineCodeVersions')).toHaveLength(2);
  });
});

describe('an older version than the one that is live', () => {
  test('is not rolled out in silence, also not by a dry run', async () => {
    await onStage(async (stage) => {
      const [b = '', c = ''] = stage.versions;
      serve(stage, [c, 100]);
      for (const more of [{}, { 'dry-run': 'true' }, { wait: 'false' }]) {
        const result = await stage.run({ canary: b, steps: BAKED, ...more });
        expect(result.outputs['outcome']).toBe('refused');
        expect(result.outputs['reason']).toContain(`write \`versions: ${b}=100\` to go back at once`);
      }
      expect(writes(stage.emulator)).toBe(0);
      const meant = await stage.run({ canary: b, steps: '50%, 100%', 'allow-older': 'true' });
      expect(meant.outputs).toMatchObject({ outcome: 'promoted', versions: `${b}=100` });
    });
  });

  test('by `versions` it is deployed as ever, with or without allow-older', async () => {
    await onStage(async (stage) => {
      const [b = '', c = ''] = stage.versions;
      for (const more of [{}, { 'allow-older': 'true' }]) {
        serve(stage, [c, 100]);
        expect((await stage.run({ versions: b, ...more })).outputs['outcome']).toBe('deployed');
      }
    });
  });

  test('whose order nobody knows is rolled out with a warning', async () => {
    await onStage(async (stage) => {
      addVersion(stage.emulator.world, 'hello', { codeVersion: '42' });
      stage.emulator.world.quirks.omitCreateTimes = true;
      const result = await stage.run({ canary: '42', steps: '50%, 100%' });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(result.log).toMatch(/^::warning::Whether version "42" is newer than/m);
    });
  });

  test('that is live alone already is unchanged', async () => {
    await onStage(async ({ versions, run }) => {
      expect((await run({ canary: versions[0] ?? '', steps: BAKED })).outputs['outcome']).toBe('unchanged');
    });
  });
});

describe('a live weight that is no step', () => {
  const steps = '5% for 300ms, 25% for 300ms, 100%';

  test.each([60, 3])('%d %: a gate that fails takes it back', async (weight) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      serve(stage, [versions[1], weight], [versions[0], 100 - weight]);
      misbehave(emulator, versions[1], { failureShare: 1 });
      expect((await run({ canary: versions[1] ?? '', steps, ...gate(emulator) })).outputs).toMatchObject({
        outcome: 'rolled-back',
        versions: `${versions[0]}=100`,
      });
      expect(weights(stage)).toEqual([weight, 0]);
    });
  });

  test('a canary that is well is checked there before it is promoted', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      serve(stage, [versions[1], 60], [versions[0], 40]);
      const result = await run({ canary: versions[1] ?? '', steps, ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(result.log).toContain('60 % is live and is no step; it bakes for 300ms like 25 %');
      expect(result.log).toContain('Checked at 60 %');
      expect(weights(stage)).toEqual([60, 100]);
    });
  });

  test('a tick holds it for its bake, and a dry run says so', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      serve(stage, [versions[1], 60], [versions[0], 40]);
      const inputs = { canary: versions[1] ?? '', steps: '5% for 5m, 25% for 10m, 100%', wait: 'false' };
      expect((await run({ ...inputs, 'dry-run': 'true' })).outputs['reason']).toContain(
        '60 % is live and is no step; it bakes for 10m like 25 %',
      );
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'baking', 'canary-percentage': '60' });
      expect(writes(emulator)).toBe(0);
    });
  });
});
