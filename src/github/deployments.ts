import { getOctokit } from '@actions/github';
import * as z from 'zod/mini';
import { withinLimits } from '../network/limits.js';
import type { Environment } from '../rollout/model.js';
import {
  description,
  type ListedRecord,
  type NewStatus,
  type RecordPayload,
  type RecordStatus,
  readPayload,
} from '../rollout/record.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import { fetchOverHttp } from './fetch.js';
import type { Budget } from './record-budget.js';
import { away, type Trouble, troubleIn } from './trouble.js';

/** Where records are kept, and by what right. */
export interface RecordPlace {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
  /** The commit that is deployed. */
  readonly sha: string;
  /** Name of a GitHub environment. */
  readonly environment: string;
  readonly runUrl: string;
}

type Told<T> = Result<T, Trouble>;

/** The requests of GitHub's REST API that a record needs. Each is sent once. */
export interface Deployments {
  /** The newest hundred of a task, newest first. */
  readonly list: (task: string) => Promise<Told<readonly ListedRecord[]>>;
  /** Newest first. */
  readonly statuses: (id: number) => Promise<Told<readonly RecordStatus[]>>;
  readonly create: (task: string, payload: RecordPayload) => Promise<Told<number>>;
  readonly addStatus: (id: number, status: NewStatus, environmentUrl: string | undefined) => Promise<Told<void>>;
}

interface Means {
  readonly budget: Budget;
  readonly cancelled: AbortSignal;
  readonly redact: (text: string) => string;
  readonly routine: string;
  readonly env: Environment;
}

/** Made where a record is asked for, and not as the action loads. */
function shapes() {
  // A number that JSON carries without rounding.
  const id = z.int().check(z.positive());
  return {
    listed: z.array(z.object({ id, task: z.optional(z.string()), payload: z.optional(z.unknown()) })),
    statuses: z.array(z.object({ state: z.string(), description: z.nullish(z.string()) })),
    created: z.object({ id }),
    anything: z.unknown(),
  };
}

const VERSION = { 'x-github-api-version': '2022-11-28' };
const MOST = 100;

const silent = () => {};

type Repos = ReturnType<typeof getOctokit>['rest']['repos'];
interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}
type Ask = <T>(shape: z.ZodMiniType<T>, send: (repos: Repos) => Promise<Answered>) => Promise<Told<T>>;

/** Octokit's own reading takes an object for text that has a member `toString`, as a payload of anybody's may. */
async function withJson(answer: Answered): Promise<Answered> {
  const text = await new Response(answer.data as ReadableStream | string).text();
  try {
    return { ...answer, data: JSON.parse(text) as unknown };
  } catch {
    return { ...answer, data: text };
  }
}

/** Within the budget, and read as what it has to be. */
function asking({ apiUrl, token }: RecordPlace, { budget, cancelled, redact }: Means): Ask {
  const open = () =>
    getOctokit(token, {
      baseUrl: apiUrl,
      userAgent: 'esa-canary-deploy',
      request: { fetch: fetchOverHttp, parseSuccessResponseBody: false },
      // It would put what a server says into the log as it is.
      log: { debug: silent, info: silent, warn: silent, error: silent },
    }).rest.repos;
  let opened: Repos | undefined;
  const repos = () => {
    opened ??= open();
    return opened;
  };
  return async <T>(shape: z.ZodMiniType<T>, send: (repos: Repos) => Promise<Answered>) => {
    const told = await budget.spend(async (total): Promise<Told<T>> => {
      const limits = { connect: total, total, hurry: cancelled, hurried: budget.hurried };
      const result = await withinLimits(limits, async () => withJson(await send(repos())));
      if (!result.ok) return failed(troubleIn(result.error, result.seen, redact));
      const { status } = result.value;
      if (status < 200 || status > 299) return failed(troubleIn({ response: result.value }, result.seen, redact));
      const read = shape.safeParse(result.value.data);
      return read.success ? succeeded(read.data) : failed(away('answered something that is no such thing', true));
    });
    return 'ok' in told ? told : failed(told);
  };
}

/** Source: https://docs.github.com/en/rest/deployments */
export function deploymentsAt(place: RecordPlace, means: Means): Deployments {
  const { owner, repo, sha, environment, runUrl } = place;
  const { routine, env } = means;
  const here = { owner, repo, headers: VERSION };
  const ask = asking(place, means);
  const { listed, statuses, created, anything } = shapes();
  return {
    list: async (task) => {
      const told = await ask(listed, (repos) => repos.listDeployments({ ...here, task, per_page: MOST }));
      if (!told.ok) return told;
      const ours = told.value.filter((one) => one.task === undefined || one.task === task);
      const records = ours.map((one) => ({ id: one.id, payload: readPayload(one.payload, routine, env) }));
      return succeeded(records.toSorted((one, other) => other.id - one.id));
    },
    statuses: async (deployment) => {
      const told = await ask(statuses, (repos) =>
        repos.listDeploymentStatuses({ ...here, deployment_id: deployment, per_page: MOST }),
      );
      return told.ok ? succeeded(told.value.map((one) => ({ ...one, description: one.description ?? '' }))) : told;
    },
    create: async (task, payload) => {
      const told = await ask(created, (repos) =>
        repos.createDeployment({
          ...here,
          ref: sha,
          task,
          auto_merge: false,
          required_contexts: [],
          payload: { ...payload },
          environment,
          description: description(`${routine} in ${env}`),
          production_environment: env === 'production',
        }),
      );
      return told.ok ? succeeded(told.value.id) : told;
    },
    addStatus: async (deployment, status, environmentUrl) => {
      const told = await ask(anything, (repos) =>
        repos.createDeploymentStatus({
          ...here,
          deployment_id: deployment,
          ...status,
          auto_inactive: false,
          ...(runUrl !== '' && { log_url: runUrl }),
          ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
        }),
      );
      return told.ok ? succeeded(undefined) : told;
    },
  };
}
