import { isAvailable, isBoundElsewhere } from '../deployable.js';
import { quoted } from '../escape.js';
import type { CodeVersion, Environment, VersionDetails, VersionListing } from '../model.js';
import { failed, type Result, succeeded } from '../result.js';
import { laterOf } from '../split.js';
import { isVersionNumber } from '../version-ref.js';
import { aboutVersion } from '../version-text.js';
import { NO_ORDER } from './version-order.js';

/** Words that are found in the list of versions. The order in which the service lists them is not relied on. */

/** The one that was created after all others that can be deployed to the environment. */
export function latest(
  listing: VersionListing,
  { routine, env }: { readonly routine: string; readonly env: Environment },
): Result<CodeVersion, string> {
  const able = numbered(listing).filter((one) => isDeployable(one, env));
  if (able.length === 0) return failed(`no version of ${quoted(routine)} can be deployed to ${env}`);
  const newest = able.find((one) => able.every((other) => other === one || isLater(one, other)));
  return newest === undefined
    ? failed(`nobody knows which version is the newest: ${NO_ORDER}`)
    : succeeded(newest.version);
}

/** What was uploaded after it and is not ready: somebody may have meant that. */
export function passedOver(version: CodeVersion, listing: VersionListing): string[] {
  const own = listing.versions.find((one) => one.version === version);
  const over = own === undefined ? [] : numbered(listing).filter((one) => !isAvailable(one) && isLater(one, own));
  const [first, ...more] = over.toSorted((one, other) => (isLater(one, other) ? -1 : 1));
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return [
    `\`latest\` passes over version ${quoted(first.version)}${others}, which is newer than ${version}: its status is ${quoted(first.status ?? '')}.`,
  ];
}

/**
 * The one that was built from a commit, of which `sha` has as many digits as somebody gave. Where several were, those
 * count that can be deployed here.
 */
export function byCommit(
  sha: string,
  listing: VersionListing,
  { env, now }: { readonly env: Environment; readonly now: number },
): Result<CodeVersion, string> {
  const built = numbered(listing).filter((one) => isBuiltFrom(one, sha));
  const able = built.filter((one) => isDeployable(one, env));
  const candidates = able.length > 0 ? able : built;
  const [only, ...more] = candidates;
  if (only === undefined) {
    const { versions, complete } = listing;
    const all = complete ? 'its versions' : `the newest ${versions.length}, which are all that the service lists,`;
    return failed(`none of ${all} names that commit`);
  }
  if (more.length === 0) return succeeded(only.version);
  const texts = candidates.slice(0, MOST_NAMED).map((one) => `${one.version} (${aboutVersion(one, now)})`);
  const others = candidates.length > MOST_NAMED ? ` and ${candidates.length - MOST_NAMED} more` : '';
  const ways = 'give more of its digits, or a number';
  return failed(`${candidates.length} versions name that commit, ${texts.join(', ')}${others}; ${ways}`);
}

/** Of those that a commit could be. */
const MOST_NAMED = 5;

function numbered({ versions }: VersionListing): readonly VersionDetails[] {
  return versions.filter(({ version }) => isVersionNumber(version));
}

function isDeployable(details: VersionDetails, env: Environment): boolean {
  return isAvailable(details) && !isBoundElsewhere(details, env);
}

function isLater(one: VersionDetails, other: VersionDetails): boolean {
  return laterOf(one, other) === one.version;
}

/** Either may be the shorter: a build names all digits, a description some, and so does whoever asks. */
function isBuiltFrom(details: VersionDetails, sha: string): boolean {
  const told = commitOf(details);
  return told !== undefined && (told.startsWith(sha) || sha.startsWith(told));
}

/** What a version was built from, as it says by itself or by its description: 7 or more lower-case hexadecimal digits. */
export function commitOf({ commit, description = '' }: VersionDetails): string | undefined {
  return commit ?? SHA_FIRST.exec(description)?.[1]?.toLowerCase();
}

/** A commit as the first word of a description. `4f2a91c-dirty` is another word. */
const SHA_FIRST = /^([0-9a-f]{7,40})(?![^\s:,;])/i;
