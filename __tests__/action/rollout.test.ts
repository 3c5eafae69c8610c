import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deploy, type Emulator, type Misbehaviour } from '../../emulator/emulator.js';
import { everyOutput, live, onStage, type Stage, writes } from './stage.js';

const write = 'CreateRoutineCodeDeployment';
const post = resolve(import.meta.dirname, '../../../dist/post.cjs');
const BAKED = '5% for 300ms, 50% for 300ms, 100%';

const gate = (emulator: Emulator) => ({
  'gate-url': `${emulator.edge}/production/hello/`,
  'gate-version-header': 'X-Code-Version',
  'gate-interval': '100ms',
});

function misbehave(emulator: Emulator, version: string | undefined, misbehaviour: Misbehaviour): void {
  const found = emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === version);
  if (found !== undefined) found.misbehaviour = misbehaviour;
}

/** What was ever deployed to production, as the canary's weights in their order. */
const weights = ({ emulator, versions }: Stage) =>
  emulator.world.routines['hello']?.environments.production.history
    .slice(1)
    .map((one) => one.codeVersions.find((share) => share.codeVersion === versions[1])?.percentage ?? 0);

/** Signal 0 asks whether a process is there; a zombie that nobody waits for counts as ended. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/State:\s+Z/.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}

const alone = (version: string | undefined) => ({ [version ?? '']: 100 });

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
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back', versions: `${versions[0]}=100`, canary: '' });
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

test('a stable that is no longer listed is said at the start, since it cannot be mended later', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    const stable = emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === versions[0]);
    if (stable !== undefined) stable.status = 'Failed';
    const result = await run({ canary: versions[1] ?? '', steps: '5%' });
    expect(result.log).toMatch(/^::warning::The stable .* a rollback to it may fail/m);
  });
});

describe('gate-command', () => {
  const gated = (versions: readonly string[], command: string, more = {}) => ({
    canary: versions[1] ?? '',
    steps: '50% for 200ms, 100%',
    'gate-command': command,
    'gate-interval': '100ms',
    ...more,
  });

  test('is told where it is by its environment alone, and never a key', async () => {
    await onStage(async ({ versions, run }) => {
      const told =
        'echo "$CANARY_ROUTINE/$CANARY_ENV/$CANARY_VERSION/$CANARY_STABLE/$CANARY_WEIGHT/$CANARY_STEP"; env | grep -c ^INPUT_';
      const result = await run(gated(versions, `${told} || true`));
      expect(result.log).toContain(`hello/production/${versions[1]}/${versions[0]}/50/1`);
      expect(result.log).toMatch(/^0$/m);
      expect(result.outputs['outcome']).toBe('promoted');
    });
  });

  test.each([
    ['exit 0', 'promoted'],
    ['exit 3', 'rolled-back'],
    ['exit 75', 'rolled-back'],
    ['exit 75 # held', 'held'],
    ['kill -9 $$', 'rolled-back'],
    ['no-such-command-anywhere', 'rolled-back'],
  ])('%s: %s', async (command, outcome) => {
    await onStage(async ({ versions, run }) => {
      const result = await run(gated(versions, command, outcome === 'held' ? { 'on-inconclusive': 'hold' } : {}));
      expect(result.outputs['outcome']).toBe(outcome);
    });
  });

  test('is ended with everything it started when the workflow is cancelled', async () => {
    await onStage(async ({ versions, run }) => {
      let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
      const folder = mkdtempSync(join(tmpdir(), 'command-'));
      const pidFile = join(folder, 'pid');
      const watcher = setInterval(() => {
        if (existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() !== '') child?.kill('SIGINT');
      }, 10);
      const command = `sleep 600 & echo $! > ${pidFile}; wait`;
      const result = await run(gated(versions, command, { steps: '50% for 1m, 100%' }), {}, undefined, {
        onStart: (started) => {
          child = started;
        },
      });
      clearInterval(watcher);
      const pid = Number(readFileSync(pidFile, 'utf8'));
      rmSync(folder, { recursive: true });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(isRunning(pid)).toBe(false);
    });
  });

  test('what it prints is shown and starts no workflow command', async () => {
    await onStage(async ({ versions, run }) => {
      const result = await run(gated(versions, 'echo "::error::forged"; echo fine'));
      expect(result.log).toContain("'::error::forged");
      expect(result.log).not.toMatch(/^::error/m);
    });
  });
});

describe('cancellation', () => {
  const cancelAt = (mark: string, signal: NodeJS.Signals = 'SIGINT', times = 1) => {
    let kill: (() => void) | undefined;
    let left = times;
    return {
      onStart: (child: { kill: (with_: NodeJS.Signals) => boolean }) => {
        kill = () => child.kill(signal);
      },
      onLine: (line: string) => {
        if (line.includes(mark) && left > 0) {
          left -= 1;
          kill?.();
        }
      },
    };
  };

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
});

describe('the post step', () => {
  const killedAt = async (stage: Stage, mark: string, inputs: Record<string, string>) => {
    let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
    const result = await stage.run(inputs, {}, undefined, {
      onStart: (started) => {
        child = started;
      },
      onLine: (line) => {
        if (line.includes(mark)) child?.kill('SIGKILL');
      },
    });
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
      expect(restored.log).toContain('rolled-back');
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
});

describe('resume and tick', () => {
  test('ten ticks of a schedule do what one waiting run does, step by step', async () => {
    const steps = [5, 20, 50];
    await onStage(async (stage) => {
      await stage.run({
        canary: stage.versions[1] ?? '',
        steps: `${steps.map((weight) => `${weight}% for 50ms`).join(', ')}, 100%`,
      });
      expect(weights(stage)).toEqual([...steps, 100]);
    });
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = {
        canary: versions[1] ?? '',
        steps: `${steps.map((weight) => `${weight}% for 1h`).join(', ')}, 100%`,
        wait: 'false',
      };
      const outcomes = [];
      for (let tick = 0; tick < 10; tick += 1) {
        const current = emulator.world.routines['hello']?.environments.production.current;
        // Twenty-five minutes pass between two ticks: every third one finds a bake over.
        if (current !== undefined)
          current.creationTime = new Date(Date.parse(current.creationTime) - 25 * 60_000).toISOString();
        outcomes.push((await run(inputs)).outputs['outcome']);
      }
      expect(weights(stage)).toEqual([...steps, 100]);
      expect(outcomes).toEqual([...Array.from({ length: 9 }, () => 'baking'), 'promoted']);
    });
  });

  test('run again after a crash: goes on at the step that is live', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      deploy(emulator.world, 'hello', 'production', [
        { codeVersion: versions[1] ?? '', percentage: 50 },
        { codeVersion: versions[0] ?? '', percentage: 50 },
      ]);
      const result = await run({ canary: versions[1] ?? '', steps: BAKED });
      expect(result.outputs['outcome']).toBe('promoted');
      expect(weights(stage)).toEqual([50, 100]);
    });
  });

  test('wait false: one call when nothing is due; ticks equal one waiting run, step by step', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1h, 50% for 1h, 100%', wait: 'false' };
      const age = (milliseconds: number) => {
        const current = emulator.world.routines['hello']?.environments.production.current;
        if (current !== undefined) current.creationTime = new Date(Date.now() - milliseconds).toISOString();
      };
      const first = await run(inputs);
      expect(first.outputs).toMatchObject({ outcome: 'baking', done: 'false', 'canary-percentage': '5' });
      expect(first.exitCode).toBe(0);
      expect(Date.parse(first.outputs['next-step-at'] ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
      const before = emulator.requests.length;
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'baking', changed: 'false' });
      expect(emulator.requests.slice(before).map((request) => request.action)).toEqual(['GetRoutine']);
      age(3_700_000);
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'baking', 'canary-percentage': '50' });
      age(3_700_000);
      expect((await run(inputs)).outputs).toMatchObject({ outcome: 'promoted', done: 'true' });
      expect(weights(stage)).toEqual([5, 50, 100]);
    });
  });

  test('a tick checks the gate once, and rolls back when it is bad', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '20% for 1h, 100%', wait: 'false', ...gate(emulator) };
      await run(inputs);
      misbehave(emulator, versions[1], { failureShare: 1 });
      expect((await run(inputs)).outputs['outcome']).toBe('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
    });
  });

  test('a dry run shows the steps that are left', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ canary: versions[1] ?? '', steps: '5% for 5m, 100%', 'dry-run': 'true' });
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.outputs['reason']).toContain('5% for 5m, 100%');
      expect(writes(emulator)).toBe(0);
    });
  });
});
