import type { Share } from './answers.js';
import { answerOf, openApi, type Said } from './api.js';
import { type Edge, openEdge } from './edge.js';
import type { findEdge } from './edge-address.js';
import { endingClock } from './ending-clock.js';
import type { Finding } from './finding.js';
import { look, type Target } from './live.js';
import { makeChecks, type Prepared } from './make-checks.js';
import { namesOf } from './names.js';
import type { Options } from './options.js';
import { type Clock, sharedPace } from './pace.js';
import { planLines, whyNothing } from './plan.js';
import { restore } from './restore.js';
import { type Saved, type SavedFile, savedFile } from './saved.js';
import { Stopped, stoppedText } from './stopped.js';
import type { Surroundings } from './surroundings.js';
import { newMarker, pairAmong } from './upload.js';

/** What has come of a run. */
export interface Conducted {
  /** Absent where no check was made. */
  readonly findings: readonly Finding[] | undefined;
  /** Whether all is as it was before. */
  readonly restored: boolean;
  /** Whether it came to its end, and was not interrupted or stopped by what it met. */
  readonly complete: boolean;
  /** Whether somebody said that it may be done; also where nobody had to. */
  readonly agreed: boolean;
  /** What this run knows by name, and what it is called in a report. */
  readonly names: ReadonlyMap<string, string>;
}

/** Restores what a run before has left; then plan, consent, checks, and in any case what was live. */
export async function conduct(options: Options, surroundings: Surroundings): Promise<Conducted> {
  const { say, clock, interrupted } = surroundings;
  const file = savedFile(options.state);
  const names = namesOf(options, process.env);
  const targetBy = targets(options, surroundings, names);
  const calm = targetBy(clock);
  const left = file.load();
  const none = { findings: undefined, restored: true, complete: true, agreed: true, names };
  if (left !== undefined && !(await restoreLeft(left, calm, { options, file, say })))
    return { ...none, restored: false, complete: false };
  if (options.restore) {
    if (left === undefined) say('Nothing is left to restore.');
    return none;
  }
  const eager = targetBy(endingClock(clock, interrupted, 'Nothing was begun.'), interrupted);
  const first = await look(eager);
  const listed = await eager.api.ask('ListRoutineCodeVersions', { body: pageOf(options.routine) });
  const listing = answerOf(listed, 'ListRoutineCodeVersions', eager);
  const live = first.split.find(({ weight }) => weight >= 50)?.version ?? '';
  const pair = options.upload ? undefined : pairAmong(listing, live, options.versions);
  // What serves nothing is put back by being left out.
  const original = first.split.filter(({ weight }) => weight > 0);
  for (const line of planLines(options, { original, pair })) say(line);
  if (!(await surroundings.consent())) {
    say(`Nothing was done.${interrupted.aborted ? '' : ` Type "${options.env}" when you are asked, or give --yes.`}`);
    return { ...none, complete: false, agreed: interrupted.aborted };
  }
  const saved = savedOf(options, original, first.deployId);
  const ending = endingClock(clock, interrupted, 'What was found so far is in the report.');
  const target = targetBy(ending, interrupted);
  const run = { options, surroundings, target, file, saved, first, pair, names };
  return carryOut({ ...run, listed: listed as Extract<Said, { kind: 'answer' }> }, calm);
}

const pageOf = (routine: string) => ({ Name: routine, PageNumber: '1', PageSize: '20' });

/** `calm` is asked whatever has been interrupted. */
async function carryOut(run: Prepared, calm: Target): Promise<Conducted> {
  const { options, surroundings, file, saved, pair, names } = run;
  const canWrite = whyNothing(options, saved.original, pair) === undefined;
  const findings: Finding[] = [];
  let edge: Edge | undefined;
  let complete = false;
  const openOnce = async (address: () => ReturnType<typeof findEdge>) => {
    const found = edge ?? (await address());
    if (typeof found === 'string') return found;
    edge ??= 'ask' in found ? found : openEdge(found, surroundings.interrupted);
    return edge;
  };
  try {
    await makeChecks({ ...run, canWrite, openOnce, findings });
    complete = true;
  } catch (error) {
    surroundings.say(stoppedText(error));
  } finally {
    edge?.close();
  }
  const ended = { findings, agreed: true, names };
  if (!canWrite) return { ...ended, restored: true, complete };
  if (saved.tried.length > 0) surroundings.say('Putting back what was live.');
  const { complete: restored, lines } = await restore(calm, saved, file);
  for (const line of lines) surroundings.say(line);
  const isAlone = saved.foreign === '';
  return { ...ended, restored: restored && isAlone, complete: complete && isAlone };
}

/** One service by one pace, for whoever waits by whatever clock. */
function targets(
  { routine, env, region }: Options,
  { keys, secrets, destination }: Surroundings,
  names: Map<string, string>,
): (clock: Clock, hurry?: AbortSignal) => Target {
  const paceBy = sharedPace();
  const named = async () => {
    const found = await keys();
    if (found.ok) names.set(found.value.accessKeyId, 'KEY');
    return found;
  };
  return (clock, hurry = new AbortController().signal) => {
    const pace = paceBy(clock);
    const to = { ...destination, hurry };
    const api = openApi({ destination: to, keys: named, redact: secrets.redact, pace, clock });
    return { api, clock, pace, hurry, watched: { at: 0, calls: -1 }, routine, env, region };
  };
}

function savedOf({ routine, env, endpoint }: Options, original: readonly Share[], originalId: string): Saved {
  return {
    routine,
    env,
    endpoint: addressOf(endpoint),
    original,
    originalId,
    own: [],
    tried: [],
    open: [],
    sameIds: false,
    foreign: '',
    marker: newMarker(),
    uploads: false,
  };
}

const addressOf = ({ protocol, host }: Options['endpoint']) => `${protocol}://${host}`;

async function restoreLeft(
  left: Saved,
  calm: Target,
  { options, file, say }: { readonly options: Options; readonly file: SavedFile; readonly say: (line: string) => void },
): Promise<boolean> {
  say(`A run before this one was not restored: ${left.routine} in ${left.env}. That comes first.`);
  if (left.endpoint !== addressOf(options.endpoint))
    throw new Stopped(
      `It was run against ${left.endpoint}.`,
      `Run it again with \`--endpoint ${left.endpoint} --restore\`.`,
    );
  const { complete, lines } = await restore({ ...calm, routine: left.routine, env: left.env }, left, file);
  for (const line of lines) say(line);
  return complete;
}
