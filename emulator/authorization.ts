import type { ApiRequest } from './api-request.js';
import { type Refusal, refuse } from './refusal.js';
import { type Authorization, algorithm, parseAuthorization, sameText, sha256, sign } from './signature.js';
import type { Credential, World } from './world.js';

/** How far a request's clock may be off, in ms. */
const clockWindow = 15 * 60_000;

/** Nonces that were used, with the time until which they are remembered, in ms since the epoch. */
export type Nonces = Map<string, number>;

interface Claim {
  readonly request: ApiRequest;
  readonly world: World;
  readonly now: number;
  readonly authorization: Authorization;
  readonly credential: Credential;
}

/**
 * Who signed the request, or why it is refused (sections 3 and 4.2). A nonce is spent only by a request whose
 * signature is good.
 */
export function authenticate(request: ApiRequest, world: World, nonces: Nonces, now: number): Credential | Refusal {
  const header = request.headers['authorization']?.[0];
  if (header === undefined) return refuse('IncompleteSignature', 'The request carries no Authorization header.');
  const authorization = parseAuthorization(header);
  if (authorization === undefined) {
    return refuse('IncompleteSignature', `The Authorization header is not a complete ${algorithm} signature.`);
  }
  const credential = world.credentials.find(({ accessKeyId }) => accessKeyId === authorization.accessKeyId);
  if (credential === undefined) {
    return refuse('InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  }
  const claim = { request, world, now, authorization, credential };
  for (const check of checks) {
    const refusal = check(claim);
    if (refusal !== undefined) return refusal;
  }
  return spendNonce(claim, nonces) ?? credential;
}

const checks: readonly ((claim: Claim) => Refusal | undefined)[] = [
  activeKey,
  completeHeaders,
  fittingTime,
  fittingToken,
  fittingSignature,
];

function activeKey({ credential }: Claim): Refusal | undefined {
  if (credential.active !== false) return undefined;
  return refuse('InvalidAccessKeyId.Inactive', 'Specified access key is disabled.');
}

const required = ['host', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'];

// The code for a header left out or left unsigned is unverified; IncompleteSignature is the family it belongs to.
function completeHeaders({ request, authorization }: Claim): Refusal | undefined {
  const missing = required.filter((name) => (request.headers[name]?.[0] ?? '') === '');
  if (missing.length > 0) return refuse('IncompleteSignature', `Missing headers: ${missing.join(', ')}.`);
  const sent = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-acs-'));
  const unsigned = sent.filter((name) => !authorization.signedHeaders.includes(name));
  if (unsigned.length === 0) return undefined;
  return refuse('IncompleteSignature', `Headers that must be signed and are not: ${unsigned.join(', ')}.`);
}

function fittingTime({ request, now }: Claim): Refusal | undefined {
  const date = request.headers['x-acs-date']?.[0] ?? '';
  const sent = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(sent)) {
    return refuse('InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  }
  if (Math.abs(now - sent) <= clockWindow) return undefined;
  return refuse('InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
}

function fittingToken({ request, world, credential, now }: Claim): Refusal | undefined {
  const token = request.headers['x-acs-security-token']?.[0] ?? '';
  const expected = credential.securityToken;
  if (expected === undefined && token === '') return undefined;
  if (token === '') return refuse('MissingSecurityToken', 'SecurityToken is mandatory for this action.');
  if (expected === undefined || !sameText(token, expected)) {
    const known = world.credentials.some(({ securityToken }) => securityToken === token);
    return known
      ? refuse('InvalidSecurityToken.MismatchWithAccessKey', 'Specified SecurityToken mismatch with the AccessKey.')
      : refuse('InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
  }
  if (credential.expires === undefined || now < credential.expires) return undefined;
  return refuse('InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
}

function fittingSignature({ request, authorization, credential }: Claim): Refusal | undefined {
  // Hashing the body itself, not trusting x-acs-content-sha256, is what makes a wrong one fail here.
  const parts = { ...request, signedHeaders: authorization.signedHeaders, payloadHash: sha256(request.body) };
  const { canonicalRequest, stringToSign, signature } = sign(parts, credential.accessKeySecret);
  const claimedHash = request.headers['x-acs-content-sha256']?.[0] ?? '';
  if (sameText(signature, authorization.signature) && sameText(claimedHash, parts.payloadHash)) return undefined;
  return refuse(
    'SignatureDoesNotMatch',
    'Specified signature does not match our calculation. ' +
      `server string to sign is:${stringToSign} server canonical request is:${canonicalRequest}`,
  );
}

function spendNonce({ request, credential, now }: Claim, nonces: Nonces): Refusal | undefined {
  const nonce = `${credential.accessKeyId} ${request.headers['x-acs-signature-nonce']?.[0] ?? ''}`;
  const until = nonces.get(nonce);
  if (until !== undefined && until > now)
    return refuse('SignatureNonceUsed', 'Specified signature nonce was used already.');
  // The oldest stand first, so forgetting stops at the first that is still needed.
  for (const [old, end] of nonces) {
    if (end > now) break;
    nonces.delete(old);
  }
  // A date may lie a window ahead, so it is good for two windows in all.
  nonces.set(nonce, now + 2 * clockWindow);
  return undefined;
}

/** Whether RAM lets the credential do this; `access` is a RAM action such as `esa:GetRoutine`. */
export function authorize(credential: Credential, access: string): Refusal | undefined {
  if (credential.allow === undefined || credential.allow.includes(access)) return undefined;
  return refuse(
    'Forbidden.RAM',
    'User not authorized to operate on the specified resource, or this API does not support RAM.',
    {
      AccessDeniedDetail: { NoPermissionType: 'ImplicitDeny', AuthAction: access },
    },
  );
}
