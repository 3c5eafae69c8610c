import { isIP } from 'node:net';
import type { Endpoint } from '../alibaba/call.js';
import { readEndpoint } from '../alibaba/endpoint.js';
import type { StatusRange } from '../gates/http.js';
import { durationText, readDuration } from '../rollout/duration.js';
import { quoted } from '../rollout/escape.js';
import { failed, succeeded } from '../rollout/result.js';
import type { Parsed } from '../rollout/split.js';
import { readRef, type VersionRef } from '../rollout/version-ref.js';
import { hasUser, urlSecrets, withoutSecrets } from '../secrets/url-secrets.js';

/** What a text that is not empty means, or every mistake in it: a clause each, which goes on after the input's name. */
export type Rule<T> = (text: string) => Parsed<T>;

const wrong = (...mistakes: string[]): Parsed<never> => failed(mistakes);

export const anyText: Rule<string> = succeeded;

/** A version by its number, or by a word that stands for one. */
export const versionRef: Rule<VersionRef> = (text) => {
  const ref = readRef(text);
  return ref.ok ? ref : wrong(ref.error);
};

/** `otherwise` goes on after what was given. */
export function matching(pattern: RegExp, otherwise: string): Rule<string> {
  return (text) => (pattern.test(text) ? succeeded(text) : wrong(`${quoted(text)} ${otherwise}`));
}

export function oneOf<const T extends string>(values: readonly T[], allowed: string): Rule<T> {
  return (text) => {
    const found = values.find((value) => value === text);
    return found === undefined ? wrong(`${quoted(text)} is given; allowed is ${allowed}`) : succeeded(found);
  };
}

/** The spellings of YAML 1.2's core schema, which are those of the runner's own `getBooleanInput`. */
const YES: readonly string[] = ['true', 'True', 'TRUE'];
const NO: readonly string[] = ['false', 'False', 'FALSE'];

export const yesOrNo: Rule<boolean> = (text) => {
  if (YES.includes(text)) return succeeded(true);
  return NO.includes(text) ? succeeded(false) : wrong(`${quoted(text)} is given; allowed is "true" or "false"`);
};

/** Bounds and value in ms; `suchAs` goes on after the bounds. */
export function durationBetween(least: number, most: number, suchAs: string): Rule<number> {
  return (text) => {
    const duration = readDuration(text);
    if (duration !== undefined && duration >= least && duration <= most) return succeeded(duration);
    const bounds = `"${durationText(least)}" to "${durationText(most)}"`;
    return wrong(`${quoted(text)} is given; allowed is a duration with its unit from ${bounds}${suchAs}`);
  };
}

/** In percent. */
export const rate: Rule<number> = (text) => {
  const [, share] = /^((?:100|[1-9]?[0-9])(?:\.[0-9]{1,3})?)%$/.exec(text) ?? [];
  if (share !== undefined && Number(share) > 0 && Number(share) <= 100) return succeeded(Number(share));
  return wrong(`${quoted(text)} is given; allowed is a share above 0 % up to 100 %, such as "99%" or "99.5%"`);
};

/** `200-299, 404`, by comma or newline. */
export const statusRanges: Rule<readonly StatusRange[]> = (text) => {
  const ranges: StatusRange[] = [];
  const mistakes: string[] = [];
  for (const entry of text.split(/[,\n]/).map((part) => part.trim())) {
    const [, first, last] = /^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$/.exec(entry) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (first === undefined || from > to)
      mistakes.push(`${quoted(entry)} is given; allowed are status codes and ranges such as "200-299, 404"`);
    else ranges.push({ from, to });
  }
  return mistakes.length > 0 ? wrong(...mistakes) : succeeded(ranges);
};

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** One a line. */
export const urls: Rule<readonly string[]> = (text) => {
  const lines = linesOf(text);
  const mistakes = lines
    .filter((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || hasUser(url))
    .map((url) => quoted(withoutSecrets(url)))
    .map((url) => `${url} is given; allowed are http and https URLs without a user name, one a line`);
  return mistakes.length > 0 ? wrong(...mistakes) : succeeded(lines);
};

/** What of such URLs is secret, also where they are refused. */
export function secretsInUrls(text: string): readonly string[] {
  return linesOf(text).flatMap(urlSecrets);
}

export const host: Rule<Endpoint> = (text) => {
  const endpoint = readEndpoint(text);
  if (endpoint !== undefined) return succeeded(endpoint);
  return wrong(
    `${quoted(withoutSecrets(text))} is given; allowed is "https://HOST" without a path, or "http://" on loopback such as "http://127.0.0.1:8080"`,
  );
};

/** Below it each project has a name of its own, which an address cannot have. */
export const logHost: Rule<Endpoint> = (text) => {
  const endpoint = host(text);
  if (!endpoint.ok || endpoint.value.protocol === 'http') return endpoint;
  if (isIP(new URL(text).hostname.replace(/^\[|\]$/g, '')) === 0) return endpoint;
  return wrong(
    `${quoted(text)} is given; the project goes before the host, so it has to be a name such as "https://cn-shanghai.log.aliyuncs.com"`,
  );
};

/** Source: https://help.aliyun.com/zh/sls/developer-reference/limits, names of projects and of logstores */
export const logPlace: Rule<{ readonly project: string; readonly logstore: string }> = (text) => {
  const [, project, logstore] =
    /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\/([a-z0-9][a-z0-9_-]{1,61}[a-z0-9])$/.exec(text) ?? [];
  return project === undefined || logstore === undefined
    ? wrong(
        `${quoted(text)} is given; allowed is "PROJECT/LOGSTORE" of Log Service, such as "my-logs/edge-routine", without region and host`,
      )
    : succeeded({ project, logstore });
};

/** What tells the versions apart: `NAME`, or `NAME=VALUE` with what the canary answers. */
export interface VersionMark {
  /** Lower case, as Node keys the headers of an answer. */
  readonly header: string;
  /** Undefined: the canary answers its code version. */
  readonly canary: string | undefined;
}

/** Source: RFC 9110, "token" for the name, "field-value" for the value. */
export const versionMark: Rule<VersionMark> = (text) => {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)(?:=\s*([!-~](?:[ -~]*[!-~])?))?$/.exec(text) ?? [];
  return name === undefined
    ? wrong(
        `${quoted(text)} is given; allowed is the name of a response header, such as "x-code-version", or with the canary's value, such as "x-commit=4f2a91c"`,
      )
    : succeeded({ header: name.toLowerCase(), canary: value });
};

/** Source: https://www.alibabacloud.com/help/en/ram/user-guide/policy-elements, "Resource" */
export function arn(kind: string): Rule<string> {
  return matching(
    new RegExp(`^acs:ram::[0-9]{5,20}:${kind}/[\\w.@/-]{1,128}$`),
    `is given; allowed is "acs:ram::ACCOUNT_ID:${kind}/NAME", as the RAM console shows it`,
  );
}

/** Part of a key. What was given is never repeated: it is a secret. */
export const keyText: Rule<string> = (text) =>
  /^[!-~]+$/.test(text)
    ? succeeded(text)
    : wrong('what is given holds a space, a line break or a character outside ASCII; copy it again');
