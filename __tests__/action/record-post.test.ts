import { describe, expect, test } from '@jest/globals';
import { age, alone, cancelAt, post, write } from '../support/action/rollout-stage.js';
import { live, writes } from '../support/action/stage.js';
import { onRecordStage, operations, type RecordStage, states, warnings } from '../support/github/record-stage.js';

describe('the post step closes the record of a run that was killed', () => {
  const killed = async ({ record }: RecordStage, inputs: Record<string, string>, mark = 'bakes for') => {
    const result = await record(inputs, {}, cancelAt(mark, 'SIGKILL'));
    expect(result.signal).toBe('SIGKILL');
    return result.state;
  };
  /** Kills it as soon as the emulator has so many writes. */
  const killedAtWrite = async ({ emulator, record }: RecordStage, inputs: Record<string, string>, count = 1) => {
    emulator.script({ operation: write, effect: { kind: 'hang', acts: true } });
    let kill: (() => void) | undefined;
    const watcher = setInterval(() => writes(emulator) === count && kill?.(), 5);
    const { state } = await record(inputs, {}, { onStart: (child) => (kill = () => void child.kill('SIGKILL')) });
    clearInterval(watcher);
    return state;
  };

  test('and rolled back: inactive, with what is live now', async () => {
    await onRecordStage(async (stage) => {
      const { emulator, github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const state = await killed(stage, inputs);
      await record(inputs, {}, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(states(github)).toEqual([['in_progress', 'inactive']]);
      const id = emulator.world.routines['hello']?.environments.production.current?.deployId;
      expect(github.deployments[0]?.statuses[0]?.description).toBe(`rolled-back: ${versions[0]}=100 by ${id}`);
    });
  });

  test('of a later run of a schedule, which had not looked for it yet', async () => {
    await onRecordStage(async (stage) => {
      const { emulator, github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%', wait: 'false' };
      await record(inputs);
      age(stage, 60_000);
      const state = await killedAtWrite(stage, inputs, 2);
      expect(states(github)).toEqual([['in_progress']]);
      await record(inputs, {}, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(states(github)).toEqual([['in_progress', 'inactive']]);
    });
  });

  test('says what the last run of a schedule could not', async () => {
    await onRecordStage(async (stage) => {
      const { github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%', wait: 'false' };
      await record(inputs);
      age(stage, 60_000);
      github.script({ operation: 'repos/list-deployments', times: 3, effect: { kind: 'reset' } });
      const { outputs, state } = await record(inputs);
      expect(outputs['outcome']).toBe('promoted');
      expect(states(github)).toEqual([['in_progress']]);
      await record(inputs, {}, { entry: post, state });
      expect(states(github)).toEqual([['in_progress', 'success']]);
    });
  });

  test('of a fixed split, where nothing is to be put back', async () => {
    await onRecordStage(async (stage) => {
      const { emulator, github, versions, record } = stage;
      const inputs = { versions: versions[1] ?? '' };
      const state = await killedAtWrite(stage, inputs);
      const asked = emulator.requests.length;
      const result = await record(inputs, {}, { entry: post, state });
      expect(result.exitCode).toBe(0);
      expect(states(github)).toEqual([['in_progress', 'failure']]);
      expect(emulator.requests).toHaveLength(asked);
      await record(inputs, {}, { entry: post, state: { ...state, record: '' } });
      expect(states(github)).toEqual([['in_progress', 'failure']]);
    });
  });

  test('of a rollout that had written nothing yet: inactive, so that a schedule tries it', async () => {
    await onRecordStage(async (stage) => {
      const { github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'silent' } });
      let kill: (() => void) | undefined;
      const watcher = setInterval(() => github.requests.length === 3 && kill?.(), 5);
      const { state } = await record(inputs, {}, { onStart: (child) => (kill = () => void child.kill('SIGKILL')) });
      clearInterval(watcher);
      await record(inputs, {}, { entry: post, state });
      expect(states(github)).toEqual([['inactive']]);
    });
  });

  test('also where it was killed before the creation was answered', async () => {
    await onRecordStage(async (stage) => {
      const { github, versions, record } = stage;
      const inputs = { versions: versions[1] ?? '' };
      github.script({ operation: 'repos/create-deployment', times: 1, effect: { kind: 'late' } });
      let kill: (() => void) | undefined;
      const watcher = setInterval(() => github.deployments.length === 1 && kill?.(), 5);
      const { state } = await record(inputs, {}, { onStart: (child) => (kill = () => void child.kill('SIGKILL')) });
      clearInterval(watcher);
      const asked = github.requests.length;
      await record(inputs, {}, { entry: post, state });
      expect(states(github)).toEqual([['failure']]);
      expect(operations(github).slice(asked)).toEqual(['list-records', 'create-record-status']);
    });
  });

  /** Kills it at its nth request of GitHub, which is a status that is not answered. */
  const killedAtStatus = async ({ github, record }: RecordStage, inputs: Record<string, string>, nth: number) => {
    const asked = github.requests.length;
    github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'silent' } });
    let kill: (() => void) | undefined;
    const watcher = setInterval(() => github.requests.length === asked + nth && kill?.(), 5);
    const { signal, state } = await record(
      inputs,
      {},
      { onStart: (child) => (kill = () => void child.kill('SIGKILL')) },
    );
    clearInterval(watcher);
    expect(signal).toBe('SIGKILL');
    return state;
  };

  test('of a rollout that was promoted, and killed as it said so: it stays promoted', async () => {
    await onRecordStage(async (stage) => {
      const { emulator, github, versions, record } = stage;
      const inputs = { canary: versions[1] ?? '', steps: '100%' };
      const onLine = (line: string) => {
        if (line.includes('Accepted'))
          github.script({ operation: 'repos/create-deployment-status', times: 1, effect: { kind: 'silent' } });
      };
      let kill: (() => void) | undefined;
      const watcher = setInterval(() => github.requests.length === 4 && kill?.(), 5);
      const onStart = (child: { kill: (signal: 'SIGKILL') => boolean }) => (kill = () => void child.kill('SIGKILL'));
      const { state } = await record(inputs, {}, { onStart, onLine });
      clearInterval(watcher);
      expect(states(github)).toEqual([['in_progress']]);
      await record(inputs, {}, { entry: post, state });
      expect(live(emulator)).toEqual(alone(versions[1]));
      expect(states(github)).toEqual([['in_progress', 'success']]);
    });
  });

  test('of a run of a schedule whose canary bakes: the rollout goes on', async () => {
    await onRecordStage(async (stage) => {
      const { emulator, github, versions, record } = stage;
      const [old = '', canary = ''] = versions;
      await record({ canary, steps: '100%' });
      await record({ versions: old });
      const inputs = { canary, steps: '5% for 1m, 100%', wait: 'false' };
      const state = await killedAtStatus(stage, inputs, 4);
      await record(inputs, {}, { entry: post, state });
      expect(live(emulator)).toEqual({ [canary]: 5, [old]: 95 });
      expect(states(github).at(-1)).toEqual(['in_progress']);
    });
  });

  test('says what a cancelled run had no time to say', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const inputs = { canary: versions[1] ?? '', steps: '5% for 1m, 100%' };
      const end = { operation: 'repos/create-deployment-status', effect: { kind: 'silent' } } as const;
      const cancelling = cancelAt('bakes for');
      const onLine = (line: string) => {
        if (line.includes('bakes for')) github.script({ ...end, times: 1 });
        cancelling.onLine(line);
      };
      const result = await record(inputs, {}, { ...cancelling, onLine });
      expect(states(github)).toEqual([['in_progress']]);
      expect(warnings(result)).toEqual([]);
      await record(inputs, {}, { entry: post, state: result.state });
      expect(states(github)).toEqual([['in_progress', 'inactive']]);
    });
  });

  test('loads nothing where the record is closed', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      const inputs = { versions: versions[1] ?? '' };
      const { state } = await record(inputs);
      const asked = github.requests.length;
      const result = await record(inputs, {}, { entry: post, state });
      expect(result).toMatchObject({ exitCode: 0, log: '' });
      expect(github.requests).toHaveLength(asked);
    });
  });

  test('without a word where what was saved cannot be read', async () => {
    await onRecordStage(async ({ github, versions, record }) => {
      for (const saved of ['{', '{"key":"x"}', '[]', '{"key":1,"id":-1}']) {
        const result = await record({ versions: versions[1] ?? '' }, {}, { entry: post, state: { record: saved } });
        expect(result.exitCode).toBe(0);
      }
      expect(github.requests).toEqual([]);
    });
  });
});
