import type { Answer, Live, Plan, TrafficSplit, VersionDetails, VersionListing, Wish } from './model.js';
import { sameSplit, splitText } from './split.js';
import { quoted } from './untrusted.js';

/** What was read before anything is written. */
export interface Reading {
  readonly live: Answer<Live>;
  readonly listing: Answer<VersionListing>;
}

/** What is live and what is wanted decide what will be done. Nothing is written unless the plan says `deploy`. */
export function makePlan(wish: Wish, reading: Reading): Plan {
  if (!reading.live.ok) return { kind: 'unreadable', wish, fault: reading.live.fault, before: undefined };
  const before = reading.live.value;
  if (wish.goal.kind === 'report') {
    const mistakes = unexpected(wish, before);
    return mistakes.length > 0 ? { kind: 'refused', wish, before, mistakes } : { kind: 'report', wish, before };
  }
  const target = wish.goal.split;
  if (before.kind === 'serving' && sameSplit(before.split, target))
    return { kind: 'nothing-to-do', wish, before, target };
  if (!reading.listing.ok) return { kind: 'unreadable', wish, fault: reading.listing.fault, before };

  const mistakes = [...unexpected(wish, before), ...undeployable(wish, target, before, reading.listing.value)];
  if (mistakes.length > 0) return { kind: 'refused', wish, before, mistakes };
  const listing = reading.listing.value;
  const known = target.flatMap(({ version }) => find(version, before, listing) ?? []);
  return { kind: 'deploy', wish, before, target, known, doubts: doubts(wish, target, before, listing) };
}

function unexpected(wish: Wish, before: Live): string[] {
  const expected = wish.expectDeploymentId;
  if (expected === undefined || (before.kind === 'serving' && before.deploymentId === expected)) return [];
  const found =
    before.kind === 'nothing'
      ? `nothing is live in ${wish.env}`
      : `deployment ${quoted(before.deploymentId)} is live in ${wish.env} (${splitText(before.split)})`;
  return [
    `"expect-deployment-id" asks for deployment ${quoted(expected)}, but ${found}: somebody else has deployed since`,
  ];
}

function undeployable(wish: Wish, target: TrafficSplit, before: Live, listing: VersionListing): string[] {
  return target.flatMap(({ version }) => {
    const known = find(version, before, listing);
    if (known === undefined) return listing.complete ? [unknownVersion(version, wish, listing)] : [];
    return [...notAvailable(known), ...boundElsewhere(known, wish)];
  });
}

function unknownVersion(version: string, wish: Wish, listing: VersionListing): string {
  const newest = listing.versions.slice(0, 3).map((known) => known.version);
  const known = newest.length === 0 ? 'it has no version at all' : `its newest are ${newest.map(quoted).join(', ')}`;
  return `version ${quoted(version)} does not exist in routine ${quoted(wish.routine)}: ${known}`;
}

function notAvailable({ version, status }: VersionDetails): string[] {
  if (status === undefined || status.toLowerCase() === 'available') return [];
  const remedy =
    status.toLowerCase() === 'init' ? 'it is still being built; deploy it when it is Available' : 'upload it again';
  return [`version ${quoted(version)} cannot be deployed, its status is ${quoted(status)}: ${remedy}`];
}

function boundElsewhere({ version, boundTo }: VersionDetails, wish: Wish): string[] {
  if (boundTo === undefined || boundTo.toLowerCase() === wish.env) return [];
  return [
    `version ${quoted(version)} is bound to the variables of ${quoted(boundTo)} and cannot be deployed to ${wish.env}`,
  ];
}

/** The listing knows the status; what is live is at least known to exist. */
function find(version: string, before: Live, listing: VersionListing): VersionDetails | undefined {
  const serving = before.kind === 'serving' ? before.details : [];
  return [...listing.versions, ...serving].find((known) => known.version === version);
}

function doubts(wish: Wish, target: TrafficSplit, before: Live, listing: VersionListing): string[] {
  return target
    .filter(({ version }) => find(version, before, listing) === undefined)
    .map(
      ({ version }) =>
        `Version ${quoted(version)} is not among the newest ${listing.versions.length} that the service lists of ` +
        `${quoted(wish.routine)}; whether it exists is left to the service.`,
    );
}
