import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { answerLogQuery, fields, type LogQuestion, type LogRow, readLogQuery } from './log-query.js';
import { authenticateLog, type LogRefusal, type LogRequest, refuseLog } from './log-signature.js';
import type { LogStore, LogWorld } from './log-store.js';
import type { World } from './world.js';

/** Log Service is told from ESA by its paths. */
export const logPrefix = '/logstores/';

/** A request to Log Service, and what became of it. */
export interface LoggedLogRequest {
  readonly at: number;
  /** The Host header. */
  readonly host: string;
  readonly from: number;
  readonly to: number;
  readonly query: string;
  readonly status: number;
  readonly errorCode?: string;
  readonly rows: number;
  /** The rows, where it was asked for counts. */
  readonly counts: readonly LogRow[];
  readonly progress: 'Complete' | 'Incomplete';
  readonly requestId: string;
  /** Who says to have signed it; empty where nobody does. */
  readonly accessKeyId: string;
}

export interface LogServerContext {
  readonly world: World;
  readonly store: LogStore;
  readonly requests: LoggedLogRequest[];
  readonly now: () => number;
}

interface Asked {
  readonly project: string;
  readonly logstore: string;
  readonly from: number;
  readonly to: number;
  readonly query: string;
  readonly line: number;
  readonly offset: number;
}

/** Answers GetLogs, by GET, and GetLogsV2, by POST, of the one project of the world. */
export function logHandler(context: LogServerContext): RequestListener {
  return (message, response) => {
    readLogRequest(message).then(
      (request) => handle(context, request, response),
      // The client went away in mid-request: there is nobody to answer.
      () => message.socket.destroy(),
    );
  };
}

async function readLogRequest(message: IncomingMessage): Promise<LogRequest> {
  const url = new URL(message.url ?? '/', 'http://emulator');
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value ?? '')]);
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: [...url.searchParams],
    headers: Object.fromEntries(headers),
    body: await buffer(message),
  };
}

function handle(
  { world, store, requests, now }: LogServerContext,
  request: LogRequest,
  response: ServerResponse,
): void {
  const asked = askedOf(request);
  const question = asked === undefined ? undefined : readLogQuery(asked.query);
  const refusal = refusalOf(world, request, asked, question, now());
  const isWhole = !((world.logs?.incomplete ?? 0) > 0);
  if (refusal === undefined && !isWhole && world.logs !== undefined)
    world.logs.incomplete = (world.logs.incomplete ?? 0) - 1;
  const found =
    refusal !== undefined || asked === undefined || question === undefined
      ? []
      : rowsOf(store, asked, { question, isWhole, nameless: world.quirks.logsWithoutVersion });
  const progress = isWhole ? 'Complete' : 'Incomplete';
  const { host = '' } = request.headers;
  const { from = 0, to = 0, query = '' } = asked ?? {};
  const { status = 200 } = refusal ?? {};
  const code = refusal === undefined ? {} : { errorCode: refusal.errorCode };
  const counts = question?.kind === 'counts' ? found : [];
  const [, accessKeyId = ''] = /^LOG ([^:]+):/.exec(request.headers['authorization'] ?? '') ?? [];
  const requestId = nextRequestId();
  const known = { host, from, to, query, accessKeyId, requestId };
  requests.push({ at: now(), ...known, status, rows: found.length, counts, progress, ...code });
  const isV2 = request.method === 'POST';
  const meta = { progress, count: found.length, hasSQL: question?.kind === 'counts', processedRows: found.length };
  const body = refusal === undefined ? (isV2 ? { meta, data: found } : found) : errorOf(refusal);
  reply(response, status, body, { progress, requestId, now: now() });
}

const errorOf = ({ errorCode, errorMessage }: LogRefusal) => ({ errorCode, errorMessage });

function rowsOf(
  store: LogStore,
  { from, to, line, offset }: Asked,
  { question, isWhole, nameless }: { question: LogQuestion; isWhole: boolean; nameless: boolean },
): readonly LogRow[] {
  const entries = store.read(from, to);
  const seen = isWhole ? entries : entries.slice(0, Math.floor(entries.length / 2));
  const rows = answerLogQuery(question, seen, nameless);
  return question.kind === 'counts' ? rows : rows.slice(offset, offset + line);
}

/** Undefined where the request has not the form of either operation. */
function askedOf({ method, path, query, headers, body }: LogRequest): Asked | undefined {
  const [, logstore, logs] = /^\/logstores\/([^/]+)(\/logs)?$/.exec(path) ?? [];
  const [project = ''] = (headers['host'] ?? '').split('.');
  const given: Readonly<Record<string, unknown>> = method === 'POST' ? jsonOf(body) : Object.fromEntries(query);
  const isForm = method === 'POST' ? logs !== undefined : method === 'GET' && given['type'] === 'log';
  const [from, to] = [Number(given['from']), Number(given['to'])];
  if (logstore === undefined || !isForm || !Number.isInteger(from) || !Number.isInteger(to)) return undefined;
  const [line, offset] = [Number(given['line'] ?? 100), Number(given['offset'] ?? 0)];
  return { project, logstore, from, to, query: typeof given['query'] === 'string' ? given['query'] : '', line, offset };
}

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(String(body)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function refusalOf(
  world: World,
  request: LogRequest,
  asked: Asked | undefined,
  question: LogQuestion | undefined,
  now: number,
): LogRefusal | undefined {
  const logs: LogWorld | undefined = world.logs;
  const scripted = logs?.errors?.shift();
  if (scripted !== undefined) return scripted;
  if (asked === undefined) return refuseLog(400, 'ParameterInvalid', 'The request is neither GetLogs nor GetLogsV2.');
  const { project, logstore, from, to } = asked;
  if (logs === undefined || logs.project !== project)
    return refuseLog(404, 'ProjectNotExist', `The Project does not exist : ${project}`);
  const who = authenticateLog(request, world.credentials, now);
  if ('errorCode' in who) return who;
  const action = 'log:GetLogStoreLogs';
  if (who.allow !== undefined && !who.allow.includes(action))
    return refuseLog(401, 'Unauthorized', `denied by sts or ram, action: ${action}, resource: ${project}/${logstore}`);
  if (logs.logstore !== logstore) return refuseLog(404, 'LogStoreNotExist', `logstore ${logstore} does not exist`);
  if (logs.index === null) return refuseLog(404, 'IndexConfigNotExist', 'logstore without index config');
  if (to <= from) return refuseLog(400, 'ParameterInvalid', 'from must be less than to');
  if (question === undefined) return refuseLog(400, 'ParameterInvalid', `the emulator does not know: ${asked.query}`);
  const missing = question.kind === 'counts' && fields.find((field) => logs.index?.includes(field) === false);
  if (!missing) return undefined;
  return refuseLog(
    400,
    'ParameterInvalid',
    `Column '${missing}' cannot be resolved; please add the column in the index attribute`,
  );
}

let answers = 0;

function nextRequestId(): string {
  answers += 1;
  return (0x5b0a_6b60 + answers).toString(16).toUpperCase().padEnd(24, '0');
}

interface Head {
  readonly progress: string;
  readonly requestId: string;
  readonly now: number;
}

function reply(response: ServerResponse, status: number, value: unknown, { progress, requestId, now }: Head): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    date: new Date(now).toUTCString(),
    'x-log-requestid': requestId,
    ...(status === 200 && { 'x-log-progress': progress, 'x-log-count': Array.isArray(value) ? value.length : 0 }),
  });
  response.end(body);
}
