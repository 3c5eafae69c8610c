import * as z from 'zod/mini';
import { attempt } from '../alibaba/attempt.js';
import { call, type Line } from '../alibaba/call.js';
import { faultMaker } from '../alibaba/fault.js';
import { idToken } from '../github/id-token.js';
import type { Note } from '../ports.js';
import { oneLine } from '../rollout/escape.js';
import { readInstant } from '../rollout/instant.js';
import type { Answer } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Session } from './renewal.js';
import type { Role } from './source.js';
import { adviseOnSts, claimsOf } from './sts-advice.js';

export interface Tools {
  /** The way to STS. */
  readonly line: Line;
  readonly note: Note;
  readonly now: () => number;
  readonly secrets: Secrets;
}

const text = z.string().check(z.minLength(1));

/** https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc */
const assumed = z.object({
  RequestId: z.nullish(z.string()),
  Credentials: z.object({ AccessKeyId: text, AccessKeySecret: text, SecurityToken: text, Expiration: z.nullish(text) }),
});

/** A session of the role, for a fresh id-token of this job. Both calls are lines of the timeline. */
export async function assumeRole(role: Role, { line, note, now, secrets }: Tools): Promise<Answer<Session>> {
  const asked = now();
  const token = await idToken(role.audience, { connect: line.timeout, total: line.timeout, hurry: line.hurry });
  const result = token.ok ? 'OK' : token.error.code;
  note({
    kind: 'called',
    operation: 'GetIdToken',
    attempt: 1,
    took: now() - asked,
    requestId: '',
    result,
    retryIn: undefined,
  });
  if (!token.ok) return failed({ ...token.error, message: oneLine(secrets.clean(token.error.message)) });
  secrets.keep(token.value, ...token.value.split('.').slice(2));

  const { clean } = secrets;
  const advise = (code: string, status: number) => adviseOnSts(code, status, role, claimsOf(token.value));
  const faults = faultMaker({ advise, endpointInput: 'sts-endpoint', clean });
  const since = now();
  const answer = await attempt({ note, now, faults, cleanAnswer: undefined }, 'AssumeRoleWithOIDC', 1, assumed, () =>
    call(line, { action: 'AssumeRoleWithOIDC', version: '2015-04-01', ...wireForm(role, token.value, since) }),
  );
  if (!answer.ok) {
    answer.note(undefined);
    return failed(answer.error);
  }
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = answer.value.Credentials;
  secrets.keep(AccessKeySecret, SecurityToken, AccessKeyId);
  const keys = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
  return succeeded({ keys, since, until: endOf(role, since, Expiration ?? undefined) });
}

/** Unsigned: the token is the credential. The operation stands in the query, what is secret in the body. */
function wireForm({ roleArn, providerArn, sessionName, duration }: Role, token: string, now: number) {
  const Timestamp = new Date(now).toISOString().replace(/\.[0-9]+Z$/, 'Z');
  return {
    query: { Action: 'AssumeRoleWithOIDC', Version: '2015-04-01', Format: 'JSON', Timestamp },
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
