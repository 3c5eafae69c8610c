import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { forOlderTools, withoutAliases } from '../../scripts/older-tools.js';
import { pythonTools } from '../../scripts/python-tools.js';
import { actionlint, shellcheck, zizmor } from '../../scripts/workflow-lint.js';
import { read, root } from '../support/workflows/read.js';

const tools = pythonTools(root, '.ci/workflow-lint.txt');
const bin = tools.kind === 'installed' ? tools.bin : '';
// Where nobody has Python; CI has to have it.
const withTools = tools.kind === 'installed' || process.env['CI'] !== undefined ? describe : describe.skip;

/** A workflow that nothing is wrong with, and the same with one thing changed. */
const sound = read('examples/one-step.yml');
function changed(from: string, to: string): string {
  expect(sound).toContain(from);
  return sound.replace(from, to);
}
const findings = (text: string) => zizmor(root, bin, new Map([['examples/changed.yml', text]]));

test('the tools are there in CI', () => {
  if (process.env['CI'] !== undefined) expect(tools).toEqual({ kind: 'installed', bin });
});

withTools('zizmor', () => {
  test('finds nothing where nothing is wrong', () => expect(findings(sound)).toEqual([]));

  test.each([
    ['an action that a tag names', 'OWNER/esa-canary-deploy@v1', 'actions/checkout@v7', 'unpinned-uses'],
    ['another action of ours', 'OWNER/esa-canary-deploy@v1', 'OWNER/another@v1', 'unpinned-uses'],
    ['too many permissions', 'permissions: {}', 'permissions: write-all', 'excessive-permissions'],
    ['an expression in a script', 'steps:', `steps:\n      - run: echo \${{ github.ref }}`, 'template-injection'],
    ['a job without a name', '    name: 10 % to the newest version\n', '', 'anonymous-definition'],
    ['no limit to what runs at once', /^concurrency:\n(?: .*\n)+/m.exec(sound)?.[0] ?? '', '', 'concurrency-limits'],
  ])('finds %s', (_what, from, to, rule) => {
    expect(findings(changed(from, to)).join('\n')).toContain(`[${rule}]`);
  });

  test('looks behind an alias', () => {
    const text = changed('steps:', 'steps: &steps\n      - uses: actions/checkout@v7');
    const twice = `${text}\n  again:\n    name: Again\n    runs-on: ubuntu-latest\n    permissions: {}\n    steps: *steps\n`;
    expect(findings(twice).filter((one) => one.includes('[unpinned-uses]'))).toHaveLength(2);
  });

  // The config is there to let our own tag pass, and for nothing else.
  test('has no rule that is off', () => {
    expect(parse(read('.github/zizmor.yml'))).toEqual({
      rules: {
        'unpinned-uses': {
          config: {
            policies: {
              'OWNER/esa-canary-deploy': 'ref-pin',
              'OWNER/esa-canary-deploy/*': 'ref-pin',
              '*': 'hash-pin',
            },
          },
        },
      },
    });
  });
});

withTools('shellcheck', () => {
  test.each([
    ['a script', 'steps:\n      - run: rm $1'],
    ['a gate-command', 'steps:\n      - with:\n          gate-command: cat $1'],
    ['what stands beside an expression', `steps:\n      - run: echo "\${{ a['"'] }}"; cat $1`],
  ])('reads %s', (_what, to) => {
    expect(shellcheck(bin, changed('steps:', to))).toEqual([
      expect.stringMatching(/^job deploy, step 1: .*\[SC2086\]$/),
    ]);
  });
});

describe('for tools that do not know the newest keys', () => {
  const text = `name: a
on: push
concurrency: { group: a, cancel-in-progress: false, queue: max }
permissions: {}
jobs:
  a: # first
    runs-on: ubuntu-latest
    environment: &env { name: production, deployment: false }
    env: { queue: kept, deployment: kept }
    steps: &steps
      - run: echo a # said
  b:
    runs-on: ubuntu-latest
    environment: *env
    concurrency: { group: b, queue: max }
    steps: *steps
`;
  const older = parse(forOlderTools(text).text) as { jobs: Record<string, object> };

  test('those are left out, and nothing else', () => {
    const job = { 'runs-on': 'ubuntu-latest', environment: { name: 'production' }, steps: [{ run: 'echo a' }] };
    expect(older).toEqual({
      name: 'a',
      on: 'push',
      concurrency: { group: 'a', 'cancel-in-progress': false },
      permissions: {},
      jobs: { a: { ...job, env: { queue: 'kept', deployment: 'kept' } }, b: { ...job, concurrency: { group: 'b' } } },
    });
  });

  test('aliases are written out, and comments stay', () => {
    for (const written of [forOlderTools(text).text, withoutAliases(text)]) {
      expect(written).not.toMatch(/[&*]/);
      expect(written).toContain('# first');
      expect(written.match(/# said/g)).toHaveLength(2);
    }
    expect(parse(withoutAliases(text))).toEqual(parse(text));
  });

  test('a workflow without them is left as it is', () => {
    expect(forOlderTools(sound).text).toBe(sound);
    expect(withoutAliases(sound)).toBe(sound);
  });

  test('all else is still checked', async () => {
    expect(await actionlint(root, 'a.yml', text)).toEqual([]);
    expect(await actionlint(root, 'a.yml', text.replace('echo a', `echo \${{ nothing.a }}`))).toHaveLength(2);
    expect(await actionlint(root, 'a.yml', text.replace('queue: max }', 'queues: max }'))).toHaveLength(1);
  });
});
