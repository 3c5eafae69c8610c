import type {
  Answer,
  CodeVersion,
  Live,
  Plan,
  Rollout,
  TrafficSplit,
  VersionDetails,
  VersionListing,
  Wish,
} from './model.js';
import { sameSplit, splitText, weightOf } from './split.js';
import { quoted } from './untrusted.js';

/** What was read before anything is written. */
export interface Reading {
  readonly live: Answer<Live>;
  /** Not asked for where nothing about versions has to be known: a report, a rollout whose canary is live. */
  readonly listing: Answer<VersionListing> | undefined;
  /** When it was read, in ms since the epoch. */
  readonly at: number;
}

const NOT_ASKED: Answer<VersionListing> = { ok: true, value: { versions: [], complete: false } };

/** What is live and what is wanted decide what will be done. Nothing is written unless the plan says `deploy`. */
export function makePlan(wish: Wish, reading: Reading): Plan {
  if (!reading.live.ok) return { kind: 'unreadable', wish, fault: reading.live.fault, before: undefined };
  const before = reading.live.value;
  if (wish.goal.kind === 'report') {
    const mistakes = unexpected(wish, before);
    return mistakes.length > 0 ? { kind: 'refused', wish, before, mistakes } : { kind: 'report', wish, before };
  }
  const settled = alreadySettled(wish.goal, before);
  if (settled !== undefined) return { kind: 'nothing-to-do', wish, before, target: settled };
  const listed = reading.listing ?? NOT_ASKED;
  if (!listed.ok) return { kind: 'unreadable', wish, fault: listed.fault, before };
  return wish.goal.kind === 'rollout'
    ? planRollout(wish, wish.goal, before, listed.value, reading.at)
    : planSplit(wish, wish.goal.split, before, listed.value);
}

/** The split that is live and needs nothing more, if it is one. */
function alreadySettled(goal: Exclude<Wish['goal'], { kind: 'report' }>, before: Live): TrafficSplit | undefined {
  if (before.kind === 'nothing') return undefined;
  if (goal.kind === 'split') return sameSplit(before.split, goal.split) ? before.split : undefined;
  const weight = weightOf(before.split, goal.canary);
  return weight === 100 || goal.steps.every((step) => step.weight < weight) ? before.split : undefined;
}

function planSplit(wish: Wish, target: TrafficSplit, before: Live, listing: VersionListing): Plan {
  const wanted = target.map((share) => share.version);
  const mistakes = [...unexpected(wish, before), ...undeployable(wish, wanted, before, listing)];
  if (mistakes.length > 0) return { kind: 'refused', wish, before, mistakes };
  const known = wanted.flatMap((version) => find(version, before, listing) ?? []);
  return { kind: 'deploy', wish, before, target, known, doubts: doubts(wish, wanted, before, listing) };
}

/** The steps that are still to do; weights already passed are skipped, so that a re-run goes on where it was. */
function planRollout(wish: Wish, rollout: Rollout, before: Live, listing: VersionListing, at: number): Plan {
  const { canary, steps } = rollout;
  const live = before.kind === 'serving' ? before.split : [];
  const others = live.filter((share) => share.version !== canary).map((share) => share.version);
  const weight = live.find((share) => share.version === canary)?.weight ?? 0;
  const current = steps.find((step) => step.weight === weight);
  const since = before.kind === 'serving' ? Date.parse(before.deployedAt ?? '') : Number.NaN;
  const mistakes = [
    ...unexpected(wish, before),
    ...thirdVersion(canary, others),
    ...(weight > 0 ? [] : undeployable(wish, [canary], before, listing)),
    ...(current !== undefined && current.bake > 0 && !rollout.wait && Number.isNaN(since) ? [AGELESS] : []),
  ];
  if (mistakes.length > 0) return { kind: 'refused', wish, before, mistakes };
  const [stable] = others;
  const todo = stable === undefined ? [{ weight: 100, bake: 0 }] : steps.filter((step) => step.weight >= weight);
  const liveSince = current === undefined ? undefined : Number.isNaN(since) ? at : Math.min(since, at);
  const known = [canary, ...others].flatMap((version) => find(version, before, listing) ?? []);
  const uncertain = [
    ...(weight > 0 ? [] : doubts(wish, [canary], before, listing)),
    ...(stable === undefined ? [ONLY_ONE] : noWayBack(stable, listing)),
  ];
  return { kind: 'rollout', wish, rollout, before, stable, todo, liveSince, known, doubts: uncertain };
}

const AGELESS =
  'the service does not tell since when the canary is live, so with `wait: false` nobody knows when its bake ends; use `wait: true`';
const ONLY_ONE = 'Nothing is live yet: the canary goes to 100 % at once, and there is nothing to roll back to.';

function thirdVersion(canary: CodeVersion, others: readonly CodeVersion[]): string[] {
  if (others.length < 2) return [];
  return [
    `two other versions are live already (${others.map(quoted).join(' and ')}) and an environment serves at most two, so ${quoted(canary)} has no place; finish that rollout with \`versions\` first`,
  ];
}

/** Said at the start, since it cannot be mended when the rollback is needed. */
function noWayBack(stable: CodeVersion, listing: VersionListing): string[] {
  const known = listing.versions.find((version) => version.version === stable);
  const gone = known === undefined && listing.complete;
  const status = known?.status;
  const broken = status !== undefined && status.toLowerCase() !== 'available';
  if (!gone && !broken) return [];
  const what = gone ? 'is no longer among the versions of the routine' : `has status ${quoted(status ?? '')}`;
  return [`The stable ${quoted(stable)} ${what}: a rollback to it may fail.`];
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

function undeployable(wish: Wish, wanted: readonly CodeVersion[], before: Live, listing: VersionListing): string[] {
  return wanted.flatMap((version) => {
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

function doubts(wish: Wish, wanted: readonly CodeVersion[], before: Live, listing: VersionListing): string[] {
  return wanted
    .filter((version) => find(version, before, listing) === undefined)
    .map(
      (version) =>
        `Version ${quoted(version)} is not among the newest ${listing.versions.length} that the service lists of ` +
        `${quoted(wish.routine)}; whether it exists is left to the service.`,
    );
}
