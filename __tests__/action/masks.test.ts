import { expect, test } from '@jest/globals';
import { forms, KEY, leaves } from '../support/action/leaks-scene.js';

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
