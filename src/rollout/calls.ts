import type { Event, Timeline } from './model.js';
import { seconds } from './report.js';
import { NOT_SHOWN_YET } from './retry.js';
import { oneLine } from './untrusted.js';

/** One line on the calls that were made again and the time it took; undefined when none was. */
export function describeRetries(timeline: Timeline): string | undefined {
  const calls = timeline.filter((event) => event.kind === 'called');
  const waited = timeSpent(timeline.flatMap((event, index) => pauseOf(event, timeline[index - 1])));
  if (waited === 0) return undefined;
  const counts = new Map<string, number>();
  const count = (code: string, times: number) => counts.set(code, (counts.get(code) ?? 0) + times);
  // The first that was throttled has an event, and says of what code those were that have none.
  const codeOf = new Map<string, string>();
  for (const { operation, result, throttled, untold = 0 } of calls) {
    if (untold > 0) count(codeOf.get(operation) ?? 'Throttling', untold);
    if (result !== 'OK') count(result, 1);
    if (throttled === true) codeOf.set(operation, result);
  }
  const failed = [...counts.values()].reduce((sum, times) => sum + times, 0);
  if (failed === 0) return undefined;
  const codes = [...counts].map(([code, times]) => (times === 1 ? code : `${code} ${times} times`)).join(', ');
  return oneLine(
    `${failed} of ${requestsIn(timeline)} requests failed: ${codes}; waited ${seconds(waited)} to try again`,
  );
}

/** Every request that was sent, also those that left no event of their own. */
export function requestsIn(timeline: Timeline): number {
  const calls = timeline.filter((event) => event.kind === 'called');
  return calls.reduce((sum, { untold = 0 }) => sum + 1 + untold, 0);
}

/** How long was waited between calls, bakes apart: to try again, for others, and until a deployment showed. In ms. */
export function waitedBetween(timeline: Timeline): number {
  return timeSpent(
    timeline.flatMap((event, index) => {
      const look = event.kind === 'wait' && event.why.startsWith(NOT_SHOWN_YET);
      return look ? [[event.at, event.at + event.for] as const] : pauseOf(event, timeline[index - 1]);
    }),
  );
}

/** From when to when was waited before a call was made again. */
function pauseOf(event: Event, before: Event | undefined): readonly (readonly [number, number])[] {
  if (event.kind === 'called') {
    const { at, took, retryIn = 0, waited = 0 } = event;
    const pauses = [[at - took - waited, at - took] as const, [at, at + retryIn] as const];
    return pauses.filter(([from, to]) => to > from);
  }
  const again = before?.kind === 'write-failed' || before?.kind === 'read-failed';
  return event.kind === 'wait' && again ? [[event.at, event.at + event.for]] : [];
}

/** Calls that are made side by side wait side by side, and that is counted once. */
function timeSpent(pauses: readonly (readonly [number, number])[]): number {
  let [sum, end] = [0, 0];
  for (const [from, to] of pauses.toSorted(([one], [other]) => one - other)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
