import type { Share } from './answers.js';
import { type Api, answerOf, openApi, type Said } from './api.js';
import type { Bench, Check, Known } from './bench.js';
import { type Edge, openEdge } from './edge.js';
import { findEdge } from './edge-address.js';
import { type Finding, unknown } from './finding.js';
import { deployer, keepTried, type Look, look, settle, type Target } from './live.js';
import type { Options } from './options.js';
import { type Clock, type Pace, sharedPace } from './pace.js';
import { LONGEST_RUN, leftOut, planLines, plannedChecks, whyNothing } from './plan.js';
import { restore } from './restore.js';
import { type Saved, type SavedFile, savedFile } from './saved.js';
import { Stopped } from './stopped.js';
import type { Surroundings } from './surroundings.js';
import { newMarker, olderFirst, pairAmong, type Uploaded, uploadAll } from './upload.js';

/** What has come of a run. */
export interface Conducted {
  /** Absent where no check was made. */
  readonly findings: readonly Finding[] | undefined;
  /** Whether all is as it was before. */
  readonly restored: boolean;
  /** Whether it came to its end, and was not interrupted or stopped by what it met. */
  readonly complete: boolean;
  /** What this run knows by name, and what it is called in a report. */
  readonly names: ReadonlyMap<string, string>;
}

/** Restores what a run before has left; then plan, consent, checks, and in any case what was live. */
export async function conduct(options: Options, surroundings: Surroundings): Promise<Conducted> {
  const { say, clock } = surroundings;
  const file = savedFile(options.state);
  const paceBy = sharedPace();
  const calm = targetOf(options, surroundings, paceBy, clock);
  const names = new Map([
    [options.routine, 'ROUTINE'],
    [options.logs?.project ?? '', 'PROJECT'],
    [options.logs?.logstore ?? '', 'LOGSTORE'],
  ]);
  const left = file.load();
  if (left !== undefined && !(await restoreLeft(left, calm, { options, file, say })))
    return { findings: undefined, restored: false, complete: false, names };
  const none = { findings: undefined, restored: true, complete: true, names };
  if (options.restore) {
    if (left === undefined) say('Nothing is left to restore.');
    return none;
  }
  const first = await look(calm);
  const listed = await calm.api.ask('ListRoutineCodeVersions', { body: pageOf(options.routine) });
  const listing = answerOf(listed, 'ListRoutineCodeVersions', calm);
  const live = first.split.find(({ weight }) => weight >= 50)?.version ?? '';
  const pair = options.upload ? undefined : pairAmong(listing, live, options.versions);
  // What serves nothing is put back by being left out.
  const original = first.split.filter(({ weight }) => weight > 0);
  for (const line of planLines(options, { original, pair })) say(line);
  if (!(await surroundings.consent())) {
    say('Nothing was done.');
    return none;
  }
  const saved = savedOf(options, original, first.deployId);
  const run = {
    options,
    surroundings,
    calm,
    paceBy,
    file,
    saved,
    first,
    listed: listed as Extract<Said, { kind: 'answer' }>,
    pair,
    names,
  };
  return carryOut(run);
}

const pageOf = (routine: string) => ({ Name: routine, PageNumber: '1', PageSize: '20' });

interface Prepared {
  readonly options: Options;
  readonly surroundings: Surroundings;
  /** Is asked whatever has been interrupted. */
  readonly calm: Target;
  readonly paceBy: (clock: Clock) => Pace;
  readonly file: SavedFile;
  readonly saved: Saved;
  readonly first: Look;
  readonly listed: Extract<Said, { kind: 'answer' }>;
  readonly pair: readonly [string, string] | undefined;
  readonly names: Map<string, string>;
}

async function carryOut(run: Prepared): Promise<Conducted> {
  const { options, surroundings, calm, file, saved, pair, names } = run;
  const canWrite = whyNothing(options, saved.original, pair) === undefined;
  const findings: Finding[] = [];
  let edge: Edge | undefined;
  let complete = false;
  const openOnce = async (address: () => ReturnType<typeof findEdge>) => {
    const found = edge ?? (await address());
    if (typeof found === 'string') return found;
    edge ??= 'ask' in found ? found : openEdge(found);
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
  if (!canWrite) return { findings, restored: true, complete, names };
  surroundings.say('Putting back what was live.');
  const { complete: restored, lines } = await restore(calm, saved, file);
  for (const line of lines) surroundings.say(line);
  return { findings, restored, complete, names };
}

/** What ended a run early, with advice where there is some; never a stack. */
export function stoppedText(error: unknown): string {
  if (error instanceof Stopped) return `Stopped: ${error.message} ${error.advice}`;
  const name = error instanceof Error ? error.name : typeof error;
  return `Stopped: the check itself failed (${name}). Please report that, with what was printed before.`;
}

interface Making extends Prepared {
  readonly canWrite: boolean;
  readonly openOnce: (address: () => ReturnType<typeof findEdge>) => Promise<Edge | string>;
  /** What was found so far, also when it ends early. */
  readonly findings: Finding[];
}

async function makeChecks(making: Making): Promise<void> {
  const { options, surroundings, saved, file, canWrite, findings, paceBy } = making;
  const { clock, say, interrupted } = surroundings;
  const target = targetOf(options, surroundings, paceBy, endingClock(clock, interrupted), interrupted);
  const { checks } = plannedChecks(options, canWrite);
  if (canWrite && options.upload) {
    saved.uploads = true;
    file.save(saved);
  }
  const uploaded = canWrite && options.upload ? await uploadAll(target, saved.marker) : undefined;
  const bench = benchOf(making, target, uploaded);
  for (const check of checks) {
    say(`${check.title} ...`);
    const found = await check.run(bench).catch((error: unknown) => failedCheck(check, error));
    findings.push(...found);
    for (const finding of found)
      say(
        `  ${finding.fact}: ${finding.kind === 'unknown' ? `could not be told: ${finding.why}` : `${finding.kind}: ${finding.seen}`}`,
      );
  }
  findings.push(...leftOut(options, checks));
}

/** One that fails by itself tells nothing, and the others go on; what stops all stops it too. */
function failedCheck(check: Check, error: unknown): readonly Finding[] {
  if (error instanceof Stopped) throw error;
  const name = error instanceof Error ? error.name : typeof error;
  return check.facts.map((fact) => unknown(fact, `an answer was not what the check can read (${name})`));
}

function benchOf(
  { pair, saved, file, first, listed, names, options, surroundings, openOnce }: Making,
  target: Target,
  uploaded: Uploaded | undefined,
): Bench {
  const [a = '', b = ''] = [...(uploaded === undefined ? (pair ?? []) : [uploaded.a, uploaded.b])].toSorted(olderFirst);
  names
    .set(a, 'A')
    .set(b, 'B')
    .set(uploaded?.bound ?? '', 'BOUND')
    .set(uploaded?.unfinished ?? '', 'UNFINISHED');
  const known: Known = {
    staleReads: 0,
    edgeDelay: 0,
    mark: undefined,
    unfinished: uploaded?.unfinished,
    bound: uploaded?.bound,
  };
  const keep = (secret: string) => surroundings.secrets.keep(secret);
  return {
    target,
    options,
    pace: target.pace,
    a,
    b,
    first,
    listed,
    saved,
    deploy: deployer(target, saved, file.save),
    keepTried: (split: readonly Share[]) => keepTried(saved, file.save, split),
    settle: (split: readonly Share[]) => settle(target, saved, split),
    edge: () => openOnce(() => findEdge(target, first.routine, options, keep)),
    readLogs: surroundings.readLogs,
    known,
  };
}

function targetOf(
  options: Options,
  surroundings: Surroundings,
  paceBy: (clock: Clock) => Pace,
  clock: Clock,
  hurry = new AbortController().signal,
): Target {
  const { keys, secrets, destination } = surroundings;
  const turn = paceBy(clock);
  const api: Api = openApi({ destination: { ...destination, hurry }, keys, redact: secrets.redact, pace: turn, clock });
  return { api, clock, pace: turn, routine: options.routine, env: options.env, region: options.region };
}

/** Ends whatever waits for it once the run is interrupted, or has taken too long. */
function endingClock({ now, sleep }: Clock, interrupted: AbortSignal): Clock {
  const end = now() + LONGEST_RUN;
  const goOn = () => {
    if (interrupted.aborted) throw new Stopped('Interrupted.', 'What was found so far is in the report.');
    if (now() > end) throw new Stopped('Time was up.', 'What was found so far is in the report.');
  };
  return {
    now: () => {
      goOn();
      return now();
    },
    sleep: async (ms) => {
      goOn();
      await Promise.race([sleep(ms), until(interrupted)]);
      goOn();
    },
  };
}

/** One for all that wait, since a signal warns of many listeners. */
const waiting = new WeakMap<AbortSignal, Promise<void>>();

function until(interrupted: AbortSignal): Promise<void> {
  const known = waiting.get(interrupted);
  if (known !== undefined) return known;
  const aborted = new Promise<void>((done) => interrupted.addEventListener('abort', () => done(), { once: true }));
  waiting.set(interrupted, aborted);
  return aborted;
}

function savedOf({ routine, env, endpoint }: Options, original: readonly Share[], originalId: string): Saved {
  return {
    routine,
    env,
    endpoint: endpoint.host,
    original,
    originalId,
    own: [],
    tried: [],
    marker: newMarker(),
    uploads: false,
  };
}

async function restoreLeft(
  left: Saved,
  calm: Target,
  { options, file, say }: { readonly options: Options; readonly file: SavedFile; readonly say: (line: string) => void },
): Promise<boolean> {
  say(`A run before this one was not restored: ${left.routine} in ${left.env}. That comes first.`);
  if (left.endpoint !== options.endpoint.host)
    throw new Stopped(
      `It was run against ${left.endpoint}.`,
      `Run it again with \`--endpoint https://${left.endpoint} --restore\`.`,
    );
  const { complete, lines } = await restore({ ...calm, routine: left.routine, env: left.env }, left, file);
  for (const line of lines) say(line);
  return complete;
}
