import { readFileSync } from 'node:fs';
import type { Quirks } from './quirks.js';

/** How a value of a report is looked at before it is believed: one of these, or of this form. */
type Allowed = readonly (string | number | boolean)[] | 'count' | 'code' | 'reaction';

const EITHER = [true, false] as const;

/** The quirks that a report of `npm run contract` can have. */
export const FACT_QUIRKS = {
  neverDeployed: ['no-envs', 'no-env', 'no-code-deploy', 'no-code-versions'],
  numericDeploymentId: EITHER,
  omitDeploymentId: EITHER,
  deploymentIdDiffers: EITHER,
  numericDeployId: EITHER,
  deployIds: ['nanoseconds', 'counted'],
  creationTime: ['seconds', 'milliseconds', 'offset', 'zoneless', 'none'],
  numericCodeVersion: EITHER,
  percentageAsString: EITHER,
  versionOrder: ['asked', 'reversed', 'heavier-first', 'lighter-first', 'older-first', 'newer-first'],
  splitMembers: ['heavier-lighter', 'lighter-heavier', 'heavier-heavier', 'first-last', 'last-first', 'none'],
  omitCreateTimes: EITHER,
  omitStatus: EITHER,
  omitTotalCount: EITHER,
  oldestFirst: EITHER,
  percentZero: 'reaction',
  zeroShown: EITHER,
  versionTwice: 'reaction',
  unknownVersion: 'reaction',
  notAvailable: 'reaction',
  boundElsewhere: 'reaction',
  redeploy: 'reaction',
  parameterPlaces: ['query-and-body', 'body'],
  lagReads: 'count',
  edgeDelay: 'count',
  routing: ['chance', 'per-connection', 'per-client', 'in-turn'],
  versionHeader: EITHER,
  dateHeader: ['clock', 'none'],
  publishFillsCodeDeploy: EITHER,
  requestsPerSecond: 'count',
  throttlingCode: 'code',
  logsWithoutVersion: EITHER,
} as const satisfies { readonly [Name in keyof Quirks]?: Allowed };

/**
 * What tests count on that are about something else, so that `ESA_FACTS` leaves it alone: how often and how fast the API
 * is asked, what the edge draws, by what header it says so, and in which order a split is written down.
 */
const OF_THE_TESTS: ReadonlySet<string> = new Set([
  'edgeDelay',
  'lagReads',
  'requestsPerSecond',
  'routing',
  'versionHeader',
  'versionOrder',
]);

/** The quirks in a report. Throws an Error that names the file, and what in it is none. */
export function readFacts(file: string): Partial<Quirks> {
  const given = quirksIn(file);
  for (const [name, value] of Object.entries(given)) {
    const allowed = Object.hasOwn(FACT_QUIRKS, name) ? FACT_QUIRKS[name as keyof typeof FACT_QUIRKS] : undefined;
    if (allowed === undefined || !isAllowed(allowed, value))
      throw new Error(`${file} has no fact that can be played: ${name} is ${JSON.stringify(value)}`);
  }
  return given;
}

function quirksIn(file: string): Readonly<Record<string, unknown>> {
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} holds no report: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const { quirks } = (report ?? {}) as { quirks?: unknown };
  if (typeof quirks === 'object' && quirks !== null && !Array.isArray(quirks)) return { ...quirks };
  throw new Error(`${file} holds no report: it has no quirks`);
}

function isAllowed(allowed: Allowed, value: unknown): boolean {
  if (allowed === 'count') return typeof value === 'number' && value >= 0 && value < 1_000_000;
  if (allowed === 'code') return isCode(value);
  if (allowed === 'reaction')
    return ['accepted', 'refused', 'same-deployment'].includes(String(value)) || isRefusal(value);
  return allowed.some((one) => one === value);
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z][\w.]{0,80}$/.test(value);
}

function isRefusal(value: unknown): boolean {
  const { code, status, message } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    isCode(code) &&
    Number.isInteger(status) &&
    Number(status) >= 200 &&
    Number(status) < 600 &&
    typeof message === 'string'
  );
}

let read: { readonly file: string; readonly facts: Partial<Quirks> } | undefined;

function readGiven({ ESA_FACTS: file = '' }: NodeJS.ProcessEnv): readonly (readonly [string, unknown])[] {
  if (file === '') return [];
  if (read?.file !== file) read = { file, facts: readFacts(file) };
  return Object.entries(read.facts);
}

/** What `ESA_FACTS` says of a service, for worlds that say nothing else. */
export function factsGiven(environment: NodeJS.ProcessEnv): Partial<Quirks> {
  return Object.fromEntries(readGiven(environment).filter(([name]) => !OF_THE_TESTS.has(name)));
}

/** For whoever starts tests by `ESA_FACTS`: what of it is played, and what is not. Empty where nothing is given. */
export function factsNotice(environment: NodeJS.ProcessEnv): string {
  const all = readGiven(environment).map(([name, value]) => [name, `${name} ${JSON.stringify(value)}`] as const);
  if (all.length === 0) return '';
  const textOf = (some: typeof all) => some.map(([, text]) => text).join(', ') || 'nothing';
  const [left, played] = [true, false].map((isLeft) => all.filter(([name]) => OF_THE_TESTS.has(name) === isLeft));
  return `ESA_FACTS: these tests play ${textOf(played ?? [])}.
ESA_FACTS: NOT played, since tests count on their own: ${textOf(left ?? [])}. \`npm run emulator -- --facts\` plays all.
`;
}
