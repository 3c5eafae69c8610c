import { parse } from 'lossless-json';
import * as z from 'zod/mini';
import type { Endpoint } from '../alibaba/call.js';
import { REGIONS, readEndpoint } from '../alibaba/endpoint.js';
import type { StatusRange } from '../gates/http.js';
import { readDuration } from '../rollout/duration.js';
import { quoted } from '../rollout/escape.js';
import type { OnTrouble, TrafficSplit } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { type Parsed, readEntries, toSplit, type WrittenShare } from '../rollout/split.js';
import { readSteps } from '../rollout/steps.js';
import { hasUser, withoutSecrets } from '../secrets/url-secrets.js';

const SHORTEST_TIMEOUT = 100;
const LONGEST_TIMEOUT = 600_000;
/** Of AssumeRoleWithOIDC; the role itself may allow less. In ms. */
const SHORTEST_SESSION = 900_000;
const LONGEST_SESSION = 43_200_000;
const SHORTEST_INTERVAL = 100;
const LONGEST_INTERVAL = 3_600_000;

/** One input: its text becomes a value, or each mistake in it becomes an issue of its own. */
function input<T>(read: (text: string) => Parsed<T>) {
  return z.pipe(
    z.string(),
    z.transform((text, context) => {
      const result = read(text);
      if (result.ok) return result.value;
      for (const message of result.error) context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  );
}

const good = succeeded;
const wrong = (...mistakes: string[]): Parsed<never> => failed(mistakes);

const oneOf = <T extends string>(...allowed: readonly T[]) =>
  input((text): Parsed<T> => {
    const found = allowed.find((value) => value === text);
    const either = allowed.map((value) => `"${value}"`).join(' or ');
    if (found !== undefined) return good(found);
    return wrong(
      text === ''
        ? `nothing is given; allowed is ${either}`
        : `${quoted(text)} is given; allowed is ${either}, in this spelling`,
    );
  });

const optional = <T>(read: (text: string) => Parsed<T>) =>
  input((text): Parsed<T | undefined> => (text === '' ? good(undefined) : read(text)));

/** The spellings of YAML 1.2's core schema, which are those of the runner's own `getBooleanInput`. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

export const schema = z.object({
  routine: input((text) => {
    if (text === '') return wrong('nothing is given; it is the name of the routine, as the ESA console shows it');
    return CONTROL.test(text)
      ? wrong(`${quoted(text)} is given; a routine name has no control characters`)
      : good(text);
  }),
  env: oneOf('staging', 'production'),
  versions: optional(readVersions),
  'expect-deployment-id': optional((text) =>
    /[\s\p{Cc}]/u.test(text)
      ? wrong(`${quoted(text)} is given; a DeploymentId has no spaces or control characters`)
      : good(text),
  ),
  canary: optional((text) =>
    /^[0-9]{1,32}$/.test(text)
      ? good(text)
      : wrong(`${quoted(text)} is not a code version: it is digits only, such as 1723599747213377175`),
  ),
  'allow-older': flag(false),
  steps: input((text) => readSteps(text === '' ? '100%' : text)),
  wait: flag(true),
  'gate-url': optional(readUrls),
  'gate-expect': input((text) => readRanges(text === '' ? '200-399' : text)),
  'gate-latency': optional((text) => durationBetween(text, 1, LONGEST_TIMEOUT, '"1ms" to "10m", such as "800ms"')),
  'gate-version-header': optional((text) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(text)
      ? good(text.toLowerCase())
      : wrong(`${quoted(text)} is given; allowed is the name of a response header, such as "x-code-version"`),
  ),
  'gate-success-rate': input((text) => readRate(text === '' ? '99%' : text)),
  'gate-command': optional((text) => good(text)),
  'gate-interval': input((text) =>
    durationBetween(text === '' ? '15s' : text, SHORTEST_INTERVAL, LONGEST_INTERVAL, '"100ms" to "1h", such as "15s"'),
  ),
  'on-failure': onTrouble(),
  'on-inconclusive': onTrouble(),
  'on-cancel': onTrouble(),
  'dry-run': flag(false),
  'access-key-id': optional(secret),
  'access-key-secret': optional(secret),
  'security-token': optional(secret),
  'role-to-assume': optional((text) => readArn(text, 'role', 'acs:ram::ACCOUNT_ID:role/NAME')),
  'oidc-provider-arn': optional((text) => readArn(text, 'oidc-provider', 'acs:ram::ACCOUNT_ID:oidc-provider/NAME')),
  audience: input((text) => {
    const audience = text === '' ? 'sts.aliyuncs.com' : text;
    return /^[!-~]{1,255}$/.test(audience)
      ? good(audience)
      : wrong(`${quoted(text)} is given; allowed is a client id of the OIDC provider, such as "sts.aliyuncs.com"`);
  }),
  'role-session-name': optional((text) =>
    /^[\w.@-]{2,64}$/.test(text)
      ? good(text)
      : wrong(`${quoted(text)} is given; allowed are 2 to 64 letters, digits, and the characters . @ - _`),
  ),
  'role-session-duration': input((text) =>
    durationBetween(
      text === '' ? '1h' : text,
      SHORTEST_SESSION,
      LONGEST_SESSION,
      '"15m" to "12h" that the role allows, such as "1h"',
    ),
  ),
  region: input((text): Parsed<(typeof REGIONS)[number]> => {
    const found = text === '' ? REGIONS[0] : REGIONS.find((region) => region === text);
    if (found !== undefined) return good(found);
    return wrong(
      `${quoted(text)} is given; allowed is "cn-hangzhou" (China site) or "ap-southeast-1" (international site)`,
    );
  }),
  endpoint: optional(readHost),
  'sts-endpoint': optional(readHost),
  'api-timeout': input((text) =>
    durationBetween(text === '' ? '30s' : text, SHORTEST_TIMEOUT, LONGEST_TIMEOUT, '"100ms" to "10m", such as "30s"'),
  ),
});

function readHost(text: string): Parsed<Endpoint> {
  const endpoint = readEndpoint(text);
  if (endpoint !== undefined) return good(endpoint);
  return wrong(
    `${quoted(withoutSecrets(text))} is given; allowed is "https://HOST" without a path, or "http://" on loopback such as "http://127.0.0.1:8080"`,
  );
}

/** Source: https://www.alibabacloud.com/help/en/ram/user-guide/policy-elements, "Resource" */
function readArn(text: string, kind: string, allowed: string): Parsed<string> {
  return new RegExp(`^acs:ram::[0-9]{5,20}:${kind}/[\\w.@/-]{1,128}$`).test(text)
    ? good(text)
    : wrong(`${quoted(text)} is given; allowed is "${allowed}", as the RAM console shows it`);
}

function flag(fallback: boolean) {
  return input((text): Parsed<boolean> => {
    const value = text === '' ? fallback : readBoolean(text);
    return value === undefined ? wrong(`${quoted(text)} is given; allowed is "true" or "false"`) : good(value);
  });
}

export function readBoolean(text: string): boolean | undefined {
  return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
}

function onTrouble() {
  return input((text): Parsed<OnTrouble> => {
    if (text === '' || text === 'rollback') return good('rollback');
    return text === 'hold' ? good('hold') : wrong(`${quoted(text)} is given; allowed is "rollback" or "hold"`);
  });
}

function durationBetween(text: string, least: number, most: number, allowed: string): Parsed<number> {
  const duration = readDuration(text);
  if (duration !== undefined && duration >= least && duration <= most) return good(duration);
  return wrong(`${quoted(text)} is given; allowed is a duration with its unit from ${allowed}`);
}

/** One URL a line. */
function readUrls(text: string): Parsed<readonly string[]> {
  const urls = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const mistakes = urls
    .filter((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || hasUser(url))
    .map(
      (url) =>
        `${quoted(withoutSecrets(url))} is given; allowed are http and https URLs without a user name, one a line`,
    );
  return mistakes.length > 0 ? wrong(...mistakes) : good(urls);
}

function readRanges(text: string): Parsed<readonly StatusRange[]> {
  const ranges: StatusRange[] = [];
  const mistakes: string[] = [];
  for (const entry of text.split(/[,\n]/).map((part) => part.trim())) {
    const [, first, last] = /^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$/.exec(entry) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (first === undefined || from > to) {
      mistakes.push(`${quoted(entry)} is given; allowed are status codes and ranges such as "200-299, 404"`);
    } else ranges.push({ from, to });
  }
  return mistakes.length > 0 ? wrong(...mistakes) : good(ranges);
}

function readRate(text: string): Parsed<number> {
  const [, rate] = /^((?:100|[1-9]?[0-9])(?:\.[0-9]{1,3})?)%$/.exec(text) ?? [];
  if (rate !== undefined && Number(rate) > 0 && Number(rate) <= 100) return good(Number(rate));
  return wrong(`${quoted(text)} is given; allowed is a share above 0 % up to 100 %, such as "99%" or "99.5%"`);
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** What was given is never repeated: it is a secret. */
function secret(text: string): Parsed<string> {
  return /^[!-~]+$/.test(text)
    ? good(text)
    : wrong('what is given holds a space, a line break or a character outside ASCII; copy it anew');
}

function readVersions(text: string): Parsed<TrafficSplit> {
  if (!text.startsWith('[') && !text.startsWith('{')) return toSplit(readEntries(text));
  const written = readJson(text);
  return written.ok ? toSplit(written.value) : written;
}

/** The members of CreateRoutineCodeDeployment's CodeVersions, and those that GetRoutine adds when it shows them. */
const jsonShare = z.strictObject({
  CodeVersion: z.string(),
  Percentage: z.optional(z.string()),
  Description: z.optional(z.unknown()),
  CreateTime: z.optional(z.unknown()),
});

/** The API's own JSON. Numbers stay the digits they were written with: a 19-digit version is never rounded. */
function readJson(text: string): Parsed<readonly WrittenShare[]> {
  const allowed = 'allowed is [{"CodeVersion":"1723599747213377175","Percentage":10}, ...]';
  let json: unknown;
  try {
    json = parse(text, undefined, (digits) => digits);
  } catch (error) {
    return wrong(
      `${quoted(text)} is not JSON (${error instanceof Error ? quoted(error.message) : 'unreadable'}); ${allowed}`,
    );
  }
  const result = z.array(jsonShare).safeParse(json);
  if (!result.success) {
    const where = result.error.issues.map(
      (issue) => `${quoted(issue.path.join('.') || 'the whole')}: ${issue.message}`,
    );
    return wrong(`${quoted(text)} is not the API's form (${where.join('; ')}); ${allowed}`);
  }
  return good(result.data.map(({ CodeVersion, Percentage }) => ({ version: CodeVersion, weight: Percentage })));
}
