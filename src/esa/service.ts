import type * as z from 'zod/mini';
import { type Attempted, attempt } from '../alibaba/attempt.js';
import type { Operation, Send } from '../alibaba/call.js';
import { faultMaker } from '../alibaba/fault.js';
import { type Turns, turns } from '../alibaba/turns.js';
import type { Note, Service, Sleep } from '../ports.js';
import type { Answer, Environment, Live, TrafficSplit, VersionDetails, VersionListing } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { adviseOnCode } from './advice.js';
import { createRoutineCodeDeployment, detailsOf, listRoutineCodeVersions, liveAnswer } from './answers.js';

export interface Target {
  readonly routine: string;
  readonly env: Environment;
  /** For advice alone. */
  readonly region: string;
}

interface Tools {
  readonly send: Send;
  readonly note: Note;
  readonly sleep: Sleep;
  readonly now: () => number;
  /** Takes what is secret out of a text before it is shown. */
  readonly clean: (text: string) => string;
  /** The service says that the keys have ended. Returns whether the next call can have others. */
  readonly drop: () => boolean;
  /** Whether there are always other keys to be had. */
  readonly renewable: boolean;
  /** Longest time for one request, in ms. */
  readonly timeout: number;
  /** Once aborted, there are seconds left. */
  readonly hurry: AbortSignal;
}

/** No read is tried again that fails, throttled ones apart, for longer than so many times the time-out of a request. */
const TIMEOUTS_PER_READ = 5;
/** Nor any once so much time has gone by since the workflow was cancelled, in ms: the process ends 10 s after that. */
const PATIENCE_IN_A_HURRY = 6_000;

const PAGE_SIZE = 20;
const LAST_PAGE = 2;

/** ESA's edge routine operations behind the port of the rollout. */
export function esaService(target: Target, tools: Tools): Service {
  const { clean, send } = tools;
  const advise = (code: string, status: number, operation: string) =>
    adviseOnCode(code, status, { ...target, operation });
  const faults = faultMaker({ advise, endpointInput: 'endpoint', clean });
  let hasWorked = false;
  const queue = turns(tools);
  const cancelledAt = instantOf(tools);
  const once = async <T>(
    operation: Operation,
    parameters: Record<string, string>,
    schema: z.ZodMiniType<T>,
    number: number,
    rollback: boolean,
  ): Promise<Attempted<T>> => {
    const isWrite = operation === 'CreateRoutineCodeDeployment';
    const answer = await queue.take({ isWrite, rollback }, (waited) =>
      attempt({ ...tools, faults, cleanAnswer: clean, waited }, operation, number, schema, () =>
        send(operation, parameters),
      ),
    );
    hasWorked ||= answer.ok;
    return answer.ok ? answer : renewed(answer, tools, hasWorked);
  };
  const read: Read = (operation, parameters, schema, rollback = false) =>
    repeat({ ...tools, queue, cancelledAt, rollback }, (number) =>
      once(operation, parameters, schema, number, rollback),
    );
  return {
    readLive: async (rollback) => {
      const answer = await read('GetRoutine', { Name: target.routine }, liveAnswer(target.env), rollback);
      if (!answer.ok) return failed(answer.error);
      return succeeded(clocked(answer.value.live, answer.date));
    },
    listVersions: (wanted) => list(target.routine, wanted, read),
    deploy: async (split, number, rollback) => {
      const parameters = writeParameters(target, split);
      const answer = await once(
        'CreateRoutineCodeDeployment',
        parameters,
        createRoutineCodeDeployment,
        number,
        rollback,
      );
      if (!answer.ok) {
        answer.note(undefined);
        return failed(answer.error);
      }
      return succeeded({ deploymentId: answer.value.DeploymentId ?? '', requestId: answer.value.RequestId ?? '' });
    },
  };
}

/**
 * A session that has ended is no fault for good where another can be had; nor is a key that the service does not know
 * yet, when those before it were good.
 */
function renewed<T>(
  answer: Extract<Attempted<T>, { ok: false }>,
  { drop, renewable }: Pick<Tools, 'drop' | 'renewable'>,
  hasWorked: boolean,
): Attempted<T> {
  const ended = answer.error.code === 'InvalidSecurityToken.Expired' && drop();
  const unknown = answer.error.code === 'InvalidAccessKeyId.NotFound' && renewable && hasWorked;
  return ended || unknown ? { ...answer, error: { ...answer.error, repeatable: true } } : answer;
}

type Read = <T>(
  operation: Operation,
  parameters: Record<string, string>,
  schema: z.ZodMiniType<T>,
  rollback?: boolean,
) => Promise<Attempted<T>>;

/** The second and last page is asked for only when the first lacks a wanted version and is not all there is. */
async function list(routine: string, wanted: readonly string[], read: Read): Promise<Answer<VersionListing>> {
  const versions: VersionDetails[] = [];
  for (let page = 1; ; page += 1) {
    const parameters = { Name: routine, PageNumber: String(page), PageSize: String(PAGE_SIZE) };
    const answer = await read('ListRoutineCodeVersions', parameters, listRoutineCodeVersions);
    if (!answer.ok) return failed(answer.error);
    const listed = (answer.value.CodeVersions ?? []).map(detailsOf);
    versions.push(...listed);
    const total = answer.value.TotalCount;
    const complete = typeof total === 'string' ? versions.length >= Number(total) : listed.length < PAGE_SIZE;
    const found = wanted.every((version) => versions.some((known) => known.version === version));
    if (complete || found || page === LAST_PAGE || listed.length === 0) return succeeded({ versions, complete });
  }
}

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment */
function writeParameters({ routine, env }: Target, split: TrafficSplit): Record<string, string> {
  const versions = split.map(({ version, weight }) => ({ CodeVersion: version, Percentage: weight }));
  return { Name: routine, Env: env, Strategy: 'percentage', CodeVersions: JSON.stringify(versions) };
}

interface Repeating extends Pick<Tools, 'sleep' | 'now' | 'timeout'> {
  readonly queue: Turns;
  readonly cancelledAt: () => number | undefined;
  readonly rollback: boolean;
}

/**
 * Reads are repeated on passing faults by the one policy there is. What is throttled may take minutes and does not count
 * against the others, which end after a few times the time-out of one request, pauses included.
 */
async function repeat<T>(
  { sleep, now, timeout, queue, cancelledAt, rollback }: Repeating,
  once: (number: number) => Promise<Attempted<T>>,
): Promise<Attempted<T>> {
  const started = now();
  let [throttled, since, patient] = [0, 0, 0];
  for (let count = 1; ; count += 1) {
    const begun = now();
    const answer = await once(count);
    if (answer.ok) return answer;
    const fault = answer.error;
    if (count === 1) since = now();
    if (fault.throttled) throttled += 1;
    // Another fault is no better for more tries, here or on the way back: the loop reads again.
    const pause = queue.pauseAfter(fault, { count, throttled, since, rollback: rollback && fault.throttled });
    if (fault.throttled) patient += now() - begun + (pause ?? 0);
    const end = Math.min(
      fault.throttled ? Number.POSITIVE_INFINITY : started + patient + TIMEOUTS_PER_READ * timeout,
      (cancelledAt() ?? Number.POSITIVE_INFINITY) + PATIENCE_IN_A_HURRY,
    );
    if (pause === undefined || now() + pause >= end) {
      answer.note(undefined);
      return answer;
    }
    answer.note(pause);
    await sleep(pause);
  }
}

/** With the service's clock, by which alone its times can be judged. */
function clocked(live: Live, date: number | undefined): Live {
  return live.kind === 'nothing' || date === undefined ? live : { ...live, answeredAt: new Date(date).toISOString() };
}

/** When the workflow was cancelled; undefined while it is not. */
function instantOf({ hurry, now }: Pick<Tools, 'hurry' | 'now'>): () => number | undefined {
  let at = hurry.aborted ? now() : undefined;
  hurry.addEventListener('abort', () => {
    at ??= now();
  });
  return () => at;
}
