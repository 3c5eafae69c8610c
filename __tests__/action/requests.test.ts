import { expect, test } from '@jest/globals';
import { onStage } from '../support/action/stage.js';

/** The contract with the remote API, as plain text to be read in a review. */
test('the requests of a deploy', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    await run({ versions: `${versions[1]}=10,${versions[0]}=90` });
    const named = (text: string) =>
      versions.reduce((named_, version, index) => named_.replaceAll(version, `<version ${index + 1}>`), text);
    // The first two are sent at once and may arrive in either order.
    const byAction = emulator.requests.slice(0, 2).toSorted((one, other) => one.action.localeCompare(other.action));
    const sent = [...byAction, ...emulator.requests.slice(2)].map(({ method, action, version, parameters }) => ({
      request: `${method} ${action} ${version}`,
      parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, named(value)])),
    }));
    expect(sent).toEqual([
      { request: 'POST GetRoutine 2024-09-10', parameters: { Name: 'hello' } },
      {
        request: 'POST ListRoutineCodeVersions 2024-09-10',
        parameters: { Name: 'hello', PageNumber: '1', PageSize: '20' },
      },
      {
        request: 'POST CreateRoutineCodeDeployment 2024-09-10',
        parameters: {
          Name: 'hello',
          Env: 'production',
          Strategy: 'percentage',
          CodeVersions: '[{"CodeVersion":"<version 2>","Percentage":10},{"CodeVersion":"<version 1>","Percentage":90}]',
        },
      },
      { request: 'POST GetRoutine 2024-09-10', parameters: { Name: 'hello' } },
    ]);
    expect(new Set(emulator.requests.map((request) => request.nonce)).size).toBe(4);
    expect(String(emulator.requests[0]?.headers['user-agent'])).toContain('esa-canary-deploy');
  });
});
