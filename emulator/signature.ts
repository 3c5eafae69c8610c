import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const algorithm = 'ACS3-HMAC-SHA256';

/** What is signed of a request. Header names in lower case, each with all the values it was sent with. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly signedHeaders: readonly string[];
  /** Lower-case hex SHA-256 of the body. */
  readonly payloadHash: string;
}

export interface Signature {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  /** Lower-case hex. */
  readonly signature: string;
}

/** Lower-case hex SHA-256. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Percent-encoding of RFC 3986: only letters, digits and `-_.~` stay. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The ACS3-HMAC-SHA256 signature, with the texts on the way to it. Source: "V3 request structure and signature" in
 * Alibaba Cloud's SDK documentation. The path is taken as given, because the SDKs differ in what they do with an empty
 * one.
 */
export function sign(parts: SignedParts, accessKeySecret: string): Signature {
  const query = [...parts.query]
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(byText)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const names = [...parts.signedHeaders].sort();
  const headers = names.map((name) => `${name}:${headerValue(parts.headers[name])}\n`).join('');
  const canonicalRequest = [parts.method, parts.path, query, headers, names.join(';'), parts.payloadHash].join('\n');
  const stringToSign = `${algorithm}\n${sha256(canonicalRequest)}`;
  const signature = createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
  return { canonicalRequest, stringToSign, signature };
}

// A header sent twice is signed as its values in order, joined by a comma without a space.
function headerValue(values: readonly string[] = []): string {
  return values
    .map((value) => value.trim())
    .sort()
    .join(',');
}

function byText(a: readonly [string, string], b: readonly [string, string]): number {
  const left = `${a[0]}\n${a[1]}`;
  const right = `${b[0]}\n${b[1]}`;
  return left < right ? -1 : Number(left > right);
}

export interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Reads an Authorization header; undefined when it is not a complete one of this algorithm. */
export function parseAuthorization(header: string): Authorization | undefined {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]*),\s*Signature=([0-9a-f]{64})$/.exec(
    header,
  );
  const [, accessKeyId, signedHeaders, signature] = match ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
}

/** Compares in constant time, so that a wrong signature does not tell where it went wrong. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
