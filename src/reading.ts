import type { Run } from './execute.js';
import type { BothEnvironments, ListVersions, PreviousVersion } from './ports.js';
import { makePlan, refuseWords, unreadable } from './rollout/decide/plan.js';
import { needsListing, type Resolution, resolve } from './rollout/decide/version-words.js';
import { clockOf } from './rollout/deployment-age.js';
import type { Answer, Live, Plan, VersionListing, Wish } from './rollout/model.js';
import { succeeded } from './rollout/result.js';
import { roles, weightOf } from './rollout/split.js';
import { refsIn, type VersionRef, wordsIn } from './rollout/version-ref.js';

/** Reads what has to be known before anything is decided, makes numbers of words, and plans. */

interface Reader extends Pick<Run, 'service' | 'append' | 'now'> {
  /** Absent where no record of rollouts is kept. */
  readonly previousVersion?: PreviousVersion | undefined;
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
}

export async function readAndPlan(asked: Wish<VersionRef>, reader: Reader): Promise<Planned> {
  const list = reader.service.openListing();
  const wanted = wantedAtOnce(asked);
  const [look, begun] = await Promise.all([firstLook(reader), wanted && list(wanted)]);
  const planned = await planFrom(asked, { ...look, begun, list }, reader);
  const { both } = look;
  reader.append(both.ok ? { kind: 'read', live: both.value.live } : { kind: 'read-failed', fault: both.error });
  return { ...planned, readAt: look.at };
}

/** In ms. What was read longer ago is read again before it is written over. */
const FRESH = 2_000;

/** After what had to be done between the first look and the first write. */
export async function lookAgain({ service, append, now }: Reader, readAt: number): Promise<void> {
  if (now() - readAt < FRESH) return;
  const live = await service.readLive(false);
  append(live.ok ? { kind: 'read', live: live.value } : { kind: 'read-failed', fault: live.error });
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

interface Begun extends Look {
  readonly begun: Answer<VersionListing> | undefined;
  readonly list: ListVersions;
}

async function planFrom(
  asked: Wish<VersionRef>,
  { both, at, begun, list }: Begun,
  { previousVersion }: Reader,
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
  const resolved = resolve(asked, { live, elsewhere, listing, previous, now });
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
