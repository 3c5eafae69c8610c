import { describe, expect, test } from '@jest/globals';
import { addVersion, deploy, timestamp } from '../../emulator/world.js';
import { upload } from '../../src/esa/upload.js';
import {
  codeIn,
  planTo,
  ROUTINE,
  SITE,
  type UploadStage,
  uploadStage,
  uploadTo,
  wishOf,
  write,
} from '../support/esa/upload-stage.js';

const HOUR = 3_600_000;

/** Versions so many hours old, beside the three of the start, which are days old and of which the oldest is live. */
function aged(stage: UploadStage, ...hours: number[]): string[] {
  return hours.map((age) => {
    const born = stage.means.now() - age * HOUR;
    return addVersion(stage.world, ROUTINE, { createTime: timestamp(born), description: `${age} h` }, born);
  });
}

const ids = (stage: UploadStage) => stage.versions().map(({ codeVersion }) => codeVersion);
const removedBy = (stage: UploadStage) =>
  stage.events.flatMap((event) => (event.kind === 'removed' ? [event.version] : []));

describe('keep-versions', () => {
  test('deletes the oldest, and neither what is live, nor what is spared, nor what is young', async () => {
    await using stage = await uploadStage();
    const [live = '', second = '', third = ''] = ids(stage);
    const [old = '', staged = '', young = ''] = aged(stage, 20, 10, 0.5);
    deploy(stage.world, ROUTINE, 'staging', [{ codeVersion: staged, percentage: 100 }]);
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'site');
    const wish = wishOf({ keepVersions: 1, spared: async () => new Set([second]) });
    const plan = await planTo(stage, code, wish);
    expect(plan).toMatchObject({ pruning: { remove: [{ version: third }, { version: old }], short: 4 } });
    // Nothing is changed by finding out.
    expect(ids(stage)).toHaveLength(6);
    const uploaded = await uploadTo(stage, code, wish);
    expect(ids(stage)).toEqual([live, second, staged, young, uploaded.ok && uploaded.value.version]);
    expect(removedBy(stage)).toEqual([third, old]);
  });

  test('makes room where the quota is used up', async () => {
    await using stage = await uploadStage({ codeVersionQuota: 3 });
    const [, second] = ids(stage);
    write(stage.folder, SITE);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site'), wishOf({ keepVersions: 3 }))).toMatchObject({
      ok: true,
    });
    expect(removedBy(stage)).toEqual([second]);
  });

  test('leaves what the service says is in use, and uploads all the same', async () => {
    await using stage = await uploadStage();
    const [, second = '', third] = ids(stage);
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'site');
    const plan = await planTo(stage, code, wishOf({ keepVersions: 2 }));
    stage.emulator.script({
      operation: 'DeleteRoutineCodeVersion',
      effect: { kind: 'error', code: 'DependedByOthers' },
    });
    expect(await upload(plan, code, wishOf({ keepVersions: 2 }), stage.means)).toMatchObject({ ok: true });
    expect(ids(stage)).toContain(second);
    expect(removedBy(stage)).toEqual([third]);
  });

  test('asks again before it deletes: the service need not refuse what is live', async () => {
    await using stage = await uploadStage();
    const [, second = '', third] = ids(stage);
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'site');
    const plan = await planTo(stage, code, wishOf({ keepVersions: 2 }));
    deploy(stage.world, ROUTINE, 'staging', [{ codeVersion: second, percentage: 100 }]);
    expect(await upload(plan, code, wishOf({ keepVersions: 2 }), stage.means)).toMatchObject({ ok: true });
    const deleted = stage.emulator.requests.filter(({ action }) => action === 'DeleteRoutineCodeVersion');
    expect(deleted.map(({ parameters }) => parameters['CodeVersion'])).toEqual([third]);
  });

  test('that an environment serves nothing is believed when it is told twice', async () => {
    await using stage = await uploadStage();
    const [live = '', second = '', third] = ids(stage);
    deploy(stage.world, ROUTINE, 'staging', [{ codeVersion: second, percentage: 100 }]);
    const Envs = [{ Env: 'production', CodeVersion: live }];
    const body = JSON.stringify({ RequestId: 'A1', Envs });
    stage.emulator.script({ operation: 'GetRoutine', effect: { kind: 'body', status: 200, body } });
    write(stage.folder, SITE);
    const plan = await planTo(stage, await codeIn(stage.folder, 'site'), wishOf({ keepVersions: 1 }));
    expect(plan).toMatchObject({ pruning: { remove: [{ version: third }], short: 2 } });
  });

  test('one that somebody else has deleted meanwhile is no failure, and nothing that was done here', async () => {
    await using stage = await uploadStage();
    const [, second, third] = ids(stage);
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'site');
    const plan = await planTo(stage, code, wishOf({ keepVersions: 2 }));
    const routine = stage.world.routines[ROUTINE];
    if (routine) routine.versions = routine.versions.filter(({ codeVersion }) => codeVersion !== second);
    expect(await upload(plan, code, wishOf({ keepVersions: 2 }), stage.means)).toMatchObject({ ok: true });
    expect(removedBy(stage)).toEqual([third]);
  });

  test('counts one once that moved from page to page, and deletes none where another was not seen', async () => {
    await using stage = await uploadStage();
    const page = (...numbers: number[]) => ({
      kind: 'body' as const,
      status: 200,
      body: JSON.stringify({
        RequestId: 'A1',
        TotalCount: 21,
        CodeVersions: numbers.map((number) => ({ CodeVersion: String(number), CreateTime: '2026-01-01T00:00:00Z' })),
      }),
    });
    const operation = 'ListRoutineCodeVersions';
    const first = Array.from({ length: 20 }, (_, index) => 120 - index);
    stage.emulator.script({ operation, effect: page(...first) }, { operation, effect: page(101) });
    write(stage.folder, SITE);
    const plan = await planTo(stage, await codeIn(stage.folder, 'site'), wishOf({ keepVersions: 10 }));
    expect(plan).toMatchObject({ pruning: { remove: [], short: 11, unknown: 'oldest' } });
  });

  test('an answer to a deletion that was lost is no failure', async () => {
    await using stage = await uploadStage();
    const [, second] = ids(stage);
    stage.emulator.script({ operation: 'DeleteRoutineCodeVersion', effect: { kind: 'lost' } });
    write(stage.folder, SITE);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site'), wishOf({ keepVersions: 3 }))).toMatchObject({
      ok: true,
    });
    expect(removedBy(stage)).toEqual([second]);
    expect(stage.asked().filter((one) => one === 'DeleteRoutineCodeVersion')).toHaveLength(1);
  });
});

describe('the quota', () => {
  test.each(['index.js', 'site'])('used up: what could go is named, and nothing goes: %s', async (given) => {
    await using stage = await uploadStage({ codeVersionQuota: 3 });
    const [live = '', second = '', third = ''] = ids(stage);
    write(stage.folder, SITE);
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, given));
    expect(uploaded).toMatchObject({ ok: false, error: { code: 'CodeVersionNumberExceedQuotaLimit' } });
    const advice = uploaded.ok ? '' : uploaded.error.advice;
    expect(advice).toContain('The routine has 3 versions; the plan allows 3.');
    expect(advice).toContain(`the oldest first: version ${second} of`);
    expect(advice.indexOf(second)).toBeLessThan(advice.indexOf(third));
    expect(advice).not.toContain(live);
    expect(ids(stage)).toEqual([live, second, third]);
  });

  test('names none that a way back or the split needs', async () => {
    await using stage = await uploadStage({ codeVersionQuota: 3 });
    const [, second = '', third = ''] = ids(stage);
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'index.js');
    const advised = async (spared: ReadonlySet<string> | undefined) => {
      const uploaded = await uploadTo(stage, code, wishOf({ spared: async () => spared }));
      return uploaded.ok ? '' : uploaded.error.advice;
    };
    expect(await advised(new Set([second]))).toContain(`the oldest first: version ${third}`);
    expect(await advised(undefined)).toContain('None is deleted by this action: the records at GitHub');
  });

  test('whose number may not be asked for is left out', async () => {
    await using stage = await uploadStage({ codeVersionQuota: 3 });
    stage.emulator.script({ operation: 'ListEdgeRoutinePlans', effect: { kind: 'error', code: 'NoPermission' } });
    write(stage.folder, SITE);
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'site'));
    expect(!uploaded.ok && uploaded.error.advice).toContain('The routine has 3 versions. These could');
  });
});

describe('a build', () => {
  test('that fails is told, with its version, which stays to be looked at', async () => {
    await using stage = await uploadStage({ failBuilds: true });
    write(stage.folder, SITE);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site'))).toMatchObject({
      ok: false,
      error: { code: 'BuildFailed', message: expect.stringContaining(ids(stage).at(-1) ?? '-') },
    });
    expect(stage.versions().at(-1)?.status).toBe('Failed');
    expect(stage.remembered.at(-1)).toBe('');
  });

  test('that does not end is given up after ten minutes, and its version deleted', async () => {
    await using stage = await uploadStage({ buildTime: HOUR });
    write(stage.folder, SITE);
    const started = stage.means.now();
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site'))).toMatchObject({
      ok: false,
      error: { code: 'BuildUnfinished', message: expect.stringContaining('10m') },
    });
    expect(stage.means.now() - started).toBeLessThanOrEqual(11 * 60_000);
    expect(ids(stage)).toHaveLength(3);
  });
});

describe('a cancelled workflow', () => {
  test.each(['CreateRoutineWithAssetsCodeVersion', 'PostObject', 'GetRoutineCodeVersionInfo'])(
    'leaves no version behind: during %s',
    async (operation) => {
      await using stage = await uploadStage({ buildTime: HOUR });
      write(stage.folder, SITE);
      stage.onEvent((event) => {
        if (event.kind === 'called' && event.operation === operation) stage.cancel();
      });
      const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'site'));
      expect(uploaded.ok).toBe(false);
      expect(ids(stage)).toHaveLength(3);
      expect(stage.remembered.at(-1)).toBe('');
    },
  );
});
