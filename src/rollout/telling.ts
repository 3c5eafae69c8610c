import type { Event } from './model.js';
import { describe, seconds } from './report.js';

/** What becomes of an event: what the timeline keeps of it, and its lines of the log. */
export interface Told {
  readonly event: Event | undefined;
  readonly lines: readonly string[];
}

type Called = Extract<Event, { kind: 'called' }>;

/** While an account is throttled it is told so often, in ms. */
const BETWEEN_LINES = 60_000;

/** From the first call that was throttled until all that were have been taken. */
interface Throng {
  readonly since: number;
  readonly refused: number;
  readonly toldAt: number;
  /** Operations that were refused and not taken since. */
  readonly open: ReadonlySet<string>;
}

interface Untold {
  readonly tries: number;
  readonly waited: number;
}

/**
 * Tells each event as a line, but those of a throttled account once a minute: it may last for many, and each refusal
 * says the same. Nor does each leave an event; the next of the same operation stands for those before it.
 */
export function openTeller(): { readonly tell: (event: Event) => Told } {
  let throng: Throng | undefined;
  const untold = new Map<string, Untold>();
  const tell = (event: Event): Told => {
    const before = throng;
    throng = after(before, event);
    const kept = event.kind === 'called' ? keep(event, before !== undefined, untold) : event;
    // After the first refusal it is said what comes of it: how long is waited, for example.
    const isFirst = before?.refused === 1 && event.kind !== 'called';
    if (before === undefined || isFirst || !isOfThrong(event)) return { event: kept, lines: [describe(kept ?? event)] };
    if (throng === undefined) {
      const end = `No longer throttled after ${seconds(event.at - before.since)}, in which ${requests(before.refused)} refused`;
      return { event: kept, lines: [end, describe(kept ?? event)] };
    }
    if (event.at - before.toldAt < BETWEEN_LINES) return { event: kept, lines: [] };
    throng = { ...throng, toldAt: event.at };
    const still = `Still throttled after ${seconds(event.at - before.since)}: ${requests(throng.refused)} refused so far`;
    return { event: kept, lines: [still] };
  };
  return { tell };
}

function after(throng: Throng | undefined, event: Event): Throng | undefined {
  if (event.kind === 'read-failed') return undefined;
  if (event.kind !== 'called') return throng;
  const { at, operation } = event;
  if (event.throttled === true) {
    const { since = at, refused = 0, toldAt = at, open = new Set<string>() } = throng ?? {};
    return { since, refused: refused + 1, toldAt, open: new Set([...open, operation]) };
  }
  if (throng === undefined) return undefined;
  const open = new Set([...throng.open].filter((one) => one !== operation));
  return open.size === 0 ? undefined : { ...throng, open };
}

/** What says no more than that it goes on: whatever else happens meanwhile is told as ever. */
function isOfThrong(event: Event): boolean {
  if (event.kind === 'write-failed') return event.fault.throttled;
  return event.kind === 'called' || event.kind === 'read' || event.kind === 'wait';
}

/** A first try always leaves an event, and so does the last; those between are added to the next. */
function keep(event: Called, isThrong: boolean, untold: Map<string, Untold>): Called | undefined {
  const { operation, attempt, retryIn = 0, waited = 0 } = event;
  const { tries, waited: sum } = untold.get(operation) ?? { tries: 0, waited: 0 };
  if (event.throttled === true && event.retryIn !== undefined && attempt > 1 && isThrong) {
    untold.set(operation, { tries: tries + 1, waited: sum + waited + retryIn });
    return undefined;
  }
  untold.delete(operation);
  return tries === 0 ? event : { ...event, untold: tries, waited: sum + waited };
}

function requests(count: number): string {
  return count === 1 ? 'one request was' : `${count} requests were`;
}
