import { basename, dirname, join } from 'node:path';
import { deploy, type EnvironmentName } from '../../emulator/emulator.js';
import type { Ended, Engine, Run } from './engine.js';
import { named } from './needs.js';
import { stepsHanded } from './story.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What an example needs to show what it is for, beyond what every workflow gets. */
export interface Preparation {
  /** What is live before, by routine and environment, as `v1=90,v2=10`. */
  readonly live?: Readonly<Record<string, string>>;
  /** Other examples that were run the day before, with what they were given. */
  readonly first?: readonly (Pick<Run, 'inputs' | 'vars'> & { readonly workflow: string })[];
  /** How often it is run, unless it is done before; an hour apart. */
  readonly times?: number;
}

/** By the name of the file; most need nothing. */
export const PREPARATIONS: Readonly<Record<string, Preparation>> = {
  'promote-staging.yml': { live: { 'hello staging': 'v2=100' } },
  'roll-back.yml': { first: [{ workflow: 'rollout.yml' }] },
  'rollout-on-schedule.yml': { times: 8 },
};

export const preparationOf = (workflow: string): Preparation => PREPARATIONS[basename(workflow)] ?? {};

/** Brings the world to where an example begins. Rejects where an example before it fails. */
export async function prepare(engine: Engine, workflow: string, preparation = preparationOf(workflow)): Promise<void> {
  const { world } = engine.emulator;
  for (const [place, split] of Object.entries(preparation.live ?? {})) {
    const [routine = '', environment = ''] = place.split(' ');
    const shares = named(split, world)
      .split(',')
      .map((share) => share.split('='))
      .map(([codeVersion = '', percentage]) => ({ codeVersion, percentage: Number(percentage) }));
    deploy(world, routine, environment as EnvironmentName, shares, engine.clock.now());
  }
  for (const { workflow: name, ...given } of preparation.first ?? []) {
    const { exitCode } = await engine.start({ ...given, workflow: join(dirname(workflow), name) }).ended;
    if (exitCode !== 0) throw new Error(`${basename(workflow)} comes after ${name}, which failed`);
    engine.clock.advance(DAY);
  }
}

/**
 * Runs a workflow so often, an hour apart, or until its steps say that nothing is left to do. `begin` starts each run;
 * undefined where there shall be none.
 */
export async function runs(
  engine: Engine,
  times: number,
  begin: (run: number) => Promise<Ended | undefined>,
): Promise<readonly Ended[]> {
  const all: Ended[] = [];
  while (all.length < times && !isDone(all.at(-1))) {
    if (all.length > 0) engine.clock.advance(HOUR);
    const ended = await begin(all.length + 1);
    if (ended === undefined) break;
    all.push(ended);
  }
  return all;
}

/** Whether there is a step that tells, and each that tells is done. */
function isDone(ended: Ended | undefined): boolean {
  if (ended === undefined) return false;
  const steps = Object.keys(ended.handed).flatMap((job) => Object.values(stepsHanded(ended, job)));
  const told = steps.flatMap(({ outputs }) => outputs['done'] ?? []);
  return told.length > 0 && told.every((done) => done === 'true');
}
