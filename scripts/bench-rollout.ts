import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join, resolve } from 'node:path';
import { type Emulator, startEmulator } from '../emulator/emulator.js';
import { runStep, type StepResult } from './runner.js';

/**
 * What a bad canary costs its users, with this action and with a fixed schedule of 10 % for five minutes, as
 * CodeDeploy's Canary10Percent5Minutes. Time is scaled: a second here is fifteen, so that five minutes are twenty
 * seconds and the default interval of 15 s is one. The fixed schedule is computed from the rate at which the users
 * really asked.
 */
const SCALE = 15;
const FIVE_MINUTES = (5 * 60) / SCALE;
const USERS_PER_SECOND = 100;
/** Which version answers is chance, and so is the harm: one run says little. */
const SEEDS = [1, 2, 3, 4, 5];
const root = resolve(import.meta.dirname, '../..');

interface Users {
  asked: number;
  harmed: number;
  stop: () => void;
}

/** Users ask at a steady rate; harmed are those who got an error from the canary. */
function usersOf(emulator: Emulator): Users {
  const agent = new Agent({ keepAlive: true });
  const users: Users = { asked: 0, harmed: 0, stop: () => {} };
  const timer = setInterval(() => {
    users.asked += 1;
    const sent = request(`${emulator.edge}/production/hello/`, { agent }, (response) => {
      if ((response.statusCode ?? 0) >= 500) users.harmed += 1;
      response.resume();
    });
    sent.on('error', () => {});
    sent.end();
  }, 1_000 / USERS_PER_SECOND);
  users.stop = () => {
    clearInterval(timer);
    agent.destroy();
  };
  return users;
}

async function rollout(emulator: Emulator, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const [key] = emulator.world.credentials;
  return runStep({
    entry: join(root, 'dist/main.cjs'),
    inputs: {
      routine: 'hello',
      env: 'production',
      canary: emulator.world.routines['hello']?.versions[1]?.codeVersion ?? '',
      endpoint: emulator.api,
      'access-key-id': key?.accessKeyId ?? '',
      'access-key-secret': key?.accessKeySecret ?? '',
      ...inputs,
    },
  });
}

interface Harm {
  readonly outcome: string;
  /** Users who got an error of the canary. */
  readonly harmed: number;
  /** As many as would have by the fixed schedule, asking at the same rate. */
  readonly fixed: number;
  /** From the first bad check until the rollback was accepted, in ms. */
  readonly back: number;
}

async function harmOnce(failureShare: number, edgeSeed: number): Promise<Harm> {
  await using emulator = await startEmulator({ edgeSeed });
  const canary = emulator.world.routines['hello']?.versions[1];
  if (canary !== undefined) canary.misbehaviour = { failureShare };
  const users = usersOf(emulator);
  const started = performance.now();
  const result = await rollout(emulator, {
    steps: `10% for ${FIVE_MINUTES}s, 100%`,
    'gate-url': `${emulator.edge}/production/hello/`,
    'gate-version-header': 'x-code-version',
    'gate-interval': `${15_000 / SCALE}ms`,
  });
  const rate = (users.asked / (performance.now() - started)) * 1_000;
  users.stop();
  const timeline = JSON.parse(result.outputs['timeline'] ?? '[]') as {
    at: string;
    kind: string;
    measurement?: { canary: { bad: number } };
  }[];
  const bad = Date.parse(timeline.find((event) => (event.measurement?.canary.bad ?? 0) > 0)?.at ?? '');
  const accepted = Date.parse(timeline.findLast((event) => event.kind === 'accepted')?.at ?? '');
  const fixed = rate * 0.1 * failureShare * FIVE_MINUTES;
  return { outcome: result.outputs['outcome'] ?? 'none', harmed: users.harmed, fixed, back: accepted - bad };
}

async function harm(failureShare: number): Promise<void> {
  const runs: Harm[] = [];
  for (const seed of SEEDS) runs.push(await harmOnce(failureShare, seed));
  const sum = (of: 'harmed' | 'fixed') => runs.reduce((total, run) => total + run[of], 0);
  const range = (values: readonly number[], digits = 0) =>
    `${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)}`;
  const ratios = runs.map(({ harmed, fixed }) => harmed / fixed);
  console.log(
    `canary fails ${failureShare * 100} %, ${runs.length} runs: ${runs.map(({ outcome }) => outcome).join(', ')}; ` +
      `${range(runs.map(({ harmed }) => harmed))} harmed, fixed schedule ${range(runs.map(({ fixed }) => fixed))}: ` +
      `${(sum('harmed') / sum('fixed')).toFixed(2)} x (${range(ratios, 2)}); rollback accepted ` +
      `${range(runs.map(({ back }) => back))} ms after the first bad check`,
  );
}

/** Calls beyond the two that the plan itself needs. */
async function calls(): Promise<void> {
  const counted: string[] = [];
  for (const steps of ['100%', '50%, 100%', '5% for 50ms, 100%', '5% for 50ms, 25% for 50ms, 100% for 50ms']) {
    await using emulator = await startEmulator();
    await rollout(emulator, { steps });
    counted.push(`${steps.split(',').length} steps (${steps}): ${emulator.requests.length - 2}`);
  }
  console.log(`API calls beyond the plan's own two reads: ${counted.join('; ')}`);
}

/** Resident memory while a step bakes with two hundred checks, sampled from outside. Linux alone tells it so. */
async function memory(): Promise<void> {
  await using emulator = await startEmulator();
  const samples: number[] = [];
  const [key] = emulator.world.credentials;
  const env = {
    PATH: process.env['PATH'] ?? '',
    INPUT_ROUTINE: 'hello',
    INPUT_ENV: 'production',
    INPUT_CANARY: emulator.world.routines['hello']?.versions[1]?.codeVersion ?? '',
    INPUT_STEPS: '50% for 20s',
    INPUT_ENDPOINT: emulator.api,
    'INPUT_GATE-URL': `${emulator.edge}/production/hello/`,
    'INPUT_GATE-INTERVAL': '100ms',
    'INPUT_ACCESS-KEY-ID': key?.accessKeyId ?? '',
    'INPUT_ACCESS-KEY-SECRET': key?.accessKeySecret ?? '',
  };
  const child = spawn(process.execPath, [join(root, 'dist/main.cjs')], { env, stdio: 'ignore' });
  const sampler = setInterval(() => samples.push(residentMiB(child.pid ?? 0)), 250);
  await new Promise((done) => child.once('exit', done));
  clearInterval(sampler);
  const known = samples.filter((sample) => sample > 0);
  const part = (from: number, to: number) =>
    Math.max(...known.slice(Math.floor(known.length * from), Math.floor(known.length * to)));
  console.log(
    `memory over a bake of 200 checks: at most ${part(0.2, 0.6).toFixed(0)} MiB in its first half, ${part(0.6, 1).toFixed(0)} MiB in its second`,
  );
}

function residentMiB(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function main(): Promise<void> {
  console.log(`\nRollouts, ${USERS_PER_SECOND} requests a second asked for; one second stands for ${SCALE}`);
  await harm(1);
  await harm(0.05);
  await calls();
  if (process.platform === 'linux') await memory();
}

void main();
