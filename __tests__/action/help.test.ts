import { expect, test } from '@jest/globals';
import { inputsIn } from '../support/action/folded.js';
import { onStage } from '../support/action/stage.js';

const PAGE = 'https://github.com/someone/esa-canary-deploy/blob/v1/docs/outcomes.md';
const HERE = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTION_REPOSITORY: 'someone/esa-canary-deploy',
  GITHUB_ACTION_REF: 'v1',
};

const annotations = (log: string) => log.split('\n').filter((line) => line.startsWith('::error'));

test('a failure has one annotation, which ends with the place where it is explained; the summary has it once', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    emulator.script({ operation: 'GetRoutine', effect: { kind: 'error', code: 'Forbidden.RAM', status: 403 } });
    const { log, summary } = await run({ versions: versions[1] ?? '' }, HERE);
    expect(annotations(log)).toEqual([expect.stringContaining(` Help: ${PAGE}#the-key-may-not-do-this`)]);
    expect(summary.split(`${PAGE}#the-key-may-not-do-this`)).toHaveLength(2);
  });
});

test('so has a refusal of the inputs', async () => {
  await onStage(async ({ run }) => {
    const { log, summary } = await run({ env: 'Production', versions: 'x' }, HERE);
    expect(inputsIn(log)).toEqual(['env', 'versions']);
    expect(annotations(log)).toEqual([expect.stringMatching(/ Help: .*#an-input-is-wrong$/)]);
    expect(summary.split(`${PAGE}#an-input-is-wrong`)).toHaveLength(2);
  });
});

test.each([
  [
    'of a workflow in the repository itself',
    { ...HERE, GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' },
    undefined,
  ],
  ['on a server of its own', { ...HERE, GITHUB_SERVER_URL: 'https://ghe.example' }, 'someone/esa-canary-deploy@v1'],
])('there is no link %s', async (_name, env, named) => {
  await onStage(async ({ versions, run }) => {
    const { log, summary } = await run({ versions: `${versions[1]}=100`, 'expect-deployment-id': '1' }, env);
    expect(annotations(log)).toHaveLength(1);
    expect(log + summary).not.toContain('blob/');
    if (named === undefined) expect(log).not.toContain('Help:');
    else expect(log).toContain(`Help: docs/outcomes.md#another-deployment-is-live in ${named}`);
  });
});
