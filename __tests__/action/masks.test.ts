import { expect, test } from '@jest/globals';
import { KEY, leaves } from '../support/action/leaks-scene.js';
import { onStage } from '../support/action/stage.js';

test('masks come before any other line', async () => {
  await leaves(async ({ stage, run }) => {
    const { log } = await run({ 'dry-run': 'true', ...KEY });
    const lines = log.split('\n').filter((line) => line !== '');
    const masks = lines.filter((line) => line.startsWith('::add-mask::'));
    expect(lines.slice(0, masks.length)).toEqual(masks);
    // Once each: the runner masks them in Base64 and URL-encoded as well.
    expect(masks.toSorted()).toEqual(
      [...Object.values(KEY), stage.github.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']]
        .map((secret) => `::add-mask::${secret}`)
        .toSorted(),
    );
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

test('what is secret in the environment is masked before any other line, whether it is used or not', async () => {
  await leaves(async ({ run }) => {
    const kept = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'first-key-of-env',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'first-secret-of-env',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'first-token-of-env',
      ALICLOUD_ACCESS_KEY: 'older-key-of-env',
      ALICLOUD_SECRET_KEY: 'older-secret-of-env',
      ALICLOUD_SECURITY_TOKEN: 'older-token-of-env',
      ALIBABACLOUD_ACCESS_KEY_ID: 'oldest-key-of-env',
      ALIBABACLOUD_ACCESS_KEY_SECRET: 'oldest-secret-of-env',
      ALIBABACLOUD_SECURITY_TOKEN: 'oldest-token-of-env',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-env',
    };
    const urls = {
      ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1/?token=uri-token-of-env',
      HTTPS_PROXY: 'http://runner:proxy-password-of-env@127.0.0.1:1',
    };
    const { log } = await run({ routine: '' }, { ...kept, ...urls });
    const lines = log.split('\n').filter((line) => line !== '');
    const masks = lines.filter((line) => line.startsWith('::add-mask::'));
    expect(lines.slice(0, masks.length)).toEqual(masks);
    for (const secret of [...Object.values(kept), 'uri-token-of-env', 'proxy-password-of-env'])
      expect(masks).toContain(`::add-mask::${secret}`);
  });
});

test('a secret that looks like a part of the JSON in which outputs and state are kept does not tear it', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    const [credential] = emulator.world.credentials;
    if (credential === undefined) throw new Error('the stage has no key');
    for (const [index, secret] of ['"kind":"called"', '"split":"'].entries()) {
      credential.accessKeySecret = secret;
      const canary = versions[1 + index] ?? '';
      const { outputs, state } = await run({ canary, steps: '100%', 'access-key-secret': secret });
      expect(JSON.parse(outputs['timeline'] ?? '')).toContainEqual(expect.objectContaining({ kind: 'called' }));
      expect(JSON.parse(state['evidence'] ?? '{}')).toHaveProperty('writes');
    }
  });
});
