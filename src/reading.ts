import type { Run } from './execute.js';
import type { BothEnvironments, ListVersions, PreviousVersion } from './ports.js';
import { accessOf } from './rollout/access.js';
import { makePlan, refuseWords, unreadable } from './rollout/decide/plan.js';
import { choiceOf, mayStillList, type Survey } from './rollout/decide/survey.js';
import { needsListing, type Resolution, resolve } from './rollout/decide/version-words.js';
import { clockOf } from './rollout/deployment-age.js';
import type {
  Answer,
  Environment,
  Live,
  Plan,
  Timeline,
  VersionDetails,
  VersionListing,
  Wish,
} from './rollout/model.js';
import { succeeded } from './rollout/result.js';
import { roles, weightOf } from './rollout/split.js';
import { refsIn, type VersionRef, wordsIn } from './rollout/version-ref.js';

/** Reads what has to be known before anything is decided, makes numbers of words, and plans. */

interface Reader extends Pick<Run, 'service' | 'append' | 'now'> {
  /** Absent where no record of rollouts is kept. */
  readonly previousVersion?: PreviousVersion | undefined;
  /** What the code is or will be, and what a list of versions need not show yet. */
  readonly uploaded?: VersionDetails | undefined;
}

export interface Planned {
  readonly plan: Plan;
  readonly words: readonly Resolution[];
  /** What is doubtful about what the words stand for, a sentence each. */
  readonly doubts: readonly string[];
  /** When what is live was read, by the service's clock where that is known. In ms since the epoch. */
  readonly at: number;
  /** The same by the runner's. */
  readonly readAt: number;
  /** What it was made by, for a dry run that shows more of it; absent where nothing was read. */
  readonly basis?: Basis;
}

interface Basis {
  readonly both: Answer<BothEnvironments>;
  /** Without the code that is yet to be a version. */
  readonly list: ListVersions;
}

export async function readAndPlan(asked: Wish<VersionRef>, reader: Reader): Promise<Planned> {
  const listed = askedOnceIfItFails(reader.service.openListing());
  const list = withUploaded(listed, reader.uploaded);
  const wanted = wantedAtOnce(asked);
  const [look, begun] = await Promise.all([firstLook(reader), wanted && list(wanted)]);
  const planned = await planFrom(asked, { ...look, begun, list }, reader);
  const { both } = look;
  reader.append(both.ok ? { kind: 'read', live: both.value.live } : { kind: 'read-failed', fault: both.error });
  return { ...planned, readAt: look.at, basis: { both, list: listed } };
}

/** What a dry run shows beside the plan. Its versions are no part of it, so a list that cannot be had fails nothing. */
export async function takeSurvey(
  { plan: { wish }, at: now, basis }: Planned,
  {
    credentials,
    tried,
    needed,
    timeline,
  }: Pick<Survey, 'credentials' | 'tried'> & {
    /** RAM actions of a real run. */
    readonly needed: readonly string[];
    readonly timeline: Timeline;
  },
): Promise<Survey> {
  const listed = basis !== undefined && mayStillList(basis.both) ? await basis.list('all') : undefined;
  const told = { credentials, access: accessOf(needed, timeline), tried, now };
  if (basis === undefined || !basis.both.ok) return { ...told, served: [], choice: listed?.ok ? undefined : listed };
  const { live, elsewhere } = basis.both.value;
  const served = [
    { env: wish.env, live: succeeded(live) },
    { env: otherThan(wish.env), live: elsewhere() },
  ];
  const choice = listed?.ok ? succeeded(choiceOf(wish, { live, elsewhere, listing: listed.value, now })) : listed;
  return { ...told, served, choice };
}

/** A list that could not be had is not asked for again by the same run. */
function askedOnceIfItFails(list: ListVersions): ListVersions {
  let failure: Answer<VersionListing> | undefined;
  return async (wanted) => {
    if (failure !== undefined) return failure;
    const answer = await list(wanted);
    if (!answer.ok) failure = answer;
    return answer;
  };
}

/** In ms. What was read longer ago is read again before it is written over. */
const FRESH = 2_000;

/** After what had to be done between the first look and the first write. */
export async function lookAgain({ service, append, now }: Reader, readAt: number): Promise<void> {
  if (now() - readAt < FRESH) return;
  const live = await service.readLive(false);
  append(live.ok ? { kind: 'read', live: live.value } : { kind: 'read-failed', fault: live.error });
}

function withUploaded(list: ListVersions, uploaded: VersionDetails | undefined): ListVersions {
  if (uploaded === undefined) return list;
  return async (wanted) => {
    const listed = await list(wanted);
    if (!listed.ok || listed.value.versions.some(({ version }) => version === uploaded.version)) return listed;
    return succeeded({ ...listed.value, versions: [uploaded, ...listed.value.versions] });
  };
}

/** Whether what is live and what exists are asked for at once: for a fixed split, and for words that the list tells. */
export function readsAtOnce(asked: Wish<VersionRef>): boolean {
  return wantedAtOnce(asked) !== undefined;
}

/** What is asked of the list before it is known what is live. */
function wantedAtOnce(asked: Wish<VersionRef>): readonly string[] | 'all' | undefined {
  if (needsListing(asked)) return 'all';
  if (asked.goal.kind !== 'split') return undefined;
  return refsIn(asked).flatMap((ref) => (ref.kind === 'number' ? [ref.version] : []));
}

interface Look {
  readonly both: Answer<BothEnvironments>;
  /** In ms since the epoch, by the runner's clock. */
  readonly at: number;
}

/**
 * That nothing is live is believed when it is told twice: a first deployment goes to all requests at once, and nothing
 * leads back. Something, told the second time, is what counts, since no deployment can be withdrawn.
 */
async function firstLook({ service: { readBoth }, now }: Reader): Promise<Look> {
  const first = await readBoth();
  const both = first.ok && first.value.live.kind === 'nothing' ? await readBoth() : first;
  return { both, at: now() };
}

function otherThan(env: Environment): Environment {
  return env === 'staging' ? 'production' : 'staging';
}

interface Begun extends Look {
  readonly begun: Answer<VersionListing> | undefined;
  readonly list: ListVersions;
}

async function planFrom(
  asked: Wish<VersionRef>,
  { both, at, begun, list }: Begun,
  { previousVersion, uploaded }: Reader,
): Promise<Omit<Planned, 'readAt'>> {
  if (!both.ok) return { plan: unreadable(asked, both.error), words: [], doubts: [], at };
  const { live, elsewhere } = both.value;
  const now = clockOf(live, at);
  const needed = needsListing(asked, live);
  const listed = needed && begun?.ok !== false ? await list('all') : begun;
  if (needed && listed?.ok === false)
    return { plan: unreadable(asked, listed.error, live), words: [], doubts: [], at: now };
  const asksForRecord = wordsIn(asked).some((ref) => ref.kind === 'word' && ref.word === 'previous');
  const previous = asksForRecord ? await previousVersion?.(live) : undefined;
  const listing = listed?.ok ? listed.value : undefined;
  const resolved = resolve(asked, { live, elsewhere, listing, previous, uploaded, now });
  if (!resolved.ok) {
    const plan = refuseWords(asked, { live, at, listing: listed ?? (await list([])) }, resolved.error);
    return { plan, words: [], doubts: [], at: now };
  }
  const { wish, ...told } = resolved.value;
  const plan = makePlan(wish, { live: succeeded(live), at, listing: await listingFor(wish.goal, live, listed, list) });
  return { plan, ...told, at: now };
}

/** What the plan has to know of versions. A canary that is live is known to exist, so a tick with nothing to do costs one call. */
async function listingFor(
  goal: Wish['goal'],
  live: Live,
  listed: Answer<VersionListing> | undefined,
  list: ListVersions,
): Promise<Answer<VersionListing> | undefined> {
  if (goal.kind === 'report' || listed?.ok === false) return listed;
  if (goal.kind === 'split') return list(goal.split.map(({ version }) => version));
  const { canary, allowOlder = false } = goal;
  if (live.kind === 'nothing' || weightOf(live.split, canary) === 0) return list([canary]);
  const isClear = allowOlder || live.split.length === 1 || roles(live).canary !== undefined;
  return isClear ? listed : list(live.split.map(({ version }) => version));
}
