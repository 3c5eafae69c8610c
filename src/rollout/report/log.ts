import { PATIENCE_ROLLBACK, PATIENCE_THROTTLED } from '../decide/retry.js';
import { durationText, seconds } from '../duration.js';
import { oneLine } from '../escape.js';
import type { Event } from '../model.js';
import { describe } from './log-lines.js';

/** What becomes of an event: what the timeline keeps of it, and its lines of the log. */
export interface Told {
  readonly event: Event | undefined;
  readonly lines: readonly string[];
}

export interface Teller {
  readonly tell: (event: Event) => Told;
  /** The lines that are left when a run ends at that instant, in ms since the epoch. */
  readonly end: (at: number) => readonly string[];
}

type Called = Extract<Event, { kind: 'called' }>;

/** While an account is throttled it is told so often, in ms. */
const BETWEEN_LINES = 60_000;

/** From the first call that was throttled until all that were have been taken. */
interface Throng {
  readonly since: number;
  readonly refused: number;
  /** What the service called it: too many requests are one reason, a lock that somebody holds another. */
  readonly codes: ReadonlySet<string>;
  readonly toldAt: number;
  /** It has been said that this is waited out, and is told once a minute from then on. */
  readonly announced: boolean;
  /** Operations that were refused and not taken since. */
  readonly open: ReadonlySet<string>;
}

/**
 * Tells each event as a line, but those of a throttled account once a minute: it may last for many, and each refusal
 * says the same. Nor does each leave an event; the next of the same operation stands for those before it.
 */
export function openTeller(): Teller {
  let throng: Throng | undefined;
  let cancelled = false;
  const keep = keeper();
  const tell = (event: Event): Told => {
    const before = throng;
    throng = after(before, event);
    cancelled ||= event.kind === 'cancelled';
    const kept = event.kind === 'called' ? keep(event, before !== undefined) : event;
    const line = describe(kept ?? event);
    if (before?.announced && throng === undefined) return { event: kept, lines: [ended(before, event), line] };
    // Once cancelled there are seconds left, and nothing that would fill the log.
    const pause = throng?.announced === false && !cancelled ? pauseAfter(event) : 0;
    if (throng !== undefined && pause > 0) {
      throng = { ...throng, announced: true };
      return { event: kept, lines: [line, announcement(throng, pause)] };
    }
    if (before?.announced !== true || !isOfThrong(event)) return { event: kept, lines: [line] };
    if (throng === undefined || event.at - before.toldAt < BETWEEN_LINES) return { event: kept, lines: [] };
    throng = { ...throng, toldAt: event.at };
    return { event: kept, lines: [told('Still refused', throng, event.at)] };
  };
  const end = (at: number) => (throng?.announced ? [told('Refused to the end', throng, at)] : []);
  return { tell, end };
}

function after(throng: Throng | undefined, event: Event): Throng | undefined {
  if (event.kind === 'read-failed') return undefined;
  if (event.kind !== 'called') return throng;
  const { at, operation, result } = event;
  if (event.throttled === true) {
    const { since = at, refused = 0, toldAt = at, announced = false } = throng ?? {};
    const codes = new Set([...(throng?.codes ?? []), result]);
    const open = new Set([...(throng?.open ?? []), operation]);
    return { since, refused: refused + 1, codes, toldAt, announced, open };
  }
  if (throng === undefined) return undefined;
  const open = new Set([...throng.open].filter((one) => one !== operation));
  return open.size === 0 ? undefined : { ...throng, open };
}

/** How long is waited before what failed is tried again, in ms; 0 where the event says nothing of that. */
function pauseAfter(event: Event): number {
  if (event.kind === 'called') return event.throttled === true ? (event.retryIn ?? 0) : 0;
  return event.kind === 'wait' && event.purpose === 'retry' ? event.for : 0;
}

function announcement({ codes }: Throng, pause: number): string {
  const limits = `${durationText(PATIENCE_THROTTLED)}, or ${durationText(PATIENCE_ROLLBACK)} in a rollback`;
  return oneLine(
    `${listed(codes)}: waiting ${seconds(pause)}, then trying again for up to ${limits}; told once a minute`,
  );
}

function ended(throng: Throng, event: Event): string {
  return told(event.kind === 'read-failed' ? 'Given up' : 'No longer refused', throng, event.at);
}

/** The code is the service's own word, and says whether it is the account or a lock. */
function told(what: string, { since, refused, codes }: Throng, at: number): string {
  const requests = refused === 1 ? 'one request was' : `${refused} requests were`;
  return oneLine(`${what} after ${seconds(at - since)}, in which ${requests} refused: ${listed(codes)}`);
}

function listed(codes: ReadonlySet<string>): string {
  return [...codes].join(', ');
}

/** What says no more than that it goes on: whatever else happens meanwhile is told as ever. */
function isOfThrong(event: Event): boolean {
  if (event.kind === 'write-failed') return event.fault.throttled;
  return event.kind === 'called' || event.kind === 'read' || event.kind === 'wait';
}

/** The tries of a call since the last that has an event. */
interface Untold {
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
function keeper(): (event: Called, isThrong: boolean) => Called | undefined {
  const last = new Map<string, Untold>();
  return (event, isThrong) => {
    const { operation, attempt, at, took, result, waited = 0 } = event;
    const before = attempt > 1 ? last.get(operation) : undefined;
    const tries = before?.tries ?? 0;
    const since = before === undefined || tries === 0 ? waited : before.waited + Math.max(0, at - took - before.at);
    const isAlike = event.throttled === true && event.retryIn !== undefined && before?.result === result;
    if (isThrong && isAlike) {
      last.set(operation, { result, tries: tries + 1, at, waited: since });
      return undefined;
    }
    last.set(operation, { result, tries: 0, at, waited: 0 });
    return tries === 0 ? event : { ...event, untold: tries, waited: since };
  };
}
