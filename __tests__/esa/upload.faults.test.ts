import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault, FaultEffect } from '../../emulator/emulator.js';
import { addVersion } from '../../emulator/world.js';
import { readUnfinished, removeUnfinished } from '../../src/esa/unfinished.js';
import { planUpload, upload } from '../../src/esa/upload.js';
import { codeIn, ROUTINE, SITE, uploadStage, wishOf, write } from '../support/esa/upload-stage.js';

const OPERATIONS = [
  'CommitRoutineStagingCode',
  'CreateRoutineWithAssetsCodeVersion',
  'DeleteRoutineCodeVersion',
  'GetRoutineCodeVersionInfo',
  'GetRoutineStagingCodeUploadInfo',
  'ListRoutineCodeVersions',
  'PostObject',
] as const;

const EFFECTS: readonly FaultEffect[] = [
  { kind: 'error', code: 'InternalError' },
  { kind: 'error', code: 'InternalError', acts: true },
  { kind: 'error', code: 'Throttling.User' },
  { kind: 'error', code: 'NoPermission' },
  { kind: 'error', code: 'AccessDenied', message: 'Invalid according to Policy: Policy expired.' },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 504, acts: true },
  { kind: 'body', status: 203, body: '' },
  { kind: 'reset' },
  { kind: 'lost' },
  { kind: 'truncated' },
  { kind: 'odd', how: 'empty' },
  { kind: 'odd', how: 'not-json' },
];

const faults = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    skip: fc.nat(2),
    times: fc.integer({ min: 1, max: 3 }),
    effect: fc.constantFrom(...EFFECTS),
  }),
  { maxLength: 5 },
);

test('whatever goes wrong, at most one version is new, none is half, and those of others stay', async () => {
  await fc.assert(
    fc.asyncProperty(faults, fc.constantFrom('index.js', 'site'), fc.option(fc.nat(12)), async (script, given, cut) => {
      await using stage = await uploadStage();
      write(stage.folder, SITE);
      addVersion(stage.world, ROUTINE, { status: 'Init', extraInfo: '{"Source":"CLI"}' });
      const others = stage.versions().map(({ codeVersion }) => codeVersion);
      stage.emulator.script(...(script satisfies Fault[]));
      let calls = 0;
      stage.onEvent(({ kind }) => {
        if (kind === 'called') calls += 1;
        if (calls === cut) stage.cancel();
      });
      const code = await codeIn(stage.folder, given);
      const plan = await planUpload(code, wishOf(), stage.means);
      const result = plan.ok ? await upload(plan.value, code, wishOf(), stage.means) : plan;
      expect(
        stage
          .versions()
          .slice(0, others.length)
          .map(({ codeVersion }) => codeVersion),
      ).toEqual(others);
      // What could not be deleted is what the post step was told of.
      const unfinished = readUnfinished(stage.remembered.at(-1) ?? '');
      if (unfinished !== undefined) {
        // The post step is a process of its own, and is run until the faults are used up.
        const sleep = async (milliseconds: number) => stage.pass(milliseconds);
        const means = { ...stage.means, hurry: new AbortController().signal, sleep };
        let isClean = false;
        for (let rest = 0; rest < 20 && !isClean; rest += 1) isClean = (await removeUnfinished(unfinished, means)).ok;
      }
      const fresh = stage.versions().slice(others.length);
      expect(fresh.length).toBeLessThanOrEqual(1);
      if (result.ok) {
        expect(fresh).toMatchObject([{ codeVersion: result.value.version, status: 'Available' }]);
        expect(unfinished).toBeUndefined();
      } else expect(fresh.filter(({ status }) => status === 'Init')).toEqual([]);
      expect(result.ok || result.error.message).not.toBe('');
    }),
    { numRuns: 100 },
  );
}, 120_000);
