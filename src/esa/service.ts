import type * as z from 'zod/mini';
import type { Note, Service, Sleep } from '../ports.js';
import type {
  Answer,
  Environment,
  Fault,
  Live,
  TrafficSplit,
  VersionDetails,
  VersionListing,
} from '../rollout/model.js';
import { withoutSecrets } from '../secrets.js';
import {
  createRoutineCodeDeployment,
  detailsOf,
  failure,
  getRoutine,
  listRoutineCodeVersions,
  liveIn,
  parseExactly,
} from './answers.js';
import { type FaultMaker, faultMaker } from './fault.js';
import type { Operation, Send } from './transport.js';

export interface Target {
  readonly routine: string;
  readonly env: Environment;
  /** For advice alone. */
  readonly region: string;
  /** What must never be printed, should the service echo it. */
  readonly secrets: readonly string[];
}

interface Tools {
  readonly send: Send;
  readonly note: Note;
  readonly sleep: Sleep;
  readonly now: () => number;
  /** Takes what is secret out of an answer before anything of it is kept. */
  readonly clean: (text: string) => string;
}

const READ_ATTEMPTS = 5;
const FIRST_RETRY = 400;
const LONGEST_RETRY = 5_000;
/** A service that asks to be left alone for longer is not waited for, in ms. */
const LONGEST_RETRY_AFTER = 60_000;

const PAGE_SIZE = 20;
const LAST_PAGE = 2;

/** ESA's edge routine operations behind the port of the rollout. */
export function esaService(target: Target, given: Omit<Tools, 'clean'>): Service {
  const faults = faultMaker(target);
  const tools = { ...given, clean: (text: string) => withoutSecrets(text, target.secrets) };
  const read = <T>(operation: Operation, parameters: Record<string, string>, schema: z.ZodMiniType<T>) =>
    repeat(tools, (attempt) => once(tools, faults, operation, parameters, schema, attempt));
  return {
    readLive: async () => {
      const answer = await read('GetRoutine', { Name: target.routine }, getRoutine);
      return answer.ok ? understood(liveIn(answer.value, target.env), faults, answer.value.RequestId ?? '') : answer;
    },
    listVersions: (wanted) => list(target.routine, wanted, read),
    deploy: async (split, attempt) => {
      const answer = await once(
        tools,
        faults,
        'CreateRoutineCodeDeployment',
        writeParameters(target, split),
        createRoutineCodeDeployment,
        attempt,
      );
      if (!answer.ok) return { ok: false, fault: answer.fault };
      return {
        ok: true,
        value: { deploymentId: answer.value.DeploymentId ?? '', requestId: answer.value.RequestId ?? '' },
      };
    },
  };
}

type Read = <T>(
  operation: Operation,
  parameters: Record<string, string>,
  schema: z.ZodMiniType<T>,
) => Promise<Attempted<T>>;
type Attempted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault; readonly note: (retryIn: number | undefined) => void };

/** The second and last page is asked for only when the first lacks a wanted version and is not all there is. */
async function list(routine: string, wanted: readonly string[], read: Read): Promise<Answer<VersionListing>> {
  const versions: VersionDetails[] = [];
  for (let page = 1; ; page += 1) {
    const parameters = { Name: routine, PageNumber: String(page), PageSize: String(PAGE_SIZE) };
    const answer = await read('ListRoutineCodeVersions', parameters, listRoutineCodeVersions);
    if (!answer.ok) return { ok: false, fault: answer.fault };
    const listed = (answer.value.CodeVersions ?? []).map(detailsOf);
    versions.push(...listed);
    const total = answer.value.TotalCount;
    const complete = typeof total === 'string' ? versions.length >= Number(total) : listed.length < PAGE_SIZE;
    const found = wanted.every((version) => versions.some((known) => known.version === version));
    if (complete || found || page === LAST_PAGE || listed.length === 0)
      return { ok: true, value: { versions, complete } };
  }
}

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment */
function writeParameters({ routine, env }: Target, split: TrafficSplit): Record<string, string> {
  const versions = split.map(({ version, weight }) => ({ CodeVersion: version, Percentage: weight }));
  return { Name: routine, Env: env, Strategy: 'percentage', CodeVersions: JSON.stringify(versions) };
}

/** One call, whatever comes of it, and its line in the timeline. */
async function once<T>(
  { send, note, now, clean }: Tools,
  faults: FaultMaker,
  operation: Operation,
  parameters: Record<string, string>,
  schema: z.ZodMiniType<T>,
  attempt: number,
): Promise<Attempted<T>> {
  const started = now();
  const reply = await send(operation, parameters);
  const took = now() - started;
  const called = (requestId: string, result: string, retryIn: number | undefined) =>
    note({ kind: 'called', operation, attempt, took, requestId, result, retryIn });

  const read = reply.kind === 'answer' ? parsed(clean(reply.body), schema) : undefined;
  if (read?.kind === 'read') {
    called((read.data as { RequestId?: string | null }).RequestId ?? '', 'OK', undefined);
    return { ok: true, value: read.data };
  }
  const told = read?.kind === 'error' && reply.kind === 'answer' ? { ...reply, ...read } : reply;
  const fault = faults.ofReply(operation, told, read?.kind === 'not-understood' ? read.why : '');
  return withNote(fault, (retryIn) => called(fault.requestId, fault.code, retryIn), operation);
}

/** A write is never repeated here, so its line can be written at once; a read's line says whether it comes again. */
function withNote<T>(fault: Fault, note: (retryIn: number | undefined) => void, operation: Operation): Attempted<T> {
  if (operation === 'CreateRoutineCodeDeployment') note(undefined);
  return { ok: false, fault, note };
}

type Parsed<T> =
  | { readonly kind: 'read'; readonly data: T }
  | { readonly kind: 'error'; readonly error: Readonly<Record<string, unknown>> }
  | { readonly kind: 'not-understood'; readonly why: string };

function parsed<T>(body: string, schema: z.ZodMiniType<T>): Parsed<T> {
  try {
    const json = parseExactly(body);
    const error = failure.safeParse(json);
    if (error.success && error.data.Code) return { kind: 'error', error: { ...error.data } };
    const result = schema.safeParse(json);
    if (result.success) return { kind: 'read', data: result.data };
    const why = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    return { kind: 'not-understood', why };
  } catch (error) {
    return { kind: 'not-understood', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads are repeated on passing faults, a bounded number of times with a pause that grows and differs. */
async function repeat<T>({ sleep }: Tools, attempt: (number: number) => Promise<Attempted<T>>): Promise<Attempted<T>> {
  for (let number = 1; ; number += 1) {
    const answer = await attempt(number);
    if (answer.ok) return answer;
    const { repeatable, retryAfter = 0 } = answer.fault;
    if (!repeatable || number === READ_ATTEMPTS || retryAfter > LONGEST_RETRY_AFTER) {
      answer.note(undefined);
      return answer;
    }
    const longest = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (number - 1));
    const pause = Math.max(retryAfter, longest * (0.5 + Math.random() / 2));
    answer.note(pause);
    await sleep(pause);
  }
}

function understood(live: ReturnType<typeof liveIn>, faults: FaultMaker, requestId: string): Answer<Live> {
  return live.understood
    ? { ok: true, value: live.value }
    : { ok: false, fault: faults.notUnderstood('GetRoutine', requestId, live.why) };
}
