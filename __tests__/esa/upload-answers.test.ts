import { describe, expect, test } from '@jest/globals';
import {
  committedVersion,
  createdVersion,
  done,
  liveVersions,
  plans,
  storedOf,
  storedVersions,
  versionInfo,
} from '../../src/esa/upload-answers.js';

const RequestId = 'A1';

describe('versions', () => {
  const listed = (more: object) => {
    const read = storedVersions().parse({ RequestId, CodeVersions: [{ CodeVersion: '17', ...more }] });
    return storedOf((read.CodeVersions ?? [])[0] ?? { CodeVersion: '' });
  };

  test('have what they say of themselves', () => {
    const Digest = 'd'.repeat(64);
    expect(
      listed({
        CodeDescription: 'v1',
        CreateTime: '2026-11-26T01:00:00Z',
        Status: 'Available',
        DeployEnv: 'staging',
        ExtraInfo: JSON.stringify({ Digest }),
        ConfOptions: { NotFoundStrategy: '404Page' },
      }),
    ).toEqual({
      version: '17',
      description: 'v1',
      createdAt: '2026-11-26T01:00:00Z',
      status: 'Available',
      boundTo: 'staging',
      extraInfo: { digest: Digest, uploadId: undefined, assetNames: undefined },
      notFound: '404Page',
    });
  });

  test.each([
    {},
    { ExtraInfo: null, ConfOptions: null },
    { ExtraInfo: {}, ConfOptions: '{}' },
    { ExtraInfo: '7', ConfOptions: [] },
  ])('are there, whatever they say: %j', (more) => {
    expect(listed(more)).toMatchObject({ version: '17', extraInfo: { digest: undefined }, notFound: '' });
  });

  test('that nobody lists are none only where that is said', () => {
    expect(storedVersions().safeParse({ RequestId }).success).toBe(false);
    expect(storedVersions().safeParse({ RequestId, TotalCount: '0' }).success).toBe(true);
  });
});

test('what is live is whatever an environment names in any way', () => {
  const Envs = [
    {
      Env: 'production',
      CodeVersion: '1',
      CanaryCodeVersion: '2',
      CodeDeploy: { CodeVersions: [{ CodeVersion: '3' }] },
    },
    { Env: 'staging', CodeDeploy: { CodeVersions: [{ CodeVersion: '4' }, { CodeVersion: '5' }] } },
    { Env: 'new', CodeDeploy: null },
  ];
  const { live, serving } = liveVersions().parse({ RequestId, Envs });
  expect([...live]).toEqual(['1', '2', '3', '4', '5']);
  expect(serving).toBe(2);
  expect(liveVersions().parse({ RequestId, Envs: [{ CodeVersion: '' }, { CodeVersion: '1' }] }).serving).toBe(1);
  expect(liveVersions().parse({ RequestId }).live.size).toBe(0);
  expect(liveVersions().safeParse({ RequestId, Envs: 'x' }).success).toBe(false);
});

test.each(['', '17\n::error::', '17a', '-1', '1e3', undefined, null])('%j is the id of no version', (CodeVersion) => {
  expect(committedVersion().safeParse({ RequestId, CodeVersion }).success).toBe(false);
  expect(createdVersion().safeParse({ RequestId, CodeVersion, OssPostConfig: {} }).success).toBe(false);
});

test('an answer that says nothing is none', () => {
  expect(done().safeParse({}).success).toBe(false);
  expect(done().safeParse({ RequestId }).success).toBe(true);
  expect(done().safeParse({ Status: 'OK' }).success).toBe(true);
  expect(done().safeParse({ RequestId, Status: 'ok' }).success).toBe(true);
  expect(done().safeParse({ RequestId, Status: 'Fail' }).success).toBe(false);
  expect(versionInfo().safeParse({ RequestId }).success).toBe(false);
  expect(createdVersion().safeParse({ RequestId, CodeVersion: '17' }).success).toBe(false);
});

test('the quota of a plan is a number, or is not told', () => {
  const read = (more: object) => plans().safeParse({ RequestId, ...more }).success;
  expect(read({ PlanInfo: [{ ErRoutineCodeVersionQuota: '20' }, {}] })).toBe(true);
  expect(read({})).toBe(true);
  expect(read({ PlanInfo: [{ ErRoutineCodeVersionQuota: 'many' }] })).toBe(false);
});
