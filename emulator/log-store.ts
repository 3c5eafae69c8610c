import { createHash } from 'node:crypto';
import { randomFrom } from './chance.js';
import { pick } from './edge.js';
import { effectOf, loggedAs, outageAt } from './misbehaviour.js';
import { findRoutine, findVersion, type Share, type World } from './world.js';

/** Traffic that nobody has to send: drawn by chance, each second by the split that was live then. */
export interface Traffic {
  routine: string;
  /** Requests a second. */
  rate: number;
  /** In ms since the epoch; from the first deployment on when absent. */
  from?: number;
}

/** A project of Log Service with one logstore, which the edge's logs are delivered to. */
export interface LogWorld {
  project: string;
  logstore: string;
  /** The fields that are indexed; absent: all; null: there is no index. */
  index?: string[] | null;
  /** How long after it was written a log can be read, in ms. */
  delay?: number;
  /** Of the logs such a share arrives later, by so many ms. */
  late?: { share: number; by: number };
  traffic?: Traffic[];
  /** So many of the next answers say that they are not complete, and hold half of the logs. */
  incomplete?: number;
  /** Refusals of the next requests, in order. */
  errors?: { status: number; errorCode: string; errorMessage: string }[];
}

/** One log, or many alike. */
export interface LogEntry {
  /** `__time__`, in seconds since the epoch. */
  readonly time: number;
  readonly routine: string;
  readonly codeVersion: string;
  readonly errorCode: number;
  readonly status: number;
  /** When it can be read, in ms since the epoch. */
  readonly readable: number;
  readonly count: number;
}

/** Of an edge that is asked for longer than that nobody reads the oldest. */
const MOST_ENTRIES = 200_000;

export interface LogStore {
  /** A request that the edge served. */
  readonly record: (entry: Pick<LogEntry, 'routine' | 'codeVersion' | 'errorCode' | 'status'>) => void;
  /** What can be read now of [from, to), in seconds since the epoch. */
  readonly read: (from: number, to: number) => readonly LogEntry[];
}

export function logStore(world: World, seed: number, now: () => number): LogStore {
  const served: LogEntry[] = [];
  return {
    record: (entry) => {
      const at = now();
      const readable = at + delayOf(world, served.length, seed);
      served.push({ ...entry, time: Math.floor(at / 1_000), readable, count: 1 });
      if (served.length > MOST_ENTRIES) served.splice(0, MOST_ENTRIES / 10);
    },
    read: (from, to) => {
      const isThere = ({ time, readable }: LogEntry) => time >= from && time < to && readable <= now();
      const drawn = (world.logs?.traffic ?? []).flatMap((traffic) =>
        drawnTraffic(world, traffic, seed, [from, to], now()),
      );
      return [...served, ...drawn].filter(isThere);
    },
  };
}

function delayOf({ logs }: World, number: number, seed: number): number {
  const { delay = 0, late } = logs ?? {};
  return delay + (late !== undefined && randomFrom(seed + number)() < late.share ? late.by : 0);
}

/** The same seconds always hold the same requests. */
function drawnTraffic(
  world: World,
  { routine: name, rate, from: begin = 0 }: Traffic,
  seed: number,
  [from, to]: readonly [number, number],
  now: number,
): readonly LogEntry[] {
  const routine = findRoutine(world, name);
  if (routine === undefined) return [];
  const { history } = routine.environments.production;
  const until = Math.min(to, Math.floor(now / 1_000) + 1);
  const entries: LogEntry[] = [];
  for (let time = Math.max(from, Math.ceil(begin / 1_000)); time < until; time += 1) {
    const random = randomFrom(createHash('sha256').update(`${seed} ${name} ${time}`).digest().readUInt32BE());
    const counts = new Map<string, LogEntry>();
    for (let index = 0; index < rate; index += 1) {
      const at = time * 1_000 + (1_000 * index) / rate;
      const entry = drawnRequest(world, name, splitAt(history, at), at, random);
      if (at > now || entry === undefined) continue;
      const key = JSON.stringify(entry);
      const before = counts.get(key);
      counts.set(key, { ...entry, count: (before?.count ?? 0) + 1 });
    }
    entries.push(...counts.values());
  }
  return entries;
}

function splitAt(history: readonly { at?: number | undefined; codeVersions: Share[] }[], at: number): readonly Share[] {
  return history.findLast((one) => (one.at ?? 0) <= at)?.codeVersions ?? [];
}

function drawnRequest(
  world: World,
  name: string,
  split: readonly Share[],
  at: number,
  random: () => number,
): LogEntry | undefined {
  const [version, failure, site, late] = [random(), random(), random(), random()];
  const codeVersion = pick(split, version);
  const routine = findRoutine(world, name);
  if (codeVersion === undefined || routine === undefined) return undefined;
  const own = findVersion(routine, codeVersion)?.misbehaviour ?? {};
  const effect = effectOf(outageAt(world.outages, at) ?? {}, site) ?? effectOf(own, failure);
  const { delay = 0, late: lateness } = world.logs ?? {};
  const time = Math.floor(at / 1_000);
  const more = lateness !== undefined && late < lateness.share ? lateness.by : 0;
  return { time, routine: name, codeVersion, ...loggedAs(effect), readable: time * 1_000 + delay + more, count: 1 };
}
