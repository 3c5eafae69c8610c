import type { Code } from '../ports.js';
import { pauseWithin } from '../rollout/decide/retry.js';
import { durationText } from '../rollout/duration.js';
import type { Answer, CodeVersion, Fault } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { type Pruning, pruning } from '../rollout/upload/pruning.js';
import { reusable, type StoredVersion } from '../rollout/upload/reuse.js';
import { buildFailed, buildUnfinished, quotaAdvice, UPLOAD_CANCELLED } from '../rollout/upload/sentences.js';
import { newVersion } from './new-version.js';
import {
  listStored,
  readLiveVersions,
  removeVersion,
  type StockMeans,
  type Stored,
  settle,
  waitFor,
} from './stored-versions.js';
import { done, plans, versionInfo } from './upload-answers.js';
import type { UploadMeans, UploadWish } from './upload-wish.js';

/** What there is to be done about some code; nothing is changed by finding out. */
export type UploadPlan =
  | { readonly kind: 'reuse'; readonly version: StoredVersion }
  | {
      readonly kind: 'upload';
      readonly stored: Stored;
      readonly live: ReadonlySet<CodeVersion>;
      readonly pruning: Pruning;
      readonly isNewRoutine: boolean;
    };

/** The version that some code has, and what of it tells the version in an answer; empty where nothing does. */
export interface Uploaded {
  readonly version: CodeVersion;
  readonly mark: string;
  readonly reused: boolean;
}

const NO_PRUNING: Pruning = { remove: [], short: 0 };
/** No build that was seen took nearly as long, in ms. */
const BUILD_LIMIT = 10 * 60_000;
const LONGEST_LOOK = 10_000;

export async function planUpload(code: Code, wish: UploadWish, means: StockMeans): Promise<Answer<UploadPlan>> {
  const stored = await listStored(wish.routine, means);
  if (!stored.ok) {
    if (stored.error.code !== 'RoutineNotExist') return stored;
    if (!wish.createRoutine) return failed({ ...stored.error, advice: `${stored.error.advice} ${CREATION}` });
    const none = { versions: [], complete: true, date: undefined };
    return succeeded({ kind: 'upload', stored: none, live: new Set(), pruning: NO_PRUNING, isNewRoutine: true });
  }
  const version = reusable(stored.value.versions, { ...wish, ...code });
  if (version !== undefined) return succeeded({ kind: 'reuse', version });
  const base = { kind: 'upload', stored: stored.value, isNewRoutine: false } as const;
  if (wish.keepVersions === undefined) return succeeded({ ...base, live: new Set(), pruning: NO_PRUNING });
  const live = await readLiveVersions(wish.routine, means);
  if (!live.ok) return live;
  return succeeded({ ...base, live: live.value, pruning: NO_PRUNING });
}

/** The same plan, with the versions that are to go for it. */
export async function withPruning(plan: UploadPlan, wish: UploadWish, now: number): Promise<UploadPlan> {
  if (plan.kind === 'reuse' || plan.isNewRoutine || wish.keepVersions === undefined) return plan;
  const { stored, live } = plan;
  const spared = await wish.spared();
  return { ...plan, pruning: pruning({ ...stored, live, spared, now: stored.date ?? now }, wish.keepVersions) };
}

const CREATION = 'With `create-routine: true` this action makes it.';

/** Does what was planned, up to a version that can be deployed; what came of it is an event of the timeline. */
export async function upload(
  plan: UploadPlan,
  code: Code,
  wish: UploadWish,
  means: UploadMeans,
): Promise<Answer<Uploaded>> {
  const made = plan.kind === 'reuse' ? succeeded(plan.version.version) : await make(plan, code, wish, means);
  if (!made.ok) {
    means.append({ kind: 'upload-failed', fault: made.error });
    return made;
  }
  const version = made.value;
  const marks = { none: '', version, hash: code.mark.kind === 'hash' ? code.mark.hash : '' };
  const uploaded = { version, mark: marks[code.mark.kind], reused: plan.kind === 'reuse' };
  means.append({ kind: 'uploaded', ...uploaded });
  return succeeded(uploaded);
}

async function make(
  plan: Extract<UploadPlan, { kind: 'upload' }>,
  code: Code,
  wish: UploadWish,
  means: UploadMeans,
): Promise<Answer<CodeVersion>> {
  if (plan.isNewRoutine) {
    const fault = await createRoutine(code, wish, means);
    if (fault !== undefined) return failed(fault);
  }
  const fault = await removeAll(plan.pruning, wish, means);
  if (fault !== undefined) return failed(fault);
  const isBuilt = (version: CodeVersion) => awaitBuild(wish.routine, version, means);
  const made = await newVersion(plan.stored, code, wish, means, isBuilt);
  return made.ok ? made : failed(await withQuotaAdvice(made.error, plan, wish, means));
}

async function createRoutine(code: Code, { routine }: UploadWish, means: StockMeans): Promise<Fault | undefined> {
  const settled = await settle(
    {
      operation: 'CreateRoutine',
      parameters: { Name: routine, Description: '', HasAssets: String(code.kind === 'directory') },
      schema: done(),
      landed: async () => {
        const stored = await listStored(routine, means);
        if (stored.ok) return succeeded(true);
        return stored.error.code === 'RoutineNotExist' ? succeeded(undefined) : stored;
      },
    },
    means,
  );
  return settled.ok ? undefined : settled.error;
}

/**
 * What somebody has put into use meanwhile stays, and so does the upload. Each is preceded by a fresh look, as every write:
 * whether the service refuses to delete what is live is in no document.
 */
async function removeAll({ remove }: Pruning, { routine }: UploadWish, means: StockMeans): Promise<Fault | undefined> {
  for (const { version } of remove) {
    if (means.hurry.aborted) return UPLOAD_CANCELLED;
    const live = await readLiveVersions(routine, means);
    if (!live.ok) return live.error;
    if (live.value.has(version)) continue;
    const fault = await removeVersion(routine, version, 'pruned', means);
    if (fault !== undefined && fault.code !== 'DependedByOthers') return fault;
  }
  return undefined;
}

/** Waits until a version can be deployed; the fault where it cannot. */
async function awaitBuild(routine: string, version: CodeVersion, means: UploadMeans): Promise<Fault | undefined> {
  const started = means.now();
  for (let pause = 250; ; pause = Math.min(LONGEST_LOOK, pause * 1.5)) {
    const parameters = { Name: routine, CodeVersion: version };
    const answer = await means.calls.read('GetRoutineCodeVersionInfo', parameters, versionInfo());
    if (!answer.ok) return answer.error.fault;
    const status = answer.value.data.Status;
    if (status.toLowerCase() === 'available') return undefined;
    if (status.toLowerCase() !== 'init') return buildFailed(version, status);
    if (means.hurry.aborted) return UPLOAD_CANCELLED;
    const next = pauseWithin({ atLeast: pause * 0.8, atMost: pause }, Math.random());
    if (means.now() + next - started > BUILD_LIMIT) return buildUnfinished(version, durationText(BUILD_LIMIT));
    await waitFor(next, 'look', `version ${version} is being built`, means);
  }
}

type NewUpload = Extract<UploadPlan, { kind: 'upload' }>;

/** Where there is no room, the plan's number is asked for, and what could go is named. */
async function withQuotaAdvice(fault: Fault, plan: NewUpload, wish: UploadWish, means: UploadMeans): Promise<Fault> {
  if (fault.code !== 'CodeVersionNumberExceedQuotaLimit' || means.hurry.aborted) return fault;
  const quota = await quotaOf(means);
  const stored = await listStored(wish.routine, means);
  const advice = stored.ok ? await roomAdvice({ ...plan, stored: stored.value }, quota, wish, means) : undefined;
  // The first refusal is what counts; what could not be asked is not told.
  return advice === undefined ? fault : { ...fault, advice };
}

/** For a dry run, why there would be no room; undefined where there would be, or nobody can tell. */
export async function noRoom(plan: UploadPlan, wish: UploadWish, means: UploadMeans): Promise<string | undefined> {
  if (plan.kind === 'reuse' || plan.isNewRoutine) return undefined;
  const quota = await quotaOf(means);
  const left = plan.stored.versions.length - plan.pruning.remove.length;
  if (quota === undefined || left < quota) return undefined;
  const advice = await roomAdvice(plan, quota, wish, means);
  return advice && `A real run would find no room for one more version. ${advice}`;
}

async function roomAdvice(
  { stored }: NewUpload,
  quota: number | undefined,
  { routine, spared, keepVersions }: UploadWish,
  means: UploadMeans,
): Promise<string | undefined> {
  const live = await readLiveVersions(routine, means);
  if (!live.ok) return undefined;
  const now = stored.date ?? means.now();
  const couldGo = pruning({ ...stored, live: live.value, spared: await spared(), now }, 1);
  return quotaAdvice(stored.versions.length, quota, couldGo, keepVersions !== undefined);
}

/** How many versions the plan allows; undefined where that may not be asked, or plans say different things. */
async function quotaOf({ calls }: UploadMeans): Promise<number | undefined> {
  const allowed = await calls.read('ListEdgeRoutinePlans', {}, plans());
  if (!allowed.ok) return undefined;
  const quotas = new Set((allowed.value.data.PlanInfo ?? []).map((one) => one.ErRoutineCodeVersionQuota ?? ''));
  const [quota = ''] = quotas;
  return quotas.size === 1 && quota !== '' ? Number(quota) : undefined;
}
