import { describe, expect, test } from '@jest/globals';
import { actions, everyOutput, live, onStage, writes } from '../support/action/stage.js';
import { addNewer, builtFrom, LIST, READ, SHA, serve, times, versionOf } from '../support/action/words-stage.js';

describe('before any request', () => {
  test.each([
    [{ canary: 'Latest' }],
    [{ canary: 'commit:' }],
    [{ canary: 'commit:xyz' }],
    [{ canary: 'commit:123456' }],
    [{ canary: `commit:${SHA}0` }],
    [{ canary: 'upload' }],
    [{ versions: 'Stable=95,commit:4f2a91g=5' }],
    [{ versions: '[{"CodeVersion":"LATEST","Percentage":100}]' }],
  ])('a malformed word is refused, and the words are named: %j', async (inputs) => {
    await onStage(async ({ emulator, run }) => {
      const result = await run(inputs);
      expect(result.outputs['outcome']).toBe('refused');
      const allowed = 'latest, stable, canary, staging, production, previous, uploaded and commit:SHA';
      expect(result.outputs['reason']?.split(allowed)).toHaveLength(
        'versions' in inputs && !inputs.versions.startsWith('[') ? 3 : 2,
      );
      expect(emulator.requests).toEqual([]);
    });
  });
});

describe('a word that stands for nothing', () => {
  test('all of them at once, what else is wrong, and the newest versions to choose from', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const description = '<b>fix</b>\n::error::cache `key` @all';
      const [newest] = addNewer(stage, 1, { description, ...builtFrom(SHA) });
      const result = await run({ versions: 'canary=5,commit:0123456=95', 'expect-deployment-id': '17' });
      everyOutput(result);
      expect(result.outputs).toMatchObject({ outcome: 'refused', changed: 'false', stable: versions[0] });
      for (const part of [
        '"expect-deployment-id" asks for deployment "17"',
        `\`canary\`: version "${versions[0]}" is live alone, so there is no canary`,
        '`commit:0123456`: none of its versions names that commit',
        `the newest of "hello" are ${newest} ("<b>fix</b>\\u000a::error::cache \`key\` @all", commit 4f2a91c, 1 hour old), ${versions[2]} ("v3`,
      ])
        expect(result.outputs['reason']).toContain(part);
      expect(result.log).not.toMatch(/^::error::cache/m);
      expect(result.summary).not.toContain('<b>');
      expect(result.summary).not.toContain('@all');
      expect(actions(emulator).toSorted()).toEqual([READ, LIST]);
    });
  });

  test('of a role, the list is asked for to name them, once', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const { outputs } = await run({ canary: 'canary' });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain(versions[2]);
      expect(actions(emulator)).toEqual([READ, LIST]);
      emulator.script({ operation: LIST, times: 9, effect: { kind: 'error', code: 'Forbidden.RAM' } });
      const blind = await run({ canary: 'canary' });
      expect(blind.outputs['outcome']).toBe('refused');
      expect(blind.outputs['reason']).toContain('its versions cannot be listed (Forbidden.RAM)');
      expect((await run({ canary: 'latest' })).outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
    });
  });

  test('`previous` without a record says what to give', async () => {
    await onStage(async ({ emulator, run }) => {
      const { outputs } = await run({ versions: 'previous=100' });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain(
        '`previous`: no record of rollouts is kept that could tell; give `github-deployment`',
      );
      expect(writes(emulator)).toBe(0);
    });
  });
});

describe('an ambiguous commit', () => {
  test('names those that it could be, also from the second page; what cannot go there does not count', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [, second = '', third = ''] = versions;
      Object.assign(versionOf(stage, second), builtFrom(`4f2a91c${'1'.repeat(33)}`));
      Object.assign(versionOf(stage, third), builtFrom(`4f2a91c${'2'.repeat(33)}`));
      addNewer(stage, 19);
      const { outputs } = await run({ canary: 'commit:4f2a91c' });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain(`\`commit:4f2a91c\`: 2 versions name that commit, ${third} ("v3`);
      expect(outputs['reason']).toContain(`${second} ("v2`);
      const clear = await run({ canary: 'commit:4f2a91c11', 'dry-run': 'true' });
      expect(clear.outputs['reason']).toContain(`roll out ${second}`);
      Object.assign(versionOf(stage, third), { deployEnv: 'staging' });
      const bound = await run({ canary: 'commit:4f2a91c', 'dry-run': 'true' });
      expect(bound.outputs['reason']).toContain(`roll out ${second}`);
      Object.assign(versionOf(stage, second), { status: 'Failed' });
      const broken = await run({ canary: `commit:4f2a91c11`, 'dry-run': 'true' });
      expect(broken.outputs['reason']).toContain(`version "${second}" cannot be deployed, its status is "Failed"`);
      expect(writes(emulator)).toBe(0);
    });
  });

  test.each([
    'null',
    '[]',
    '{}',
    '"x"',
    '{"CommitId":4}',
    '{"CommitId":"HEAD"}',
    '{"CommitId":{"a":[]}}',
    '{"CommitId":"',
    '',
  ])('what the service says of a build may be anything: %s', async (extraInfo) => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      for (const version of versions) Object.assign(versionOf(stage, version), { extraInfo });
      const { outputs } = await run({ canary: 'commit:4f2a91c' });
      expect(outputs['outcome']).toBe('refused');
      expect(outputs['reason']).toContain('none of its versions names that commit');
      expect((await run({ canary: 'latest', 'dry-run': 'true' })).outputs['outcome']).toBe('planned');
    });
  });
});

describe('the other environment', () => {
  const odd = (production: string, staging: object) =>
    JSON.stringify({
      RequestId: '1A',
      Envs: [
        {
          Env: 'production',
          CodeDeploy: { DeployId: '7', CodeVersions: [{ CodeVersion: production, Percentage: 100 }] },
        },
        { Env: 'staging', ...staging },
      ],
    });

  test('with a split is refused, and so is nothing', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      serve(stage, 'staging', [versions[2], 10], [versions[1], 90]);
      const split = await run({ canary: 'staging' });
      expect(split.outputs['outcome']).toBe('refused');
      expect(split.outputs['reason']).toContain(
        `\`staging\`: staging serves ${versions[2]}=10,${versions[1]}=90, so no version is live there alone`,
      );
      const routine = emulator.world.routines['hello'];
      if (routine !== undefined) routine.environments.staging = { history: [] };
      const nothing = await run({ canary: 'staging' });
      expect(nothing.outputs['reason']).toContain('`staging`: nothing is live in staging');
      const itself = await run({ versions: 'staging=100', env: 'staging', 'dry-run': 'true' });
      expect(itself.outputs['outcome']).toBe('refused');
      expect(writes(emulator)).toBe(0);
    });
  });

  test('that is not as documented matters only to who asks for it', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const [old = '', young = ''] = versions;
      const body = odd(old, { CodeDeploy: { DeployId: '8', CodeVersions: [{ CodeVersion: 'x', Percentage: 100 }] } });
      emulator.script({ operation: READ, times: 'Infinity', effect: { kind: 'body', status: 200, body } });
      const fine = await run({ versions: 'stable=100' });
      expect(fine.outputs['outcome']).toBe('unchanged');
      expect((await run({ canary: young, 'dry-run': 'true' })).outputs['outcome']).toBe('planned');
      const asked = await run({ canary: 'staging', 'dry-run': 'true' });
      expect(asked.outputs['outcome']).toBe('refused');
      expect(asked.outputs['reason']).toContain(
        '`staging`: what is live in staging cannot be told: staging is not as documented',
      );
      expect(times(emulator, READ)).toBe(3);
    });
  });
});

describe('a schedule with `canary: latest`', () => {
  const steps = '5% for 1h, 100%';

  test('does not take a newer upload for its own canary, and says how the rollout that is live is finished', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [old = '', , third = ''] = versions;
      const first = await run({ canary: 'latest', steps, wait: 'false' });
      expect(first.outputs).toMatchObject({ outcome: 'baking', canary: third });
      const [newer] = addNewer(stage, 1);
      const tick = await run({ canary: 'latest', steps, wait: 'false' });
      expect(tick.outputs).toMatchObject({ outcome: 'refused', done: 'false', changed: 'false' });
      expect(tick.outputs['reason']).toContain(
        `so "${newer}" has no place; finish that rollout first: \`canary: canary\` goes on with it`,
      );
      expect(live(emulator)).toEqual({ [third]: 5, [old]: 95 });
      const goesOn = await run({ canary: 'canary', steps, wait: 'false' });
      expect(goesOn.outputs).toMatchObject({ outcome: 'baking', canary: third, 'canary-percentage': '5' });
      expect(writes(emulator)).toBe(1);
      expect((await run({ versions: 'canary=100' })).outputs['outcome']).toBe('deployed');
      const next = await run({ canary: 'latest', steps, wait: 'false' });
      expect(next.outputs).toMatchObject({ outcome: 'baking', canary: newer, stable: third });
    });
  });
});
