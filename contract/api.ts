import { call, type Destination, type Keys, type Reply } from '../src/alibaba/call.js';
import type { Answer, Fault } from '../src/rollout/model.js';
import { adviceOnCode, adviceOnNetwork, inOptions } from './advice.js';
import { memberOf, parseAnswer, textOf } from './answers.js';
import type { Clock, Pace } from './pace.js';
import { Stopped } from './stopped.js';

/** What came back of one call. */
export type Said =
  /** `date` is the service's clock, in ms since the epoch, where it told it; `at` ours. */
  | { readonly kind: 'answer'; readonly json: unknown; readonly date: number | undefined; readonly at: number }
  | Refusal
  /** `advice` where there is more to say than to look at network, endpoint and region. */
  | { readonly kind: 'lost'; readonly why: string; readonly advice?: string };

export interface Refusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly status: number;
  /** As the service wrote it, without secrets. */
  readonly message: string;
  /** In ms, where the service told it. */
  readonly retryAfter: number | undefined;
}

/** Parameters by place. */
export interface Parameters {
  readonly body?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

export interface Api {
  /** In its turn, and again after a pause where the account is throttled; `again` is waited for before each of those. */
  readonly ask: (operation: string, parameters: Parameters, again?: () => Promise<unknown>) => Promise<Said>;
  /** At once and once. */
  readonly askAtOnce: (operation: string, parameters: Parameters) => Promise<Said>;
  /** Calls that were sent. */
  readonly calls: () => number;
}

interface ApiOptions {
  readonly destination: Destination;
  readonly keys: () => Promise<Answer<Keys>>;
  readonly redact: (text: string) => string;
  readonly pace: Pace;
  readonly clock: Clock;
}

const VERSION = '2024-09-10';

/** Before a throttled call is sent again, in ms; after the last it stays refused. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000] as const;

const BUSY = /Throttling|TooManyRequests|ServiceBusy|LockFailed|ServiceUnavailable/;

export function isBusy(said: Said): boolean {
  return said.kind === 'refused' && BUSY.test(said.code);
}

export function openApi({ destination, keys, redact, pace, clock }: ApiOptions): Api {
  let calls = 0;
  const askAtOnce: Api['askAtOnce'] = async (action, { body = {}, query = {} }) => {
    const signer = await keys();
    if (!signer.ok) throw unsigned('No keys to sign with', signer.error);
    calls += 1;
    const reply = await call(destination, { action, version: VERSION, body, query, keys: signer.value });
    return saidIn(reply, redact, clock.now());
  };
  return {
    askAtOnce,
    calls: () => calls,
    ask: async (operation, parameters, again = async () => {}) => {
      for (const pause of PAUSES) {
        await pace();
        const said = await askAtOnce(operation, parameters);
        if (!isBusy(said)) return said;
        await clock.sleep(pause);
        await again();
      }
      await pace();
      return askAtOnce(operation, parameters);
    },
  };
}

function saidIn(reply: Reply, redact: (text: string) => string, at: number): Said {
  switch (reply.kind) {
    case 'answer':
      return answerIn(reply.body, reply, redact, at);
    case 'error':
      return refusalIn(reply.error, reply, redact);
    case 'unreadable':
      return { kind: 'lost', why: `HTTP ${reply.status} with something that is no JSON` };
    case 'network':
      return { kind: 'lost', why: redact(`${reply.code}: ${reply.message}`), advice: adviceOnNetwork(reply.code) };
    case 'unsigned':
      throw unsigned('Nothing could be signed', reply.fault);
  }
}

/** A policy that the advice speaks of follows it, in one line. */
function unsigned(what: string, { message, advice, snippet = '' }: Fault): Stopped {
  const policy = snippet === '' ? '' : ` ${snippet.replace(/\s+/g, ' ')}`;
  return new Stopped(`${what}${sentence(message)}`, `${inOptions(advice)}${policy}`);
}

function answerIn(
  body: string,
  { status, date, retryAfter }: Extract<Reply, { kind: 'answer' }>,
  redact: (text: string) => string,
  at: number,
): Said {
  if (status >= 300) return { kind: 'lost', why: `HTTP ${status} in place of an answer` };
  let json: unknown;
  try {
    json = parseAnswer(body);
  } catch {
    return { kind: 'lost', why: `HTTP ${status} with something that is no JSON` };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { kind: 'lost', why: `HTTP ${status} with JSON that is no object` };
  // A gateway may send an error with HTTP 200.
  const code = textOf(memberOf(json, 'Code')) ?? '';
  return code === '' ? { kind: 'answer', json, date, at } : refusalIn({ ...json }, { status, retryAfter }, redact);
}

function refusalIn(
  error: Readonly<Record<string, unknown>>,
  { status, retryAfter }: { readonly status: number; readonly retryAfter: number | undefined },
  redact: (text: string) => string,
): Refusal {
  const code = textOf(error['Code']) ?? '';
  // To a wrong signature it is the text that was to be signed, of no use to a reader.
  const said =
    code === 'SignatureDoesNotMatch' ? 'the signature is not the one the service computed' : error['Message'];
  const message = redact(textOf(said) ?? '');
  return { kind: 'refused', code: /^[A-Za-z][\w.]{0,80}$/.test(code) ? code : 'Unnamed', status, message, retryAfter };
}

/** For a call without which nothing can be told: its answer, or an end with advice. */
export function answerOf(
  said: Said,
  operation: string,
  {
    routine,
    env,
    region,
  }: { readonly routine: string; readonly env: 'staging' | 'production'; readonly region: string },
): unknown {
  if (said.kind === 'answer') return said.json;
  if (said.kind === 'lost') {
    const { why, advice = 'Check the network, `--endpoint` and `--region`, and run again.' } = said;
    throw new Stopped(`${operation} had no answer that could be understood: ${why}.`, advice);
  }
  const { code, status } = said;
  const advice = adviceOnCode(code, status, { routine, env, region, operation });
  throw new Stopped(`${operation} was refused: ${code} (HTTP ${status})${sentence(said.message)}`, advice);
}

/** What a service says, cut to what a reader can use, with one stop at its end. */
function sentence(message: string): string {
  const text = message.replace(/\s+/g, ' ').trim();
  const short = [...text].length > LONGEST_MESSAGE ? `${[...text].slice(0, LONGEST_MESSAGE).join('')}…` : text;
  return short === '' ? '.' : `: ${short.replace(/\.$/, '')}.`;
}

const LONGEST_MESSAGE = 300;
