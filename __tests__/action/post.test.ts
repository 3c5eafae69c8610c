import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { alone, cancelAt, post, weights, write } from '../support/action/rollout-stage.js';
import { live, onStage, SHORT_PAUSES, type Stage, writes } from '../support/action/stage.js';

describe('the post step', () => {
  const killedAt = async (stage: Stage, mark: string, inputs: Record<string, string>) => {
    const result = await stage.run(inputs, {}, undefined, cancelAt(mark, 'SIGKILL'));
    expect(result.signal).toBe('SIGKILL');
    return result;
  };

  test('puts back what a kill left, once', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killedAt(stage, 'bakes for', inputs);
      expect(live(emulator)).toEqual({ [versions[1] ?? '']: 5, [versions[0] ?? '']: 95 });
      const restored = await run(inputs, {}, undefined, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(restored.exitCode).toBe(0);
      expect(restored.log).toMatch(
        /^::warning title=rolled-back%3A hello in production::Now production serves \d+=100 again\. /m,
      );
      expect(restored.summary).toContain('Rolled back');
      await run(inputs, {}, undefined, { entry: post, state });
      expect(weights(stage)).toEqual([5, 0]);
    });
  });

  test('also when main was killed between the write and its answer', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script({ operation: write, effect: { kind: 'hang', acts: true } });
      const inputs = { canary: versions[1] ?? '', steps: '100% for 1m' };
      let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
      const watcher = setInterval(() => {
        if (writes(emulator) === 1) child?.kill('SIGKILL');
      }, 5);
      const { state } = await run(inputs, {}, undefined, {
        onStart: (started) => {
          child = started;
        },
      });
      clearInterval(watcher);
      expect(live(emulator)).toEqual(alone(versions[1]));
      await run(inputs, {}, undefined, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('looks again where the service lags behind the write that was under way', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.world.quirks.lagReads = 2;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killedAt(stage, 'Accepted', inputs);
      const restored = await run(inputs, SHORT_PAUSES, undefined, { entry: post, state });
      expect(restored.log).toContain('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('leaves alone what somebody else has put there', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killedAt(stage, 'bakes for', inputs);
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[2] ?? '', percentage: 100 }]);
      await run(inputs, {}, undefined, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[2]));
    });
  });

  test('does nothing after a rollout that concluded, and loads nothing', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const { state } = await run({ canary: versions[1] ?? '', steps: '100%' });
      const before = emulator.requests.length;
      const result = await run({ canary: versions[1] ?? '' }, {}, undefined, { entry: post, state });
      expect(result).toMatchObject({ exitCode: 0, log: '' });
      expect(emulator.requests).toHaveLength(before);
    });
  });

  const failedRollback = async (stage: Stage, inputs: Record<string, string>) => {
    stage.emulator.script({ operation: write, skip: 1, times: 9, effect: { kind: 'error', code: 'Forbidden.RAM' } });
    const failed = await stage.run({ ...inputs, 'gate-command': 'exit 1', 'gate-interval': '100ms' });
    expect(failed.outputs['outcome']).toBe('rollback-failed');
    expect(failed.state['evidence']).toContain(failed.outputs['deployment-id']);
    expect(failed.state['concluded']).toBeUndefined();
    return failed.state;
  };

  test('leaves alone what a later step of the job has promoted since a rollback failed', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1s, 100%' };
      const state = await failedRollback(stage, inputs);
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[1] ?? '', percentage: 100 }]);
      const restored = await run(inputs, {}, undefined, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[1]));
      expect(restored.log).toContain('It was left alone');
    });
  });

  test('says loudly that it cannot look, and how to restore: inputs that read no more, other credentials', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killedAt(stage, 'bakes for', inputs);
      const seen = emulator.requests.length;
      const other = { 'access-key-id': 'LTAIanother', 'access-key-secret': 'another-secret' };
      for (const [changed, env] of [
        [{ 'access-key-secret': '' }, {}],
        [{}, { HTTPS_PROXY: 'socks5://proxy:1' }],
        [other, {}],
      ] as const) {
        const tried = await run({ ...inputs, ...changed }, env, undefined, { entry: post, state });
        expect(tried.exitCode).toBe(1);
        expect(tried.log).toContain(`versions: ${versions[0]}=100`);
        expect(tried.log).toMatch(/^::error title=The interrupted rollout .*%3A hello in production::/m);
      }
      expect(emulator.requests).toHaveLength(seen);
      expect(Object.values(state).join(' ')).not.toContain(emulator.world.credentials[0]?.accessKeyId);
    });
  });

  test.each([
    ['is cut', '{"stable":"1'],
    ['holds something else', '{"stable":"1","before":{"id":"1","split":"1=100"},"writes":[null]}'],
  ])('fails with the way back where the saved state %s', async (_, evidence) => {
    await onStage(async ({ emulator, versions, run }) => {
      const state = { evidence, stable: versions[0] ?? '' };
      const tried = await run({ canary: versions[1] ?? '' }, {}, undefined, { entry: post, state });
      expect(tried.exitCode).toBe(1);
      expect(tried.log).toMatch(new RegExp(`^::error .*versions: ${versions[0]}=100`, 'm'));
      expect(emulator.requests).toHaveLength(0);
    });
  });
});
