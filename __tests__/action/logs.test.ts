import { afterAll, describe, expect, test } from '@jest/globals';
import type { Emulator, LogWorld } from '../../emulator/emulator.js';
import { authority, behindProxy } from '../support/action/behind-proxy.js';
import { age, misbehave } from '../support/action/rollout-stage.js';
import { deployments, live, onStage, type Stage } from '../support/action/stage.js';

afterAll(() => authority[Symbol.dispose]());

const PLACE = { project: 'my-logs', logstore: 'edge-routine' };

/** Logs of so many requests a second, which nobody has to send. */
function deliver({ world }: Emulator, rate: number, more: Partial<LogWorld> = {}): void {
  world.logs = { ...PLACE, traffic: [{ routine: 'hello', rate }], ...more };
}

const gated = ({ emulator, versions }: Stage, more = {}) => ({
  canary: versions[1] ?? '',
  steps: '5% for 4s, 100%',
  'gate-logs': 'my-logs/edge-routine',
  'gate-logs-endpoint': emulator.api,
  'gate-interval': '1s',
  ...more,
});

describe('gate-logs', () => {
  test('promotes a canary that real users got good answers from, beside the stable', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      deliver(emulator, 1_000);
      const result = await run(gated(stage));
      expect(result.outputs).toMatchObject({ outcome: 'promoted' });
      expect(result.log).toMatch(
        /0 of [1-9]\d* answers of the canary failed, 0 of [1-9]\d+ of the stable; counted by `gate-logs` since the step began/,
      );
      expect(live(emulator)).toEqual({ [versions[1] ?? '']: 100 });
      expect(emulator.logRequests.length).toBeGreaterThanOrEqual(4);
      for (const { from, to, host, status } of emulator.logRequests) {
        expect(status).toBe(200);
        expect(to).toBeGreaterThan(from);
        expect(host).toBe(`my-logs.${new URL(emulator.api).host}`);
      }
    });
  }, 30_000);

  test.each([
    ['by status', { failureShare: 0.2 }],
    ['by ErrorCode', { cutShare: 0.2 }],
  ])(
    'rolls back a canary that fails %s, and tells the counts of both',
    async (_, misbehaviour) => {
      await onStage(async (stage) => {
        const { emulator, versions, run } = stage;
        misbehave(emulator, versions[1], misbehaviour);
        deliver(emulator, 1_000);
        const result = await run(gated(stage));
        expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
        expect(result.outputs['reason']).toMatch(
          /[1-9]\d* of \d+ answers of the canary failed, and 0 of \d+ of the stable/,
        );
        expect(live(emulator)).toEqual({ [versions[0] ?? '']: 100 });
      });
    },
    30_000,
  );

  test('counts what gate-expect calls good as good', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      misbehave(emulator, versions[1], { failureShare: 1, status: 404 });
      deliver(emulator, 1_000);
      const result = await run(gated(stage, { 'gate-expect': '200-399, 404' }));
      expect(result.outputs).toMatchObject({ outcome: 'promoted' });
    });
  }, 30_000);

  test('never judges an answer that is not complete, and asks again', async () => {
    await onStage(async (stage) => {
      const { emulator, run } = stage;
      deliver(emulator, 1_000, { incomplete: 2 });
      const result = await run(gated(stage));
      expect(result.outputs).toMatchObject({ outcome: 'promoted' });
      const progress = emulator.logRequests.map((request) => request.progress);
      expect(progress.slice(0, 3)).toEqual(['Incomplete', 'Incomplete', 'Complete']);
      const [first, second, third] = emulator.logRequests;
      expect([second, third].map((one) => one?.query)).toEqual([first?.query, first?.query]);
      expect(result.log).toMatch(/^GetLogs: Incomplete in [\d.]+ s, RequestId [0-9A-F]{24}; again in 1\.00 s$/m);
      expect(result.log).toMatch(/^GetLogs \(attempt 3\): OK in [\d.]+ s, RequestId [0-9A-F]{24}$/m);
      expect(result.log).toMatch(/2 of \d+ requests failed: Incomplete 2 times; waited [12]\.\d\d s to try again/);
      expect(result.summary).toMatch(/\| GetLogs \| 2 \| Incomplete \| [\d.]+ s \| <code>[0-9A-F]{24}<\/code> \|/);
      const told = /<summary>(\d+) API calls, 2 of them retries/.exec(result.summary)?.[1];
      expect(Number(told)).toBe(emulator.requests.length + emulator.logRequests.length);
      expect(JSON.parse(result.outputs['timeline'] ?? '')).toContainEqual(
        expect.objectContaining({ kind: 'called', operation: 'GetLogs', attempt: 1, result: 'Incomplete' }),
      );
    });
  }, 30_000);

  test('without a log of the canary it is inconclusive, and says what to look at', async () => {
    await onStage(async (stage) => {
      const { emulator, run } = stage;
      deliver(emulator, 0);
      const result = await run(gated(stage, { steps: '5% for 2s, 100%' }));
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
      expect(result.outputs['reason']).toContain('The gate could not measure the canary');
      expect(result.outputs['reason']).toContain('no log of the canary in my-logs/edge-routine since ');
    });
  }, 30_000);

  test.each<[string, Partial<LogWorld>, RegExp]>([
    [
      'ProjectNotExist',
      { project: 'another' },
      /There is no project "my-logs" at 127\.0\.0\.1:\d+.*aliyunlog log list_project/,
    ],
    ['LogStoreNotExist', { logstore: 'another' }, /aliyunlog log list_logstore --project_name=my-logs/],
    ['IndexConfigNotExist', { index: null }, /aliyunlog log create_index .*"CodeVersion":\{"type":"text"/],
    [
      'ParameterInvalid',
      { index: ['RoutineName', 'CodeVersion'] },
      /The index lacks one of .*aliyunlog log update_index/,
    ],
    [
      'Unauthorized',
      {
        errors: Array.from({ length: 9 }, () => ({
          status: 401,
          errorCode: 'Unauthorized',
          errorMessage: 'denied by sts or ram',
        })),
      },
      /aliyun ram CreatePolicy .*"log:GetLogStoreLogs".*project\/my-logs\/logstore\/edge-routine/,
    ],
  ])(
    '%s is inconclusive, with the command that mends it',
    async (code, more, command) => {
      await onStage(async (stage) => {
        const { emulator, versions, run } = stage;
        deliver(emulator, 1_000, more);
        const result = await run(gated(stage, { steps: '5% for 2s, 100%' }));
        expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
        expect(result.outputs['reason']).toContain(code);
        expect(result.outputs['reason']).toMatch(command);
        // The line is whole, so that its command can be copied while the step bakes.
        expect(result.log).toMatch(/^Checked at 5 %: no answer.*`.*` from gate-logs$/m);
        expect(live(emulator)).toEqual({ [versions[0] ?? '']: 100 });
      });
    },
    30_000,
  );

  test('with `wait: false` a tick judges the whole bake by the logs, and needs no state', async () => {
    await onStage(async (stage) => {
      const { emulator, versions, run } = stage;
      const tick = () => run(gated(stage, { steps: '5% for 10m, 50%', wait: 'false' }));
      deliver(emulator, 100);
      expect((await tick()).outputs).toMatchObject({ outcome: 'baking' });
      const before = emulator.logRequests.length;
      age(stage, 600_000);
      const current = emulator.world.routines['hello']?.environments.production.current;
      if (current?.at !== undefined) current.at -= 600_000;
      misbehave(emulator, versions[1], { failureShare: 0.03 });
      const result = await tick();
      expect(result.outputs).toMatchObject({ outcome: 'rolled-back' });
      expect(emulator.logRequests.length - before).toBe(1);
      const { from = 0, to = 0 } = emulator.logRequests.at(-1) ?? {};
      expect(to - from).toBeGreaterThan(590);
      expect(deployments(emulator)).toBe(3);
    });
  }, 30_000);

  test('goes by the proxy and the private CA that all else goes by, with the keys of the role', async () => {
    await behindProxy(async ({ run, versions, proxy, endpoints, ca, port, emulator }) => {
      deliver(emulator, 1_000);
      const env = { ...ca, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
      const inputs = { canary: versions[1] ?? '', steps: '50% for 1s, 100%', 'gate-interval': '1s', ...endpoints };
      const logs = { 'gate-logs': 'my-logs/edge-routine', 'gate-logs-endpoint': `https://sls.test:${port}` };
      const result = await run({ ...inputs, ...logs }, env);
      expect(result.outputs).toMatchObject({ outcome: 'promoted' });
      expect(proxy.asked).toContain(`my-logs.sls.test:${port}`);
      expect(emulator.logRequests.map(({ status, host }) => [status, host])).toEqual([
        [200, `my-logs.sls.test:${port}`],
      ]);
    });
  }, 30_000);

  test('is signed by a session too, token and all', async () => {
    await onStage(async (stage) => {
      const { emulator, run } = stage;
      const [credential] = emulator.world.credentials;
      if (credential !== undefined) credential.securityToken = 'token-of-a-session';
      deliver(emulator, 1_000);
      const result = await run(gated(stage, { 'security-token': 'token-of-a-session', steps: '50% for 1s, 100%' }));
      expect(result.outputs).toMatchObject({ outcome: 'promoted' });
      expect(result.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('token-of-a-session');
    });
  }, 30_000);
});
