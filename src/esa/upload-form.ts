import { failed, type Result, succeeded } from '../rollout/result.js';

/** A form by which one file may be posted to object storage, for a while. */
export interface UploadForm {
  readonly url: URL;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Until when it is taken, by our own clock, in ms since the epoch. */
  readonly until: number;
}

/** What lets somebody post in our place. */
export function secretsIn(config: OssPostConfig): readonly string[] {
  return SECRET.flatMap((name) => config[name] ?? []);
}

export type OssPostConfig = Readonly<Record<string, string | null | undefined>>;

const SECRET = ['Url', 'OSSAccessKeyId', 'Signature', 'XOssSecurityToken', 'policy', 'Policy', 'callback'];

/** Object storage tells capitals from small letters, and the two operations spell differently. */
const SPELT: Readonly<Record<string, string>> = {
  Key: 'key',
  Policy: 'policy',
  XOssSecurityToken: 'x-oss-security-token',
};
const NEEDED = ['OSSAccessKeyId', 'Signature', 'policy', 'key'];
/** So long in every policy that was seen, in ms. */
const USUAL_LIFE = 5 * 60_000;
/** What is posted shortly before the end may arrive after it, in ms. */
const MARGIN = 5_000;

interface Received {
  /** By our own clock, in ms since the epoch. */
  readonly at: number;
  /** By the service's, where it told it. */
  readonly date: number | undefined;
  /** Whether the service itself is on loopback, as in a test: nothing else may be asked without TLS. */
  readonly isLoopback: boolean;
}

/**
 * The form that an answer gives out: its fields as given, without those that are empty, which say nothing. Examples of the
 * documentation have addresses without TLS, which object storage has for every bucket.
 */
export function readUploadForm(config: OssPostConfig, received: Received): Result<UploadForm, string> {
  const url = addressOf(config['Url'] ?? '', received.isLoopback);
  if (url === undefined) return failed('OssPostConfig.Url is not an address of object storage');
  const fields = Object.entries(config).flatMap(([name, value]) => {
    const spelt = Object.hasOwn(SPELT, name) ? (SPELT[name] ?? name) : name;
    return name === 'Url' || !value || !/^[A-Za-z0-9:_-]{1,64}$/.test(spelt) ? [] : [[spelt, value] as const];
  });
  const missing = NEEDED.filter((name) => !fields.some(([given]) => given === name));
  if (missing.length > 0) return failed(`OssPostConfig has no ${missing.join(', ')}`);
  const policy = fields.find(([name]) => name === 'policy')?.[1] ?? '';
  return succeeded({ url, fields, until: received.at + lifeOf(policy, received) - MARGIN });
}

function addressOf(text: string, isLoopback: boolean): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:' || isLoopback) return url;
  if (url.protocol !== 'http:') return undefined;
  return new URL(`https://${url.host}${url.pathname}${url.search}`);
}

/** How long a policy holds from when it came, in ms: by its own word, and never longer than usual. */
function lifeOf(policy: string, { at, date }: Received): number {
  const end = expirationOf(policy);
  const life = end === undefined ? USUAL_LIFE : end - (date ?? at);
  // A clock that is minutes off would make it nothing or for ever.
  return life <= 0 || life > USUAL_LIFE ? USUAL_LIFE : life;
}

function expirationOf(policy: string): number | undefined {
  try {
    const { expiration } = (JSON.parse(Buffer.from(policy, 'base64').toString()) ?? {}) as { expiration?: unknown };
    const instant = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
    return Number.isNaN(instant) ? undefined : instant;
  } catch {
    return undefined;
  }
}
