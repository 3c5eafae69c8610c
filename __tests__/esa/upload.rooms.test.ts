import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault, FaultEffect } from '../../emulator/emulator.js';
import { addVersion, deploy, timestamp } from '../../emulator/world.js';
import { planUpload, upload, withPruning } from '../../src/esa/upload.js';
import { codeIn, ROUTINE, SITE, uploadStage, wishOf, write } from '../support/esa/upload-stage.js';

const OPERATIONS = [
  'DeleteRoutineCodeVersion',
  'GetRoutine',
  'ListRoutineCodeVersions',
  'ListEdgeRoutinePlans',
] as const;
const EFFECTS: readonly FaultEffect[] = [
  { kind: 'error', code: 'InternalError' },
  { kind: 'error', code: 'InternalError', acts: true },
  { kind: 'error', code: 'Throttling.User' },
  { kind: 'error', code: 'NoPermission' },
  { kind: 'html', status: 502, acts: true },
  { kind: 'lost' },
  { kind: 'truncated' },
  { kind: 'body', status: 200, body: '{"RequestId":"A1","Status":"Fail","Envs":[],"TotalCount":0}' },
];

const faults = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    skip: fc.nat(3),
    // What is told twice in a row is believed.
    times: fc.constant(1),
    effect: fc.constantFrom(...EFFECTS),
  }),
  { maxLength: 3 },
);

test('whatever goes wrong, what is live, needed or young stays, and what is said to be deleted is', async () => {
  await fc.assert(
    fc.asyncProperty(faults, fc.integer({ min: 1, max: 6 }), fc.nat(6), async (script, keepVersions, turn) => {
      await using stage = await uploadStage({ codeVersionQuota: 6 });
      write(stage.folder, SITE);
      const old = stage.means.now() - 10 * 3_600_000;
      const staged = addVersion(stage.world, ROUTINE, { createTime: timestamp(old) }, old);
      const young = addVersion(stage.world, ROUTINE, { createTime: timestamp(stage.means.now()) }, stage.means.now());
      const [live = '', needed = '', idle = ''] = stage.versions().map(({ codeVersion }) => codeVersion);
      deploy(stage.world, ROUTINE, 'staging', [{ codeVersion: staged, percentage: 100 }]);
      stage.emulator.script(...(script satisfies Fault[]));
      let calls = 0;
      stage.onEvent(({ kind }) => {
        if (kind !== 'called') return;
        calls += 1;
        // Somebody puts into use what could have gone.
        if (calls === turn) deploy(stage.world, ROUTINE, 'staging', [{ codeVersion: idle, percentage: 100 }]);
      });
      const wish = wishOf({ keepVersions, spared: async () => new Set([needed]) });
      const code = await codeIn(stage.folder, 'site');
      const plan = await planUpload(code, wish, stage.means);
      if (plan.ok) await upload(await withPruning(plan.value, wish, stage.means.now()), code, wish, stage.means);
      const ids = stage.versions().map(({ codeVersion }) => codeVersion);
      expect(ids).toEqual(expect.arrayContaining([live, needed, young]));
      // The service may refuse to delete what is in use, or not: it is never asked to.
      const asked = stage.emulator.requests.filter(({ action }) => action === 'DeleteRoutineCodeVersion');
      const wanted = asked.map(({ parameters }) => parameters['CodeVersion']);
      const isFree = turn > 0 && calls >= turn;
      for (const version of [live, needed, young, ...(isFree ? [] : [staged])]) expect(wanted).not.toContain(version);
      const removed = stage.events.flatMap((event) => (event.kind === 'removed' ? [event.version] : []));
      for (const version of removed) expect(ids).not.toContain(version);
    }),
    { numRuns: 60 },
  );
}, 120_000);
