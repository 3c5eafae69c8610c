import { isBefore, SAME_CLOCK } from '../instant.js';
import type { Adoption, Event, Fault, Live, Timeline, TrafficSplit } from '../model.js';
import { idOf, liveSplit, sameSplit, serves } from '../split.js';
import { attribute, isEffectOf } from './attribution.js';
import { endOf } from './event-time.js';
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
  /** Looked in the midst of a bake, which goes on without. */
  readonly baking: boolean;
}

/** `adopted`: somebody else's, and this run goes on from there. */
export type Owner = 'before' | 'ours' | 'adopted' | 'somebody else';

/** Everything that follows from the timeline about what is live. */
export interface Ledger {
  readonly now: number;
  /** What is live, as last shown by an answer that can be so. */
  readonly live: Live;
  readonly owner: Owner;
  /** Position in the timeline of the read that first showed it. */
  readonly from: number;
  /** What was live last that was not somebody else's: what they did is held against it. */
  readonly base: TrafficSplit | undefined;
  /** The last time that somebody's step was adopted, and how many writes had been sent by then. */
  readonly adopted: { readonly at: number; readonly writes: number } | undefined;
  /** Nothing that takes time has happened since it was read. */
  readonly fresh: boolean;
  /** When it was last shown. A write may have landed between two looks, and be seen long after. */
  readonly readAt: number;
  /** By whom the workflow had been cancelled then: a write that was open at that look may be what shows at the next. */
  readonly cancelledAtRead: string | undefined;
  /** When the last look was that did not show yet what is live now. */
  readonly unseenAt: number;
  /** When was last looked, whatever came of it. */
  readonly lookedAt: number;
  /** It was in the midst of a bake, and nothing has happened since. */
  readonly lookedInBake: boolean;
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
  /** A run before this one left it unfinished. */
  readonly recovering: boolean;
}

export function ledgerOf(before: Live, timeline: Timeline): Ledger {
  return follow(before, timeline, () => {});
}

/** What was live, whenever a look was answered with what can be so; `at` in ms since the epoch. */
export function looksIn(before: Live, timeline: Timeline): readonly { readonly at: number; readonly live: Live }[] {
  const looks: Extract<Event, { kind: 'read' }>[] = [];
  follow(before, timeline, ({ unreadable }, event) => {
    if (event.kind === 'read' && unreadable === undefined) looks.push(event);
  });
  return looks.map(({ at, live }) => ({ at, live }));
}

function follow(before: Live, timeline: Timeline, after: (ledger: Ledger, event: Event) => void): Ledger {
  let ledger: Ledger = {
    now: 0,
    live: before,
    owner: 'before',
    from: 0,
    base: liveSplit(before),
    adopted: undefined,
    ...UNKNOWN_SINCE,
    readAt: 0,
    cancelledAtRead: undefined,
    unseenAt: 0,
    lookedAt: 0,
    lastPause: 0,
    seen: idOf(before) === '' ? [] : [idOf(before)],
    writes: [],
    idsAgree: false,
    overwritten: undefined,
    unreadable: undefined,
    cancelled: undefined,
    recovering: false,
  };
  for (const [index, event] of timeline.entries()) {
    const now = endOf(event, timeline, index);
    ledger = applyEvent(now === undefined ? ledger : { ...ledger, now }, event, index);
    after(ledger, event);
  }
  return ledger;
}

function applyEvent(ledger: Ledger, event: Event, index: number): Ledger {
  switch (event.kind) {
    case 'called':
    case 'deviated':
    case 'observed':
      return ledger;
    case 'adopted':
      return applyAdoption(ledger, event, index);
    case 'aborted':
      return {
        ...ledger,
        ...UNKNOWN_SINCE,
        recovering: true,
        writes: ledger.writes.map((write) => resetAttempts(write, event.at)),
      };
    case 'read':
      return applyRead(looked(ledger, event), event.live, index);
    case 'read-failed':
      return applyFailedRead(looked(ledger, event), event.fault, false);
    case 'accepted':
    case 'write-failed':
      return applyWrite({ ...ledger, ...UNKNOWN_SINCE }, event);
    case 'wait':
      return { ...ledger, ...UNKNOWN_SINCE, justWaited: true, lastPause: event.for };
    case 'uploaded':
    case 'upload-failed':
    case 'removed':
      // What was waited for there is no pause between two writes of a split.
      return { ...ledger, ...UNKNOWN_SINCE, lastPause: 0 };
    case 'measured':
    case 'baseline':
      return { ...ledger, ...UNKNOWN_SINCE };
    case 'cancelled':
      return { ...ledger, cancelled: ledger.cancelled ?? event.by };
  }
}

/** Something took time, so what is live may be another by now. */
const UNKNOWN_SINCE = { fresh: false, justWaited: false, lookedInBake: false } as const;

function looked(ledger: Ledger, { baking = false }: { readonly baking?: boolean }): Ledger {
  return { ...ledger, justWaited: false, lookedAt: ledger.now, lookedInBake: baking };
}

/** From here on it is as if it were this run's own, and what was sent before it is past. */
function applyAdoption(ledger: Ledger, { split, deploymentId, at }: Adoption & { at: number }, index: number): Ledger {
  const isShown = serves(ledger.live, split) && idOf(ledger.live) === deploymentId;
  return {
    ...ledger,
    live: isShown ? ledger.live : { kind: 'serving', deploymentId, deployedAt: undefined, split, details: [] },
    owner: 'adopted',
    from: index,
    base: split,
    adopted: { at, writes: ledger.writes.length },
    seen: deploymentId === '' || ledger.seen.includes(deploymentId) ? ledger.seen : [...ledger.seen, deploymentId],
    writes: ledger.writes.map(overtaken),
  };
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

/** The last write, while it has not shown. One that somebody's step was adopted after is no longer of interest. */
export function pendingIn({ writes, adopted }: Pick<Ledger, 'writes' | 'adopted'>): Write | undefined {
  const last = writes.length > (adopted?.writes ?? 0) ? writes.at(-1) : undefined;
  return last?.fate.kind === 'shown' ? undefined : last;
}

/** Which attempt at this split in a row a write of it is, counted from 1. One that has shown is not attempted again. */
export function attemptOf(ledger: Pick<Ledger, 'writes' | 'adopted'>, split: TrafficSplit): number {
  const last = pendingIn(ledger);
  return last !== undefined && sameSplit(last.split, split) ? last.count + 1 : 1;
}

function applyFailedRead(ledger: Ledger, fault: Fault, lagging: boolean): Ledger {
  const { unreadable, now, lookedInBake: baking } = ledger;
  const going = unreadable?.lagging === lagging && unreadable.baking === baking ? unreadable : undefined;
  const since = going?.since ?? now;
  return { ...ledger, fresh: false, unreadable: { fault, lagging, baking, since, times: (going?.times ?? 0) + 1 } };
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
  const read = {
    ...ledger,
    live,
    fresh: true,
    readAt: ledger.now,
    cancelledAtRead: ledger.cancelled,
    unreadable: undefined,
    writes: looks,
  };
  const id = idOf(live);
  if (shown === 'same') return ledger.owner === 'somebody else' ? withOvertaken(read, id) : read;
  const changed = {
    ...read,
    from: index,
    unseenAt: ledger.readAt,
    seen: id === '' ? ledger.seen : [...ledger.seen, id],
  };
  if (shown === 'somebody else') return withOvertaken({ ...changed, owner: 'somebody else' }, id);
  const mark = (write: Write, at: number): Write => {
    if (at === shown.write) return { ...write, fate: { kind: 'shown', as: id } };
    // An accepted write had taken effect before the next one was sent.
    return at < shown.write && write.answer.kind === 'accepted' ? overtaken(write) : write;
  };
  return {
    ...changed,
    owner: 'ours',
    base: live.kind === 'serving' ? live.split : ledger.base,
    writes: looks.map(mark),
    idsAgree: ledger.idsAgree || (id !== '' && answeredId(looks[shown.write]) === id),
    overwritten: isOthers(ledger, shown.write) ? ledger.live : ledger.overwritten,
  };
}

/**
 * Their deployment has replaced what its id is surely after. Where the ids are too close for that, since clocks differ, it is
 * believed once the write should have shown. What was accepted and then replaced was live in between, though nobody looked.
 */
function withOvertaken(ledger: Ledger, id: string): Ledger {
  // That there is less time once cancelled tells nothing of which came first.
  const look = { now: ledger.now, cancelled: undefined };
  const isOvertaken = (write: Write) =>
    isBefore(answeredId(write), id) ||
    (prospectOf(write, look) === 'overdue' && isBefore(answeredId(write), id, SAME_CLOCK));
  const writes = ledger.writes.map((write) => (isOvertaken(write) ? overtaken(write) : write));
  const unseen = pendingIn({ ...ledger, writes });
  const isReplaced = unseen?.fate.kind === 'overtaken' && unseen.answer.kind === 'accepted';
  return { ...ledger, writes, base: isReplaced ? unseen.split : ledger.base };
}

/** What is live is not what this write was to follow: somebody deployed it meanwhile. */
function isOthers({ owner, adopted }: Ledger, write: number): boolean {
  return owner === 'somebody else' || (owner === 'adopted' && write < (adopted?.writes ?? 0));
}

function overtaken(write: Write): Write {
  return write.fate.kind === 'shown' ? write : { ...write, fate: { kind: 'overtaken' } };
}

/** The write whose effect is live, where it is known to be one of ours. */
export function writeThatIsLive({ owner, live, writes }: Ledger): Write | undefined {
  if (owner !== 'ours') return undefined;
  return writes.findLast((write) => shownId(write) === idOf(live) && serves(live, write.split));
}
