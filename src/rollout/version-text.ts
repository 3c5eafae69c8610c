import { isAvailable } from './deployable.js';
import { quoted } from './escape.js';
import { instantOfId, readInstant } from './instant.js';
import type { VersionDetails, VersionListing } from './model.js';
import { isVersionNumber } from './version-ref.js';

/** As much of a commit as Git shows. */
const SHORT = 7;

/**
 * What is known of a version, for somebody who has to recognize it: `"fix cache key", commit 4f2a91c, 3 minutes old`.
 * `now` in ms since the epoch.
 */
export function aboutVersion(details: VersionDetails, now: number): string {
  const { description, commit, status, boundTo } = details;
  const created = createdAt(details);
  return [
    ...(description === undefined ? [] : [quoted(description)]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, SHORT)}`]),
    created === undefined ? 'of unknown age' : ageText(now - created),
    ...(isAvailable(details) ? [] : [`status ${quoted(status ?? '')}`]),
    ...(boundTo === undefined ? [] : [`bound to ${quoted(boundTo)}`]),
  ].join(', ');
}

/** In ms since the epoch: as the service says, or by the id where that is a time. */
export function createdAt({ version, createdAt: told }: VersionDetails): number | undefined {
  return readInstant(told) ?? instantOfId(version);
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** `3 minutes old`: the largest unit of which it has at least one, rounded down. */
export function ageText(milliseconds: number): string {
  const [scale, unit] = UNITS.find(([least]) => milliseconds >= least) ?? UNITS[3];
  const count = Math.max(0, Math.floor(milliseconds / scale));
  return `${count} ${unit}${count === 1 ? '' : 's'} old`;
}

/** Who wrote a word that stands for nothing finds the version they meant among so many. */
const MOST_LISTED = 5;

/** The newest versions of a routine, each with what is known of it. `now` in ms since the epoch. */
export function newestText(routine: string, { versions }: VersionListing, now: number): string {
  const newest = newestFirst(versions).slice(0, MOST_LISTED);
  if (newest.length === 0) return `${quoted(routine)} has no version at all`;
  const texts = newest.map((details) => `${details.version} (${aboutVersion(details, now)})`);
  return `the newest of ${quoted(routine)} ${texts.length === 1 ? 'is' : 'are'} ${texts.join(', ')}`;
}

/** Those that can be named by a number, the newest first; last those of which nobody knows how old they are. */
export function newestFirst(versions: readonly VersionDetails[]): readonly VersionDetails[] {
  const age = (details: VersionDetails) => createdAt(details) ?? 0;
  return versions.filter(({ version }) => isVersionNumber(version)).toSorted((one, other) => age(other) - age(one));
}
