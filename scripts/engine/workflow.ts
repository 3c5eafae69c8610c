/** A workflow file as far as the engine reads it. Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax */
export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly strategy?: { readonly matrix?: unknown };
  readonly environment?: unknown;
  readonly concurrency?: unknown;
  readonly steps?: readonly Step[];
}

export interface Input {
  readonly required?: boolean;
  readonly default?: string | number | boolean;
  readonly type?: string;
  readonly options?: readonly string[];
}

export interface Workflow {
  readonly name?: string;
  readonly on?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a run of act needs to be told, by hand or by what an example usually needs. */
export interface Given {
  readonly inputs: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export const ACTION = /^OWNER\/esa-canary-deploy@/;
/** How a script starts the contract check; the groups are the words of the routine and of the environment. */
export const CONTRACT = /\bnode dist\/dev\/contract\.cjs --routine (\S+) --env (\S+)/g;
/** Of a URL; an expression may name it. */
export const HOST = /https:\/\/(?:\$\{\{(?:(?!\}\}).)*\}\}|[\w.-])+(?::\d+)?/g;
/** The first group is the path within the repository. */
export const REUSABLE = /^(?:OWNER\/esa-canary-deploy|\.)\/(\.github\/workflows\/[^@]+)/;

export type Event = 'workflow_dispatch' | 'schedule' | 'workflow_call' | 'push' | (string & {});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The events that start it, in their order. */
export function eventsOf({ on }: Workflow): readonly Event[] {
  if (typeof on === 'string') return [on];
  if (Array.isArray(on)) return on.map(String);
  return Object.keys(isObject(on) ? on : {});
}

/** What an event takes: of `workflow_dispatch` the form's fields. */
export function inputsOf({ on }: Workflow, event: Event): Readonly<Record<string, Input>> {
  const declared = isObject(on) ? on[event] : undefined;
  const inputs = isObject(declared) ? declared['inputs'] : undefined;
  return (isObject(inputs) ? inputs : {}) as Readonly<Record<string, Input>>;
}

/** Every place that names a routine: a step of the action, or a job that calls a workflow of ours. */
export function placesOf({ jobs }: Workflow): readonly { readonly job: Job; readonly with: Record<string, unknown> }[] {
  return Object.values(jobs).flatMap((job) => [
    ...(job.uses !== undefined && REUSABLE.test(job.uses) ? [{ job, with: { ...job.with } }] : []),
    ...(job.steps ?? [])
      .filter(({ uses }) => uses !== undefined && ACTION.test(uses))
      .map((step) => ({ job, with: { ...step.with } })),
  ]);
}
