import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../emulator/emulator.js';
import { runStep, type Step, type StepResult } from '../../../scripts/runner.js';
import { SEED_THAT_MEETS } from '../emulator/draws.js';

/** The real bundle on Node 24. `BUNDLE_NODE` names another Node, as .ci/run does for the machine's own. */
export const entry = resolve(import.meta.dirname, '../../../../dist/main.cjs');
export const node24 =
  process.env['BUNDLE_NODE'] ?? resolve(import.meta.dirname, '../../../../node_modules/node/bin/node');
const systemNodes = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path))
  .slice(0, 1);
export const nodes = [node24, ...systemNodes];

/**
 * For a run that pauses more than it does anything else: its pauses take a twentieth of the time, by a clock of its own
 * that says they took all of it. The emulator's clock, requests and their limits in time stay as they are.
 */
export const SHORT_PAUSES: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--require ${resolve(import.meta.dirname, '../../../../scripts/engine/short-pauses.cjs')}`,
  PAUSE_SPEED: '20',
};

export interface Stage {
  readonly emulator: Emulator;
  readonly versions: readonly string[];
  /** The bundle with these inputs, and what else a step can be told. */
  readonly run: (
    inputs?: Record<string, string>,
    env?: Record<string, string>,
    node?: string,
    more?: Partial<Step>,
  ) => Promise<StepResult>;
}

/**
 * An emulator with its start world: routine `hello`, three versions, the oldest live in both environments. Its edge
 * shows the canary to every check; a test of what a check does that misses it brings its own seed.
 */
export async function onStage(play: (stage: Stage) => Promise<void>, options: EmulatorOptions = {}): Promise<void> {
  await using emulator = await startEmulator({ edgeSeed: SEED_THAT_MEETS, ...options });
  const versions = emulator.world.routines['hello']?.versions.map((known) => known.codeVersion) ?? [];
  const run: Stage['run'] = (inputs = {}, env = {}, node = node24, more = {}) =>
    runStep({
      entry,
      node,
      env,
      inputs: {
        routine: 'hello',
        env: 'production',
        'access-key-id': emulator.world.credentials[0]?.accessKeyId ?? '',
        'access-key-secret': emulator.world.credentials[0]?.accessKeySecret ?? '',
        endpoint: emulator.api,
        region: '',
        'api-timeout': '2s',
        ...inputs,
      },
      ...more,
    });
  await play({ emulator, versions, run });
}

export const live = (emulator: Emulator, env: 'production' | 'staging' = 'production') =>
  Object.fromEntries(
    emulator.world.routines['hello']?.environments[env].current?.codeVersions.map((share) => [
      share.codeVersion,
      share.percentage,
    ]) ?? [],
  );
export const deployments = (emulator: Emulator) =>
  emulator.world.routines['hello']?.environments.production.history.length ?? 0;
export const actions = (emulator: Emulator) => emulator.requests.map((request) => request.action);
export const writes = (emulator: Emulator) =>
  actions(emulator).filter((action) => action === 'CreateRoutineCodeDeployment').length;

const OUTPUTS = [
  'canary',
  'canary-percentage',
  'changed',
  'deployment-id',
  'done',
  'next-step-at',
  'outcome',
  'previous-deployment-id',
  'previous-versions',
  'reason',
  'request-id',
  'stable',
  'timeline',
  'versions',
];
export const everyOutput = (result: StepResult) =>
  expect(Object.keys(result.outputs).sort()).toEqual(OUTPUTS.toSorted());
