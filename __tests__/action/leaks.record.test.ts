import { describe, expect, test } from '@jest/globals';
import { startGitHub } from '../../emulator/github/github.js';
import { echoing, KEY, leaves } from '../support/action/leaks-scene.js';
import { cancelAt, post } from '../support/action/rollout-stage.js';
import { jobAt, states } from '../support/github/record-stage.js';

describe('no secret is left anywhere', () => {
  test.each([200, 201, 403, 500])('by a GitHub that echoes all it gets with HTTP %i', async (status) => {
    await leaves(async ({ stage, run, secrets }) => {
      await using echo = await echoing(secrets, status);
      const inputs = { 'github-token': KEY['github-token'], 'github-deployment': 'edge' };
      const job = jobAt(`${echo.url}/?password=hunter22-hunter22`);
      const result = await run({ versions: stage.versions[1] ?? '', ...inputs }, job);
      expect(result.outputs['outcome']).toBe('deployed');
      expect(result.log).toContain('The record of this rollout is not complete');
    });
  });

  test('by a record that is written, and by what its post step is told', async () => {
    await leaves(async ({ stage, run, secrets }) => {
      await using github = await startGitHub();
      secrets.push(github.token);
      const inputs = { canary: stage.versions[1] ?? '', steps: '50% for 1m, 100%' };
      const record = { 'github-token': github.token, 'github-deployment': 'edge' };
      const { state } = await run({ ...inputs, ...record }, jobAt(github.url), cancelAt('bakes for', 'SIGKILL'));
      await run({ ...inputs, ...record }, jobAt(github.url), { entry: post, state });
      expect(states(github)).toEqual([['in_progress', 'inactive']]);
    });
  });
});
