import { describe, expect, test } from '@jest/globals';
import { deploy, type Share } from '../../emulator/emulator.js';
import { alone, cancelAt, gate, misbehave, post, weights, write } from '../support/action/rollout-stage.js';
import { live, onStage, SHORT_PAUSES, type Stage, writes } from '../support/action/stage.js';

/** Somebody else deploys when the log says something, once. */
const somebody = ({ emulator }: Stage, mark: string, codeVersions: Share[]) => {
  let done = false;
  return {
    onLine: (line: string) => {
      if (!line.includes(mark) || done) return;
      done = true;
      deploy(emulator.world, 'hello', 'production', codeVersions);
    },
  };
};
const shares = (canary: string | undefined, stable: string | undefined, weight: number): Share[] => [
  { codeVersion: canary ?? '', percentage: weight },
  { codeVersion: stable ?? '', percentage: 100 - weight },
];

describe('ours by evidence', () => {
  test('a person goes back to the split of an earlier step: theirs, left alone, not promoted', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.world.quirks.deploymentIdDiffers = false;
      const back = shares(versions[1], versions[0], 5);
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 100ms, 25% for 400ms, 100%' },
        {},
        undefined,
        somebody(stage, '25 % bakes', back),
      );
      expect(result.outputs).toMatchObject({ outcome: 'drifted', changed: 'true' });
      expect(result.outputs['reason']).toContain('It was left alone');
      expect(live(emulator)).toEqual({ [versions[1] ?? '']: 5, [versions[0] ?? '']: 95 });
      expect(result.summary).not.toContain('**Undo:**');
    });
  });

  test('the same step under a new DeployId is somebody else’s', async () => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const again = shares(versions[1], versions[0], 5);
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 400ms, 100%' },
        {},
        undefined,
        somebody(stage, '5 % bakes', again),
      );
      expect(result.outputs['outcome']).toBe('drifted');
      expect(weights(stage)).toEqual([5, 5]);
    });
  });
});

describe('a write whose 200 answer is not understood', () => {
  // What is no answer of the API at all is like a lost one: sent again once a look shows what was live before.
  test.each([
    ['{"RequestId":"1","DeploymentId":["x"]}', 1],
    ['{"RequestId":7}', 1],
    ['[]', 2],
    ['"done"', 2],
  ])('may have landed: it is looked for, however late the service shows it (%s)', async (body, most) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.lagReads = 3;
      emulator.script({ operation: write, effect: { kind: 'body', status: 200, body, acts: true } });
      const result = await run({ versions: versions[1] ?? '' });
      expect(result.outputs).toMatchObject({ outcome: 'deployed', changed: 'true' });
      expect(writes(emulator)).toBeLessThanOrEqual(most);
    });
  });
});

describe('changed and Undo follow from the timeline', () => {
  test('a rollout whose step was found after its answer was lost, held', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'lost' } });
      misbehave(emulator, versions[1], { failureShare: 1 });
      const inputs = { canary: versions[1] ?? '', steps: '20% for 5s, 100%', 'on-failure': 'hold', ...gate(emulator) };
      const result = await run(inputs);
      expect(result.outputs).toMatchObject({ outcome: 'held', changed: 'true' });
      expect(result.summary).toContain(`<code>versions: ${versions[0]}=100</code>`);
    });
  });

  test('a rolled-back rollout changed something, and has nothing to undo', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      deploy(emulator.world, 'hello', 'production', shares(versions[1], versions[0], 5));
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 5s, 100%', ...gate(emulator) });
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back', changed: 'true' });
      expect(result.summary).not.toContain('**Undo:**');
    });
  });

  test('promoted: the canary is named, with what it replaced', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', steps: '5%, 100%' });
      expect(result.outputs).toMatchObject({
        outcome: 'promoted',
        canary: versions[1],
        'canary-percentage': '100',
        stable: versions[0],
      });
    });
  });
});

describe('the post step goes by evidence', () => {
  const killed = async (stage: Stage, inputs: Record<string, string>, mark: string) =>
    stage.run(inputs, {}, undefined, cancelAt(mark, 'SIGKILL'));

  test('a canary that somebody promoted after the kill is left alone', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killed(stage, inputs, 'bakes for');
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[1] ?? '', percentage: 100 }]);
      const after = await run(inputs, {}, undefined, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[1]));
      expect(after).toMatchObject({ exitCode: 0 });
      expect(after.log).toContain('It was left alone');
    });
  });

  test('a rollback of a failed gate that was killed is finished for that reason', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      emulator.script({ operation: write, skip: 1, effect: { kind: 'error', code: 'LockFailed' } });
      const inputs = { canary: versions[1] ?? '', steps: '20% for 5s, 100%', ...gate(emulator) };
      const { state } = await killed(stage, inputs, 'LockFailed');
      const after = await run(inputs, {}, undefined, { entry: post, state });
      expect(after.log).toContain('The gate failed');
      expect(after.log).not.toContain('was cancelled');
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('when it fails, its annotation begins with the way back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killed(stage, inputs, 'bakes for');
      emulator.script({ operation: write, times: 99, effect: { kind: 'error', code: 'Forbidden.RAM', status: 403 } });
      const after = await run(inputs, {}, undefined, { entry: post, state });
      expect(after.exitCode).toBe(1);
      expect(after.log).toMatch(
        new RegExp(`^::error title=rollback-failed%3A hello in production::.{0,40}versions: ${versions[0]}=100`, 'm'),
      );
    });
  });

  test('killed before anything was sent: it says so and writes nothing', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const { state } = await killed(stage, inputs, 'Rolling out');
      // Cut off on its way, where the signal came too late.
      const sent = writes(emulator);
      const after = await run(inputs, SHORT_PAUSES, undefined, { entry: post, state });
      // The signal may come too late: a step that was under way arrives after the process has ended.
      if (weights(stage)?.includes(5)) return;
      // Or right before it was sent, when it is written down already that it may be.
      if (state['evidence']?.includes('"at":')) return;
      expect(writes(emulator)).toBe(sent);
      expect(after.exitCode).toBe(0);
    });
  });
});

test('a rollout that can leave no word for its post step writes nothing', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    const result = await run({ canary: versions[1] ?? '', steps: '5%, 100%' }, { GITHUB_STATE: '/nowhere/state' });
    expect(result.outputs['outcome']).toBe('failed');
    expect(result.outputs['reason']).toContain('GITHUB_STATE');
    expect(writes(emulator)).toBe(0);
  });
});

describe('what does not show', () => {
  test('a step that was accepted and never shows, held: not told as rolled back, and a schedule is not told to stop', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.lagReads = 500;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%', 'on-cancel': 'hold' };
      const result = await run(inputs, SHORT_PAUSES, undefined, cancelAt('Accepted'));
      expect(result.outputs).toMatchObject({ outcome: 'held', changed: 'true', done: 'false' });
      expect(result.outputs['reason']).toContain('may still show');
      // The post step has the time to find out that a cancelled run had not.
      expect(result.state['concluded']).toBeUndefined();
      expect(live(emulator)).toMatchObject({ [versions[1] ?? '']: 5 });
    });
  });

  test('what was turned away by a throttled account is nobody else’s deployment made ours', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script({ operation: write, skip: 1, effect: { kind: 'error', code: 'Throttling.User' } });
      const theirs = shares(versions[1], versions[0], 25);
      const result = await run(
        { canary: versions[1] ?? '', steps: '5%, 25%, 100%' },
        {},
        undefined,
        somebody(stage, 'Throttling.User', theirs),
      );
      expect(result.log).toContain('Somebody else moved the canary to 25 %: adopted');
      expect(result.log.match(/^Accepted: /gm)).toHaveLength(2);
      expect(weights(stage)).toEqual([5, 25, 100]);
    });
  });

  test('cancelled before anything took effect: nothing is written over what was live', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, times: 99, effect: { kind: 'error', code: 'Throttling.User' } });
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const result = await run(inputs, {}, undefined, cancelAt('Throttling.User'));
      expect(result.outputs).toMatchObject({ outcome: 'held', changed: 'false' });
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });
});

describe('ids whose times do not fit', () => {
  test('the id that answered our write is ours, though it is before the one it replaced', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const current = emulator.world.routines['hello']?.environments.production.current;
      if (current !== undefined) current.deployId = '1899999999999999999';
      const result = await run({ canary: versions[1] ?? '', steps: '5%, 100%', wait: 'true' });
      expect(result.outputs['outcome']).toBe('promoted');
    });
  });
});

test('killed while a look that failed is tried again: the choice on cancellation holds, and that is the reason', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    emulator.script({ operation: 'GetRoutine', skip: 2, times: 3, effect: { kind: 'html', status: 502 } });
    const inputs = { canary: versions[1] ?? '', steps: '5% for 300ms, 100%', 'on-failure': 'hold' };
    const { state } = await run(inputs, {}, undefined, cancelAt('NotJson.502', 'SIGKILL'));
    const after = await run(inputs, {}, undefined, { entry: post, state });
    expect(live(emulator)).toEqual(alone(versions[0]));
    expect(after.log).not.toContain('could not be read');
  });
});
