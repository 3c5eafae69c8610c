import { type Deployment, environmentNames, type World } from '../../emulator/emulator.js';
import { exposure, isPictured, lastRollout, picture, timeText, weightsOf, wrapped } from '../picture.js';
import type { Ended } from './engine.js';
import { stepsHanded } from './story.js';

/** How a rollout ended, for the last lines of a try: a picture of what the service kept, and three sentences. */

/** Of a terminal, in characters. */
const WIDTH = 80;
/** More of them nobody reads. */
const MOST_SHOWN = 2;

/** How many deployments each environment of each routine has had. */
export type Counted = ReadonlyMap<string, number>;

export function countDeployments(world: World): Counted {
  return new Map(places(world).map(({ place, history }) => [place, history.length]));
}

interface Place {
  readonly routine: string;
  readonly place: string;
  readonly history: readonly Deployment[];
}

function places({ routines }: World): readonly Place[] {
  return Object.entries(routines).flatMap(([routine, { environments }]) =>
    environmentNames.map((env) => ({ routine, place: `${routine} in ${env}`, history: environments[env].history })),
  );
}

/** Those that moved since they were counted and ended as a rollout does. */
export function toldRollouts(world: World, before: Counted, { handed }: Pick<Ended, 'handed'>): readonly string[] {
  const steps = Object.keys(handed).flatMap((job) => Object.values(stepsHanded({ handed }, job)));
  const told = places(world).flatMap(({ routine, place, history }) => {
    const made = history.slice(Math.max(0, (before.get(place) ?? 0) - 1));
    const last = steps.find(({ outputs }) => outputs['deployment-id'] === made.at(-1)?.deployId);
    const { outcome, canary, reason } = last?.outputs ?? {};
    if (made.length < 2 || !isPictured(outcome) || !canary) return [];
    return [rolloutText(world, { routine, place, made, canary, outcome, reason: reason ?? '' })];
  });
  return told.slice(0, MOST_SHOWN).flat();
}

interface Told {
  readonly routine: string;
  readonly place: string;
  readonly made: readonly Deployment[];
  readonly canary: string;
  readonly outcome: string;
  readonly reason: string;
}

function rolloutText(world: World, { routine, place, made, canary, outcome, reason }: Told): readonly string[] {
  const nameOf = (version: string) => {
    const known = world.routines[routine]?.versions.find(({ codeVersion }) => codeVersion === version);
    // The first word, as `--break` takes it.
    return known?.description.split(/[\s:]/)[0] || version;
  };
  const weights = lastRollout(weightsOf(made, canary));
  const { highest, lasted } = exposure(weights);
  const now = made.at(-1)?.codeVersions.map(({ codeVersion, percentage }) => `${nameOf(codeVersion)} ${percentage} %`);
  const [why = ''] = reason.split(/(?<=\.) /);
  return [
    '',
    ...picture(`What ${nameOf(canary)} got of the requests to ${place}:`, weights, outcome),
    '',
    ...wrapped(`${place}: ${outcome}. ${why}`, WIDTH, '  '),
    outcome === 'promoted'
      ? `${nameOf(canary)} had all requests after ${timeText(lasted)}, and nothing is left to do.`
      : `${nameOf(canary)} had ${highest} % at most, for ${timeText(lasted)}; live now: ${now?.join(', ')}.`,
  ];
}
