import { expect, test } from '@jest/globals';
import { live, onStage } from '../support/action/stage.js';
import { hello } from '../support/emulator/hello-routine.js';

const HERE = { GITHUB_ACTION_REPOSITORY: 'someone/esa-canary-deploy', GITHUB_SERVER_URL: 'https://github.example' };

test('what the service answers otherwise is noted, and changes nothing', async () => {
  const { world } = hello({ numericDeploymentId: true, omitTotalCount: true, creationTime: 'offset' });
  await onStage(
    async ({ emulator, versions: [stable = '', canary = ''], run }) => {
      const { exitCode, log, outputs, summary } = await run({ versions: `${canary}=10,${stable}` }, HERE);
      expect([exitCode, outputs['outcome'], live(emulator)]).toEqual([0, 'deployed', { [stable]: 90, [canary]: 10 }]);
      const notes = log.split('\n').filter((line) => line.includes('Otherwise than assumed'));
      expect(notes.toSorted()).toEqual([
        '::debug::Otherwise than assumed of the service: creation-time (another form); see docs/facts.md',
        '::debug::Otherwise than assumed of the service: deployment-id-type (a number); see docs/facts.md',
        '::debug::Otherwise than assumed of the service: total-count (absent); see docs/facts.md',
      ]);
      const [line = '', ...others] = summary.split('\n').filter((one) => one.startsWith('Otherwise than assumed'));
      expect(others).toEqual([]);
      expect(line).toContain('<code>deployment-id-type</code> (a number)');
      expect(line).toContain(
        'at https://github.example/someone/esa-canary-deploy/issues/new?template=contract-report.yml.',
      );
      expect(summary.indexOf('<details><summary>')).toBeLessThan(summary.indexOf(line));
    },
    { world },
  );
});

test('of a service that answers as is assumed nothing is said', async () => {
  await onStage(async ({ versions: [stable = '', canary = ''], run }) => {
    const { log, summary } = await run({ versions: `${canary}=10,${stable}` }, HERE);
    expect(log + summary).not.toMatch(/Otherwise than assumed|::debug::/);
  });
});
