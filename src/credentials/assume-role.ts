import * as z from 'zod/mini';
import { attempt, readReply } from '../alibaba/attempt.js';
import { call, type Destination } from '../alibaba/call.js';
import { faultMaker } from '../alibaba/fault.js';
import type { Limits } from '../network/limits.js';
import type { Append } from '../ports.js';
import { oneLine } from '../rollout/escape.js';
import { readInstant } from '../rollout/instant.js';
import type { Answer } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import type { Secrets } from '../secrets/secrets.js';
import type { StsSession } from './renewal.js';
import type { Role } from './source.js';
import { adviseOnSts, claimsOf } from './sts-advice.js';

export interface StsOptions {
  /** A fresh id-token of this job for an audience. */
  readonly idToken: (audience: string, limits: Limits) => Promise<Answer<string>>;
  readonly sts: Destination;
  readonly append: Append;
  readonly now: () => number;
  readonly secrets: Secrets;
}

const VERSION = '2015-04-01';

const text = z.string().check(z.minLength(1));

/** https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc */
const assumed = z.object({
  RequestId: z.nullish(z.string()),
  Credentials: z.object({ AccessKeyId: text, AccessKeySecret: text, SecurityToken: text, Expiration: z.nullish(text) }),
});

/** A session of the role, for a fresh id-token of this job. Both calls are lines of the timeline. */
export async function assumeRole(role: Role, options: StsOptions): Promise<Answer<StsSession>> {
  const { idToken, sts, now, secrets } = options;
  const { redact } = secrets;
  const token = await attempt(options, {
    operation: 'GetIdToken',
    attempt: 1,
    send: async () => {
      const answer = await idToken(role.audience, { connect: sts.timeout, total: sts.timeout, hurry: sts.hurry });
      if (answer.ok) return succeeded({ data: answer.value, requestId: '', date: undefined });
      return failed({ fault: { ...answer.error, message: oneLine(redact(answer.error.message)) }, sent: true });
    },
  });
  if (!token.ok) return failed(token.error.fault);
  const { data: jwt } = token.value;
  secrets.keepMasked(jwt);
  secrets.keep(...jwt.split('.').slice(2));

  const advise = (code: string, status: number) => adviseOnSts(code, status, role, claimsOf(jwt));
  const faultOf = faultMaker({ advise, endpointInput: 'sts-endpoint', writes: new Set(), redact });
  const since = now();
  const operation = 'AssumeRoleWithOIDC';
  const answer = await attempt(options, {
    operation,
    attempt: 1,
    send: async () => {
      const reply = await call(sts, { action: operation, version: VERSION, ...wireForm(role, jwt, since) });
      return readReply(reply, { operation, schema: assumed, faultOf });
    },
  });
  if (!answer.ok) return failed(answer.error.fault);
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = answer.value.data.Credentials;
  secrets.keep(AccessKeySecret, SecurityToken, AccessKeyId);
  const keys = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
  return succeeded({ keys, since, until: endOf(role, since, Expiration ?? undefined) });
}

/** Unsigned: the token is the credential. The operation stands in the query, what is secret in the body. */
function wireForm({ roleArn, providerArn, sessionName, duration }: Role, token: string, now: number) {
  const Timestamp = new Date(now).toISOString().replace(/\.[0-9]+Z$/, 'Z');
  return {
    query: { Action: 'AssumeRoleWithOIDC', Version: VERSION, Format: 'JSON', Timestamp },
    body: {
      OIDCProviderArn: providerArn,
      OIDCToken: token,
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: String(Math.ceil(duration / 1000)),
    },
    keys: undefined,
  };
}

/** What was asked for, counted by our own clock, unless STS says that it ends sooner: the clocks may differ. */
function endOf({ duration }: Role, since: number, expiration: string | undefined): number {
  const told = readInstant(expiration);
  return told === undefined || told <= since ? since + duration : Math.min(since + duration, told);
}
