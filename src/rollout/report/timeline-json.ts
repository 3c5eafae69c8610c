import type { Event, Live, Timeline } from '../model.js';
import { sameLive } from '../split.js';

/** All outputs of a job together may be 1 MiB, and `toJSON(outputs)` becomes one argument of at most 128 KiB. In bytes. */
export const LONGEST_TIMELINE = 32 * 1024;
/** Of one text in an event, in characters: a description may be of any length. */
const LONGEST_TEXT = 500;

/** In which order events are kept when not all of them fit: what happened, what begins or ends a run of alike ones, others. */
const RANKS = { happened: 0, atAnEnd: 1, oneOfMany: 2 } as const;

/**
 * The timeline as JSON, instants as RFC 3339, in at most 32 KiB however long it is. What does not fit is left out: what is
 * one of many alike before what changed something, the middle before both ends; `left-out` says how many that were.
 */
export function timelineText(timeline: Timeline): string {
  const texts = timeline.map(eventText);
  const whole = `[${texts.join(',')}]`;
  if (bytesOf(whole) <= LONGEST_TIMELINE) return whole;
  const kept = chosen(timeline, texts);
  const first = texts.findIndex((_, index) => !kept.has(index));
  const told = texts.flatMap((text, index) => {
    if (kept.has(index)) return [text];
    return index === first ? [leftOut(timeline[index], texts.length - kept.size)] : [];
  });
  return `[${told.join(',')}]`;
}

function eventText({ at, ...event }: Event): string {
  const written = { at: new Date(at).toISOString(), ...event };
  // Of a measurement the sums say enough.
  return JSON.stringify(written, (key, value: unknown) =>
    key === 'spans'
      ? undefined
      : typeof value === 'string' && value.length > LONGEST_TEXT
        ? `${[...value].slice(0, LONGEST_TEXT).join('')}…`
        : value,
  );
}

function leftOut(event: Event | undefined, events: number): string {
  return JSON.stringify({ at: new Date(event?.at ?? 0).toISOString(), kind: 'left-out', events });
}

function chosen(timeline: Timeline, texts: readonly string[]): ReadonlySet<number> {
  const ranks = ranksOf(timeline);
  const fromEnd = (index: number) => Math.min(index, texts.length - 1 - index);
  const order = texts
    .map((_, index) => index)
    .toSorted((one, other) => (ranks[one] ?? 0) - (ranks[other] ?? 0) || fromEnd(one) - fromEnd(other));
  const kept = new Set<number>();
  let left = LONGEST_TIMELINE - bytesOf(`[${leftOut(timeline[0], texts.length)}]`);
  for (const index of order) {
    const size = bytesOf(texts[index] ?? '') + 1;
    if (size > left) continue;
    left -= size;
    kept.add(index);
  }
  return kept;
}

function ranksOf(timeline: Timeline): readonly number[] {
  const ranks: number[] = timeline.map(() => RANKS.oneOfMany);
  // Of each kind since something happened: where the last one stood.
  const latest = new Map<string, number>();
  let live: Live | undefined;
  const close = () => {
    for (const index of latest.values()) ranks[index] = RANKS.atAnEnd;
    latest.clear();
  };
  for (const [index, event] of timeline.entries()) {
    if (happened(event, live)) {
      close();
      ranks[index] = RANKS.happened;
    } else {
      const kind = kindOf(event);
      if (!latest.has(kind)) ranks[index] = RANKS.atAnEnd;
      latest.set(kind, index);
    }
    if (event.kind === 'read') live = event.live;
  }
  close();
  return ranks;
}

/** Writes, reads that show something else than the one before, checks that were not all good, and cancellations. */
function happened(event: Event, before: Live | undefined): boolean {
  switch (event.kind) {
    case 'accepted':
    case 'write-failed':
    case 'baseline':
    case 'observed':
    case 'deviated':
    case 'adopted':
    case 'cancelled':
    case 'aborted':
    case 'uploaded':
    case 'upload-failed':
    case 'removed':
      return true;
    case 'read':
      return !sameLive(event.live, before);
    case 'measured':
      return event.measurement.canary.bad > 0;
    case 'read-failed':
    case 'called':
    case 'wait':
      return false;
  }
}

function kindOf(event: Event): string {
  if (event.kind === 'called') return `called ${event.operation} ${event.result}`;
  return event.kind === 'measured' ? `measured ${event.weight} ${event.measurement.source}` : event.kind;
}

/** In UTF-8, as the runner stores an output. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
