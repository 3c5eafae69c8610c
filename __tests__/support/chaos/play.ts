import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deploy, deployUnseen, type Emulator, startEmulator } from '../../../emulator/emulator.js';
import { runStep } from '../../../scripts/runner.js';
import { commitOf, inputsOf } from './inputs.js';
import { arrangeLogs } from './logs.js';
import { sharesOf, type Versions } from './people.js';
import { isDebug, type Scenario } from './scenario.js';
import type { Facts, Run, Wish } from './truth.js';

const root = resolve(import.meta.dirname, '../../../..');
/** `CHAOS_DIST` judges another build, such as one of an older commit. */
const dist = process.env['CHAOS_DIST'] ?? join(root, 'dist');
const node24 = join(root, 'node_modules/node/bin/node');
/** Longer than any run may take, whatever happens to it. */
const PATIENCE = 150_000;
const TICKS = 5;
const SECOND_KEY = { accessKeyId: 'second-key-id', accessKeySecret: 'second-key-secret' };

interface Stage {
  readonly emulator: Emulator;
  readonly scenario: Scenario;
  readonly versions: Versions;
  readonly folder: string;
  readonly runs: (Run & { from: number; readonly key: string })[];
}

/** Plays a scenario and gives back what happened, as plain data. */
export async function play(scenario: Scenario): Promise<Facts> {
  await using emulator = await startEmulator({ edgeSeed: scenario.edgeSeed });
  const [old = '', young = '', other = ''] =
    emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  const versions =
    scenario.older === 'no' ? { stable: old, canary: young, other } : { stable: young, canary: old, other };
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const stage: Stage = { emulator, scenario, versions, folder, runs: [] };
  arrange(stage);
  try {
    const people = scenario.people.flatMap(({ who, lag, at }) =>
      typeof at === 'string' ? [] : [setTimeout(() => comes(stage, who, lag), at)],
    );
    await Promise.all([first(stage), second(stage)]);
    for (const timer of people) clearTimeout(timer);
    // What is still on its way lands; no scenario is later than that.
    if (scenario.faults.some(({ effect }) => effect.kind === 'late')) await pause(1_000);
    return factsOf(stage);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The run, its ticks where it does not wait, and its post step. */
async function first(stage: Stage): Promise<void> {
  const { scenario, emulator } = stage;
  const key = emulator.world.credentials[0] ?? SECOND_KEY;
  let main = await step(stage, { name: 'main', key, goal: scenario.goal });
  for (let tick = 2; tick <= TICKS && !scenario.wait && main.outputs['outcome'] === 'baking'; tick += 1) {
    await step(stage, { name: `post of tick ${tick - 1}`, key, goal: scenario.goal, after: main });
    if (tick === 2) come(stage, 'between-ticks');
    await pause(80);
    main = await step(stage, { name: `tick ${tick}`, key, goal: scenario.goal });
  }
  come(stage, 'before-post');
  await step(stage, { name: 'post', key, goal: scenario.goal, after: main });
}

async function second(stage: Stage): Promise<void> {
  const { second: other } = stage.scenario;
  if (other === undefined) return;
  await pause(other.at);
  const main = await step(stage, { name: 'second', key: SECOND_KEY, goal: other.goal });
  await step(stage, { name: 'post of second', key: SECOND_KEY, goal: other.goal, after: main });
}

interface Asked {
  readonly name: string;
  readonly key: { readonly accessKeyId: string; readonly accessKeySecret: string };
  readonly goal: Scenario['goal'];
  /** The run of which this is the post step. */
  readonly after?: Run;
}

/** Where the action is said to come from. */
const HOME = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_ACTION_REPOSITORY: 'o/r', GITHUB_ACTION_REF: 'v1' };

async function step(stage: Stage, { name, key, goal, after }: Asked): Promise<Run> {
  const { emulator, scenario, folder, runs } = stage;
  const from = emulator.requests.length;
  let tookTooLong = false;
  const signals: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  const onStart = (child: ChildProcess) => {
    const give = () => {
      tookTooLong = true;
      child.kill('SIGKILL');
    };
    timers.push(setTimeout(give, PATIENCE));
    if (name === 'main') timers.push(...interrupt(stage, child, signals));
  };
  const checks = join(folder, `${runs.length}-${name}`);
  const begin = Date.now();
  const result = await runStep({
    entry: join(dist, after === undefined ? 'main.cjs' : 'post.cjs'),
    node: node24,
    inputs: inputsOf(
      { ...stage, current: historyOf(stage.emulator)[0]?.deployId ?? '' },
      wishOf(stage.scenario, goal, stage.versions),
      key,
    ),
    state: after?.state ?? {},
    onStart,
    env: { GITHUB_WORKSPACE: folder, CHECKS: checks, ...HOME, ...(isDebug(scenario) && { RUNNER_DEBUG: '1' }) },
  });
  for (const timer of timers) clearTimeout(timer);
  const run = {
    ...result,
    name,
    key: key.accessKeyId,
    from,
    begin,
    end: Date.now(),
    wish: wishOf(scenario, goal, stage.versions),
    signals,
    tookTooLong,
    history: historyOf(emulator).length,
    checks: existsSync(checks) ? readFileSync(checks, 'utf8').trim().split('\n').map(Number) : [],
    requests: [],
    logRequests: [],
    after: after?.name,
  };
  runs.push(run);
  return run;
}

/** Sends the scenario's signals, each written down when it was sent. */
function interrupt({ scenario, emulator }: Stage, child: ChildProcess, sent: string[]): NodeJS.Timeout[] {
  const { kill } = scenario;
  if (kill === undefined) return [];
  const timers: NodeJS.Timeout[] = [];
  const send = (signal: NodeJS.Signals) => {
    if (child.kill(signal)) sent.push(signal);
  };
  const go = () => {
    for (const [signal, ms] of kill.signals) timers.push(setTimeout(() => send(signal), ms));
  };
  if ('ms' in kill.after) timers.push(setTimeout(go, kill.after.ms));
  else {
    const { requests } = kill.after;
    const watcher = setInterval(() => {
      if (emulator.requests.length < requests) return;
      clearInterval(watcher);
      go();
    }, 1);
    timers.push(watcher);
  }
  child.once('close', () => timers.forEach(clearTimeout));
  return timers;
}

function historyOf(emulator: Emulator) {
  return emulator.world.routines['hello']?.environments.production.history ?? [];
}

function come(stage: Stage, moment: 'before-post' | 'between-ticks'): void {
  for (const { who, lag, at } of stage.scenario.people) if (at === moment) comes(stage, who, lag);
}

function comes({ emulator, scenario, versions }: Stage, who: Parameters<typeof sharesOf>[0], reads: number): void {
  const codeVersions = sharesOf(who, versions, scenario.weights);
  const deployment = { routine: 'hello', environment: 'production', codeVersions, reads } as const;
  deployUnseen(emulator.world, { ...deployment, at: Date.now(), by: 'somebody else' });
}

function arrange({ emulator, scenario, versions }: Stage): void {
  const { world } = emulator;
  const { stable, canary, other } = versions;
  Object.assign(world.quirks, scenario.quirks);
  if (scenario.gate === 'logs') arrangeLogs(emulator, scenario.logs, scenario.second === undefined);
  world.credentials.push({ ...SECOND_KEY });
  const routine = world.routines['hello'];
  if (routine === undefined) throw new Error('the start world has no routine');
  routine.environments.production = { history: [] };
  const at = Date.now() - 3_600_000;
  const [weight = 5] = scenario.weights;
  const live = { stable: 0, nothing: 0, resumed: weight, 'odd-weight': 60 }[scenario.start];
  const shares = [
    { codeVersion: canary, percentage: live },
    { codeVersion: stable, percentage: 100 - live },
  ].filter((share) => share.percentage > 0);
  if (scenario.start !== 'nothing') deploy(world, 'hello', 'production', shares, at);
  for (const version of routine.versions) {
    version.extraInfo = JSON.stringify({ Source: 'Github', CommitId: commitOf(version.codeVersion) });
    // What is newer than the canary is not ready, so that the canary is the latest.
    if (scenario.words === 'latest' && version.codeVersion === other) version.status = 'Init';
  }
  const failureShare = { healthy: 0, failing: 1, half: 0.5 }[scenario.canary];
  const known = routine.versions.find((version) => version.codeVersion === canary);
  if (known !== undefined) known.misbehaviour = { failureShare };
  const faults = scenario.faults.map(({ effect, ...fault }) => {
    if (effect.kind !== 'person') return { ...fault, effect };
    const { who, when, lag } = effect;
    const codeVersions = sharesOf(who, versions, scenario.weights);
    return { ...fault, effect: { kind: 'foreign' as const, env: 'production' as const, when, lag, codeVersions } };
  });
  emulator.script(...faults);
}

function wishOf(scenario: Scenario, goal: Scenario['goal'], { stable, canary }: Versions): Wish {
  if (goal === 'rollout') return { kind: 'rollout', canary, weights: scenario.weights };
  return { kind: 'split', split: goal === 'split-canary' ? { [canary]: 100 } : { [canary]: 50, [stable]: 50 } };
}

function factsOf({ emulator, scenario, versions, runs }: Stage): Facts {
  const requests = emulator.requests.map((request, index) => ({ ...request, index }));
  const history = historyOf(emulator).map(({ deployId: id, at = 0, by = 'somebody else', codeVersions }) => {
    return { id, at, by, split: Object.fromEntries(codeVersions.map((one) => [one.codeVersion, one.percentage])) };
  });
  const judged = runs.map((run) => {
    // Those of one key come one after another, and a request that a killed one had sent may arrive after its end.
    const one = runs.filter(({ key }) => key === run.key);
    const to = one[one.indexOf(run) + 1]?.from ?? requests.length;
    const mine = requests.filter(
      ({ index, accessKeyId }) => index >= run.from && index < to && accessKeyId === run.key,
    );
    // Nobody but a run that waits for the answer asks it.
    const asked = emulator.logRequests.filter(
      ({ at, accessKeyId }) => accessKeyId === run.key && run.begin <= at && at <= run.end,
    );
    return { ...run, requests: mine, logRequests: asked };
  });
  return { scenario, ...versions, history, runs: judged, failures: { ...emulator.edgeStats.failures } };
}
