import { describe, expect, test } from '@jest/globals';
import { SUBJECT } from '../../emulator/token-service.js';
import { assumed, type OidcStage, onOidcStage, PROVIDER, ROLE } from '../support/action/oidc-stage.js';
import { gate } from '../support/action/rollout-stage.js';
import { everyOutput, SHORT_PAUSES, writes } from '../support/action/stage.js';

describe("a role assumed with the job's own token", () => {
  test('signs a deploy, and no key has to exist', async () => {
    await onOidcStage(async ({ emulator, versions, run, github }) => {
      const result = await run({ versions: versions[1] ?? '' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(github.audiences).toEqual(['sts.aliyuncs.com']);
      const [request, ...others] = assumed(emulator);
      expect(others).toEqual([]);
      expect(request?.parameters).toMatchObject({
        RoleArn: ROLE,
        OIDCProviderArn: PROVIDER,
        OIDCToken: github.issued[0],
        RoleSessionName: 'octo-edge-4711',
        DurationSeconds: '3600',
      });
      const calls = emulator.requests.filter(({ action }) => action !== 'AssumeRoleWithOIDC');
      expect(new Set(calls.map(({ accessKeyId }) => accessKeyId))).toEqual(
        new Set([emulator.world.credentials[0]?.accessKeyId]),
      );
      expect(result.log).toContain('Credentials: OIDC, by this action (role-to-assume, oidc-provider-arn)');
    });
  });

  test('a dry run proves the role, and that a real run would need more of it', async () => {
    await onOidcStage(async ({ run, role }) => {
      role.allow = ['esa:GetRoutine', 'esa:ListRoutineCodeVersions'];
      const { log } = await run({ 'dry-run': 'true' });
      expect(log).toContain('  Accepted credentials: OIDC, by this action (role-to-assume, oidc-provider-arn)\n');
      expect(log).toContain('  Only a real run can prove: esa:CreateRoutineCodeDeployment\n');
    });
  });

  test('on the wire: unsigned, the operation in the query, what is secret in the body', async () => {
    await onOidcStage(async ({ emulator, run, github }) => {
      await run({ 'dry-run': 'true' });
      const [request] = assumed(emulator);
      expect(request).toMatchObject({ method: 'POST', version: '2015-04-01', accessKeyId: '' });
      expect(request?.headers).not.toHaveProperty('authorization');
      expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(JSON.stringify(request?.headers)).not.toContain(github.issued[0]);
    });
  });

  test('audience, session name and duration are what the inputs say', async () => {
    await onOidcStage(async ({ emulator, run, github, role }) => {
      role.audience = 'https://edge.example';
      const inputs = { audience: role.audience, 'role-session-name': 'night@shift', 'role-session-duration': '20m' };
      const result = await run({ 'dry-run': 'true', ...inputs });
      expect(result.outputs['outcome']).toBe('planned');
      expect(github.audiences).toEqual(['https://edge.example']);
      expect(assumed(emulator)[0]?.parameters).toMatchObject({
        RoleSessionName: 'night@shift',
        DurationSeconds: '1200',
      });
    });
  });

  test('a session that the service ends early is taken anew, and the write goes on', async () => {
    await onOidcStage(async ({ emulator, versions, run }) => {
      emulator.script({
        operation: 'CreateRoutineCodeDeployment',
        effect: { kind: 'error', code: 'InvalidSecurityToken.Expired' },
      });
      const result = await run({ versions: versions[1] ?? '' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(assumed(emulator)).toHaveLength(2);
      expect(writes(emulator)).toBe(2);
    });
  });
});

describe('a secret that is also a word of the answer', () => {
  test.each([
    [{ 'gate-url': '?keyword=production' }, {}],
    [{ 'gate-url': '?token=production' }, {}],
    [{}, { HTTP_PROXY: 'http://runner:production@proxy.invalid:3128' }],
    [{}, { HTTP_PROXY: 'http://runner:CodeVersion@proxy.invalid:3128' }],
  ])('%j %j: the answer is read as it is', async (inputs, env) => {
    await onOidcStage(async ({ emulator, versions, run }) => {
      const given = gate(emulator);
      const url = `${given['gate-url']}${(inputs as Record<string, string>)['gate-url'] ?? ''}`;
      const steps = { canary: versions[1] ?? '', steps: '50% for 300ms, 100%', ...given, 'gate-url': url };
      const result = await run(steps, env);
      expect(result.outputs).toMatchObject({ outcome: 'promoted', 'previous-versions': `${versions[0]}=100` });
      expect(emulator.world.routines['hello']?.environments.production.history).toHaveLength(3);
    });
  });

  test('a renewed key that the service does not know yet is tried again', async () => {
    await onOidcStage(async ({ emulator, versions, run }) => {
      emulator.script({
        operation: 'GetRoutine',
        skip: 1,
        effect: { kind: 'error', code: 'InvalidAccessKeyId.NotFound' },
      });
      expect((await run({ versions: versions[1] ?? '' })).outputs['outcome']).toBe('deployed');
      emulator.script({ times: 9, effect: { kind: 'error', code: 'InvalidAccessKeyId.NotFound' } });
      const first = await run({ versions: versions[0] ?? '' });
      expect(first.outputs['outcome']).toBe('failed');
      expect(first.log).not.toContain('again in');
    });
  });

  test('an STS that hands out the same session twice', async () => {
    await onOidcStage(async ({ emulator, versions, run }) => {
      const [first] = [await run({ 'dry-run': 'true' })];
      expect(first.outputs['outcome']).toBe('planned');
      const session = emulator.world.credentials.at(-1);
      const body = JSON.stringify({
        RequestId: 'R',
        Credentials: {
          AccessKeyId: session?.accessKeyId,
          AccessKeySecret: session?.accessKeySecret,
          SecurityToken: session?.securityToken,
        },
      });
      emulator.script({ operation: 'AssumeRoleWithOIDC', times: 9, effect: { kind: 'body', status: 200, body } });
      emulator.script({ operation: 'GetRoutine', effect: { kind: 'error', code: 'InvalidSecurityToken.Expired' } });
      expect((await run({ versions: versions[1] ?? '' })).outputs['outcome']).toBe('deployed');
    });
  });
});

describe('what can go wrong, each with its own advice', () => {
  const failing = async (
    prepare: (stage: Parameters<Parameters<typeof onOidcStage>[0]>[0]) => void,
    inputs: Record<string, string> = {},
    env: Record<string, string> = {},
  ) => {
    let log = '';
    await onOidcStage(async (stage) => {
      prepare(stage);
      const { emulator, versions, run } = stage;
      const result = await run({ versions: versions[1] ?? '', ...inputs }, { ...SHORT_PAUSES, ...env });
      expect(result.outputs['outcome']).toMatch(/refused|failed/);
      expect(result.exitCode).toBe(1);
      expect(writes(emulator)).toBe(0);
      everyOutput(result);
      log = result.log;
    });
    return log;
  };
  const refusal = (code: string) => ({ operation: 'AssumeRoleWithOIDC', effect: { kind: 'error' as const, code } });

  test('no id-token: write: told before anything is sent, with the YAML', async () => {
    for (const name of ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
      let asked = () => -1;
      const prepare = ({ emulator, github }: OidcStage) => {
        asked = () => emulator.requests.length + github.audiences.length;
      };
      const log = await failing(prepare, {}, { [name]: '' });
      expect(asked()).toBe(0);
      expect(log).toContain('::error title=Input role-to-assume::');
      expect(log).toContain('permissions: { id-token: write }');
    }
  });

  test('GitHub refuses: the same YAML', async () => {
    const log = await failing(({ github }) => {
      github.instead = (_, response) => {
        response.writeHead(403).end('{"message":"no"}');
        return true;
      };
    });
    expect(log).toMatch(/IdTokenNotIssued\.403.*permissions: \{ id-token: write \}/);
  });

  test('GitHub does not answer: given up in time', async () => {
    const started = Date.now();
    const log = await failing(
      ({ github }) => {
        github.instead = () => true;
      },
      { 'api-timeout': '300ms' },
    );
    expect(log).toContain('IdTokenTimeout');
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  test('a trust policy for another job: the policy to write, with the very claims of this job', async () => {
    const log = await failing(({ role }) => {
      role.subject = 'repo:octo@1/edge@2:ref:refs/heads/main';
    });
    expect(log).toContain('AuthenticationFail.NoPermission');
    expect(log).toContain(`"oidc:sub": "${SUBJECT}"`);
    expect(log).toContain(PROVIDER);
  });

  test('that policy can be copied from the summary and from the log, and is JSON', async () => {
    await onOidcStage(async ({ run, role }) => {
      role.subject = 'repo:octo@1/edge@2:ref:refs/heads/main';
      const { log, summary } = await run({ 'dry-run': 'true' });
      const [, copied = ''] = /^```json\n([\s\S]*?)^```$/m.exec(summary) ?? [];
      expect(JSON.parse(copied)).toEqual({
        Version: '1',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Federated: [PROVIDER] },
            Condition: {
              StringEquals: {
                'oidc:iss': 'https://token.actions.githubusercontent.com',
                'oidc:aud': 'sts.aliyuncs.com',
                'oidc:sub': SUBJECT,
              },
            },
          },
        ],
      });
      expect(log).toContain(copied);
    });
  });

  test('a token that expired on the way: a fresh one is asked for, again and again', async () => {
    let issued = () => 0;
    const log = await failing(({ github }) => {
      github.claims = { exp: 1 };
      issued = () => new Set(github.issued).size;
    });
    expect(issued()).toBeGreaterThan(3);
    expect(log).toContain('AuthenticationFail.OIDCToken.Expired');
    expect(log).toMatch(/Run again.*clock of a self-hosted runner/);
  });

  test.each([
    ['AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch', /fingerprint.*AddFingerprintToOIDCProvider/],
    ['AuthenticationFail.OIDCToken.AudienceNotMatch', /client ids of acs:ram/],
    ['AuthenticationFail.OIDCToken.IssuerNotMatch', /https:\/\/token\.actions\.githubusercontent\.com/],
    ['AuthenticationFail.OIDCToken.IssuerConfigurationBroken', /reachable from Alibaba Cloud/],
    ['AuthenticationFail.OIDCToken.Invalid', /issuer URL/],
    ['EntityNotExist.Role', /Check `role-to-assume`/],
    ['EntityNotExist.OIDCProvider', /Check `oidc-provider-arn`/],
    ['SomethingNew', /trust policy of the role against docs\/credentials\.md/],
  ])('%s', async (code, advice) => {
    const log = await failing(({ emulator }) => emulator.script(refusal(code)));
    expect(log).toContain(code);
    expect(log).toMatch(advice);
  });

  test('a duration that the role does not allow', async () => {
    const log = await failing(() => {}, { 'role-session-duration': '2h' });
    expect(log).toMatch(/InvalidParameter\.DurationSeconds.*role-session-duration/);
  });

  test('an STS that is busy for a moment is asked again', async () => {
    await onOidcStage(async ({ emulator, versions, run }) => {
      emulator.script({ ...refusal('ServiceUnavailable'), times: 2 });
      const result = await run({ versions: versions[1] ?? '' }, SHORT_PAUSES);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(assumed(emulator)).toHaveLength(3);
    });
  });
});
