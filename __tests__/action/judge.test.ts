import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../emulator/emulator.js';
import { sampleSize } from '../../src/rollout/judge/sample.js';
import { age, gate, misbehave, weights, write } from '../support/action/rollout-stage.js';
import { onStage, SHORT_PAUSES } from '../support/action/stage.js';
import { canaryAnswers, seedWhere } from '../support/emulator/draws.js';

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
        expect(last.outputs['reason']).toMatch(/gate-url` could (?:not )?measure it/);
        expect(weights(stage)).toEqual([5, 0]);
        expect(emulator.edgeStats.failures).toEqual({});
      },
      { edgeSeed },
    );
  });
});

describe('a check that is older than the interval when it comes to the step up', () => {
  // Once throttled, what comes next is spaced, so that the second look is late too.
  test.each<[string, Omit<Fault, 'times'>, RegExp]>([
    [
      'as the look took long: another check, another look, and then the step',
      { operation: 'GetRoutine', skip: 2, effect: { kind: 'slow', ms: 1_400 } },
      /^measured,read,measured,read,accepted,read$/,
    ],
    [
      'as the look was retried',
      { operation: 'GetRoutine', skip: 2, effect: { kind: 'error', code: 'Throttling.User', retryAfter: 1_200 } },
      /^measured,read,(?:measured,read,){1,2}accepted,read$/,
    ],
    [
      'as the write was throttled',
      { operation: write, skip: 1, effect: { kind: 'error', code: 'Throttling.User', retryAfter: 1_200 } },
      /^measured,read,write-failed,read,(?:measured,read,){1,3}accepted,read$/,
    ],
  ])('%s', async (_name, fault, order) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script({ ...fault, times: 1 });
      const inputs = { steps: '25% for 1s, 100%', ...gate(emulator), 'gate-interval': '1s' };
      const result = await run({ canary: versions[1] ?? '', ...inputs }, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('promoted');
      const events = JSON.parse(result.outputs['timeline'] ?? '') as { kind: string }[];
      const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'called' && kind !== 'wait');
      expect(kinds.slice(kinds.indexOf('measured')).join()).toMatch(order);
    });
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
        /The gate failed: ([0-9]+) of \1 answers? of the canary failed, and 0 of [0-9]+ of the stable; the first was HTTP 500 from \S+\. A canary with 99 % healthy answers fails like that by chance in less than 1 of 100 rollouts\./,
      );
      expect(result.summary).toMatch(
        /\| 25 % \| \w+ of 4s \| [^|]+ \| 1 \| ([0-9]+) of \1 \| 0 of [0-9]+ \| [0-9.]+ % \| ⏪ rolled back \|/,
      );
      expect(result.summary).toContain('What the gate can see');
    });
  });

  test('where hardly any answer is the stable’s, too', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 0.5 });
      const result = await run({ canary: versions[1] ?? '', steps: '95% for 4s, 100%', ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toContain('The gate failed: ');
    });
  });

  test('one that cuts connections is rolled back, though it never answers', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { cutShare: 1, cut: 'reset' });
      const result = await run({ canary: versions[1] ?? '', steps, ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toMatch(
        /: [0-9]+ requests? failed and named no version, and count as the canary's: it gave 0 of [0-9]+ answers, where about [0-9]+ were expected/,
      );
    });
  });

  test.each([
    [
      'always',
      1,
      steps,
      /^The gate failed: \d+ requests failed and named no version, and count as the canary's: .* the canary gave no answer/,
    ],
    [
      'in half of its requests',
      0.5,
      '25% for 20s, 100%',
      /^The gate failed: \d+ requests? failed and named no version, and count as the canary's/,
    ],
    ['at 100 %', 0.5, '100% for 4s', /^The gate failed: [1-9]\d* of \d+ answers failed; the first was HTTP 500/],
  ])(
    'one that throws %s is rolled back, though what the platform then answers names no version',
    async (_, failureShare, bake, why) => {
      await onStage(async (stage) => {
        const { emulator, versions, run } = stage;
        misbehave(emulator, versions[1], { failureShare, omitVersionHeader: 'failed' });
        const inputs = { ...gate(emulator), 'gate-interval': '1s' };
        const result = await run({ canary: versions[1] ?? '', steps: bake, ...inputs }, SHORT_PAUSES);
        expect(result.outputs['outcome']).toBe('rolled-back');
        expect(result.outputs['reason']).toMatch(why);
      });
    },
  );

  test('one that cuts connections is rolled back at 100 % too, where nothing is beside it', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { cutShare: 0.75 });
      const result = await run({ canary: versions[1] ?? '', steps: '100% for 4s', ...gate(emulator) });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.outputs['reason']).toMatch(/[1-9]\d* of \d+ answers failed; the first was cut off \(ECONNRESET\)/);
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
