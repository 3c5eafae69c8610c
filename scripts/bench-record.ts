import { join, resolve } from 'node:path';
import { startEmulator } from '../emulator/emulator.js';
import { type GitHub, startGitHub } from '../emulator/github/github.js';
import { LIMITS, type Limits } from '../emulator/github/limits.js';
import { manyRoutines, timedAtOnce } from './many-routines.js';
import { runStep, type StepResult } from './runner.js';

/**
 * What a record costs: the time and the requests that it adds to a rollout, as ratios; and many routines at once, of an
 * account that takes few requests, with a GitHub that has both of its limits. Each routine has a record already, so a
 * rollout takes all five requests.
 */
const RATE = 5;
const AT_ONCE = 15;
const SHORT = process.env['BENCH_ROUNDS'] !== undefined;
const ROUTINES = SHORT ? 12 : 100;
const PAIRS = SHORT ? 5 : 21;
/** Requests to ESA of a rollout by 5 % and 100 %. */
const CALLS = 6;
const NO_LIMITS: Limits = { requestsPerHour: 1e9, contentPerMinute: 1e9, contentPerHour: 1e9 };
const root = resolve(import.meta.dirname, '../..');

interface Scene {
  readonly names: readonly string[];
  readonly run: (name: string, recorded: boolean) => Promise<StepResult>;
  readonly github: GitHub;
  readonly splits: (name: string) => number;
  readonly refused: () => number;
}

async function onScene(
  { count, rate, limits = {} }: { count: number; rate: number; limits?: Partial<Limits> },
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { world, names } = manyRoutines(count, rate);
  await using emulator = await startEmulator({ world });
  await using github = await startGitHub({ limits });
  for (const [index, name] of names.entries()) github.deployments.push(pastOf(name, index + 1));
  const job = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_REPOSITORY: github.repository,
    GITHUB_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
    GITHUB_RUN_ID: '4711',
  };
  const step = (name: string, recorded: boolean, entry: string, state: Readonly<Record<string, string>>) =>
    runStep({
      entry: join(root, 'dist', entry),
      env: job,
      state,
      inputs: {
        routine: name,
        env: 'production',
        endpoint: emulator.api,
        'access-key-id': world.credentials[0]?.accessKeyId ?? '',
        'access-key-secret': world.credentials[0]?.accessKeySecret ?? '',
        canary: world.routines[name]?.versions[1]?.codeVersion ?? '',
        steps: '5%, 100%',
        ...(recorded && { 'github-deployment': 'production', 'github-token': github.token }),
      },
    });
  const run: Scene['run'] = async (name, recorded) => {
    const result = await step(name, recorded, 'main.cjs', {});
    // A record that is not closed is the post step's.
    if ((result.state['record'] ?? '') !== '') await step(name, recorded, 'post.cjs', result.state);
    return result;
  };
  const splits = (name: string) => (world.routines[name]?.environments.production.history.length ?? 1) - 1;
  const refused = () => emulator.requests.filter(({ status }) => status === 400).length;
  await play({ names, run, github, splits, refused });
}

/** A rollout of another day. */
function pastOf(routine: string, id: number): GitHub['deployments'][number] {
  const createdAt = '2026-01-01T00:00:00Z';
  return {
    id,
    sha: 'f'.repeat(40),
    ref: 'main',
    task: `esa:${routine}:production`,
    payload: {},
    environment: 'production',
    description: '',
    transient: false,
    production: true,
    autoMerge: false,
    requiredContexts: [],
    createdAt,
    statuses: [{ id, state: 'success', description: '', environmentUrl: '', logUrl: '', createdAt }],
  };
}

const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

async function alone(): Promise<void> {
  const ratios: number[] = [];
  await onScene({ count: 2 * PAIRS, rate: 0, limits: NO_LIMITS }, async ({ names, run, github }) => {
    const timed = async (name: string, recorded: boolean) => {
      const started = performance.now();
      const { exitCode } = await run(name, recorded);
      if (exitCode !== 0) throw new Error(`${name} was not rolled out`);
      return performance.now() - started;
    };
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const without = await timed(names[2 * pair] ?? '', false);
      ratios.push((await timed(names[2 * pair + 1] ?? '', true)) / without);
    }
    const requests = (github.requests.length / PAIRS).toFixed(1);
    console.log(
      `a rollout with a record over one without: ${median(ratios).toFixed(2)} x the time, ${requests} requests to GitHub`,
    );
  });
}

async function many(recorded: boolean, limits: Partial<Limits> = {}): Promise<void> {
  await onScene({ count: ROUTINES, rate: RATE, limits }, async ({ names, run, github, splits, refused }) => {
    const { results, took } = await timedAtOnce(names, AT_ONCE, (name) => run(name, recorded));
    const ideal = (CALLS * ROUTINES) / RATE;
    const promoted = results.filter(({ outputs }) => outputs['outcome'] === 'promoted').length;
    const twice = names.filter((name) => splits(name) !== 2).length;
    console.log(
      `${ROUTINES} rollouts ${recorded ? 'with' : 'without'} records: ${promoted} promoted, ${twice} written other than twice; ` +
        `${took.toFixed(0)} s, ${(took / ideal).toFixed(2)} x the ideal ${ideal.toFixed(0)} s; ESA refused ${refused()} requests`,
    );
    if (recorded) console.log(recordsOf(names, github, results));
    if (promoted !== ROUTINES || twice > 0 || github.violations.length > 0) process.exitCode = 1;
  });
}

function recordsOf(names: readonly string[], github: GitHub, results: readonly StepResult[]): string {
  const made = names.map((name) =>
    github.deployments.filter(({ task, id }) => task === `esa:${name}:production` && id > ROUTINES),
  );
  const whole = made.filter(([one]) => one?.statuses.map(({ state }) => state).join() === 'success,in_progress').length;
  const closed = made.filter(([one]) => one?.statuses[0]?.state === 'success').length;
  const double = made.filter((records) => records.length > 1).length;
  const replaced = github.deployments.filter(
    ({ id, statuses }) => id <= ROUTINES && statuses[0]?.state === 'inactive',
  ).length;
  const turned = github.requests.filter(({ status }) => status === 403).length;
  const warned = results.filter(({ log }) => log.includes('::warning::The record')).length;
  if (double > 0) process.exitCode = 1;
  return (
    `  ${closed} records end right, ${whole} with every status, ${replaced} of those before inactive, ${double} twice; ${warned} runs warned; ` +
    `${github.requests.length} requests to GitHub (${(github.requests.length / names.length).toFixed(1)} each), ${turned} refused by a limit`
  );
}

async function main(): Promise<void> {
  console.log('\nRecords at GitHub');
  await alone();
  console.log(
    `\n${RATE} requests a second for the account, ${AT_ONCE} processes at once; GitHub takes ${LIMITS.contentPerMinute} creations a minute, ` +
      `${LIMITS.contentPerHour} an hour, ${LIMITS.requestsPerHour} requests an hour`,
  );
  await many(false);
  await many(true);
  console.log('\nThe same, with the limits of an hour alone, as for rollouts that bake');
  await many(true, { contentPerMinute: LIMITS.contentPerHour });
}

void main();
