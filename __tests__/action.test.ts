import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  addVersion,
  deploy,
  type Emulator,
  type EmulatorOptions,
  type Fault,
  startEmulator,
} from '../emulator/emulator.js';
import { runStep, type StepResult } from '../scripts/runner.js';

/** The real bundle on Node 24, and on this machine's own Node where that is another one. */
const entry = resolve(import.meta.dirname, '../../dist/main.cjs');
const node24 = resolve(import.meta.dirname, '../../node_modules/node/bin/node');
const systemNodes = ['/usr/bin/node', '/usr/local/bin/node', '/opt/homebrew/bin/node'].filter((path) =>
  existsSync(path),
);
const nodes = [node24, ...systemNodes];

interface Stage {
  readonly emulator: Emulator;
  readonly versions: readonly string[];
  readonly run: (inputs?: Record<string, string>, env?: Record<string, string>, node?: string) => Promise<StepResult>;
}

/** An emulator with its start world: routine `hello`, three versions, the oldest live in both environments. */
async function onStage(play: (stage: Stage) => Promise<void>, options: EmulatorOptions = {}): Promise<void> {
  await using emulator = await startEmulator(options);
  const versions = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  const run: Stage['run'] = (inputs = {}, env = {}, node = node24) =>
    runStep({
      entry,
      node,
      env,
      inputs: {
        routine: 'hello',
        env: 'production',
        'access-key-id': emulator.world.credentials[0]?.accessKeyId ?? '',
        'access-key-secret': emulator.world.credentials[0]?.accessKeySecret ?? '',
        endpoint: emulator.api,
        region: '',
        'api-timeout': '2s',
        ...inputs,
      },
    });
  await play({ emulator, versions, run });
}

const live = (emulator: Emulator, env: 'production' | 'staging' = 'production') =>
  Object.fromEntries(
    emulator.world.routines['hello']?.environments[env].current?.codeVersions.map((share) => [
      share.codeVersion,
      share.percentage,
    ]) ?? [],
  );
const deployments = (emulator: Emulator) =>
  emulator.world.routines['hello']?.environments.production.history.length ?? 0;
const actions = (emulator: Emulator) => emulator.requests.map((request) => request.action);
const writes = (emulator: Emulator) =>
  actions(emulator).filter((action) => action === 'CreateRoutineCodeDeployment').length;

const OUTPUTS = [
  'canary',
  'canary-percentage',
  'changed',
  'deployment-id',
  'outcome',
  'previous-deployment-id',
  'previous-versions',
  'reason',
  'request-id',
  'stable',
  'versions',
];
const everyOutput = (result: StepResult) => expect(Object.keys(result.outputs).sort()).toEqual(OUTPUTS);

describe('a split', () => {
  test.each(nodes)('is deployed, read back and reported (%s)', async (node) => {
    await onStage(async ({ emulator, versions, run }) => {
      const [v1 = '', v2 = ''] = versions;
      const before = emulator.world.routines['hello']?.environments.production.current?.deployId;
      const result = await run({ versions: `${v2}=10, ${v1}` }, {}, node);
      const now = emulator.world.routines['hello']?.environments.production.current?.deployId;
      expect(live(emulator)).toEqual({ [v2]: 10, [v1]: 90 });
      expect(result).toMatchObject({ exitCode: 0, signal: null });
      expect(result.outputs).toMatchObject({
        outcome: 'deployed',
        changed: 'true',
        'deployment-id': now,
        'previous-deployment-id': before,
        versions: `${v2}=10,${v1}=90`,
        'previous-versions': `${v1}=100`,
        canary: v2,
        'canary-percentage': '10',
        stable: v1,
        'request-id': emulator.requests.find((request) => request.action === 'CreateRoutineCodeDeployment')?.requestId,
      });
      everyOutput(result);
      expect(result.log).not.toMatch(/DEP0|Warning:|undefined|\[object/);
    });
  });

  test('takes three round trips over two connections: two reads at once, the write, the read that verifies', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
      expect(actions(emulator).slice(0, 2).sort()).toEqual(['GetRoutine', 'ListRoutineCodeVersions']);
      expect(actions(emulator).slice(2)).toEqual(['CreateRoutineCodeDeployment', 'GetRoutine']);
      expect(emulator.connections).toBeLessThanOrEqual(2);
    });
  });

  test("an output is another step's input, and undoes it", async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const start = live(emulator);
      const first = await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
      const second = await run({
        versions: first.outputs['previous-versions'] ?? '',
        'expect-deployment-id': first.outputs['deployment-id'] ?? '',
      });
      expect(second.outputs['outcome']).toBe('deployed');
      expect(live(emulator)).toEqual(start);
      expect(first.summary).toContain(`<code>versions: ${versions[0]}=100</code>`);
    });
  });

  test('that is live already is left alone, in whatever order it is written', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      deploy(emulator.world, 'hello', 'production', [
        { codeVersion: versions[1] ?? '', percentage: 10 },
        { codeVersion: versions[0] ?? '', percentage: 90 },
      ]);
      emulator.world.quirks.versionOrder = 'reversed';
      const result = await run({ versions: `${versions[0]}=90,${versions[1]}=10` });
      expect(result.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
      expect(result.exitCode).toBe(0);
      expect(writes(emulator)).toBe(0);
    });
  });

  test('staging and production are kept apart', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      await run({ env: 'staging', versions: `${versions[2]}=100` });
      expect(live(emulator, 'staging')).toEqual({ [versions[2] ?? '']: 100 });
      expect(live(emulator)).toEqual({ [versions[0] ?? '']: 100 });
    });
  });

  test('needs the three permissions of the README and no other', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const key = emulator.world.credentials[0];
      if (key !== undefined)
        key.allow = ['esa:GetRoutine', 'esa:ListRoutineCodeVersions', 'esa:CreateRoutineCodeDeployment'];
      expect((await run({ versions: versions[1] ?? '' })).outputs['outcome']).toBe('deployed');
    });
  });

  test('with temporary credentials', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const key = emulator.world.credentials[0];
      if (key !== undefined) key.securityToken = 'the+session/token==';
      const result = await run({ versions: versions[1] ?? '', 'security-token': 'the+session/token==' });
      expect(result.outputs['outcome']).toBe('deployed');
    });
  });
});

describe('a dry run', () => {
  test('plans and writes nothing', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ versions: `${versions[1]}=10,${versions[0]}`, 'dry-run': 'TRUE' });
      expect(result.outputs).toMatchObject({ outcome: 'planned', changed: 'false', versions: `${versions[0]}=100` });
      expect(writes(emulator)).toBe(0);
      expect(result.summary).toContain('planned');
      everyOutput(result);
    });
  });

  test('without versions reports what is live', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const result = await run({ 'dry-run': 'true' });
      expect(result.outputs).toMatchObject({ outcome: 'planned', versions: `${versions[0]}=100`, stable: versions[0] });
      expect(actions(emulator)).toEqual(['GetRoutine']);
    });
  });
});

describe('answers that differ from what was seen', () => {
  test.each(['no-envs', 'no-env', 'no-code-deploy', 'no-code-versions'] as const)(
    'never deployed to, as %s',
    async (neverDeployed) => {
      await onStage(async ({ emulator, versions, run }) => {
        const environments = emulator.world.routines['hello']?.environments;
        if (environments !== undefined)
          for (const env of ['staging', 'production'] as const) environments[env] = { history: [] };
        emulator.world.quirks.neverDeployed = neverDeployed;
        const looked = await run({ 'dry-run': 'true' });
        expect(looked.outputs).toMatchObject({ outcome: 'planned', versions: '', 'deployment-id': '' });
        const result = await run({ versions: `${versions[0]}` });
        expect(result.outputs).toMatchObject({
          outcome: 'deployed',
          'previous-versions': '',
          versions: `${versions[0]}=100`,
        });
        everyOutput(result);
      });
    },
  );

  test.each([
    'numericDeploymentId',
    'numericCodeVersion',
    'omitDeploymentId',
    'percentageAsString',
    'omitCreateTimes',
    'omitStatus',
    'omitTotalCount',
  ] as const)('%s', async (quirk) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks[quirk] = true;
      const result = await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
      expect(result.outputs).toMatchObject({
        outcome: 'deployed',
        versions: `${versions[1]}=10,${versions[0]}=90`,
        canary: versions[1],
        'deployment-id': emulator.world.routines['hello']?.environments.production.current?.deployId,
      });
    });
  });

  test('a service that lags behind its own writes is read until it shows the split', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.lagReads = 3;
      const result = await run({ versions: `${versions[1]}` });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(writes(emulator)).toBe(1);
    });
  });

  test('a version published without a deployment is live at 100 %', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.world.quirks.publishFillsCodeDeploy = false;
      const current = emulator.world.routines['hello']?.environments.production.current;
      if (current !== undefined) current.publishedOnly = true;
      expect((await run({ versions: `${versions[0]}` })).outputs).toMatchObject({
        outcome: 'unchanged',
        'deployment-id': '',
      });
      expect((await run({ versions: `${versions[1]}` })).outputs).toMatchObject({
        outcome: 'deployed',
        'previous-versions': `${versions[0]}=100`,
      });
    });
  });
});

describe('refused before anything is written', () => {
  const refused = async (stage: Stage, inputs: Record<string, string>, sentence: string | RegExp) => {
    const result = await stage.run(inputs);
    expect(result.outputs).toMatchObject({ outcome: 'refused', changed: 'false' });
    expect(result.outputs['reason']).toMatch(sentence);
    expect(result.exitCode).toBe(1);
    expect(writes(stage.emulator)).toBe(0);
    expect(result.summary).toContain('Refused');
    everyOutput(result);
  };

  test('a version that does not exist', async () => {
    await onStage((stage) => refused(stage, { versions: '42' }, 'version "42" does not exist in routine "hello"'));
  });

  test('a version that is not Available', async () => {
    await onStage(async (stage) => {
      const building = addVersion(stage.emulator.world, 'hello', { status: 'Init' });
      await refused(stage, { versions: building }, 'its status is "Init"');
    });
  });

  test('a version that is bound to the other environment', async () => {
    await onStage(async (stage) => {
      const bound = addVersion(stage.emulator.world, 'hello', { deployEnv: 'staging' });
      await refused(stage, { versions: bound }, 'bound to the variables of "staging"');
      expect((await stage.run({ versions: bound, env: 'staging' })).outputs['outcome']).toBe('deployed');
    });
  });

  test('another DeploymentId than the expected one', async () => {
    await onStage((stage) =>
      refused(stage, { versions: stage.versions[1] ?? '', 'expect-deployment-id': '7' }, 'asks for deployment "7"'),
    );
  });

  test('a version beyond the newest 40 is not thereby unknown, one of the second page is checked', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const added = Array.from({ length: 45 }, (_, index) =>
        addVersion(emulator.world, 'hello', { status: index === 10 ? 'Failed' : 'Available' }),
      );
      deploy(emulator.world, 'hello', 'production', [{ codeVersion: added[44] ?? '', percentage: 100 }]);
      const failed = await run({ versions: added[10] ?? '' });
      expect(failed.outputs['reason']).toContain('its status is "Failed"');
      const old = await run({ versions: versions[0] ?? '' });
      expect(old.outputs['outcome']).toBe('deployed');
      expect(old.log).toContain('is left to the service');
    });
  });

  test('every mistake of the inputs at once, an annotation each, and no request', async () => {
    await onStage(async ({ emulator, run }) => {
      const result = await run({
        routine: '',
        env: 'Production',
        versions: '1=1e2',
        'dry-run': 'yes',
        region: 'eu',
        endpoint: 'http://esa.example.com',
        'api-timeout': '30',
        'access-key-secret': 'two words',
      });
      const titles = [...result.log.matchAll(/^::error title=Input ([\w-]+)::/gm)].map(([, input]) => input);
      expect(titles).toEqual([
        'routine',
        'env',
        'versions',
        'dry-run',
        'access-key-secret',
        'region',
        'endpoint',
        'api-timeout',
      ]);
      expect(emulator.requests).toEqual([]);
      expect(result.outputs['outcome']).toBe('refused');
      expect(result.exitCode).toBe(1);
      expect(result.log.replace(/^::add-mask::.*$/gm, '')).not.toContain('two words');
      everyOutput(result);
    });
  });
});

describe('faults on the way', () => {
  const write = 'CreateRoutineCodeDeployment';
  const passing: [string, Fault, number][] = [
    ['throttled once', { operation: write, effect: { kind: 'error', code: 'Throttling.User', retryAfter: 50 } }, 2],
    [
      'throttled, known by the header alone',
      { operation: write, effect: { kind: 'error', code: 'Flow', retryAfter: 50 } },
      2,
    ],
    ['locked twice', { operation: write, times: 2, effect: { kind: 'error', code: 'LockFailed' } }, 3],
    [
      'busy with status 503',
      { operation: write, effect: { kind: 'error', code: 'ServiceUnavailable', status: 503 } },
      2,
    ],
    ['an HTML page, not acted', { operation: write, effect: { kind: 'html', status: 502 } }, 2],
    ['an HTML page, acted', { operation: write, effect: { kind: 'html', status: 502, acts: true } }, 1],
    ['reset before acting', { operation: write, effect: { kind: 'reset' } }, 2],
    ['answer lost after acting', { operation: write, effect: { kind: 'lost' } }, 1],
    ['answer cut short', { operation: write, effect: { kind: 'truncated' } }, 1],
    ['hang, not acted', { operation: write, effect: { kind: 'hang' } }, 2],
    ['hang after acting', { operation: write, effect: { kind: 'hang', acts: true } }, 1],
    [
      'an error although it acted',
      { operation: write, effect: { kind: 'error', code: 'InternalException', status: 500, acts: true } },
      1,
    ],
    [
      'a refusal although it acted',
      { operation: write, effect: { kind: 'error', code: 'InvalidParameter', acts: true } },
      1,
    ],
    [
      'an error with HTTP 200',
      { operation: write, effect: { kind: 'body', status: 200, body: '{"Code":"LockFailed","RequestId":"1"}' } },
      2,
    ],
    ['an empty answer, acted', { operation: write, effect: { kind: 'body', status: 200, body: '', acts: true } }, 1],
    ['a nonce that was used', { operation: write, effect: { kind: 'error', code: 'SignatureNonceUsed' } }, 2],
    ['slow', { operation: write, effect: { kind: 'slow', ms: 300 } }, 1],
    [
      'a read that fails',
      { operation: 'GetRoutine', effect: { kind: 'error', code: 'InternalError', status: 500 } },
      1,
    ],
    ['a read that is cut short', { operation: 'GetRoutine', effect: { kind: 'truncated' } }, 1],
    ['the verifying read is reset', { operation: 'GetRoutine', skip: 1, effect: { kind: 'reset' } }, 1],
    ['the listing hangs', { operation: 'ListRoutineCodeVersions', effect: { kind: 'hang' } }, 1],
  ];

  test.each(passing)('%s: deployed, with no write too many', async (_name, fault, expected) => {
    await onStage(async ({ emulator, versions, run }) => {
      const before = deployments(emulator);
      emulator.script(fault);
      const result = await run({ versions: `${versions[1]}=10,${versions[0]}=90`, 'api-timeout': '700ms' });
      expect(result.outputs).toMatchObject({
        outcome: 'deployed',
        changed: 'true',
        versions: `${versions[1]}=10,${versions[0]}=90`,
      });
      expect(result.exitCode).toBe(0);
      expect(writes(emulator)).toBe(expected);
      expect(deployments(emulator)).toBe(before + 1);
      everyOutput(result);
    });
  });

  test('between a failed write and the next there is a read', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, times: 2, effect: { kind: 'error', code: 'TooManyRequests' } });
      await run({ versions: `${versions[1]}` });
      expect(actions(emulator).slice(2)).toEqual([write, 'GetRoutine', write, 'GetRoutine', write, 'GetRoutine']);
    });
  });

  test.each([
    ['Forbidden.RAM', 403, 'esa:CreateRoutineCodeDeployment'],
    ['InvalidParameter', 400, 'Available'],
    ['InvalidTimeStamp.Expired', 400, 'clock'],
    ['SomethingNew', 400, 'not known here'],
  ])('%s is told with advice and what is live, and sent once', async (code, status, advice) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'error', code, status, message: 'no' } });
      const result = await run({ versions: `${versions[1]}` });
      const requestId = emulator.requests.find((request) => request.action === write)?.requestId ?? '?';
      expect(result.outputs).toMatchObject({ outcome: 'failed', changed: 'false', versions: `${versions[0]}=100` });
      expect(result.outputs['reason']).toContain(code);
      expect(result.outputs['reason']).toContain(requestId);
      expect(result.outputs['reason']).toContain(`production serves ${versions[0]}=100`);
      expect(result.log).toContain(advice);
      expect(result.exitCode).toBe(1);
      expect(writes(emulator)).toBe(1);
      everyOutput(result);
    });
  });

  test('a routine that does not exist: nothing is written, the region is named', async () => {
    await onStage(async ({ emulator, run, versions }) => {
      const result = await run({ routine: 'nobody', versions: `${versions[1]}` });
      expect(result.outputs['outcome']).toBe('failed');
      expect(result.outputs['reason']).toContain('RoutineNotExist');
      expect(result.log).toContain('ap-southeast-1');
      expect(writes(emulator)).toBe(0);
      everyOutput(result);
    });
  });

  test('a key that is unknown: the region is named; a wrong secret: neither secret nor signature is shown', async () => {
    await onStage(async ({ run, versions }) => {
      const unknown = await run({ 'access-key-id': 'LTAIunknown', versions: `${versions[1]}` });
      expect(unknown.outputs['reason']).toContain('InvalidAccessKeyId.NotFound');
      expect(unknown.log).toContain('international site');
      const wrong = await run({ 'access-key-secret': 'not-the-secret', versions: `${versions[1]}` });
      expect(wrong.outputs['reason']).toContain('SignatureDoesNotMatch');
      expect(wrong.log.replace(/^::add-mask::.*$/gm, '') + wrong.summary).not.toMatch(/not-the-secret|ACS3-HMAC/);
    });
  });

  test('nothing listens: given up after a bounded number of tries', async () => {
    await onStage(async ({ run, versions }) => {
      const result = await run({ endpoint: 'http://127.0.0.1:9', versions: `${versions[1]}` });
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: '', changed: 'false' });
      expect(result.outputs['reason']).toContain('ECONNREFUSED');
      everyOutput(result);
    });
  });

  test.each(['before', 'after'] as const)(
    'somebody else deploys right %s the write: drifted or overtaken, never overwritten',
    async (when) => {
      await onStage(async ({ emulator, versions, run }) => {
        emulator.script({
          operation: write,
          effect: { kind: 'foreign', when, codeVersions: [{ codeVersion: versions[2] ?? '', percentage: 100 }] },
        });
        const result = await run({ versions: `${versions[1]}` });
        expect(writes(emulator)).toBe(1);
        expect(result.outputs['outcome']).toBe(when === 'after' ? 'drifted' : 'deployed');
        expect(result.exitCode).toBe(when === 'after' ? 1 : 0);
        expect(live(emulator)).toEqual({ [versions[when === 'after' ? 2 : 1] ?? '']: 100 });
      });
    },
  );

  test('a listing that may not be read: the permission is named', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const key = emulator.world.credentials[0];
      if (key !== undefined) key.allow = ['esa:GetRoutine'];
      const result = await run({ versions: `${versions[1]}` });
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: `${versions[0]}=100` });
      expect(result.log).toContain('esa:ListRoutineCodeVersions');
    });
  });
});

describe('hostile text', () => {
  test('a description cannot forge a command, a table, HTML or a link', async () => {
    await onStage(async ({ emulator, run }) => {
      const evil =
        'x|y\n::error::pwned\r\n##[error]z <img src=x onerror=1> [a](http://evil.example) `c` @octocat www.evil.example ```';
      const version = addVersion(emulator.world, 'hello', { description: evil });
      const result = await run({ versions: version });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(result.log).not.toMatch(/^::error|##\[/m);
      expect(result.summary).not.toMatch(/<img|http:\/\/evil|\[a\]\(/);
      expect(result.summary.split('\n').filter((line) => line.startsWith('|') && line.includes(version))).toHaveLength(
        1,
      );
    });
  });

  test('an error message of the service cannot either', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({
        operation: 'CreateRoutineCodeDeployment',
        effect: {
          kind: 'error',
          code: 'Evil\n::set-output name=outcome::deployed',
          message: '\n::stop-commands::x\n<script>1</script>|',
        },
      });
      const result = await run({ versions: `${versions[1]}` });
      expect(result.log).not.toMatch(/^::(?:set-output|stop-commands)/m);
      expect(result.outputs['outcome']).toBe('failed');
      expect(result.summary).not.toContain('<script');
    });
  });
});
