import { createHmac } from 'node:crypto';
import { nextId, timestamp, type Upload, type World } from './world.js';

/** How long a form may be posted, in ms. */
const LIFE = 5 * 60_000;
/** Bytes; the real one is unknown. */
const LARGEST_FILE = 1024 * 1024 * 1024;

const accessKeyId = 'STS.storage';
const accessKeySecret = 'storage-secret';
const securityToken = 'storage-token';

/** A form that lets its holder post one object, for a while. */
export interface GivenOut {
  readonly upload: Upload;
  /** Base64 of JSON. */
  readonly policy: string;
  /** Of that Base64, by HMAC-SHA1. */
  readonly signature: string;
  readonly accessKeyId: string;
  readonly securityToken: string;
}

/** What object storage says of a form that it does not take. */
export interface Denial {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** `now` in ms since the epoch. */
export function giveOut(world: World, routine: string, codeVersion: string | undefined, now: number): GivenOut {
  const id = nextId(world, now);
  const expires = now + LIFE;
  const key =
    codeVersion === undefined ? `site_er_js/${routine}.${id}.unstable.js` : `site_er_zip/${routine}.${id}.zip`;
  const upload: Upload = { key, routine, expires, codeVersion };
  world.uploads.push(upload);
  const conditions = [
    ['eq', '$key', key],
    ['content-length-range', 0, LARGEST_FILE],
  ];
  const text = JSON.stringify({ expiration: timestamp(expires), conditions });
  const policy = Buffer.from(text).toString('base64');
  return { upload, policy, signature: signed(policy), accessKeyId, securityToken };
}

function signed(policy: string): string {
  return createHmac('sha1', accessKeySecret).update(policy).digest('base64');
}

/**
 * Which upload a form is for, by its fields that stood before the file; or why it is refused.
 * Source: https://www.alibabacloud.com/help/en/oss/developer-reference/postobject
 */
export function judgeForm(
  world: World,
  fields: ReadonlyMap<string, string>,
  fileSize: number,
  now: number,
): Upload | Denial {
  const field = (name: string) => fields.get(name) ?? '';
  if (field('key') === '') return invalid("Bucket POST must contain a field named 'key'.");
  if (field('policy') === '' || field('Signature') === '' || field('OSSAccessKeyId') === '')
    return denied('AccessDenied', 'You have no right to access this object because of bucket acl.');
  if (field('OSSAccessKeyId') !== accessKeyId)
    return denied('InvalidAccessKeyId', 'The OSS Access Key Id you provided does not exist in our records.');
  if (field('x-oss-security-token') !== securityToken)
    return denied('InvalidAccessKeyId', 'The security token you provided is missing or wrong.');
  if (field('Signature') !== signed(field('policy')))
    return denied('SignatureDoesNotMatch', 'The request signature we calculated does not match the one you provided.');
  const policy = JSON.parse(Buffer.from(field('policy'), 'base64').toString()) as {
    expiration: string;
    conditions: [string, string | number, string | number][];
  };
  if (now >= Date.parse(policy.expiration))
    return denied('AccessDenied', 'Invalid according to Policy: Policy expired.');
  for (const [kind, name, wanted] of policy.conditions) {
    if (kind === 'eq' && field(String(name).slice(1)) !== wanted)
      return denied(
        'AccessDenied',
        `Invalid according to Policy: Policy Condition failed: ["eq", "${name}", "${wanted}"]`,
      );
    if (kind === 'content-length-range' && fileSize > Number(wanted))
      return { status: 400, code: 'EntityTooLarge', message: 'Your proposed upload exceeds the maximum allowed size.' };
  }
  const upload = world.uploads.find(({ key }) => key === field('key'));
  return upload ?? denied('AccessDenied', 'Nobody waits for this object any more.');
}

function denied(code: string, message: string): Denial {
  return { status: 403, code, message };
}

export function invalid(message: string): Denial {
  return { status: 400, code: 'InvalidArgument', message };
}
