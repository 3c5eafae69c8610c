import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { actions, everyOutput, live, nodes, onStage, writes } from '../support/action/stage.js';

describe('a split', () => {
  test.each(nodes)('is deployed, read back and reported (%s)', async (node) => {
    await onStage(async ({ emulator, versions, run }) => {
      const [v1 = '', v2 = ''] = versions;
      const before = emulator.world.routines['hello']?.environments.production.current?.deployId;
      const result = await run({ versions: `${v2}=10, ${v1}` }, {}, node);
      const now = emulator.world.routines['hello']?.environments.production.current?.deployId;
      expect(live(emulator)).toEqual({ [v2]: 10, [v1]: 90 });
      expect(result).toMatchObject({ exitCode: 0, signal: null });
      expect(result.outputs).toMatchObject({
        outcome: 'deployed',
        changed: 'true',
        'deployment-id': now,
        'previous-deployment-id': before,
        versions: `${v2}=10,${v1}=90`,
        'previous-versions': `${v1}=100`,
        canary: v2,
        'canary-percentage': '10',
        stable: v1,
        'request-id': emulator.requests.find((request) => request.action === 'CreateRoutineCodeDeployment')?.requestId,
      });
      everyOutput(result);
      expect(result.log).not.toMatch(/DEP0|Warning:|undefined|\[object|after waiting|requests failed/);
    });
  });

  test('takes three round trips over two connections: two reads at once, the write, the read that verifies', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
      expect(actions(emulator).slice(0, 2).sort()).toEqual(['GetRoutine', 'ListRoutineCodeVersions']);
      expect(actions(emulator).slice(2)).toEqual(['CreateRoutineCodeDeployment', 'GetRoutine']);
      expect(emulator.connections).toBeLessThanOrEqual(2);
    });
  });

  test("an output is another step's input, and undoes it", async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const start = live(emulator);
      const first = await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
      const second = await run({
        versions: first.outputs['previous-versions'] ?? '',
        'expect-deployment-id': first.outputs['deployment-id'] ?? '',
      });
      expect(second.outputs['outcome']).toBe('deployed');
      expect(live(emulator)).toEqual(start);
      expect(first.summary).toContain(`<code>versions: ${versions[0]}=100</code>`);
    });
  });

  test('that is live already is left alone, in whatever order it is written', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      deploy(emulator.world, 'hello', 'production', [
        { codeVersion: versions[1] ?? '', percentage: 10 },
        { codeVersion: versions[0] ?? '', percentage: 90 },
      ]);
      emulator.world.quirks.versionOrder = 'reversed';
      const result = await run({ versions: `${versions[0]}=90,${versions[1]}=10` });
      expect(result.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
      expect(result.exitCode).toBe(0);
      expect(writes(emulator)).toBe(0);
    });
  });

  test('staging and production are kept apart', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      await run({ env: 'staging', versions: `${versions[2]}=100` });
      expect(live(emulator, 'staging')).toEqual({ [versions[2] ?? '']: 100 });
      expect(live(emulator)).toEqual({ [versions[0] ?? '']: 100 });
    });
  });

  test('needs the three permissions of docs/credentials.md and no other', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const key = emulator.world.credentials[0];
      if (key !== undefined)
        key.allow = ['esa:GetRoutine', 'esa:ListRoutineCodeVersions', 'esa:CreateRoutineCodeDeployment'];
      expect((await run({ versions: versions[1] ?? '' })).outputs['outcome']).toBe('deployed');
    });
  });

  test('with temporary credentials', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const key = emulator.world.credentials[0];
      if (key !== undefined) key.securityToken = 'the+session/token==';
      const result = await run({ versions: versions[1] ?? '', 'security-token': 'the+session/token==' });
      expect(result.outputs['outcome']).toBe('deployed');
    });
  });
});

describe('a dry run', () => {
  test('plans and writes nothing', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ versions: `${versions[1]}=10,${versions[0]}`, 'dry-run': 'TRUE' });
      expect(result.outputs).toMatchObject({ outcome: 'planned', changed: 'false', versions: `${versions[0]}=100` });
      expect(writes(emulator)).toBe(0);
      expect(result.summary).toContain('planned');
      everyOutput(result);
    });
  });

  test('without versions reports what is live', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ 'dry-run': 'true' });
      expect(result.outputs).toMatchObject({ outcome: 'planned', versions: `${versions[0]}=100`, stable: versions[0] });
      expect(actions(emulator)).toEqual(['GetRoutine', 'ListRoutineCodeVersions']);
    });
  });
});
