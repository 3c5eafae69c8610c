import type { Command, Conclusion, Event, Live, Measurement, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import { at, CANARY, fault, measurement, serving } from './builders.js';

/**
 * A world for random walks: a service that may lose answers, act late, lag, throttle, refuse, and be used by others who
 * deploy anything, also our own splits. Its history is the truth; it knows nothing of how decisions are made, and it
 * checks by itself what must hold of every walk.
 */
export type Luck =
  | 'fine'
  | 'lost'
  | 'before'
  | 'late'
  | 'throttled'
  | 'fatal'
  | 'fatal-but-done'
  | 'lag'
  | 'stale'
  | 'vanished'
  | 'foreign'
  | 'ahead'
  | 'behind'
  | 'alone'
  | 'restored'
  | 'again'
  | 'unreadable'
  | 'slow'
  | 'bad'
  | 'doubtful'
  | 'unknown'
  | 'outage'
  | 'cancel';

/** One deployment, as it really was. */
export interface Deployment {
  readonly id: string;
  readonly split: TrafficSplit;
  readonly by: 'us' | 'somebody else';
  readonly at: number;
}

export interface Outcome {
  readonly conclusion: Conclusion;
  readonly live: Live;
  readonly timeline: readonly Event[];
  readonly writes: readonly TrafficSplit[];
  readonly history: readonly Deployment[];
  readonly turns: number;
}

export type Decide = (plan: Plan, timeline: readonly Event[]) => Command;

export interface Service {
  /** What ids look like: nanosecond times, which tell an order, or anything. */
  readonly ids: 'times' | 'skewed' | 'opaque';
  /** How a write is answered: with the DeployId, with no id, or with a number of another kind. */
  readonly answers: 'same' | 'none' | 'other';
}

export interface World extends Service {
  now: number;
  readonly history: Deployment[];
  /** Reads left that show the state before. */
  lag: number;
  shown: Live;
  /** A write whose answer was lost, and when it takes effect. */
  late: { readonly split: TrafficSplit; readonly at: number }[];
  cancelled: boolean;
  /** A write was refused and acted nevertheless: that much is seen at once, no fact knows of more. */
  contrary: boolean;
  /** Ids that were shown. */
  readonly known: Set<string>;
  readonly writes: TrafficSplit[];
  /** Somebody's steps that the walk goes on from, by id: since when, and for how long. */
  readonly adopted: Map<string, { readonly at: number; readonly bake: number }>;
}

/** How long a read takes that is slow, in ms. */
export const SLOW = 20_000;
/** A replica that lags does so for seconds, not minutes. In ms. */
export const STALE_FOR = 5_000;

export class Broken extends Error {}

export const must = (held: boolean, what: string) => {
  if (!held) throw new Broken(what);
};

export const canaryIn = (split: TrafficSplit) => split.find((share) => share.version === CANARY)?.weight ?? 0;
export const text = (split: TrafficSplit) =>
  split
    .map(({ version, weight }) => `${version}=${weight}`)
    .sort()
    .join();
export const textOf = (live: Live) => (live.kind === 'serving' ? text(live.split) : 'nothing');
export const isBack = (split: TrafficSplit) => text(split) === text(at(0));

export function liveIn({ history }: World): Live {
  const last = history.at(-1);
  return last === undefined ? { kind: 'nothing' } : serving(last.id, last.split);
}

/** A time, in nanoseconds; in a skewed world the clock that times our writes is late. */
export function idAt({ ids, history, now }: World, by: Deployment['by']): string {
  const count = history.length + 1;
  if (ids === 'opaque') return `d-${(count * 7919) % 10_007}`;
  const told = now - (ids === 'skewed' && by === 'us' ? 1_500 : 0);
  return String((BIRTH + BigInt(told)) * 1_000_000n + BigInt(count));
}

/** When the world begins, in ms since the epoch. */
export const BIRTH = 1_766_590_000_000n;

export function deploy(world: World, split: TrafficSplit, by: Deployment['by']): string {
  const id = idAt(world, by);
  world.history.push({ id, split, by, at: world.now });
  return id;
}

export function write(world: World, split: TrafficSplit, luck: Luck): Event {
  world.writes.push(split);
  const failed = (code: string, transient: boolean, mayHaveActed: boolean): Event => ({
    at: world.now,
    kind: 'write-failed',
    split,
    fault: fault({ code, transient, mayHaveActed, throttled: code === 'Throttling' }),
  });
  if (luck === 'throttled' || luck === 'before') return failed('Throttling', true, false);
  if (luck === 'fatal') return failed('InvalidParameter', false, false);
  if (luck === 'late') {
    world.late.push({ split, at: world.now + (world.cancelled ? 1_000 : 9_000) });
    return failed('ReadTimeout', true, true);
  }
  if (luck === 'lag') world.lag = 3;
  foreigner(world, luck, world.now % 2 === 0);
  const deploymentId = deploy(world, split, 'us');
  foreigner(world, luck, world.now % 2 === 1);
  if (luck === 'lost') return failed('ECONNRESET', true, true);
  if (luck === 'unreadable') return failed('AnswerNotUnderstood', false, true);
  if (luck === 'fatal-but-done') {
    world.contrary = true;
    world.lag = 0;
    return failed('InvalidParameter', false, false);
  }
  const answered = { same: deploymentId, none: '', other: String(world.history.length) }[world.answers];
  return { at: world.now, kind: 'accepted', split, deploymentId: answered, requestId: 'R' };
}

/**
 * Somebody else: another version, or our own two in a split that we sent, will send, started from or want in the end.
 */
export function foreigner(world: World, luck: Luck, now: boolean): void {
  if (!now) return;
  const weight = canaryIn(world.history.at(-1)?.split ?? at(0));
  const splits: Partial<Record<Luck, TrafficSplit>> = {
    foreign: [{ version: '3', weight: 100 }],
    ahead: at(Math.min(100, weight + 20)),
    behind: at(Math.max(1, Math.floor(weight / 2))),
    alone: at(100),
    restored: at(0),
    again: world.history.at(-1)?.split ?? at(0),
  };
  const split = splits[luck];
  if (split !== undefined) deploy(world, split, 'somebody else');
}

export function read(world: World, luck: Luck): Event {
  if (luck === 'unreadable')
    return {
      at: world.now,
      kind: 'read-failed',
      fault: fault({ code: 'InternalException', transient: true, mayHaveActed: true }),
    };
  foreigner(world, luck, true);
  if (luck === 'vanished' && world.history.length > 0 && !world.contrary)
    return { at: world.now, kind: 'read', live: { kind: 'nothing' } };
  // Where ids tell no order, a state that is shown for the first time when it is past cannot be told from a new one.
  const old = world.history.at(-2);
  const recent = world.now - (world.history.at(-1)?.at ?? 0) < STALE_FOR;
  const tellable = recent && old !== undefined && (isTimely(world, old) || world.known.has(old.id));
  if (luck === 'stale' && tellable && !world.contrary)
    return { at: world.now, kind: 'read', live: serving(old.id, old.split) };
  if (world.lag > 0) world.lag -= 1;
  else world.shown = liveIn(world);
  world.contrary = false;
  if (world.shown.kind === 'serving') world.known.add(world.shown.deploymentId);
  return { at: world.now, kind: 'read', live: world.shown };
}

/** Its id tells beyond doubt that it came before the last. */
function isTimely({ ids, history }: World, old: Deployment): boolean {
  return ids !== 'opaque' && (history.at(-1)?.at ?? 0) - old.at > 4_000;
}

/** What is bad is so bad that one such check is enough. In an outage the stable is as bad, where it serves. */
function seenBy(luck: Luck, weight: number): Measurement {
  if (luck === 'bad') return measurement(0, 5);
  if (luck === 'doubtful') return measurement(0, 1);
  if (luck === 'unknown') return measurement(0, 0, { unknown: 2 });
  if (luck !== 'outage') return measurement(2, 0);
  return measurement(0, weight, { stable: weight === 100 ? undefined : { good: 0, bad: 100 - weight } });
}

export function measure(world: World, weight: number, luck: Luck): Event {
  must(
    world.history.some(({ split }) => canaryIn(split) === weight),
    'a check of a weight that never was live',
  );
  return { at: world.now, kind: 'measured', weight, measurement: seenBy(luck, weight) };
}

/** What is late takes effect when its time has come. */
export function pass(world: World, milliseconds: number): void {
  world.now += milliseconds;
  for (const due of world.late.filter((one) => one.at <= world.now)) deploy(world, due.split, 'us');
  world.late = world.late.filter((one) => one.at > world.now);
}
