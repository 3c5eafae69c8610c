import { describe, expect, test } from '@jest/globals';
import { age, cancelAt, gate, misbehave } from '../support/action/rollout-stage.js';
import { deployments } from '../support/action/stage.js';
import { serve } from '../support/action/words-stage.js';
import { onRecordStage, type RecordStage, RUN, states } from '../support/github/record-stage.js';

const PERSON = { GITHUB_EVENT_NAME: 'workflow_dispatch' };

describe('a schedule with wait false', () => {
  const tick = { steps: '5% for 5m, 50% for 5m, 100%', wait: 'false' };

  test('shares one record among its runs; one that changes nothing asks for nothing', async () => {
    await onRecordStage(async (stage) => {
      const { github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', ...tick };
      expect((await record(inputs)).outputs['outcome']).toBe('baking');
      expect(states(github)).toEqual([['in_progress']]);
      const asked = github.requests.length;
      const idle = await record(inputs);
      expect(idle.outputs).toMatchObject({ outcome: 'baking', changed: 'false' });
      age(stage, 300_000);
      expect((await record(inputs)).outputs).toMatchObject({ outcome: 'baking', changed: 'true' });
      expect(github.requests).toHaveLength(asked);
      expect(idle.state['record']).toBe('');
      age(stage, 300_000);
      expect((await record(inputs)).outputs['outcome']).toBe('promoted');
      expect(states(github)).toEqual([['in_progress', 'success']]);
      expect(github.requests.length - asked).toBe(3);
      expect((await record(inputs)).outputs['outcome']).toBe('unchanged');
      expect(github.requests.length - asked).toBe(3);
    });
  });

  test('with steps, tells those that changed something', async () => {
    await onRecordStage(async (stage) => {
      const { github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', ...tick, 'github-deployment-steps': 'true' };
      await record(inputs);
      await record(inputs);
      age(stage, 300_000);
      await record(inputs);
      const said = github.deployments[0]?.statuses.map(({ description }) => description);
      expect(said).toEqual(['The canary gets 50 %', 'The canary gets 5 %', '5% for 5m, 50% for 5m, 100%']);
    });
  });

  test('goes on with the record of a run that was killed before it wrote anything, and had no post step', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const inputs = { canary: versions[1] ?? '', ...tick };
      github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'silent' } });
      let kill: (() => void) | undefined;
      const watcher = setInterval(() => github.requests.length === 3 && kill?.(), 5);
      await record(inputs, {}, { onStart: (child) => (kill = () => void child.kill('SIGKILL')) });
      clearInterval(watcher);
      expect((await record(inputs)).outputs['outcome']).toBe('baking');
      expect(states(github)).toEqual([['in_progress']]);
    });
  });

  describe('leaves alone what a run without an end has begun, once somebody else has deployed', () => {
    const abandoned = async ({ emulator, github, versions, record }: RecordStage) => {
      const [, , canary = ''] = versions;
      github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'silent' } });
      let kill: (() => void) | undefined;
      const watcher = setInterval(() => github.requests.length === 3 && kill?.(), 5);
      await record({ canary, ...tick }, {}, { onStart: (child) => (kill = () => void child.kill('SIGKILL')) });
      clearInterval(watcher);
      expect(emulator.world.routines['hello']?.environments.production.history).toHaveLength(1);
      return canary;
    };

    test('before the canary was tried: `previous` is what that one deployed', async () => {
      await onRecordStage(async (stage) => {
        const { github, versions, record } = stage;
        const canary = await abandoned(stage);
        serve(stage, 'production', [versions[1], 100]);
        const asked = github.requests.length;
        await record({ canary, steps: '100%', wait: 'false' });
        expect(github.requests.length - asked).toBe(5);
        const undone = await record({ versions: 'previous=100' });
        expect(undone.outputs).toMatchObject({ outcome: 'deployed', versions: `${versions[1]}=100` });
      });
    });

    test('and begun with the canary: `previous` is not what was live before that', async () => {
      await onRecordStage(async (stage) => {
        const { github, versions, record } = stage;
        const canary = await abandoned(stage);
        serve(stage, 'production', [canary, 5], [versions[1], 95]);
        age(stage, 300_000);
        const result = await record({ canary, ...tick, steps: '5% for 5m, 100%' });
        expect(result.outputs['outcome']).toBe('promoted');
        expect(states(github)).toEqual([['inactive'], ['success']]);
        const undone = await record({ versions: 'previous=100' });
        expect(undone.outputs['outcome']).toBe('refused');
        expect(undone.outputs['reason']).toContain('a split was live before');
      });
    });
  });

  const failed = async (play: Parameters<typeof onRecordStage>[0]) =>
    onRecordStage(async (stage) => {
      const { emulator, versions, record } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      const inputs = { canary: versions[1] ?? '', ...tick, steps: '50% for 1m, 100%', ...gate(emulator) };
      expect((await record(inputs)).outputs['outcome']).toBe('rolled-back');
      await play(stage);
    });
  const again = (versions: readonly string[]) => ({ canary: versions[1] ?? '', ...tick });

  test('does not try a canary again that was rolled back: refused, done, and where to look', async () => {
    await failed(async ({ emulator, github, versions, record }) => {
      const [asked, made] = [github.requests.length, deployments(emulator)];
      const result = await record(again(versions));
      expect(result.outputs).toMatchObject({ outcome: 'refused', done: 'true', changed: 'false' });
      expect(result.outputs['reason']).toContain(RUN);
      expect(result.outputs['reason']).toContain('`retry: true`');
      expect(result.exitCode).toBe(1);
      expect(deployments(emulator)).toBe(made);
      expect(github.requests.length - asked).toBe(2);
      expect(github.deployments).toHaveLength(1);
    });
  });

  test('nor says a dry run that it would', async () => {
    await failed(async ({ github, versions, record }) => {
      const asked = github.requests.length;
      const result = await record({ ...again(versions), 'dry-run': 'true' });
      expect(result.outputs).toMatchObject({ outcome: 'refused', done: 'true', changed: 'false' });
      expect(github.requests.length - asked).toBe(2);
      const meant = await record({ ...again(versions), 'dry-run': 'true', retry: 'true' });
      expect(meant.outputs['outcome']).toBe('planned');
      expect(states(github)).toEqual([['in_progress', 'failure']]);
    });
  });

  test.each([
    ['a person starts the workflow', PERSON, {}],
    ['a person runs it again', { GITHUB_RUN_ATTEMPT: '2' }, {}],
    ['it is said so', {}, { retry: 'true' }],
  ])('tries it again where %s: five requests at most', async (_, env, inputs) => {
    await failed(async ({ emulator, github, versions, record }) => {
      misbehave(emulator, versions[1], {});
      const asked = github.requests.length;
      const result = await record({ ...again(versions), ...inputs }, env);
      expect(result.outputs['outcome']).toBe('baking');
      expect(states(github)).toEqual([['in_progress', 'failure'], ['in_progress']]);
      expect(github.requests.length - asked).toBeLessThanOrEqual(5);
    });
  });

  test('another canary, and a run that waits, are not refused', async () => {
    await failed(async ({ emulator, versions, record }) => {
      misbehave(emulator, versions[1], {});
      const other = await record({ canary: versions[2] ?? '', steps: '100%', wait: 'false' });
      expect(other.outputs['outcome']).toBe('promoted');
      const waits = await record({ canary: versions[1] ?? '', steps: '100%', 'allow-older': 'true' });
      expect(waits.outputs['outcome']).toBe('promoted');
    });
  });

  test('tries again what was only cancelled', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      await record(inputs, {}, cancelAt('bakes for'));
      expect((await record({ ...inputs, wait: 'false' })).outputs['outcome']).toBe('baking');
      expect(states(github)).toEqual([['in_progress', 'inactive'], ['in_progress']]);
    });
  });

  test('a whole rollout in one run, whose canary has a record already, takes five requests', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const [old = '', canary = ''] = versions;
      for (const version of [canary, old]) await record({ canary: version, steps: '100%', 'allow-older': 'true' });
      const asked = github.requests.length;
      const result = await record({ canary, steps: '100%', wait: 'false' });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(github.requests.length - asked).toBe(5);
      expect(states(github).at(-1)).toEqual(['success']);
    });
  });
});
