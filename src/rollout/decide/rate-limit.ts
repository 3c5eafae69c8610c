import { LONGEST_PAUSE_ROLLBACK } from './retry.js';

/**
 * How one process shares an account with others that it knows nothing of. Until something is throttled it does as it
 * likes; from then on it makes one call at a time and leaves a gap before each, which grows with what is refused and
 * shrinks with what is accepted. Nobody knows the rate nor who else asks, so refusals are the only measure: at the
 * point where both balance about every third request is refused, whatever the rate and however many ask.
 */
export interface Pace {
  /** Whether anything was throttled in this process: from then on there are never two calls at once. */
  readonly throttled: boolean;
  /** Least time from one call to the next, in ms. */
  readonly gap: number;
  /** The most of it that is left between a read and the write that follows, in ms. */
  readonly gapBeforeWrite: number;
}

/** What a call is for. */
export interface Calling {
  readonly isWrite: boolean;
  /** It restores the stable, or is a read on the way there. */
  readonly rollback: boolean;
}

/** A write follows its read closely, however crowded: in between somebody else may deploy. In ms. */
const CLOSE = 1_000;
/** A write is what it is all about, and may be a rollback: it is never put off for longer, in ms. */
const LONGEST_FOR_WRITES = 10_000;
const KEPT_AFTER_SUCCESS = 0.7;
const SHORTEST_GAP = 50;

export const UNBOUND: Pace = { throttled: false, gap: 0, gapBeforeWrite: CLOSE };

/**
 * The pace after a call that was throttled; `pause` was drawn for it, in ms. A write that is refused was too close to its
 * own read: where an account takes one request in two seconds, none would ever follow within one.
 */
export function refused({ gapBeforeWrite }: Pace, pause: number, isWrite: boolean): Pace {
  if (!isWrite) return { throttled: true, gap: pause, gapBeforeWrite };
  return {
    throttled: true,
    gap: Math.min(pause, LONGEST_FOR_WRITES),
    gapBeforeWrite: Math.min(2 * gapBeforeWrite, LONGEST_FOR_WRITES),
  };
}

/** The pace after a call that the service took. */
export function taken({ throttled, gap, gapBeforeWrite }: Pace, isWrite: boolean): Pace {
  const next = gap * KEPT_AFTER_SUCCESS;
  return { throttled, gap: next < SHORTEST_GAP ? 0 : next, gapBeforeWrite: isWrite ? CLOSE : gapBeforeWrite };
}

/**
 * How long the next call is to stay away from the one before it, from start to start, in ms. The gap may have grown
 * before the rollback began.
 */
export function gapBefore({ gap, gapBeforeWrite }: Pace, { isWrite, rollback }: Calling): number {
  const longest = isWrite ? gapBeforeWrite : rollback ? LONGEST_PAUSE_ROLLBACK : gap;
  return Math.min(gap, longest);
}
