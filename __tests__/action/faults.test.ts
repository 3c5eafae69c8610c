import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../emulator/emulator.js';
import { actions, deployments, everyOutput, live, onStage, SHORT_PAUSES, writes } from '../support/action/stage.js';

describe('faults on the way', () => {
  const write = 'CreateRoutineCodeDeployment';
  const passing: [string, Fault, number][] = [
    ['throttled once', { operation: write, effect: { kind: 'error', code: 'Throttling.User', retryAfter: 50 } }, 2],
    [
      'throttled, known by the header alone',
      { operation: write, effect: { kind: 'error', code: 'Flow', retryAfter: 50 } },
      2,
    ],
    ['locked twice', { operation: write, times: 2, effect: { kind: 'error', code: 'LockFailed' } }, 3],
    [
      'busy with status 503',
      { operation: write, effect: { kind: 'error', code: 'ServiceUnavailable', status: 503 } },
      2,
    ],
    ['an HTML page, not acted', { operation: write, effect: { kind: 'html', status: 502 } }, 2],
    ['an HTML page, acted', { operation: write, effect: { kind: 'html', status: 502, acts: true } }, 1],
    ['reset before acting', { operation: write, effect: { kind: 'reset' } }, 2],
    ['answer lost after acting', { operation: write, effect: { kind: 'lost' } }, 1],
    ['answer cut short', { operation: write, effect: { kind: 'truncated' } }, 1],
    ['hang, not acted', { operation: write, effect: { kind: 'hang' } }, 2],
    ['hang after acting', { operation: write, effect: { kind: 'hang', acts: true } }, 1],
    [
      'an error although it acted',
      { operation: write, effect: { kind: 'error', code: 'InternalException', status: 500, acts: true } },
      1,
    ],
    [
      'a refusal although it acted',
      { operation: write, effect: { kind: 'error', code: 'InvalidParameter', acts: true } },
      1,
    ],
    [
      'an error with HTTP 200',
      { operation: write, effect: { kind: 'body', status: 200, body: '{"Code":"LockFailed","RequestId":"1"}' } },
      2,
    ],
    ['an empty answer, acted', { operation: write, effect: { kind: 'body', status: 200, body: '', acts: true } }, 1],
    ['a nonce that was used', { operation: write, effect: { kind: 'error', code: 'SignatureNonceUsed' } }, 2],
    ['slow', { operation: write, effect: { kind: 'slow', ms: 300 } }, 1],
    [
      'a read that fails',
      { operation: 'GetRoutine', effect: { kind: 'error', code: 'InternalError', status: 500 } },
      1,
    ],
    ['a read that is cut short', { operation: 'GetRoutine', effect: { kind: 'truncated' } }, 1],
    ['the verifying read is reset', { operation: 'GetRoutine', skip: 1, effect: { kind: 'reset' } }, 1],
    ['the listing hangs', { operation: 'ListRoutineCodeVersions', effect: { kind: 'hang' } }, 1],
  ];

  test.concurrent.each(passing)('%s: deployed, with no write too many', async (_name, fault, expected) => {
    await onStage(async ({ emulator, versions, run }) => {
      const before = deployments(emulator);
      emulator.script(fault);
      const inputs = { versions: `${versions[1]}=10,${versions[0]}=90`, 'api-timeout': '1500ms' };
      const result = await run(inputs, SHORT_PAUSES);
      expect(result.outputs).toMatchObject({
        outcome: 'deployed',
        changed: 'true',
        versions: `${versions[1]}=10,${versions[0]}=90`,
      });
      expect(result.exitCode).toBe(0);
      expect(writes(emulator)).toBe(expected);
      expect(deployments(emulator)).toBe(before + 1);
      everyOutput(result);
    });
  });

  test('an answer that is slow, but within api-timeout, is waited for: nothing is asked twice', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ times: 4, effect: { kind: 'slow', ms: 400 } });
      const result = await run({ versions: `${versions[1]}`, 'api-timeout': '5s' });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(emulator.requests).toHaveLength(4);
    });
  });

  test.concurrent.each(['GetRoutine', write])('x-acs-retry-after is honoured: %s', async (operation) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation, effect: { kind: 'error', code: 'Throttling.Api', retryAfter: 1_300 } });
      await run({ versions: `${versions[1]}` });
      const [first, second] = emulator.requests.filter((request) => request.action === operation);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_300);
    });
  });

  test('a service that asks to be left alone for two minutes is not waited for', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'error', code: 'Throttling.Api', retryAfter: 120_000 } });
      const result = await run({ versions: `${versions[1]}` });
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: `${versions[0]}=100` });
      expect(writes(emulator)).toBe(1);
    });
  });

  test('between a failed write and the next there is a read', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, times: 2, effect: { kind: 'error', code: 'TooManyRequests' } });
      await run({ versions: `${versions[1]}` }, SHORT_PAUSES);
      expect(actions(emulator).slice(2)).toEqual([write, 'GetRoutine', write, 'GetRoutine', write, 'GetRoutine']);
    });
  });

  test.each([
    ['Forbidden.RAM', 403, 'esa:CreateRoutineCodeDeployment'],
    ['InvalidParameter', 400, 'Available'],
    ['InvalidTimeStamp.Expired', 400, 'clock'],
    ['SomethingNew', 400, 'does not know this code'],
  ])('%s is told with advice and what is live, and sent once', async (code, status, advice) => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({ operation: write, effect: { kind: 'error', code, status, message: 'no' } });
      const result = await run({ versions: `${versions[1]}` });
      const requestId = emulator.requests.find((request) => request.action === write)?.requestId ?? '?';
      expect(result.outputs).toMatchObject({ outcome: 'failed', changed: 'false', versions: `${versions[0]}=100` });
      expect(result.outputs['reason']).toContain(code);
      expect(result.outputs['reason']).toContain(requestId);
      expect(result.outputs['reason']).toContain(`production serves ${versions[0]}=100`);
      expect(result.log).toContain(advice);
      expect(result.exitCode).toBe(1);
      expect(writes(emulator)).toBe(1);
      everyOutput(result);
    });
  });

  test('a routine that does not exist: nothing is written, the region is named', async () => {
    await onStage(async ({ emulator, run, versions }) => {
      const result = await run({ routine: 'nobody', versions: `${versions[1]}` });
      expect(result.outputs['outcome']).toBe('failed');
      expect(result.outputs['reason']).toContain('RoutineNotExist');
      expect(result.log).toContain('ap-southeast-1');
      expect(writes(emulator)).toBe(0);
      everyOutput(result);
    });
  });

  test('a key that is unknown: the region is named; a wrong secret: neither secret nor signature is shown', async () => {
    await onStage(async ({ run, versions }) => {
      const unknown = await run({ 'access-key-id': 'LTAIunknown', versions: `${versions[1]}` });
      expect(unknown.outputs['reason']).toContain('InvalidAccessKeyId.NotFound');
      expect(unknown.log).toContain('international site');
      const wrong = await run({ 'access-key-secret': 'not-the-secret', versions: `${versions[1]}` });
      expect(wrong.outputs['reason']).toContain('SignatureDoesNotMatch');
      expect(wrong.log.replace(/^::add-mask::.*$/gm, '') + wrong.summary).not.toMatch(/not-the-secret|ACS3-HMAC/);
    });
  });

  test('nothing listens: given up after a bounded number of tries', async () => {
    await onStage(async ({ run, versions }) => {
      const result = await run({ endpoint: 'http://127.0.0.1:9', versions: `${versions[1]}` }, SHORT_PAUSES);
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: '', changed: 'false' });
      expect(result.outputs['reason']).toContain('ECONNREFUSED');
      everyOutput(result);
    });
  });

  test.each(['before', 'after'] as const)(
    'somebody else deploys right %s the write: nothing is written over what could be seen',
    async (when) => {
      await onStage(async ({ emulator, versions, run }) => {
        emulator.script({
          operation: write,
          effect: { kind: 'foreign', when, codeVersions: [{ codeVersion: versions[2] ?? '', percentage: 100 }] },
        });
        const result = await run({ versions: `${versions[1]}` }, SHORT_PAUSES);
        expect(writes(emulator)).toBe(1);
        expect(result.outputs['outcome']).toBe(when === 'after' ? 'drifted' : 'deployed');
        expect(result.exitCode).toBe(when === 'after' ? 1 : 0);
        expect(live(emulator)).toEqual({ [versions[when === 'after' ? 2 : 1] ?? '']: 100 });
      });
    },
  );

  test('a listing that may not be read: the permission is named', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      const key = emulator.world.credentials[0];
      if (key !== undefined) key.allow = ['esa:GetRoutine'];
      const result = await run({ versions: `${versions[1]}` });
      expect(result.outputs).toMatchObject({ outcome: 'failed', versions: `${versions[0]}=100` });
      expect(result.log).toContain('esa:ListRoutineCodeVersions');
    });
  });
});
