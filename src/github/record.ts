import { randomUUID } from 'node:crypto';
import type { UnstampedEvent } from '../ports.js';
import { canaryWeight, type WritingPlan } from '../rollout/decide/course.js';
import {
  beginning,
  canaryOf,
  endingOf,
  isSettled,
  killedEnding,
  payloadOf,
  type Recording,
  recordingOf,
  stepStatus,
} from '../rollout/decide/recording.js';
import type { CodeVersion, Live, Plan } from '../rollout/model.js';
import {
  addressOf,
  isFailure,
  isFinished,
  type KnownRecord,
  type ListedRecord,
  type NewStatus,
  noPrevious,
  previousIn,
  RECORDS_UNREAD,
  recordBefore,
  recordOf,
  replaced,
  taskOf,
  triedBefore,
} from '../rollout/record.js';
import { failed, type Result } from '../rollout/result.js';
import { type Deployments, deploymentsAt } from './deployments.js';
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
    previousVersion: (live) => previousVersion(session, live),
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
  if (recording.kind === 'none' || session.means.cancelled.aborted) return plan;
  if (recording.kind === 'goes-on') {
    remember(session, { goesOn: true });
    return plan;
  }
  const listed = await list(session);
  if (listed === undefined) return plan;
  const last = recording.scheduled ? recordOf(listed, canaryOf(recording.plan)) : undefined;
  const known = last && (await look(session, last));
  // A look that failed says nothing against the canary.
  if (last !== undefined && known === undefined) return plan;
  if (known !== undefined && isFailure(known) && !session.means.byPerson)
    return refused(plan, triedBefore(known, session.means.serverUrl));
  if (known !== undefined && !isFinished(known)) {
    remember(session, { id: known.id });
    return plan;
  }
  const id = await create(session, recording.plan);
  const status = beginning(recording.plan);
  if (id !== undefined && known === undefined) await send(session, id, status);
  else if (id !== undefined) session.late = status;
  return plan;
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
  remember(session, { created: true, leavesEvidence: plan.kind === 'rollout' && plan.stable !== undefined });
  const payload = payloadOf(plan, { run: session.means.place.runUrl, key });
  const told = await session.ask(() => session.github.create(session.task, payload), 'once');
  if (told.ok) remember(session, { id: told.value });
  else if (!told.error.mayHaveActed) remember(session, { created: false });
  return told.ok ? told.value : undefined;
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
  if (recording.kind === 'none') return undefined;
  // What was refused when the rollout began may be taken by now.
  if (saved.created === false) return mayCreate ? create(session, recording.plan) : undefined;
  if (saved.goesOn !== true) return undefined;
  const listed = await list(session);
  const last = listed && recordOf(listed, canaryOf(recording.plan));
  const known = last && (await look(session, last));
  if (known !== undefined && !isFinished(known)) remember(session, { id: known.id });
  if (session.saved.id !== undefined || listed === undefined || !mayCreate) return session.saved.id;
  return last === undefined || known !== undefined ? create(session, recording.plan) : undefined;
}

async function end(session: Session, run: Parameters<Recorder['end']>[0]): Promise<void> {
  const status = endingOf(run);
  if (session.recording.kind === 'none') session.recording = recordingOf(run.plan);
  session.environmentUrl = addressOf(run.plan.wish.env, run.live) ?? session.environmentUrl;
  // Nobody reads of a step any more when it is known how the rollout ended.
  if (status?.state !== 'in_progress') session.next = undefined;
  await session.beside;
  if (status === undefined) return forget(session);
  if (status.state === 'in_progress') {
    if (session.late !== undefined && session.saved.id !== undefined)
      await send(session, session.saved.id, session.late);
    return forget(session);
  }
  await finish(session, status, isSettled(run.conclusion));
}

function forget(session: Session): void {
  if (session.kept) session.means.memory.save(undefined);
}

/** What cannot be said now is said by the post step; where it has to look once more itself, it knows what was said. */
async function finish(session: Session, status: NewStatus, settled: boolean): Promise<void> {
  const { saved } = session;
  const isOn = saved.id !== undefined || saved.created !== undefined || saved.goesOn === true;
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
  const { said, end: left, leavesEvidence } = session.saved;
  const traffic = leavesEvidence === true && !hasEvidence ? 'untouched' : 'unknown';
  if (said === undefined) await finish(session, left ?? killedEnding(traffic), true);
}

async function previousVersion(session: Session, live: Live): Promise<Result<CodeVersion, string>> {
  const listed = await list(session);
  if (listed === undefined) return failed(RECORDS_UNREAD);
  const known: KnownRecord[] = [];
  for (const record of listed.slice(0, LOOKS)) {
    const one = await look(session, record);
    if (one === undefined) return failed(RECORDS_UNREAD);
    known.push(one);
    const found = previousIn(known, listed, live);
    if (found.kind === 'told') return found.told;
  }
  return failed(noPrevious(listed, live));
}

/** How many records are looked at for what served before. */
const LOOKS = 2;
