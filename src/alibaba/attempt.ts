import type * as z from 'zod/mini';
import { cleaned, failure, parseExactly, problemsIn, requestIdIn } from '../esa/answers.js';
import type { Note } from '../ports.js';
import type { Fault } from '../rollout/model.js';
import type { Reply } from './call.js';
import type { FaultMaker } from './fault.js';

export interface Tools {
  readonly note: Note;
  readonly now: () => number;
  readonly faults: FaultMaker;
  /** Takes what is secret out of each text of an answer before it is read; not where the answer is a secret itself. */
  readonly cleanAnswer: ((text: string) => string) | undefined;
  /** For how long the call was held back so that others find room, in ms. */
  readonly waited?: number;
}

/** What came of one call. `note` writes its line of the timeline, and whether it will come again. */
export type Attempted<T> =
  /** `date` is the service's clock, in ms since the epoch, where it told it. */
  | { readonly ok: true; readonly value: T; readonly date: number | undefined }
  | { readonly ok: false; readonly error: Fault; readonly note: (retryIn: number | undefined) => void };

/** One call, whatever comes of it. Its line is written at once when it succeeded, otherwise by the caller. */
export async function attempt<T>(
  { note, now, faults, cleanAnswer, waited = 0 }: Tools,
  operation: string,
  number: number,
  schema: z.ZodMiniType<T>,
  send: () => Promise<Reply>,
): Promise<Attempted<T>> {
  const started = now();
  const reply = await send();
  // Nothing was called: why there are no keys has been told by whoever wanted them.
  if (reply.kind === 'unsigned') return { ok: false, error: { ...reply.fault, mayHaveActed: false }, note: () => {} };
  const took = now() - started;
  const more = waited > 0 ? { waited } : {};
  const called = (requestId: string, result: string, retryIn: number | undefined, throttled = false) =>
    note({
      kind: 'called',
      operation,
      attempt: number,
      took,
      requestId,
      result,
      retryIn,
      ...more,
      ...(throttled && { throttled }),
    });

  const read = reply.kind === 'answer' ? parsed(reply.body, schema, cleanAnswer) : undefined;
  if (read?.kind === 'read' && reply.kind === 'answer') {
    called(requestIdIn((read.data as { RequestId?: string | null }).RequestId), 'OK', undefined);
    return { ok: true, value: read.data, date: reply.date };
  }
  const told = read?.kind === 'error' && reply.kind === 'answer' ? { ...reply, ...read } : reply;
  const fault = faults.ofReply(operation, told, read?.kind === 'not-understood' ? read.why : '');
  return { ok: false, error: fault, note: (retryIn) => called(fault.requestId, fault.code, retryIn, fault.throttled) };
}

type Parsed<T> =
  | { readonly kind: 'read'; readonly data: T }
  | { readonly kind: 'error'; readonly error: Readonly<Record<string, unknown>> }
  | { readonly kind: 'not-understood'; readonly why: string };

function parsed<T>(body: string, schema: z.ZodMiniType<T>, clean: Tools['cleanAnswer']): Parsed<T> {
  try {
    const written = parseExactly(body);
    const json = clean === undefined ? written : cleaned(written, clean);
    const error = failure.safeParse(json);
    if (error.success && error.data.Code) return { kind: 'error', error: { ...error.data } };
    const result = schema.safeParse(json);
    if (result.success) return { kind: 'read', data: result.data };
    return { kind: 'not-understood', why: problemsIn(result.error) };
  } catch (error) {
    return { kind: 'not-understood', why: error instanceof Error ? error.message : String(error) };
  }
}
