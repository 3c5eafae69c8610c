import Log from '@alicloud/log';
import { withinLimits } from '../network/limits.js';
import type { Answer, Fault } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import type { Advice } from './advice.js';
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

/** The rows of an answer, and whether all logs of the window were looked at. */
export interface LogRows {
  readonly rows: readonly unknown[];
  readonly complete: boolean;
}

export interface LogOptions {
  readonly keys: () => Promise<Answer<Keys>>;
  /** The service says that the keys have ended. */
  readonly invalidate: () => boolean;
  readonly redact: (text: string) => string;
  /** What a code of Log Service means, by its message where the code alone does not tell. */
  readonly advise: (code: string, message: string) => Advice;
}

const OPERATION = 'GetLogs';

/**
 * Reads logs by Alibaba Cloud's SDK for Log Service, which signs and sends: over httpx, so that proxies, limits and
 * certificates are those of every other call. Source: https://help.aliyun.com/zh/sls/developer-reference/api-getlogs
 */
export function logReader(to: Destination, options: LogOptions): (query: LogQuery) => Promise<Answer<LogRows>> {
  const { redact } = options;
  return async (query) => {
    const keys = await options.keys();
    if (!keys.ok) return failed(keys.error);
    const reply = await read(to, keys.value, query);
    if (reply.kind === 'rows') return succeeded(reply);
    const { Message: said } = reply.kind === 'error' ? reply.error : {};
    const message = typeof said === 'string' ? said : '';
    const advise = (code: string) => options.advise(code, message);
    const faultOf = faultMaker({ advise, endpointInput: 'gate-logs-endpoint', writes: new Set(), redact });
    return failed(withOtherKeys(faultOf, reply, options));
  };
}

function withOtherKeys(faultOf: FaultMaker, reply: Reply, { invalidate }: LogOptions): Fault {
  const fault = faultOf(OPERATION, reply, '');
  const ended = /^SecurityToken\.?Expired$/.test(fault.code) || /security token .*expired/i.test(fault.message);
  return ended && invalidate() ? { ...fault, transient: true } : fault;
}

async function read(to: Destination, keys: Keys, query: LogQuery): Promise<Reply | ({ kind: 'rows' } & LogRows)> {
  const { endpoint, timeout, hurry } = to;
  installAgent();
  const limits = { connect: Math.min(timeout, CONNECT_TIMEOUT), total: timeout, hurry };
  const result = await withinLimits(limits, () => send(to, keys, query));
  const { headers = {}, statusCode: status = 0 } = result.seen.response ?? {};
  const requestId = String(headers['x-log-requestid'] ?? '');
  if (result.ok) {
    const complete = headers['x-log-progress'] === 'Complete';
    if (status === 200 && Array.isArray(result.value)) return { kind: 'rows', rows: result.value, complete };
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
  // The SDK's own time-out comes after ours.
  const runtime = { timeout: timeout + 1_000 };
  return client._request('GET', isLoopback ? undefined : project, path, query, null, headers, runtime);
}
