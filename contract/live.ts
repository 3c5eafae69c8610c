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
  /** Once aborted, nothing is waited for. */
  readonly hurry: AbortSignal;
  /** When it was last seen that nobody else has deployed, in ms since the epoch, and after how many calls. */
  readonly watched: { at: number; calls: number };
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

/** Sends a split, if nobody else has deployed. That it was, and what came of it, is kept first. */
export type Deploy = (split: readonly Share[]) => Promise<Said>;

type Save = (saved: Saved) => void;

/** Keeps that a split is about to be sent; what cannot be kept throws, and is not to be sent. */
export function keepTried(saved: Saved, save: Save, split: readonly Share[]): void {
  const key = keyOf(split);
  const tried = saved.tried.includes(key) ? saved.tried : [...saved.tried, key];
  const open = [...saved.open, { key, id: '' }];
  save({ ...saved, tried, open });
  saved.tried = tried;
  saved.open = open;
}

/** A look that was the last call and is no older, in ms, is the read that a write has to follow: there is no compare-and-set. */
const FRESH = 2_000;

export function deployer(target: Target, saved: Saved, save: Save): Deploy {
  const { api, clock, watched, routine, env } = target;
  return async (split) => {
    if (watched.calls !== api.calls() || clock.now() - watched.at > FRESH) await watch(target, saved);
    keepTried(saved, save, split);
    const parameters = { body: splitParameters(routine, env, split) };
    const said = await api.ask('CreateRoutineCodeDeployment', parameters, () => watch(target, saved));
    keepAnswer(saved, said);
    save(saved);
    return said;
  };
}

function keepAnswer(saved: Saved, said: Said): void {
  const sent = saved.open.at(-1);
  // What was refused stays open too: a gateway may refuse what the service has carried out.
  if (sent === undefined || said.kind !== 'answer') return;
  const others = saved.open.slice(0, -1);
  const id = textOf(memberOf(said.json, 'DeploymentId')) ?? '';
  if (id === '') return;
  saved.own.push(id);
  saved.open = saved.sameIds ? others : [...others, { ...sent, id }];
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
    const seen = await watch(target, saved);
    const took = target.clock.now() - since;
    if (keyOf(seen.split) === keyOf(split)) return { look: seen, staleReads, took };
    if (took >= longest) return undefined;
  }
}

/** Reads what is live, and ends it all where that is somebody else's. */
export async function watch(target: Target, saved: Saved): Promise<Look> {
  const seen = await look(target);
  if (saved.foreign === '' && isForeign(seen, saved)) saved.foreign = splitText(seen.split);
  if (saved.foreign !== '')
    throw new Stopped(
      `Somebody else has deployed to ${target.env} meanwhile: ${saved.foreign}.`,
      'Nothing more is written. Run it again while nobody else deploys.',
    );
  recognise(seen, saved);
  Object.assign(target.watched, { at: target.clock.now(), calls: target.api.calls() });
  return seen;
}

/** Whether somebody else deployed what shows: it has an id of its own, and is nothing that was sent and not yet seen. */
export function isForeign(
  { deployId, split }: Pick<Shown, 'deployId' | 'split'>,
  { own, tried, open, original, originalId }: Saved,
): boolean {
  const key = keyOf(split);
  // Nobody can withdraw a deployment, so that nothing shows is an answer to something of ours.
  if (split.length === 0 || (deployId === originalId && key === keyOf(original))) return false;
  if (deployId === '') return !tried.includes(key);
  return !own.includes(deployId) && !open.some((one) => one.key === key);
}

/** Learns by what shows which DeployIds are the run's. */
function recognise({ deployId, split }: Shown, saved: Saved): void {
  const { own, open, originalId } = saved;
  if (deployId === '' || deployId === originalId) return;
  if (open.some(({ id }) => id === deployId)) {
    saved.sameIds = true;
    saved.open = open.filter(({ id }) => id === '');
  } else if (!own.includes(deployId)) {
    const first = open.findIndex(({ key }) => key === keyOf(split));
    saved.open = open.filter((_, index) => index !== first);
    own.push(deployId);
  }
}

export function splitText(split: readonly Share[]): string {
  return split.length === 0 ? 'nothing' : split.map(({ version, weight }) => `${version} at ${weight} %`).join(', ');
}
