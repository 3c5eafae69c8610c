import { describe, expect, test } from '@jest/globals';
import { addVersion } from '../../emulator/emulator.js';
import { alone, cancelAt, post } from '../support/action/rollout-stage.js';
import { actions, everyOutput, live, writes } from '../support/action/stage.js';
import { onUploadStage, type UploadStage } from '../support/action/upload-stage.js';

const DIRECTORY = { code: 'site', 'code-entry': 'fn.js', steps: '50% for 300ms, 100%' };
const CREATE = 'CreateRoutineWithAssetsCodeVersion';
const INFO = 'GetRoutineCodeVersionInfo';
const initial = ({ stored }: UploadStage) => stored().filter(({ status }) => status === 'Init');

/** Ends the step when the emulator has seen so many calls of an operation. */
function when({ emulator }: UploadStage, action: string, signal: NodeJS.Signals) {
  let timer: NodeJS.Timeout | undefined;
  return {
    onStart: (child: {
      kill: (with_: NodeJS.Signals) => boolean;
      once: (event: 'exit', then: () => void) => unknown;
    }) => {
      timer = setInterval(() => {
        if (actions(emulator).includes(action)) {
          clearInterval(timer);
          child.kill(signal);
        }
      }, 5);
      child.once('exit', () => clearInterval(timer));
    },
  };
}

describe('an upload that is cut short', () => {
  test('by a kill: the post step deletes the version that nobody will finish, and no other', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, run } = stage;
      emulator.script({ operation: 'PostObject', effect: { kind: 'hang', acts: false } });
      const { signal, state } = await run(DIRECTORY, {}, undefined, when(stage, 'PostObject', 'SIGKILL'));
      expect(signal).toBe('SIGKILL');
      expect(initial(stage)).toHaveLength(1);
      expect(state['unfinished']).toContain(initial(stage)[0]?.codeVersion);
      const theirs = addVersion(emulator.world, 'hello', { status: 'Init', extraInfo: '{"Source":"CLI"}' }, Date.now());
      const after = await run(DIRECTORY, {}, undefined, { entry: post, state });
      expect(initial(stage).map(({ codeVersion }) => codeVersion)).toEqual([theirs]);
      expect(after.exitCode).toBe(0);
      expect(after.log).toContain('its upload was begun here and not finished');
      expect(writes(emulator)).toBe(0);
      emulator.requests.length = 0;
      await run(DIRECTORY, {}, undefined, { entry: post, state: { ...state, ...after.state } });
      expect(actions(emulator)).toEqual([]);
    });
  });

  test('by a kill before the version had a number: it is known by what it says of itself', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, run } = stage;
      emulator.script({ operation: CREATE, effect: { kind: 'hang', acts: true } });
      const { state } = await run(DIRECTORY, {}, undefined, when(stage, CREATE, 'SIGKILL'));
      expect(initial(stage)).toHaveLength(1);
      expect(JSON.parse(state['unfinished'] ?? '{}')).toMatchObject({ routine: 'hello', version: '' });
      await run(DIRECTORY, {}, undefined, { entry: post, state });
      expect(initial(stage)).toEqual([]);
    });
  });

  test('by a kill, where the post step cannot delete it: a warning names it, and the step does not fail', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, run } = stage;
      emulator.script({ operation: 'PostObject', effect: { kind: 'hang', acts: false } });
      const { state } = await run(DIRECTORY, {}, undefined, when(stage, 'PostObject', 'SIGKILL'));
      const [left] = initial(stage);
      const other = await run({ ...DIRECTORY, 'access-key-id': 'LTAI5tOther' }, {}, undefined, { entry: post, state });
      expect(other.exitCode).toBe(0);
      expect(other.log).toContain(
        `::warning::The upload was interrupted, and what it left was not deleted: version ${left?.codeVersion} of "hello". The credentials`,
      );
      const wrong = await run({ ...DIRECTORY, steps: '5' }, {}, undefined, { entry: post, state });
      expect(wrong.log).toContain('what it left was not deleted');
      emulator.script({
        operation: 'DeleteRoutineCodeVersion',
        times: 9,
        effect: { kind: 'error', code: 'Forbidden.RAM', status: 403, message: 'not for you' },
      });
      const refused = await run(DIRECTORY, {}, undefined, { entry: post, state });
      expect(refused.exitCode).toBe(0);
      expect(refused.log).toContain('DeleteRoutineCodeVersion: Forbidden.RAM');
      expect(initial(stage)).toHaveLength(1);
    });
  });

  test.each([['PostObject'], [INFO]])(
    'by a cancellation at %s: nothing is left and nothing deployed',
    async (action) => {
      await onUploadStage(async (stage) => {
        const { emulator, versions, run } = stage;
        emulator.world.quirks.buildTime = 60_000;
        if (action === 'PostObject') emulator.script({ operation: action, effect: { kind: 'hang', acts: false } });
        const result = await run(DIRECTORY, { NODE_OPTIONS: '' }, undefined, when(stage, action, 'SIGINT'));
        expect(result.outputs).toMatchObject({ outcome: 'held', 'uploaded-version': '', changed: 'false' });
        expect(result.outputs['reason']).toContain('The upload was cancelled. Nothing was deployed; production serves');
        everyOutput(result);
        expect(initial(stage)).toEqual([]);
        expect(live(emulator)).toEqual(alone(versions[0]));
        emulator.requests.length = 0;
        await run(DIRECTORY, {}, undefined, { entry: post, state: result.state });
        expect(actions(emulator)).toEqual([]);
      });
    },
  );

  test.each([
    ['GetRoutineStagingCodeUploadInfo', {}],
    ['CommitRoutineStagingCode', {}],
    [CREATE, DIRECTORY],
  ])('by a cancellation while %s hangs: that is told as one, and nothing more is begun', async (action, inputs) => {
    await onUploadStage(async (stage) => {
      const { emulator, run, stored } = stage;
      emulator.script({ operation: action, effect: { kind: 'hang', acts: false } });
      const result = await run(inputs, { NODE_OPTIONS: '' }, undefined, when(stage, action, 'SIGINT'));
      expect(result.outputs).toMatchObject({ outcome: 'held', 'uploaded-version': '' });
      expect(result.outputs['reason']).toContain('The upload was cancelled. Nothing was deployed; production serves');
      expect(result.log).not.toContain('Raise `api-timeout`');
      expect(stored()).toHaveLength(3);
      if (action === 'GetRoutineStagingCodeUploadInfo') expect(actions(emulator)).not.toContain('PostObject');
    });
  });

  test('by a cancellation before it: nothing is sent for it', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, run, stored } = stage;
      emulator.script({ operation: 'GetRoutine', effect: { kind: 'slow', ms: 500 } });
      const { outputs } = await run({}, { NODE_OPTIONS: '' }, undefined, when(stage, 'GetRoutine', 'SIGINT'));
      expect(outputs).toMatchObject({ outcome: 'held', 'uploaded-version': '' });
      expect(actions(emulator)).not.toContain('GetRoutineStagingCodeUploadInfo');
      expect(stored()).toHaveLength(3);
    });
  });

  test('after it, at a bake: the canary is put back, and the version stays', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, versions, run, stored } = stage;
      const result = await run(
        { ...DIRECTORY, steps: '50% for 1m, 100%' },
        { NODE_OPTIONS: '' },
        undefined,
        cancelAt('bakes for'),
      );
      expect(result.outputs).toMatchObject({
        outcome: 'rolled-back',
        'uploaded-version': stored().at(-1)?.codeVersion,
      });
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(stored().at(-1)).toMatchObject({ status: 'Available' });
    });
  });

  test('by a kill at a bake: the post step puts the stable back, by the number that the word stood for', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const inputs = { ...DIRECTORY, steps: '50% for 1m, 100%' };
      const { state } = await run(inputs, { NODE_OPTIONS: '' }, undefined, cancelAt('bakes for', 'SIGKILL'));
      expect(live(emulator)).toMatchObject({ [versions[0] ?? '']: 50 });
      const after = await run(inputs, {}, undefined, { entry: post, state });
      expect(after.log).toContain('rolled-back');
      expect(live(emulator)).toEqual(alone(versions[0]));
      expect(initial(stage)).toEqual([]);
    });
  });

  test('where nothing can be kept for the post step: none is begun', async () => {
    await onUploadStage(async ({ emulator, run, stored }) => {
      const result = await run(DIRECTORY, { GITHUB_STATE: '/proc/version' });
      expect(result.outputs['outcome']).toBe('failed');
      expect(result.outputs['reason']).toContain('StateNotSaved');
      expect(stored()).toHaveLength(3);
      expect(writes(emulator)).toBe(0);
    });
  });
});
