import type { Event, Timeline } from '../model.js';

/**
 * When an event was over, in ms since the epoch. Undefined for a call: a session may be renewed in the middle of a wait,
 * which is appended when it begins. A wait that was cut short ends when the next thing happens.
 */
export function endOf(event: Event, timeline: Timeline, index: number): number | undefined {
  if (event.kind === 'called') return undefined;
  if (event.kind !== 'wait') return event.at;
  let after = index + 1;
  while (timeline[after]?.kind === 'called') after += 1;
  return Math.min(event.at + event.for, timeline[after]?.at ?? Number.POSITIVE_INFINITY);
}
