import type { LoggedLogRequest, LoggedRequest, Maker } from '../../../emulator/emulator.js';
import type { StepResult } from '../../../scripts/runner.js';
import type { Scenario } from './scenario.js';

/** What happened, as plain data, and what follows from it alone: nothing here believes a word of the action. */

/** Weights by version; without any, nothing is live. */
export type Split = Readonly<Record<string, number>>;

export interface Made {
  readonly id: string;
  readonly at: number;
  readonly by: Maker;
  readonly split: Split;
}

export type Wish =
  | { readonly kind: 'rollout'; readonly canary: string; readonly weights: readonly number[] }
  | { readonly kind: 'split'; readonly split: Split };

/** One process: main, a tick, or a post step. */
export interface Run extends StepResult {
  readonly name: string;
  readonly key: string;
  readonly begin: number;
  readonly end: number;
  readonly wish: Wish;
  /** Those that were sent to it. */
  readonly signals: readonly string[];
  readonly tookTooLong: boolean;
  /** How many deployments there had been when it ended. */
  readonly history: number;
  /** The weights at which the gate's command was run. */
  readonly checks: readonly number[];
  readonly requests: readonly (LoggedRequest & { readonly index: number })[];
  /** To Log Service. */
  readonly logRequests: readonly LoggedLogRequest[];
  /** Name of the run whose post step this is. */
  readonly after: string | undefined;
}

export interface Facts {
  readonly scenario: Omit<Scenario, 'goal' | 'weights' | 'faults' | 'kill' | 'people' | 'second'>;
  readonly stable: string;
  readonly canary: string;
  readonly other: string;
  /** In the order in which they took effect. */
  readonly history: readonly Made[];
  readonly runs: readonly Run[];
  /** Failed answers of the edge, by version. */
  readonly failures: Readonly<Record<string, number>>;
}

const NOTHING: Made = { id: '', at: 0, by: 'somebody else', split: {} };

export interface Read {
  readonly at: number;
  readonly index: number;
  readonly showed: Made;
}

export interface Write {
  readonly at: number;
  readonly index: number;
  readonly split: Split;
  /** What it became, whenever it did. */
  readonly made: Made | undefined;
  /** Its answer said that it was done. */
  readonly accepted: boolean;
  /** Its answer named the deployment. */
  readonly named: boolean;
  readonly requestId: string;
}

/** What one run did and could know. */
export interface View {
  readonly run: Run;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  /** What was live when it first looked, as it was shown; undefined when it never could look. */
  readonly before: Made | undefined;
  /** Up to its end, oldest first; `NOTHING` stands before them all. */
  readonly past: readonly Made[];
  /** Its own, whenever they took effect. */
  readonly own: readonly Made[];
  /** What may be called live at its end: the truth, and what is so much older as nobody could know of more. */
  readonly possible: readonly Made[];
  /** The same where it says that a write of its own may still show. */
  readonly hedged: readonly Made[];
  readonly rank: (made: Made) => number;
}

export function viewOf(facts: Facts, run: Run): View {
  const { history } = facts;
  const known = new Map(history.map((made) => [made.id, made]));
  const rank = (made: Made) => history.indexOf(made);
  const reads = run.requests.flatMap(({ action, at, index, status, showed }) => {
    if (action !== 'GetRoutine' || status !== 200 || showed === undefined) return [];
    return [{ at, index, showed: known.get(showed.production ?? '') ?? NOTHING }];
  });
  const writes = writesOf(facts, run);
  const own = writes.flatMap(({ made }) => made ?? []);
  const main = facts.runs.find(({ name, key }) => name === run.after && key === run.key);
  // The post step has word of what the run before it wrote.
  const ours = [...(main === undefined ? [] : writesOf(facts, main).flatMap(({ made }) => made ?? [])), ...own];
  const past = [NOTHING, ...history.slice(0, run.history)];
  const shown = new Set(reads.map(({ showed }) => showed));
  const until = (knowable: (made: Made) => boolean) => past.slice(Math.max(0, past.findLastIndex(knowable)));
  return {
    run,
    reads,
    writes,
    before: firstShown(reads, writes),
    past,
    own,
    // Allowed: what others did after the last read, and what no read showed. Not allowed: a write of one's own.
    possible: until((made) => shown.has(made) || ours.includes(made)),
    hedged: until((made) => shown.has(made)),
    rank,
  };
}

export const READ = 'GetRoutine';
export const WRITE = 'CreateRoutineCodeDeployment';

/** "Nothing" is believed only when a second look agrees, so the second look counts. */
function firstShown(reads: readonly Read[], writes: readonly Write[]): Made | undefined {
  const sent = writes[0]?.index ?? Number.POSITIVE_INFINITY;
  const [first, second] = reads.filter(({ index }) => index < sent);
  return first?.showed === NOTHING ? (second?.showed ?? NOTHING) : first?.showed;
}

function writesOf({ history, scenario }: Facts, run: Run): readonly Write[] {
  return run.requests
    .filter(({ action }) => action === WRITE)
    .map(({ at, index, status, fault = 'none', parameters, requestId }) => {
      // With neither a RequestId that is one nor a DeploymentId the answer says nothing of the write.
      const nameless = fault === 'odd' && scenario.quirks.omitDeploymentId === true;
      const accepted = status === 200 && WHOLE.has(fault) && !nameless;
      return {
        at,
        index,
        split: splitOfParameter(parameters['CodeVersions'] ?? ''),
        made: history.find(({ by }) => typeof by === 'object' && by.requestId === requestId),
        accepted,
        named: accepted && fault !== 'odd no-deployment-id' && scenario.quirks.omitDeploymentId !== true,
        requestId,
      };
    });
}

/** Under these faults the answer says all the same that it was done. */
const WHOLE: ReadonlySet<string> = new Set([
  'none',
  'slow',
  'foreign',
  'odd',
  'odd no-deployment-id',
  'odd date-behind',
]);

function splitOfParameter(text: string): Split {
  const entries = JSON.parse(text) as readonly { CodeVersion: string; Percentage: number }[];
  return Object.fromEntries(entries.map(({ CodeVersion, Percentage }) => [CodeVersion, Percentage]));
}

export function same(one: Split, other: Split): boolean {
  const entries = Object.entries(one);
  return (
    entries.length === Object.keys(other).length && entries.every(([version, weight]) => other[version] === weight)
  );
}

/** `V=5,W=95`, `nothing` or an empty text. */
export function readSplit(text: string): Split {
  const entries = text.split(',').map((entry) => entry.split('='));
  return Object.fromEntries(
    entries.flatMap(([version = '', weight]) => (weight === undefined ? [] : [[version, Number(weight)]])),
  );
}

export function splitText(split: Split): string {
  const entries = Object.entries(split).map(([version, weight]) => `${version}=${weight}`);
  return entries.length === 0 ? 'nothing' : entries.join();
}

/** Deployed by others than these runs since they first looked, oldest first. */
export function foreignSince(facts: Facts, views: readonly View[]): readonly Made[] {
  const own = new Set(views.flatMap((view) => view.own));
  const { before } = views[0] ?? {};
  const from = before === undefined ? facts.history.length : facts.history.indexOf(before) + 1;
  return facts.history.slice(from).filter((made) => !own.has(made));
}

/** The words by which a run admits that a write of its own may yet turn up. */
export const HEDGES =
  /may still show|may be live|(?:was deployed|received the request) is unknown|was accepted since|has not shown|does not show/;

export function hedges(run: Run): boolean {
  return HEDGES.test(`${run.outputs['reason'] ?? ''}\n${run.after === undefined ? '' : run.log}`);
}

/** What this run may call live. */
export function mayCallLive(view: View): readonly Made[] {
  const live = hedges(view.run) ? view.hedged : view.possible;
  const isAs = (made: Made) => live.some(({ split }) => same(split, made.split));
  // Of the same split under another id. Allowed: one of this run's own that a read showed, where the answer to a second
  // write of it was lost; and one that nobody could tell from this run's.
  const shown = view.reads.map(({ showed }) => showed).filter(isAs);
  return [...live, ...shown.filter((made) => view.own.includes(made) || excused(view, made))];
}

/**
 * Nobody could tell it from a write of this run that had not shown: the id in a write's answer is documented as a
 * number, so that another id which is shown is no proof that the deployment is another.
 */
export function excused(view: View, foreign: Made): boolean {
  const first = view.reads.find(({ showed }) => showed === foreign);
  if (first === undefined) return false;
  const earlier = view.reads.filter(({ index }) => index < first.index);
  return view.writes.some(
    (write) =>
      write.index < first.index &&
      same(write.split, foreign.split) &&
      !earlier.some(({ showed }) => showed === write.made && showed !== NOTHING),
  );
}

/** The runs of one job, the post step last. */
export function jobOf(facts: Facts, run: Run): readonly View[] {
  const main = facts.runs.find(({ name, key }) => name === run.after && key === run.key);
  return [...(main === undefined ? [] : [main]), run].map((one) => viewOf(facts, one));
}

/** What a job did up to the end of this run of it, as if one process had done it all. */
export function wholeJob(facts: Facts, view: View): View {
  const job = jobOf(facts, view.run);
  const [main] = job;
  return {
    ...view,
    before: main === undefined ? view.before : main.before,
    reads: job.flatMap(({ reads }) => reads),
    writes: job.flatMap(({ writes }) => writes),
    own: job.flatMap(({ own }) => own),
  };
}
