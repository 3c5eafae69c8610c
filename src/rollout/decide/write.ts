import type { Event, Live, TrafficSplit } from '../model.js';
import { serves } from '../split.js';
import { HURRIED_VERIFY_LIMIT, VERIFY_LIMIT } from './retry.js';

/** The event of a write: how it was answered. */
export type WriteEvent = Extract<Event, { kind: 'accepted' | 'write-failed' }>;

export function isWriteEvent(event: Event): event is WriteEvent {
  return event.kind === 'accepted' || event.kind === 'write-failed';
}

/** A write of this run, and what is known of it. */
export interface Write {
  readonly split: TrafficSplit;
  /** When its answer came, or was lost, in ms since the epoch. */
  readonly at: number;
  readonly answer: WriteEvent;
  /** How often this split has been sent in a row, when for the first time, and the pause before this time in ms. */
  readonly count: number;
  readonly first: number;
  readonly pause: number;
  /** How many of these were throttled. */
  readonly throttled: number;
  /** Reads since, none of which showed it. */
  readonly looks: number;
  /** When the last of them was, in ms since the epoch: until then it was not live. */
  readonly unseenAt: number;
  readonly fate: Fate;
}

/** What the service has shown of a write. */
export type Fate =
  | { readonly kind: 'unseen' }
  /** `as` is the DeployId that it was seen as, which may be empty. */
  | { readonly kind: 'shown'; readonly as: string }
  /** It never showed, and a later deployment is known to have replaced it. */
  | { readonly kind: 'overtaken' };

export const UNSEEN: Fate = { kind: 'unseen' };

/** When somebody looks: in ms since the epoch, and whether the workflow was cancelled by then. */
export interface Look {
  readonly now: number;
  readonly cancelled: string | undefined;
}

/**
 * What can still come of a write:
 * - `settled`: it has shown, or was overtaken.
 * - `refused`: the service turned it away.
 * - `awaited`: it may show yet. An accepted one is awaited as long as one whose answer was lost or not understood; one
 *   that was refused, but not for lack of room, until the first look. Once cancelled there is no time for more.
 * - `overdue`: it should have shown by now, and nobody knows whether it will.
 */
export type Prospect = 'settled' | 'refused' | 'awaited' | 'overdue';

export function prospectOf({ fate, answer, looks, at }: Write, { now, cancelled }: Look): Prospect {
  if (fate.kind !== 'unseen') return 'settled';
  if (answer.kind === 'write-failed' && !answer.fault.mayHaveActed)
    return answer.fault.throttled || looks > 0 ? 'refused' : 'awaited';
  return now - at < (cancelled === undefined ? VERIFY_LIMIT : HURRIED_VERIFY_LIMIT) ? 'awaited' : 'overdue';
}

/** Whether a write may be what is live although it does not show: it is awaited, or was accepted. */
export function mayBeLive(write: Write, look: Look): boolean {
  const prospect = prospectOf(write, look);
  return prospect === 'awaited' || (prospect === 'overdue' && write.answer.kind === 'accepted');
}

/** Whether what shows may be this write, which did not show before and whose answer was lost. */
export function mayBeUnnamed({ fate, answer, split }: Write, live: Live): boolean {
  return fate.kind === 'unseen' && answer.kind === 'write-failed' && answer.fault.mayHaveActed && serves(live, split);
}

/**
 * Whether what shows may be this write, although its effect was seen already: no answer named what was seen, so that may
 * have been somebody's who deployed the same split, and the effect yet to come.
 */
export function mayShowAgain(write: Write, live: Live, look: Look): boolean {
  const isNamed = write.answer.kind === 'accepted' && answeredId(write) === shownId(write);
  if (write.fate.kind !== 'shown' || isNamed || !serves(live, write.split)) return false;
  return prospectOf({ ...write, fate: UNSEEN }, look) === 'awaited';
}

/** Made a deployment, as far as anybody can know: it was accepted, or found live after its answer was lost. */
export function tookEffect(write: Write): boolean {
  return write.answer.kind === 'accepted' || write.fate.kind === 'shown';
}

/** The DeploymentId that the write was answered with; empty where there was none. */
export function answeredId(write: Write | undefined): string {
  return write?.answer.kind === 'accepted' ? write.answer.deploymentId : '';
}

/** The DeployId that the write was seen as, which may be empty; undefined while it was not. */
export function shownId({ fate }: Write): string | undefined {
  return fate.kind === 'shown' ? fate.as : undefined;
}
