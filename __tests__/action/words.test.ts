import { describe, expect, test } from '@jest/globals';
import { timestamp } from '../../emulator/emulator.js';
import { actions, everyOutput, live, onStage, writes } from '../support/action/stage.js';
import {
  addNewer,
  builtFrom,
  LIST,
  oldVersions,
  READ,
  SHA,
  serve,
  times,
  versionOf,
} from '../support/action/words-stage.js';

describe('a rollout', () => {
  test('of `latest`: the newest, by its number in all that is left, and in as many calls as by a number', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [old = '', , newest = ''] = versions;
      const result = await run({ canary: 'latest', steps: '50%, 100%' });
      expect(result.outputs).toMatchObject({
        outcome: 'promoted',
        canary: newest,
        stable: old,
        versions: `${newest}=100`,
      });
      everyOutput(result);
      expect(result.log).toContain(`\`latest\` is ${newest}, "v3: greet in Spanish", 2 days old`);
      expect(result.summary).toContain(`<code>latest</code> is ${newest}`);
      expect(JSON.stringify(result.outputs)).not.toContain('latest');
      expect(live(emulator)).toEqual({ [newest]: 100 });
      const inWords = actions(emulator).toSorted();
      emulator.requests.length = 0;
      serve(stage, 'production', [old, 100]);
      await run({ canary: newest, steps: '50%, 100%' });
      expect(inWords).toEqual(actions(emulator).toSorted());
    });
  });

  test('of what staging runs, and then unchanged: no call more than by a number', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      serve(stage, 'staging', [versions[1], 100]);
      const promoted = await run({ canary: 'staging', steps: '100%' });
      expect(promoted.outputs).toMatchObject({ outcome: 'promoted', canary: versions[1] });
      expect(promoted.log).toContain(`\`staging\` is ${versions[1]}, "v2: greet in French", 3 days old`);
      expect(times(emulator, LIST)).toBe(1);
      emulator.requests.length = 0;
      expect((await run({ canary: 'staging' })).outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
      expect((await run({ canary: 'production' })).outputs['outcome']).toBe('unchanged');
      expect(actions(emulator)).toEqual([READ, READ]);
    });
  });

  test('by a commit of which the service or the description tells, in two more calls at most', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [old = '', second = '', third = ''] = versions;
      Object.assign(versionOf(stage, second), builtFrom(SHA));
      Object.assign(versionOf(stage, third), {
        description: 'cafe123: fix <b>cache</b> key',
        extraInfo: '{"CommitId":',
      });
      // So both are on the second page.
      addNewer(stage, 20);
      for (const [given, version] of [
        [`commit:${SHA}`, second],
        ['commit:4F2A91C', second],
        [`commit:cafe123${'0'.repeat(33)}`, third],
      ] as const) {
        serve(stage, 'production', [old, 100]);
        emulator.requests.length = 0;
        const { outputs, summary } = await run({ canary: given, 'dry-run': 'true' });
        expect(outputs).toMatchObject({ outcome: 'planned' });
        expect(outputs['reason']).toContain(`roll out ${version}`);
        expect(summary).not.toContain('<b>');
        expect(actions(emulator).toSorted()).toEqual([READ, LIST, LIST]);
      }
    });
  });

  test('`latest` goes by creation time and leaves out what cannot go there', async () => {
    await onStage(async (stage) => {
      const { emulator, run } = stage;
      const [good = ''] = addNewer(stage, 1);
      const createTime = timestamp(Date.now() - 60_000);
      const [building] = addNewer(stage, 1, { createTime, status: 'Init' });
      addNewer(stage, 1, { createTime, deployEnv: 'staging' });
      addNewer(stage, 1, { createTime, codeVersion: 'unstable' });
      // In no order that the service was ever seen to list in: the good one is on the second page.
      emulator.world.routines['hello']?.versions.reverse().push(...oldVersions(20));
      const result = await run({ canary: 'latest', 'dry-run': 'true' });
      expect(result.outputs['reason']).toContain(`roll out ${good}`);
      expect(result.log).toContain(
        `::warning::\`latest\` passes over version "${building}", which is newer than ${good}`,
      );
      expect(times(emulator, LIST)).toBe(2);
    });
  });

  test.each([
    ['canary', [READ]],
    ['latest', [READ, LIST]],
    ['commit:4f2a91c', [READ, LIST]],
  ])('a tick with nothing to do, by %s', async (canary, calls) => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [old = '', , third = ''] = versions;
      Object.assign(versionOf(stage, third), builtFrom(SHA));
      serve(stage, 'production', [third, 5], [old, 95]);
      const tick = { steps: '5% for 1h, 100%', wait: 'false' };
      for (const [given, expected] of [
        [third, [READ]],
        [canary, calls],
      ] as const) {
        emulator.requests.length = 0;
        const { outputs } = await run({ ...tick, canary: given });
        expect(outputs).toMatchObject({ outcome: 'baking', canary: third, 'canary-percentage': '5', changed: 'false' });
        expect(actions(emulator).toSorted()).toEqual(expected);
      }
      addNewer(stage, 20, { status: 'Failed' });
      emulator.requests.length = 0;
      await run({ ...tick, canary });
      expect(emulator.requests.length).toBeLessThanOrEqual(1 + 2);
    });
  });

  test('whose gate tells the versions apart by their numbers', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({
        canary: 'latest',
        steps: '50% for 300ms, 100%',
        'gate-url': `${emulator.edge}/production/hello/`,
        'gate-version-header': 'X-Code-Version',
        'gate-interval': '100ms',
      });
      expect(result.outputs).toMatchObject({ outcome: 'promoted', canary: versions[2] });
      const measured = JSON.parse(result.outputs['timeline'] ?? '[]').filter(
        ({ kind }: { kind: string }) => kind === 'measured',
      );
      expect(measured[0].measurement.canary.good).toBeGreaterThan(0);
      expect(measured[0].measurement.stable.good).toBeGreaterThan(0);
    });
  });
});

describe('a split', () => {
  test('of the two that are live: by weights, promoted, aborted', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [old = '', young = ''] = versions;
      const goes = async (given: string, outcome: string, shares: object) => {
        serve(stage, 'production', [young, 40], [old, 60]);
        emulator.requests.length = 0;
        expect((await run({ versions: given })).outputs['outcome']).toBe(outcome);
        expect(live(emulator)).toEqual(shares);
        expect(times(emulator, LIST)).toBe(1);
      };
      await goes('stable=95,canary=5', 'deployed', { [old]: 95, [young]: 5 });
      await goes('[{"CodeVersion":"canary","Percentage":5},{"CodeVersion":"stable"}]', 'deployed', {
        [old]: 95,
        [young]: 5,
      });
      await goes('canary=100', 'deployed', { [young]: 100 });
      await goes('stable', 'deployed', { [old]: 100 });
      await goes('canary=40,stable=60', 'unchanged', { [young]: 40, [old]: 60 });
      await goes(`canary,${old}=10`, 'deployed', { [young]: 90, [old]: 10 });
    });
  });

  test('`expect-deployment-id` holds as ever', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const id = serve(stage, 'production', [versions[1], 40], [versions[0], 60]);
      const other = await run({ versions: 'canary=100', 'expect-deployment-id': '17' });
      expect(other.outputs['outcome']).toBe('refused');
      expect(writes(emulator)).toBe(0);
      expect((await run({ versions: 'canary=100', 'expect-deployment-id': id })).outputs['outcome']).toBe('deployed');
    });
  });

  test('where both words are one version: refused, and nothing is written', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      serve(stage, 'production', [versions[2], 100]);
      const { outputs } = await run({ versions: 'stable=95,latest=5' });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain(`\`stable\` and \`latest\` are the same version, "${versions[2]}"`);
      expect(writes(emulator)).toBe(0);
      expect((await run({ canary: 'latest' })).outputs['outcome']).toBe('unchanged');
    });
  });
});
