import { randomUUID } from 'node:crypto';
import type { UnstampedEvent } from '../ports.js';
import { canaryWeight, type WritingPlan } from '../rollout/decide/course.js';
import {
  beganBeside,
  beginning,
  canaryOf,
  endingOf,
  isOfThis,
  isSettled,
  killedEnding,
  payloadOf,
  type Recording,
  recordingOf,
  stepStatus,
} from '../rollout/decide/recording.js';
import type { CodeVersion, Plan } from '../rollout/model.js';
import {
  addressOf,
  isFailure,
  isFinished,
  type KnownRecord,
  type ListedRecord,
  type NewStatus,
  recordBefore,
  recordOf,
  replaced,
  taskOf,
  triedBefore,
} from '../rollout/record.js';
import { type Deployments, deploymentsAt } from './deployments.js';
import { previousVersion } from './previous-version.js';
import { openBudget } from './record-budget.js';
import type { SavedRecord } from './record-memory.js';
import { type Ask, patient } from './record-patience.js';
import { faultInRecord, type Recorder, type RecordMeans } from './recorder.js';

/** What a run knows of its record so far. */
interface Session {
  readonly means: RecordMeans;
  readonly github: Deployments;
  readonly ask: Ask;
  readonly task: string;
  recording: Recording;
  saved: SavedRecord;
  /** Something is left for the post step. */
  kept: boolean;
  /** As first read; of one creation whose answer was lost, as read again. */
  listed: readonly ListedRecord[] | undefined;
  /** The status of its beginning, where a request was spent on a look before. */
  late: NewStatus | undefined;
  /** What is sent beside, and what comes next. */
  beside: Promise<void> | undefined;
  next: NewStatus | undefined;
  environmentUrl: string | undefined;
}

export function openRecorder(means: RecordMeans): Recorder {
  const { wish, place, cancelled, memory, redact } = means;
  const budget = openBudget(means.budget, cancelled, () => process.uptime() * 1_000);
  const session: Session = {
    means,
    github: deploymentsAt(place, { budget, cancelled, redact, ...wish }),
    ask: patient(budget, cancelled, (sentence) => warnOnce(session, sentence)),
    task: taskOf(wish.routine, wish.env),
    recording: { kind: 'none' },
    saved: memory.saved ?? { key: randomUUID() },
    kept: memory.saved !== undefined,
    listed: undefined,
    late: undefined,
    beside: undefined,
    next: undefined,
    environmentUrl: undefined,
  };
  return {
    begin: (plan) => begin(session, plan),
    note: (event) => note(session, event),
    end: (run) => end(session, run),
    close: (hasEvidence) => close(session, hasEvidence),
    previousVersion: (live) =>
      previousVersion({ list: () => list(session), look: (record) => look(session, record) }, live),
  };
}

/** Once in a run, its post step included. */
function warnOnce(session: Session, sentence: string): void {
  if (session.saved.warned === true) return;
  session.saved = { ...session.saved, warned: true };
  if (session.kept) session.means.memory.save(session.saved);
  session.means.warn(sentence);
}

function remember(session: Session, more: Partial<SavedRecord>): void {
  session.saved = { ...session.saved, ...more };
  session.kept = true;
  session.means.memory.save(session.saved);
}

async function begin(session: Session, plan: Plan): Promise<Plan> {
  const recording = recordingOf(plan);
  session.recording = recording;
  session.environmentUrl = addressOf(plan.wish.env, plan.before);
  if (session.means.cancelled.aborted) return plan;
  if (recording.kind === 'none') return rehearse(session, plan);
  if (recording.kind === 'goes-on') {
    const { plan: rollout } = recording;
    remember(session, { goesOn: { canary: canaryOf(rollout), stable: stableOf(rollout) ?? '' } });
    return plan;
  }
  const past = await lastTry(session, recording);
  // A look that failed says nothing against the canary.
  if (past === undefined) return plan;
  const { known } = past;
  const no = whyNot(session, known);
  if (no !== undefined) return refused(plan, no);
  if (known !== undefined && !isFinished(known) && isOfThis(known, recording.plan)) {
    remember(session, { id: known.id, leavesEvidence: stableOf(recording.plan) !== undefined });
    if (known.statuses.length === 0) session.late = beginning(recording.plan);
    return plan;
  }
  const id = await create(session, recording.plan);
  const status = beginning(recording.plan);
  if (id !== undefined && known === undefined) await send(session, id, status);
  else if (id !== undefined) session.late = status;
  return plan;
}

/** A dry run says what a run without it would, and writes nothing. */
async function rehearse(session: Session, plan: Plan): Promise<Plan> {
  const real = recordingOf({ ...plan, wish: { ...plan.wish, dryRun: false } });
  if (!plan.wish.dryRun || real.kind !== 'begins' || !real.scheduled) return plan;
  const no = whyNot(session, (await lastTry(session, real))?.known);
  return no === undefined ? plan : refused(plan, no);
}

/** The newest record of the canary, where a schedule begins it; undefined where GitHub does not tell. */
async function lastTry(
  session: Session,
  { plan, scheduled }: Extract<Recording, { kind: 'begins' }>,
): Promise<{ readonly known: KnownRecord | undefined } | undefined> {
  const listed = await list(session);
  const last = scheduled && listed ? recordOf(listed, canaryOf(plan)) : undefined;
  const known = last && (await look(session, last));
  return listed === undefined || (last !== undefined && known === undefined) ? undefined : { known };
}

function whyNot({ means }: Session, known: KnownRecord | undefined): string | undefined {
  return known !== undefined && isFailure(known) && !means.byPerson ? triedBefore(known, means.serverUrl) : undefined;
}

function refused(plan: Plan, why: string): Plan {
  const { before, wish } = plan;
  return before === undefined ? plan : { kind: 'refused', wish, before, mistakes: [why], forGood: true };
}

async function list(session: Session): Promise<readonly ListedRecord[] | undefined> {
  if (session.listed !== undefined) return session.listed;
  const told = await session.ask(() => session.github.list(session.task), 'repeatable');
  if (told.ok) session.listed = told.value;
  return session.listed;
}

async function look(session: Session, record: ListedRecord): Promise<KnownRecord | undefined> {
  const told = await session.ask(() => session.github.statuses(record.id), 'repeatable');
  return told.ok ? { ...record, statuses: told.value } : undefined;
}

/** Sent once: where its answer is lost there may be one, and another would be a second. */
async function create(session: Session, plan: WritingPlan): Promise<number | undefined> {
  const { key } = session.saved;
  remember(session, { created: true, leavesEvidence: stableOf(plan) !== undefined });
  const payload = payloadOf(plan, { run: session.means.place.runUrl, key });
  const told = await session.ask(() => session.github.create(session.task, payload), 'once');
  if (told.ok) remember(session, { id: told.value });
  else if (!told.error.mayHaveActed) remember(session, { created: false });
  return told.ok ? told.value : undefined;
}

function stableOf(plan: WritingPlan): CodeVersion | undefined {
  return plan.kind === 'rollout' ? plan.stable : undefined;
}

async function send(session: Session, id: number, status: NewStatus): Promise<boolean> {
  const told = await session.ask(() => session.github.addStatus(id, status, session.environmentUrl), 'repeatable');
  return told.ok;
}

/** One at a time, and of those that wait the newest: nobody reads of a step that is over. */
function note(session: Session, event: UnstampedEvent): void {
  const { recording, means } = session;
  if (!means.steps || recording.kind === 'none' || event.kind !== 'accepted') return;
  const weight = canaryWeight(recording.plan, event.split);
  if (weight === 0) return;
  session.next = stepStatus(weight);
  session.beside ??= sendBeside(session)
    .catch((error: unknown) => means.warn(faultInRecord(error)))
    .finally(() => {
      session.beside = undefined;
    });
}

async function sendBeside(session: Session): Promise<void> {
  const id = await findId(session, true);
  if (id === undefined) return;
  for (let status = session.next; status !== undefined; status = session.next) {
    session.next = undefined;
    await send(session, id, status);
  }
}

/** The id of this rollout's record. A creation whose answer was lost is looked for, and so is one of an earlier run. */
async function findId(session: Session, mayCreate: boolean): Promise<number | undefined> {
  const { saved, recording } = session;
  if (saved.id !== undefined) return saved.id;
  if (saved.created === true) {
    session.listed = undefined;
    const found = (await list(session))?.find(({ payload }) => payload?.key === saved.key);
    if (found !== undefined) remember(session, { id: found.id });
    return found?.id;
  }
  const createdNow = async () => (mayCreate && recording.kind !== 'none' ? create(session, recording.plan) : undefined);
  // What was refused when the rollout began may be taken by now.
  if (saved.created === false) return createdNow();
  if (saved.goesOn === undefined) return undefined;
  const { canary, stable } = saved.goesOn;
  const listed = await list(session);
  const last = listed && recordOf(listed, canary);
  const known = last && (await look(session, last));
  if (listed === undefined || (last !== undefined && known === undefined)) return undefined;
  if (known === undefined || isFinished(known) || !beganBeside(known, stable)) return createdNow();
  remember(session, { id: known.id });
  return known.id;
}

async function end(session: Session, run: Parameters<Recorder['end']>[0]): Promise<void> {
  const status = endingOf(run);
  if (session.recording.kind === 'none') session.recording = recordingOf(run.plan);
  session.environmentUrl = addressOf(run.plan.wish.env, run.live) ?? session.environmentUrl;
  // Nobody reads of a step any more when it is known how the rollout ended.
  if (status?.state !== 'in_progress') session.next = undefined;
  if (status !== undefined && session.kept) leave(session, status);
  await session.beside;
  if (status === undefined) return forget(session);
  if (status.state === 'in_progress') {
    if (session.late !== undefined && session.saved.id !== undefined)
      await send(session, session.saved.id, session.late);
    return forget(session);
  }
  await finish(session, status, isSettled(run.conclusion));
}

/** To the post step, should this run be killed from here on. A rollout that goes on has not ended. */
function leave(session: Session, status: NewStatus): void {
  if (status.state !== 'in_progress') remember(session, { end: status });
  else remember(session, session.late === undefined ? { said: status } : { end: session.late });
}

function forget(session: Session): void {
  if (session.kept) session.means.memory.save(undefined);
}

/** What cannot be said now is said by the post step; where it has to look once more itself, it knows what was said. */
async function finish(session: Session, status: NewStatus, settled: boolean): Promise<void> {
  const { saved } = session;
  const isOn = saved.id !== undefined || saved.created !== undefined || saved.goesOn !== undefined;
  if (!isOn) return;
  if (saved.said?.state === status.state && saved.said.description === status.description) return forget(session);
  remember(session, { end: status });
  const id = await findId(session, session.means.mayCreate);
  if (id === undefined || !(await send(session, id, status))) return;
  if (settled) forget(session);
  else remember(session, { said: status });
  if (status.state !== 'success') return;
  const listed = await list(session);
  const before = listed && recordBefore(listed, id);
  if (before !== undefined) await send(session, before.id, replaced(id));
}

/** A run that could not say it any more has left what was to be said. */
async function close(session: Session, hasEvidence: boolean): Promise<void> {
  const { said, end: left, leavesEvidence, goesOn } = session.saved;
  // Killed before it wrote anything: the rollout goes on, by the next run.
  if (goesOn !== undefined && left === undefined && !hasEvidence) return;
  const traffic = leavesEvidence === true && !hasEvidence ? 'untouched' : 'unknown';
  if (said === undefined) await finish(session, left ?? killedEnding(traffic), true);
}
