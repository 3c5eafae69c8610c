import type * as z from 'zod/mini';
import { redacted } from '../alibaba/answer.js';
import { type Attempted, attempt, type RetryPolicy, readReply } from '../alibaba/attempt.js';
import { faultMaker } from '../alibaba/fault.js';
import { type RateLimiter, rateLimiter } from '../alibaba/rate-limiter.js';
import type { Append, BothEnvironments, ListVersions, Service, Sleep } from '../ports.js';
import type { Answer, Environment, Fault, Live, TrafficSplit, VersionDetails } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { adviseOnCode } from './advice.js';
import { COMPARED, createRoutineCodeDeployment, detailsOf, listRoutineCodeVersions, liveAnswer } from './answers.js';
import { type Operation, type Send, WRITES } from './transport.js';

export interface RoutineEnvironment {
  readonly routine: string;
  readonly env: Environment;
  /** For advice alone. */
  readonly region: string;
}

interface EsaOptions {
  readonly send: Send;
  readonly append: Append;
  readonly sleep: Sleep;
  readonly now: () => number;
  /** Takes what is secret out of a text before it is shown. */
  readonly redact: (text: string) => string;
  /** The service says that the keys have ended. Returns whether the next call can have others. */
  readonly invalidate: () => boolean;
  /** Whether there are always other keys to be had. */
  readonly renewable: boolean;
  /** Longest time for one request, in ms. */
  readonly timeout: number;
  /** Once aborted, there are seconds left. */
  readonly hurry: AbortSignal;
}

/** No failed read, throttled ones apart, is retried for longer than so many times the time-out of a request. */
const TIMEOUTS_PER_READ = 5;
/** Nor any once so much time has gone by since the workflow was cancelled, in ms: the process ends 10 s after that. */
const PATIENCE_IN_A_HURRY = 6_000;

const PAGE_SIZE = 20;
const LAST_PAGE = 2;

/** ESA's edge routine operations behind the port of the rollout. */
export function esaService(target: RoutineEnvironment, options: EsaOptions): Service {
  const { redact, send } = options;
  const advise = (code: string, status: number, operation: string) =>
    adviseOnCode(code, status, { ...target, operation });
  const faultOf = faultMaker({ advise, endpointInput: 'endpoint', writes: WRITES, redact });
  const redactAnswer = (json: unknown) => redacted(json, redact, COMPARED);
  let hasWorked = false;
  const limiter = rateLimiter(options);
  const cancelledAt = instantOf(options);
  const once: Once = async (operation, parameters, schema, { number, rollback, retryPolicy }) => {
    const calling = { isWrite: WRITES.has(operation), rollback };
    const answer = await attempt(options, {
      operation,
      attempt: number,
      send: async () => {
        const read = readReply(await send(operation, parameters), { operation, schema, faultOf, redactAnswer });
        return read.ok ? read : failed({ ...read.error, fault: withOtherKeys(read.error.fault, options, hasWorked) });
      },
      inTurn: (call) => limiter.schedule(calling, call),
      ...(retryPolicy && { retryPolicy }),
    });
    hasWorked ||= answer.ok;
    return answer;
  };
  const read: Read = (operation, parameters, schema, { rollback, isOnce } = PATIENT) =>
    retried({ ...options, limiter, cancelledAt, rollback, isOnce }, (number, retryPolicy) =>
      once(operation, parameters, schema, { number, rollback, retryPolicy }),
    );
  const readBoth = async (how: Patience): Promise<Answer<BothEnvironments>> => {
    const answer = await read('GetRoutine', { Name: target.routine }, liveAnswer(target.env), how);
    if (!answer.ok) return failed(answer.error.fault);
    const { data, date } = answer.value;
    return succeeded({ live: clocked(data.live, date), elsewhere: data.elsewhere });
  };
  return {
    readLive: async (rollback, isOnce = false) => {
      const both = await readBoth({ rollback, isOnce });
      return both.ok ? succeeded(both.value.live) : both;
    },
    readBoth: () => readBoth(PATIENT),
    openListing: () => lister(target.routine, read),
    deploy: async (split, number, rollback) => {
      const operation = 'CreateRoutineCodeDeployment';
      // Never retried here: what is live has to be read first.
      const parameters = writeParameters(target, split);
      const answer = await once(operation, parameters, createRoutineCodeDeployment, { number, rollback });
      if (!answer.ok) return failed(answer.error.fault);
      const { DeploymentId, RequestId } = answer.value.data;
      return succeeded({ deploymentId: DeploymentId, requestId: RequestId });
    },
  };
}

/**
 * A session that has ended is a transient fault where another can be had; so is a key that the service does not know
 * yet, when those before it were good.
 */
function withOtherKeys(
  fault: Fault,
  { invalidate, renewable }: Pick<EsaOptions, 'invalidate' | 'renewable'>,
  hasWorked: boolean,
): Fault {
  const ended = fault.code === 'InvalidSecurityToken.Expired' && invalidate();
  const unknown = fault.code === 'InvalidAccessKeyId.NotFound' && renewable && hasWorked;
  return ended || unknown ? { ...fault, transient: true } : fault;
}

type Once = <T>(
  operation: Operation,
  parameters: Record<string, string>,
  schema: z.ZodMiniType<T>,
  how: { readonly number: number; readonly rollback: boolean; readonly retryPolicy?: RetryPolicy },
) => Promise<Attempted<T>>;

type Read = <T>(
  operation: Operation,
  parameters: Record<string, string>,
  schema: z.ZodMiniType<T>,
  how?: Patience,
) => Promise<Attempted<T>>;

interface Patience {
  readonly rollback: boolean;
  readonly isOnce: boolean;
}

const PATIENT: Patience = { rollback: false, isOnce: false };

/** The second and last page is asked for only when the first lacks a wanted version and is not all there is. */
function lister(routine: string, read: Read): ListVersions {
  const versions: VersionDetails[] = [];
  let [next, told, complete] = [1, 0, false];
  const isEnough = (wanted: readonly string[] | 'all') =>
    wanted !== 'all' && wanted.every((version) => versions.some((known) => known.version === version));
  return async (wanted) => {
    while (next === 1 || (next <= LAST_PAGE && !complete && !isEnough(wanted))) {
      const parameters = { Name: routine, PageNumber: String(next), PageSize: String(PAGE_SIZE) };
      const answer = await read('ListRoutineCodeVersions', parameters, listRoutineCodeVersions);
      if (!answer.ok) return failed(answer.error.fault);
      const { CodeVersions = [], TotalCount: total } = answer.value.data;
      // What is uploaded between two pages moves the last of the first to the second, where it is told once more.
      for (const listed of CodeVersions.map(detailsOf))
        if (!versions.some(({ version }) => version === listed.version)) versions.push(listed);
      told += CodeVersions.length;
      complete = typeof total === 'string' ? told >= Number(total) : CodeVersions.length < PAGE_SIZE;
      // Nothing comes after a page without versions.
      next = CodeVersions.length === 0 ? LAST_PAGE + 1 : next + 1;
    }
    return succeeded({ versions: [...versions], complete });
  };
}

/**
 * https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment
 */
function writeParameters({ routine, env }: RoutineEnvironment, split: TrafficSplit): Record<string, string> {
  const versions = split.map(({ version, weight }) => ({ CodeVersion: version, Percentage: weight }));
  return { Name: routine, Env: env, Strategy: 'percentage', CodeVersions: JSON.stringify(versions) };
}

interface RetryOptions extends Pick<EsaOptions, 'sleep' | 'now' | 'timeout'>, Patience {
  readonly limiter: RateLimiter;
  readonly cancelledAt: () => number | undefined;
}

/**
 * Reads are retried on transient faults by the one policy there is. What is throttled may take minutes and does not
 * count against the others, which end after a few times the time-out of one request, pauses included.
 */
async function retried<T>(
  { sleep, now, timeout, limiter, cancelledAt, rollback, isOnce }: RetryOptions,
  once: (number: number, retryPolicy: RetryPolicy) => Promise<Attempted<T>>,
): Promise<Attempted<T>> {
  const started = now();
  let [throttled, since, patient] = [0, 0, 0];
  for (let count = 1; ; count += 1) {
    const begun = now();
    const answer = await once(count, (fault) => {
      if (count === 1) since = now();
      if (fault.throttled) throttled += 1;
      // Another fault is no better for more tries, here or on the way back: the loop reads again.
      const pause = limiter.pauseAfter(fault, { count, throttled, since, rollback: rollback && fault.throttled });
      if (fault.throttled) patient += now() - begun + (pause ?? 0);
      const end = Math.min(
        fault.throttled ? Number.POSITIVE_INFINITY : started + patient + TIMEOUTS_PER_READ * timeout,
        (cancelledAt() ?? Number.POSITIVE_INFINITY) + PATIENCE_IN_A_HURRY,
      );
      return isOnce || pause === undefined || now() + pause >= end ? undefined : pause;
    });
    if (answer.ok || answer.error.retryIn === undefined) return answer;
    await sleep(answer.error.retryIn);
  }
}

/** With the service's clock, by which alone its times can be judged. */
function clocked(live: Live, date: number | undefined): Live {
  return live.kind === 'nothing' || date === undefined ? live : { ...live, answeredAt: new Date(date).toISOString() };
}

/** When the workflow was cancelled; undefined while it is not. */
function instantOf({ hurry, now }: Pick<EsaOptions, 'hurry' | 'now'>): () => number | undefined {
  let at = hurry.aborted ? now() : undefined;
  hurry.addEventListener('abort', () => {
    at ??= now();
  });
  return () => at;
}
