import { creationOf } from '../deployment-age.js';
import { quoted } from '../escape.js';
import { instantText, readInstant } from '../instant.js';
import type { CodeVersion, Live, Rollout, VersionListing } from '../model.js';
import { type Dated, laterOf } from '../split.js';

/**
 * What keeps a rollout from taking the stable of another one for its canary, and a workflow that is run again from
 * taking production back in silence. The user's word, `allow-older`, settles both.
 */
export function orderMistakes(rollout: Rollout, before: Live, listing: VersionListing): string[] {
  const { canary, allowOlder = false } = rollout;
  const rival = rivalOf(canary, before);
  if (allowOlder || rival === undefined) return [];
  const later = laterOf(dated(canary, before, listing), dated(rival.version, before, listing));
  if (later === canary) return [];
  if (!rival.beside) return later === undefined ? [] : [backwards(canary, rival.version)];
  return [later === undefined ? undecided(canary, rival.version) : usurped(canary, rival.version, before)];
}

/** The order of two versions that nobody knows, where the rollout goes on all the same. */
export function unknownOrder(rollout: Rollout, before: Live, listing: VersionListing): string[] {
  const { canary, allowOlder = false } = rollout;
  const rival = rivalOf(canary, before);
  if (allowOlder || rival === undefined || rival.beside) return [];
  if (laterOf(dated(canary, before, listing), dated(rival.version, before, listing)) !== undefined) return [];
  return [
    `Whether version ${quoted(canary)} is newer than ${quoted(rival.version)}, which is live, is unknown: ${NO_ORDER}. It is rolled out as asked.`,
  ];
}

export const NO_ORDER = 'the service gives no creation times that differ, and the ids are not times';

/** The one version that the canary is beside, or comes after; a canary that is live alone has none. */
function rivalOf(canary: CodeVersion, before: Live): { version: CodeVersion; beside: boolean } | undefined {
  if (before.kind === 'nothing') return undefined;
  const [rival, ...more] = before.split.filter((share) => share.version !== canary);
  if (rival === undefined || more.length > 0) return undefined;
  return { version: rival.version, beside: before.split.length > 1 };
}

/** What is live says when it was created; where it does not, the listing may. */
export function dated(version: CodeVersion, before: Live, listing: VersionListing): Dated {
  const serving = before.kind === 'serving' ? before.details : [];
  const told = [...serving, ...listing.versions].filter((known) => known.version === version);
  return { version, createdAt: told.find((known) => readInstant(known.createdAt) !== undefined)?.createdAt };
}

function backwards(canary: CodeVersion, live: CodeVersion): string {
  return (
    `version ${quoted(canary)} is older than ${quoted(live)}, which serves alone, and a workflow that is run again must not take ` +
    `the environment back in silence; write \`versions: ${canary}=100\` to go back at once, or \`allow-older: true\` to roll it out by steps`
  );
}

function usurped(canary: CodeVersion, newer: CodeVersion, before: Live): string {
  const since = before.kind === 'serving' ? creationOf(before) : undefined;
  const when = since?.ok ? ` since ${instantText(since.value)}` : '';
  return (
    `version ${quoted(canary)} is the stable of a rollout of the newer ${quoted(newer)}, both live${when}; write \`canary: ${newer}\` to ` +
    `go on with that rollout, \`versions: ${canary}=100\` to abort it, or \`allow-older: true\` if ${quoted(canary)} is meant to be the canary`
  );
}

export function undecidedRoles(one: CodeVersion, other: CodeVersion): string {
  return `nobody knows which of the live versions ${quoted(one)} and ${quoted(other)} is the canary and which the stable: ${NO_ORDER}`;
}

function undecided(canary: CodeVersion, other: CodeVersion): string {
  return (
    `${undecidedRoles(canary, other)}; write ` +
    `\`allow-older: true\` to take ${quoted(canary)} for the canary, or \`versions\` to deploy one of them alone`
  );
}
