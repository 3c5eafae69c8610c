import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { StepResult } from '../../scripts/runner.js';
import { companyProxy } from '../network/company-proxy.js';
import { type OidcStage, onOidcStage } from './oidc-stage.js';
import { cancelAt, gate, misbehave, post } from './rollout-stage.js';

/** Everything that a secret may be turned into on its way to a reader, worked out here a second time. */
const forms = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  String(new URLSearchParams({ '': secret })).slice(1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
];

interface Scene {
  readonly stage: OidcStage;
  /** HOME, TMPDIR, RUNNER_TEMP and the workspace of the step. */
  readonly machine: string;
  /** What must not be found anywhere, beside what the stage knows by itself. */
  readonly secrets: string[];
  readonly run: (
    inputs?: Record<string, string>,
    env?: Record<string, string>,
    more?: Parameters<OidcStage['run']>[3],
  ) => Promise<StepResult>;
}

const KEY = {
  'access-key-id': 'LTAI5tLeakLeakLeak',
  'access-key-secret': 'a/secret+with=signs&more',
  'security-token': 'CAIS/long+token==&x',
};

/** Plays a scene, then looks at every byte that it left. */
async function leaves(play: (scene: Scene) => Promise<void>): Promise<void> {
  const machine = mkdtempSync(join(tmpdir(), 'machine-'));
  for (const name of ['home', 'tmp', 'runner-temp', 'workspace']) mkdirSync(join(machine, name));
  try {
    await onOidcStage(async (stage) => {
      const secrets: string[] = Object.values(KEY);
      const results: StepResult[] = [];
      const run: Scene['run'] = async (inputs = {}, env = {}, more = {}) => {
        const at = (name: string) => join(machine, name);
        const places = {
          HOME: at('home'),
          TMPDIR: at('tmp'),
          RUNNER_TEMP: at('runner-temp'),
          GITHUB_WORKSPACE: at('workspace'),
        };
        const result = await stage.run(inputs, { RUNNER_DEBUG: '1', DEBUG: '*', ...places, ...env }, undefined, more);
        results.push(result);
        return result;
      };
      await play({ stage, machine, secrets, run });
      const { github, emulator } = stage;
      const signatures = emulator.requests.flatMap(
        ({ headers }) => /Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1] ?? [],
      );
      const sessions = emulator.world.credentials.flatMap((one) => [one.accessKeySecret, one.securityToken ?? '']);
      const all = [
        ...secrets,
        ...github.issued,
        github.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '',
        ...sessions,
        ...signatures,
      ];
      const known = [...new Set(all.filter((secret) => secret.length >= 8).flatMap(forms))];
      expect(results.length).toBeGreaterThan(0);
      for (const { log, summary, files } of results) {
        // What a mask says is taken out of the log by the runner, and this very line with it.
        const left = log.replace(/^::add-mask::.*$/gm, '') + summary + files;
        expect(known.filter((form) => left.includes(form))).toEqual([]);
      }
      // Nothing needs a file, so there is none.
      expect(
        readdirSync(machine, { recursive: true, withFileTypes: true }).filter(
          (entry) => entry.isFile() && !entry.name.startsWith('given-'),
        ),
      ).toEqual([]);
    });
  } finally {
    rmSync(machine, { recursive: true });
  }
}

/** Answers everything with everything that it was sent, in each form that a careless gateway may choose. */
async function echoing(secrets: string[], status = 403): Promise<{ url: string; close: () => void }> {
  const echo: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.once('end', () => {
      const echoed = secrets.flatMap(forms);
      secrets.push(/Signature=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      const sent = [
        JSON.stringify(request.headers),
        body,
        decodeURIComponent(body.replaceAll('+', ' ')),
        ...echoed,
      ].join(' | ');
      response.writeHead(status, { 'x-acs-request-id': sent.slice(0, 2_000).replace(/[^ -~]/g, '') });
      response.end(JSON.stringify({ Code: 'Forbidden', RequestId: sent, Message: `you sent ${sent}` }));
    });
  };
  const server = createServer({ maxHeaderSize: 65_536 }, echo);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('no secret is left anywhere', () => {
  test('by a deploy with an assumed role, and by one with a key', async () => {
    await leaves(async ({ stage, run }) => {
      expect((await run({ versions: stage.versions[1] ?? '' })).outputs['outcome']).toBe('deployed');
      const {
        'access-key-id': accessKeyId,
        'access-key-secret': accessKeySecret,
        'security-token': securityToken,
      } = KEY;
      stage.emulator.world.credentials.push({ accessKeyId, accessKeySecret, securityToken });
      expect((await run({ versions: stage.versions[0] ?? '', ...KEY })).outputs['outcome']).toBe('deployed');
    });
  });

  test('by a key that comes by the environment', async () => {
    await leaves(async ({ stage, run }) => {
      const {
        'access-key-id': accessKeyId,
        'access-key-secret': accessKeySecret,
        'security-token': securityToken,
      } = KEY;
      stage.emulator.world.credentials.push({ accessKeyId, accessKeySecret, securityToken });
      const env = {
        ALICLOUD_ACCESS_KEY: accessKeyId,
        ALICLOUD_SECRET_KEY: accessKeySecret,
        ALICLOUD_SECURITY_TOKEN: securityToken,
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
      const echo = await echoing(secrets, status);
      const result = await run({ 'dry-run': 'true', endpoint: echo.url, 'api-timeout': '500ms' });
      echo.close();
      expect(result.outputs['outcome']).toBe('failed');
    });
  });

  test.each([403, 200])('by an STS that echoes the id-token, status %i', async (status) => {
    await leaves(async ({ run, secrets }) => {
      const echo = await echoing(secrets, status);
      const result = await run({ 'dry-run': 'true', 'sts-endpoint': echo.url });
      echo.close();
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
      expect((await run({ 'dry-run': 'true' })).log).toContain('oidc:sub');
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
      const echo = await echoing(['key-of-a-broken-answer'], 200);
      const none = { 'role-to-assume': '', 'oidc-provider-arn': '', 'dry-run': 'true' };
      const env = {
        ALIBABA_CLOUD_CREDENTIALS_URI: `${echo.url}/?token=uri-token-of-length`,
        RUNNER_ENVIRONMENT: 'github-hosted',
      };
      secrets.push('uri-token-of-length');
      const result = await run(none, env);
      echo.close();
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

test('masks come before any other line', async () => {
  await leaves(async ({ run }) => {
    const { log } = await run({ 'dry-run': 'true', ...KEY });
    const lines = log.split('\n').filter((line) => line !== '');
    const masks = lines.filter((line) => line.startsWith('::add-mask::'));
    expect(lines.slice(0, masks.length)).toEqual(masks);
    for (const secret of Object.values(KEY)) {
      for (const form of forms(secret)) {
        if (form !== forms(secret)[4]) expect(masks).toContain(`::add-mask::${form.replaceAll('%', '%25')}`);
      }
    }
  });
});

test('a session is masked before anything is said of it', async () => {
  await leaves(async ({ stage, run }) => {
    const { log } = await run({ 'dry-run': 'true' });
    const lines = log.split('\n');
    const said = lines.findIndex((line) => line.startsWith('GetRoutine'));
    const [session] = stage.emulator.world.credentials;
    for (const secret of [session?.accessKeySecret, session?.securityToken, stage.github.issued[0]]) {
      const mask = lines.indexOf(`::add-mask::${secret}`);
      expect(mask).toBeGreaterThanOrEqual(0);
      expect(mask).toBeLessThan(said);
    }
  });
});
