import { parse } from 'lossless-json';
import * as z from 'zod/mini';
import { REGIONS, readEndpoint, regionEndpoint } from './esa/endpoint.js';
import type { Endpoint, Keys } from './esa/transport.js';
import { readDuration } from './rollout/duration.js';
import type { TrafficSplit, Wish } from './rollout/model.js';
import { type Parsed, readEntries, toSplit, type WrittenShare } from './rollout/split.js';
import { quoted } from './rollout/untrusted.js';

/** The inputs of action.yml, as the runner hands them over: text, empty where not given. */
export const INPUTS = [
  'routine',
  'env',
  'versions',
  'expect-deployment-id',
  'dry-run',
  'access-key-id',
  'access-key-secret',
  'security-token',
  'region',
  'endpoint',
  'api-timeout',
] as const;

export const SECRET_INPUTS = ['access-key-id', 'access-key-secret', 'security-token'] as const;

export type RawInputs = Readonly<Record<(typeof INPUTS)[number], string>>;

export interface Request {
  readonly wish: Wish;
  readonly keys: Keys;
  readonly endpoint: Endpoint;
  readonly region: string;
  /** In ms. */
  readonly apiTimeout: number;
}

/** What is wrong with one input: its name, and a sentence with what was given and what is allowed. */
export interface Mistake {
  readonly input: string;
  readonly message: string;
}

export type Read =
  | { readonly ok: true; readonly value: Request }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

const SHORTEST_TIMEOUT = 100;
const LONGEST_TIMEOUT = 600_000;

/** Strings to a request, or every mistake that they hold. */
export function readInputs(raw: RawInputs): Read {
  const result = schema.safeParse(raw);
  const together = acrossInputs(raw);
  if (!result.success || together.length > 0) {
    const single = (result.error?.issues ?? []).map(({ path, message }) => ({ input: String(path[0]), message }));
    return { ok: false, mistakes: [...single, ...together].sort(byInput) };
  }
  const read = result.data;
  const goal =
    read.versions === undefined ? ({ kind: 'report' } as const) : ({ kind: 'split', split: read.versions } as const);
  return {
    ok: true,
    value: {
      wish: {
        routine: read.routine,
        env: read.env,
        goal,
        expectDeploymentId: read['expect-deployment-id'],
        dryRun: read['dry-run'],
      },
      keys: {
        accessKeyId: read['access-key-id'] ?? '',
        accessKeySecret: read['access-key-secret'] ?? '',
        securityToken: read['security-token'],
      },
      endpoint: read.endpoint ?? regionEndpoint(read.region),
      region: read.region,
      apiTimeout: read['api-timeout'],
    },
  };
}

/** One input: its text becomes a value, or each mistake in it becomes an issue of its own. */
function input<T>(read: (text: string) => Parsed<T>) {
  return z.pipe(
    z.string(),
    z.transform((text, context) => {
      const result = read(text);
      if (result.ok) return result.value;
      for (const message of result.mistakes) context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  );
}

const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
const wrong = (...mistakes: string[]): Parsed<never> => ({ ok: false, mistakes });

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

const schema = z.object({
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
  'dry-run': input((text) => {
    const value = text === '' ? false : Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
    return value === undefined ? wrong(`${quoted(text)} is given; allowed is "true" or "false"`) : good(value);
  }),
  'access-key-id': optional(secret),
  'access-key-secret': optional(secret),
  'security-token': optional(secret),
  region: input((text): Parsed<(typeof REGIONS)[number]> => {
    const found = text === '' ? REGIONS[0] : REGIONS.find((region) => region === text);
    if (found !== undefined) return good(found);
    return wrong(
      `${quoted(text)} is given; allowed is "cn-hangzhou" (China site) or "ap-southeast-1" (international site)`,
    );
  }),
  endpoint: optional((text) => {
    const endpoint = readEndpoint(text);
    if (endpoint !== undefined) return good(endpoint);
    return wrong(
      `${quoted(text.replace(/\/\/[^/]*@/, '//***@'))} is given; allowed is "https://HOST" without a path, or "http://" on loopback such as "http://127.0.0.1:8080"`,
    );
  }),
  'api-timeout': input((text) => {
    const timeout = readDuration(text === '' ? '30s' : text);
    if (timeout !== undefined && timeout >= SHORTEST_TIMEOUT && timeout <= LONGEST_TIMEOUT) return good(timeout);
    return wrong(`${quoted(text)} is given; allowed is a duration with its unit from "100ms" to "10m", such as "30s"`);
  }),
});

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

/** Rules between inputs. They are told along with the mistakes of each, so they look at the raw text alone. */
function acrossInputs(raw: RawInputs): Mistake[] {
  const mistakes: Mistake[] = [];
  const dry = Object.hasOwn(BOOLEANS, raw['dry-run']) && BOOLEANS[raw['dry-run']] === true;
  if (raw.versions === '' && !dry) {
    mistakes.push({
      input: 'versions',
      message:
        'nothing is given; allowed is "VERSION=PERCENT" for one or two versions, or leave it out with "dry-run: true" to see what is live',
    });
  }
  const [id, key, token] = [raw['access-key-id'], raw['access-key-secret'], raw['security-token']];
  const missing = (name: string, because: string) =>
    mistakes.push({ input: name, message: `nothing is given; ${because}` });
  if (id === '')
    missing(
      'access-key-id',
      key === '' && token === ''
        ? "a RAM user's or a session's key is needed to sign requests"
        : 'the other part of the key is given, this one is missing',
    );
  if (key === '')
    missing(
      'access-key-secret',
      id === '' && token === ''
        ? 'it belongs to `access-key-id`'
        : 'the other part of the key is given, this one is missing',
    );
  return mistakes;
}

function byInput(one: Mistake, other: Mistake): number {
  const rank = ({ input: name }: Mistake) => (INPUTS as readonly string[]).indexOf(name);
  return rank(one) - rank(other);
}
