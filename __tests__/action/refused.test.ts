import { describe, expect, test } from '@jest/globals';
import { addVersion, deploy } from '../../emulator/emulator.js';
import { inputsIn } from '../support/action/folded.js';
import { everyOutput, onStage, type Stage, writes } from '../support/action/stage.js';

describe('refused before anything is written', () => {
  const refused = async (stage: Stage, inputs: Record<string, string>, sentence: string | RegExp) => {
    const result = await stage.run(inputs);
    expect(result.outputs).toMatchObject({ outcome: 'refused', changed: 'false' });
    expect(result.outputs['reason']).toMatch(sentence);
    expect(result.exitCode).toBe(1);
    expect(writes(stage.emulator)).toBe(0);
    expect(result.summary).toContain('Refused');
    everyOutput(result);
  };

  test('a version that does not exist', async () => {
    await onStage((stage) => refused(stage, { versions: '42' }, 'version "42" does not exist in routine "hello"'));
  });

  test('a version that is not Available', async () => {
    await onStage(async (stage) => {
      const building = addVersion(stage.emulator.world, 'hello', { status: 'Init' });
      await refused(stage, { versions: building }, 'its status is "Init"');
    });
  });

  test('a version that is bound to the other environment', async () => {
    await onStage(async (stage) => {
      const bound = addVersion(stage.emulator.world, 'hello', { deployEnv: 'staging' });
      await refused(stage, { versions: bound }, 'bound to the variables of "staging"');
      expect((await stage.run({ versions: bound, env: 'staging' })).outputs['outcome']).toBe('deployed');
    });
  });

  test('another DeploymentId than the expected one', async () => {
    await onStage((stage) =>
      refused(stage, { versions: stage.versions[1] ?? '', 'expect-deployment-id': '7' }, 'asks for deployment "7"'),
    );
  });

  test('a version beyond the newest 40 is not thereby unknown, one of the second page is checked', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.oldestFirst = false;
      const added = Array.from({ length: 45 }, (_, index) =>
        addVersion(emulator.world, 'hello', { status: index === 10 ? 'Failed' : 'Available' }),
      );
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: added[44] ?? '', percentage: 100 }]);
      const failed = await run({ versions: added[10] ?? '' });
      expect(failed.outputs['reason']).toContain('its status is "Failed"');
      const old = await run({ versions: versions[0] ?? '' });
      expect(old.outputs['outcome']).toBe('deployed');
      expect(old.log).toContain('is left to the service');
    });
  });

  test('every mistake of the inputs at once, a line each in one annotation, and no request', async () => {
    await onStage(async ({ emulator, run }) => {
      const result = await run({
        routine: '',
        env: 'Production',
        versions: '1=1e2',
        'dry-run': 'yes',
        region: 'eu',
        endpoint: 'http://esa.example.com',
        'api-timeout': '30',
        'access-key-secret': 'two words',
      });
      expect(inputsIn(result.log)).toEqual([
        'routine',
        'env',
        'versions',
        'dry-run',
        'access-key-secret',
        'region',
        'api-timeout',
        'endpoint',
      ]);
      expect(emulator.requests).toEqual([]);
      expect(result.outputs['outcome']).toBe('refused');
      expect(result.exitCode).toBe(1);
      expect(result.log.replace(/^::add-mask::.*$/gm, '')).not.toContain('two words');
      everyOutput(result);
    });
  });
});
