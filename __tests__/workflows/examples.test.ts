import { describe, expect, test } from '@jest/globals';
import { documents, lacksTools } from '../support/documents.js';
import { examples, read, runScript, type Step, type Workflow, workflow } from '../support/workflows/read.js';

const ACTION = 'OWNER/esa-canary-deploy@v1';
const withTools = lacksTools ? describe.skip : describe;

const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);
const callsOf = (steps: readonly Step[] = []) => steps.filter(({ uses }) => uses === ACTION);
const reads = ({ with: given }: Step) => given?.['dry-run'] === true;
/** Whether it can deploy; also by the reusable workflow. */
const deploys = (one: Workflow) =>
  callsOf(stepsOf(one)).some((step) => !reads(step)) || Object.values(one.jobs).some(({ uses }) => uses !== undefined);

describe('docs/workflows.md', () => {
  const page = read('docs/workflows.md');
  const [, table = ''] = /^## Examples\n([\s\S]*?)^#/m.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| \[([\w-]+\.yml)\]\(\.\.\/examples\/\1\) \| (.+) \|$/gm)];

  test('lists what examples/ holds, each once, and says what it is for', () => {
    expect(rows.map(([, name = '']) => name).toSorted()).toEqual([...examples].toSorted());
    for (const [, , meaning = ''] of rows) expect(meaning.length).toBeGreaterThan(20);
  });

  test.each([...documents, 'CONTRIBUTING.md', ...examples.map((name) => `examples/${name}`)])(
    '%s names no example that is not there',
    (path) => {
      const lines = read(path).split('\n');
      const named = lines.flatMap(
        (line) => line.match(line.startsWith('#') ? /[a-z-]+\.yml/g : /(?<=examples\/)[a-z-]+\.yml/g) ?? [],
      );
      expect([...examples, 'action.yml']).toEqual(expect.arrayContaining(named));
    },
  );
});

describe.each(examples)('%s', (name) => {
  const text = read(`examples/${name}`);
  const one = workflow(`examples/${name}`);

  test('asks in each job for what it needs, and no more', () => {
    for (const { permissions, steps = [], uses } of Object.values(one.jobs)) {
      const calls = callsOf(steps);
      const needed = {
        ...(calls.length > 0 || uses !== undefined ? { 'id-token': 'write' } : {}),
        ...(calls.some(({ with: given }) => given?.['github-deployment'] !== undefined) || uses !== undefined
          ? { deployments: 'write' }
          : {}),
        ...(steps.some((step) => step.uses?.startsWith('actions/checkout@')) ? { contents: 'read' } : {}),
        ...(steps.some(({ run }) => run?.startsWith('gh workflow disable')) ? { actions: 'write' } : {}),
      };
      expect(permissions).toEqual(needed);
    }
  });

  test('says why it asks for each', () => {
    const asked = Object.values(one.jobs).flatMap(({ permissions = {} }) => Object.keys(permissions));
    const explained = [...text.matchAll(/^ {6}([\w-]+): (?:read|write) # .+$/gm)].map(([, scope]) => scope);
    expect(explained).toEqual(asked);
  });

  test('assumes a role, and passes no key to the action', () => {
    const given = [...callsOf(stepsOf(one)), ...Object.values(one.jobs).filter(({ uses }) => uses)].map(
      (call) => call.with,
    );
    expect(given.length).toBeGreaterThan(0);
    for (const inputs of given) {
      expect(inputs).toMatchObject({
        'role-to-assume': `\${{ vars.ESA_ROLE_ARN }}`,
        'oidc-provider-arn': `\${{ vars.ESA_OIDC_PROVIDER_ARN }}`,
      });
      expect(Object.keys(inputs ?? {}).filter((input) => /^access-key|^security-token/.test(input))).toEqual([]);
    }
    expect(text).toMatch(/"Without keys"/);
    expect(text).toContain('ESA_ROLE_ARN');
  });

  test('breaks no rollout off', () => {
    const all = [one.concurrency, ...Object.values(one.jobs).flatMap(({ concurrency }) => concurrency ?? [])];
    if (deploys(one)) expect(new Set(all.map((each) => each['cancel-in-progress']))).toEqual(new Set([false]));
  });

  // GitHub keeps one run waiting and cancels it for the next. What a person has filled in is not dropped in silence.
  test('drops nothing that somebody asked for', () => {
    const asks = Object.keys(one.on['workflow_dispatch']?.inputs ?? {}).length > 0;
    expect(one.concurrency.queue).toBe(asks ? 'max' : undefined);
  });

  test('files no deployment in GitHub for each tick or routine', () => {
    const often = Object.values(one.jobs).filter(
      (job) => job.environment !== undefined && (one.on['schedule'] !== undefined || job.strategy !== undefined),
    );
    for (const { environment } of often) expect(environment).toMatchObject({ deployment: false });
  });

  test('keeps a record of what it deploys, or `previous` would not know of it', () => {
    const written = callsOf(stepsOf(one)).filter((step) => !reads(step));
    const recorded = written.filter(({ with: given }) => given?.['github-deployment'] !== undefined);
    if (name !== 'one-step.yml') expect(recorded).toEqual(written);
  });
});

test('a rollout and what moves it by hand do not wait for each other', () => {
  const groupOf = (name: string) => workflow(`examples/${name}`).concurrency.group;
  expect(groupOf('split.yml')).toBe(groupOf('roll-back.yml'));
  for (const name of examples.filter((each) => !['split.yml', 'roll-back.yml'].includes(each)))
    expect(groupOf(name)).not.toBe(groupOf('split.yml'));
  expect(groupOf('split.yml')).toBe(`${groupOf('rollout.yml')}-by-hand`);
});

withTools('the form of split.yml', () => {
  const { split } = workflow('examples/split.yml').jobs;
  const step = split?.steps?.find(({ id }) => id === 'split');
  const form = (VERSION: string, WEIGHT: string, CONFIRMED = 'false') =>
    runScript(step, { CAP: String(step?.env?.['CAP']), VERSION, WEIGHT, CONFIRMED });

  test.each([
    ['latest', '10', 'false', 'latest=10, stable'],
    ['canary', '50', 'true', 'canary=50, stable'],
    ['canary', '100', 'true', 'canary=100'],
    ['stable', '100', 'false', 'stable=100'],
    ['commit:abc1234', '25', 'false', 'commit:abc1234=25, stable'],
  ])('%s, %s, %s', (version, weight, confirmed, versions) => {
    expect(form(version, weight, confirmed)).toMatchObject({ status: 0, outputs: { versions } });
  });

  test.each([
    ['latest', '100'],
    ['canary', '26'],
    ['latest', '0'],
    ['latest', '010'],
    ['latest', '101'],
    ['latest', '10.5'],
    ['latest', ''],
    ['latest', '1, 2=3'],
  ])('does not take %s at %j without a tick', (version, weight) => {
    expect(form(version, weight)).toMatchObject({ status: 1, outputs: {} });
  });

  test('a tick does not make a weight of what is none', () => {
    expect(form('latest', '1000', 'true')).toMatchObject({ status: 1, outputs: {} });
  });
});

withTools('the routines of many-routines.yml', () => {
  const { list, table, rollout } = workflow('examples/many-routines.yml').jobs;
  const listed = (ROUTINES: string) => runScript(list?.steps?.[0], { ROUTINES });

  test('are told apart by space, comma or line', () => {
    expect(listed(' b a,c\nb ')).toMatchObject({ status: 0, outputs: { routines: '["a","b","c"]' } });
  });

  test.each(['', ' , ', 'a/b', 'a"b', '$(id)', Array.from({ length: 257 }, (_, index) => `r${index}`).join(' ')])(
    'are refused: %.20j',
    (names) => expect(listed(names)).toMatchObject({ status: 1, outputs: {} }),
  );

  test('are bounded in number, and do not stop each other', () => {
    expect(rollout?.strategy).toMatchObject({ 'fail-fast': false, 'max-parallel': 5 });
  });

  test('end in one table, those that told nothing too, the bad ones first', () => {
    const note = rollout?.steps?.find(({ name }) => name === 'Note what came of it');
    const noted = (ROUTINE: string, OUTCOME: string, VERSIONS: string, REASON = '') =>
      runScript(
        { run: `${note?.run}\necho "line=$(cat result-*.json)" >> "$GITHUB_OUTPUT"` },
        { ROUTINE, OUTCOME, VERSIONS, REASON },
      ).outputs['line'];
    const lines = [
      noted('a', 'promoted', '2=100'),
      noted('b', 'rolled-back', '1=100', 'HTTP 500 | <b> `x`'),
      noted('d', '', ''),
    ];
    const files = lines.map((line, index) => `echo '${line}' > results/result-${index}.json`).join('\n');
    const last = table?.steps?.at(-1);
    const { summary, stdout } = runScript(
      { run: `mkdir results\n${files}\n${last?.run}` },
      { ROUTINES: '["a","b","c","d"]' },
    );
    expect(summary.split('\n')).toEqual([
      '### 1 of 4 went well: b rolled-back, c nothing was told, d nothing was told',
      '',
      '| routine | outcome | live now | why |',
      '| :-- | :-- | :-- | :-- |',
      '| b | rolled-back | 1=100 | HTTP 500 &#124; &#60;b&#62; &#96;x&#96; |',
      '| c | nothing was told |  |  |',
      '| d | nothing was told |  |  |',
      '| a | promoted | 2=100 |  |',
      '',
    ]);
    expect(stdout).toContain(
      '::notice title=Many routines::1 of 4 went well: b rolled-back, c nothing was told, d nothing was told\n',
    );
    const none = runScript(last, { ROUTINES: '["a"]' });
    expect(none.summary).toContain('### 0 of 1 went well');
  });
});
