import type { Environment } from '../src/rollout/model.js';
import { keyOf, memberOf, type Share, type Shown, shownIn, textOf } from './answers.js';
import { type Api, answerOf, type Said } from './api.js';
import type { Clock, Pace } from './pace.js';
import type { Saved } from './saved.js';
import { Stopped } from './stopped.js';

/** A routine's environment, and what it is asked by. */
export interface Target {
  readonly api: Api;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly routine: string;
  readonly env: Environment;
  readonly region: string;
}

/** What is live, with the answer that says so. */
export interface Look extends Shown {
  readonly said: Extract<Said, { kind: 'answer' }>;
}

const LOOKS = 4;
const PAUSE = 2_000;

/** Reads what is live; again where an answer was lost or is not understood. Ends with advice where none is. */
export async function look(target: Target): Promise<Look> {
  const { api, clock, routine, env } = target;
  for (let again = LOOKS - 1; ; again -= 1) {
    const said = await api.ask('GetRoutine', { body: { Name: routine } });
    const shown = said.kind === 'answer' ? shownIn(said.json, env) : undefined;
    if (said.kind === 'answer' && shown !== undefined) return { ...shown, said };
    const mayPass = said.kind !== 'refused' || said.code.startsWith('Internal');
    if (again === 0 || !mayPass) {
      answerOf(said, 'GetRoutine', target);
      throw new Stopped(
        `GetRoutine has no form that is known, so nobody can tell what is live in ${env}.`,
        `Check that \`--endpoint\` is one of ESA. Its members: ${formsIn(said)}. Please report that.`,
      );
    }
    await clock.sleep(PAUSE);
  }
}

/** The names of what is in an answer, without a value. */
function formsIn(said: Said): string {
  const names = said.kind === 'answer' ? Object.keys(said.json as object) : [];
  const known = names.filter((name) => /^[A-Za-z]{1,40}$/.test(name)).slice(0, 20);
  return known.length === 0 ? 'none' : known.join(', ');
}

/** Sends a split. That it was, and what came of it, is kept first. */
export type Deploy = (split: readonly Share[]) => Promise<Said>;

/** Keeps that a split is about to be sent; what cannot be kept throws, and is not to be sent. */
export function keepTried(saved: Saved, save: (saved: Saved) => void, split: readonly Share[]): void {
  const tried = saved.tried.includes(keyOf(split)) ? saved.tried : [...saved.tried, keyOf(split)];
  save({ ...saved, tried });
  saved.tried = tried;
}

export function deployer({ api, routine, env }: Target, saved: Saved, save: (saved: Saved) => void): Deploy {
  return async (split) => {
    keepTried(saved, save, split);
    const said = await api.ask('CreateRoutineCodeDeployment', { body: splitParameters(routine, env, split) });
    const id = said.kind === 'answer' ? textOf(memberOf(said.json, 'DeploymentId')) : undefined;
    if (id !== undefined) {
      saved.own.push(id);
      save(saved);
    }
    return said;
  };
}

function splitParameters(routine: string, env: Environment, split: readonly Share[]): Record<string, string> {
  const CodeVersions = split.map(({ version, weight }) => ({ CodeVersion: version, Percentage: weight }));
  return { Name: routine, Env: env, Strategy: 'percentage', CodeVersions: JSON.stringify(CodeVersions) };
}

/** A split shows, after so many reads that showed something else, and so many ms. */
export interface Settled {
  readonly look: Look;
  readonly staleReads: number;
  readonly took: number;
}

/** In ms. */
const LONGEST_LAG = 30_000;

/** Reads until a split shows; undefined where it does not in time. What somebody else deployed ends it all. */
export async function settle(
  target: Target,
  saved: Saved,
  split: readonly Share[],
  longest = LONGEST_LAG,
): Promise<Settled | undefined> {
  const since = target.clock.now();
  for (let staleReads = 0; ; staleReads += 1) {
    const seen = await look(target);
    const took = target.clock.now() - since;
    refuseForeign(seen, saved, target.env);
    if (keyOf(seen.split) === keyOf(split)) {
      if (seen.deployId !== '' && !saved.own.includes(seen.deployId)) saved.own.push(seen.deployId);
      return { look: seen, staleReads, took };
    }
    if (took >= longest) return undefined;
  }
}

/** Whether somebody else deployed what shows. */
export function isForeign({ deployId, split }: Shown, { own, tried, original, originalId }: Saved): boolean {
  const isOriginal = deployId === originalId && keyOf(split) === keyOf(original);
  // Nobody can withdraw a deployment, so that nothing shows is an answer to something of ours.
  return split.length > 0 && !isOriginal && !own.includes(deployId) && !tried.includes(keyOf(split));
}

function refuseForeign(seen: Shown, saved: Saved, env: Environment): void {
  if (!isForeign(seen, saved)) return;
  throw new Stopped(
    `Somebody else has deployed to ${env} meanwhile.`,
    'Nothing more is written. Run it again while nobody else deploys.',
  );
}
