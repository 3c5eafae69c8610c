import type { Command, Fault } from './model.js';

/** How long an accepted deployment may take to show in what the service answers, in ms. */
export const VERIFY_LIMIT = 30_000;
/** A rollback that does not show is sent again sooner: it may have been overtaken by a step that landed late. In ms. */
export const ROLLBACK_VERIFY_LIMIT = 5_000;
/** How long a write is looked for that may have landed, when the workflow was cancelled and time is short. In ms. */
export const HURRIED_VERIFY_LIMIT = 4_000;
/** How often a rollback is sent that does not show. */
export const ROLLBACK_ATTEMPTS = 6;

const FIRST_RETRY = 400;
const LONGEST_RETRY = 5_000;
const MOST_TRIES = 6;
/** A service that asks to be left alone for longer than this is not waited for, in ms. */
const LONGEST_RETRY_AFTER = 60_000;
const FIRST_LOOK = 150;
const LONGEST_LOOK = 3_000;

export type Wait = Extract<Command, { kind: 'wait' }>;

/** How a call has been tried so far. Times in ms. */
export interface Tries {
  /** At least 1. */
  readonly count: number;
  /** When the first of them failed, since the epoch. */
  readonly since: number;
  readonly now: number;
  /** The last pause between two of them; 0 before the first. */
  readonly pause: number;
  /** What is tried restores the stable: nothing is worth more patience. */
  readonly rollback: boolean;
}

/** The pause before a call that failed is made again; undefined when it is to be given up. */
export function retryPause(fault: Fault, { count }: Tries): Wait | undefined {
  const wished = fault.retryAfter ?? 0;
  if (!fault.repeatable || count >= MOST_TRIES || wished > LONGEST_RETRY_AFTER) return undefined;
  const atMost = doubled(FIRST_RETRY, LONGEST_RETRY, count - 1);
  return {
    kind: 'wait',
    atLeast: Math.max(atMost / 2, wished),
    atMost: Math.max(atMost, wished),
    why: `${fault.code} on ${fault.operation}`,
  };
}

/** The pause before looking again for a deployment that was accepted, after so many looks. */
export function lookPause(looks: number): Wait {
  const atMost = doubled(FIRST_LOOK, LONGEST_LOOK, looks);
  return { kind: 'wait', atLeast: atMost / 2, atMost, why: 'the deployment does not show yet' };
}

function doubled(first: number, longest: number, times: number): number {
  return Math.min(longest, first * 2 ** Math.max(0, times));
}

// The names that the two machines of today call; they go with them.
export const WRITE_ATTEMPTS = MOST_TRIES;
export const HOLD_VERIFY_LIMIT = HURRIED_VERIFY_LIMIT;
export const READ_ROUNDS = 3;
export const beforeLook = lookPause;
const tried = (count: number): Tries => ({ count, since: 0, now: 0, pause: 0, rollback: false });
export const isWorthAnother = (fault: Fault, attempts: number) => retryPause(fault, tried(attempts)) !== undefined;
export const beforeRetry = (fault: Fault, attempts: number): Wait =>
  retryPause(fault, tried(Math.min(attempts, MOST_TRIES - 1))) ?? lookPause(9);
