import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { gate, misbehave } from '../support/action/rollout-stage.js';
import { actions, deployments, everyOutput, live, writes } from '../support/action/stage.js';
import { CODE, digestOf, onUploadStage } from '../support/action/upload-stage.js';
import { serve } from '../support/action/words-stage.js';

const STEPS = '50% for 300ms, 100%';
const UPLOAD = [
  'GetRoutineStagingCodeUploadInfo',
  'PostObject',
  'CommitRoutineStagingCode',
  'GetRoutineCodeVersionInfo',
];
const DESCRIPTION = `3f2a9c0 Greet in Italian [sha256 ${digestOf(CODE)}]`;

describe('one file', () => {
  test('is uploaded, marked, and rolled out by its mark, in one step', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      const result = await run({ steps: STEPS, ...gate(emulator), 'gate-version-header': 'x-canary' });
      const made = stored().at(-1);
      const version = made?.codeVersion ?? '';
      expect(versions).not.toContain(version);
      expect(result.outputs).toMatchObject({
        outcome: 'promoted',
        canary: version,
        stable: versions[0],
        'uploaded-version': version,
        versions: `${version}=100`,
      });
      everyOutput(result);
      expect(made).toMatchObject({ description: DESCRIPTION, deployEnv: 'production' });
      expect(made?.code).toContain(`'x-canary': '${digestOf(CODE)}'`);
      expect(live(emulator)).toEqual({ [version]: 100 });
      expect(result.log).toContain('Uploading one file, 106 B, as a new version.');
      expect(result.summary).toContain(`<code>uploaded</code> is ${version}, a new version of one file, 106 B, `);
      expect(result.summary).toContain('Greet in Italian');
      const measured = JSON.parse(result.outputs['timeline'] ?? '[]').filter(
        ({ kind }: { kind: string }) => kind === 'measured',
      );
      expect(measured[0].measurement.canary.good).toBeGreaterThan(0);
      expect(measured[0].measurement.stable.good).toBeGreaterThan(0);
      expect(measured[0].measurement.unnamed).toBe(0);
    });
  });

  test('is rolled back where its mark answers badly', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      const spoil = (line: string) => {
        if (line.includes('Uploaded: the code is'))
          misbehave(emulator, stored().at(-1)?.codeVersion, { failureShare: 1 });
      };
      const result = await run({ steps: STEPS, ...gate(emulator), 'gate-version-header': 'x-canary' }, {}, undefined, {
        onLine: spoil,
      });
      expect(result.outputs).toMatchObject({
        outcome: 'rolled-back',
        'uploaded-version': stored().at(-1)?.codeVersion,
      });
      expect(result.exitCode).toBe(1);
      expect(live(emulator)).toEqual({ [versions[0] ?? '']: 100 });
    });
  });

  test('that has no mark is warned of before anything is done, where the gate would look for one', async () => {
    await onUploadStage(async ({ emulator, run, write }) => {
      write({ 'plain.js': 'export default {};\n' });
      const inputs = { code: 'plain.js', steps: STEPS, ...gate(emulator), 'dry-run': 'true' };
      const warning = /::warning::The code does not hold `__ESA_CANARY_MARK__`/;
      expect((await run({ ...inputs, 'gate-version-header': 'x-canary' })).log).toMatch(warning);
      expect((await run({ ...inputs, 'gate-version-header': 'x-canary=7' })).log).not.toMatch(warning);
      const marked = await run({ ...inputs, code: 'fn.js', 'gate-version-header': 'x-canary' });
      expect(marked.log).not.toMatch(warning);
    });
  });

  test('alone is uploaded and not deployed', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      const result = await run();
      const version = stored().at(-1)?.codeVersion ?? '';
      expect(result.outputs).toMatchObject({
        outcome: 'uploaded',
        changed: 'false',
        done: 'true',
        'uploaded-version': version,
        canary: '',
        versions: `${versions[0]}=100`,
      });
      everyOutput(result);
      expect(result.exitCode).toBe(0);
      expect(result.outputs['reason']).toContain(`The code is version ${version} now. Nothing was deployed;`);
      expect(result.summary).toContain('📦 Uploaded');
      expect(writes(emulator)).toBe(0);
      expect(deployments(emulator)).toBe(1);
    });
  });

  test('that was uploaded before is the version that is there', async () => {
    await onUploadStage(async ({ emulator, run, stored }) => {
      const first = await run();
      emulator.requests.length = 0;
      const again = await run({ canary: 'uploaded' });
      expect(again.outputs).toMatchObject({
        outcome: 'promoted',
        'uploaded-version': first.outputs['uploaded-version'],
        canary: first.outputs['uploaded-version'],
      });
      expect(again.summary).toContain('which was there, the same code: one file, 106 B');
      expect(actions(emulator).filter((action) => UPLOAD.includes(action))).toEqual([]);
      expect(stored()).toHaveLength(4);
      expect((await run({ steps: '100%' })).outputs).toMatchObject({ outcome: 'unchanged', done: 'true' });
    });
  });

  test('goes on from what somebody deployed while it was uploaded', async () => {
    await onUploadStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const onLine = (line: string) => {
        if (line.startsWith('Uploading one file')) serve(stage, 'production', [versions[1], 100]);
      };
      emulator.script({ operation: 'GetRoutineStagingCodeUploadInfo', effect: { kind: 'slow', ms: 300 } });
      const { outputs } = await run({ steps: '50%, 100%' }, {}, undefined, { onLine });
      expect(outputs).toMatchObject({ outcome: 'promoted', stable: versions[1] });
      expect(outputs['previous-versions']).toBe(`${versions[1]}=100`);
      // A timeline begins with what its plan was made by.
      const events = JSON.parse(outputs['timeline'] ?? '[]') as { kind: string; live?: { split: object[] } }[];
      expect(events.find(({ kind }) => kind === 'read')?.live?.split).toEqual([{ version: versions[1], weight: 100 }]);
    });
  });

  test('can be a part of a fixed split', async () => {
    await onUploadStage(async ({ emulator, versions, run, stored }) => {
      const result = await run({ versions: 'uploaded=10, stable' });
      const version = stored().at(-1)?.codeVersion ?? '';
      expect(result.outputs).toMatchObject({ outcome: 'deployed', 'uploaded-version': version });
      expect(live(emulator)).toEqual({ [version]: 10, [versions[0] ?? '']: 90 });
    });
  });
});

describe('a dry run', () => {
  test.each([
    ['by steps', { steps: STEPS }, 'A real run would roll out the upload: 50% for 300ms, 100%'],
    ['as a split', { versions: 'uploaded=10,stable' }, 'A real run would deploy '],
    ['alone', {}, 'A real run would upload the code and deploy nothing; production serves'],
  ])('uploads nothing and says what it would, %s', async (_, inputs, reason) => {
    await onUploadStage(async ({ emulator, run, stored }) => {
      const result = await run({ ...inputs, 'dry-run': 'true' });
      expect(result.outputs).toMatchObject({ outcome: 'planned', 'uploaded-version': '' });
      expect(result.outputs['reason']).toContain(reason);
      expect(result.log).toContain('Would upload one file, 106 B, as a new version.');
      expect(result.summary).toContain('Would upload one file, 106 B, as a new version.');
      expect(result.log).not.toContain('::warning::');
      expect(stored()).toHaveLength(3);
      const reads = ['GetRoutine', 'ListRoutineCodeVersions', 'ListEdgeRoutinePlans'];
      expect(actions(emulator).filter((action) => !reads.includes(action))).toEqual([]);
    });
  });

  test('of code that is there already names its version', async () => {
    await onUploadStage(async ({ emulator, run, stored }) => {
      await run();
      emulator.requests.length = 0;
      const version = stored().at(-1)?.codeVersion ?? '';
      const alone = await run({ 'dry-run': 'true' });
      expect(alone.outputs).toMatchObject({ outcome: 'planned', 'uploaded-version': version });
      expect(alone.outputs['reason']).toContain(
        `A real run would upload nothing, since the code is version ${version}`,
      );
      const rolled = await run({ steps: STEPS, 'dry-run': 'true' });
      expect(rolled.outputs['reason']).toContain(`A real run would roll out ${version}`);
      expect(writes(emulator)).toBe(0);
    });
  });
});

describe('a directory', () => {
  const DIRECTORY = { code: 'site', 'code-entry': 'fn.js', 'code-not-found': 'single-page-application' };

  test('is uploaded as a routine with assets, marked by its version', async () => {
    await onUploadStage(async ({ emulator, run, stored }) => {
      const result = await run({ ...DIRECTORY, steps: STEPS, ...gate(emulator), 'gate-version-header': 'x-canary' });
      const made = stored().at(-1);
      const version = made?.codeVersion ?? '';
      expect(result.outputs).toMatchObject({ outcome: 'promoted', canary: version, 'uploaded-version': version });
      expect(made?.code).toContain(`'x-canary': '${version}'`);
      expect(made).toMatchObject({ notFoundStrategy: 'SinglePageApplication', deployEnv: 'production' });
      expect(Object.keys(made?.assets ?? {}).toSorted()).toEqual(['assets/app-3f2a9c01.js', 'index.html']);
      expect(result.summary).toContain(`is ${version}, a new version of 3 files, `);
    });
  });

  test('of which the other version of a split lacks assets warns before anything is done', async () => {
    await onUploadStage(async ({ run, write }) => {
      await run({ ...DIRECTORY, canary: 'uploaded' });
      write({ 'site/assets/app-77777a01.js': 'console.log("newer");\n' });
      const { log, outputs } = await run({ ...DIRECTORY, steps: STEPS, 'dry-run': 'true' });
      expect(outputs['outcome']).toBe('planned');
      expect(log).toMatch(/::warning::.*lacks 1 of the 2 hashed assets of uploaded/);
      const whole = await run({ ...DIRECTORY, canary: 'uploaded', 'dry-run': 'true' });
      expect(whole.log).not.toContain('hashed assets');
      write({ 'bare/index.html': 'nothing to ask for' });
      const bare = await run({ ...DIRECTORY, code: 'bare', steps: STEPS, 'dry-run': 'true' });
      expect(bare.log).toMatch(/::warning::.*uploaded lacks 1 of the 1 hashed assets of/);
    });
  });
});

test.each([{}, { code: 'site', 'code-entry': 'fn.js' }])(
  'what lets somebody post in our place is in no log, output, summary or state, and no zip is left: %j',
  async (code) => {
    await onUploadStage(async ({ emulator, run, folder }) => {
      emulator.script({ operation: 'PostObject', effect: { kind: 'html', status: 502 } });
      const { outputs, log, summary, files } = await run(code, { RUNNER_DEBUG: '1', DEBUG: '*' });
      expect(outputs['outcome']).toBe('uploaded');
      const posted = emulator.requests.filter(({ action }) => action === 'PostObject').at(-1)?.parameters ?? {};
      const secrets = ['Signature', 'policy', 'x-oss-security-token', 'OSSAccessKeyId'].map(
        (name) => posted[name] ?? '',
      );
      expect(secrets.every((secret) => secret.length > 8)).toBe(true);
      expect(log).toContain(`::add-mask::${posted['Signature']}`);
      const left = log.replace(/^::add-mask::.*$/gm, '') + summary + files;
      expect(secrets.filter((secret) => left.includes(secret))).toEqual([]);
      expect(readdirSync(join(folder, '.runner'))).toEqual(['event.json']);
    });
  },
);

test('whatever the commit says of itself stays on its line, and is no Markdown', async () => {
  await onUploadStage(async ({ run, stored }) => {
    const hostile = '::error::<img src=x>`|\u202e\u0007 %0A::set-output name=outcome::deployed';
    const { outputs, log, summary } = await run({ 'code-description': `${hostile}\n::error::second` });
    expect(outputs['outcome']).toBe('uploaded');
    expect(log).not.toMatch(/^::(?:error|set-output)/m);
    expect(summary).not.toContain('<img');
    expect(stored().at(-1)?.description).toContain('[sha256 ');
  });
});
