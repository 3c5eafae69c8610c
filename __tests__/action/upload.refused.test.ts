import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { timestamp } from '../../emulator/emulator.js';
import { inputsIn } from '../support/action/folded.js';
import { actions, everyOutput, live } from '../support/action/stage.js';
import { onUploadStage } from '../support/action/upload-stage.js';
import { addNewer, serve, versionOf } from '../support/action/words-stage.js';

const READS = ['GetRoutine', 'ListRoutineCodeVersions', 'ListEdgeRoutinePlans'];
const onlyRead = (emulator: Parameters<typeof actions>[0]) =>
  expect(actions(emulator).filter((action) => !READS.includes(action))).toEqual([]);

describe('what would be refused anyway uploads nothing', () => {
  test('a third version', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, versions, run, stored } = stage;
      serve(stage, 'production', [versions[1], 40], [versions[0], 60]);
      const result = await run({ steps: '5%, 100%' });
      expect(result.outputs).toMatchObject({ outcome: 'refused', 'uploaded-version': '' });
      expect(result.outputs['reason']).toContain('two other versions are live already');
      everyOutput(result);
      onlyRead(emulator);
      expect(stored()).toHaveLength(3);
    });
  });

  test.each([
    ['another deployment', { steps: '100%', 'expect-deployment-id': '17' }, 'somebody else has deployed since'],
    ['the same for code alone', { 'expect-deployment-id': '17' }, 'somebody else has deployed since'],
    ['a version beside it that there is not', { versions: 'uploaded=10,17=90' }, 'version "17" does not exist'],
    ['a word that stands for none', { versions: 'uploaded=10,canary=90' }, 'so there is no canary'],
  ])('%s', async (_, inputs, why) => {
    await onUploadStage(async ({ emulator, run, stored }) => {
      const { outputs } = await run(inputs);
      expect(outputs).toMatchObject({ outcome: 'refused', 'uploaded-version': '' });
      expect(outputs['reason']).toContain(why);
      onlyRead(emulator);
      expect(stored()).toHaveLength(3);
    });
  });

  test('a version beside it that is bound to the other environment', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, run, stored } = stage;
      const [bound = ''] = addNewer(stage, 1, { deployEnv: 'staging' });
      const { outputs } = await run({ versions: `uploaded=10,${bound}=90` });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain('is bound to the variables of "staging"');
      onlyRead(emulator);
      expect(stored()).toHaveLength(4);
    });
  });

  test('a routine that there is not, and how it is made', async () => {
    await onUploadStage(async ({ emulator, run }) => {
      delete emulator.world.routines['hello'];
      const result = await run({ steps: '5% for 1s, 100%' });
      expect(result.outputs).toMatchObject({ outcome: 'failed', 'uploaded-version': '' });
      expect(result.log).toContain('With `create-routine: true` this action makes it.');
      onlyRead(emulator);
      const dry = await run({ steps: '5% for 1s, 100%', 'create-routine': 'true', 'dry-run': 'true' });
      expect(dry.outputs['outcome']).toBe('planned');
      expect(dry.log).toContain('Would make the routine: there is none of that name.');
      expect(dry.summary).toContain('Would make the routine');
      onlyRead(emulator);
      emulator.script({ operation: 'PostObject', effect: { kind: 'error', code: 'AccessDenied', status: 403 } });
      const half = await run({ 'create-routine': 'true' });
      expect(half.outputs['outcome']).toBe('failed');
      expect(half.summary).toContain('Made the routine: there was none of that name');
      delete emulator.world.routines['hello'];
      const made = await run({ steps: '5% for 1s, 100%', 'create-routine': 'true' });
      expect(made.outputs).toMatchObject({ outcome: 'promoted', 'previous-versions': '' });
      expect(made.summary).toContain('Made the routine: there was none of that name');
      expect(live(emulator)).toEqual({ [made.outputs['uploaded-version'] ?? '']: 100 });
    });
  });

  test('older code than what is live, as any older version', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, run } = stage;
      const first = await run();
      versionOf(stage, first.outputs['uploaded-version']).createTime = timestamp(Date.now() - 7_200_000);
      const [newer = ''] = addNewer(stage, 1);
      serve(stage, 'production', [newer, 100]);
      const { outputs } = await run({ steps: '100%' });
      expect(outputs).toMatchObject({ outcome: 'refused', 'uploaded-version': '' });
      expect(outputs['reason']).toContain('`allow-older: true`');
      const meant = await run({ steps: '100%', 'allow-older': 'true' });
      expect(meant.outputs).toMatchObject({ outcome: 'promoted', canary: first.outputs['uploaded-version'] });
      expect(live(emulator)).toEqual({ [first.outputs['uploaded-version'] ?? '']: 100 });
    });
  });
});

describe('mistakes in files', () => {
  test('are told with all others, and nothing is sent', async () => {
    await onUploadStage(async ({ emulator, run, folder }) => {
      mkdirSync(join(folder, 'bad'));
      writeFileSync(join(folder, 'bad', 'a\\b.js'), 'x');
      symlinkSync('/etc/hostname', join(folder, 'bad', 'out.js'));
      const result = await run({
        code: 'bad',
        'code-entry': 'missing.js',
        steps: '5',
        wait: 'maybe',
        'keep-versions': '0',
      });
      expect(result.outputs).toMatchObject({ outcome: 'refused', 'uploaded-version': '' });
      everyOutput(result);
      expect(inputsIn(result.log)).toEqual(['code', 'code-entry', 'keep-versions', 'steps', 'wait', 'code']);
      expect(result.outputs['reason']).toContain('holds a backslash');
      expect(result.outputs['reason']).toContain('is a link that leaves the directory');
      expect(result.outputs['reason']).toContain('there is no "missing.js"');
      expect(actions(emulator)).toEqual([]);
    });
  });

  test.each([
    ['no-such.js', {}, 'there is no "no-such.js"'],
    ['empty.js', {}, '"empty.js" is empty'],
    ['large.js', {}, '"large.js" has 5.0 MB; a function is smaller than 5 MB'],
    ['fn.js', { 'code-not-found': '404-page' }, 'goes with a directory as `code`, and that is a file'],
  ])('%s', async (code, inputs, why) => {
    await onUploadStage(async ({ emulator, run, write }) => {
      write({ 'empty.js': '', 'large.js': 'x'.repeat(5 * 1024 * 1024) });
      const { outputs } = await run({ code, ...inputs });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain(why);
      expect(actions(emulator)).toEqual([]);
    });
  });

  test('are sought in the workspace', async () => {
    await onUploadStage(async ({ run, folder }) => {
      expect((await run({ code: './site/../fn.js' })).outputs['outcome']).toBe('uploaded');
      expect((await run({ code: join(folder, 'fn.js') })).outputs['outcome']).toBe('uploaded');
    });
  });
});
