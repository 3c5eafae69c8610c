import type { Timeline } from '../model.js';
import type { State } from './state.js';
import { isWriteEvent } from './write.js';

/** So many checks are taken in a row where the look after each takes longer than the interval. */
const CHECKS_BEFORE_STEP = 3;

/**
 * Whether the last check is too old to go up by: older than the interval, as when a read or a write took long. Where every
 * read takes longer than that, no check is ever younger when it comes to the write, so the third in a row counts.
 */
export function isStale({ course: { gate }, current, ledger, checkedAt, looksAfterChecks: looks }: State): boolean {
  if (gate === undefined || current === undefined || current.bake === 0 || checkedAt === undefined) return false;
  return ledger.now - checkedAt > gate.interval && looks < CHECKS_BEFORE_STEP;
}

/** How many checks since the step went live were followed by a look at what is live that a write may follow. */
export function looksAfterChecks(timeline: Timeline): number {
  const began = timeline.findLastIndex((event) => isWriteEvent(event) || event.kind === 'adopted');
  const since = timeline.slice(began + 1);
  const seen = since.filter((event) => event.kind === 'measured' || (event.kind === 'read' && !event.baking));
  return seen.filter(({ kind }, index) => kind === 'read' && seen[index - 1]?.kind === 'measured').length;
}
