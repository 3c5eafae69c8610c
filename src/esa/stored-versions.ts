import type * as z from 'zod/mini';
import type { Append, Sleep } from '../ports.js';
import { lookPause, pauseWithin, retryPause } from '../rollout/decide/retry.js';
import type { Answer, CodeVersion, Fault } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import type { StoredVersion } from '../rollout/upload/reuse.js';
import type { Calls } from './calls.js';
import type { UploadOperation } from './transport.js';
import { done, liveVersions, storedOf, storedVersions } from './upload-answers.js';

/** What it takes to change what versions a routine has. */
export interface StockMeans {
  readonly calls: Pick<Calls, 'once' | 'read'>;
  readonly append: Append;
  readonly sleep: Sleep;
  /** In ms since the epoch. */
  readonly now: () => number;
  /** Aborted when the workflow is cancelled. */
  readonly hurry: AbortSignal;
}

export interface Stored {
  /** Newest first. */
  readonly versions: readonly StoredVersion[];
  /** Whether those are all that there are. */
  readonly complete: boolean;
  /** The service's clock, in ms since the epoch, where it told it. */
  readonly date: number | undefined;
}

const PAGE_SIZE = 20;
const LAST_PAGE = 2;
/** `staging` and `production`. */
const ENVIRONMENTS = 2;

/** All versions that the service lists. */
export async function listStored(routine: string, { calls }: Pick<StockMeans, 'calls'>): Promise<Answer<Stored>> {
  const versions: StoredVersion[] = [];
  for (let page = 1; ; page += 1) {
    const parameters = { Name: routine, PageNumber: String(page), PageSize: String(PAGE_SIZE) };
    const answer = await calls.read('ListRoutineCodeVersions', parameters, storedVersions());
    if (!answer.ok) return failed(answer.error.fault);
    const { data, date } = answer.value;
    const listed = (data.CodeVersions ?? []).map(storedOf);
    // One that came between two pages moves the last of the first to the second.
    versions.push(...listed.filter(({ version }) => !versions.some((known) => known.version === version)));
    const total = data.TotalCount;
    const complete = typeof total === 'string' ? versions.length >= Number(total) : listed.length < PAGE_SIZE;
    if (complete || page === LAST_PAGE || listed.length === 0) return succeeded({ versions, complete, date });
  }
}

/**
 * Every version that is live in any environment. That one of the two serves nothing is believed when it is told twice, since
 * what is not live may be deleted.
 */
export async function readLiveVersions(
  routine: string,
  { calls }: Pick<StockMeans, 'calls'>,
): Promise<Answer<ReadonlySet<CodeVersion>>> {
  const live = new Set<CodeVersion>();
  for (const isLast of [false, true]) {
    const answer = await calls.read('GetRoutine', { Name: routine }, liveVersions());
    if (!answer.ok) return failed(answer.error.fault);
    for (const version of answer.value.data.live) live.add(version);
    if (isLast || answer.value.data.serving >= ENVIRONMENTS) break;
  }
  return succeeded(live);
}

/** For how long the effect of a write is looked for whose answer was lost, in ms, and how often at most. */
const LOOK_LIMIT = 5_000;
const MOST_LOOKS = 10;

export interface Write<T, L> {
  readonly operation: UploadOperation;
  readonly parameters: Readonly<Record<string, string>>;
  readonly schema: z.ZodMiniType<T>;
  /** Whether the answer is a secret itself. */
  readonly isSecret?: boolean;
  /** What of it can be seen where its answer was lost; undefined where nothing can. */
  readonly landed: () => Promise<Answer<L | undefined>>;
}

/** What became of a write: its answer, or what was seen of it. */
export type Settled<T, L> =
  | { readonly kind: 'answered'; readonly data: T; readonly at: number; readonly date: number | undefined }
  | { readonly kind: 'landed'; readonly data: L };

/** Sends a write until it is settled: never again before it was looked for where it may have acted. */
export async function settle<T, L>(write: Write<T, L>, means: StockMeans): Promise<Answer<Settled<T, L>>> {
  const { calls, now } = means;
  const { operation, parameters, schema, isSecret = false } = write;
  let [throttled, since, pause] = [0, 0, 0];
  for (let count = 1; ; count += 1) {
    const answer = await calls.once(operation, parameters, schema, { number: count, rollback: false, isSecret });
    if (answer.ok) return succeeded({ kind: 'answered', data: answer.value.data, at: now(), date: answer.value.date });
    const { fault } = answer.error;
    if (count === 1) since = now();
    if (fault.throttled) throttled += 1;
    if (fault.mayHaveActed) {
      const seen = await look(write, means);
      if (!seen.ok) return seen;
      if (seen.value !== undefined) return succeeded({ kind: 'landed', data: seen.value });
    }
    const wait = retryPause(fault, { count, throttled, since, now: now(), pause, rollback: false });
    if (wait === undefined || means.hurry.aborted) return failed(fault);
    pause = pauseWithin(wait, Math.random());
    await waitFor(pause, 'retry', wait.why, means);
  }
}

async function look<T, L>({ landed, operation }: Write<T, L>, means: StockMeans): Promise<Answer<L | undefined>> {
  const end = means.now() + LOOK_LIMIT;
  for (let looks = 0; ; looks += 1) {
    const seen = await landed();
    if (!seen.ok || seen.value !== undefined) return seen;
    const pause = pauseWithin(lookPause(looks), Math.random());
    if (means.now() + pause >= end || looks >= MOST_LOOKS || means.hurry.aborted) return seen;
    await waitFor(pause, 'look', `whether ${operation} took effect is unknown`, means);
  }
}

/** A pause that the timeline knows of; cut short when the workflow is cancelled. */
export async function waitFor(
  milliseconds: number,
  purpose: 'look' | 'retry',
  why: string,
  { append, sleep }: Pick<StockMeans, 'append' | 'sleep'>,
): Promise<void> {
  append({ kind: 'wait', for: milliseconds, purpose, why });
  await sleep(milliseconds);
}

/** Deletes a version; the fault where it is still there. Nothing is told of one that somebody else has deleted. */
export async function removeVersion(
  routine: string,
  version: CodeVersion,
  why: 'pruned' | 'unfinished',
  means: StockMeans,
): Promise<Fault | undefined> {
  const isGone = async (): Promise<Answer<true | undefined>> => {
    const stored = await listStored(routine, means);
    if (!stored.ok) return stored;
    return succeeded(stored.value.versions.some((one) => one.version === version) ? undefined : true);
  };
  const parameters = { Name: routine, CodeVersion: version };
  const settled = await settle(
    { operation: 'DeleteRoutineCodeVersion', parameters, schema: done(), landed: isGone },
    means,
  );
  if (settled.ok) {
    means.append({ kind: 'removed', version, why });
    return undefined;
  }
  // No document says by which code a version is refused that is not there.
  const gone = await isGone();
  return gone.ok && gone.value === true ? undefined : settled.error;
}
