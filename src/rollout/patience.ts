import type { Command, Fault } from './model.js';

/** How often a write is sent before it is given up. */
export const WRITE_ATTEMPTS = 6;
/** How long an accepted deployment may take to show in what the service answers, in ms. */
export const VERIFY_LIMIT = 30_000;
/** A rollback that does not show is sent again sooner: it may have been overtaken by a step that landed late. In ms. */
export const ROLLBACK_VERIFY_LIMIT = 5_000;
/** How long a step is waited for that may have landed, before it is said where the rollout stopped. In ms. */
export const HOLD_VERIFY_LIMIT = 4_000;
/** How often in a row reading may fail, each time after the adapter's own retries. */
export const READ_ROUNDS = 3;

const FIRST_RETRY = 400;
const LONGEST_RETRY = 5_000;
/** A service that asks to be left alone for longer than this is not waited for, in ms. */
const LONGEST_RETRY_AFTER = 60_000;
const FIRST_LOOK = 150;
const LONGEST_LOOK = 3_000;

export type Wait = Extract<Command, { kind: 'wait' }>;

/** Whether a write that failed so may be sent once more. */
export function isWorthAnother(fault: Fault, attempts: number): boolean {
  return fault.repeatable && attempts < WRITE_ATTEMPTS && (fault.retryAfter ?? 0) <= LONGEST_RETRY_AFTER;
}

/** The pause before a call that failed is made again; it doubles, and the service's own wish is its least. */
export function beforeRetry(fault: Fault, attempts: number): Wait {
  const atMost = doubled(FIRST_RETRY, LONGEST_RETRY, attempts - 1);
  const wished = fault.retryAfter ?? 0;
  return {
    kind: 'wait',
    atLeast: Math.max(atMost / 2, wished),
    atMost: Math.max(atMost, wished),
    why: `${fault.code} on ${fault.operation}`,
  };
}

/** The pause before looking again for a deployment that was accepted. */
export function beforeLook(looks: number): Wait {
  const atMost = doubled(FIRST_LOOK, LONGEST_LOOK, looks);
  return { kind: 'wait', atLeast: atMost / 2, atMost, why: 'the deployment does not show yet' };
}

function doubled(first: number, longest: number, times: number): number {
  return Math.min(longest, first * 2 ** Math.max(0, times));
}
