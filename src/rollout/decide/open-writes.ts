import { serves } from '../split.js';
import type { Ledger } from './ledger.js';
import { VERIFY_LIMIT } from './retry.js';
import { mayBeUnnamed, mayShowAgain, prospectOf, type Write } from './write.js';

/** Which writes of this run may still change what is live, or be what is live without anybody knowing. */

/** Writes that are waited for: they may still change what is live. */
export function awaitedWrites(ledger: Ledger): readonly Write[] {
  return ledger.writes.filter((write) => prospectOf(write, ledger) === 'awaited' && !isDone(write, ledger));
}

/** Its split is live already. Where somebody else deployed that, it may take the place of theirs all the same. */
function isDone({ split }: Write, { live, owner }: Ledger): boolean {
  return owner !== 'somebody else' && serves(live, split);
}

/**
 * Writes whose fate has to be called unknown: they may have taken effect, did not show, and are the last one or so
 * recent that they may show after all, whatever time is left to wait for them. One that was refused is not among them.
 */
export function unknownWrites(ledger: Ledger): readonly Write[] {
  const { now, writes } = ledger;
  return writes.filter((write, index) => {
    const { fate, answer, at } = write;
    if (fate.kind !== 'unseen' || isDone(write, ledger)) return false;
    if (answer.kind === 'write-failed' && !answer.fault.mayHaveActed) return false;
    return index === writes.length - 1 || now - at < VERIFY_LIMIT;
  });
}

/** Writes that may be what is live, though it was taken for somebody else's: they landed late, or were mistaken before. */
export function mistakenWrites({ live, writes, unseenAt, cancelled }: Ledger): readonly Write[] {
  return writes.filter((write) => mayBeUnnamed(write, live) || mayShowAgain(write, live, { now: unseenAt, cancelled }));
}
