import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { onMachine } from '../support/action/machine.js';
import { assumed, onOidcStage, PROVIDER, ROLE } from '../support/action/oidc-stage.js';
import { cancelAt } from '../support/action/rollout-stage.js';
import { companyProxy } from '../support/network/company-proxy.js';
import { answering } from '../support/network/listening.js';
import { privateCa } from '../support/network/private-ca.js';

const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** What a service answers that hands out sessions for an hour. */
const sessionOf = ({ accessKeyId, accessKeySecret }: { accessKeyId: string; accessKeySecret: string }) =>
  JSON.stringify({
    Code: 'Success',
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret,
    SecurityToken: 'uri-token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  });

describe('by the environment', () => {
  const families = [
    ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
    ['ALICLOUD_ACCESS_KEY', 'ALICLOUD_SECRET_KEY', 'ALICLOUD_SECURITY_TOKEN'],
    ['ALIBABACLOUD_ACCESS_KEY_ID', 'ALIBABACLOUD_ACCESS_KEY_SECRET', 'ALIBABACLOUD_SECURITY_TOKEN'],
  ] as const;

  test.each(families)('%s, %s and %s', async (id, secret, token) => {
    await onMachine(async ({ run, key, emulator }) => {
      const env = { [id]: key.accessKeyId, [secret]: key.accessKeySecret, [token]: '' };
      const result = await run({}, env);
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.log).toMatch(new RegExp(`^Credentials: environment.*${id}`, 'm'));
      const [credential] = emulator.world.credentials;
      if (credential !== undefined) credential.securityToken = 'a-session-token';
      expect((await run({}, { ...env, [token]: 'a-session-token' })).outputs['outcome']).toBe('planned');
    });
  });

  test.each(families)('half of it is a mistake that says what is missing: %s, %s', async (id, secret, token) => {
    await onMachine(async ({ run, emulator }) => {
      for (const [given, missing] of [
        [id, secret],
        [secret, id],
        [token, id],
      ] as const) {
        const result = await run({}, { [given]: 'given' });
        expect(result.outputs['outcome']).toBe('refused');
        expect(result.log).toMatch(
          new RegExp(`^::error title=[^:]*::.*Variable "${missing}": nothing is given, but .${given}. is`, 'm'),
        );
      }
      expect(emulator.requests).toEqual([]);
    });
  });

  test('a line break in a variable is a mistake that names it', async () => {
    await onMachine(async ({ run, key, emulator }) => {
      const [[id, secret]] = families;
      const result = await run({}, { [id]: key.accessKeyId, [secret]: `${key.accessKeySecret}\n` });
      expect(result.log).toContain(`::error title=Variable ${secret}::`);
      expect(emulator.requests).toEqual([]);
    });
  });

  test('the inputs come first, then the families in their order', async () => {
    await onMachine(async ({ run, key }) => {
      const wrong = Object.fromEntries(
        families.flatMap(([id, secret]) => [
          [id, 'wrong-id'],
          [secret, 'wrong-secret'],
        ]),
      );
      const inputs = { 'access-key-id': key.accessKeyId, 'access-key-secret': key.accessKeySecret };
      expect((await run(inputs, wrong)).outputs['outcome']).toBe('planned');
      const [first, second] = families;
      const right = (family: readonly [string, string, string]) => ({
        [family[0]]: key.accessKeyId,
        [family[1]]: key.accessKeySecret,
      });
      expect((await run({}, { ...wrong, ...right(first) })).outputs['outcome']).toBe('planned');
      const emptied = { ...wrong, [first[0]]: '', [first[1]]: '', [first[2]]: '' };
      expect((await run({}, { ...emptied, ...right(second) })).outputs['outcome']).toBe('planned');
    });
  });
});

describe("by Alibaba Cloud's default chain", () => {
  test('a profile of its CLI', async () => {
    await onMachine(async ({ run, key, home, connected }) => {
      const profile = {
        name: 'default',
        mode: 'AK',
        access_key_id: key.accessKeyId,
        access_key_secret: key.accessKeySecret,
      };
      put(join(home, '.aliyun/config.json'), JSON.stringify({ current: 'default', profiles: [profile] }));
      const result = await run();
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.log).toContain('Credentials found: Alibaba Cloud CLI profile');
      const accepted = "Accepted credentials: Alibaba Cloud's default chain, Alibaba Cloud CLI profile";
      expect([result.log, result.summary]).toEqual([accepted, accepted].map((text) => expect.stringContaining(text)));
      expect(connected()).not.toContain('100.100.100.200');
    });
  });

  test('a credentials file', async () => {
    await onMachine(async ({ run, key, home }) => {
      const lines = [
        '[default]',
        'type = access_key',
        `access_key_id = ${key.accessKeyId}`,
        `access_key_secret = ${key.accessKeySecret}`,
      ];
      put(join(home, '.alibabacloud/credentials'), lines.join('\n'));
      const result = await run();
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.log).toContain('Credentials found: credentials file');
    });
  });

  test('the role of an ECS instance, on a self-hosted runner, also where proxies are set', async () => {
    await onMachine(async ({ run, emulator, connected }) => {
      const [credential] = emulator.world.credentials;
      if (credential !== undefined) credential.securityToken = 'metadata-token';
      const result = await run({}, { RUNNER_ENVIRONMENT: 'self-hosted', HTTP_PROXY: 'http://127.0.0.1:9' });
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.log).toContain('Credentials found: ECS RAM role');
      expect(connected()).toContain('100.100.100.200');
    });
  });

  test('a URI', async () => {
    await onMachine(async ({ run, emulator, key }) => {
      const [credential] = emulator.world.credentials;
      if (credential !== undefined) credential.securityToken = 'uri-token';
      await using server = await answering((_, response) => response.end(sessionOf(key)));
      const uri = `${server.url}/keys`;
      const result = await run({}, { ALIBABA_CLOUD_CREDENTIALS_URI: uri, RUNNER_ENVIRONMENT: 'github-hosted' });
      expect(result.outputs['outcome']).toBe('planned');
      expect(result.log).toContain('Credentials found: URI');
    });
  });

  test('a source that fails for a moment, after keys of it have ended, is asked again and no other', async () => {
    await onMachine(async ({ run, emulator, key, versions }) => {
      const [credential] = emulator.world.credentials;
      if (credential !== undefined) credential.securityToken = 'uri-token';
      let asked = 0;
      await using server = await answering((_, response) => {
        asked += 1;
        if (asked === 2) response.writeHead(503).end('{}');
        else response.end(sessionOf(key));
      });
      const uri = `${server.url}/keys`;
      emulator.script({ operation: 'GetRoutine', effect: { kind: 'error', code: 'InvalidSecurityToken.Expired' } });
      const env = { ALIBABA_CLOUD_CREDENTIALS_URI: uri, RUNNER_ENVIRONMENT: 'github-hosted' };
      const result = await run({ 'dry-run': '', versions: versions[1] ?? '' }, env);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(asked).toBe(3);
    });
  });

  test('a program of a profile that never ends does not hold the job when all is said', async () => {
    await onMachine(async ({ run, home }) => {
      const profile = { name: 'default', mode: 'External', process_command: 'sleep 50' };
      put(join(home, '.aliyun/config.json'), JSON.stringify({ current: 'default', profiles: [profile] }));
      const result = await run({}, { RUNNER_ENVIRONMENT: 'github-hosted' }, undefined, cancelAt('Credentials:'));
      const said = Date.now();
      expect(result.outputs['outcome']).toBe('failed');
      const events = JSON.parse(result.outputs['timeline'] ?? '[]') as { at: string }[];
      expect(said - Date.parse(events.at(-1)?.at ?? '')).toBeLessThan(5_000);
    });
  });

  test('nothing anywhere on a GitHub-hosted runner: said at once, and no metadata is asked for', async () => {
    await onMachine(async ({ run, emulator, connected }) => {
      const result = await run({}, { RUNNER_ENVIRONMENT: 'github-hosted' });
      expect(result.outputs['outcome']).toBe('failed');
      expect(result.outputs['reason']).toContain('NoCredentials');
      expect(result.log).toMatch(/role-to-assume.*id-token: write/);
      expect(connected()).toEqual([]);
      expect(emulator.requests).toEqual([]);
    });
  });

  test('an OIDC token file, by a proxy; and where it fails nothing else is tried', async () => {
    using ca = privateCa('sts.test');
    await using proxy = await companyProxy();
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    const file = join(home, 'token');
    put(
      join(home, '.aliyun/config.json'),
      '{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"other","access_key_secret":"other"}]}',
    );
    await onOidcStage(
      async ({ emulator, run, github, role }) => {
        const response = await fetch(`${github.env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sts.aliyuncs.com`, {
          headers: { authorization: `bearer ${github.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` },
        });
        writeFileSync(file, ((await response.json()) as { value: string }).value);
        const { port } = new URL(emulator.api);
        const inputs = {
          'role-to-assume': '',
          'oidc-provider-arn': '',
          'dry-run': 'true',
          'sts-endpoint': `https://sts.test:${port}`,
          endpoint: `https://sts.test:${port}`,
        };
        const env = {
          HOME: home,
          NODE_EXTRA_CA_CERTS: ca.file,
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
          ALIBABA_CLOUD_ROLE_ARN: ROLE,
          ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER,
          ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
        };
        const result = await run(inputs, env);
        expect(result.outputs['outcome']).toBe('planned');
        expect(result.log).toContain('Credentials: OIDC token file (ALIBABA_CLOUD_ROLE_ARN');
        expect(assumed(emulator)[0]?.parameters['RoleSessionName']).toBe('octo-edge-4711');
        role.subject = 'somebody else';
        const refused = await run(inputs, env);
        expect(refused.outputs['reason']).toMatch(/NoCredentials.*AuthenticationFail\.NoPermission/);
        const half = await run(inputs, { ...env, ALIBABA_CLOUD_OIDC_TOKEN_FILE: '' });
        expect(half.log).toContain('::error title=Variable ALIBABA_CLOUD_OIDC_TOKEN_FILE::');
      },
      { tls: ca.tls },
    );
    rmSync(home, { recursive: true });
  });
});
