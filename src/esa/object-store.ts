import { idIn } from '../alibaba/answer.js';
import { type Answered, type Attempted, attempt, type CallFailure, type RetryPolicy } from '../alibaba/attempt.js';
import { CONNECT_TIMEOUT, failureOf } from '../alibaba/call.js';
import { adviseOnNetwork } from '../alibaba/network-advice.js';
import { type FormAnswer, postForm } from '../network/form-post.js';
import { withinLimits } from '../network/limits.js';
import type { Append, Package } from '../ports.js';
import { oneLine, withoutStop } from '../rollout/escape.js';
import type { Fault } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import type { UploadForm } from './upload-form.js';

/** The name of this call in the log; object storage calls it so. */
export const POST_OBJECT = 'PostObject';

export interface StoreOptions {
  readonly append: Append;
  /** In ms since the epoch. */
  readonly now: () => number;
  readonly redact: (text: string) => string;
  /** Longest time without progress, in ms. */
  readonly timeout: number;
  readonly hurry: AbortSignal;
}

/** Posts a package by a form, once; a line of the timeline, as every call. */
export function postPackage(
  form: UploadForm,
  code: Package,
  options: StoreOptions,
  how: { readonly number: number; readonly retryPolicy: RetryPolicy },
): Promise<Attempted<null>> {
  const { timeout, hurry, now } = options;
  return attempt<null>(options, {
    operation: POST_OBJECT,
    attempt: how.number,
    retryPolicy: how.retryPolicy,
    send: async () => {
      const limits = {
        connect: Math.min(timeout, CONNECT_TIMEOUT),
        total: Math.max(1_000, form.until - now()),
        hurry,
      };
      const file = { name: 'code', size: code.size, open: code.open };
      const result = await withinLimits(limits, () =>
        postForm({ url: form.url, fields: form.fields, file, idle: timeout }),
      );
      if (result.ok) return judged(result.value, options);
      const { protocol, host } = form.url;
      const endpoint = { protocol: protocol === 'https:' ? 'https' : 'http', host } as const;
      const reply = failureOf(result.error, result.seen, { endpoint, timeout, hurry });
      return failed({ fault: networkFault(reply, options), sent: true });
    },
  });
}

function judged(answer: FormAnswer, options: StoreOptions): Result<Answered<null>, CallFailure> {
  const requestId = idIn(options.redact(String(answer.headers['x-oss-request-id'] ?? '')));
  if (answer.status === 200 || answer.status === 204) return succeeded({ data: null, requestId, date: undefined });
  return failed({ fault: { ...refusal(answer, options), requestId }, sent: true });
}

const BASE = { operation: POST_OBJECT, throttled: false, mayHaveActed: false, retryAfter: undefined } as const;
const AGAIN = 'Run again; if it persists, open a ticket with the RequestId.';

/** The policy has run out: a new one is needed, and the same form is never taken again. */
export const POLICY_EXPIRED = 'PolicyExpired';

function refusal({ status, body }: FormAnswer, { redact }: StoreOptions): Omit<Fault, 'requestId'> {
  const said = (tag: string) =>
    oneLine(redact(new RegExp(`<${tag}>([^<]{0,2000})</${tag}>`).exec(body.slice(0, 16 * 1024))?.[1] ?? ''));
  const message = `object storage answered HTTP ${status}${said('Message') === '' ? '' : `: ${withoutStop(said('Message'))}`}`;
  if (status === 203)
    return {
      ...BASE,
      code: 'CallbackFailed',
      message: `${message}, so the code is stored and ESA was not told`,
      advice: AGAIN,
      transient: true,
    };
  if (status >= 300 && status < 400)
    return {
      ...BASE,
      code: 'Redirected',
      message: `${message}, a redirect, which object storage does not send and which is not followed`,
      advice: 'Something on the way answered in place of object storage: check the proxy of the runner.',
      transient: false,
    };
  const code = /^[A-Za-z0-9.]{1,64}$/.exec(said('Code'))?.[0] ?? `NotStored.${status}`;
  if (code === 'AccessDenied' && /policy expired/i.test(said('Message')))
    return { ...BASE, code: POLICY_EXPIRED, message, advice: SLOW, transient: true };
  const transient = status >= 500 || status === 408 || status === 429 || code === 'RequestTimeout';
  return { ...BASE, code, message, advice: transient ? AGAIN : REFUSED, transient };
}

export const SLOW =
  'An upload has to arrive within five minutes of its beginning. Make the code smaller, or run nearer to the service.';
const REFUSED = `Object storage does not take the form that ESA gave out, as when something on the way changes it: check the proxy of the runner. ${AGAIN}`;

function networkFault(reply: ReturnType<typeof failureOf>, { redact }: StoreOptions): Fault {
  const [code, message] =
    reply.kind === 'network' ? [reply.code, reply.message] : ['Unreadable', 'the answer was cut short'];
  const known = adviseOnNetwork(code, 'endpoint');
  const { transient } = known;
  const advice = OF_ITS_ADDRESS.has(code) ? UNREACHABLE : known.advice;
  return {
    ...BASE,
    code: oneLine(redact(code)),
    message: oneLine(redact(`${withoutStop(message)}; whether object storage took the code is unknown`)),
    requestId: '',
    advice,
    transient,
  };
}

/** Where the usual advice is to check an input: the address is ESA's, and no input replaces it. */
const OF_ITS_ADDRESS: ReadonlySet<string> = new Set([
  'AnswerTooLong',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const UNREACHABLE =
  'The runner has to reach object storage too, at the address that ESA names: check its firewall, its DNS, HTTPS_PROXY and NO_PROXY.';
