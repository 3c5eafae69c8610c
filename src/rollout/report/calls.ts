import { seconds } from '../duration.js';
import { oneLine } from '../escape.js';
import type { Event, Purpose, Timeline } from '../model.js';

export type Called = Extract<Event, { kind: 'called' }>;

/** One line on the calls that were made again and the time it took; undefined when none was. */
export function describeRetries(timeline: Timeline): string | undefined {
  const calls = timeline.filter((event) => event.kind === 'called');
  const waited = timeSpent(pausesIn(timeline, ['retry']));
  if (waited === 0) return undefined;
  const counts = new Map<string, number>();
  const count = (code: string, times: number) => counts.set(code, (counts.get(code) ?? 0) + times);
  for (const [index, { result, collapsed = 0 }] of calls.entries()) {
    if (collapsed > 0) count(collapsedCode(calls, index), collapsed);
    if (result !== 'OK') count(result, 1);
  }
  const failed = [...counts.values()].reduce((sum, times) => sum + times, 0);
  if (failed === 0) return undefined;
  const codes = [...counts].map(([code, times]) => (times === 1 ? code : `${code} ${times} times`)).join(', ');
  return oneLine(
    `${failed} of ${requestsIn(timeline)} requests failed: ${codes}; waited ${seconds(waited)} to try again`,
  );
}

/** Of what the tries failed that have no event: of the same as the one before them, which has. */
export function collapsedCode(calls: readonly Called[], index: number): string {
  const operation = calls[index]?.operation;
  return calls.slice(0, index).findLast((call) => call.operation === operation)?.result ?? 'Throttling';
}

/** Every request that was sent, also those that left no event of their own. */
export function requestsIn(timeline: Timeline): number {
  const calls = timeline.filter((event) => event.kind === 'called');
  return calls.reduce((sum, { collapsed = 0 }) => sum + 1 + collapsed, 0);
}

/** How long was waited between calls, bakes apart: to try again, for others, and until a deployment showed. In ms. */
export function waitedBetween(timeline: Timeline): number {
  return timeSpent(pausesIn(timeline, ['retry', 'look']));
}

type Pause = readonly [from: number, to: number];

function pausesIn(timeline: Timeline, purposes: readonly Purpose[]): readonly Pause[] {
  return timeline.flatMap((event, index) => pausesOf(event, () => timeline.slice(index + 1), purposes));
}

/** From when to when was waited for the same call to be made again; a cancellation cuts short what was to be longer. */
function pausesOf(event: Event, later: () => Timeline, purposes: readonly Purpose[]): readonly Pause[] {
  if (event.kind === 'wait') {
    const isOne = purposes.includes(event.purpose);
    return isOne ? [[event.at, Math.min(event.at + event.for, endOfPause('GetRoutine', later()))]] : [];
  }
  if (event.kind !== 'called') return [];
  const { at, took, operation, retryIn, waited = 0 } = event;
  const sent = at - took;
  const before: Pause = [sent - waited, sent];
  // A gate asks for hours, and most of its calls are followed by no pause.
  return retryIn === undefined ? [before] : [before, [at, Math.min(at + retryIn, endOfPause(operation, later()))]];
}

/**
 * When there was something else to do than to wait: the call was sent, or anything happened that is no call. Other calls
 * are made meanwhile, beside it or to renew a session.
 */
function endOfPause(operation: string, later: Timeline): number {
  const next = later.find((event) => event.kind !== 'called' || event.operation === operation);
  if (next === undefined) return Number.POSITIVE_INFINITY;
  return next.kind === 'called' ? next.at - next.took - (next.waited ?? 0) : next.at;
}

/** Calls that are made side by side wait side by side, and that is counted once. */
function timeSpent(pauses: readonly Pause[]): number {
  let [sum, end] = [0, 0];
  for (const [from, to] of pauses.toSorted(([one], [other]) => one - other)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
