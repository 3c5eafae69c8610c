import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Stopped } from './stopped.js';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as its system counts; empty where it does not say. A number of a process is used again. */
  readonly began: string;
  /** Since when, for a reader. */
  readonly since: string;
}

export interface Lock {
  readonly release: () => void;
}

/** Longer than any run takes; a lock of another machine, which cannot be asked, counts for so long. In ms. */
const LONGEST_HELD = 60 * 60_000;
/** Whoever makes a lock writes it at once; what is not whole after so long, in ms, was left by a kill. */
const WRITING = 10_000;
const TRIES = 5;

/**
 * Keeps a second run off whatever the file `path` says has to be put back: two would restore under each other's feet.
 * What a killed run has left is taken over. Throws Stopped where another run holds it, and the error of the file system.
 */
export function takeLock(path: string): Lock {
  const place = `${path}.lock`;
  const own = JSON.stringify(ownHolder());
  for (let left = TRIES; left > 0; left -= 1) {
    if (made(place, own)) return { release: () => release(place, own) };
    const found = read(place);
    if (found === undefined) continue;
    const holder = holderIn(found);
    if (isHeld(holder, ageOf(place))) throw heldBy(holder, place);
    takeAway(place, found);
  }
  throw heldBy(undefined, place);
}

function made(place: string, own: string): boolean {
  try {
    writeFileSync(place, own, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined where it has gone meanwhile. */
function read(place: string): string | undefined {
  try {
    return readFileSync(place, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function ageOf(place: string): number {
  try {
    return Date.now() - statSync(place).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Two may find the same stale lock: who then holds one of the other's gives it back. */
function takeAway(place: string, stale: string): void {
  const aside = `${place}.${process.pid}`;
  try {
    renameSync(place, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved !== undefined && moved !== stale) made(place, moved);
  rmSync(aside, { force: true });
}

function release(place: string, own: string): void {
  if (read(place) === own) rmSync(place, { force: true });
}

function isHeld(holder: Holder | undefined, age: number): boolean {
  if (holder === undefined) return age < WRITING;
  if (holder.host !== hostname()) return age < LONGEST_HELD;
  return isAlive(holder.pid) && (holder.began === '' || holder.began === beganOf(holder.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's.
    return codeOf(error) === 'EPERM';
  }
}

function ownHolder(): Holder {
  const { pid } = process;
  return { pid, host: hostname(), began: beganOf(pid), since: new Date().toISOString() };
}

/** The 22nd field of what Linux says of a process; the second is in brackets and may hold anything. */
function beganOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, host, began, since } = (JSON.parse(text) ?? {}) as Partial<Holder>;
    const isPid = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0;
    const areTexts = typeof host === 'string' && typeof began === 'string' && typeof since === 'string';
    return isPid && areTexts ? { pid, host, began, since } : undefined;
  } catch {
    return undefined;
  }
}

function heldBy(holder: Holder | undefined, place: string): Stopped {
  const who = holder === undefined ? '' : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  return new Stopped(
    `Another run of this check is under way${who}.`,
    `Wait until it has ended, or end it by Ctrl-C, which puts back what was live. If there is none, delete ${place}.`,
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
