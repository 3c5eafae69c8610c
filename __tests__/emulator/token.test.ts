import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { at, getRoutine, hello } from '../support/emulator/hello-routine.js';
import { ask, askJson, send } from '../support/emulator/signed-request.js';

const role = {
  arn: 'acs:ram::1234567890123456:role/deployer',
  providerArn: 'acs:ram::1234567890123456:oidc-provider/github',
  audience: 'sts.aliyuncs.com',
  subject: 'repo:o/r:environment:production',
};

function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

const good = {
  OIDCProviderArn: role.providerArn,
  OIDCToken: jwt({ aud: role.audience, sub: role.subject, exp: at / 1000 + 300 }),
  RoleArn: role.arn,
  RoleSessionName: 'run-1',
};

async function assume(api: string, parameters: Record<string, string>): Promise<Record<string, unknown>> {
  const address = `${api}/?Action=AssumeRoleWithOIDC&Version=2015-04-01&Format=JSON&Timestamp=2026-11-22T21%3A00%3A00Z`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = String(new URLSearchParams(parameters));
  return JSON.parse((await send(address, { method: 'POST', headers, body })).text) as Record<string, unknown>;
}

interface Session {
  Credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string; Expiration: string };
}

test('a role assumed with an OIDC token gives a session that the API lets in until it ends', async () => {
  let now = at;
  const { world } = hello();
  world.roles.push({ ...role, allow: ['esa:GetRoutine'] });
  await using emulator = await startEmulator({ world, now: () => now });
  const { Credentials } = (await assume(emulator.api, { ...good, DurationSeconds: '900' })) as unknown as Session;
  expect(emulator.requests[0]?.parameters).toEqual({ ...good, DurationSeconds: '900' });
  expect(Credentials).toMatchObject({
    AccessKeyId: expect.stringMatching(/^STS\./),
    Expiration: '2026-11-22T21:15:00Z',
  });
  const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken } = Credentials;
  const asked = { ...getRoutine, at: now, key: { accessKeyId, accessKeySecret, securityToken } };
  expect((await ask(emulator.api, asked)).status).toBe(200);
  expect(await askJson(emulator.api, { ...asked, action: 'GetErService' })).toMatchObject({ Code: 'Forbidden.RAM' });
  now += 900_000;
  expect(await askJson(emulator.api, { ...asked, at: now })).toMatchObject({ Code: 'InvalidSecurityToken.Expired' });
});

test.each([
  ['an unknown role', { RoleArn: 'acs:ram::1:role/nobody' }, 'EntityNotExist.Role'],
  ['another provider', { OIDCProviderArn: 'acs:ram::1:oidc-provider/other' }, 'AuthenticationFail.NoPermission'],
  ['no token', { OIDCToken: '' }, 'MissingOIDCToken'],
  ['a token that is none', { OIDCToken: 'a.b' }, 'AuthenticationFail.OIDCToken.Invalid'],
  ['a token without claims', { OIDCToken: 'a.b.c' }, 'AuthenticationFail.OIDCToken.Invalid'],
  ['a token for somebody else', { OIDCToken: jwt({ aud: 'other' }) }, 'AuthenticationFail.OIDCToken.AudienceNotMatch'],
  [
    'a job that the role does not trust',
    { OIDCToken: jwt({ aud: role.audience, sub: 'repo:o/r:pull_request' }) },
    'AuthenticationFail.NoPermission',
  ],
  [
    'a token that expired',
    { OIDCToken: jwt({ aud: role.audience, sub: role.subject, exp: at / 1000 }) },
    'AuthenticationFail.OIDCToken.Expired',
  ],
  ['a session too short', { DurationSeconds: '899' }, 'InvalidParameter.DurationSeconds'],
  ['a session too long', { DurationSeconds: '3601' }, 'InvalidParameter.DurationSeconds'],
  ['a session name of one letter', { RoleSessionName: 'x' }, 'InvalidParameter.RoleSessionName'],
])('no session for %s', async (_what, wrong, code) => {
  const { world } = hello();
  world.roles.push(role);
  await using emulator = await startEmulator({ world, now: () => at });
  expect(await assume(emulator.api, { ...good, ...wrong })).toMatchObject({ Code: code });
  expect(world.credentials).toHaveLength(1);
});
