import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { echoing, KEY, knowsKey, leaves } from '../support/action/leaks-scene.js';
import { cancelAt, gate, misbehave, post } from '../support/action/rollout-stage.js';
import { companyProxy } from '../support/network/company-proxy.js';

describe('no secret is left anywhere', () => {
  test('by a deploy with an assumed role, and by one with a key', async () => {
    await leaves(async ({ stage, run }) => {
      expect((await run({ versions: stage.versions[1] ?? '' })).outputs['outcome']).toBe('deployed');
      knowsKey(stage.emulator);
      expect((await run({ versions: stage.versions[0] ?? '', ...KEY })).outputs['outcome']).toBe('deployed');
    });
  });

  test('by a key that comes by the environment', async () => {
    await leaves(async ({ stage, run }) => {
      knowsKey(stage.emulator);
      const env = {
        ALICLOUD_ACCESS_KEY: KEY['access-key-id'],
        ALICLOUD_SECRET_KEY: KEY['access-key-secret'],
        ALICLOUD_SECURITY_TOKEN: KEY['security-token'],
      };
      const none = { 'role-to-assume': '', 'oidc-provider-arn': '' };
      expect((await run({ versions: stage.versions[1] ?? '', ...none }, env)).outputs['outcome']).toBe('deployed');
    });
  });

  test('by inputs that are wrong', async () => {
    await leaves(async ({ run }) => {
      await run({
        ...KEY,
        'access-key-secret': `${KEY['access-key-secret']} `,
        versions: 'x',
        endpoint: 'https://user:pass-word-1@host',
      });
      const half = await run({ 'access-key-id': KEY['access-key-id'] });
      expect(half.outputs['outcome']).toBe('refused');
    });
  });

  test.each([403, 400, 200, 503])('by an ESA that echoes what it was sent, status %i', async (status) => {
    await leaves(async ({ run, secrets }) => {
      await using echo = await echoing(secrets, status);
      const result = await run({ 'dry-run': 'true', endpoint: echo.url });
      expect(result.outputs['outcome']).toBe('failed');
    });
  });

  test.each([403, 200])('by an STS that echoes the id-token, status %i', async (status) => {
    await leaves(async ({ run, secrets }) => {
      await using echo = await echoing(secrets, status);
      const result = await run({ 'dry-run': 'true', 'sts-endpoint': echo.url });
      expect(result.outputs['outcome']).toBe('failed');
    });
  });

  test('by a token service that echoes, or answers with something else', async () => {
    for (const body of ['', 'not json', '{"value":null}', '{"value":""}', '{"value":"no-jwt-but-secret-enough"}']) {
      await leaves(async ({ stage, run, secrets }) => {
        secrets.push('no-jwt-but-secret-enough');
        stage.github.instead = (request, response) => {
          response
            .writeHead(body === '' ? 403 : 200)
            .end(body === '' ? JSON.stringify({ message: request.headers.authorization }) : body);
          return true;
        };
        expect((await run({ 'dry-run': 'true' })).exitCode).toBe(1);
      });
    }
  });

  test('by a trust policy that does not fit, whose advice shows claims of the token', async () => {
    await leaves(async ({ stage, run }) => {
      stage.role.subject = 'somebody else';
      expect((await run({ 'dry-run': 'true' })).log).toContain('"oidc:sub"');
    });
  });

  test('by a rollout whose gate has a token in its URL, fails and is rolled back; and by the post step', async () => {
    await leaves(async ({ stage, run, secrets }) => {
      const { emulator, versions } = stage;
      secrets.push('esa+er/token==1', 'gate-signature-1');
      misbehave(emulator, versions[1], { failureShare: 1 });
      const url = `${gate(emulator)['gate-url']}?esa_er_token=${encodeURIComponent('esa+er/token==1')}&X-Signature=gate-signature-1&page=1`;
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1s, 100%', ...gate(emulator), 'gate-url': url };
      const result = await run(inputs);
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.summary).toContain('page=1');
      await run(inputs, {}, { entry: post, state: { stable: versions[0] ?? '' } });
    });
  });

  test.each([
    ['token', 'aB3+dE5+gH7iJ9kL'],
    ['token', 'aB3%2bdE5%2fgH7iJ9'],
    ['access_token', 'aB3dE5%21gH7iJ9'],
    ['sig', 'a1b2c3d4e5f6%3D'],
    ['pwd', 'hunter2hunter2'],
    ['X-Amz-Signature', '0123456789abcdef'],
    ['api-key', 'k-0123456789'],
  ])('by a gate whose URL has %s=%s, as it is written', async (name, value) => {
    await leaves(async ({ stage, run, secrets }) => {
      const { emulator, versions } = stage;
      secrets.push(value, decodeURIComponent(value));
      misbehave(emulator, versions[1], { failureShare: 1 });
      const url = `${gate(emulator)['gate-url']}?${name}=${value}`;
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1s, 100%', ...gate(emulator), 'gate-url': url };
      expect((await run(inputs)).outputs['outcome']).toBe('rolled-back');
    });
  });

  test('by one that asks a failing stable before the first step', async () => {
    await leaves(async ({ stage, run, secrets }) => {
      const { emulator, versions } = stage;
      secrets.push('esa+er/token==1');
      misbehave(emulator, versions[0], { failureShare: 1 });
      const url = `${gate(emulator)['gate-url']}?esa_er_token=${encodeURIComponent('esa+er/token==1')}&page=1`;
      const result = await run({ canary: versions[1] ?? '', steps: '50% for 1s, 100%', 'gate-url': url });
      expect(result.outputs['outcome']).toBe('rolled-back');
      expect(result.log).toMatch(/^Before the first step: 22 of 22 answers of the stable \d+ failed; first: .*page=1/m);
    });
  });

  test('by a gate URL that is refused', async () => {
    await leaves(async ({ stage, run, secrets }) => {
      secrets.push('SuperSecretToken1', 'pa/ssWord99');
      const url =
        'htps://edge.example/health/check/of/everything/that/is/there?token=SuperSecretToken1\nhttps://bob:pa/ssWord99@edge.example/';
      const result = await run({ canary: stage.versions[1] ?? '', steps: '50% for 1s', 'gate-url': url });
      expect(result.outputs['outcome']).toBe('refused');
    });
  });

  test('by a service that has put one into a description, or into a status that is refused', async () => {
    await leaves(async ({ stage, run }) => {
      knowsKey(stage.emulator);
      const { 'access-key-secret': secret } = KEY;
      const known = stage.emulator.world.routines['hello']?.versions ?? [];
      for (const version of known) version.description = `made with ${secret}`;
      const shown = await run({ versions: stage.versions[1] ?? '', ...KEY });
      expect(shown.outputs['outcome']).toBe('deployed');
      expect(shown.summary).toContain('made with ');
      for (const version of known) version.status = secret as 'Init';
      const refused = await run({ versions: stage.versions[2] ?? '', ...KEY });
      expect(refused.outputs['outcome']).toBe('refused');
    });
  });

  test('by a token service that echoes a bearer as long as a real one', async () => {
    await leaves(async ({ stage, run, secrets }) => {
      const bearer = 'eyJ0.'.padEnd(1_200, 'aB3dE5gH7iJ9kL');
      secrets.push(bearer);
      stage.github.instead = (request, response) => {
        response.writeHead(403).end(JSON.stringify({ message: request.headers.authorization }));
        return true;
      };
      const { log } = await run({ 'dry-run': 'true' }, { ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer });
      expect(log).toContain('IdTokenNotIssued.403');
    });
  });

  test('by a key that is a number, in a file of the CLI or an answer', async () => {
    await leaves(async ({ run, machine, secrets }) => {
      secrets.push('9876543210123');
      const folder = join(machine, 'home', '.aliyun');
      mkdirSync(folder);
      const profile = {
        name: 'default',
        mode: 'AK',
        access_key_id: 'id-that-is-long',
        access_key_secret: 9_876_543_210_123,
      };
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ current: 'default', profiles: [profile] }));
      const none = { 'role-to-assume': '', 'oidc-provider-arn': '', 'dry-run': 'true' };
      const result = await run(none, { RUNNER_ENVIRONMENT: 'github-hosted' });
      expect(result.outputs['reason']).toContain('NoCredentials');
      writeFileSync(join(folder, 'config.json'), 'EsecretPart is no JSON');
      secrets.push('EsecretPart');
      await run(none, { RUNNER_ENVIRONMENT: 'github-hosted' });
      rmSync(folder, { recursive: true });
    });
  });

  test('by a cancelled rollout', async () => {
    await leaves(async ({ stage, run }) => {
      const inputs = { canary: stage.versions[1] ?? '', steps: '50% for 1m, 100%' };
      expect((await run(inputs, {}, cancelAt('bakes for'))).outputs['outcome']).toBe('rolled-back');
    });
  });

  test('by a gate command that prints the environment it gets', async () => {
    await leaves(async ({ stage, run }) => {
      const inputs = {
        canary: stage.versions[1] ?? '',
        steps: '50% for 300ms, 100%',
        'gate-command': 'env; env | base64; exit 0',
      };
      expect((await run(inputs)).outputs['outcome']).toBe('promoted');
    });
  });

  test('by proxies with a password that refuse, fail, or do not exist', async () => {
    await using proxy = await companyProxy('another');
    await leaves(async ({ run, secrets }) => {
      secrets.push('proxy-p@ss/word', 'runner:proxy-p@ss/word');
      for (const port of [proxy.port, 9]) {
        const env = { HTTPS_PROXY: `http://runner:${encodeURIComponent('proxy-p@ss/word')}@127.0.0.1:${port}` };
        const result = await run(
          { 'dry-run': 'true', 'sts-endpoint': 'https://sts.test', 'api-timeout': '300ms' },
          env,
        );
        expect(result.outputs['outcome']).toBe('failed');
      }
    });
  });

  test('by files and answers of the default chain that are broken, keys and all', async () => {
    await leaves(async ({ stage, run, machine, secrets }) => {
      secrets.push('key-in-a-broken-file', 'key-of-a-broken-answer');
      const file = join(machine, 'home', '.aliyun');
      mkdirSync(file);
      writeFileSync(join(file, 'given-config.json'), '');
      await using echo = await echoing(['key-of-a-broken-answer'], 200);
      const none = { 'role-to-assume': '', 'oidc-provider-arn': '', 'dry-run': 'true' };
      const env = {
        ALIBABA_CLOUD_CREDENTIALS_URI: `${echo.url}/?token=uri-token-of-length`,
        RUNNER_ENVIRONMENT: 'github-hosted',
      };
      secrets.push('uri-token-of-length');
      const result = await run(none, env);
      expect(result.outputs['reason']).toContain('NoCredentials');
      expect(stage.emulator.requests).toEqual([]);
    });
  });

  test('by a fault in the action whose message holds them', async () => {
    await leaves(async ({ run, machine }) => {
      const hook = join(machine, 'given-hook.cjs');
      const { 'access-key-secret': secret } = KEY;
      writeFileSync(
        hook,
        `Date.now = () => { throw new Error(${JSON.stringify(`planted ${secret} ${encodeURIComponent(secret)}`)}); };`,
      );
      const result = await run({ 'dry-run': 'true', ...KEY }, { NODE_OPTIONS: `--require ${hook}` });
      expect(result.log).toContain('Fault in the action');
    });
  });
});

test('what this test looks with finds what is there', async () => {
  const found = leaves(async ({ run, secrets }) => {
    secrets.push('Credentials: OIDC');
    await run({ 'dry-run': 'true' });
  });
  await expect(found).rejects.toThrow('Credentials: OIDC');
});
