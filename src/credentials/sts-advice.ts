import * as z from 'zod/mini';
import { type Advice, INTERNAL, permanent, THROTTLED, transient } from '../alibaba/advice.js';
import type { Role } from './source.js';

/** What the id-token says of this job. Nothing of it is secret, and a trust policy has to match it to the letter. */
export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

const NOT_READ: Claims = { issuer: '', subject: '', audience: '' };

const jwt = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
});

/** The claims of a JWT, not verified: they are shown, never trusted. Source: RFC 7519. */
export function claimsOf(token: string): Claims {
  try {
    const read = jwt.safeParse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
    if (!read.success) return NOT_READ;
    const { iss, sub, aud } = read.data;
    return { issuer: iss, subject: sub, audience: [aud].flat().join(', ') };
  } catch (error) {
    if (error instanceof SyntaxError) return NOT_READ;
    throw error;
  }
}

/**
 * Who may assume a role with an id-token, as narrow as it can be said.
 * Source: https://www.alibabacloud.com/help/en/ram/user-guide/create-a-ram-role-for-a-trusted-idp
 */
export function trustPolicy(providerArn: string, { issuer, audience, subject }: Claims): string {
  const Condition = { StringEquals: { 'oidc:iss': issuer, 'oidc:aud': audience, 'oidc:sub': subject } };
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Federated: [providerArn] }, Condition };
  return JSON.stringify({ Version: '1', Statement: [trust] }, undefined, 2);
}

type Advise = (role: Role, claims: Claims) => Advice;

const TRUST: Advise = ({ roleArn, providerArn }, claims) => ({
  ...permanent(
    `The role does not trust this job, or there is no such provider. The id-token says sub "${claims.subject}". Check \`oidc-provider-arn\`, and give ${roleArn} the trust policy that the log and the summary show: it is the one for exactly this job.`,
  ),
  snippet: trustPolicy(providerArn, claims),
});
const AUDIENCE: Advise = ({ providerArn }, { audience }) =>
  permanent(
    `The provider does not take tokens for the audience "${audience}". Add it to the client ids of ${providerArn}, or set \`audience\` to one of those.`,
  );
const ISSUER: Advise = ({ providerArn }, { issuer }) =>
  permanent(
    `The issuer of the id-token is "${issuer}", and ${providerArn} has another. The issuer URL of a provider cannot be changed: create one with this URL and name it in \`oidc-provider-arn\`.`,
  );
const FINGERPRINT: Advise = ({ providerArn }, { issuer }) =>
  permanent(
    `The fingerprint that RAM keeps of the issuer's certificate is out of date: ${issuer} has a new one. In the RAM console open SSO > OIDC, ${providerArn}, and fetch the fingerprint again, or add it with \`aliyun ims AddFingerprintToOIDCProvider\`; docs/credentials.md of this action shows how to get it.`,
  );

/**
 * The error codes of AssumeRoleWithOIDC. Sources: the operation's page, the table of errors in the documentation of
 * RRSA (ACK), which uses the same operation, and CI logs of Alibaba Cloud's own repositories.
 */
const BY_CODE: Readonly<Record<string, Advice | Advise>> = {
  'AuthenticationFail.OIDCToken.Expired': transient(
    'The id-token was too old when it arrived: it is valid for a few minutes. Run again. If it persists, the clock of a self-hosted runner is wrong, or STS takes too long to reach.',
  ),
  'AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch': FINGERPRINT,
  'AuthenticationFail.OIDCToken.AudienceNotMatch': AUDIENCE,
  'AuthenticationFail.OIDCToken.IssuerNotMatch': ISSUER,
  'AuthenticationFail.OIDCToken.IssuerConfigurationBroken': (_, { issuer }) =>
    permanent(
      `STS cannot fetch the keys of ${issuer}. On GitHub Enterprise Server its token issuer has to be reachable from Alibaba Cloud.`,
    ),
  'AuthenticationFail.OIDCToken.Invalid': ({ providerArn }, { issuer, audience }) =>
    permanent(
      `STS does not accept the id-token. Check that ${providerArn} has the issuer URL ${issuer} and the client id "${audience}".`,
    ),
  'AuthenticationFail.NoPermission': TRUST,
  NoPermission: TRUST,
  'EntityNotExist.Role': ({ roleArn }) =>
    permanent(`There is no role ${roleArn}. Check \`role-to-assume\`: the account id and the spelling.`),
  'EntityNotExist.OIDCProvider': ({ providerArn }) =>
    permanent(`There is no provider ${providerArn}. Check \`oidc-provider-arn\`: the account id and the spelling.`),
  'InvalidParameter.DurationSeconds': ({ duration }) =>
    permanent(
      `The role does not allow a session of ${duration / 1000} s. Shorten \`role-session-duration\` (the session is renewed anyway), or raise the maximum session duration of the role.`,
    ),
  'InvalidParameter.RoleSessionName': permanent(
    'STS takes 2 to 64 letters, digits and `.@-_` for the name of a session. Set `role-session-name`.',
  ),
};

const UNKNOWN = permanent(
  'This action does not know this code. Check `role-to-assume`, `oidc-provider-arn` and the trust policy of the role against docs/credentials.md of this action.',
);

export function adviseOnSts(code: string, status: number, role: Role, claims: Claims): Advice {
  const found = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (found !== undefined) return typeof found === 'function' ? found(role, claims) : found;
  if (code.startsWith('Throttling')) return THROTTLED;
  if (/^(?:Internal|ServiceUnavailable)/.test(code) || status >= 500 || status === 429) return INTERNAL;
  return UNKNOWN;
}
