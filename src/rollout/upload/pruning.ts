import { readInstant } from '../instant.js';
import type { CodeVersion, VersionDetails } from '../model.js';

/** Somebody may be about to deploy what is so new, in ms. */
export const YOUNGEST = 60 * 60_000;

export interface Stock {
  readonly versions: readonly VersionDetails[];
  /** Whether those are all that there are. */
  readonly complete: boolean;
  /** What is live in either environment. */
  readonly live: ReadonlySet<CodeVersion>;
  /** What a rollback or a `previous` would need; undefined where nobody can tell. */
  readonly spared: ReadonlySet<CodeVersion> | undefined;
  /** By the service's clock where it told it, in ms since the epoch. */
  readonly now: number;
}

export interface Pruning {
  /** Oldest first. */
  readonly remove: readonly VersionDetails[];
  /** So many more would have to go, and none of those that are left may. */
  readonly short: number;
  /** Why none goes at all, where that lies in none of them: the oldest, or what a way back needs, is not known. */
  readonly unknown?: 'oldest' | 'needed';
}

/** Which versions go so that at most `keep` are left when one more has come. */
export function pruning({ versions, complete, live, spared, now }: Stock, keep: number): Pruning {
  // Code that was saved and not committed is listed by a name, and is no version that takes up room.
  const numbered = versions.filter(({ version }) => /^[0-9]+$/.test(version));
  const excess = Math.max(0, numbered.length + 1 - keep);
  // Where there are more than the service lists, the oldest are not among them.
  if (!complete) return { remove: [], short: excess, unknown: 'oldest' };
  if (spared === undefined) return { remove: [], short: excess, unknown: 'needed' };
  const remove = numbered
    .flatMap((version) => {
      const createdAt = readInstant(version.createdAt);
      const isKept = live.has(version.version) || spared.has(version.version);
      return createdAt === undefined || isKept || now - createdAt < YOUNGEST ? [] : [{ version, createdAt }];
    })
    .toSorted((one, other) => one.createdAt - other.createdAt || byId(one.version, other.version))
    .slice(0, excess)
    .map(({ version }) => version);
  return { remove, short: excess - remove.length };
}

/** Ids count up; those of as many digits compare as texts. */
function byId({ version: one }: VersionDetails, { version: other }: VersionDetails): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}
