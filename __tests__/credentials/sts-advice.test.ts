import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adviseOnSts, claimsOf, trustPolicy } from '../../src/credentials/sts-advice.js';

const ROLE = {
  roleArn: 'acs:ram::1234567890123456:role/deployer',
  providerArn: 'acs:ram::1234567890123456:oidc-provider/github',
  audience: 'sts.aliyuncs.com',
  sessionName: 'octo-edge-1',
  duration: 3_600_000,
};
const CLAIMS = { issuer: 'https://token.example', subject: 'repo:octo/edge:ref:refs/heads/main', audience: 'sts' };
const token = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
const advise = (code: string, status = 400) => adviseOnSts(code, status, ROLE, CLAIMS);

describe('the claims of an id-token', () => {
  test('are read as they stand there', () => {
    const claims = claimsOf(token({ iss: CLAIMS.issuer, sub: CLAIMS.subject, aud: ['sts', 'other'] }));
    expect(claims).toEqual({ ...CLAIMS, audience: 'sts, other' });
  });

  test('of anything else are empty, and nothing is thrown', () => {
    const none = { issuer: '', subject: '', audience: '' };
    fc.assert(fc.property(fc.string(), (text) => expect(claimsOf(text)).toEqual(none)));
    fc.assert(fc.property(fc.jsonValue(), (claims) => expect(claimsOf(token(claims))).toEqual(none)));
  });
});

test('the trust policy is for exactly this job', () => {
  expect(JSON.parse(trustPolicy(ROLE.providerArn, CLAIMS))).toEqual({
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Federated: [ROLE.providerArn] },
        Condition: {
          StringEquals: { 'oidc:iss': CLAIMS.issuer, 'oidc:aud': CLAIMS.audience, 'oidc:sub': CLAIMS.subject },
        },
      },
    ],
  });
});

describe('the table', () => {
  test.each(['NoPermission', 'AuthenticationFail.NoPermission'])('%s: the trust policy to copy', (code) => {
    expect(advise(code)).toMatchObject({ transient: false, snippet: trustPolicy(ROLE.providerArn, CLAIMS) });
    expect(advise(code).advice).toContain(CLAIMS.subject);
  });

  test.each([
    ['AuthenticationFail.OIDCToken.Expired', true],
    ['AuthenticationFail.OIDCToken.AudienceNotMatch', false],
    ['EntityNotExist.Role', false],
    ['InvalidParameter.DurationSeconds', false],
    ['Throttling.User', true],
    ['InternalError', true],
    ['ServiceUnavailable', true],
    ['NeverSeenBefore', false],
  ])('%s is transient: %s', (code, transient) => {
    expect(advise(code).transient).toBe(transient);
  });

  test('unknown codes: the status decides', () => {
    expect(advise('NeverSeenBefore', 503).transient).toBe(true);
    expect(advise('NeverSeenBefore', 429).transient).toBe(true);
    expect(advise('toString')).toEqual(advise('NeverSeenBefore'));
  });

  test('only what is throttled is waited out', () => {
    expect(advise('Throttling').throttled).toBe(true);
    expect(advise('InternalError').throttled).toBe(false);
  });
});
