import { tmpdir } from 'node:os';
import type { openRun } from './adapters.js';
import { readCode } from './code/read.js';
import { identityOf } from './credentials/source.js';
import { UPLOAD_OPERATIONS } from './esa/transport.js';
import { noRoom, planUpload, type Uploaded, type UploadPlan, upload, withPruning } from './esa/upload.js';
import type { UploadWish } from './esa/upload-wish.js';
import { commitOf } from './github/commit.js';
import { saveState, workspace } from './github/runner.js';
import type { Mistake } from './inputs/mistakes.js';
import type { CodeWish, Request } from './inputs/request.js';
import type { RawInputs } from './inputs/table.js';
import type { Code, PreviousVersion, Service, UnstampedEvent } from './ports.js';
import { type Planned, readAndPlan } from './reading.js';
import { unreadable } from './rollout/decide/plan.js';
import type { Answer, CodeVersion, Conclusion, Fault, Plan, VersionDetails } from './rollout/model.js';
import { RECORDS_UNREAD } from './rollout/record.js';
import { failed, type Result, succeeded } from './rollout/result.js';
import { liveSplit } from './rollout/split.js';
import { sketchOf } from './rollout/upload/asset-names.js';
import { undone, uploadedAlone, uploadFailed, wouldUpload } from './rollout/upload/conclusions.js';
import { descriptionText } from './rollout/upload/description.js';
import {
  besideLines,
  stateNotSaved,
  UPLOAD_CANCELLED,
  unmarked,
  uploadedLine,
  uploadLines,
} from './rollout/upload/sentences.js';

/** Code becomes a version before it is rolled out: planned, uploaded, and planned again by its number. */

/** What is to be done now, or how the run has ended. */
export interface Prepared {
  readonly planned: Planned;
  /** What came of the code, a line each. */
  readonly told: readonly string[];
  /** What the code answers for itself; empty where that is its version, or nothing. */
  readonly mark: string;
  /** Set where nothing is left to do. */
  readonly conclusion?: Conclusion;
}

/** The code that the inputs name, or all that is wrong with it; undefined where none is given. */
export async function readGivenCode(
  raw: RawInputs,
  environment: NodeJS.ProcessEnv,
): Promise<Result<Code | undefined, readonly Mistake[]>> {
  if (raw.code === '') return succeeded(undefined);
  return readCode({
    folder: workspace(environment),
    code: raw.code,
    entry: raw['code-entry'],
    hasNotFound: raw['code-not-found'] !== '',
    temporary: environment['RUNNER_TEMP'] || tmpdir(),
  });
}

/** The RAM actions that it takes; none where nothing is uploaded. */
export function uploadActions(asked: CodeWish | undefined): readonly string[] {
  if (asked === undefined) return [];
  const isNeeded = (operation: string) => operation !== 'CreateRoutine' || asked.createRoutine;
  return UPLOAD_OPERATIONS.filter(isNeeded).map((operation) => `esa:${operation}`);
}

/** One upload under way. */
interface Job {
  readonly code: Code;
  readonly wish: UploadWish;
  readonly description: string;
  readonly request: Request;
  readonly run: ReturnType<typeof openRun>;
  readonly previousVersion: PreviousVersion | undefined;
  readonly say: (line: string) => void;
}

/** In place of the number that a version is yet to get. */
const NOT_YET = 'uploaded';

export async function uploadAndPlan(
  code: Code,
  asked: CodeWish,
  { request, run, previousVersion, say }: Pick<Job, 'request' | 'run' | 'previousVersion' | 'say'>,
): Promise<Prepared> {
  const { routine, env } = request.asked;
  const commit = commitOf(workspace());
  const wish: UploadWish = { ...asked, routine, env, commit, spared: async () => undefined };
  const description = descriptionText(asked.description, commit, code.kind, code.digest);
  const job: Job = { code, wish, description, request, run, previousVersion, say };
  const stock = await planUpload(code, wish, run.uploading);
  if (!stock.ok) return unplanned(job, stock.error);
  const first = await planBy(job, stock.value, standIn(job, stock.value));
  if (first.plan.kind === 'refused' || first.plan.kind === 'unreadable') {
    for (const event of first.seen) run.append(event);
    return { planned: first, told: [], mark: '' };
  }
  const planned: Job = { ...job, wish: { ...wish, spared: () => neededIn(first.plan, job) } };
  const todo = await withPruning(stock.value, planned.wish, run.now());
  const prepared = await (request.asked.dryRun ? rehearsed(planned, todo, first) : carriedOut(planned, todo, first));
  return withDoubts(prepared, doubtsOn(code, request));
}

function withDoubts(prepared: Prepared, doubts: readonly string[]): Prepared {
  const { planned } = prepared;
  return { ...prepared, planned: { ...planned, doubts: [...doubts, ...planned.doubts] } };
}

function doubtsOn({ mark }: Code, { sources }: Request): readonly string[] {
  const told = sources['gate-url']?.mark;
  return mark.kind === 'none' && told !== undefined && told.canary === undefined ? [unmarked(told.header)] : [];
}

function unplanned({ request, run }: Job, fault: Fault): Prepared {
  run.append({ kind: 'upload-failed', fault });
  const at = run.now();
  return {
    planned: { plan: unreadable(request.asked, fault), words: [], doubts: [], at, readAt: at },
    told: [],
    mark: '',
  };
}

interface FirstPlan extends Planned {
  /** What was read, for the timeline: it begins with what the last plan was made by. */
  readonly seen: readonly UnstampedEvent[];
}

async function planBy(job: Job, stock: UploadPlan, uploaded: VersionDetails): Promise<FirstPlan> {
  const { request, run, previousVersion } = job;
  const seen: UnstampedEvent[] = [];
  const isMissing = stock.kind === 'upload' && stock.isNewRoutine;
  const service = isMissing ? withoutRoutine(run.service) : run.service;
  const append = (event: UnstampedEvent) => void seen.push(event);
  const planned = await readAndPlan(request.asked, { service, now: run.now, append, previousVersion, uploaded });
  return { ...planned, seen };
}

/** What the service would say of a routine that is yet to be made. */
function withoutRoutine(service: Service): Service {
  const nothing = { kind: 'nothing' } as const;
  return {
    ...service,
    readBoth: async () => succeeded({ live: nothing, elsewhere: () => succeeded(nothing) }),
    openListing: () => async () => succeeded({ versions: [], complete: true }),
  };
}

/** The version that the code is, or is going to be: then it is newer than any other. */
function standIn(job: Job, stock: UploadPlan): VersionDetails {
  if (stock.kind === 'reuse') return stock.version;
  const latest = Math.max(stock.stored.date ?? 0, job.run.now());
  return { ...detailsFor(job, NOT_YET), createdAt: new Date(latest).toISOString() };
}

function detailsFor({ code, wish, description }: Job, version: string): VersionDetails {
  return {
    version,
    description,
    createdAt: undefined,
    status: 'Available',
    boundTo: wish.env,
    commit: wish.commit.id || undefined,
    ...(code.nameHashes && { assetNames: sketchOf(code.nameHashes, code.nameHashes.length) }),
  };
}

/** What the plan would deploy or go back to, and what served before; undefined where the records do not tell. */
async function neededIn(plan: Plan, { previousVersion }: Job): Promise<ReadonlySet<CodeVersion> | undefined> {
  const { before = { kind: 'nothing' } } = plan;
  const previous = await previousVersion?.(before);
  if (previous?.ok === false && previous.error === RECORDS_UNREAD) return undefined;
  const shares = [...(liveSplit(before) ?? []), ...('target' in plan ? plan.target : [])];
  return new Set([...shares.map(({ version }) => version), ...(previous?.ok ? [previous.value] : [])]);
}

/** Says what would be uploaded and deleted, and changes nothing. */
async function rehearsed(job: Job, todo: UploadPlan, first: FirstPlan): Promise<Prepared> {
  const { code, wish, run, say } = job;
  if (todo.kind === 'reuse') await upload(todo, code, wish, run.uploading);
  for (const event of first.seen) run.append(event);
  const version = todo.kind === 'reuse' ? todo.version.version : undefined;
  const would = todo.kind === 'reuse' ? [] : uploadLines(todo, code, true);
  for (const line of would) say(line);
  const room = await noRoom(todo, wish, run.uploading);
  const done = {
    planned: { ...first, doubts: [...first.doubts, ...(room === undefined ? [] : [room])] },
    told: todo.kind === 'reuse' ? toldOf(job, todo, todo.version.version) : would,
    mark: '',
  };
  const { plan } = first;
  return plan.kind === 'report' ? { ...done, conclusion: wouldUpload(undone(plan, plan.before), version) } : done;
}

async function carriedOut(job: Job, todo: UploadPlan, first: FirstPlan): Promise<Prepared> {
  const { code, request, run, say, previousVersion } = job;
  const { plan } = first;
  if (todo.kind === 'upload') for (const line of uploadLines(todo, code, false)) say(line);
  const made = await begun(job, todo);
  const isLast = !made.ok || made.value.reused || plan.kind === 'report';
  if (isLast) for (const event of first.seen) run.append(event);
  const left = undone(plan, plan.before ?? { kind: 'nothing' });
  if (!made.ok) {
    const planned = { ...first, plan: left, words: [], doubts: [] };
    const conclusion = uploadFailed(left, made.error, run.cancelled.aborted);
    return { planned, told: doneBeside(job, todo), mark: '', conclusion };
  }
  const { version, mark, reused } = made.value;
  const done = { planned: first, told: toldOf(job, todo, version), mark };
  if (plan.kind === 'report') return { ...done, conclusion: uploadedAlone(left, version, !reused) };
  if (reused) return done;
  const reader = { ...run, previousVersion, uploaded: detailsFor(job, version) };
  return { ...done, planned: await readAndPlan(request.asked, reader) };
}

/** No upload starts that the post step could not clear away. */
async function begun({ code, wish, request, run }: Job, todo: UploadPlan): Promise<Answer<Uploaded>> {
  const { cancelled, append } = run;
  const saved = todo.kind === 'reuse' ? succeeded(undefined) : saveState('identity', identityOf(request.credentials));
  const fault = cancelled.aborted ? UPLOAD_CANCELLED : saved.ok ? undefined : stateNotSaved(saved.error);
  if (fault !== undefined) append({ kind: 'upload-failed', fault });
  const made = fault === undefined ? await upload(todo, code, wish, run.uploading) : failed(fault);
  if (!made.ok && cancelled.aborted) append({ kind: 'cancelled', by: String(cancelled.reason) });
  return made;
}

function toldOf(job: Job, todo: UploadPlan, version: string): readonly string[] {
  const isNew = todo.kind === 'upload';
  const description = todo.kind === 'reuse' ? (todo.version.description ?? '') : job.description;
  return [uploadedLine({ version, description, isNew }, job.code), ...doneBeside(job, todo)];
}

/** What the timeline shows to have been done. */
function doneBeside({ run }: Job, todo: UploadPlan): readonly string[] {
  if (todo.kind === 'reuse') return [];
  const gone = new Set(run.timeline.flatMap((event) => (event.kind === 'removed' ? [event.version] : [])));
  const made = run.timeline.some(
    (event) =>
      event.kind === 'uploaded' ||
      (event.kind === 'called' && event.operation === 'CreateRoutine' && event.result === 'OK'),
  );
  return besideLines(
    todo.isNewRoutine && made,
    todo.pruning.remove.filter(({ version }) => gone.has(version)),
  );
}
