import type { Event, Live, TrafficSplit } from '../model.js';
import { sameSplit } from '../split.js';
import { HURRIED_VERIFY_LIMIT, VERIFY_LIMIT } from './retry.js';

export type Written = Extract<Event, { kind: 'accepted' | 'write-failed' }>;

/** A write of this run, and what is known of it. */
export interface Sent {
  readonly split: TrafficSplit;
  /** When its answer came, or was lost, in ms since the epoch. */
  readonly at: number;
  readonly answer: Written;
  /** How often this split has been sent in a row, when for the first time, and the pause before this time in ms. */
  readonly count: number;
  /** How many of these the service turned away for lack of room. */
  readonly throttled: number;
  readonly first: number;
  readonly pause: number;
  /** Reads since, none of which showed it. */
  readonly looks: number;
  /** When the last of them was, in ms since the epoch: until then it was not live. */
  readonly unseenAt: number;
  /** The DeployId that it was seen as, which may be empty. */
  readonly shownAs: string | undefined;
  /** A later deployment is known to have replaced it. */
  readonly overtaken: boolean;
}

/** When somebody looks: in ms since the epoch, and whether the workflow was cancelled by then. */
export interface Look {
  readonly now: number;
  readonly cancelled: string | undefined;
}

/**
 * Whether a write that has not shown may do so yet. An accepted one is looked for as long as one whose answer was lost
 * or not understood; one that was refused for good, until the first look; one that was turned away for lack of room, never. Once cancelled there is no time for more.
 */
export function isOpen(write: Sent, { now, cancelled }: Look): boolean {
  if (write.shownAs !== undefined || write.overtaken) return false;
  if (write.answer.kind === 'write-failed' && !write.answer.fault.mayHaveActed)
    return !write.answer.fault.throttled && write.looks === 0;
  return now - write.at < (cancelled === undefined ? VERIFY_LIMIT : HURRIED_VERIFY_LIMIT);
}

/**
 * Whether what shows may be this write, although its effect was seen already: its answer was lost, so what was seen may
 * have been somebody's who deployed the same split, and the effect yet to come.
 */
export function mayShowAgain(write: Sent, live: Live, look: Look): boolean {
  const isLost = write.answer.kind === 'write-failed' && write.shownAs !== undefined;
  return isLost && serves(live, write.split) && isOpen({ ...write, shownAs: undefined, overtaken: false }, look);
}

/** Whether a write may be what is live although it does not show: accepted, or open. */
export function mayBeLive(write: Sent, ledger: Look): boolean {
  const unseen = write.shownAs === undefined && !write.overtaken;
  return unseen && (write.answer.kind === 'accepted' || isOpen(write, ledger));
}

/** Made a deployment, as far as anybody can know: it was accepted, or found live after its answer was lost. */
export function tookEffect(write: Sent): boolean {
  return write.answer.kind === 'accepted' || write.shownAs !== undefined;
}

export function serves(live: Live, split: TrafficSplit): boolean {
  return live.kind === 'serving' && sameSplit(live.split, split);
}

/** The id that the write was answered with; empty where there was none. */
export function answered(write: Sent | undefined): string {
  return write?.answer.kind === 'accepted' ? write.answer.deploymentId : '';
}
