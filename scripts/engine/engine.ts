import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { addVersion, type CodeVersion, type Emulator, startEmulator, type World } from '../../emulator/emulator.js';
import { type GitHub, startGitHub } from '../../emulator/github/github.js';
import { type TokenService, tokenService } from '../../emulator/token-service.js';
import { type Act, type ActLine, startAct } from './act.js';
import { NEXT_JOB } from './adapt.js';
import { type Clock, clockIn } from './clock.js';
import { copyIn, folderOf, type Machine, setUp } from './machine.js';
import {
  addLogs,
  addRoutines,
  filledIn,
  inWords,
  routinesOf,
  trust,
  usual,
  versionNamed,
  withCommits,
  worldOf,
} from './needs.js';
import { type CommandReport, type Handed, type JobReport, type Reports, reportService } from './reports.js';
import { type Event, eventsOf, type Given, type Workflow } from './workflow.js';

export interface EngineOptions {
  /** This repository. */
  readonly root: string;
  /** The binaries of act and of the Node that runs actions. */
  readonly act: string;
  readonly node: string;
  /** How many times faster a pause of the action passes. */
  readonly speed: number;
  readonly edgeSeed?: number;
  /** Where the reusable workflows are; this repository's own when absent. */
  readonly workflows?: string;
  /** Is told of each version that a job uploads. */
  readonly uploaded?: (version: CodeVersion, routine: string) => void;
  /** What to run in place of action.yml. */
  readonly actionYml?: (text: string) => string;
}

export interface Run extends Partial<Given> {
  readonly workflow: string;
  /** The first that starts it when absent. */
  readonly event?: Event | undefined;
  /** Only this one and those that it needs. */
  readonly job?: string | undefined;
  /** Jobs that a reviewer rejects. */
  readonly rejected?: readonly string[];
  /** What to run in place of the file's text. */
  readonly text?: (text: string) => string;
  readonly onLine?: (line: ActLine) => void;
}

/** What a run left. */
export interface Ended {
  readonly exitCode: number;
  /** In the order in which they ended. */
  readonly jobs: readonly JobReport[];
  /** What a next job got, by job; those of a called workflow too. */
  readonly handed: Readonly<Record<string, Handed>>;
  readonly commands: readonly CommandReport[];
}

export interface Running extends Pick<Act, 'cancel' | 'signal'> {
  readonly event: Event;
  readonly inputs: Given['inputs'];
  readonly routines: readonly string[];
  readonly replaced: readonly string[];
  readonly ended: Promise<Ended>;
}

export interface Engine extends AsyncDisposable {
  readonly emulator: Emulator;
  /** What a job finds at GITHUB_API_URL. */
  readonly github: GitHub;
  readonly tokens: TokenService;
  readonly clock: Clock;
  readonly start: (run: Run) => Running;
}

/** Of each job, for GitHub's API. */
const TOKEN = 'token-of-the-job';

interface Scene {
  readonly machine: Machine;
  readonly options: EngineOptions;
  readonly clock: Clock;
  readonly emulator: Emulator;
  readonly tokens: TokenService;
  readonly reports: Reports;
  readonly github: GitHub;
  readonly running: Set<Act>;
}

/** Starts what a workflow needs around it: ESA with STS, its edge and logs, GitHub's API and token service, a machine for act. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const machine = setUp(options.root, options.node, options.actionYml ?? ((text) => text));
  const script = join(options.root, 'scripts/engine/short-pauses.cjs');
  const clock = clockIn(join(machine.folder, 'clock'), script, options.speed);
  const world = worldOf(clock.now());
  trust(world);
  withCommits(world);
  const onChange = tellUploads(world, options.uploaded);
  const emulator = await startEmulator({ world, now: clock.now, edgeSeed: options.edgeSeed ?? 1, onChange });
  const tokens = await tokenService(clock.now);
  const reports = await reportService((command) => answerOf(command, emulator.world, clock.now(), options.uploaded));
  const github = await startGitHub({ now: clock.now, token: TOKEN });
  const running = new Set<Act>();
  const scene: Scene = { machine, options, clock, emulator, tokens, reports, github, running };
  const end = async () => {
    const left = [...running];
    for (const act of left) act.kill();
    await Promise.allSettled(left.map((act) => act.ended));
    for (const service of [emulator, tokens, reports, github]) await service[Symbol.asyncDispose]();
    rmSync(machine.folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return { emulator, github, tokens, clock, start: (run) => start(scene, run), [Symbol.asyncDispose]: end };
}

/** Tells of each version that was uploaded by its code, once. */
function tellUploads({ routines }: World, uploaded: EngineOptions['uploaded']): () => void {
  const found = () =>
    Object.entries(routines).flatMap(([routine, { versions }]) =>
      versions.flatMap((version) => (version.code === undefined ? [] : [{ routine, version }])),
    );
  const known = new Set(found().map(({ version }) => version));
  return () => {
    for (const { routine, version } of found().filter((one) => !known.has(one.version))) {
      known.add(version);
      uploaded?.(version, routine);
    }
  };
}

/** What a command prints that here speaks to nobody: `esa-cli` commits a version, `gh` is taken down. */
function answerOf(
  { name, given, folder }: CommandReport,
  world: World,
  at: number,
  uploaded: EngineOptions['uploaded'],
): string {
  if (name !== 'esa-cli') return '';
  if (!['commit', 'deploy'].includes(given[0] ?? '')) throw new Error(`esa-cli ${given.join(' ')} is not played here`);
  const after = (...names: readonly string[]) =>
    given[given.findIndex((word) => names.includes(word)) + 1 || given.length];
  const [, file = ''] = given;
  const code = file.endsWith('.js') ? readFileSync(join(folder, file), 'utf8') : '';
  // The service is told nothing of the commit; what was built may answer it.
  const answersCommit = /\bCOMMIT = "([0-9a-f]{40})"/.exec(code)?.[1];
  const version = { description: after('-d', '--description') ?? '', extraInfo: '{"Source":"CLI"}', answersCommit };
  const routine = after('-n', '--name') ?? 'hello';
  const added = addVersion(world, routine, version, at);
  const found = versionNamed(world, added, routine);
  if (found !== undefined) uploaded?.(found, routine);
  return `${added}\n`;
}

function start(scene: Scene, run: Run): Running {
  const { machine, options, emulator, clock, reports, running } = scene;
  const file = readFileSync(run.workflow, 'utf8');
  const text = run.text?.(file) ?? file;
  const workflow = parse(text) as Workflow;
  const event = run.event ?? eventsOf(workflow)[0] ?? 'push';
  const inputs = filledIn(workflow, event, inWords(run.inputs, emulator.world), emulator);
  const { api, edge } = emulator;
  const given = { inputs, vars: { ...usual(emulator.world).vars, ...inWords(run.vars, emulator.world) } };
  const routines = routinesOf(workflow, given);
  addRoutines(emulator.world, routines, clock.now());
  addLogs(emulator.world, workflow, given);
  const stage = { api, edge, rejected: run.rejected ?? [], outputs: outputsOf(options.root), job: run.job };
  const called = options.workflows ?? join(options.root, '.github/workflows');
  const { path, uses, replaced } = copyIn(machine, { name: basename(run.workflow), text, called }, stage);
  const before = { jobs: reports.jobs.length, commands: reports.commands.length };
  const act = startAct({
    binary: options.act,
    given: argumentsFor(scene, { ...run, ...given, event, path, uses }),
    folder: machine.repository,
    env: { ...machine.env, ...clock.env },
    onLine: run.onLine ?? (() => {}),
  });
  running.add(act);
  const ended = act.ended.then((exitCode): Ended => {
    running.delete(act);
    const jobs = reports.jobs.slice(before.jobs);
    // First those of a called workflow, whose jobs end before the one that calls it.
    const needs = jobs.flatMap((one) => (one.job === NEXT_JOB ? [one.needs] : []));
    const handed = withOutputs(Object.assign({}, ...needs) as NonNullable<JobReport['needs']>);
    return { exitCode, jobs, handed, commands: reports.commands.slice(before.commands) };
  });
  return { event, inputs, routines, replaced, cancel: act.cancel, signal: act.signal, ended };
}

/** Of a job that did not run act hands on null, or the expressions themselves. */
function withOutputs(needs: NonNullable<JobReport['needs']>): Ended['handed'] {
  const all = Object.entries(needs).map(([job, { result, outputs }]) => [
    job,
    { result, outputs: result === 'skipped' ? {} : (outputs ?? {}) },
  ]);
  return Object.fromEntries(all) as Ended['handed'];
}

/** Those of the action but `timeline`, which may be 32 KiB long. */
function outputsOf(root: string): readonly string[] {
  const { outputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { outputs: Record<string, unknown> };
  return Object.keys(outputs).filter((name) => name !== 'timeline');
}

interface Asked extends Pick<Given, 'inputs' | 'vars'>, Pick<Run, 'secrets'> {
  readonly event: Event;
  readonly job?: string | undefined;
  readonly path: string;
  readonly uses: readonly string[];
}

function argumentsFor({ machine, emulator, tokens, reports, github }: Scene, asked: Asked): string[] {
  const event = join(machine.folder, 'event.json');
  const schedule = asked.event === 'schedule' && { schedule: '* * * * *' };
  writeFileSync(event, JSON.stringify({ inputs: asked.inputs, ...schedule }));
  const { secrets } = usual(emulator.world);
  const env = {
    ...tokens.env,
    ENGINE_REPORTS: reports.url,
    ENGINE_ROOT: machine.root,
    ENGINE_ARTIFACTS: join(machine.folder, 'artifacts'),
    GITHUB_API_URL: github.url,
  };
  const folders = asked.uses.flatMap((uses) => {
    const folder = folderOf(machine, uses);
    return folder === undefined ? [] : [[uses, folder]];
  });
  const many = (option: string, pairs: Readonly<Record<string, string>>) =>
    Object.entries(pairs).flatMap(([name, value]) => [option, `${name}=${value}`]);
  return [
    asked.event,
    ...['--json', '--no-cache-server', '--concurrent-jobs', '4', '--platform', 'ubuntu-latest=-self-hosted'],
    ...['--workflows', asked.path, '--eventpath', event],
    ...many('--env', env),
    ...many('--var', asked.vars),
    ...many('--secret', { GITHUB_TOKEN: TOKEN, ...secrets, ...asked.secrets }),
    ...many('--local-repository', Object.fromEntries(folders)),
    ...(asked.job === undefined ? [] : ['--job', NEXT_JOB]),
  ];
}
