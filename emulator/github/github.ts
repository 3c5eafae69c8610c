import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Address, listen } from '../listener.js';
import { type Answer, addStatus, create, type Deployment, list, listStatuses, message } from './deployments.js';
import { counter, LIMITS, type Limits } from './limits.js';
import { type Asked, operationOf, violations } from './schema.js';

/** A GitHub that holds the deployments of one repository, as far as a record needs it. */
export interface GitHub extends AsyncDisposable {
  /** What the runner names GITHUB_API_URL. */
  readonly url: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Newest first. */
  readonly deployments: Deployment[];
  readonly requests: GitHubRequest[];
  /** What requests held that the published description does not allow. */
  readonly violations: string[];
  readonly limits: Limits;
  /** Of the token; 404 is what it gets where it may see nothing. */
  permission: 'write' | 'read' | 'none';
  /** The next requests of an operation, or of any, meet it. */
  readonly script: (fault: GitHubFault) => void;
}

export interface GitHubRequest {
  /** Such as `repos/create-deployment`. */
  readonly operation: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
  /** 0 while there is no answer, and for ever where a fault keeps it back. */
  status: number;
}

export interface GitHubFault {
  readonly operation?: string;
  /** For ever where it is left out. */
  readonly times?: number;
  /**
   * `silent` never answers; `reset` cuts the connection, `lost` does so after it has acted, and `late` is silent after it
   * has acted; `status` and `body` answer so without acting.
   */
  readonly effect:
    | { readonly kind: 'silent' | 'reset' | 'lost' | 'late' }
    | {
        readonly kind: 'answer';
        readonly status: number;
        readonly body: string;
        readonly headers?: Readonly<Record<string, string>>;
      };
}

export interface GitHubOptions extends Partial<Address> {
  readonly token?: string;
  readonly repository?: string;
  readonly limits?: Partial<Limits>;
  readonly now?: () => number;
}

/** One as GitHub counts them, so that ids of two kinds never meet by chance. */
const FIRST_ID = 2_914_000_001;

/** Starts to listen; any free port of this machine unless told otherwise. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { port = 0, host = '127.0.0.1', tls, token = 'ghs_0123456789abcdefABCDEF0123456789abcd' } = options;
  const limits = { ...LIMITS, ...options.limits };
  const faults: { fault: GitHubFault; left: number }[] = [];
  const world = {
    token,
    repository: options.repository ?? 'octo/edge',
    deployments: [] as Deployment[],
    requests: [] as GitHubRequest[],
    violations: [] as string[],
    limits,
    permission: 'write' as GitHub['permission'],
    script: (fault: GitHubFault) => faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
  };
  const context: Context = {
    github: world,
    counter: counter(limits),
    faults,
    now: options.now ?? Date.now,
    nextId: FIRST_ID,
  };
  const listener = await listen(
    (incoming, response) => {
      serve(context, incoming, response).catch(() => incoming.socket.destroy());
    },
    { port, host, tls },
  );
  return Object.assign(world, { url: listener.url, [Symbol.asyncDispose]: listener.close });
}

interface Context {
  readonly github: Omit<GitHub, 'url' | typeof Symbol.asyncDispose>;
  readonly counter: ReturnType<typeof counter>;
  readonly faults: { fault: GitHubFault; left: number }[];
  readonly now: () => number;
  nextId: number;
}

async function serve(context: Context, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://github');
  // Not GitHub's: what a script outside asks how things stand.
  if (url.pathname === '/_state') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ deployments: context.github.deployments, violations: context.github.violations }));
    return;
  }
  const body = await text(incoming);
  const asked: Asked = {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: body === '' ? undefined : parsed(body),
  };
  const operation = operationOf(asked)?.name ?? 'unknown';
  const request: GitHubRequest = { operation, body: asked.body, headers: incoming.headers, status: 0 };
  context.github.requests.push(request);
  context.github.violations.push(...violations(asked).map((one) => `${operation}: ${one}`));
  const fault = takeFault(context, operation);
  if (fault?.kind === 'silent') return;
  if (fault?.kind === 'reset') return void incoming.socket.destroy();
  if (fault?.kind === 'answer') {
    request.status = fault.status;
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body);
    return;
  }
  const answer = answered(context, asked);
  if (fault?.kind === 'late') return;
  if (fault?.kind === 'lost') return void incoming.socket.destroy();
  request.status = answer.status;
  const headers = { 'content-type': 'application/json; charset=utf-8', ...context.counter.headers(context.now()) };
  response.writeHead(answer.status, { ...headers, ...answer.headers }).end(JSON.stringify(answer.body));
}

function takeFault({ faults }: Context, operation: string): GitHubFault['effect'] | undefined {
  const found = faults.find((one) => one.left > 0 && (one.fault.operation ?? operation) === operation);
  if (found !== undefined) found.left -= 1;
  return found?.fault.effect;
}

function answered(context: Context, asked: Asked): Answer & { readonly headers?: Readonly<Record<string, string>> } {
  const { github, counter: limit, now } = context;
  const operation = operationOf(asked);
  if (operation === undefined) return message(404, 'Not Found');
  const given = /^(?:token|bearer) (\S+)$/i.exec(String(asked.headers['authorization'] ?? ''))?.[1];
  if (given !== github.token) return message(401, 'Bad credentials');
  const refused = limit.take(operation.method === 'POST', now());
  if (refused?.kind === 'primary') return message(403, 'API rate limit exceeded for installation ID 4711.');
  if (refused?.kind === 'secondary') {
    const answer = message(
      403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    );
    return { ...answer, headers: { 'retry-after': String(refused.retryAfter) } };
  }
  const { owner, repo, deployment_id: id } = operation.values;
  if (github.permission === 'none' || `${owner}/${repo}` !== github.repository) return message(404, 'Not Found');
  if (github.permission === 'read' && operation.method === 'POST')
    return message(403, 'Resource not accessible by integration');
  const wrong = violations(asked);
  if (wrong.length > 0) return message(422, `Validation Failed: ${wrong.join('; ')}`);
  return act(context, operation.name, id, asked);
}

function act(context: Context, operation: string, id: string | undefined, asked: Asked): Answer {
  const { github, now } = context;
  const all = github.deployments;
  const url = `https://api.github.test/repos/${github.repository}`;
  const given = (asked.body ?? {}) as Readonly<Record<string, unknown>>;
  if (operation === 'repos/list-deployments') return list(all, asked.query, url);
  if (operation === 'repos/create-deployment') return create(all, given, context.nextId++, now(), url);
  const found = all.find((one) => String(one.id) === id);
  if (found === undefined) return message(404, 'Not Found');
  if (operation === 'repos/list-deployment-statuses') return listStatuses(found, asked.query, url);
  return addStatus(all, found, given, context.nextId++, now(), url);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
