import { type Ledger, ledgerOf } from '../decide/ledger.js';
import { unknownWrites } from '../decide/open-writes.js';
import type { Write } from '../decide/write.js';
import type { Live, Timeline } from '../model.js';
import type { FinishedRun } from './finished-run.js';

/** What is known, when a run has ended, of what is live; `at` in ms since the epoch, where the timeline has that look. */
export type Standing =
  /** `tried`: a look was answered with a fault; otherwise there was none. */
  | { readonly kind: 'unknown'; readonly tried: boolean }
  /** The last look showed it. `open` are writes of this run that may still take its place. */
  | {
      readonly kind: 'read';
      readonly live: Live;
      readonly at: number | undefined;
      readonly isOthers: boolean;
      readonly open: readonly Write[];
    }
  /** It was shown before the last look, or before the last write. `open` may be live meanwhile. */
  | {
      readonly kind: 'seen';
      readonly live: Live;
      readonly at: number | undefined;
      readonly isOthers: boolean;
      readonly open: readonly Write[];
    };

/** Live is called only what a look has shown since the last write: what was accepted alone is not. */
export function standingOf({ plan, timeline }: FinishedRun): Standing {
  const { before } = plan;
  if (before === undefined)
    return { kind: 'unknown', tried: timeline.some((event) => event.kind === 'read-failed') || timeline.length === 0 };
  const looked = { at: lastRead(timeline), isOthers: false, open: [] };
  if (plan.kind !== 'deploy' && plan.kind !== 'rollout') return { kind: 'read', live: before, ...looked };
  const ledger = ledgerOf(before, timeline);
  const { live, owner } = ledger;
  const isOthers = owner === 'somebody else';
  return { kind: isShown(ledger) ? 'read' : 'seen', ...looked, live, isOthers, open: unknownWrites(ledger) };
}

function isShown({ unreadable, writes }: Ledger): boolean {
  const last = writes.at(-1);
  return unreadable === undefined && (last === undefined || last.looks > 0);
}

function lastRead(timeline: Timeline): number | undefined {
  return timeline.findLast((event) => event.kind === 'read')?.at;
}
