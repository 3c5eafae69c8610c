import type { Counts } from '../model.js';
import { type Draws, isMissingAnswers, type Pair, sizeOf, total, wasEverEnoughAgainstAllowed } from './evidence.js';
import type { Check } from './verdict.js';

/** A check in which the stable is the control. */
export type Compared = Check & Pair;

export function hasControl(check: Check): check is Compared {
  return check.stable !== undefined;
}

/** Requests fail and name no version, and the answers that are missing are the canary's. */
export function cutsConnections(allowed: number, checks: readonly Compared[]): boolean {
  // Others' counts need not be drawn by the weight, and where all that failed is named nothing is missing.
  if (checks.every(({ cut }) => cut === 0)) return false;
  if (!wasEverEnoughAgainstAllowed(allowed, checks.map(mixture))) return false;
  return isMissingAnswers(checks.map(drawnIn));
}

/** How many answers each gave, whatever they were. */
export function drawnIn({ weight, canary, stable }: Compared): Draws {
  return { weight, canary: sizeOf(canary), stable: sizeOf(stable) };
}

export function cutIn(checks: readonly Check[]): number {
  return checks.reduce((sum, { cut }) => sum + cut, 0);
}

/** Whoever answered, and whoever did not. */
export function mixture({ canary, stable, cut, unnamed }: Check): Counts {
  return total([canary, ...(stable === undefined ? [] : [stable]), { good: unnamed, bad: cut }]);
}
