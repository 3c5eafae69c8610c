import type { Share } from './answers.js';
import type { Check, Cost } from './bench.js';
import { CHECKS } from './checks/checks.js';
import { type Finding, unknown } from './finding.js';
import { splitText } from './live.js';
import type { Options } from './options.js';
import { UPLOAD_CALLS } from './upload.js';

/** Reads that come before the checks, and the calls that put things back. */
const AROUND: Cost = { writes: 3, reads: 8, probes: 0 };

/** Nothing is begun any more once so much time has gone by, in ms; putting things back is no part of it. */
export const LONGEST_RUN = 12 * 60_000;

export interface Planned {
  readonly checks: readonly Check[];
  /** Writes and probes at most; reads as many as a service takes that shows a write at once, with one before each write. */
  readonly cost: Cost;
}

/** By which fact it is told what another goes by. */
const NEEDED: Readonly<Record<string, string>> = { routing: 'version-header' };

function isAsked({ facts }: Check, { only }: Options): boolean {
  const asked = only?.flatMap((fact) => [fact, NEEDED[fact] ?? fact]);
  return facts.some((fact) => asked?.includes(fact) !== false);
}

function askedChecks(options: Options): readonly Check[] {
  return CHECKS.filter((check) => isAsked(check, options) && check.leftOut(options) === undefined);
}

/** What is made; `canWrite` is whether there is something live to go back to, and two versions. */
export function plannedChecks(options: Options, canWrite: boolean): Planned {
  const checks = askedChecks(options).filter((check) => canWrite || !check.writes);
  const sum = (name: keyof Cost) =>
    [canWrite ? AROUND : { ...AROUND, writes: 0 }, ...checks.map(({ cost }) => cost)].reduce(
      (total, cost) => total + cost[name],
      0,
    );
  const uploads = options.upload && canWrite ? UPLOAD_CALLS.calls + 4 + 3 : 0;
  return {
    checks,
    cost: { writes: sum('writes'), reads: sum('reads') + sum('writes') + uploads, probes: sum('probes') },
  };
}

/** Of the facts of the checks that are not made: why. */
export function leftOut(options: Options, made: readonly Check[]): readonly Finding[] {
  const left = CHECKS.filter((check) => !made.includes(check));
  const why = (check: Check) =>
    isAsked(check, options) ? (check.leftOut(options) ?? 'nothing could be written') : 'left out by --only';
  return left.flatMap((check) => check.facts.map((fact) => unknown(fact, why(check))));
}

/** What is about to be done, before anything is. */
export function planLines(
  options: Options,
  { original, pair }: { readonly original: readonly Share[]; readonly pair: readonly [string, string] | undefined },
): readonly string[] {
  const { env, routine, upload } = options;
  const why = whyNothing(options, original, pair);
  const canWrite = why === undefined;
  const { checks, cost } = plannedChecks(options, canWrite);
  const versions = upload
    ? 'by tiny versions that it uploads (four, one of them never finished) and deletes again'
    : `by the versions ${pair?.join(' and ')}`;
  return [
    `Routine ${routine} in ${env}; it serves ${splitText(original)}.`,
    canWrite
      ? `It will write to ${env} at most ${cost.writes} times, ${versions}, read about ${cost.reads} times, and ask the edge at most ${cost.probes} times; never more than 2 requests a second${options.rate ? ', but for 100 reads in 5 seconds' : ''}. After ${LONGEST_RUN / 60_000} minutes nothing more is begun but to put things back.`
      : `It will write nothing and read about ${cost.reads} times: ${why}`,
    ...checks.map(({ title, facts }) => `  - ${title}: ${facts.join(', ')}`),
    ...(canWrite
      ? [
          `Meanwhile ${env} serves other splits of these versions, and if the service takes them at 1 % versions that do not work.`,
          `At the end, on Ctrl-C and on a failure it puts back: ${splitText(original)}. What it has to put back is kept in ${options.state}.`,
        ]
      : []),
    ...(canWrite && env === 'production' ? ['THIS IS PRODUCTION: real users meet what is deployed.'] : []),
  ];
}

/** Why nothing can be written; undefined where it can. */
export function whyNothing(
  options: Options,
  original: readonly Share[],
  pair: readonly [string, string] | undefined,
): string | undefined {
  const { env, upload } = options;
  if (!askedChecks(options).some(({ writes }) => writes)) return 'none of these checks has to write.';
  if (original.length === 0)
    return `nothing is live in ${env}, and no deployment can be withdrawn. Deploy something there first.`;
  if (original.length > 1)
    return `two versions are live in ${env}, so that somebody may be rolling out. Run it when one version serves alone.`;
  if (upload || pair !== undefined) return undefined;
  return 'the routine has no second version that is Available. Name two by --versions, or give --upload.';
}
