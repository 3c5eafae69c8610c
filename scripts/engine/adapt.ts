import { type Document, parseDocument } from 'yaml';
import { forOlderTools } from '../older-tools.js';
import { ACTION, CONTRACT, eventsOf, HOST, type Job, REUSABLE, type Step, type Workflow } from './workflow.js';

/** What a copy is made for. */
export interface Stage {
  /** Where the emulator's API, STS and logs listen. */
  readonly api: string;
  readonly edge: string;
  /** Jobs whose environment a reviewer rejects, which act does not know. */
  readonly rejected: readonly string[];
  /** Outputs of the action that are reported. */
  readonly outputs: readonly string[];
  /** The one job that is asked for. */
  readonly job?: string | undefined;
}

export interface Adapted {
  readonly text: string;
  /** In words, each once. */
  readonly replaced: readonly string[];
  /** Actions with their refs, other than those of the workflow's own repository. */
  readonly uses: readonly string[];
  /** Workflows of this repository that it calls, as paths. */
  readonly calls: readonly string[];
}

type Path = readonly (string | number)[];

interface Copy {
  readonly document: Document;
  readonly stage: Stage;
  readonly replaced: Set<string>;
}

/** The job that is added: it gets what every other job handed on. */
export const NEXT_JOB = 'engine-next-job';
/** The output that is added to each job. */
export const REPORTED = 'engine-reported';
export const REPORT = 'OWNER/report@v1';

/**
 * A copy of a workflow that speaks to the emulator. Replaced are hosts, in each step of the action and each call of our
 * reusable workflow, and what act does not know. Added is what reports: a step at the end of each job, an output of it,
 * and one more job that gets those outputs by `needs`. Everything else stays to the letter.
 */
export function adapt(text: string, stage: Stage): Adapted {
  const { text: older, leftOut } = forOlderTools(text);
  const document = parseDocument(older);
  const workflow = document.toJS() as Workflow;
  const copy: Copy = { document, stage, replaced: new Set() };
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (stage.rejected.includes(name)) reject(copy, name, job);
    else if (job.uses !== undefined) call(copy, ['jobs', name], job);
    else work(copy, name, job);
  }
  for (const key of leftOut) copy.replaced.add(`${key} is left out, since act does not know it`);
  const isCalled = eventsOf(workflow).every((event) => event === 'workflow_call');
  const needed = stage.job === undefined || isCalled ? Object.keys(workflow.jobs) : [stage.job];
  document.setIn(['jobs', NEXT_JOB], document.createNode(nextJob(needed)));
  return { text: document.toString({ lineWidth: 0 }), replaced: [...copy.replaced], ...namedBy(workflow) };
}

function namedBy({ jobs }: Workflow): Pick<Adapted, 'uses' | 'calls'> {
  const uses = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ uses: named }) => named ?? []));
  const calls = Object.values(jobs).flatMap((job) => REUSABLE.exec(job.uses ?? '')?.[1] ?? []);
  return { uses: [...new Set(uses)].filter((one) => !one.startsWith('./')), calls: [...new Set(calls)] };
}

/** On GitHub such a job starts no step, and its result is `failure`. */
function reject({ document, replaced }: Copy, name: string, job: Job): void {
  const at = ['jobs', name];
  for (const key of ['uses', 'with', 'secrets', 'outputs'] as const) if (key in job) document.deleteIn([...at, key]);
  document.setIn([...at, 'runs-on'], 'ubuntu-latest');
  document.setIn([...at, 'steps'], document.createNode([{ name: 'Rejected by a reviewer', run: 'exit 1' }]));
  replaced.add(`the job ${name} fails at once, as one whose reviewer rejects it`);
}

function call(copy: Copy, at: Path, job: Job): void {
  const [, path] = REUSABLE.exec(job.uses ?? '') ?? [];
  if (path === undefined) return;
  copy.document.setIn([...at, 'uses'], `./${path}`);
  if (!job.uses?.startsWith('./')) copy.replaced.add(`${job.uses} is the file of this repository`);
  replaceHosts(copy, [...at, 'with'], job.with ?? {});
}

function work(copy: Copy, name: string, job: Job): void {
  const { document, replaced, stage } = copy;
  const at = ['jobs', name];
  const identified = (job.steps ?? []).map((step, index) => ({ ...step, id: step.id ?? `step-${index + 1}` }));
  for (const [index, step] of identified.entries()) {
    if (typeof step.run === 'string') check(copy, [...at, 'steps', index, 'run'], step.run);
    if (!isOurs(step)) continue;
    const path = [...at, 'steps', index];
    document.setIn([...path, 'id'], step.id);
    document.setIn([...path, 'with', 'endpoint'], stage.api);
    document.setIn([...path, 'with', 'sts-endpoint'], stage.api);
    const logs = step.with?.['gate-logs'];
    if (typeof logs === 'string') document.setIn([...path, 'with', 'gate-logs-endpoint'], whereGiven(logs, stage.api));
    replaceHosts(copy, [...path, 'with'], step.with ?? {});
    replaced.add(`the hosts of ESA, STS and Log Service are the emulator, ${stage.api}`);
  }
  const reported = reportOf(
    identified.filter((step, index) => isOurs(step) || job.steps?.[index]?.id),
    stage.outputs,
  );
  document.addIn([...at, 'steps'], document.createNode(reportStep(name, job, reported)));
  document.setIn([...at, 'outputs', REPORTED], reported);
}

/** The edge's paths name the environment and the routine, which stay the words of the script. */
function check({ document, stage, replaced }: Copy, at: Path, script: string): void {
  const { api, edge } = stage;
  const told = script.replaceAll(
    CONTRACT,
    (start, routine, env) => `${start} --endpoint ${api} --sts-endpoint ${api} --url ${edge}/${env}/${routine}/`,
  );
  if (told === script) return;
  document.setIn(at, told);
  replaced.add(`the contract check asks the emulator, ${api} and ${edge}`);
}

const isOurs = ({ uses }: Step) => uses !== undefined && ACTION.test(uses);

/** Of a part that an expression may leave empty. */
function whereGiven(part: string, host: string): string {
  const [, inner] = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(part.trim()) ?? [];
  return inner === undefined ? host : expression(`(${inner.trim()}) && '${host}' || ''`);
}

/** In a gate, by the edge's paths: `/ENVIRONMENT/ROUTINE/...`. */
function replaceHosts({ document, stage, replaced }: Copy, at: Path, given: Readonly<Record<string, unknown>>): void {
  const part = (name: string, otherwise: string) => (typeof given[name] === 'string' ? given[name] : otherwise);
  const place = `${stage.edge}/${part('env', 'production')}/${part('routine', 'hello')}`;
  for (const name of ['gate-url', 'gate-command']) {
    const value = given[name];
    if (typeof value !== 'string' || !value.includes('https://')) continue;
    document.setIn([...at, name], value.replaceAll(HOST, place));
    replaced.add(`the host in ${name} is the edge of the emulator, ${stage.edge}`);
  }
}

const expression = (text: string) => `\${{ ${text} }}`;

/** An expression that becomes JSON, without the one output that may be too long for the environment of a process. */
function reportOf(steps: readonly (Step & { readonly id: string })[], outputs: readonly string[]): string {
  const of = (step: Step & { readonly id: string }) => {
    const names = outputs.map(
      (name) => `${JSON.stringify(name)}:${expression(`toJSON(steps.${step.id}.outputs.${name})`)}`,
    );
    const all = isOurs(step) ? `{${names.join(',')}}` : expression(`toJSON(steps.${step.id}.outputs)`);
    return `${JSON.stringify(step.id)}:{"outcome":${expression(`toJSON(steps.${step.id}.outcome)`)},"outputs":${all}}`;
  };
  return `{${steps.map(of).join(',')}}`;
}

function reportStep(name: string, job: Job, reported: string) {
  const matrix = job.strategy?.matrix === undefined ? {} : { matrix: expression('toJSON(matrix)') };
  const given = { job: name, status: expression('job.status'), steps: reported, ...matrix };
  return { name: 'Report to the engine', if: 'always()', uses: REPORT, with: given };
}

function nextJob(needs: readonly string[]) {
  const steps = [
    { name: 'Report to the engine', uses: REPORT, with: { job: NEXT_JOB, needs: expression('toJSON(needs)') } },
  ];
  return { needs, if: 'always()', 'runs-on': 'ubuntu-latest', 'timeout-minutes': 5, permissions: {}, steps };
}
