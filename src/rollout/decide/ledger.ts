import { instantOfId } from '../instant.js';
import type { Event, Fault, Live, Timeline, TrafficSplit } from '../model.js';
import { sameSplit, serves, splitText } from '../split.js';
import { endOf } from './event-time.js';
import { VERIFY_LIMIT } from './retry.js';
import { STALE } from './stale-reads.js';
import { answeredId, prospectOf, shownId, UNSEEN, type Write, type WriteEvent } from './write.js';

/**
 * What is ours, by evidence. A live deployment is ours when its DeployId answered a write of ours, or was read as the
 * effect of a write that was still open; the looks of a split prove nothing, since anybody may deploy the same one. A
 * DeployId is given once and never comes back: one that was replaced and shows again is an answer that lags.
 */

export interface Unreadable {
  readonly fault: Fault;
  readonly times: number;
  readonly since: number;
  /** The service answered, but what it showed cannot be so: waiting helps, asking more often does not. */
  readonly lagging: boolean;
}

export type Owner = 'before' | 'ours' | 'somebody else';

/** Everything that follows from the timeline about what is live. */
export interface Ledger {
  readonly now: number;
  /** What is live, as last shown by an answer that can be so. */
  readonly live: Live;
  readonly owner: Owner;
  /** Position in the timeline of the read that first showed it. */
  readonly from: number;
  /** Nothing that takes time has happened since it was read. */
  readonly fresh: boolean;
  /** When it was last shown. A write may have landed between two looks, and be seen long after. */
  readonly readAt: number;
  /** When the last look was that did not show yet what is live now. */
  readonly unseenAt: number;
  readonly justWaited: boolean;
  readonly lastPause: number;
  readonly seen: readonly string[];
  readonly writes: readonly Write[];
  /** The id of an answer to a write was seen as DeployId: from then on they are taken to be the same. */
  readonly idsAgree: boolean;
  /** What somebody else deployed, and a write of ours that was under way then replaced. */
  readonly overwritten: Live | undefined;
  readonly unreadable: Unreadable | undefined;
  readonly cancelled: string | undefined;
}

export function ledgerOf(before: Live, timeline: Timeline): Ledger {
  let ledger: Ledger = {
    now: 0,
    live: before,
    owner: 'before',
    from: 0,
    fresh: false,
    readAt: 0,
    unseenAt: 0,
    justWaited: false,
    lastPause: 0,
    seen: idOf(before) === '' ? [] : [idOf(before)],
    writes: [],
    idsAgree: false,
    overwritten: undefined,
    unreadable: undefined,
    cancelled: undefined,
  };
  for (const [index, event] of timeline.entries()) {
    const now = endOf(event, timeline, index);
    ledger = applyEvent(now === undefined ? ledger : { ...ledger, now }, event, index);
  }
  return ledger;
}

function applyEvent(ledger: Ledger, event: Event, index: number): Ledger {
  switch (event.kind) {
    case 'called':
    case 'deviated':
    case 'observed':
      return ledger;
    case 'aborted':
      return {
        ...ledger,
        fresh: false,
        justWaited: false,
        writes: ledger.writes.map((write) => resetAttempts(write, event.at)),
      };
    case 'read':
      return applyRead({ ...ledger, justWaited: false }, event.live, index);
    case 'read-failed':
      return applyFailedRead({ ...ledger, justWaited: false }, event.fault, false);
    case 'accepted':
    case 'write-failed':
      return applyWrite({ ...ledger, fresh: false, justWaited: false }, event);
    case 'wait':
      return { ...ledger, fresh: false, justWaited: true, lastPause: event.for };
    case 'measured':
    case 'baseline':
      return { ...ledger, fresh: false, justWaited: false };
    case 'cancelled':
      return { ...ledger, cancelled: ledger.cancelled ?? event.by };
  }
}

/** The run that goes on counts its own attempts. */
function resetAttempts(write: Write, at: number): Write {
  return { ...write, count: 1, throttled: Number(write.throttled > 0), first: at, pause: 0 };
}

function applyWrite(ledger: Ledger, event: WriteEvent): Ledger {
  const last = ledger.writes.at(-1);
  const count = attemptOf(ledger, event.split);
  const again = last !== undefined && count > 1;
  const write: Write = {
    split: event.split,
    at: event.at,
    answer: event,
    count,
    throttled: (again ? last.throttled : 0) + Number(event.kind === 'write-failed' && event.fault.throttled),
    first: again ? last.first : event.at,
    pause: again ? ledger.lastPause : 0,
    looks: 0,
    unseenAt: event.at,
    fate: UNSEEN,
  };
  return { ...ledger, writes: [...ledger.writes, write] };
}

/** Which attempt at this split in a row a write of it is, counted from 1. One that has shown is not attempted again. */
export function attemptOf({ writes }: Pick<Ledger, 'writes'>, split: TrafficSplit): number {
  const last = writes.at(-1);
  return last !== undefined && last.fate.kind !== 'shown' && sameSplit(last.split, split) ? last.count + 1 : 1;
}

function applyFailedRead(ledger: Ledger, fault: Fault, lagging: boolean): Ledger {
  const { unreadable, now } = ledger;
  const going = unreadable?.lagging === lagging ? unreadable : undefined;
  const since = going?.since ?? now;
  return { ...ledger, fresh: false, unreadable: { fault, lagging, since, times: (going?.times ?? 0) + 1 } };
}

function applyRead(ledger: Ledger, live: Live, index: number): Ledger {
  const shown = attribute(ledger, live);
  if (typeof shown === 'string' && shown !== 'same' && shown !== 'somebody else') {
    return applyFailedRead(ledger, STALE[shown], true);
  }
  const looks = ledger.writes.map((write, at) => ({
    ...write,
    looks: write.looks + 1,
    ...(write.fate.kind !== 'shown' && !isEffectOf(shown, at) && { unseenAt: ledger.now }),
  }));
  const read = { ...ledger, live, fresh: true, readAt: ledger.now, unreadable: undefined, writes: looks };
  if (shown === 'same') return read;
  const id = idOf(live);
  const changed = {
    ...read,
    from: index,
    unseenAt: ledger.readAt,
    seen: id === '' ? ledger.seen : [...ledger.seen, id],
  };
  if (shown === 'somebody else') {
    const writes = looks.map((write) => (isBefore(answeredId(write), id) ? overtaken(write) : write));
    return { ...changed, owner: 'somebody else', writes };
  }
  const mark = (write: Write, at: number): Write => {
    if (at === shown.write) return { ...write, fate: { kind: 'shown', as: id } };
    // An accepted write had taken effect before the next one was sent.
    return at < shown.write && write.answer.kind === 'accepted' ? overtaken(write) : write;
  };
  return {
    ...changed,
    owner: 'ours',
    writes: looks.map(mark),
    idsAgree: ledger.idsAgree || (id !== '' && answeredId(looks[shown.write]) === id),
    overwritten: ledger.owner === 'somebody else' ? ledger.live : ledger.overwritten,
  };
}

function overtaken(write: Write): Write {
  return write.fate.kind === 'shown' ? write : { ...write, fate: { kind: 'overtaken' } };
}

type Observation =
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

function isEffectOf(shown: Observation, at: number): boolean {
  return typeof shown === 'object' && shown.write === at;
}

function attribute(ledger: Ledger, live: Live): Observation {
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

/** What has been shown for so long is so, whatever its id says. */
function isPersistent({ unreadable, now }: Ledger): boolean {
  return unreadable?.lagging === true && now - unreadable.since >= VERIFY_LIMIT;
}

function attributeNew(ledger: Ledger, live: Extract<Live, { kind: 'serving' }>): Observation {
  const { writes, idsAgree, readAt, cancelled } = ledger;
  const lastLook = { now: readAt, cancelled };
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

/** Writes that are waited for: they may still change what is live. */
export function awaitedWrites(ledger: Ledger): readonly Write[] {
  return ledger.writes.filter((write) => prospectOf(write, ledger) === 'awaited' && !serves(ledger.live, write.split));
}

/** The write whose effect is live, where it is known to be one of ours. */
export function writeThatIsLive({ owner, live, writes }: Ledger): Write | undefined {
  if (owner !== 'ours') return undefined;
  return writes.findLast((write) => shownId(write) === idOf(live) && serves(live, write.split));
}

/**
 * Writes whose fate has to be called unknown: they may have taken effect, did not show, and are the last one or so
 * recent that they may show after all, whatever time is left to wait for them. One that was refused is not among them.
 */
export function unknownWrites({ live, now, writes }: Ledger): readonly Write[] {
  return writes.filter(({ fate, answer, at, split }, index) => {
    if (fate.kind !== 'unseen' || serves(live, split)) return false;
    if (answer.kind === 'write-failed' && !answer.fault.mayHaveActed) return false;
    return index === writes.length - 1 || now - at < VERIFY_LIMIT;
  });
}

export function liveText(live: Live): string {
  return live.kind === 'nothing' ? 'nothing' : splitText(live.split);
}

function idOf(live: Live): string {
  return live.kind === 'serving' ? live.deploymentId : '';
}

/** Two servers' clocks may differ by so much. In ns. */
const SKEW = 2_000_000_000n;

/** Surely earlier, by the ids, each of which is a nanosecond time in every sample known; false where nobody can be sure. */
function isBefore(one: string, other: string): boolean {
  if (instantOfId(one) === undefined || instantOfId(other) === undefined) return false;
  return BigInt(one) + SKEW < BigInt(other);
}
