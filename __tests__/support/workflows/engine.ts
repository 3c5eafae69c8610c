import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect } from '@jest/globals';
import { environmentNames, type World } from '../../../emulator/emulator.js';
import { actBinary } from '../../../scripts/engine/act-binary.js';
import { type Ended, type Engine, type EngineOptions, startEngine } from '../../../scripts/engine/engine.js';
import { stepsHanded } from '../../../scripts/engine/story.js';

export const root = resolve(import.meta.dirname, '../../../..');
export const fixture = (name: string) => join(root, '__tests__/support/workflows', name);
export const example = (name: string) => join(root, 'examples', name);
export const examples = readdirSync(join(root, 'examples'))
  .map((path) => basename(path))
  .toSorted();
export const textOf = (path: string) => readFileSync(path, 'utf8');

/** Where it cannot be had (no python3, no PyPI), tests by it are skipped; CI may not do without. */
export const act = actBinary(root);
if (act.kind === 'missing') console.warn(`Workflows are not run: ${act.why}`);
export const describeByAct = act.kind === 'found' || process.env['CI'] !== undefined ? describe : describe.skip;

/**
 * Plays something by an engine of its own, whose pauses pass 300 times faster. What GitHub was sent has to be as it
 * describes its API, whatever else is looked at.
 */
export async function onEngine<Played>(
  play: (engine: Engine) => Promise<Played>,
  options: Partial<EngineOptions> = {},
): Promise<Played> {
  if (act.kind === 'missing') throw new Error(act.why);
  const node = join(root, 'node_modules/node/bin/node');
  await using engine = await startEngine({ root, act: act.path, node, speed: 300, ...options });
  const played = await play(engine);
  expect(engine.github.violations).toEqual([]);
  return played;
}

/** The states of each record, oldest record first, oldest state first. */
export const states = ({ github }: Engine) =>
  github.deployments.toReversed().map(({ statuses }) => statuses.map(({ state }) => state).toReversed());

/** What every environment of every routine serves, as `v1=90,v2=10` by the first words of the descriptions. */
export function live({ routines }: World): Record<string, string> {
  const served = Object.entries(routines).flatMap(([name, { versions, environments }]) =>
    environmentNames.map((environment) => {
      const shares = environments[environment].current?.codeVersions ?? [];
      const word = (id: string) => firstWord(versions.find(({ codeVersion }) => codeVersion === id)?.description ?? '');
      const split = shares.map(({ codeVersion, percentage }) => `${word(codeVersion)}=${percentage}`);
      return [`${name} ${environment}`, split.toSorted().join(',')];
    }),
  );
  return Object.fromEntries(served) as Record<string, string>;
}

/** A commit is another one each time. */
const firstWord = (description: string) => description.split(/\W/)[0]?.replace(/^[0-9a-f]{7,}$/, 'COMMIT');

/** How the steps of the action ended, by job, as the next job got it. */
export const outcomes = (ended: Ended): Record<string, (string | null | undefined)[]> =>
  Object.fromEntries(
    Object.keys(ended.handed).map((job) => [
      job,
      Object.values(stepsHanded(ended, job)).flatMap(({ outputs }) =>
        'outcome' in outputs ? [outputs['outcome']] : [],
      ),
    ]),
  );

export const results = ({ handed }: Ended) =>
  Object.fromEntries(Object.entries(handed).map(([job, { result }]) => [job, result]));

/** Looks again and again; the test's own limit in time ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
}
