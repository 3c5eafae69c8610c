import type { Fault } from '../rollout/model.js';
import { oneLine } from '../rollout/untrusted.js';
import { withoutSecrets } from '../secrets.js';
import { adviseOnCode, adviseOnNetwork, adviseOnPage } from './advice.js';
import { failure } from './answers.js';
import type { Reply } from './transport.js';

interface Where {
  readonly routine: string;
  readonly env: string;
  readonly region: string;
  readonly secrets: readonly string[];
}

export interface FaultMaker {
  /** `why` says what was wrong with an answer that is no error by itself. */
  readonly ofReply: (operation: string, reply: Reply, why: string) => Fault;
  readonly notUnderstood: (operation: string, requestId: string, why: string) => Fault;
}

/** Every way in which a call can fail, in the words that the user reads; secrets never pass. */
export function faultMaker(where: Where): FaultMaker {
  const clean = (text: string) => oneLine(withoutSecrets(text, where.secrets));
  const notUnderstood = (operation: string, requestId: string, why: string): Fault => ({
    operation,
    code: 'AnswerNotUnderstood',
    message: clean(`the answer is not what the API documents: ${why}`),
    requestId: clean(requestId),
    advice:
      'The API may have changed. Please report this with the RequestId; a newer version of this action may know the new form.',
    repeatable: false,
    retryAfter: undefined,
  });
  return {
    notUnderstood,
    ofReply: (operation, reply, why) => {
      switch (reply.kind) {
        case 'network':
          return ofNetwork(operation, reply, clean);
        case 'error':
          return ofError(operation, reply, { ...where, operation }, clean);
        case 'unreadable':
          return ofPage(operation, reply, clean);
        case 'answer':
          return looksLikeJson(reply.body) && reply.status < 300
            ? notUnderstood(operation, reply.requestId, why)
            : ofPage(operation, reply, clean);
      }
    },
  };
}

type Clean = (text: string) => string;

function ofNetwork(operation: string, reply: Extract<Reply, { kind: 'network' }>, clean: Clean): Fault {
  const { advice, repeatable } = adviseOnNetwork(reply.code);
  const reached = reply.connected
    ? 'whether the service received the request is unknown'
    : 'the service never received the request';
  return {
    operation,
    code: clean(reply.code),
    message: clean(`${reply.message}; ${reached}`),
    requestId: '',
    advice,
    repeatable,
    retryAfter: undefined,
  };
}

function ofError(
  operation: string,
  reply: Extract<Reply, { kind: 'error' }>,
  setting: Where & { operation: string },
  clean: Clean,
): Fault {
  const read = failure.safeParse(reply.error);
  const told = read.success ? read.data : {};
  const code = told.Code ?? '';
  if (code === '') return ofPage(operation, reply, clean);
  const known = adviseOnCode(code, reply.status, setting);
  return {
    operation,
    code: clean(code),
    // The message to a wrong signature is the service's string to sign, of no use to a reader.
    message:
      code === 'SignatureDoesNotMatch'
        ? 'the signature is not the one the service computed'
        : clean(told.Message ?? ''),
    requestId: clean(told.RequestId ?? reply.requestId),
    advice: known.advice,
    // Newer SDKs know throttling by this header rather than by the code (aliyun/darabonba-openapi#283).
    repeatable: known.repeatable || reply.retryAfter !== undefined,
    retryAfter: reply.retryAfter,
  };
}

function ofPage(operation: string, reply: Exclude<Reply, { kind: 'network' }>, clean: Clean): Fault {
  const { advice, repeatable } = adviseOnPage(reply.status);
  const { requestId, retryAfter, status } = reply;
  return {
    operation,
    code: `NotJson${status === 0 ? '' : `.${status}`}`,
    message: `HTTP ${status === 0 ? 'status unknown' : status}, and what came is not the JSON of the API`,
    requestId: clean(requestId),
    advice,
    repeatable,
    retryAfter,
  };
}

/** An answer cut short was JSON once; it says nothing on whether the call took effect. */
function looksLikeJson(body: string): boolean {
  const text = body.trim();
  return text.startsWith('{') && text.endsWith('}');
}
