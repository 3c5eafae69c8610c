/** The deployments of one repository, and what GitHub answers of them. */
export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string;
  readonly transient: boolean;
  readonly production: boolean;
  readonly autoMerge: boolean;
  readonly requiredContexts: readonly string[] | undefined;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Newest first. */
  readonly statuses: Status[];
}

export interface Status {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Given = Readonly<Record<string, unknown>>;

const text = (value: unknown, otherwise = '') => (typeof value === 'string' ? value : otherwise);
export const message = (status: number, said: string): Answer => ({
  status,
  body: { message: said, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});

const REF = /^(?:[0-9a-f]{40}|[\w./-]{1,100})$/;

export function create(all: Deployment[], given: Given, id: number, at: number, url: string): Answer {
  const ref = text(given['ref']);
  if (!REF.test(ref)) return message(422, `No ref found for: ${ref}`);
  // Without these GitHub merges the default branch, or waits for checks.
  if (given['auto_merge'] !== false)
    return { status: 202, body: { message: 'Auto-merged main into it on deployment.' } };
  const environment = text(given['environment'], 'production');
  const deployment: Deployment = {
    id,
    sha: /^[0-9a-f]{40}$/.test(ref) ? ref : '0'.repeat(40),
    ref,
    task: text(given['task'], 'deploy'),
    payload: given['payload'] ?? '',
    environment,
    description: text(given['description']),
    transient: given['transient_environment'] === true,
    production:
      typeof given['production_environment'] === 'boolean'
        ? given['production_environment']
        : environment === 'production',
    autoMerge: false,
    requiredContexts: given['required_contexts'] as readonly string[] | undefined,
    createdAt: rfc3339(at),
    statuses: [],
  };
  all.unshift(deployment);
  return { status: 201, body: shown(deployment, url) };
}

export function addStatus(
  all: readonly Deployment[],
  to: Deployment,
  given: Given,
  id: number,
  at: number,
  url: string,
): Answer {
  const description = text(given['description']);
  if ([...description].length > 140)
    return message(422, 'Validation Failed: description is too long (maximum is 140 characters)');
  const status: Status = {
    id,
    state: text(given['state']),
    description,
    environmentUrl: text(given['environment_url']),
    logUrl: text(given['log_url']),
    createdAt: rfc3339(at),
  };
  to.statuses.unshift(status);
  if (status.state === 'success' && given['auto_inactive'] !== false) makeInactive(all, to, id, at);
  return { status: 201, body: shownStatus(to, status, url) };
}

/** What `auto_inactive` does unless it is false. */
function makeInactive(all: readonly Deployment[], to: Deployment, id: number, at: number): void {
  for (const other of all) {
    const isHit = other.id < to.id && other.environment === to.environment && !other.transient && !other.production;
    if (!isHit || other.statuses[0]?.state !== 'success') continue;
    other.statuses.unshift({
      id,
      state: 'inactive',
      description: '',
      environmentUrl: '',
      logUrl: '',
      createdAt: rfc3339(at),
    });
  }
}

export function list(all: readonly Deployment[], query: URLSearchParams, url: string): Answer {
  const wanted = ['sha', 'ref', 'task', 'environment'] as const;
  const found = all.filter((one) => wanted.every((name) => !query.has(name) || query.get(name) === one[name]));
  return { status: 200, body: paged(found, query).map((one) => shown(one, url)) };
}

export function listStatuses(deployment: Deployment, query: URLSearchParams, url: string): Answer {
  return { status: 200, body: paged(deployment.statuses, query).map((one) => shownStatus(deployment, one, url)) };
}

function paged<T>(all: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Number(query.get('per_page') ?? 30);
  const first = (Number(query.get('page') ?? 1) - 1) * size;
  return all.slice(first, first + size);
}

const rfc3339 = (at: number) => new Date(at).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');

function shown(deployment: Deployment, url: string) {
  const { id, sha, ref, task, payload, environment, description, createdAt, statuses } = deployment;
  return {
    url: `${url}/deployments/${id}`,
    id,
    node_id: `DE_${id}`,
    sha,
    ref,
    task,
    payload,
    original_environment: environment,
    environment,
    description,
    creator: null,
    created_at: createdAt,
    updated_at: statuses[0]?.createdAt ?? createdAt,
    statuses_url: `${url}/deployments/${id}/statuses`,
    repository_url: url,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
  };
}

function shownStatus({ id: deployment, environment }: Deployment, status: Status, url: string) {
  const { id, state, description, environmentUrl, logUrl, createdAt } = status;
  return {
    url: `${url}/deployments/${deployment}/statuses/${id}`,
    id,
    node_id: `DES_${id}`,
    state,
    creator: null,
    description,
    environment,
    target_url: logUrl,
    created_at: createdAt,
    updated_at: createdAt,
    deployment_url: `${url}/deployments/${deployment}`,
    repository_url: url,
    environment_url: environmentUrl,
    log_url: logUrl,
  };
}
