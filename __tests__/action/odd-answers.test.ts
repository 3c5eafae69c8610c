import { describe, expect, test } from '@jest/globals';
import { deploy, type FaultEffect } from '../../emulator/emulator.js';
import { weights } from '../support/action/rollout-stage.js';
import { actions, everyOutput, live, onStage, SHORT_PAUSES, writes } from '../support/action/stage.js';

const body = (Envs: unknown): FaultEffect => ({
  kind: 'body',
  status: 200,
  body: JSON.stringify({ RequestId: 'R', Envs }),
});
const deployed = (versions: readonly unknown[]) => [
  { Env: 'production', CodeDeploy: { DeployId: '1766590027913271190', CodeVersions: versions } },
];
const ODD: [string, FaultEffect][] = [
  ['the environment in another spelling', body([{ Env: 'Production' }])],
  ['every version at 0 %', body(deployed([{ CodeVersion: '1', Percentage: 0 }]))],
  ['environments that are null', body(null)],
  ['a deployment that is null', body([{ Env: 'production', CodeDeploy: null }])],
  ['a page with 403', { kind: 'html', status: 403 }],
  ['a page with 404', { kind: 'html', status: 404 }],
];

describe('an answer that is not understood', () => {
  test.concurrent.each(ODD)('%s: once, in the middle of a rollout, it is read again', async (_name, effect) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      for (const skip of [0, 1, 2]) emulator.script({ operation: 'GetRoutine', skip, effect });
      const result = await run({ canary: versions[1] ?? '', steps: '5%, 50%, 100%' }, SHORT_PAUSES);
      expect(result.outputs).toMatchObject({ outcome: 'promoted', versions: `${versions[1]}=100` });
      expect(weights(stage)).toEqual([5, 50, 100]);
      expect(result.log).toMatch(/GetRoutine: (AnswerNotUnderstood|NotJson\.40[34]) .*again in/);
    });
  });

  test.concurrent.each(ODD)('%s: from the start, nothing is written', async (_name, effect) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'GetRoutine', times: 'Infinity', effect });
      const result = await run({ canary: versions[1] ?? '', steps: '5%' }, SHORT_PAUSES);
      expect(result.outputs).toMatchObject({ outcome: 'failed', changed: 'false', versions: '' });
      expect(result.outputs['reason']).toMatch(/AnswerNotUnderstood|NotJson/);
      expect(writes(emulator)).toBe(0);
      everyOutput(result);
    });
  });

  test('a page with 403 instead of the answer to a write: read, and sent again', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'CreateRoutineCodeDeployment', effect: { kind: 'html', status: 403 } });
      expect((await run({ versions: versions[1] ?? '' }, SHORT_PAUSES)).outputs['outcome']).toBe('deployed');
      expect(writes(emulator)).toBe(2);
    });
  });

  test('a listing that says nothing is no proof that a version does not exist', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const effect: FaultEffect = { kind: 'body', status: 200, body: '{"RequestId":"R"}' };
      emulator.script({ operation: 'ListRoutineCodeVersions', effect });
      expect((await run({ versions: versions[1] ?? '' }, SHORT_PAUSES)).outputs['outcome']).toBe('deployed');
    });
  });
});

describe('nothing is live', () => {
  test.each(['versions', 'canary'])('told once and then not again, it is not believed: %s', async (input) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script({ operation: 'GetRoutine', effect: body([{ Env: 'production' }]) });
      const result = await run({ [input]: versions[1] ?? '', steps: '5%' });
      expect(result.outputs['previous-versions']).toBe(`${versions[0]}=100`);
      expect(weights(stage)).toEqual(input === 'canary' ? [5] : [100]);
    });
  });

  test('told twice, it is', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const hello = emulator.world.routines['hello'];
      if (hello !== undefined) hello.environments.production = { history: [] };
      const result = await run({ canary: versions[1] ?? '', steps: '5%' });
      expect(result.outputs).toMatchObject({ outcome: 'promoted', 'previous-versions': '' });
      expect(actions(emulator).slice(0, 2)).toEqual(['GetRoutine', 'GetRoutine']);
    });
  });

  test('told again when the second answer is lost: nothing is written', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'GetRoutine', effect: body([]) });
      emulator.script({
        operation: 'GetRoutine',
        times: 9,
        effect: { kind: 'error', code: 'Forbidden.RAM', status: 403 },
      });
      expect((await run({ canary: versions[1] ?? '', steps: '5%' })).outputs['outcome']).toBe('failed');
      expect(writes(emulator)).toBe(0);
    });
  });
});

test('one version at 0 % beside one at 100 % does not serve', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    deploy(emulator.world, 'hello', 'production', [
      { codeVersion: versions[1] ?? '', percentage: 0 },
      { codeVersion: versions[0] ?? '', percentage: 100 },
    ]);
    expect((await run({ 'dry-run': 'true' })).outputs).toMatchObject({ versions: `${versions[0]}=100` });
    expect(live(emulator)).toMatchObject({ [versions[0] ?? '']: 100 });
  });
});
