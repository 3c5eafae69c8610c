import { Agent } from 'node:http';
import Log from '@alicloud/log';
import { withinLimits } from '../network/limits.js';
import type { Append } from '../ports.js';
import type { Answer, Fault } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import type { Advice } from './advice.js';
import { idIn } from './answer.js';
import { type Answered, attempt, type CallFailure, type FailedAttempt, type RetryPolicy } from './attempt.js';
import { CONNECT_TIMEOUT, type Destination, failureOf, type Keys, type Reply } from './call.js';
import { type FaultMaker, faultMaker } from './fault.js';
import { installAgent } from './httpx-agent.js';

/** A query of one logstore of Log Service (SLS) over [from, to), in seconds since the epoch. */
export interface LogQuery {
  readonly project: string;
  readonly logstore: string;
  readonly from: number;
  readonly to: number;
  /** Search and SQL, as Log Service takes them: `search | SELECT ...`. */
  readonly query: string;
}

/** Which try of its query a request is, counted from 1, and when there is another. */
export interface LogAttempt {
  readonly attempt: number;
  readonly retryPolicy: RetryPolicy;
}

export interface LogOptions {
  readonly append: Append;
  readonly now: () => number;
  readonly keys: () => Promise<Answer<Keys>>;
  /** The service says that the keys have ended. */
  readonly invalidate: () => boolean;
  readonly redact: (text: string) => string;
  /** What a code of Log Service means, by its message where the code alone does not tell. */
  readonly advise: (code: string, message: string) => Advice;
}

const OPERATION = 'GetLogs';

/** What is read of an answer, before it is known whether all logs of the window were looked at. */
interface Rows {
  readonly kind: 'rows';
  readonly rows: readonly unknown[];
  readonly complete: boolean;
  readonly requestId: string;
}

/**
 * Reads logs by Alibaba Cloud's SDK for Log Service, which signs and sends: over httpx, so that proxies, limits and
 * certificates are those of every other call. Gives the rows of an answer for which all logs of the window were looked at;
 * any other is a fault, worth asking again. Source: https://help.aliyun.com/zh/sls/developer-reference/api-getlogs
 */
export function logReader(
  to: Destination,
  options: LogOptions,
): (query: LogQuery, how: LogAttempt) => Promise<Result<readonly unknown[], FailedAttempt>> {
  return async (query, how) => {
    const answer = await attempt<readonly unknown[]>(options, {
      operation: OPERATION,
      ...how,
      send: async () => {
        const keys = await options.keys();
        if (!keys.ok) return failed({ fault: keys.error, sent: false });
        return readAnswer(await read(to, keys.value, query), options);
      },
    });
    return answer.ok ? succeeded(answer.value.data) : answer;
  };
}

function readAnswer(reply: Reply | Rows, options: LogOptions): Result<Answered<readonly unknown[]>, CallFailure> {
  const { redact } = options;
  if (reply.kind === 'rows') {
    const requestId = idIn(redact(reply.requestId));
    if (reply.complete) return succeeded({ data: reply.rows, requestId, date: undefined });
    return failed({ fault: { ...INCOMPLETE, requestId }, sent: true });
  }
  const { Message: said } = reply.kind === 'error' ? reply.error : {};
  const message = typeof said === 'string' ? said : '';
  const advise = (code: string) => options.advise(code, message);
  const faultOf = faultMaker({ advise, endpointInput: 'gate-logs-endpoint', writes: new Set(), redact });
  return failed({ fault: withOtherKeys(faultOf, reply, options), sent: true });
}

const INCOMPLETE: Omit<Fault, 'requestId'> = {
  operation: OPERATION,
  code: 'Incomplete',
  message: 'Log Service had not looked at all logs of the window',
  advice: 'A shorter bake, or an index on fewer fields, is quicker.',
  transient: true,
  throttled: false,
  mayHaveActed: false,
  retryAfter: undefined,
};

function withOtherKeys(faultOf: FaultMaker, reply: Reply, { invalidate }: LogOptions): Fault {
  const fault = faultOf(OPERATION, reply, '');
  const ended = /^SecurityToken\.?Expired$/.test(fault.code) || /security token .*expired/i.test(fault.message);
  // A check ends in seconds, and waits for nobody's quota as the account of a deployment is waited for.
  return { ...fault, throttled: false, transient: fault.transient || (ended && invalidate()) };
}

async function read(to: Destination, keys: Keys, query: LogQuery): Promise<Reply | Rows> {
  const { endpoint, timeout, hurry } = to;
  installAgent();
  const limits = { connect: Math.min(timeout, CONNECT_TIMEOUT), total: timeout, hurry };
  const result = await withinLimits(limits, () => send(to, keys, query));
  const { headers = {}, statusCode: status = 0 } = result.seen.response ?? {};
  const requestId = String(headers['x-log-requestid'] ?? '');
  if (result.ok) {
    const complete = headers['x-log-progress'] === 'Complete';
    if (status === 200 && Array.isArray(result.value)) return { kind: 'rows', rows: result.value, complete, requestId };
    return { kind: 'unreadable', status, requestId, retryAfter: undefined };
  }
  const { code, message } = result.error as { code?: unknown; message?: string };
  // The SDK has made an error of what the service said, which came whole and as JSON.
  if (typeof code === 'string' && status >= 400 && result.seen.response?.complete === true) {
    const error = { Code: code, Message: message ?? '', RequestId: requestId };
    return { kind: 'error', status, error, retryAfter: undefined, requestId };
  }
  const host = endpoint.protocol === 'http' ? endpoint.host : `${query.project}.${endpoint.host}`;
  return failureOf(result.error, result.seen, { ...to, endpoint: { ...endpoint, host } });
}

/** On loopback there are no names for projects: the connection goes to the host, and the project is told by a header. */
function send({ endpoint, timeout }: Destination, keys: Keys, { project, logstore, ...asked }: LogQuery) {
  const client = new Log({
    ...keys,
    endpoint: `${endpoint.protocol}://${endpoint.host}`,
    userAgent: 'esa-canary-deploy',
  });
  const isLoopback = endpoint.protocol === 'http';
  const headers = { 'accept-encoding': 'identity', ...(isLoopback && { host: `${project}.${endpoint.host}` }) };
  const path = `/logstores/${logstore}`;
  const query = { type: 'log', ...asked };
  // The SDK's own time-out comes after ours. httpx leaves timers of ESA's calls on a connection, and they would end an
  // answer that comes over the same one: on loopback both may be at one port.
  const runtime = { timeout: timeout + 1_000, ...(isLoopback && { agent: new Agent() }) };
  return client._request('GET', isLoopback ? undefined : project, path, query, null, headers, runtime);
}
