import { expect, test } from '@jest/globals';
import { lifetimeWarning } from '../../src/credentials/lifetime.js';
import type { CredentialSource } from '../../src/credentials/source.js';
import type { Plan } from '../../src/rollout/model.js';

const MINUTE = 60_000;
const keys = (securityToken: string | undefined): CredentialSource => ({
  kind: 'keys',
  from: 'inputs (access-key-id)',
  keys: { accessKeyId: 'i', accessKeySecret: 's', securityToken },
});
/** As much of a rollout's plan as is looked at. */
const baking = (minutes: number, { wait = true, dryRun = false } = {}) =>
  ({
    kind: 'rollout',
    wish: { dryRun },
    rollout: { wait },
    todo: [{ bake: minutes * MINUTE }, { bake: MINUTE }],
  }) as unknown as Plan;

test('keys of a session that was handed in are doubted once the bakes are longer than the shortest session', () => {
  expect(lifetimeWarning(keys('token'), baking(14))).toBeUndefined();
  expect(lifetimeWarning(keys('token'), baking(15))).toMatch(/bake for 16\w* ?m.*role-to-assume/);
});

test.each([
  ['a key without an end', keys(undefined), baking(60)],
  [
    'a role that is assumed anew',
    { kind: 'oidc', from: '', role: { roleArn: '', providerArn: '', audience: '', sessionName: '', duration: 0 } },
    baking(60),
  ],
  ['a rollout that does not wait', keys('token'), baking(60, { wait: false })],
  ['a dry run', keys('token'), baking(60, { dryRun: true })],
] satisfies [string, CredentialSource, Plan][])('%s is not', (_, source, plan) => {
  expect(lifetimeWarning(source, plan)).toBeUndefined();
});
