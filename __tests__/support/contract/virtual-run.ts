import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Conducted, conduct } from '../../../contract/conduct.js';
import { type Options, readOptions } from '../../../contract/options.js';
import { type Report, reportOf } from '../../../contract/report.js';
import { scrubber } from '../../../contract/scrub.js';
import type { Surroundings } from '../../../contract/surroundings.js';
import {
  addVersion,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
  type World,
} from '../../../emulator/emulator.js';
import type { Quirks } from '../../../emulator/quirks.js';
import { succeeded } from '../../../src/rollout/result.js';
import { secretKeeper } from '../../../src/secrets/secrets.js';
import { at, hello } from '../emulator/hello-routine.js';

/** An emulator and a check of it whose clock goes as fast as nobody waits. */
export interface Scene {
  readonly emulator: Emulator;
  readonly world: World;
  readonly clock: { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> };
  readonly folder: string;
  readonly said: string[];
  readonly check: (args?: readonly string[], around?: Partial<Surroundings>) => Promise<Conducted>;
  readonly reported: (conducted: Conducted) => Report;
}

export const SECRET = 'emulator-key-secret';

/**
 * The world of `hello`, with what some checks need: a version that is not Available, one that is bound to production, and
 * production never deployed to.
 */
export function contractWorld(quirks: Partial<Quirks> = {}): World {
  const { world } = hello({ versionHeader: false, ...quirks });
  addVersion(world, 'hello', { status: 'Init' }, at);
  addVersion(world, 'hello', { deployEnv: 'production' }, at);
  const { hello: routine } = world.routines;
  if (routine !== undefined) routine.environments.production = { history: [] };
  return world;
}

/** With `edgeTls` the edge is asked at the routine's own address, for which the default port has to lead to it. */
export async function onScene(
  world: World,
  play: (scene: Scene) => Promise<void>,
  { edgeTls }: Pick<EmulatorOptions, 'edgeTls'> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  let now = Date.now();
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
      // What is under way gets its turn.
      await new Promise((done) => setImmediate(done));
    },
  };
  await using emulator = await startEmulator({ world, now: clock.now, edgeSeed: 1, ...(edgeTls && { edgeTls }) });
  const said: string[] = [];
  const secrets = secretKeeper(() => {});
  secrets.keep(SECRET);
  const check: Scene['check'] = async (args = [], around = {}) => {
    const address = edgeTls === undefined ? ['--url', `${emulator.edge}/staging/hello/`] : [];
    const usual = ['--routine', 'hello', '--endpoint', emulator.api, ...address];
    const read = readOptions([...usual, '--state', join(folder, 'state.json'), ...args]);
    if (!read.ok || read.value === 'help') throw new Error(String(read.ok || read.error));
    return conduct(read.value, { ...surroundingsOf(read.value, { clock, said }, secrets), ...around });
  };
  const reported: Scene['reported'] = ({ findings = [], names }) =>
    reportOf(findings, { now, env: 'staging', region: 'cn-hangzhou' }, scrubber(names, secrets.redact));
  try {
    await play({ emulator, world, clock, folder, said, check, reported });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function surroundingsOf(
  { endpoint }: Options,
  { clock, said }: Pick<Scene, 'clock' | 'said'>,
  secrets: Surroundings['secrets'] = secretKeeper(() => {}),
): Surroundings {
  const keys = { accessKeyId: 'emulator-key-id', accessKeySecret: SECRET, securityToken: undefined };
  return {
    clock,
    say: (line) => said.push(line),
    consent: async () => true,
    interrupted: new AbortController().signal,
    secrets,
    keys: async () => succeeded(keys),
    destination: { endpoint, timeout: 5_000, hurry: new AbortController().signal },
    readLogs: async () => [],
  };
}
