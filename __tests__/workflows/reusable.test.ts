import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { lacksTools } from '../support/documents.js';
import { read, runScript, workflow } from '../support/workflows/read.js';

const shared = workflow('.github/workflows/rollout.yml');
const { jobs } = shared;
const inputs = shared.on['workflow_call']?.inputs ?? {};
const stages = [1, 2, 3, 4, 5, 6].map((number) => `stage-${number}`);
const step = (job: string, id: string) => jobs[job]?.steps?.find((one) => one.id === id);
const withTools = lacksTools ? describe.skip : describe;

withTools('the stages', () => {
  const plan = (text: string) => runScript(step('plan', 'stages'), { STAGES: text, ENVIRONMENT: 'production' });

  test('begin each at the weight that the one before has held', () => {
    const all = '[{"weight":5,"bake":"10m"},{"weight":25.0,"bake":"1h30m","environment":"approve"},{"weight":100}]';
    const { status, outputs } = plan(all);
    expect({ status, ...outputs, stages: JSON.parse(outputs['stages'] ?? '') as unknown }).toEqual({
      status: 0,
      steps: '5% for 10m, 25% for 1h30m, 100%',
      last: '3',
      stages: [
        { used: true, environment: 'production', steps: '5% for 10m' },
        { used: true, environment: 'approve', steps: '5%, 25% for 1h30m' },
        { used: true, environment: 'production', steps: '25%, 100%' },
        ...[4, 5, 6].map(() => ({ used: false, environment: 'production', steps: '' })),
      ],
    });
  });

  const six = [1, 2, 3, 4, 5, 6].map((weight) => ({ weight }));
  test('may be six', () => expect(plan(JSON.stringify(six))).toMatchObject({ status: 0, outputs: { last: '6' } }));

  test.each([
    ['', ['This is not JSON. It should be a list such as [{"weight":5,"bake":"10m"},{"weight":100}].']],
    ['5%, 100%', ['This is not JSON. It should be a list such as [{"weight":5,"bake":"10m"},{"weight":100}].']],
    [
      '[{"weight":5}] []',
      ['This is not JSON. It should be a list such as [{"weight":5,"bake":"10m"},{"weight":100}].'],
    ],
    ['null', ['null is no list']],
    ['{"weight":5}', ['{"weight":5} is no list']],
    ['[]', ['0 stages, and it should be one to six']],
    [JSON.stringify([...six, { weight: 7 }]), ['7 stages, and it should be one to six']],
    ['[5]', ['Stage 1: 5 is no object']],
    [
      '[{"weight":50},{"wieght":60},{"weight":"70"},{"weight":40},{"weight":0},{"weight":40.5}]',
      [
        'Stage 2: "wieght" is not known; a stage has `weight`, `bake` and `environment`',
        'Stage 2: `weight` is null, and should be a whole number from 1 to 100',
        'Stage 3: `weight` is "70", and should be a whole number from 1 to 100',
        'Stage 4: `weight` is 40 after 50: the weights have to rise',
        'Stage 5: `weight` is 0, and should be a whole number from 1 to 100',
        'Stage 6: `weight` is 40.5, and should be a whole number from 1 to 100',
      ],
    ],
    ['[{"weight":5},{"weight":5}]', ['Stage 2: `weight` is 5 after 5: the weights have to rise']],
    [
      '[{"weight":5,"bake":"10","environment":""}]',
      [
        'Stage 1: `bake` is "10", and should be a duration with its unit, such as "10m" or "1h30m"',
        'Stage 1: `environment` is "", and should be the name of a GitHub environment',
      ],
    ],
    [
      '[{"weight":5,"environment":"a\\n::error::b%0A"}]',
      ['Stage 1: `environment` is "a\\n::error::b%250A", and should be the name of a GitHub environment'],
    ],
    [
      '[{"weight":5,"bake":null}]',
      ['Stage 1: `bake` is null, and should be a duration with its unit, such as "10m" or "1h30m"'],
    ],
  ])('%j is refused, with all that is wrong', (text, mistakes) => {
    const { status, stdout, outputs } = plan(text);
    expect(stdout.split('\n').slice(0, -1)).toEqual(mistakes.map((one) => `::error title=stages::${one}`));
    expect({ status, outputs }).toEqual({ status: 1, outputs: {} });
  });
});

describe('the jobs', () => {
  test('read the stages before anything is asked, and write nothing before they have a plan', () => {
    expect(jobs['plan']?.steps?.map(({ id }) => id)).toEqual(['stages', 'plan']);
    expect(step('plan', 'plan')?.with).toMatchObject({ 'dry-run': true, steps: `\${{ steps.stages.outputs.steps }}` });
  });

  test.each(stages.map((name, index) => [name, index] as const))('%s is of its stage', (name, index) => {
    const before = stages[index - 1] ?? 'plan';
    const own = `fromJSON(needs.plan.outputs.stages)[${index}]`;
    expect(jobs[name]).toMatchObject({
      environment: `\${{ ${own}.environment }}`,
      env: { STEPS: `\${{ ${own}.steps }}`, EXPECTED: `\${{ needs.${before}.outputs.deployment-id }}` },
    });
    expect([jobs[name]?.needs].flat()).toEqual(index === 0 ? ['plan'] : ['plan', before]);
    expect(jobs[name]?.if).toBe(index === 0 ? undefined : `${own}.used`);
    expect(jobs[name]?.steps).toBe(jobs['stage-1']?.steps);
  });

  test('of a stage go on only from the deployment before, by the number of the version', () => {
    expect(step('stage-1', 'rollout')?.with).toMatchObject({
      canary: `\${{ needs.plan.outputs.version }}`,
      steps: `\${{ env.STEPS }}`,
      'expect-deployment-id': `\${{ env.EXPECTED }}`,
    });
  });

  test('give each input to the action by its own name', () => {
    const ours = ['environment', 'stages', 'runs-on', 'timeout-minutes'];
    const given = step('stage-1', 'rollout')?.with ?? {};
    const same = Object.keys(given).filter((name) => given[name] === `\${{ inputs.${name} }}`);
    const theirs = Object.keys(inputs).filter((name) => !ours.includes(name) && name !== 'canary');
    expect(same.toSorted()).toEqual(theirs.toSorted());
  });

  test('that write may not do so over somebody else', () => {
    const written = step('put-back', 'back')?.with;
    expect(written?.['expect-deployment-id']).toBe(`\${{ steps.live.outputs.deployment-id }}`);
    expect(written?.['versions']).toBe(`\${{ needs.plan.outputs.stable }}=100`);
  });

  test('at the end know of all stages, and come also after a cancellation', () => {
    expect(jobs['put-back']?.needs).toEqual(['plan', ...stages]);
    expect(jobs['conclude']?.needs).toEqual(['plan', ...stages, 'put-back']);
    const last = stages.map(
      (name, index) => `needs.plan.outputs.last == '${index + 1}' && needs.${name}.result != 'success'`,
    );
    expect(jobs['put-back']?.if).toBe(`always() && needs.plan.result == 'success' && (${last.join(' || ')})`);
    expect(jobs['conclude']?.if).toBe('always()');
  });
});

/** What the context `needs` holds, of a rollout of 2 over 1 in three stages. */
function needs(...ended: readonly { result: string; outcome?: string; id?: string }[]): string {
  const skipped = { result: 'skipped', outputs: {} };
  const all = Object.fromEntries(
    stages.map((name, index) => {
      const { result, outcome, id } = ended[index] ?? { result: 'skipped' };
      return [name, ended[index] === undefined ? skipped : { result, outputs: { outcome, 'deployment-id': id } }];
    }),
  );
  const plan = { result: 'success', outputs: { version: '2', stable: '1', last: '3', outcome: 'planned' } };
  return JSON.stringify({ plan, ...all });
}
const first = { result: 'success', outcome: 'paused', id: '11' };
const killed = { result: 'failure' };
const cancelled = { result: 'cancelled' };
const saw = (outcome: string, id = '99') => ({ result: 'failure', outcome, id });

withTools('what is live once a stage has failed', () => {
  const decide = (ended: string, LIVE: string, LIVE_ID: string) =>
    runScript(step('put-back', 'decide'), { NEEDS: ended, LIVE, LIVE_ID });

  test.each([
    ['rejected, and the stage before is live', needs(first, killed), '2=5,1=95', '11', { back: 'true' }],
    ['rolled back by itself', needs(first, saw('rolled-back', '12')), '1=100', '12', { outcome: 'rolled-back' }],
    ['never live', needs(killed), '1=100', '10', { outcome: 'rolled-back' }],
    ['cancelled in the first stage, which could not tell', needs(cancelled), '2=5,1=95', '11', { back: 'true' }],
    ['of a runner that was lost', needs(first, killed), '1=75,2=25', '12', { back: 'true' }],
    ['held, as the service refused', needs(first, saw('rollback-failed', '12')), '2=25,1=75', '12', { back: 'true' }],
    ["somebody else's, as the stage has seen", needs(first, saw('drifted')), '2=50,1=50', '99', { outcome: 'drifted' }],
    [
      'refused for another reason than what is live',
      needs(first, saw('refused', '11')),
      '2=5,1=95',
      '11',
      { back: 'true' },
    ],
    [
      'all of it, and could not be rolled back',
      needs(first, saw('rollback-failed', '12')),
      '2=100',
      '12',
      { back: 'true' },
    ],
    ['promoted by somebody', needs(first, killed), '2=100', '99', { outcome: 'drifted' }],
    ['of a third version', needs(first, killed), '3=5,1=95', '99', { outcome: 'drifted' }],
    ['nothing, or unknown', needs(killed), '', '', { outcome: 'drifted' }],
  ])('%s', (_what, ended, live, id, outputs) => {
    expect(decide(ended, live, id)).toMatchObject({ status: 0, outputs });
  });
});

withTools('what the caller is told', () => {
  const conclude = (ended: string, back: unknown) =>
    runScript(step('conclude', 'conclude'), {
      NEEDS: JSON.stringify({ ...(JSON.parse(ended) as object), 'put-back': back }),
    }).outputs;
  const skipped = { result: 'skipped', outputs: {} };
  const promoted = { result: 'success', outcome: 'promoted', id: '13' };
  const back = { result: 'success', outputs: { outcome: 'rolled-back', 'deployment-id': '14' } };

  test.each([
    ['the last stage', needs(first, { ...first, id: '12' }, promoted), skipped, ['promoted', '13']],
    ['the stable put back', needs(first, killed), back, ['rolled-back', '14']],
    ['a stage where nobody could put back', needs(first, saw('failed', '12')), killed, ['failed', '12']],
    ['nothing, where no stage could tell', needs(killed), { result: 'failure', outputs: {} }, ['', '']],
    [
      'that nothing was written',
      JSON.stringify({ ...(JSON.parse(needs()) as object), plan: { result: 'failure', outputs: {} } }),
      skipped,
      ['refused', ''],
    ],
  ])('is of %s', (_what, ended, putBack, [outcome, id]) => {
    expect(conclude(ended, putBack)).toEqual({ outcome, 'deployment-id': id });
  });
});

describe('docs/reusable-workflow.md', () => {
  const documented = (heading: string) =>
    [
      ...(
        new RegExp(`^## ${heading}\\n([\\s\\S]*?)^## `, 'm').exec(read('docs/reusable-workflow.md'))?.[1] ?? ''
      ).matchAll(/^\| (`.*?`) \|/gm),
    ]
      .flatMap(([, names = '']) => names.split(', '))
      .map((name) => name.replaceAll('`', ''));
  const called = shared.on['workflow_call'] as Readonly<Record<'inputs' | 'outputs', object>>;

  test('has the inputs and the outputs', () => {
    expect(documented('Inputs').toSorted()).toEqual(Object.keys(called.inputs).toSorted());
    expect(documented('Outputs')).toEqual(Object.keys(called.outputs));
  });
});

describe('the example that calls it', () => {
  const { rollout } = workflow('examples/staged-rollout.yml').jobs;

  test('gives it inputs that it has, and all that it requires', () => {
    const given = Object.keys(rollout?.with ?? {});
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
    const required = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
    expect(given).toEqual(expect.arrayContaining(required));
  });

  // A job of a called workflow that asks for more than the caller has does not start.
  test('may do what its jobs ask for, and no more', () => {
    const asked = Object.assign({}, ...Object.values(jobs).map(({ permissions }) => permissions)) as object;
    expect(rollout?.permissions).toEqual(asked);
  });

  const withStages = lacksTools ? test.skip : test;
  withStages('gives it stages that it takes', () => {
    const given = { STAGES: String(rollout?.with?.['stages']), ENVIRONMENT: 'production' };
    expect(runScript(step('plan', 'stages'), given).status).toBe(0);
  });

  test('waits in another group than the one that it calls, which would wait for itself', () => {
    const caller = parse(read('examples/staged-rollout.yml')) as { concurrency: { group: string } };
    expect(caller.concurrency.group).not.toBe(shared.concurrency.group);
    expect(shared.concurrency.group).toContain(`\${{ inputs.routine }}/\${{ inputs.env }}`);
  });
});
