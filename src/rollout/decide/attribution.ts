import { isBefore } from '../instant.js';
import type { Live } from '../model.js';
import { idOf, sameSplit } from '../split.js';
import type { Ledger } from './ledger.js';
import { VERIFY_LIMIT } from './retry.js';
import { answeredId, prospectOf } from './write.js';

/** Whose a deployment is that a read has shown, or why it cannot be so. */
export type Observation =
  | 'same'
  | 'somebody else'
  /** A deployment that was replaced already, or is older than the one that was shown before. */
  | 'replaced'
  /** Nothing, where something was. */
  | 'vanished'
  /** A known DeployId with another split. */
  | 'altered'
  /** Position among our writes. */
  | { readonly write: number };

export function isEffectOf(shown: Observation, at: number): boolean {
  return typeof shown === 'object' && shown.write === at;
}

/** Held against all that was read and sent before. */
export function attribute(ledger: Ledger, live: Live): Observation {
  const last = ledger.live;
  if (live.kind === 'nothing') return last.kind === 'nothing' ? 'same' : 'vanished';
  const id = live.deploymentId;
  if (last.kind === 'serving' && last.deploymentId === id)
    return sameSplit(last.split, live.split) ? 'same' : id === '' ? attributeNew(ledger, live) : 'altered';
  const isNew = !ledger.seen.includes(id);
  // Clocks differ: the id that answered a write of ours is ours, whatever time it gives.
  const ours = isNew && ledger.writes.some((write) => answeredId(write) === id);
  const lags = !ours && (!isNew || isBefore(id, idOf(last)));
  return lags && !isPersistent(ledger) ? 'replaced' : attributeNew(ledger, live);
}

/** Looks at what cannot be so before it is believed. In a bake two of them may be a minute apart, and both lag. */
const STALE_LOOKS = 2;

/** What has been shown for so long, and so often, is so, whatever its id says. */
function isPersistent({ unreadable, now }: Ledger): boolean {
  if (unreadable?.lagging !== true || unreadable.times < STALE_LOOKS) return false;
  return now - unreadable.since >= VERIFY_LIMIT;
}

function attributeNew(ledger: Ledger, live: Extract<Live, { kind: 'serving' }>): Observation {
  const { writes, idsAgree, readAt, cancelledAtRead } = ledger;
  const lastLook = { now: readAt, cancelled: cancelledAtRead };
  const named = writes.findLastIndex((write) => live.deploymentId !== '' && answeredId(write) === live.deploymentId);
  if (named >= 0) return sameSplit(writes[named]?.split ?? live.split, live.split) ? { write: named } : 'altered';
  const effect = writes.findLastIndex(
    (write) =>
      sameSplit(write.split, live.split) &&
      prospectOf(write, lastLook) === 'awaited' &&
      !(idsAgree && answeredId(write) !== ''),
  );
  return effect < 0 ? 'somebody else' : { write: effect };
}
