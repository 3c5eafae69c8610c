import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { alone, cancelAt, gate, misbehave, weights } from '../support/action/rollout-stage.js';
import { live, writes } from '../support/action/stage.js';
import { onRecordStage, operations, RUN, SHA, states, warnings } from '../support/github/record-stage.js';

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
        environmentUrl: expect.stringMatching(/^https:\/\/hello\.[0-9a-f]{8}\.er\.aliyun-esa\.net$/),
      });
      expect(operations(github)).toEqual([
        'list-records',
        'create-record',
        'create-record-status',
        'create-record-status',
      ]);
      expect(result.state['record']).toBe('');
    });
  });

  test('begins before the first write', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'silent' } });
      await record(
        { versions: versions[1] ?? '' },
        {},
        {
          onStart: (child) => {
            const watcher = setInterval(() => {
              if (github.requests.length < 3) return;
              clearInterval(watcher);
              expect(writes(emulator)).toBe(0);
              child.kill('SIGKILL');
            }, 5);
          },
        },
      );
      expect(states(github)).toEqual([[]]);
      expect(writes(emulator)).toBe(0);
    });
  });

  test('of a fixed split is one too; in staging it is no production, and has no address', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const result = await record({ versions: versions[1] ?? '', env: 'staging' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(github.deployments[0]).toMatchObject({
        task: 'esa:hello:staging',
        production: false,
        payload: { canary: '', asked: `${versions[1]}=100` },
      });
      expect(github.deployments[0]?.statuses[0]?.environmentUrl).toBe('');
      expect(states(github)).toEqual([['in_progress', 'success']]);
    });
  });

  test('takes the place of the one before it, and of no other: five requests', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      for (const version of [1, 0]) await record({ versions: versions[version] ?? '' });
      await record({ versions: versions[1] ?? '', env: 'staging' });
      const before = github.requests.length;
      await record({ versions: versions[2] ?? '' });
      expect(states(github)).toEqual([
        ['in_progress', 'success', 'inactive'],
        ['in_progress', 'success', 'inactive'],
        ['in_progress', 'success'],
        ['in_progress', 'success'],
      ]);
      expect(github.requests.length - before).toBe(5);
    });
  });

  test('that failed leaves the one before it alone: what that one deployed is live again', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      await record({ versions: versions[2] ?? '' });
      misbehave(emulator, versions[1], { failureShare: 1 });
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1m, 100%', 'allow-older': 'true' };
      expect((await record({ ...inputs, ...gate(emulator) })).outputs['outcome']).toBe('rolled-back');
      expect(states(github)).toEqual([
        ['in_progress', 'success'],
        ['in_progress', 'failure'],
      ]);
    });
  });

  test('has a status for each step where that is asked for, in their order', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const canary = versions[1] ?? '';
      await record({ canary, steps: '5% for 300ms, 50% for 300ms, 100%', 'github-deployment-steps': 'true' });
      const said = github.deployments[0]?.statuses.map(({ description }) => description).toReversed();
      expect(said?.slice(0, 3)).toEqual([
        '5% for 300ms, 50% for 300ms, 100%',
        'The canary gets 5 %',
        'The canary gets 50 %',
      ]);
      expect(said?.at(-1)).toMatch(/^promoted: /);
    });
  });

  test.each([
    ['a gate that fails', {}, 'rolled-back', 'failure'],
    ['a gate that fails, on-failure hold', { 'on-failure': 'hold' }, 'held', 'failure'],
  ])('%s: %j', async (_, inputs, outcome, state) => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      const canary = versions[1] ?? '';
      const result = await record({ canary, steps: '50% for 1m, 100%', ...gate(emulator), ...inputs });
      expect(result.outputs['outcome']).toBe(outcome);
      expect(states(github)).toEqual([['in_progress', state]]);
      expect(github.deployments[0]?.statuses[0]?.description).toBe(
        `${outcome}: ${result.outputs['versions']} by ${result.outputs['deployment-id']}`,
      );
    });
  });

  test('a cancelled rollout whose stable is back did not fail: inactive, and the rollback waited for nobody', async () => {
    await onRecordStage(async (stage) => {
      const { emulator, github, versions, record } = stage;
      const result = await record({ canary: versions[1] ?? '', steps: '5% for 1m, 100%' }, {}, cancelAt('bakes for'));
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(states(github)).toEqual([['in_progress', 'inactive']]);
      expect(weights(stage)).toEqual([5, 0]);
    });
  });

  test('somebody else deployed meanwhile: inactive', async () => {
    await onRecordStage(async ({ emulator, github, versions, record }) => {
      const onLine = (line: string) => {
        if (line.includes('bakes for'))
          deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[2] ?? '', percentage: 100 }]);
      };
      const result = await record({ canary: versions[1] ?? '', steps: '5% for 2s, 100%' }, {}, { onLine });
      expect(result.outputs['outcome']).toBe('drifted');
      expect(states(github)).toEqual([['in_progress', 'inactive']]);
    });
  });

  test.each([
    ['unchanged', (versions: readonly string[]) => ({ versions: versions[0] ?? '' })],
    ['planned', (versions: readonly string[]) => ({ versions: versions[1] ?? '', 'dry-run': 'true' })],
    ['refused', () => ({ versions: '404' })],
    ['planned', () => ({ 'dry-run': 'true' })],
  ])('%s: nothing is recorded, and GitHub is not asked', async (outcome, inputs) => {
    await onRecordStage(async ({ github, versions, record }) => {
      const result = await record(inputs(versions));
      expect(result.outputs['outcome']).toBe(outcome);
      expect(github.requests).toEqual([]);
    });
  });
});
