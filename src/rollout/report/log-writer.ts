import { ROLLBACK_RETRY_LIMIT, THROTTLED_RETRY_LIMIT } from '../decide/retry.js';
import { durationText, seconds } from '../duration.js';
import { oneLine } from '../escape.js';
import type { Event } from '../model.js';
import { describe } from './log-lines.js';
import { withQuietBakes } from './quiet-bakes.js';

/** What becomes of an event: what the timeline keeps of it, and its lines of the log. */
export interface Logged {
  readonly event: Event | undefined;
  readonly lines: readonly string[];
}

export interface LogWriter {
  readonly write: (event: Event) => Logged;
  /** Takes what `gate-command` printed; it is told with the check that comes of it, or not at all. */
  readonly output: (lines: readonly string[]) => void;
  /** The line of the checks that have none yet. */
  readonly sum: () => readonly string[];
  /** The lines that are left when a run ends at that instant, in ms since the epoch. */
  readonly end: (at: number) => readonly string[];
}

type Called = Extract<Event, { kind: 'called' }>;

/** Between two lines about an account that is throttled, in ms. */
const BETWEEN_LINES = 60_000;

/** From the first call that was throttled until all that were have been taken. */
interface ThrottledPeriod {
  readonly since: number;
  readonly refused: number;
  /** What the service called it: too many requests are one reason, a lock that somebody holds another. */
  readonly codes: ReadonlySet<string>;
  readonly reportedAt: number;
  /** It has been said that this is waited out, and is reported once a minute from then on. */
  readonly announced: boolean;
  /** Operations that were refused and not taken since. */
  readonly open: ReadonlySet<string>;
}

/**
 * Each event becomes a line, but those of a throttled account one a minute: it may last for many, and each refusal
 * says the same. Nor does each leave an event; the next of the same operation stands for those before it.
 */
export function openLogWriter(): LogWriter {
  return withQuietBakes(withThrottledPeriods());
}

/** Where the workflow's debug log is on: each check, each look and each pause of a bake has its line. */
export function openFullLogWriter(): LogWriter {
  const writer = withThrottledPeriods();
  let printed: readonly string[] = [];
  const write = (event: Event): Logged => {
    const told = writer.write(event);
    if (event.kind !== 'measured' || event.measurement.source !== 'gate-command') return told;
    const lines = [...told.lines, ...printed];
    printed = [];
    return { ...told, lines };
  };
  const output = (lines: readonly string[]) => {
    printed = lines;
  };
  return { write, output, sum: () => [], end: (at) => [...printed, ...writer.end(at)] };
}

function withThrottledPeriods(): Omit<LogWriter, 'output' | 'sum'> {
  let period: ThrottledPeriod | undefined;
  let cancelled = false;
  const keep = keeper();
  const write = (event: Event): Logged => {
    const before = period;
    period = after(before, event);
    cancelled ||= event.kind === 'cancelled';
    const kept = event.kind === 'called' ? keep(event, before !== undefined) : event;
    const line = describe(kept ?? event);
    if (before?.announced && period === undefined) return { event: kept, lines: [ended(before, event), line] };
    // Once cancelled there are seconds left, and nothing that would fill the log.
    const pause = period?.announced === false && !cancelled ? pauseAfter(event) : 0;
    if (period !== undefined && pause > 0) {
      period = { ...period, announced: true };
      return { event: kept, lines: [line, announcement(period, pause)] };
    }
    if (before?.announced !== true || !isOfSpell(event)) return { event: kept, lines: [line] };
    if (period === undefined || event.at - before.reportedAt < BETWEEN_LINES) return { event: kept, lines: [] };
    period = { ...period, reportedAt: event.at };
    return { event: kept, lines: [spellLine('Still refused', period, event.at)] };
  };
  const end = (at: number) => (period?.announced ? [spellLine('Refused to the end', period, at)] : []);
  return { write, end };
}

function after(period: ThrottledPeriod | undefined, event: Event): ThrottledPeriod | undefined {
  if (event.kind === 'read-failed') return undefined;
  if (event.kind !== 'called') return period;
  const { at, operation, result } = event;
  if (event.throttled === true) {
    const { since = at, refused = 0, reportedAt = at, announced = false } = period ?? {};
    const codes = new Set([...(period?.codes ?? []), result]);
    const open = new Set([...(period?.open ?? []), operation]);
    return { since, refused: refused + 1, codes, reportedAt, announced, open };
  }
  if (period === undefined) return undefined;
  const open = new Set([...period.open].filter((one) => one !== operation));
  return open.size === 0 ? undefined : { ...period, open };
}

/** How long is waited before what failed is tried again, in ms; 0 where the event says nothing of that. */
function pauseAfter(event: Event): number {
  if (event.kind === 'called') return event.throttled === true ? (event.retryIn ?? 0) : 0;
  return event.kind === 'wait' && event.purpose === 'retry' ? event.for : 0;
}

function announcement({ codes }: ThrottledPeriod, pause: number): string {
  const limits = `${durationText(THROTTLED_RETRY_LIMIT)}, or ${durationText(ROLLBACK_RETRY_LIMIT)} in a rollback`;
  return oneLine(
    `${listed(codes)}: waiting ${seconds(pause)}, then trying again for up to ${limits}; reported once a minute`,
  );
}

function ended(period: ThrottledPeriod, event: Event): string {
  return spellLine(event.kind === 'read-failed' ? 'Given up' : 'No longer refused', period, event.at);
}

/** The code is the service's own word, and says whether it is the account or a lock. */
function spellLine(what: string, { since, refused, codes }: ThrottledPeriod, at: number): string {
  const requests = refused === 1 ? 'one request was' : `${refused} requests were`;
  return oneLine(`${what} after ${seconds(at - since)}, in which ${requests} refused: ${listed(codes)}`);
}

function listed(codes: ReadonlySet<string>): string {
  return [...codes].join(', ');
}

/** What says no more than that it goes on: whatever else happens meanwhile has its line as ever. */
function isOfSpell(event: Event): boolean {
  if (event.kind === 'write-failed') return event.fault.throttled;
  return event.kind === 'called' || event.kind === 'read' || event.kind === 'wait';
}

/** The tries of a call since the last that has an event. */
interface Collapsed {
  /** Of that one. */
  readonly result: string;
  readonly tries: number;
  /** When the last of them failed. */
  readonly at: number;
  /** Between and before them, in ms, and not counted by an event. */
  readonly waited: number;
}

/**
 * A first try always leaves an event, and so does the last; those between are added to the next, while they fail alike.
 * How long was waited before each is measured: a pause that was announced may have been cut short.
 */
function keeper(): (event: Called, inSpell: boolean) => Called | undefined {
  const last = new Map<string, Collapsed>();
  return (event, inSpell) => {
    const { operation, attempt, at, took, result, waited = 0 } = event;
    const before = attempt > 1 ? last.get(operation) : undefined;
    const tries = before?.tries ?? 0;
    const since = before === undefined || tries === 0 ? waited : before.waited + Math.max(0, at - took - before.at);
    const isAlike = event.throttled === true && event.retryIn !== undefined && before?.result === result;
    if (inSpell && isAlike) {
      last.set(operation, { result, tries: tries + 1, at, waited: since });
      return undefined;
    }
    last.set(operation, { result, tries: 0, at, waited: 0 });
    return tries === 0 ? event : { ...event, collapsed: tries, waited: since };
  };
}
