import { quoted } from './escape.js';
import { instantOfId, readInstant } from './instant.js';
import type { CodeVersion, Live, Share, TrafficSplit } from './model.js';
import { failed, type Result, succeeded } from './result.js';
import { readNumber, readRef, type VersionRef } from './version-ref.js';

const PERCENTAGE = /^(?:[1-9][0-9]?|100)$/;

/** A share as somebody wrote it: both parts are still text, and the percentage may have been left out. */
export interface WrittenShare {
  readonly version: string;
  readonly weight: string | undefined;
}

/** A text that somebody wrote as what it means, or every mistake in it, a clause each. */
export type Parsed<T> = Result<T, readonly string[]>;

/** `VERSION=PERCENT` entries, by comma or newline. Says nothing yet on whether they make a split. */
export function readEntries(text: string): readonly WrittenShare[] {
  return text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const sign = entry.indexOf('=');
      return sign < 0
        ? { version: entry, weight: undefined }
        : { version: entry.slice(0, sign).trim(), weight: entry.slice(sign + 1).trim() };
    });
}

/** A split of numbers: every rule, each with its own sentence; all that are broken are reported together. */
export function toSplit(written: readonly WrittenShare[]): Parsed<TrafficSplit> {
  return splitOf(written, readNumber);
}

/** The same where a version may be a word. */
export function toAskedSplit(written: readonly WrittenShare[]): Parsed<TrafficSplit<VersionRef>> {
  return splitOf(written, readRef);
}

function splitOf<V>(
  written: readonly WrittenShare[],
  readVersion: (text: string) => Result<V, string>,
): Parsed<TrafficSplit<V>> {
  const read = written.map(({ version, weight }) => ({ version: readVersion(version), weight }));
  const mistakes = [
    ...countMistakes(written),
    ...read.flatMap(({ version, weight }) => [...(version.ok ? [] : [version.error]), ...weightMistakes(weight)]),
    ...repeated(written.map((share) => share.version)).map((version) => `version ${quoted(version)} is given twice`),
  ];
  const open = written.filter((share) => share.weight === undefined);
  if (open.length > 1) mistakes.push('only one percentage may be left out');
  if (mistakes.length > 0) return failed(mistakes);

  const given = written.reduce((sum, share) => sum + Number(share.weight ?? 0), 0);
  const rest = 100 - given;
  if (open.length === 0 && rest !== 0) return failed([`the percentages sum to ${given}, not to 100`]);
  if (open.length === 1 && rest < 1) {
    return failed([`nothing is left for version ${quoted(open[0]?.version ?? '')}: leave it out instead`]);
  }
  const shares = read.flatMap(({ version, weight }) =>
    version.ok ? [{ version: version.value, weight: Number(weight ?? rest) }] : [],
  );
  // One or two, as countMistakes has made sure.
  return succeeded(shares as unknown as TrafficSplit<V>);
}

function countMistakes(written: readonly WrittenShare[]): string[] {
  if (written.length === 0) return ['no version is given; one or two are needed'];
  if (written.length > 2) return [`${written.length} versions are given; an environment serves one or two`];
  return [];
}

function weightMistakes(weight: string | undefined): string[] {
  if (weight === undefined || PERCENTAGE.test(weight)) return [];
  return [
    `${quoted(weight)} is not a percentage: it is a whole number from 1 to 100 in plain digits, without a sign or "%"`,
  ];
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** The text that the input `versions` takes: `1766590022381161014=10,1766590022381161013=90`. */
export function splitText(split: TrafficSplit): string {
  return split.map(({ version, weight }) => `${version}=${weight}`).join(',');
}

/** The same split, whatever the order of its versions. */
export function sameSplit(one: TrafficSplit, other: TrafficSplit): boolean {
  return one.length === other.length && one.every(({ version, weight }) => weightOf(other, version) === weight);
}

/** The split that is live; undefined where nothing is. */
export function liveSplit(live: Live): TrafficSplit | undefined {
  return live.kind === 'serving' ? live.split : undefined;
}

/** As text; `nothing` where nothing is live. */
export function liveText(live: Live): string {
  return live.kind === 'nothing' ? 'nothing' : splitText(live.split);
}

/** The DeploymentId; empty where none is known. */
export function idOf(live: Live): string {
  return live.kind === 'serving' ? live.deploymentId : '';
}

/** Whether exactly this split is live. */
export function serves(live: Live, split: TrafficSplit): boolean {
  return live.kind === 'serving' && sameSplit(live.split, split);
}

/** Whether two looks showed the same: the same deployment of the same split. */
export function sameLive(one: Live, other: Live | undefined): boolean {
  return other !== undefined && sameTraffic(one, other) && idOf(one) === idOf(other);
}

/** Whether the same is served, by whichever deployment. */
export function sameTraffic(one: Live, other: Live): boolean {
  return other.kind === 'nothing' ? one.kind === 'nothing' : serves(one, other.split);
}

/** Whole percent; 0 when the version is not part of the split. */
export function weightOf(split: TrafficSplit | undefined, version: string): number {
  return split?.find((share) => share.version === version)?.weight ?? 0;
}

/** A version, and when the service says that it was created. */
export interface Dated {
  readonly version: CodeVersion;
  readonly createdAt: string | undefined;
}

/**
 * Which of two versions was created later: by their creation times, else by their ids where those are times too.
 * Undefined where neither says, for a guess here ends in a rollback to the wrong one.
 */
export function laterOf(one: Dated, other: Dated): CodeVersion | undefined {
  const told = laterBy(one.version, readInstant(one.createdAt), other.version, readInstant(other.createdAt));
  if (told !== undefined) return told;
  if (instantOfId(one.version) === undefined || instantOfId(other.version) === undefined) return undefined;
  return laterBy(one.version, BigInt(one.version), other.version, BigInt(other.version));
}

function laterBy<T extends number | bigint>(
  one: CodeVersion,
  at: T | undefined,
  other: CodeVersion,
  otherAt: T | undefined,
): CodeVersion | undefined {
  if (at === undefined || otherAt === undefined || at === otherAt) return undefined;
  return at > otherAt ? one : other;
}

/** Which of two live versions is the canary: the one created later, if that is known. One version alone is the stable. */
export function roles(live: Live): { readonly canary: Share | undefined; readonly stable: Share | undefined } {
  if (live.kind === 'nothing') return { canary: undefined, stable: undefined };
  const [first, second] = live.split;
  if (second === undefined) return { canary: undefined, stable: first };
  const dated = ({ version }: Share): Dated => ({
    version,
    createdAt: live.details.find((known) => known.version === version)?.createdAt,
  });
  switch (laterOf(dated(first), dated(second))) {
    case undefined:
      return { canary: undefined, stable: undefined };
    case first.version:
      return { canary: first, stable: second };
    default:
      return { canary: second, stable: first };
  }
}
