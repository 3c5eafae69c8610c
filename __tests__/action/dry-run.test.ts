import { describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../emulator/emulator.js';
import { actions, onStage, writes } from '../support/action/stage.js';
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

/** The first step that anybody takes: does it work, what is there, and what would happen. */
const DRY = { 'dry-run': 'true' };
const WATCHED = { 'gate-url': 'http://127.0.0.1:9/health', 'gate-version-header': 'x-code-version' };

const allow = ({ world }: Emulator, ...allowed: readonly string[]) => {
  for (const credential of world.credentials) credential.allow = [...allowed];
};

/** The lines of a log that begin so, and those indented under them. */
const block = (log: string, title: string) => {
  const lines = log.split('\n');
  const at = lines.findIndex((line) => line.startsWith(title));
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith('  '));
  return at < 0 ? [] : rest.slice(0, end < 0 ? rest.length : end).map((line) => line.trim());
};
const PROVED = 'What this dry run has proved:';

describe('of nothing else', () => {
  test('proves what it read by, and shows what is live in both environments and what there is to choose from', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const [first = '', second = '', third = ''] = versions;
      serve(stage, 'staging', [third, 10], [second, 90]);
      Object.assign(versionOf(stage, second), builtFrom(SHA));
      Object.assign(versionOf(stage, third), { status: 'Init', deployEnv: 'staging' });
      const { outputs, log, summary } = await run(DRY);
      expect(outputs['outcome']).toBe('planned');
      expect(block(log, PROVED)).toEqual([
        'Accepted credentials: inputs (access-key-id, access-key-secret)',
        'Allowed: esa:GetRoutine, esa:ListRoutineCodeVersions',
        'Only a real run can prove: esa:CreateRoutineCodeDeployment',
      ]);
      expect(log).toMatch(new RegExp(`^Live in production: ${first}=100 \\(deployment \\d+ of `, 'm'));
      expect(log).toMatch(new RegExp(`^Live in staging: ${third}=10,${second}=90 \\(deployment \\d+ of `, 'm'));
      expect(block(log, 'Versions of "hello"').map((line) => line.replace(/ +/g, ' '))).toEqual([
        `${third} 2 days old Init, bound to staging "v3: greet in Spanish"`,
        `${second} latest, commit:4f2a91c 3 days old Available "v2: greet in French"`,
        `${first} stable, production 4 days old Available "v1: greet in English"`,
      ]);
      expect(summary).toContain('- ✅ Allowed: <code>esa:GetRoutine</code>, <code>esa:ListRoutineCodeVersions</code>');
      expect(summary).toContain('- ❔ Only a real run can prove: <code>esa:CreateRoutineCodeDeployment</code>');
      expect(summary).toContain(`| staging | 10 % | <code>${third}</code> |`);
      expect(summary).toMatch(
        new RegExp(
          `\\| <code>${second}</code> \\| <code>latest</code>, <code>commit&#58;4f2a91c</code> \\| v2: greet in French \\| \\S+Z \\| Available \\|  \\|`.replace(
            '&#58;',
            ':',
          ),
        ),
      );
      expect(actions(emulator)).toEqual([READ, LIST]);
    });
  });

  test('each word names what a real run would take it for', async () => {
    await onStage(async (stage) => {
      const { versions, run } = stage;
      const [first = '', second = '', third = ''] = versions;
      serve(stage, 'production', [second, 20], [first, 80]);
      serve(stage, 'staging', [third, 100]);
      Object.assign(versionOf(stage, second), builtFrom(SHA));
      const rows = block((await run(DRY)).log, 'Versions of "hello"');
      const told = rows.flatMap((row) => {
        const [version = '', ...rest] = row.split(/ {2,}/);
        return (rest[0] ?? '').split(', ').map((word) => ({ word, version }));
      });
      expect(told.map(({ word }) => word).toSorted()).toEqual([
        'canary',
        'commit:4f2a91c',
        'latest',
        'stable',
        'staging',
      ]);
      for (const { word, version } of told) {
        const { log } = await run({ ...DRY, versions: `${word}=100` });
        expect(log).toContain(`\`${word}\` is ${version}`);
      }
    });
  });

  test('of a routine with many versions the newest ten are shown, and how many more there are', async () => {
    await onStage(async (stage) => {
      const { emulator, run } = stage;
      addNewer(stage, 12);
      emulator.world.routines['hello']?.versions.unshift(...oldVersions(30));
      const { log, summary } = await run(DRY);
      const rows = block(log, 'Versions of "hello"');
      expect(rows).toHaveLength(11);
      expect(rows.at(-1)).toBe('and 30 older, and more than the service lists');
      expect(summary).toContain('… and 30 older, and more than the service lists.');
      expect(times(emulator, LIST)).toBe(2);
    });
  });

  test.each([[[]], [[{ description: '::error::<b>@all</b>\n| `x', deployEnv: 'staging' as const }]]])(
    'of a routine of which nothing is live: %j',
    async (given) => {
      await onStage(async (stage) => {
        const { emulator, run } = stage;
        const routine = emulator.world.routines['hello'];
        if (routine === undefined) throw new Error('there is no routine');
        routine.versions.length = 0;
        for (const env of ['staging', 'production'] as const) routine.environments[env].current = undefined;
        for (const one of given) addNewer(stage, 1, { ...one, status: 'Failed' });
        const { outputs, log, summary } = await run(DRY);
        expect(outputs['outcome']).toBe('planned');
        expect(log).toContain('Live in production: nothing\nLive in staging: nothing\n');
        expect(log).not.toMatch(/^::error/m);
        expect(summary).not.toContain('<b>');
        if (given.length === 0) expect(summary).toContain('hello has no version yet.');
      });
    },
  );
});

describe('without a permission', () => {
  test('the list is told as denied, and the rest is shown', async () => {
    await onStage(async ({ emulator, run }) => {
      allow(emulator, 'esa:GetRoutine');
      const { outputs, log, summary, exitCode } = await run(DRY);
      expect([outputs['outcome'], exitCode]).toEqual(['planned', 0]);
      expect(block(log, PROVED)).toEqual([
        'Accepted credentials: inputs (access-key-id, access-key-secret)',
        'Allowed: esa:GetRoutine',
        expect.stringMatching(
          /^Denied: esa:ListRoutineCodeVersions \(Forbidden\.RAM, RequestId [\w-]+\): a real run needs it, on resource \*$/,
        ),
        'Only a real run can prove: esa:CreateRoutineCodeDeployment',
      ]);
      expect(log).toContain('The versions could not be listed: Forbidden.RAM.');
      expect(log).not.toMatch(/^::(?:error|warning)/m);
      expect(summary).toContain('- ⚠️ Denied: <code>esa:ListRoutineCodeVersions</code>');
      expect(JSON.parse(/```json\n([^`]+)```/.exec(summary)?.[1] ?? '')).toEqual({
        Version: '1',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['esa:CreateRoutineCodeDeployment', 'esa:GetRoutine', 'esa:ListRoutineCodeVersions'],
            Resource: '*',
          },
        ],
      });
      expect(actions(emulator)).toEqual([READ, LIST]);
    });
  });

  test('a plan that needs the list fails as a real run would, and is not asked for twice', async () => {
    await onStage(async ({ emulator, run }) => {
      allow(emulator, 'esa:GetRoutine');
      const { outputs, log } = await run({ ...DRY, canary: 'latest', steps: '100%' });
      expect(outputs['outcome']).toBe('failed');
      expect(log).toContain('Live in staging: ');
      expect(log).toContain('  Allowed: esa:GetRoutine\n');
      expect(actions(emulator).toSorted()).toEqual([READ, LIST]);
    });
  });

  test('of the read, all else that is denied is told at once', async () => {
    await onStage(async ({ emulator, run }) => {
      allow(emulator);
      const { outputs, log } = await run(DRY);
      expect(outputs['outcome']).toBe('failed');
      expect(block(log, PROVED).filter((line) => line.startsWith('Denied: '))).toHaveLength(2);
      expect(actions(emulator)).toEqual([READ, LIST]);
    });
  });

  test('nothing is proved by a key that is not known, and nothing more asked', async () => {
    await onStage(async ({ emulator, run }) => {
      const { outputs, log, summary } = await run({ ...DRY, 'access-key-id': 'LTAI-nobody' });
      expect(outputs['outcome']).toBe('failed');
      expect(log).not.toContain(PROVED);
      expect(summary).not.toContain('#### Access');
      expect(actions(emulator)).toEqual([READ]);
    });
  });
});

describe('of a plan', () => {
  test('shows what its gate would catch, in the open', async () => {
    await onStage(async ({ emulator, run }) => {
      const { outputs, log, summary } = await run({ ...DRY, canary: 'latest', steps: '5% for 5m, 100%', ...WATCHED });
      expect(outputs['outcome']).toBe('planned');
      expect(log).toContain(PROVED);
      expect(log).toMatch(
        /^A canary that fails \d+ % of its requests is caught with 95 % probability by the end of 5 %/m,
      );
      expect(summary).toMatch(/#### What the gate would catch\n\n- The gate sends/);
      expect(summary.indexOf('| role | version ')).toBeLessThan(summary.indexOf('#### Access'));
      expect(summary).not.toContain('<summary>What the gate can see');
      expect(writes(emulator)).toBe(0);
    });
  });

  test('asks each URL of its gate once, and says what is missing', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const urls = [
        `${emulator.edge}/production/hello/`,
        `${emulator.edge}/production/none/`,
        'http://127.0.0.1:9/health',
      ];
      const plan = { ...DRY, canary: 'latest', steps: '5% for 5m, 100%', 'gate-url': urls.join('\n') };
      const { outputs, log } = await run({ ...plan, 'gate-version-header': 'x-code-version' });
      expect(outputs['outcome']).toBe('planned');
      expect(block(log, 'Each URL of the gate')).toEqual([
        expect.stringMatching(new RegExp(`^${urls[0]}: HTTP 200 after \\d+ ms, x-code-version: "${versions[0]}"$`)),
        expect.stringMatching(
          new RegExp(`^${urls[1]}: HTTP 404, without x-code-version: leave gate-version-header out`),
        ),
        `${urls[2]}: not measured (ECONNREFUSED)`,
      ]);
      const unmarked = await run(plan);
      expect(block(unmarked.log, 'Each URL of the gate')[0]).toMatch(/: HTTP 200 after \d+ ms$/);
      expect((await run({ ...plan, canary: '1' })).log).not.toContain('Each URL');
      expect((await run({ ...DRY, 'gate-url': urls.join('\n') })).log).not.toContain('Each URL');
    });
  });

  test('says that nothing watches a rollout without a gate', async () => {
    await onStage(async ({ run }) => {
      const { outputs, log } = await run({ ...DRY, canary: 'latest', steps: '5% for 5m, 100%' });
      expect(outputs['outcome']).toBe('planned');
      expect(log).toContain('Nothing would watch the canary: give `steps` with bake times, and');
      const watched = await run({ ...DRY, canary: 'latest', steps: '5% for 5m, 100%', ...WATCHED });
      expect(watched.log).not.toContain('Nothing would watch');
    });
  });

  test('a real run shows none of it, and asks for no more than it needs', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const { log, summary } = await run({ versions: `${versions[0]}=100` });
      expect(log).not.toContain(PROVED);
      expect(summary).not.toContain('####');
      expect(times(emulator, LIST)).toBe(1);
    });
  });
});
