import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deploy, type Emulator, startEmulator } from '../../emulator/emulator.js';
import { runStep, type StepResult } from '../../scripts/runner.js';
import { age } from '../action/rollout-stage.js';
import type { Scenario } from './scenario.js';

const root = resolve(import.meta.dirname, '../../..');
const node24 = join(root, 'node_modules/node/bin/node');
/** Longer than any run may take, whatever happens to it. */
const PATIENCE = 60_000;
const TICKS = 6;

/** A run of the action and of its post step, and what the world says of it. */
export interface Played {
  readonly emulator: Emulator;
  readonly stable: string;
  readonly canary: string;
  readonly foreign: string;
  readonly main: StepResult;
  readonly post: StepResult;
  /** What was live when main had ended, by version. */
  readonly liveAfterMain: Readonly<Record<string, number>>;
  readonly liveAtEnd: Readonly<Record<string, number>>;
  readonly tookTooLong: boolean;
}

export async function play(scenario: Scenario, judge: (played: Played) => void): Promise<string> {
  await using emulator = await startEmulator();
  const [stable = '', canary = '', foreign = ''] =
    emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  arrange(emulator, scenario, stable, canary);
  const inputs = inputsOf(scenario, emulator, canary);
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  let tookTooLong = false;
  const run = async (entry: string, state: Readonly<Record<string, string>>, kill: Scenario['kill']) => {
    let patience: NodeJS.Timeout | undefined;
    let watcher: NodeJS.Timeout | undefined;
    const onStart = (child: ChildProcess) => {
      patience = setTimeout(() => {
        tookTooLong = true;
        child.kill('SIGKILL');
      }, PATIENCE);
      watcher = setInterval(() => {
        if (kill === undefined || emulator.requests.length < kill.afterRequests) return;
        clearInterval(watcher);
        child.kill(kill.signal);
      }, 1);
    };
    const result = await runStep({
      entry: join(root, 'dist', entry),
      node: node24,
      inputs,
      state,
      onStart,
      env: { GITHUB_WORKSPACE: folder },
    });
    clearTimeout(patience);
    clearInterval(watcher);
    return result;
  };
  try {
    const main = await mainOrTicks(scenario, emulator, async (kill) => run('main.cjs', {}, kill));
    const liveAfterMain = live(emulator);
    const post = await run('post.cjs', main.state, undefined);
    judge({ emulator, stable, canary, foreign, main, post, liveAfterMain, liveAtEnd: live(emulator), tookTooLong });
    return main.outputs['outcome'] ?? `killed by ${main.signal ?? 'nobody'}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With `wait: false` it is run again and again, each time long after, until there is nothing left to do. */
async function mainOrTicks(
  scenario: Scenario,
  emulator: Emulator,
  run: (kill: Scenario['kill']) => Promise<StepResult>,
): Promise<StepResult> {
  let result = await run(scenario.kill);
  for (let tick = 1; tick < TICKS && !scenario.wait && result.outputs['outcome'] === 'baking'; tick += 1) {
    age({ emulator }, 3_600_000);
    result = await run(undefined);
  }
  return result;
}

function arrange(emulator: Emulator, scenario: Scenario, stable: string, canary: string): void {
  Object.assign(emulator.world.quirks, scenario.quirks);
  const routine = emulator.world.routines['hello'];
  if (routine === undefined) throw new Error('the start world has no routine');
  if (scenario.start === 'nothing') routine.environments.production = { history: [] };
  if (scenario.start === 'resumed') {
    deploy(emulator.world, 'hello', 'production', [
      { codeVersion: canary, percentage: 5 },
      { codeVersion: stable, percentage: 95 },
    ]);
  }
  const failureShare = { healthy: 0, failing: 1, half: 0.5 }[scenario.canary];
  const known = routine.versions.find((version) => version.codeVersion === canary);
  if (known !== undefined) known.misbehaviour = { failureShare };
  const [, , foreign = ''] = routine.versions.map((version) => version.codeVersion);
  // The scenario is made before ids exist: whoever else deploys, deploys the third version.
  const faults = scenario.faults.map((fault) =>
    fault.effect.kind === 'foreign'
      ? { ...fault, effect: { ...fault.effect, codeVersions: [{ codeVersion: foreign, percentage: 100 }] } }
      : fault,
  );
  emulator.script(...faults);
}

function inputsOf(scenario: Scenario, emulator: Emulator, canary: string): Record<string, string> {
  const url = `${emulator.edge}/production/hello/`;
  const gates = {
    none: {},
    url: { 'gate-url': url },
    header: { 'gate-url': url, 'gate-version-header': 'x-code-version' },
    command: { 'gate-command': scenario.canary === 'healthy' ? 'exit 0' : 'exit 1' },
  };
  return {
    routine: 'hello',
    env: 'production',
    canary,
    steps: scenario.steps,
    wait: String(scenario.wait),
    'gate-interval': '100ms',
    'on-failure': scenario.onFailure,
    'on-inconclusive': scenario.onInconclusive,
    'on-cancel': scenario.onCancel,
    'access-key-id': emulator.world.credentials[0]?.accessKeyId ?? '',
    'access-key-secret': emulator.world.credentials[0]?.accessKeySecret ?? '',
    endpoint: emulator.api,
    'api-timeout': '500ms',
    ...gates[scenario.gate],
  };
}

function live(emulator: Emulator): Record<string, number> {
  const current = emulator.world.routines['hello']?.environments.production.current;
  return Object.fromEntries((current?.codeVersions ?? []).map((share) => [share.codeVersion, share.percentage]));
}
