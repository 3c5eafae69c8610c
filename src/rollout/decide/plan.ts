import { isAvailable, isBoundElsewhere } from '../deployable.js';
import { ageOf, clockOf } from '../deployment-age.js';
import { quoted } from '../escape.js';
import { unseenSteps } from '../judge/sensitivity-text.js';
import type {
  Answer,
  CodeVersion,
  Fault,
  Live,
  Plan,
  Rollout,
  TrafficSplit,
  VersionDetails,
  VersionListing,
  Wish,
} from '../model.js';
import { succeeded } from '../result.js';
import { sameSplit, splitText, weightOf } from '../split.js';
import { stepAt, strayText } from '../steps.js';
import { refsIn, type VersionRef } from '../version-ref.js';
import { newestText } from '../version-text.js';
import { orderMistakes, unknownOrder } from './version-order.js';

/** What was read before anything is written. */
export interface Reading {
  readonly live: Answer<Live>;
  /** Not asked for where nothing about versions has to be known: a report, a rollout whose canary is live. */
  readonly listing: Answer<VersionListing> | undefined;
  /** When `live` was read, in ms since the epoch by the runner's clock. */
  readonly at: number;
}

export const NOTHING_LISTED: VersionListing = { versions: [], complete: false };

/** What is live and what is wanted decide what will be done. Nothing is written unless the plan says `deploy`. */
export function makePlan(wish: Wish, reading: Reading): Plan {
  if (!reading.live.ok) return { kind: 'unreadable', wish, fault: reading.live.error, before: undefined };
  const before = reading.live.value;
  if (wish.goal.kind === 'report') {
    const mistakes = unexpected(wish, before);
    return mistakes.length > 0 ? { kind: 'refused', wish, before, mistakes } : { kind: 'report', wish, before };
  }
  const listed = reading.listing ?? succeeded(NOTHING_LISTED);
  const settled = alreadySettled(wish.goal, before, listed.ok ? listed.value : NOTHING_LISTED);
  if (settled !== undefined) return { kind: 'nothing-to-do', wish, before, target: settled };
  if (!listed.ok) return { kind: 'unreadable', wish, fault: listed.error, before };
  return wish.goal.kind === 'rollout'
    ? planRollout(wish, wish.goal, before, listed.value, reading.at)
    : planSplit(wish, wish.goal.split, before, listed.value);
}

/** The split that is live and needs nothing more, if it is one. The stable of another rollout has not arrived anywhere. */
function alreadySettled(
  goal: Exclude<Wish['goal'], { kind: 'report' }>,
  before: Live,
  listing: VersionListing,
): TrafficSplit | undefined {
  if (before.kind === 'nothing') return undefined;
  if (goal.kind === 'split') return sameSplit(before.split, goal.split) ? before.split : undefined;
  const weight = weightOf(before.split, goal.canary);
  const passed = weight === 100 || goal.steps.every((step) => step.weight < weight);
  return passed && orderMistakes(goal, before, listing).length === 0 ? before.split : undefined;
}

/** Without what was to be read nobody knows what the words stand for, and nothing can be planned. */
export function unreadable(asked: Wish<VersionRef>, fault: Fault, before?: Live): Plan {
  return { kind: 'unreadable', wish: wishless(asked), fault, before };
}

/** The plan where a word stands for no version. What else is wrong is said along with it, and which versions there are. */
export function refuseWords(
  asked: Wish<VersionRef>,
  { live, listing, at }: { readonly live: Live; readonly listing: Answer<VersionListing>; readonly at: number },
  mistakes: readonly string[],
): Plan {
  const wish = wishless(asked);
  const numbers = refsIn(asked).flatMap((ref) => (ref.kind === 'number' ? [ref.version] : []));
  const known = listing.ok
    ? [newestText(wish.routine, listing.value, clockOf(live, at))]
    : [`its versions cannot be listed (${listing.error.code})`];
  const unfit = listing.ok ? undeployable(wish, numbers, live, listing.value) : [];
  return {
    kind: 'refused',
    wish,
    before: live,
    mistakes: [...unexpected(wish, live), ...unfit, ...mistakes, ...known],
  };
}

function wishless(asked: Wish<VersionRef>): Wish {
  return { ...asked, goal: { kind: 'report' } };
}

function planSplit(wish: Wish, target: TrafficSplit, before: Live, listing: VersionListing): Plan {
  const wanted = target.map((share) => share.version);
  const mistakes = [...unexpected(wish, before), ...undeployable(wish, wanted, before, listing)];
  if (mistakes.length > 0) return { kind: 'refused', wish, before, mistakes };
  const known = wanted.flatMap((version) => find(version, before, listing) ?? []);
  return { kind: 'deploy', wish, before, target, known, doubts: doubts(wish, wanted, before, listing) };
}

/**
 * The steps that are still to do; weights already passed are skipped, so that a re-run goes on where it was. What is live
 * is the first of them, also at a weight that is none of the steps: nothing is left before it has baked.
 */
function planRollout(wish: Wish, rollout: Rollout, before: Live, listing: VersionListing, at: number): Plan {
  const { canary, steps, wait } = rollout;
  const live = before.kind === 'serving' ? before.split : [];
  const others = live.filter((share) => share.version !== canary).map((share) => share.version);
  const weight = live.find((share) => share.version === canary)?.weight ?? 0;
  const current = weight > 0 ? stepAt(steps, weight) : undefined;
  const age = current === undefined || before.kind === 'nothing' ? undefined : ageOf(before, at);
  const ageUnknown = age?.ok === false && (current?.bake ?? 0) > 0 ? age.error : undefined;
  const mistakes = [
    ...unexpected(wish, before),
    ...thirdVersion(canary, others),
    ...orderMistakes(rollout, before, listing),
    ...(weight > 0 ? [] : undeployable(wish, [canary], before, listing)),
    ...(ageUnknown === undefined || wait ? [] : [`${ageUnknown}, ${AGELESS}`]),
  ];
  if (mistakes.length > 0) return { kind: 'refused', wish, before, mistakes };
  const [stable] = others;
  const ahead = [...(current === undefined ? [] : [current]), ...steps.filter((step) => step.weight > weight)];
  const todo = stable === undefined ? [{ weight: 100, bake: 0 }] : ahead;
  const liveSince = age === undefined ? undefined : at - (age.ok ? age.value : 0);
  const known = [canary, ...others].flatMap((version) => find(version, before, listing) ?? []);
  const uncertain = [
    ...(ageUnknown === undefined ? [] : [`The bake of ${weight} % starts anew: ${ageUnknown}.`]),
    ...(weight > 0 ? [] : doubts(wish, [canary], before, listing)),
    ...unknownOrder(rollout, before, listing),
    ...(stable === undefined ? [ONLY_ONE] : noWayBack(stable, listing)),
    ...unseenSteps(rollout.gate, todo),
  ];
  const anew = ageUnknown === undefined ? {} : { bakesAnew: true as const };
  return { kind: 'rollout', wish, rollout, before, stable, todo, liveSince, ...anew, known, doubts: uncertain };
}

/** Said before anything is done: what is live at a weight that the user did not name. */
export function strayStep({ rollout, todo, liveSince }: Extract<Plan, { kind: 'rollout' }>): string | undefined {
  const [first] = todo;
  if (liveSince === undefined || first === undefined) return undefined;
  const isOwn = rollout.steps.some((step) => step.weight === first.weight);
  return isOwn ? undefined : strayText(rollout.steps, first.weight);
}

const AGELESS = 'so with `wait: false` nobody knows when its bake ends; use `wait: true`';
const ONLY_ONE = 'Nothing is live yet: the canary goes to 100 % at once, and there is nothing to roll back to.';

function thirdVersion(canary: CodeVersion, others: readonly CodeVersion[]): string[] {
  if (others.length < 2) return [];
  return [
    `two other versions are live already (${others.map(quoted).join(' and ')}) and an environment serves at most two, so ${quoted(canary)} has no place; finish that rollout first: \`canary: canary\` goes on with it, \`versions\` ends it`,
  ];
}

/** Said at the start, since it cannot be mended when the rollback is needed. */
function noWayBack(stable: CodeVersion, listing: VersionListing): string[] {
  const known = listing.versions.find((version) => version.version === stable);
  const gone = known === undefined && listing.complete;
  const broken = known !== undefined && !isAvailable(known);
  if (!gone && !broken) return [];
  const what = gone ? 'is no longer among the versions of the routine' : `has status ${quoted(known?.status ?? '')}`;
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
  if (isAvailable({ status })) return [];
  const remedy =
    status?.toLowerCase() === 'init' ? 'it is still being built; deploy it when it is Available' : 'upload it again';
  return [`version ${quoted(version)} cannot be deployed, its status is ${quoted(status ?? '')}: ${remedy}`];
}

function boundElsewhere({ version, boundTo }: VersionDetails, wish: Wish): string[] {
  if (!isBoundElsewhere({ boundTo }, wish.env)) return [];
  return [
    `version ${quoted(version)} is bound to the variables of ${quoted(boundTo ?? '')} and cannot be deployed to ${wish.env}`,
  ];
}

/** The listing knows the status; what is live is at least known to exist. */
export function find(version: string, before: Live, listing: VersionListing): VersionDetails | undefined {
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
