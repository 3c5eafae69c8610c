import { describe, expect, test } from '@jest/globals';
import { everyOutput, onStage, writes } from '../support/action/stage.js';

describe('answers that differ from what was seen', () => {
  test.each(['no-envs', 'no-env', 'no-code-deploy', 'no-code-versions'] as const)(
    'never deployed to, as %s',
    async (neverDeployed) => {
      await onStage(async ({ emulator, versions, run }) => {
        const environments = emulator.world.routines['hello']?.environments;
        if (environments !== undefined)
          for (const env of ['staging', 'production'] as const) environments[env] = { history: [] };
        emulator.world.quirks.neverDeployed = neverDeployed;
        const looked = await run({ 'dry-run': 'true' });
        expect(looked.outputs).toMatchObject({ outcome: 'planned', versions: '', 'deployment-id': '' });
        const result = await run({ versions: `${versions[0]}` });
        expect(result.outputs).toMatchObject({
          outcome: 'deployed',
          'previous-versions': '',
          versions: `${versions[0]}=100`,
        });
        everyOutput(result);
      });
    },
  );

  test.each([
    'numericDeploymentId',
    'numericCodeVersion',
    'omitDeploymentId',
    'percentageAsString',
    'omitCreateTimes',
    'omitStatus',
    'omitTotalCount',
  ] as const)('%s', async (quirk) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks[quirk] = true;
      const result = await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
      expect(result.outputs).toMatchObject({
        outcome: 'deployed',
        versions: `${versions[1]}=10,${versions[0]}=90`,
        canary: versions[1],
        'deployment-id': emulator.world.routines['hello']?.environments.production.current?.deployId,
      });
    });
  });

  test('a service that lags behind its own writes is read until it shows the split', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.lagReads = 3;
      const result = await run({ versions: `${versions[1]}` });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(writes(emulator)).toBe(1);
    });
  });

  test('a version published without a deployment is live at 100 %', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.publishFillsCodeDeploy = false;
      const current = emulator.world.routines['hello']?.environments.production.current;
      if (current !== undefined) current.publishedOnly = true;
      expect((await run({ versions: `${versions[0]}` })).outputs).toMatchObject({
        outcome: 'unchanged',
        'deployment-id': '',
      });
      expect((await run({ versions: `${versions[1]}` })).outputs).toMatchObject({
        outcome: 'deployed',
        'previous-versions': `${versions[0]}=100`,
      });
    });
  });
});
