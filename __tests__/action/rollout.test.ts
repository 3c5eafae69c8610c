import { describe, expect, test } from '@jest/globals';
import { deploy } from '../../emulator/emulator.js';
import { sampleSize } from '../../src/rollout/judge/sample.js';
import { age, alone, BAKED, gate, misbehave, weights, write } from '../support/action/rollout-stage.js';
import { everyOutput, live, onStage, writes } from '../support/action/stage.js';
import { canaryAnswers, seedWhere } from '../support/emulator/draws.js';

describe('a rollout by steps', () => {
  test('promoted: every step in turn, watched, read back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const result = await run({ canary: versions[1] ?? '', steps: BAKED, ...gate(emulator) });
      expect(result.outputs).toMatchObject({
        outcome: 'promoted',
        changed: 'true',
        done: 'true',
        versions: `${versions[1]}=100`,
        'previous-versions': `${versions[0]}=100`,
      });
      expect(result.exitCode).toBe(0);
      expect(weights(stage)).toEqual([5, 50, 100]);
      everyOutput(result);
      const kinds = (JSON.parse(result.outputs['timeline'] ?? '') as { kind: string }[]).map((event) => event.kind);
      expect(kinds).toContain('measured');
    });
  });

  test('paused: the last step is below 100 %', async () => {
    await onStage(async (stage) => {
      const result = await stage.run({ canary: stage.versions[1] ?? '', steps: '10% for 100ms' });
      expect(result.outputs).toMatchObject({ outcome: 'paused', 'canary-percentage': '10', done: 'true' });
      expect(result.exitCode).toBe(0);
    });
  });

  test.each([
    ['always', { failureShare: 1 }],
    ['one request in three', { failureShare: 0.34 }],
  ] as const)('rolled back: the canary fails %s', async (_often, misbehaviour) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], misbehaviour);
      const result = await run({ canary: versions[1] ?? '', steps: '20% for 5s, 100%', ...gate(emulator) });
      expect(result.outputs).toMatchObject({
        outcome: 'rolled-back',
        versions: `${versions[0]}=100`,
        canary: versions[1],
        'canary-percentage': '0',
        stable: versions[0],
      });
      expect(result.outputs['reason']).toContain('HTTP 500');
      expect(result.exitCode).toBe(1);
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(weights(stage)).toEqual([20, 0]);
      expect(result.summary).toContain('HTTP 500');
      everyOutput(result);
    });
  });

  test('without a version header all answers are judged, and a failing canary still shows', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1, omitVersionHeader: true });
      const result = await run({
        canary: versions[1] ?? '',
        steps: '5% for 5s, 100%',
        'gate-url': `${emulator.edge}/production/hello/`,
        'gate-interval': '100ms',
      });
      expect(result.outputs['outcome']).toBe('rolled-back');
    });
  });

  test('a slow canary fails the latency that was asked for', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { latency: 120 });
      const result = await run({
        canary: versions[1] ?? '',
        steps: '50% for 5s, 100%',
        'gate-latency': '60ms',
        ...gate(emulator),
      });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toMatch(/HTTP 200 after \d+ ms/);
    });
  });

  test('after 100 % the final bake still rolls back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({ canary: versions[1] ?? '', steps: '100% for 5s', ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(weights(stage)).toEqual([100, 0]);
    });
  });

  test('held: on-failure hold leaves the canary where it is', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({
        canary: versions[1] ?? '',
        steps: '20% for 5s, 100%',
        'on-failure': 'hold',
        ...gate(emulator),
      });
      expect(result.outputs).toMatchObject({ outcome: 'held', 'canary-percentage': '20' });
      expect(result.exitCode).toBe(1);
    });
  });

  test.each([
    ['rollback', 'rolled-back'],
    ['hold', 'held'],
  ])('nothing could be measured, on-inconclusive %s: %s', async (choice, outcome) => {
    await onStage(async ({ versions, run }) => {
      const result = await run({
        canary: versions[1] ?? '',
        steps: '50% for 300ms, 100%',
        'gate-url': 'http://127.0.0.1:9/',
        'on-inconclusive': choice,
      });
      expect(result.outputs['outcome']).toBe(outcome);
      expect(result.outputs['reason']).toContain('could measure the canary');
    });
  });

  test('nothing live yet: the canary goes to 100 % at once, and the log says so', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const environments = emulator.world.routines['hello']?.environments;
      if (environments !== undefined) environments.production = { history: [] };
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(writes(emulator)).toBe(1);
      expect(result.log).toContain('nothing to roll back to');
    });
  });

  test('the canary alone is live: unchanged; two others: refused', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[1] ?? '', percentage: 100 }]);
      expect((await run({ canary: versions[1] ?? '', steps: BAKED })).outputs).toMatchObject({
        outcome: 'unchanged',
        done: 'true',
      });
      deploy(emulator.world, 'hello', 'production', [
        { codeVersion: versions[0] ?? '', percentage: 50 },
        { codeVersion: versions[2] ?? '', percentage: 50 },
      ]);
      const third = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(third.outputs['outcome']).toBe('refused');
      expect(third.outputs['reason']).toContain('at most two');
      expect(writes(emulator)).toBe(0);
    });
  });

  test('drifted: somebody else deploys during a bake', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 400ms, 100%' }, {}, undefined, {
        onLine: (line) => {
          if (line.includes('bakes for'))
            deploy(emulator.world, 'hello', 'production', [{ codeVersion: versions[2] ?? '', percentage: 100 }]);
        },
      });
      expect(result.outputs['outcome']).toBe('drifted');
      expect(live(emulator)).toEqual(alone(versions[2]));
      expect(writes(emulator)).toBe(1);
    });
  });

  test('a step that the service refuses: rolled back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script({
        operation: write,
        skip: 1,
        effect: { kind: 'error', code: 'InvalidParameter', message: 'version gone' },
      });
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
      expect(result.outputs['reason']).toContain('version gone');
      expect(weights(stage)).toEqual([5, 0]);
    });
  });

  test('failed: the first step is refused, so there is nothing to roll back', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'error', code: 'Forbidden.RAM', status: 403 } });
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: `${versions[0]}=100` });
      expect(writes(emulator)).toBe(1);
    });
  });

  test('rollback-failed names what is live and the input that restores it', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      misbehave(emulator, versions[1], { failureShare: 1 });
      emulator.script({
        operation: write,
        skip: 1,
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'error', code: 'InvalidParameter' },
      });
      const result = await run({ canary: versions[1] ?? '', steps: '20% for 5s, 100%', ...gate(emulator) });
      expect(result.outputs).toMatchObject({ outcome: 'rollback-failed', 'canary-percentage': '20' });
      expect(result.log).toContain(`versions: ${versions[0]}=100`);
      expect(result.exitCode).toBe(1);
      expect(result.state['concluded']).toBeUndefined();
    });
  });
});

describe('a check that misses the canary', () => {
  const size = sampleSize(5);
  /** Whether the n-th check of the first step, counted from 1, gets an answer of the canary. */
  const met = (seed: number, n: number) =>
    canaryAnswers({ seed, deployment: 2, weight: 5 }, n * size)
      .slice((n - 1) * size)
      .includes(true);

  test('proves nothing: the next one finds that it fails', async () => {
    const edgeSeed = seedWhere((seed) => !met(seed, 1) && met(seed, 2));
    await onStage(
      async (stage) => {
        const { emulator, versions, run } = stage;
        misbehave(emulator, versions[1], { failureShare: 1 });
        const result = await run({ canary: versions[1] ?? '', steps: '5% for 10s, 100%', ...gate(emulator) });
        expect(result.outputs['outcome']).toBe('rolled-back');
        expect(weights(stage)).toEqual([5, 0]);
        const timeline = JSON.parse(result.outputs['timeline'] ?? '') as { measurement?: object }[];
        const [first, second] = timeline.flatMap(({ measurement }) => measurement ?? []);
        expect(first).toMatchObject({ canary: { good: 0, bad: 0 } });
        expect(second).toMatchObject({ canary: { good: 0, bad: expect.any(Number) } });
        expect(second).not.toMatchObject({ canary: { bad: 0 } });
      },
      { edgeSeed },
    );
  });

  test('promotes nothing: ticks that never saw a canary which always fails', async () => {
    // What is live becomes another deployment to the edge as it is aged, and draws from the beginning.
    const edgeSeed = seedWhere((seed) => !met(seed, 1));
    await onStage(
      async (stage) => {
        const { emulator, versions, run } = stage;
        misbehave(emulator, versions[1], { failureShare: 1 });
        const inputs = { canary: versions[1] ?? '', steps: '5% for 1h, 100%', wait: 'false', ...gate(emulator) };
        expect((await run(inputs)).outputs['outcome']).toBe('baking');
        age(stage, 3_700_000);
        const last = await run(inputs);
        expect(last.outputs['outcome']).toBe('rolled-back');
        expect(last.outputs['reason']).toContain('could measure the canary');
        expect(weights(stage)).toEqual([5, 0]);
        expect(emulator.edgeStats.failures).toEqual({});
      },
      { edgeSeed },
    );
  });
});

describe('beside the stable', () => {
  const steps = '25% for 4s, 100%';

  test('a canary that fails is rolled back, and the counts of both are told side by side', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      const result = await run({ canary: versions[1] ?? '', steps, ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toMatch(
        /The gate failed: ([0-9]+) of \1 answers of the canary failed, and 0 of [0-9]+ of the stable; the first was HTTP 500 from \S+\. Chance does that to a canary that keeps 99 % in less than 1 of 100 rollouts\./,
      );
      expect(result.summary).toMatch(
        /\| 25 % \| 4s \| [^|]+ \| 1 \| ([0-9]+) of \1 \| 0 of [0-9]+ \| [0-9.]+ % \| rolled back \|/,
      );
      expect(result.summary).toContain('What the gate can see');
    });
  });

  test('one that cuts connections is rolled back, though it never answers', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { cutShare: 1, cut: 'reset' });
      const result = await run({ canary: versions[1] ?? '', steps, ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toMatch(/and [0-9]+ requests were cut off/);
    });
  });

  test('an outage of both stops nothing while the step bakes, and does not let it be left', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.world.outages.push({ from: 0, until: Date.now() + 3_600_000, failureShare: 0.6 });
      const result = await run({ canary: versions[1] ?? '', steps: '25% for 2s, 100%', ...gate(emulator) });
      expect(result.outputs['reason']).toMatch(/The gate could not measure the canary: the stable fails as well/);
      expect(result.log).toMatch(/25 % bakes on: the stable fails as well/);
      expect(weights(stage)).toEqual([25, 0]);
    });
  });

  test('a canary that is the fix goes on', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[0], { failureShare: 0.5 });
      const result = await run({ canary: versions[1] ?? '', steps: '25% for 2s, 100%', ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('promoted');
    });
  });
});

test('a stable that is no longer listed is said at the start, since it cannot be mended later', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    const stable = emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === versions[0]);
    if (stable !== undefined) stable.status = 'Failed';
    const result = await run({ canary: versions[1] ?? '', steps: '5%' });
    expect(result.log).toMatch(/^::warning::The stable .* a rollback to it may fail/m);
  });
});
