import type * as z from 'zod/mini';
import { redacted } from '../alibaba/answer.js';
import { type Attempted, attempt, type RetryPolicy, readReply } from '../alibaba/attempt.js';
import { type FaultMaker, faultMaker } from '../alibaba/fault.js';
import { type RateLimiter, rateLimiter } from '../alibaba/rate-limiter.js';
import type { Append, Sleep } from '../ports.js';
import type { Environment, Fault } from '../rollout/model.js';
import { failed } from '../rollout/result.js';
import { adviseOnCode } from './advice.js';
import { COMPARED } from './answers.js';
import { type Operation, type Send, type UploadOperation, WRITES } from './transport.js';

export interface RoutineEnvironment {
  readonly routine: string;
  readonly env: Environment;
  /** For advice alone. */
  readonly region: string;
}

export interface EsaOptions {
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

/** Calls of ESA, each a line of the timeline. All of a process share one limiter. */
export interface Calls {
  /** Sent once, whatever comes of it. */
  readonly once: Once;
  /** Retried on transient faults: for what can be asked again at no cost. */
  readonly read: Read;
  readonly faultOf: FaultMaker;
}

/** No failed read, throttled ones apart, is retried for longer than so many times the time-out of a request. */
const TIMEOUTS_PER_READ = 5;
/** Nor any once so much time has gone by since the workflow was cancelled, in ms: the process ends 10 s after that. */
const PATIENCE_IN_A_HURRY = 6_000;

/** Signed calls to one routine of ESA. */
export function esaCalls(target: RoutineEnvironment, options: EsaOptions): Calls {
  const { redact, send } = options;
  const advise = (code: string, status: number, operation: string) =>
    adviseOnCode(code, status, { ...target, operation });
  const faultOf = faultMaker({ advise, endpointInput: 'endpoint', writes: WRITES, redact });
  const redactAnswer = (json: unknown) => redacted(json, redact, COMPARED);
  let hasWorked = false;
  const limiter = rateLimiter(options);
  const cancelledAt = instantOf(options);
  const once: Once = async (operation, parameters, schema, { number, rollback, retryPolicy, isSecret = false }) => {
    const calling = { isWrite: WRITES.has(operation), rollback };
    const answer = await attempt(options, {
      operation,
      attempt: number,
      send: async () => {
        // What is told once and is secret itself would be taken out of the same answer the next time.
        const format = { operation, schema, faultOf, ...(!isSecret && { redactAnswer }) };
        const read = readReply(await send(operation, parameters), format);
        return read.ok ? read : failed({ ...read.error, fault: withOtherKeys(read.error.fault, options, hasWorked) });
      },
      inTurn: (call) => limiter.schedule(calling, call),
      ...(retryPolicy && { retryPolicy }),
    });
    hasWorked ||= answer.ok;
    return answer;
  };
  const read: Read = (operation, parameters, schema, { rollback = false, isOnce = false, isSecret = false } = {}) =>
    retried({ ...options, limiter, cancelledAt, rollback, isOnce }, (number, retryPolicy) =>
      once(operation, parameters, schema, { number, rollback, retryPolicy, isSecret }),
    );
  return { once, read, faultOf };
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

export type Once = <T>(
  operation: Operation | UploadOperation,
  parameters: Readonly<Record<string, string>>,
  schema: z.ZodMiniType<T>,
  how: {
    readonly number: number;
    readonly rollback: boolean;
    readonly retryPolicy?: RetryPolicy;
    readonly isSecret?: boolean;
  },
) => Promise<Attempted<T>>;

export type Read = <T>(
  operation: Operation | UploadOperation,
  parameters: Readonly<Record<string, string>>,
  schema: z.ZodMiniType<T>,
  how?: Partial<Patience> & {
    /** Whether what is answered is a secret itself. */
    readonly isSecret?: boolean;
  },
) => Promise<Attempted<T>>;

export interface Patience {
  readonly rollback: boolean;
  /** It is not tried again, whatever fault it meets. */
  readonly isOnce: boolean;
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

/** When the workflow was cancelled; undefined while it is not. */
function instantOf({ hurry, now }: Pick<EsaOptions, 'hurry' | 'now'>): () => number | undefined {
  let at = hurry.aborted ? now() : undefined;
  hurry.addEventListener('abort', () => {
    at ??= now();
  });
  return () => at;
}
