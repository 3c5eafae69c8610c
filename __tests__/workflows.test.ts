import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { validate } from '@actions/languageservice';
import { describe, expect, test } from '@jest/globals';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { forOlderTools } from '../scripts/older-tools.js';
import { actionlint } from '../scripts/workflow-lint.js';
import { OUTPUTS } from '../src/rollout/report/outputs.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number | string;
  /** A job that calls a reusable workflow has no steps, and no time limit of its own. */
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Declaration {
  readonly description?: string;
  readonly required?: boolean;
}

interface Action {
  readonly inputs: Readonly<Record<string, Declaration>>;
  readonly outputs: Readonly<Record<string, Declaration>>;
}

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);

const isMarkdown = (path: string) => path.endsWith('.md');

const workflows = filesIn('.github/workflows');
const examples = filesIn('examples');
const ours = /^(?:\.\/|OWNER\/esa-canary-deploy(?:\/\.github\/workflows\/rollout\.yml)?@v\d+)$/;

const workflow = (path: string) => parse(read(path)) as Workflow;
const jobsOf = (path: string) => Object.entries(workflow(path).jobs);
/** Each as often as it is written: jobs may share theirs by an alias. */
const stepsOf = (path: string) => [...new Set(jobsOf(path).flatMap(([, job]) => job.steps ?? []))];
const usesOf = (path: string) =>
  [...jobsOf(path).map(([, job]) => job), ...stepsOf(path)].flatMap(({ uses }) => uses ?? []);
const action = parse(read('action.yml')) as Action;

test('there is something to check', () => {
  expect(workflows.map((path) => basename(path)).sort()).toEqual([
    'check-dist.yml',
    'ci.yml',
    'codeql.yml',
    'release.yml',
    'rollout.yml',
  ]);
  expect(examples.length).toBeGreaterThanOrEqual(3);
});

describe.each([...workflows, ...examples])('%s', (path) => {
  test('passes actionlint', async () => {
    expect(await actionlint(root, path, read(path))).toEqual([]);
  });

  test('passes the language service of GitHub Actions', async () => {
    expect(await diagnose(path, 'github-actions-workflow', forOlderTools(read(path)).text)).toEqual([]);
  });

  test('starts without any permission', () => {
    expect(workflow(path).permissions).toEqual({});
  });

  test('says what runs at the same time', () => {
    expect(workflow(path).concurrency).toEqual(
      expect.objectContaining({ group: expect.any(String), 'cancel-in-progress': expect.anything() }),
    );
  });

  test('limits the time of each job', () => {
    const limited = (limit: number | string = 0) => limit === `\${{ inputs.timeout-minutes }}` || Number(limit) > 0;
    const unlimited = jobsOf(path).filter(([, job]) => job.uses === undefined && !limited(job['timeout-minutes']));
    expect(unlimited.map(([name]) => name)).toEqual([]);
  });

  test('puts no expression into a shell script', () => {
    expect(stepsOf(path).filter(({ run }) => run?.includes(`\${{`))).toEqual([]);
  });

  test('gives the action only inputs that it has, and all that it requires', () => {
    const required = namesOf(action.inputs, ({ required: is }) => is === true);
    for (const step of stepsOf(path).filter(({ uses }) => uses !== undefined && ours.test(uses))) {
      const given = Object.keys(step.with ?? {});
      expect(namesOf(action.inputs)).toEqual(expect.arrayContaining(given));
      expect(given).toEqual(expect.arrayContaining(required));
    }
  });

  test('names other actions by commit, with the version beside it', () => {
    const lines = read(path)
      .split('\n')
      .filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(lines).toHaveLength(usesOf(path).length);
    const named = lines.map((line) => line.replace(/^\s*(?:- )?uses: | # zizmor: ignore\[[\w-]+\]$/g, ''));
    const others = named.filter((one) => !ours.test(one));
    for (const one of others) expect(one).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});

describe.each(workflows)('%s', (path) => {
  test('gives the reason beside each permission of a job', () => {
    const each = new Set(jobsOf(path).map(([, job]) => job.permissions ?? { missing: 'permissions' }));
    const asked = [...each].flatMap((one) => Object.entries(one));
    const explained = [...read(path).matchAll(/^ {6}([\w-]+): (read|write) # .+$/gm)];
    expect(explained.map(([, scope, access]) => [scope, access])).toEqual(asked);
  });

  test('leaves no token behind in the checkout', () => {
    const checkouts = stepsOf(path).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step.with).toEqual(expect.objectContaining({ 'persist-credentials': false }));
  });
});

test('all workflows and examples use the same commit of an action', () => {
  const used = new Set([...workflows, ...examples].flatMap(usesOf).filter((uses) => uses.includes('@')));
  const actions = [...used].map((uses) => uses.split('@')[0]);
  expect(actions).toEqual([...new Set(actions)]);
});

test('the gate of ci.yml needs every other job', () => {
  const { 'all-green': gate, ...others } = workflow('.github/workflows/ci.yml').jobs;
  expect([...(gate?.needs ?? [])].sort()).toEqual(Object.keys(others).sort());
});

test.each(examples)('%s uses the action, and says what to replace', (path) => {
  expect(usesOf(path).some((uses) => uses.startsWith('OWNER/esa-canary-deploy'))).toBe(true);
  expect(read(path)).toMatch(/^# Replace OWNER by .+ and v1 by a commit SHA/m);
});

test('development, CI and the runner use one major of Node', () => {
  const major = Number(read('.nvmrc'));
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  const set = workflows.flatMap(stepsOf).flatMap((step) => step.with?.['node-version'] ?? []);
  expect(new Set(set)).toEqual(new Set([major]));
  expect(devDependencies['node']).toMatch(new RegExp(`^${major}\\.`));
  expect(read('action.yml')).toContain(`using: node${major}`);
});

describe('the version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const major = `v${version.split('.')[0]}`;

  test('is that of the lock file', () => {
    const lock = JSON.parse(read('package-lock.json')) as { version: string; packages: { '': { version: string } } };
    expect([lock.version, lock.packages[''].version]).toEqual([version, version]);
  });

  test('is what the changelog tells of first, or what is to come', () => {
    const [first] = [...read('CHANGELOG.md').matchAll(/^## \[?([^\s\]]+)/gm)].map(([, heading]) => heading);
    expect(['Unreleased', version]).toContain(first);
  });

  const shared = '.github/workflows/rollout.yml';
  const documents = [
    shared,
    'README.md',
    'SECURITY.md',
    'CONTRIBUTING.md',
    ...filesIn('docs').filter(isMarkdown),
    ...examples,
  ];
  test.each(documents)('has the major that %s names', (path) => {
    const text = read(path);
    const used = [...text.matchAll(/OWNER\/esa-canary-deploy(?:\/[\w./]+)?@([^\s`]+)/g)].map(([, ref]) => ref);
    const told = [...text.matchAll(/\b(?:and|than) `?(v\d+)`? (?:by|is) a commit SHA/g)].map(([, ref]) => ref);
    expect(new Set([...used, ...told, major])).toEqual(new Set([major]));
    if (examples.includes(path) || path === 'README.md') expect(Math.min(used.length, told.length)).toBeGreaterThan(0);
  });

  test('has the major whose tag a release moves', () => {
    const line = /^ *(major=.*)$/m.exec(read('.github/workflows/release.yml'))?.[1] ?? '';
    const moved = spawnSync('bash', ['-c', `${line}; printf %s "$major"`], {
      env: { GITHUB_REF_NAME: `v${version}` },
      encoding: 'utf8',
    });
    expect(moved.stdout).toBe(major);
  });

  test('leaves the major tag to the ruleset of release.yml', () => {
    expect(read('.github/workflows/release.yml')).toContain(`match \`${major}\`, which moves`);
  });
});

describe('action.yml', () => {
  test('passes the language service of GitHub Actions', async () => {
    expect(await diagnose('action.yml', 'github-actions-action', read('action.yml'))).toEqual([]);
  });

  test('declares the outputs that are set, and no other', () => {
    expect(namesOf(action.outputs)).toEqual([...OUTPUTS]);
  });

  test('describes each of them', () => {
    const mute = ({ description }: Declaration) => !description?.trim();
    expect([...namesOf(action.inputs, mute), ...namesOf(action.outputs, mute)]).toEqual([]);
  });
});

function namesOf(declared: Action['inputs'], which: (declaration: Declaration) => boolean = () => true): string[] {
  return Object.entries(declared).flatMap(([name, declaration]) => (which(declaration) ? [name] : []));
}

/** Of a workflow that is called, the language service asks for the text: ours is the only one. */
const fileProvider = {
  getFileContent: async (called: { readonly path: string }) => ({
    name: called.path,
    content: forOlderTools(read(called.path)).text,
  }),
};

async function diagnose(path: string, language: string, text: string): Promise<string[]> {
  const document = TextDocument.create(`file:///${path}`, language, 1, text);
  const found = await validate(document, { fileProvider });
  return found.map(({ range, message }) => `${range.start.line + 1}: ${JSON.stringify(message)}`);
}
