import { oneLine, withoutStop } from '../rollout/escape.js';
import type { Fault } from '../rollout/model.js';
import type { Advice } from './advice.js';
import { failure, idIn } from './answer.js';
import type { Reply } from './call.js';
import { adviseOnNetwork, adviseOnPage, type EndpointInput } from './network-advice.js';

export interface FaultOptions {
  /** What a code of the service means, and what to do about it. */
  readonly advise: (code: string, status: number, operation: string) => Advice;
  readonly endpointInput: EndpointInput;
  /**
   * Operations that change something. An odd answer to one was given by whoever carried it out, so its effect is looked
   * for before it is sent again; all else can be asked again at no cost.
   */
  readonly writes: ReadonlySet<string>;
  /** Takes out what is secret. */
  readonly redact: (text: string) => string;
}

interface Wording extends FaultOptions {
  /** An id of a request, or nothing. */
  readonly idOf: (text: string) => string;
}

/** `why` says what was wrong with an answer that is no error by itself. */
export type FaultMaker = (operation: string, reply: Reply, why: string) => Fault;

/** Every way in which a call can fail, in the words that the user reads; secrets never pass. */
export function faultMaker(options: FaultOptions): FaultMaker {
  const redact = (text: string) => oneLine(options.redact(text));
  // Of a header, which nothing has redacted yet; what holds a secret is no id any more.
  const wording = { ...options, redact, idOf: (text: string) => idIn(options.redact(text)) };
  const { idOf } = wording;
  const notUnderstood = (operation: string, requestId: string, why: string): Fault => ({
    operation,
    code: 'AnswerNotUnderstood',
    message: redact(`the answer is not what the API documents: ${withoutStop(why)}`),
    requestId: idOf(requestId),
    advice:
      'Something on the way may have answered in place of the service: run again. If it persists, the API may have changed; please report this with the RequestId.',
    // One odd answer is transient, as a page of a gateway is.
    transient: !options.writes.has(operation),
    throttled: false,
    mayHaveActed: true,
    retryAfter: undefined,
  });
  return (operation, reply, why) => {
    switch (reply.kind) {
      case 'unsigned':
        return { ...reply.fault, mayHaveActed: false };
      case 'network':
        return ofNetwork(operation, reply, wording);
      case 'error':
        return ofError(operation, reply, wording);
      case 'unreadable':
        return ofPage(operation, reply, wording);
      case 'answer':
        return looksLikeJson(reply.body) && reply.status < 300
          ? notUnderstood(operation, reply.requestId, why)
          : ofPage(operation, reply, wording);
    }
  };
}

function ofNetwork(operation: string, reply: Extract<Reply, { kind: 'network' }>, wording: Wording): Fault {
  const { advice, transient } = adviseOnNetwork(reply.code, wording.endpointInput);
  const reached = reply.connected
    ? 'whether the service received the request is unknown'
    : 'the service never received the request';
  return {
    operation,
    code: wording.redact(reply.code),
    message: wording.redact(`${withoutStop(reply.message)}; ${reached}`),
    requestId: '',
    advice,
    transient,
    throttled: false,
    mayHaveActed: reply.connected,
    retryAfter: undefined,
  };
}

function ofError(operation: string, reply: Extract<Reply, { kind: 'error' }>, wording: Wording): Fault {
  const { advise, redact, idOf } = wording;
  const read = failure.safeParse(reply.error);
  if (!read.success || !read.data.Code) return ofPage(operation, reply, wording);
  const { Code: code, Message: said, RequestId: id } = read.data;
  const known = advise(code, reply.status, operation);
  return {
    operation,
    code: redact(code),
    // The message to a wrong signature is the service's string to sign, of no use to a reader.
    message:
      code === 'SignatureDoesNotMatch'
        ? 'the signature is not the one the service computed'
        : redact(withoutStop(said ?? '') || 'the service gave no message'),
    requestId: idOf(id || reply.requestId),
    advice: known.advice,
    // Newer SDKs know throttling by this header rather than by the code (aliyun/darabonba-openapi#283).
    transient: known.transient || reply.retryAfter !== undefined,
    throttled: known.throttled || reply.retryAfter !== undefined,
    // What was refused or throttled was not carried out; of anything else nobody can be sure.
    mayHaveActed: known.transient && !known.throttled && reply.retryAfter === undefined,
    retryAfter: reply.retryAfter,
    ...(known.snippet !== undefined && { snippet: known.snippet }),
  };
}

function ofPage(
  operation: string,
  reply: Exclude<Reply, { kind: 'network' | 'unsigned' }>,
  { endpointInput, idOf }: Wording,
): Fault {
  const { requestId, retryAfter, status } = reply;
  const { advice, transient } = adviseOnPage(status, endpointInput);
  return {
    operation,
    code: `NotJson${status === 0 ? '' : `.${status}`}`,
    message: `HTTP ${status === 0 ? 'status unknown' : status}, and what came is not the JSON of the API`,
    requestId: idOf(requestId),
    advice,
    transient,
    throttled: status === 429 || retryAfter !== undefined,
    // A redirect is not the API's: what it stands for did not arrive.
    mayHaveActed: status !== 429 && (status < 300 || status >= 400),
    retryAfter,
  };
}

/** An answer cut short was JSON once; it says nothing on whether the call took effect. */
function looksLikeJson(body: string): boolean {
  const text = body.trim();
  return text.startsWith('{') && text.endsWith('}');
}
