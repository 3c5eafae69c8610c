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

/**
 * A bake takes hours, in which a check every few seconds and a look once a minute say the same again. A check has its line
 * where it is the first of its source at that step, or differs from the one before; the others are summed up in the line
 * that says how long the bake goes on. A look has one where it shows something else, or fails for the first time.
 */
export function withQuietBakes(writer: Omit<LogWriter, 'output'>): LogWriter {
  let [bake, held, looks] = [BEGINNING, NONE, { live: undefined, isFailing: false } as Looks];
  let isBaking = false;
  const write = (event: Event): Logged => {
    const told = writer.write(event);
    if (event.kind === 'deviated') return told;
    if (event.kind === 'called') {
      const whose = isBaking ? holder(event) : undefined;
      if (whose === undefined) return told;
      held = { ...held, [whose]: [...held[whose], ...told.lines] };
      return { ...told, lines: [] };
    }
    const lines = linesOf(event, told.lines);
    isBaking = event.kind === 'measured' || (event.kind === 'wait' && event.purpose === 'bake');
    return { ...told, lines };
  };
  const linesOf = (event: Exclude<Event, { kind: 'called' }>, own: readonly string[]): readonly string[] => {
    if (event.kind === 'measured') return checked(event, own);
    if (event.kind === 'wait' && event.purpose === 'bake') return paused(event, own);
    const calls = event.kind === 'read' || event.kind === 'read-failed' ? held.look : everyLine(held);
    held = calls === held.look ? { ...held, look: [] } : NONE;
    if (event.kind === 'read' || event.kind === 'read-failed') {
      const before = looks;
      looks = { live: event.kind === 'read' ? event.live : before.live, isFailing: event.kind === 'read-failed' };
      if (event.baking === true && isKnown(event, before)) return [];
    }
    const lines = [...summed(), ...calls, ...own];
    if (event.kind === 'accepted' || event.kind === 'adopted') bake = BEGINNING;
    return lines;
  };
  const checked = ({ weight, measurement }: Measured, own: readonly string[]): readonly string[] => {
    const { source } = measurement;
    const calls = source === 'gate-logs' ? held.logs : source === 'gate-command' ? held.output : [];
    held = { ...held, ...(source === 'gate-logs' && { logs: [] }), ...(source === 'gate-command' && { output: [] }) };
    const before = bake.latest.get(source);
    const isOwn = before === undefined || (bake.ownLines > 0 && differs(measurement, before));
    const rest = isOwn ? summed() : [];
    bake = {
      ...bake,
      weight,
      latest: new Map([...bake.latest, [source, measurement]]),
      untold: isOwn ? bake.untold : [...bake.untold, measurement],
      ownLines: bake.ownLines - (isOwn && before !== undefined ? 1 : 0),
    };
    if (!isOwn) return [];
    return source === 'gate-command' ? [...rest, ...own, ...calls] : [...rest, ...calls, ...own];
  };
  const paused = (event: Wait, own: readonly string[]): readonly string[] => {
    const { since = event.at, toldAt, untold } = bake;
    const says = event.why.replace(/(?:[0-9.]+[dhms]*)+/g, '#');
    const isOther = says !== bake.told && bake.ownLines > 0;
    const isDue = event.at - toldAt >= Math.max(BETWEEN_LINES, (event.at - since) / PART_OF_BAKE);
    bake = { ...bake, since, ownLines: bake.ownLines - (isOther ? 1 : 0) };
    if (!isDue && !isOther) return [];
    bake = { ...bake, toldAt: event.at, told: says, untold: [] };
    return untold.length === 0 ? own : [oneLine(`${event.why}; ${describeChecksHere(untold)}`, LONGEST_CHECK)];
  };
  const summed = (): readonly string[] => {
    const { untold, weight } = bake;
    bake = { ...bake, untold: [] };
    return untold.length === 0 ? [] : [oneLine(describeChecks(weight, untold), LONGEST_CHECK)];
  };
  const output = (lines: readonly string[]) => {
    held = { ...held, output: lines };
  };
  return { write, output, end: (at) => [...summed(), ...everyLine(held), ...writer.end(at)] };
}

interface Looks {
  readonly live: Live | undefined;
  readonly isFailing: boolean;
}

/** With what comes next a call is told, in a bake; a look is taken once, so one that is tried again is none. */
function holder({ operation, retryIn }: Extract<Event, { kind: 'called' }>): 'look' | 'logs' | undefined {
  if (operation === 'GetLogs') return 'logs';
  return operation === 'GetRoutine' && retryIn === undefined ? 'look' : undefined;
}

function isKnown(event: Extract<Event, { kind: 'read' | 'read-failed' }>, before: Looks): boolean {
  return event.kind === 'read' ? !before.isFailing && sameLive(event.live, before.live) : before.isFailing;
}
