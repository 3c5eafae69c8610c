import type * as z from 'zod/mini';
import type { Note } from '../ports.js';
import type { Fault } from '../rollout/model.js';
import { failure, parseExactly } from './answers.js';
import type { FaultMaker } from './fault.js';
import type { Reply } from './transport.js';

export interface Tools {
  readonly note: Note;
  readonly now: () => number;
  readonly faults: FaultMaker;
  /** Takes what is secret out of a text before it is shown; an answer is read as it is. */
  readonly clean: (text: string) => string;
  /** For how long the call was held back so that others find room, in ms. */
  readonly waited?: number;
}

/** What came of one call. `note` writes its line of the timeline, and whether it will come again. */
export type Attempted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault; readonly note: (retryIn: number | undefined) => void };

/** One call, whatever comes of it. Its line is written at once when it succeeded, otherwise by the caller. */
export async function attempt<T>(
  { note, now, faults, clean, waited = 0 }: Tools,
  operation: string,
  number: number,
  schema: z.ZodMiniType<T>,
  send: () => Promise<Reply>,
): Promise<Attempted<T>> {
  const started = now();
  const reply = await send();
  // Nothing was called: why there are no keys has been told by whoever wanted them.
  if (reply.kind === 'unsigned') return { ok: false, fault: reply.fault, note: () => {} };
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

  const read = reply.kind === 'answer' ? parsed(reply.body, schema) : undefined;
  if (read?.kind === 'read') {
    called(clean((read.data as { RequestId?: string | null }).RequestId ?? ''), 'OK', undefined);
    return { ok: true, value: read.data };
  }
  const told = read?.kind === 'error' && reply.kind === 'answer' ? { ...reply, ...read } : reply;
  const fault = faults.ofReply(operation, told, read?.kind === 'not-understood' ? read.why : '');
  return { ok: false, fault, note: (retryIn) => called(fault.requestId, fault.code, retryIn, fault.throttled) };
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
