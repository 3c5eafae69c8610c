import { type Ledger, ledgerOf, looksIn } from '../decide/ledger.js';
import { mistakenWrites, unknownWrites } from '../decide/open-writes.js';
import type { Write } from '../decide/write.js';
import type { Live } from '../model.js';
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
  if (plan.kind !== 'deploy' && plan.kind !== 'rollout') {
    // It was planned by the first look.
    const at = timeline.find((event) => event.kind === 'read')?.at;
    return { kind: 'read', live: before, at, isOthers: false, open: [] };
  }
  const ledger = ledgerOf(before, timeline);
  const { live, owner } = ledger;
  const at = looksIn(before, timeline).at(-1)?.at;
  // Where it may be a late write of this run as well, the reason says so.
  const isOthers = owner === 'somebody else' && mistakenWrites(ledger).length === 0;
  return { kind: isShown(ledger) ? 'read' : 'seen', live, at, isOthers, open: unknownWrites(ledger) };
}

function isShown({ unreadable, writes }: Ledger): boolean {
  const last = writes.at(-1);
  return unreadable === undefined && (last === undefined || last.looks > 0);
}
