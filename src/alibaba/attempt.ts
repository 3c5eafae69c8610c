import type * as z from 'zod/mini';
import type { Append } from '../ports.js';
import type { Fault } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import { failure, idIn, parseExactly, problemsIn } from './answer.js';
import type { Reply } from './call.js';
import type { FaultMaker } from './fault.js';

export interface Answered<T> {
  readonly data: T;
  /** Empty where the service gave none. */
  readonly requestId: string;
  /** The service's clock, in ms since the epoch, where it told it. */
  readonly date: number | undefined;
}

export interface CallFailure {
  readonly fault: Fault;
  /** False where nothing was sent, for want of keys: whoever wanted them has written that line already. */
  readonly sent: boolean;
}

/** The pause before a call that failed is sent again, in ms; undefined when it is given up. */
export type RetryPolicy = (fault: Fault) => number | undefined;

/** A failed call, with the pause that its line of the timeline announced. */
export interface FailedAttempt extends CallFailure {
  readonly retryIn: number | undefined;
}

export type Attempted<T> = Result<Answered<T>, FailedAttempt>;

type Outgoing<T> = () => Promise<Result<Answered<T>, CallFailure>>;

/** One call, to be sent for the `attempt`th time, counted from 1. */
export interface Attempt<T> {
  readonly operation: string;
  readonly attempt: number;
  readonly send: Outgoing<T>;
  /** Sends the call when its turn has come, passing how long it was held back, in ms. At once when left out. */
  readonly inTurn?: (send: (waited: number) => ReturnType<Outgoing<T>>) => ReturnType<Outgoing<T>>;
  /** Given up when left out. */
  readonly retryPolicy?: RetryPolicy;
}

/**
 * Sends a call and writes its line of the timeline, whatever comes of it. What is to be done about a failure is asked
 * here, so that the line is complete and no caller can forget it.
 */
export async function attempt<T>(
  { append, now }: { readonly append: Append; readonly now: () => number },
  { operation, attempt: number, send, inTurn = (call) => call(0), retryPolicy = () => undefined }: Attempt<T>,
): Promise<Attempted<T>> {
  let [took, waited] = [0, 0];
  const result = await inTurn(async (heldBack) => {
    waited = heldBack;
    const started = now();
    const answer = await send();
    took = now() - started;
    return answer;
  });
  const retryIn = result.ok ? undefined : retryPolicy(result.error.fault);
  if (result.ok || result.error.sent) {
    const fault = result.ok ? undefined : result.error.fault;
    append({
      kind: 'called',
      operation,
      attempt: number,
      took,
      requestId: result.ok ? result.value.requestId : result.error.fault.requestId,
      result: fault?.code ?? 'OK',
      retryIn,
      ...(waited > 0 && { waited }),
      ...(fault?.throttled === true && { throttled: true }),
    });
  }
  return result.ok ? result : failed({ ...result.error, retryIn });
}

export interface ReplyFormat<T> {
  readonly operation: string;
  readonly schema: z.ZodMiniType<T>;
  readonly faultOf: FaultMaker;
  /** Takes what is secret out of an answer before it is read; left out where the answer is itself a secret. */
  readonly redactAnswer?: (json: unknown) => unknown;
}

/** What a reply says: the value that its schema describes, or a fault. */
export function readReply<T>(
  reply: Reply,
  { operation, schema, faultOf, redactAnswer }: ReplyFormat<T>,
): Result<Answered<T>, CallFailure> {
  if (reply.kind === 'unsigned') return failed({ fault: faultOf(operation, reply, ''), sent: false });
  if (reply.kind !== 'answer') return failed({ fault: faultOf(operation, reply, ''), sent: true });
  const parsed = parse(reply.body, schema, redactAnswer);
  switch (parsed.kind) {
    case 'read': {
      const requestId = idIn((parsed.data as { RequestId?: string | null }).RequestId);
      return succeeded({ data: parsed.data, requestId, date: reply.date });
    }
    case 'error':
      return failed({ fault: faultOf(operation, { ...reply, ...parsed }, ''), sent: true });
    case 'not-understood':
      return failed({ fault: faultOf(operation, reply, parsed.why), sent: true });
  }
}

type Parsed<T> =
  | { readonly kind: 'read'; readonly data: T }
  | { readonly kind: 'error'; readonly error: Readonly<Record<string, unknown>> }
  | { readonly kind: 'not-understood'; readonly why: string };

function parse<T>(body: string, schema: z.ZodMiniType<T>, redact: ReplyFormat<T>['redactAnswer']): Parsed<T> {
  try {
    const written = parseExactly(body);
    const json = redact === undefined ? written : redact(written);
    const error = failure.safeParse(json);
    if (error.success && error.data.Code) return { kind: 'error', error: { ...error.data } };
    const result = schema.safeParse(json);
    if (result.success) return { kind: 'read', data: result.data };
    return { kind: 'not-understood', why: problemsIn(result.error) };
  } catch (error) {
    return { kind: 'not-understood', why: error instanceof Error ? error.message : String(error) };
  }
}
