import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseExactly } from '../../src/alibaba/answer.js';
import { detailsOf, listRoutineCodeVersions, liveAnswer } from '../../src/esa/answers.js';

const read = (answer: unknown, env: 'production' | 'staging' = 'production') => {
  const result = liveAnswer(env).safeParse(parseExactly(JSON.stringify(answer)));
  return result.success ? result.data.live : undefined;
};
const routine = (...Envs: unknown[]) => ({ RequestId: 'R', HasAssets: true, Envs });
const entry = (more: object) => ({ Env: 'production', ...more });
const NOTHING = { kind: 'nothing' };
const [A, B] = ['1766590022381161014', '1766590022381161013'];
const deploy = (CodeVersions: unknown, more: object = {}) => ({
  DeployId: '1766590027913271190',
  CreationTime: '2025-12-24T15:27:07Z',
  Strategy: 'percentage',
  CodeVersions,
  ...more,
});
const share = (CodeVersion: unknown, Percentage: unknown) => ({ CodeVersion, Percentage });
const whole = deploy([share(A, 100)]);
const staging = { Env: 'staging', CodeDeploy: whole };

describe('nothing is live', () => {
  test.each([
    ['no environments', { RequestId: 'R' }],
    ['an empty list of them', routine()],
    ['the other environment alone', routine(staging)],
    ['no deployment', routine(entry({}))],
    ['no deployment, and versions that are empty', routine(entry({ CodeVersion: '', CanaryCodeVersion: '' }))],
    ['a deployment without versions', routine(entry({ CodeDeploy: { Strategy: 'percentage' } }))],
    ['an empty one', routine(entry({ CodeDeploy: {} }))],
  ])('%s', (_name, answer) => {
    expect(read(answer)).toEqual(NOTHING);
  });
});

describe('the domain of the routine', () => {
  const hostIn = (domain: unknown) => read({ ...routine(entry({ CodeDeploy: whole })), DefaultRelatedRecord: domain });
  test('is known where the answer names one', () => {
    expect(hostIn('hello.1a2b3c4d.er.aliyun-esa.net')).toMatchObject({ host: 'hello.1a2b3c4d.er.aliyun-esa.net' });
  });

  test.each([undefined, null, '', 7, 'a', 'evil.example/x', 'a.b\n.example', '-'.repeat(70)])(
    '%j is none',
    (domain) => {
      expect(hostIn(domain)).not.toHaveProperty('host');
      expect(hostIn(domain)).toMatchObject({ kind: 'serving' });
    },
  );
});

describe('an answer that is not understood', () => {
  test.each([
    ['environments that are null', { RequestId: 'R', Envs: null }],
    ['environments that are an object', { RequestId: 'R', Envs: {} }],
    ['environments that are text', { RequestId: 'R', Envs: '' }],
    ['an environment that is null', routine(null)],
    ['an environment without a name', routine({ CodeDeploy: whole })],
    ['a capital letter', routine({ Env: 'Production', CodeDeploy: whole })],
    ['a space', routine({ Env: 'production ', CodeDeploy: whole })],
    ['a short form', routine({ Env: 'prod', CodeDeploy: whole }, staging)],
    ['a number for a name', routine({ Env: 1 })],
    ['null for a name', routine({ Env: null })],
    ['the environment twice', routine(entry({ CodeDeploy: whole }), entry({ CodeDeploy: whole }))],
    ['twice, once empty', routine(entry({ CodeDeploy: whole }), entry({}))],
    ['twice, in two spellings', routine(entry({}), { Env: 'PRODUCTION', CodeDeploy: whole })],
    ['a deployment that is null', routine(entry({ CodeDeploy: null }))],
    ['a deployment that is text', routine(entry({ CodeDeploy: '' }))],
    ['a list of deployments', routine(entry({ CodeDeploy: [] }))],
    ['an id without versions', routine(entry({ CodeDeploy: { DeployId: '7' } }))],
    ['a time without versions', routine(entry({ CodeDeploy: { CreationTime: '2025-12-24T15:27:07Z' } }))],
    ['null for an id, without versions', routine(entry({ CodeDeploy: { DeployId: null } }))],
    ['versions that are null', routine(entry({ CodeDeploy: deploy(null) }))],
    ['versions that are null, and nothing else', routine(entry({ CodeDeploy: { CodeVersions: null } }))],
    ['versions that are none', routine(entry({ CodeDeploy: { CodeVersions: [] } }))],
    ['a version that is null', routine(entry({ CodeDeploy: deploy([null]) }))],
    ['a version without its id', routine(entry({ CodeDeploy: deploy([{ Percentage: 100 }]) }))],
    ['a version without its share', routine(entry({ CodeDeploy: deploy([{ CodeVersion: A }]) }))],
    ['a share that is null', routine(entry({ CodeDeploy: deploy([share(A, null)]) }))],
    ['a negative share', routine(entry({ CodeDeploy: deploy([share(A, -1), share(B, 101)]) }))],
    ['one share of 0', routine(entry({ CodeDeploy: deploy([share(A, 0)]) }))],
    ['all at 0', routine(entry({ CodeDeploy: deploy([share(A, 0), share(B, 0)]) }))],
    ['half of it', routine(entry({ CodeDeploy: deploy([share(A, 50)]) }))],
    ['the same version twice', routine(entry({ CodeDeploy: deploy([share(A, 50), share(A, 50)]) }))],
    ['the same version twice, once at 0', routine(entry({ CodeDeploy: deploy([share(A, 100), share(A, 0)]) }))],
    ['three versions', routine(entry({ CodeDeploy: deploy([share(A, 60), share(B, 40), share('1', 0)]) }))],
    ['no deployment, two versions', routine(entry({ CodeVersion: A, CanaryCodeVersion: B }))],
    ['no deployment, a canary alone', routine(entry({ CodeVersion: '', CanaryCodeVersion: B }))],
    ['no deployment, a version that is null', routine(entry({ CodeVersion: null }))],
    ['no deployment, a version that is a list', routine(entry({ CodeVersion: [] }))],
    ['no RequestId', { Envs: [] }],
    ['an empty RequestId', { RequestId: '', Envs: [] }],
    ['nothing at all', {}],
    ['a list', []],
    ['null', null],
  ])('%s', (_name, answer) => {
    expect(read(answer)).toBeUndefined();
  });
});

describe('what is live', () => {
  test('as it was seen, also with numbers for ids and text for shares', () => {
    const seen = { deploymentId: '1766590027913271190', deployedAt: '2025-12-24T15:27:07Z', kind: 'serving' };
    const split = [
      { version: A, weight: 10 },
      { version: B, weight: 90 },
    ];
    expect(read(routine(entry({ CodeDeploy: whole })))).toMatchObject({
      ...seen,
      split: [{ version: A, weight: 100 }],
    });
    const text = `{"RequestId":"R","Envs":[{"Env":"production","CodeDeploy":{"DeployId":1766590027913271190,
      "CreationTime":"2025-12-24T15:27:07Z","CodeVersions":[{"CodeVersion":${A},"Percentage":"10"},
      {"CodeVersion":${B},"Percentage":90,"Description":null,"CreateTime":null}]}}]}`;
    expect(liveAnswer('production').parse(parseExactly(text)).live).toMatchObject({ ...seen, split });
  });

  test('one at 0 % beside one at 100 % does not serve', () => {
    expect(read(routine(entry({ CodeDeploy: deploy([share(A, 0), share(B, 100)]) })))).toMatchObject({
      split: [{ version: B, weight: 100 }],
    });
  });

  test('a version alone, as after a publish', () => {
    expect(read(routine(entry({ CodeVersion: A, CanaryCodeVersion: A })))).toMatchObject({
      deploymentId: '',
      split: [{ version: A, weight: 100 }],
    });
    expect(read(routine(entry({ CodeVersion: A })))).toMatchObject({ split: [{ version: A, weight: 100 }] });
  });

  test('whatever stands in the other environment, and whatever stands beside a deployment', () => {
    const odd = { Env: 'staging', CodeDeploy: null };
    for (const answer of [routine(entry({ CodeDeploy: whole }), odd), routine(odd, entry({ CodeDeploy: whole }))])
      expect(read(answer)).toMatchObject({ split: [{ version: A, weight: 100 }] });
    expect(read(routine(entry({ CodeDeploy: whole, CodeVersion: null, CanaryCodeVersion: B })))).toMatchObject({
      split: [{ version: A, weight: 100 }],
    });
  });

  test('in the other environment, for whoever asks', () => {
    const elsewhere = (answer: unknown, env: 'production' | 'staging' = 'production') =>
      liveAnswer(env)
        .parse(parseExactly(JSON.stringify(answer)))
        .elsewhere();
    const one = entry({ CodeDeploy: whole });
    expect(elsewhere(routine(one, staging))).toMatchObject({ value: { split: [{ version: A, weight: 100 }] } });
    expect(elsewhere(routine({ Env: 'staging' }, one), 'staging')).toMatchObject({ value: { kind: 'serving' } });
    expect(elsewhere(routine(one))).toEqual({ ok: true, value: NOTHING });
    for (const odd of [{ CodeDeploy: null }, { CodeDeploy: deploy([]) }, { CodeDeploy: deploy([share('x', 100)]) }])
      expect(elsewhere(routine(one, { Env: 'staging', ...odd }))).toMatchObject({ ok: false });
    expect(elsewhere(routine(one, staging, staging))).toEqual({ ok: false, error: 'staging is there 2 times' });
  });

  test('one member of a good answer made odd never becomes nothing', () => {
    const oddity = fc.constantFrom<unknown>(null, '', [], {}, 0, '0', -1, false, 'nothing');
    const path = fc.constantFrom(
      ['Envs'],
      ['Envs', 0],
      ['Envs', 0, 'Env'],
      ['Envs', 0, 'CodeDeploy'],
      ['Envs', 0, 'CodeDeploy', 'CodeVersions'],
      ['Envs', 0, 'CodeDeploy', 'CodeVersions', 0],
      ['Envs', 0, 'CodeDeploy', 'CodeVersions', 0, 'CodeVersion'],
      ['Envs', 0, 'CodeDeploy', 'CodeVersions', 0, 'Percentage'],
    );
    fc.assert(
      fc.property(path, oddity, (where, what) => {
        const answer = structuredClone(routine(entry({ CodeDeploy: whole }))) as never;
        const parent = where.slice(0, -1).reduce<Record<string, never>>((at, name) => at[name] as never, answer);
        Object.assign(parent, { [String(where.at(-1))]: what });
        // An empty list of environments, and a deployment that is an empty object, are two of the four forms.
        const form = JSON.stringify(answer).match(/"Envs":\[\]|"CodeDeploy":\{\}/) !== null;
        expect(read(answer)?.kind === 'nothing').toBe(form);
      }),
    );
  });
});

describe('the listing', () => {
  const listed = (answer: unknown) => listRoutineCodeVersions.safeParse(parseExactly(JSON.stringify(answer))).success;

  test('a routine has no versions only where the answer says so', () => {
    expect(listed({ RequestId: 'R', CodeVersions: [] })).toBe(true);
    expect(listed({ RequestId: 'R', TotalCount: 0 })).toBe(true);
    expect(listed({ RequestId: 'R' })).toBe(false);
    expect(listed({ RequestId: 'R', TotalCount: 3 })).toBe(false);
    expect(listed({ RequestId: 'R', TotalCount: 0, CodeVersions: null })).toBe(false);
  });

  const commitOf = (ExtraInfo: unknown) =>
    listRoutineCodeVersions
      .parse(parseExactly(JSON.stringify({ RequestId: 'R', CodeVersions: [{ CodeVersion: A, ExtraInfo }] })))
      .CodeVersions?.map(detailsOf)[0]?.commit;

  test('tells the commit of a build', () => {
    const CommitId = '4F2A91C0d5e6b7a8c9d0e1f2a3b4c5d6e7f80912';
    const extraInfo = { Source: 'Github', Branch: 'main', CommitId, CommitMessage: 'fix', Repository: 'a/b' };
    expect(commitOf(JSON.stringify(extraInfo))).toBe(CommitId.toLowerCase());
    expect(commitOf('{"CommitId":"4f2a91c"}')).toBe('4f2a91c');
  });

  test.each<[unknown]>([
    ...['', '{}', '{"Source":"CLI"}', 'null', '[]', '4', '"4f2a91c"', '{"CommitId":', '{"CommitId":"HEAD"}'].map(
      (text) => [text] as [unknown],
    ),
    ['{"CommitId":"4f2a91"}'],
    [`{"CommitId":"${'a'.repeat(65)}"}`],
    ['{"CommitId":4444444}'],
    ['{"CommitId":["4f2a91c"]}'],
    ['{"CommitId":"4f2a91c\\n"}'],
    ['{"__proto__":{"CommitId":"4f2a91c"}}'],
    [null],
    [undefined],
    [{ CommitId: '4f2a91c' }],
    [4444444],
  ])('and may hold anything in its place: %j', (extraInfo) => {
    expect(commitOf(extraInfo)).toBeUndefined();
  });
});
