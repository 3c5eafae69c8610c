import { isLosslessNumber, parse } from 'lossless-json';
import type { Environment } from '../src/rollout/model.js';

/** Answers as they are: what is a number stays told from what is text, and no digit is lost. */
export function parseAnswer(body: string): unknown {
  return parse(body);
}

/** A member of a member; undefined where there is none. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

/** Text, or the digits of a number; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (isLosslessNumber(value)) return value.value;
  return typeof value === 'string' ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What kind of JSON it is, in a word that a report can hold. */
export function formOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (isLosslessNumber(value)) return 'a number';
  if (typeof value === 'string') return 'a string';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : 'true or false';
}

export interface Share {
  readonly version: string;
  readonly weight: number;
}

/** What one environment serves, as far as it can be read whatever form it has. */
export interface Shown {
  /** Its entry, as it is. */
  readonly entry: unknown;
  /** The whole answer. */
  readonly routine: unknown;
  /** Empty where there is none. */
  readonly deployId: string;
  /** In the order of the answer; empty where nothing is live. */
  readonly split: readonly Share[];
}

/** Undefined where it cannot be told what is live. */
export function shownIn(routine: unknown, env: Environment): Shown | undefined {
  const envs = memberOf(routine, 'Envs');
  const isRoutine = typeof memberOf(routine, 'RequestId') === 'string';
  if (!isRoutine || (envs !== undefined && !Array.isArray(envs))) return undefined;
  const entry = listOf(envs).find((one) => memberOf(one, 'Env') === env);
  const deployId = textOf(memberOf(entry, 'CodeDeploy', 'DeployId')) ?? '';
  const shares = memberOf(entry, 'CodeDeploy', 'CodeVersions');
  if (shares !== undefined) {
    const split = listOf(shares).map((share) => ({
      version: textOf(memberOf(share, 'CodeVersion')) ?? '',
      weight: Number(textOf(memberOf(share, 'Percentage')) ?? Number.NaN),
    }));
    const isShare = ({ version, weight }: Share) => isVersion(version) && Number.isInteger(weight) && weight >= 0;
    const isSplit = split.length > 0 && split.every(isShare);
    return isSplit ? { entry, routine, deployId, split } : undefined;
  }
  const alone = textOf(memberOf(entry, 'CodeVersion')) ?? '';
  const split = isVersion(alone) ? [{ version: alone, weight: 100 }] : [];
  return { entry, routine, deployId, split };
}

/** What can be written into a request, and into a report as a placeholder. */
export function isVersion(text: string): boolean {
  return /^(?:[0-9]{1,32}|unstable)$/.test(text);
}

/** The same for the same split, in whatever order, with or without a version at 0 %. */
export function keyOf(split: readonly Share[]): string {
  return split
    .filter(({ weight }) => weight > 0)
    .map(({ version, weight }) => `${version}=${weight}`)
    .toSorted()
    .join(',');
}
