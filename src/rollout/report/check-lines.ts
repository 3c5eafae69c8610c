import { counted, failedOf } from '../count.js';
import { sizeOf, total } from '../judge/evidence.js';
import { isExitCode } from '../judge/verdict-text.js';
import type { Measurement } from '../model.js';

/** What one check saw, or several of one source together, as a clause. */
export function describeCheck(measurement: Measurement): string {
  const { source, canary, stable, since, cut, unknown, unnamed, failures } = measurement;
  const [first] = failures;
  const none = sizeOf(canary) === 0;
  const all = isExitCode(measurement) ? `${failedOf(canary, 'check')} by \`gate-command\`` : failedOf(canary, 'answer');
  const mixed = none ? 'no answer' : `${all} failed`;
  const ours = none ? 'no answer of the canary' : `${failedOf(canary, 'answer')} of the canary failed`;
  const theirs = stable === undefined || sizeOf(stable) === 0 ? 'no answer' : failedOf(stable);
  const both = stable === undefined ? ours : `${ours}, ${theirs} of the stable`;
  return [
    stable === undefined && since === undefined ? mixed : both,
    ...(since === undefined ? [] : [`counted by \`${source}\`${since === 'step' ? ' since the step began' : ''}`]),
    ...(cut === 0 ? [] : [`${cut} failed and named no version`]),
    ...(unnamed === 0 ? [] : [`${unnamed} did not name ${unnamed === 1 ? 'its' : 'their'} version`]),
    ...(unknown === unnamed ? [] : [`${unknown - unnamed} could not be measured`]),
    ...(first === undefined ? [] : [`first: ${first.seen} from ${first.target}`]),
  ].join('; ');
}

/** `4 checks at 5 %: 0 of 43 answers of the canary failed, 0 of 45 of the stable`; each source by itself. */
export function describeChecks(weight: number, checks: readonly Measurement[]): string {
  return `${howMany(checks)} at ${weight} %: ${describeAll(checks)}`;
}

/** The same where the weight is said already: `4 checks: …` */
export function describeChecksHere(checks: readonly Measurement[]): string {
  return `${howMany(checks)}: ${describeAll(checks)}`;
}

function sourcesOf(checks: readonly Measurement[]): readonly (readonly Measurement[])[] {
  const names = [...new Set(checks.map(({ source }) => source))];
  return names.map((name) => checks.filter(({ source }) => source === name));
}

/** A check asks each source once. */
function howMany(checks: readonly Measurement[]): string {
  return counted(Math.max(...sourcesOf(checks).map((own) => own.length)), 'check');
}

function describeAll(checks: readonly Measurement[]): string {
  const sources = sourcesOf(checks);
  const clauses = sources.map((own) => ({ source: own[0]?.source, text: describeCheck(together(own)) }));
  if (clauses.length === 1) return clauses[0]?.text ?? '';
  return clauses.map(({ source, text }) => `\`${source}\` ${text}`).join('; ');
}

/** What is counted since the step began holds what was counted before. */
function together(checks: readonly Measurement[]): Measurement {
  const last = checks.at(-1) as Measurement;
  const sum = (of: (check: Measurement) => number) => checks.reduce((so, check) => so + of(check), 0);
  const isWhole = last.since === 'step';
  const theirs = checks.flatMap(({ stable }) => stable ?? []);
  return {
    ...last,
    canary: isWhole ? last.canary : total(checks.map(({ canary }) => canary)),
    stable: isWhole || theirs.length === 0 ? last.stable : total(theirs),
    cut: sum(({ cut }) => cut),
    unknown: sum(({ unknown }) => unknown),
    unnamed: sum(({ unnamed }) => unnamed),
    failures: checks.flatMap(({ failures }) => failures),
  };
}

/**
 * Whether a check shows something else than the one of its source before it: whether the canary answers, fails, is measured
 * and cut off. How often, and how the stable fares, is in the sums.
 */
export function differs(check: Measurement, before: Measurement | undefined): boolean {
  return before === undefined || pictureOf(check) !== pictureOf(before);
}

function pictureOf({ canary, cut, unknown, failures }: Measurement): string {
  return JSON.stringify([sizeOf(canary) > 0, canary.bad > 0, cut > 0, unknown > 0, failures[0]?.seen]);
}
