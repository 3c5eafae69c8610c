import { createHash } from 'node:crypto';
import { refuse } from '../refusal.js';
import { nextId, type Role, timestamp } from '../world.js';
import { answer, type Call, type Operation, type Result, wholeNumber } from './operation.js';

/** The one operation of STS that is of use here: it is unsigned, the OIDC token is its credential. */
export const tokenOperations: Readonly<Record<string, Operation>> = {
  AssumeRoleWithOIDC: {
    version: '2015-04-01',
    unsigned: true,
    required: ['OIDCProviderArn', 'OIDCToken', 'RoleArn', 'RoleSessionName'],
    run: assumeRole,
  },
};

function assumeRole(call: Call): Result {
  const { OIDCProviderArn, OIDCToken, RoleArn, RoleSessionName, DurationSeconds } = call.parameters;
  if (!/^[\w.@-]{2,64}$/.test(RoleSessionName ?? '')) {
    return refuse('InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
  }
  const role = call.world.roles.find(({ arn }) => arn === RoleArn);
  if (role === undefined) return refuse('EntityNotExist.Role', 'The role not exists.');
  const longest = role.maxSessionDuration ?? 3600;
  const seconds = wholeNumber(DurationSeconds, Math.min(3600, longest), longest);
  if (seconds === undefined || seconds < 900) {
    return refuse('InvalidParameter.DurationSeconds', `DurationSeconds must be 900 to ${longest}.`);
  }
  if (role.providerArn !== OIDCProviderArn) {
    return refuse('AuthenticationFail.NoPermission', 'No such OIDC Provider registered.');
  }
  return judgeToken(OIDCToken ?? '', role, call.now) ?? handOut(call, role, RoleSessionName ?? '', seconds);
}

/** Looks at what the token claims, not at its signature: the emulator knows no issuer's keys. */
function judgeToken(token: string, role: Role, now: number): Result | undefined {
  const claims = readClaims(token);
  if (claims === undefined) return refuse('AuthenticationFail.OIDCToken.Invalid', 'This JWT token is not valid.');
  const audiences = [claims.aud].flat();
  if (role.audience !== undefined && !audiences.includes(role.audience)) {
    return refuse('AuthenticationFail.OIDCToken.AudienceNotMatch', 'Invalid audience.');
  }
  if (role.subject !== undefined && claims.sub !== role.subject) {
    return refuse('AuthenticationFail.NoPermission', 'There is no permission.');
  }
  if (typeof claims.exp !== 'number' || claims.exp * 1000 > now) return undefined;
  return refuse('AuthenticationFail.OIDCToken.Expired', 'This JsonWebToken is expired.');
}

function readClaims(token: string): { aud?: unknown; exp?: unknown; sub?: unknown } | undefined {
  const [header, payload, signature, ...rest] = token.split('.');
  if (!header || !payload || !signature || rest.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}

function handOut({ world, now }: Call, role: Role, session: string, seconds: number): Result {
  const id = nextId(world, now);
  const secretOf = (purpose: string) => createHash('sha256').update(`${purpose} ${id}`).digest('base64url');
  const expires = now + (role.sessionEndsAfter ?? seconds * 1000);
  const credential = {
    accessKeyId: `STS.${id}`,
    accessKeySecret: secretOf('secret'),
    securityToken: secretOf('token'),
  };
  world.credentials.push({ ...credential, expires, allow: role.allow });
  return answer({
    Credentials: {
      AccessKeyId: credential.accessKeyId,
      AccessKeySecret: credential.accessKeySecret,
      SecurityToken: credential.securityToken,
      // Whole seconds, and never later than the truth.
      Expiration: timestamp(expires),
    },
    AssumedRoleUser: {
      Arn: `${role.arn.replace(':role/', ':assumed-role/')}/${session}`,
      AssumedRoleId: `3${id.slice(1)}:${session}`,
    },
  });
}
