import { describe, expect, test } from '@jest/globals';
import { onRecordStage, operations, RUN, SHA, warnings } from '../support/github/record-stage.js';

describe('a record at GitHub', () => {
  test('of a rollout holds what was asked for, what was before, and how it ended', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      const [old = '', canary = ''] = versions;
      const before = emulator.world.routines['hello']?.environments.production.current?.deployId;
      const result = await record({ canary, steps: '5% for 100ms, 100%' });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(warnings(result)).toEqual([]);
      expect(github.deployments).toHaveLength(1);
      expect(github.deployments[0]).toMatchObject({
        task: 'esa:hello:production',
        ref: SHA,
        environment: 'edge',
        production: true,
        autoMerge: false,
        requiredContexts: [],
        payload: {
          routine: 'hello',
          env: 'production',
          canary,
          before: `${old}=100`,
          beforeDeployment: before,
          asked: '5% for 100ms, 100%',
          run: RUN,
        },
      });
      const [end, start] = github.deployments[0]?.statuses ?? [];
      expect(start).toMatchObject({ state: 'in_progress', logUrl: RUN });
      expect(end).toMatchObject({
        state: 'success',
        logUrl: RUN,
        description: `promoted: ${canary}=100 by ${result.outputs['deployment-id']}`,
      });
      expect(operations(github)).toHaveLength(4);
      expect(result.state['record']).toBe('');
    });
  });
});
