import { describe, expect, test } from '@jest/globals';
import { FAST, putLive, shares, when } from '../support/action/moved-stage.js';
import { alone, cancelAt, post, weights, write } from '../support/action/rollout-stage.js';
import { live, onStage, type Stage, writes } from '../support/action/stage.js';

const STEPS = '5% for 2m, 50% for 2m, 100%';
const THROTTLED = { kind: 'error', code: 'Throttling.User' } as const;

describe('somebody else moves the canary right after a write that nobody has seen', () => {
  const outcomes = async (weight: number) => {
    let ended: unknown;
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      Object.assign(emulator.world.quirks, { deploymentIdDiffers: false, deployIds: 'nanoseconds' });
      const act = when([`Accepted: ${versions[1]}=50`, () => putLive(stage, shares(stage, weight))]);
      const { outputs } = await run({ canary: versions[1] ?? '', steps: STEPS }, FAST, undefined, act);
      ended = [outputs['outcome'], outputs['reason']?.split(/:| \d/)[0], weights(stage)];
    });
    return ended;
  };

  test('it was before theirs, as the ids say, once it should have shown', async () => {
    expect(await outcomes(0)).toEqual(['rolled-back', 'Somebody else restored the stable', [5, 50, 0]]);
    expect(await outcomes(100)).toEqual(['promoted', 'Somebody else promoted the canary', [5, 50, 100]]);
    expect(await outcomes(70)).toEqual(['promoted', 'Now production serves', [5, 50, 70, 100]]);
    expect(await outcomes(20)).toEqual(['drifted', 'Somebody else deployed meanwhile', [5, 50, 20]]);
  });
});

describe('the account is throttled', () => {
  const throttle =
    ({ emulator }: Stage, times: number) =>
    () =>
      emulator.script({ operation: write, times, effect: THROTTLED });

  test.each([50, 70])('and somebody else moves it to %d %% before the step is taken', async (weight) => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const act = when(
        ['5 % bakes', throttle(stage, 3)],
        [`${write} failed`, () => putLive(stage, shares(stage, weight))],
      );
      const { outputs } = await run({ canary: versions[1] ?? '', steps: STEPS }, FAST, undefined, act);
      expect(outputs['outcome']).toBe('promoted');
      expect(weights(stage)).toEqual([5, weight, 100]);
    });
  });

  test('and the run is killed: the post step does not take what somebody promotes for a write that was turned away', async () => {
    await onStage(async (stage) => {
      const { versions, run, emulator } = stage;
      throttle(stage, 50)();
      const inputs = { canary: versions[1] ?? '', steps: '100%' };
      const { state } = await run(inputs, {}, undefined, cancelAt('then trying again', 'SIGKILL'));
      putLive(stage, shares(stage, 100));
      const sent = writes(emulator);
      const after = await run(inputs, FAST, undefined, { entry: post, state });
      expect(after.log).toContain('It was left alone');
      expect(writes(emulator)).toBe(sent);
      expect(live(emulator)).toEqual(alone(versions[1]));
    });
  });
});
