import { adviseOnNetwork } from '../src/alibaba/network-advice.js';
import { adviseOnCode } from '../src/esa/advice.js';

/** Whom a call was for. */
interface Context {
  readonly operation: string;
  readonly routine: string;
  readonly env: 'staging' | 'production';
  readonly region: string;
}

const KEYS =
  'Keys come from the environment, such as ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or from a profile of the Alibaba Cloud CLI.';

const TOKEN = `The security token is not of this key. Get key, secret and token again together. ${KEYS}`;

/** Where what the action advises is about how an action is used. The codes are in `src/esa/advice.ts`. */
const BY_CODE: Readonly<Record<string, string | ((context: Context) => string)>> = {
  SignatureDoesNotMatch: `The secret is not of this key. Set it again, without spaces or line breaks around it. ${KEYS}`,
  'InvalidAccessKeyId.NotFound': ({ region }) =>
    `The service does not know this key. ${KEYS} Check \`--region\` (now ${region}) too: keys of aliyun.com work with cn-hangzhou, those of alibabacloud.com with ap-southeast-1. A temporary key, which starts with STS., needs its ALIBABA_CLOUD_SECURITY_TOKEN.`,
  'InvalidSecurityToken.Expired': `The temporary credentials have expired. Get new ones, and run again. ${KEYS}`,
  'InvalidSecurityToken.Malformed': TOKEN,
  'InvalidSecurityToken.MismatchWithAccessKey': TOKEN,
  MissingSecurityToken: TOKEN,
  'Site.ServiceBusy': 'The service is busy, or this routine is being changed at the same moment. Run again.',
  TooManyRequests: 'The service is busy, or this routine is being changed at the same moment. Run again.',
  LockFailed: 'The service is busy, or this routine is being changed at the same moment. Run again.',
};

const DENIED = ({ operation }: Context) =>
  `The key may not do this. Grant it the RAM action \`esa:${operation}\` on resource \`*\`; docs/facts.md lists all that the check needs. A policy that denies wins over one that allows.`;

/** What to do about a code of the service, for whoever runs the check. */
export function adviceOnCode(code: string, status: number, context: Context): string {
  const own = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (own !== undefined) return typeof own === 'function' ? own(context) : own;
  if (/^(?:Forbidden|NoPermission)/.test(code)) return DENIED(context);
  if (code.startsWith('InvalidSecurityToken')) return TOKEN;
  return inOptions(adviseOnCode(code, status, context).advice);
}

/** The same of the network. */
export function adviceOnNetwork(code: string): string {
  return inOptions(adviseOnNetwork(code, 'endpoint').advice);
}

/** The inputs of the action that are options here too. */
const OPTIONS = 'routine|env|url|region|endpoint|sts-endpoint|role-to-assume|oidc-provider-arn';

/** What is no option here. */
const ELSEWHERE: readonly (readonly [string, string])[] = [
  [
    'Give `role-to-assume` and `oidc-provider-arn` with `permissions: { id-token: write }`, or `access-key-id` and `access-key-secret`.',
    `${KEYS} In a workflow \`--role-to-assume\` and \`--oidc-provider-arn\` take none, with \`permissions: { id-token: write }\`.`,
  ],
  ['Raise `api-timeout` if the service is far away, as China is from GitHub-hosted runners.', 'Run again.'],
  [', or set `audience` to one of those', ''],
  ['Shorten `role-session-duration` (the session is renewed anyway), or raise', 'Raise'],
  [' Set `role-session-name`.', ''],
  ['that the log and the summary show: it is the one for exactly this job', 'that follows: it is for exactly this job'],
];

/** Advice in the words of the action, in those of the check. */
export function inOptions(advice: string): string {
  return ELSEWHERE.reduce((text, [words, own]) => text.replace(words, own), advice)
    .replace(new RegExp(`\\b([Tt]he) inputs? (?=\`(?:${OPTIONS})\`)`, 'g'), '')
    .replace(new RegExp(`\`(${OPTIONS})(?:: ([^\`]*))?\``, 'g'), (_, name: string, value?: string) =>
      value === undefined ? `\`--${name}\`` : `\`--${name} ${value}\``,
    )
    .replace(/\b([Tt])his action\b/g, '$1his check');
}
