import { describe, expect, test } from '@jest/globals';
import { alone, BAKED, cancelAt, gate, misbehave, weights, write } from '../support/action/rollout-stage.js';
import { live, onStage, writes } from '../support/action/stage.js';

describe('cancellation', () => {
  test('while baking: rolled back', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 1m, 100%' },
        {},
        undefined,
        cancelAt('bakes for'),
      );
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(result.state).toMatchObject({ stable: versions[0], concluded: 'true' });
    });
  });

  test('on-cancel hold: stopped where it is', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 1m, 100%', 'on-cancel': 'hold' },
        {},
        undefined,
        cancelAt('bakes for', 'SIGTERM'),
      );
      expect(result.outputs).toMatchObject({ outcome: 'held', 'canary-percentage': '5' });
    });
  });

  test('before the first write: nothing is written', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'ListRoutineCodeVersions', effect: { kind: 'slow', ms: 500 } });
      const result = await run({ canary: versions[1] ?? '', steps: BAKED }, {}, undefined, cancelAt('GetRoutine: OK'));
      expect(result.outputs['outcome']).toBe('held');
      expect(writes(emulator)).toBe(0);
    });
  });

  test('one request in flight that hangs, the next throttled once: the rollback is accepted within 7.5 s', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      emulator.script(
        { operation: write, skip: 1, effect: { kind: 'hang', acts: true } },
        { operation: 'GetRoutine', effect: { kind: 'error', code: 'Throttling', retryAfter: 300 }, skip: 3 },
      );
      let cancelled = 0;
      const watcher = setInterval(() => {
        if (cancelled === 0 && writes(emulator) === 2) {
          cancelled = Date.now();
          child?.kill('SIGINT');
        }
      }, 5);
      let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 100ms, 50% for 1m, 100%', 'api-timeout': '30s' },
        {},
        undefined,
        {
          onStart: (started) => {
            child = started;
          },
        },
      );
      clearInterval(watcher);
      const back = emulator.requests.findLast((request) => request.action === write);
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect((back?.at ?? Number.POSITIVE_INFINITY) - cancelled).toBeLessThan(7_500);
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('during a rollback: it is finished', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1 });
      emulator.script({ operation: write, skip: 1, effect: { kind: 'error', code: 'LockFailed' } });
      const inputs = { canary: versions[1] ?? '', steps: '20% for 5s, 100%', 'on-cancel': 'hold', ...gate(emulator) };
      const result = await run(inputs, {}, undefined, cancelAt('LockFailed'));
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.log).toContain('Cancelled');
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('twice: one rollback', async () => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const result = await run(
        { canary: versions[1] ?? '', steps: '5% for 1m, 100%' },
        {},
        undefined,
        cancelAt(' ', 'SIGINT', 1_000),
      );
      expect(['rolled-back', 'held']).toContain(result.outputs['outcome']);
      expect(weights(stage)?.filter((weight) => weight === 0).length).toBeLessThanOrEqual(1);
      expect(live(stage.emulator)).toEqual(alone(versions[0]));
    });
  });

  test('a split by versions, cancelled before the write, writes nothing', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: 'ListRoutineCodeVersions', effect: { kind: 'slow', ms: 500 } });
      const result = await run({ versions: versions[1] ?? '' }, {}, undefined, cancelAt('GetRoutine: OK'));
      expect(result.outputs['outcome']).toBe('held');
      expect(writes(emulator)).toBe(0);
    });
  });

  test('a split by versions, cancelled between two attempts, is not sent again', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'error', code: 'Throttling', retryAfter: 30_000 } });
      const result = await run({ versions: versions[1] ?? '' }, {}, undefined, cancelAt('Waiting'));
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: `${versions[0]}=100` });
      expect(writes(emulator)).toBe(1);
    });
  });
});
