import { createHash, createHmac } from 'node:crypto';
import { sameText } from './signature.js';
import type { Credential } from './world.js';

/** A request to Log Service, header names in lower case. */
export interface LogRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface LogRefusal {
  readonly status: number;
  readonly errorCode: string;
  readonly errorMessage: string;
}

export const refuseLog = (status: number, errorCode: string, errorMessage: string): LogRefusal => ({
  status,
  errorCode,
  errorMessage,
});

/** How far a request's clock may be off, in ms. */
const clockWindow = 15 * 60_000;

/**
 * The text that signature version 1 of Log Service is made over. Source: "Request signatures" in its documentation.
 * `x-log-date` is not in it: the Python client adds that header after it has signed.
 */
export function logStringToSign({ method, path, query, headers }: LogRequest): string {
  const own = Object.keys(headers)
    .filter((name) => /^x-(?:log|acs)-/.test(name) && name !== 'x-log-date')
    .sort()
    .map((name) => `${name}:${headers[name]}\n`);
  const pairs = query.map(([name, value]) => `${name}=${value}`).sort();
  const resource = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  const [md5 = '', type = '', date = ''] = [headers['content-md5'], headers['content-type'], headers['date']];
  return `${method}\n${md5}\n${type}\n${date}\n${own.join('')}${resource}`;
}

/** Who signed the request, or why it is refused. */
export function authenticateLog(
  request: LogRequest,
  credentials: readonly Credential[],
  now: number,
): Credential | LogRefusal {
  const { headers, body } = request;
  const [, keyId, signature = ''] = /^LOG ([^:]+):(\S+)$/.exec(headers['authorization'] ?? '') ?? [];
  if (keyId === undefined)
    return refuseLog(400, 'ParameterInvalid', 'Http extend authorization : authorization pair is invalid.');
  if (headers['x-log-apiversion'] !== '0.6.0') return refuseLog(400, 'InvalidAPIVersion', 'API version is invalid.');
  if (headers['x-log-signaturemethod'] !== 'hmac-sha1')
    return refuseLog(400, 'InvalidSignatureMethod', 'The signature method is not supported.');
  const credential = credentials.find(({ accessKeyId }) => accessKeyId === keyId);
  if (credential === undefined || credential.active === false)
    return refuseLog(401, 'Unauthorized', `AccessKeyId not found: ${keyId}`);
  const date = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(date)) return refuseLog(400, 'InvalidRequestTime', 'Request time does not follow RFC822 spec.');
  if (Math.abs(now - date) > clockWindow)
    return refuseLog(400, 'RequestTimeExpired', 'Request time has been expired while server time is another.');
  if (!hasToken(headers['x-acs-security-token'], credential))
    return refuseLog(401, 'Unauthorized', 'The security token you provided is invalid.');
  if (credential.expires !== undefined && now >= credential.expires)
    return refuseLog(401, 'Unauthorized', 'The security token you provided has expired.');
  const digest = createHash('md5').update(body).digest('hex').toUpperCase();
  if (body.length > 0 && headers['content-md5'] !== digest)
    return refuseLog(400, 'BodyContentMD5NotMatch', 'The body has another MD5.');
  const wanted = createHmac('sha1', credential.accessKeySecret).update(logStringToSign(request)).digest('base64');
  return sameText(wanted, signature)
    ? credential
    : refuseLog(401, 'SignatureNotMatch', `Signature ${signature} not matched.`);
}

function hasToken(given: string | undefined, { securityToken }: Credential): boolean {
  return securityToken === undefined ? given === undefined : sameText(given ?? '', securityToken);
}
