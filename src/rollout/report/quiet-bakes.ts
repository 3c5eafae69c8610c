import { oneLine } from '../escape.js';
import type { Event, Live, Measurement } from '../model.js';
import { sameLive } from '../split.js';
import { describeChecks, describeChecksHere, differs } from './check-lines.js';
import { LONGEST_CHECK } from './log-lines.js';
import type { Logged, LogWriter } from './log-writer.js';

/** Between two lines that say that a bake goes on, in ms: a minute at first, later a thirtieth of how long it has gone on. */
const BETWEEN_LINES = 60_000;
const PART_OF_BAKE = 30;
/** So many checks and pauses of a step have a line of their own since they differ from the one before. */
const OWN_LINES = 30;

type Measured = Extract<Event, { kind: 'measured' }>;
type Wait = Extract<Event, { kind: 'wait' }>;
type Look = Extract<Event, { kind: 'read' | 'read-failed' }>;

/** Since what is live was deployed. */
interface Bake {
  /** When the first pause of it began, and when its last line was written, in ms since the epoch. */
  readonly since: number | undefined;
  readonly toldAt: number;
  /** What that one said, but for numbers. */
  readonly told: string;
  /** Healthy as those before them, and in no line yet. */
  readonly untold: readonly Measurement[];
  readonly weight: number;
  /** The last check of each source. */
  readonly latest: ReadonlyMap<Measurement['source'], Measurement>;
  readonly ownLines: number;
}

const BEGINNING: Bake = {
  since: undefined,
  toldAt: Number.NEGATIVE_INFINITY,
  told: '',
  untold: [],
  weight: 0,
  latest: new Map(),
  ownLines: OWN_LINES,
};

/** Lines that are written with what comes after them, or not at all. */
interface Held {
  /** The call of a look. */
  readonly look: readonly string[];
  /** The calls of a check by `gate-logs`. */
  readonly logs: readonly string[];
  /** What `gate-command` printed in its check. */
  readonly output: readonly string[];
}

const NONE: Held = { look: [], logs: [], output: [] };
const everyLine = ({ look, logs, output }: Held) => [...look, ...logs, ...output];

/** What has been told of a bake, and what waits to be. */
interface State {
  readonly bake: Bake;
  readonly held: Held;
  readonly looks: Looks;
  readonly isBaking: boolean;
}

interface Looks {
  readonly live: Live | undefined;
  readonly isFailing: boolean;
}

const START: State = {
  bake: BEGINNING,
  held: NONE,
  looks: { live: undefined, isFailing: false },
  isBaking: false,
};

interface Step {
  readonly state: State;
  readonly lines: readonly string[];
}

/**
 * A bake takes hours, in which a check every few seconds and a look once a minute say the same again. A check has its line
 * where it is the first of its source at that step, or differs from the one before; the others are summed up in the line
 * that says how long the bake goes on. A look has one where it shows something else, or fails for the first time.
 */
export function withQuietBakes(writer: Omit<LogWriter, 'output' | 'sum'>): LogWriter {
  let state = START;
  const write = (event: Event): Logged => {
    const told = writer.write(event);
    const step = after(state, event, told.lines);
    state = step.state;
    return { ...told, lines: step.lines };
  };
  const output = (lines: readonly string[]) => {
    state = { ...state, held: { ...state.held, output: lines } };
  };
  const sum = () => {
    const lines = summed(state.bake);
    state = { ...state, bake: { ...state.bake, untold: [] } };
    return lines;
  };
  return { write, output, sum, end: (at) => [...summed(state.bake), ...everyLine(state.held), ...writer.end(at)] };
}

/** `own`: the lines that the event would have by itself. */
function after(state: State, event: Event, own: readonly string[]): Step {
  switch (event.kind) {
    case 'deviated':
      return { state, lines: own };
    case 'called': {
      const whose = state.isBaking ? holder(event) : undefined;
      if (whose === undefined) return { state, lines: own };
      const held = { ...state.held, [whose]: [...state.held[whose], ...own] };
      return { state: { ...state, held }, lines: [] };
    }
    case 'measured':
      return checked({ ...state, isBaking: true }, event, own);
    case 'wait':
      return event.purpose === 'bake' ? paused({ ...state, isBaking: true }, event, own) : loud(state, event, own);
    case 'read':
    case 'read-failed':
      return looked({ ...state, isBaking: false }, event, own);
    case 'accepted':
    case 'write-failed':
    case 'baseline':
    case 'observed':
    case 'uploaded':
    case 'upload-failed':
    case 'removed':
    case 'adopted':
    case 'cancelled':
    case 'aborted':
      return loud(state, event, own);
  }
}

function looked(state: State, event: Look, own: readonly string[]): Step {
  const { bake, held, looks } = state;
  const live = event.kind === 'read' ? event.live : looks.live;
  const next = { ...state, held: { ...held, look: [] }, looks: { live, isFailing: event.kind === 'read-failed' } };
  if (event.baking === true && isKnown(event, looks)) return { state: next, lines: [] };
  return { state: { ...next, bake: { ...bake, untold: [] } }, lines: [...summed(bake), ...held.look, ...own] };
}

/** What happens beside checks and looks is told, after whatever waits to be. */
function loud(state: State, event: Event, own: readonly string[]): Step {
  const { bake, held } = state;
  const isOver = event.kind === 'accepted' || event.kind === 'adopted';
  const next = { ...state, bake: isOver ? BEGINNING : { ...bake, untold: [] }, held: NONE, isBaking: false };
  return { state: next, lines: [...summed(bake), ...everyLine(held), ...own] };
}

function checked(state: State, { weight, measurement }: Measured, own: readonly string[]): Step {
  const { bake } = state;
  const { source } = measurement;
  const before = bake.latest.get(source);
  const isOwn = before === undefined || (bake.ownLines > 0 && differs(measurement, before));
  const next: Bake = {
    ...bake,
    weight,
    latest: new Map([...bake.latest, [source, measurement]]),
    untold: isOwn ? [] : [...bake.untold, measurement],
    ownLines: bake.ownLines - (isOwn && before !== undefined ? 1 : 0),
  };
  const { calls, printed, held } = takenFor(source, state.held);
  const lines = isOwn ? [...summed(bake), ...calls, ...own, ...printed] : [];
  return { state: { ...state, bake: next, held }, lines };
}

/** What belongs to a check of this source, and what is held on. */
function takenFor(source: Measurement['source'], held: Held) {
  if (source === 'gate-logs') return { calls: held.logs, printed: [], held: { ...held, logs: [] } };
  if (source === 'gate-command') return { calls: [], printed: held.output, held: { ...held, output: [] } };
  return { calls: [], printed: [], held };
}

function paused(state: State, event: Wait, own: readonly string[]): Step {
  const { bake } = state;
  const { since = event.at, toldAt, untold } = bake;
  const says = event.why.replace(/(?:[0-9.]+[dhms]*)+/g, '#');
  const isOther = says !== bake.told && bake.ownLines > 0;
  const isDue = event.at - toldAt >= Math.max(BETWEEN_LINES, (event.at - since) / PART_OF_BAKE);
  const next = { ...bake, since, ownLines: bake.ownLines - (isOther ? 1 : 0) };
  if (!isDue && !isOther) return { state: { ...state, bake: next }, lines: [] };
  const lines = untold.length === 0 ? own : [oneLine(`${event.why}; ${describeChecksHere(untold)}`, LONGEST_CHECK)];
  return { state: { ...state, bake: { ...next, toldAt: event.at, told: says, untold: [] } }, lines };
}

/** The checks that have no line yet, in one. */
function summed({ untold, weight }: Bake): readonly string[] {
  return untold.length === 0 ? [] : [oneLine(describeChecks(weight, untold), LONGEST_CHECK)];
}

/** With what comes next a call is told, in a bake; a look is taken once, so one that is tried again is none. */
function holder({ operation, retryIn }: Extract<Event, { kind: 'called' }>): 'look' | 'logs' | undefined {
  if (operation === 'GetLogs') return 'logs';
  return operation === 'GetRoutine' && retryIn === undefined ? 'look' : undefined;
}

function isKnown(event: Look, before: Looks): boolean {
  return event.kind === 'read' ? !before.isFailing && sameLive(event.live, before.live) : before.isFailing;
}
