import type { Command, Fault } from '../model.js';

/** How long an accepted deployment may take to show in what the service answers, in ms. */
export const VERIFY_LIMIT = 30_000;
/** A rollback that does not show is sent again sooner: it may have been overtaken by a step that landed late. In ms. */
export const ROLLBACK_VERIFY_LIMIT = 5_000;
/** How long a write is looked for that may have landed, when the workflow was cancelled and time is short. In ms. */
export const HURRIED_VERIFY_LIMIT = 4_000;
/** How often a rollback is sent that does not show. */
export const ROLLBACK_ATTEMPTS = 6;

/** How often in a row a read may be given up by the adapter before the run gives up. */
export const READ_ROUNDS = 3;
/** For how long reading is tried after a cancellation, when a rollback may be owed, in ms. */
export const HURRIED_READ_LIMIT = 6_000;

const FIRST_RETRY = 400;
const LONGEST_RETRY = 5_000;
const MOST_TRIES = 6;
/** A throttled account counts by seconds: what is sent again sooner than that only adds to the load. In ms. */
const FIRST_PAUSE_THROTTLED = 1_000;
const LONGEST_PAUSE_THROTTLED = 30_000;
/** Users meet the canary until a rollback is accepted, in ms. */
export const LONGEST_PAUSE_ROLLBACK = 10_000;
/** A service that asks to be left alone for longer than this is not waited for, in ms. A rollback waits so long. */
const LONGEST_RETRY_AFTER = 60_000;
/** How long a throttled call is tried again, after its first failure, in ms. */
export const THROTTLED_RETRY_LIMIT = 10 * 60_000;
/** How long a rollback is, whatever transient fault it meets, in ms. */
export const ROLLBACK_RETRY_LIMIT = 30 * 60_000;
const FIRST_LOOK = 150;
const LONGEST_LOOK = 3_000;

export type Wait = Extract<Command, { kind: 'wait' }>;

/** One pause between the bounds, in ms; `random` is drawn from 0 to 1 by whoever waits. */
export function pauseWithin({ atLeast, atMost }: Pick<Wait, 'atLeast' | 'atMost'>, random: number): number {
  return atLeast + random * (atMost - atLeast);
}

/** How a call has been tried so far. Times in ms. */
export interface Tries {
  /** At least 1. */
  readonly count: number;
  /** How many of them were throttled, the last one included; those are not counted against it. None when left out. */
  readonly throttled?: number;
  /** When the first of them failed, since the epoch. */
  readonly since: number;
  readonly now: number;
  /** The last pause between two of them; 0 before the first. */
  readonly pause: number;
  /** What is tried restores the stable: nothing is retried for longer. */
  readonly rollback: boolean;
}

/**
 * The pause before a call that failed is made again; undefined when it is to be given up. A throttled call is waited
 * for by the clock, since many share the account; any other transient fault is retried a few times. The pauses of the
 * throttled are decorrelated: each is drawn from a range that reaches to three times the last one.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryPause(fault: Fault, tries: Tries): Wait | undefined {
  if (!fault.transient || isSpent(fault, tries)) return undefined;
  const wished = Math.min(fault.retryAfter ?? 0, LONGEST_RETRY_AFTER);
  const { atLeast, atMost } = fault.throttled ? throttledPause(tries) : transientPause(tries);
  // Those who are told the same do not come back at the same instant.
  const longer = fault.throttled ? wished + (atMost - atLeast) : wished;
  return {
    kind: 'wait',
    atLeast: Math.max(atLeast, wished),
    atMost: Math.max(atMost, longer),
    purpose: 'retry',
    why: `${fault.code} on ${fault.operation}`,
  };
}

function isSpent(fault: Fault, { count, throttled = 0, since, now, rollback }: Tries): boolean {
  if (rollback) return now - since >= ROLLBACK_RETRY_LIMIT;
  if ((fault.retryAfter ?? 0) > LONGEST_RETRY_AFTER) return true;
  return fault.throttled ? now - since >= THROTTLED_RETRY_LIMIT : count - throttled >= MOST_TRIES;
}

function throttledPause({ pause, rollback }: Tries): Pick<Wait, 'atLeast' | 'atMost'> {
  const reach = 3 * Math.max(FIRST_PAUSE_THROTTLED, pause);
  const longest = rollback ? LONGEST_PAUSE_ROLLBACK : LONGEST_PAUSE_THROTTLED;
  return { atLeast: FIRST_PAUSE_THROTTLED, atMost: Math.min(longest, reach) };
}

function transientPause({ count, throttled = 0 }: Tries): Pick<Wait, 'atLeast' | 'atMost'> {
  const atMost = doubled(FIRST_RETRY, LONGEST_RETRY, count - throttled - 1);
  return { atLeast: atMost / 2, atMost };
}

/** The pause before looking again for a deployment that was accepted, after so many looks. */
export function lookPause(looks: number): Wait {
  const atMost = doubled(FIRST_LOOK, LONGEST_LOOK, looks);
  return { kind: 'wait', atLeast: atMost / 2, atMost, purpose: 'look', why: 'the deployment does not show yet' };
}

function doubled(first: number, longest: number, times: number): number {
  return Math.min(longest, first * 2 ** Math.max(0, times));
}
