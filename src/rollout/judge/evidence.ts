import type { Counts } from '../model.js';
import { likeliestBeginning, wasEverEnough } from './change-points.js';
import { logChoose, logMean, timesLog } from './log-space.js';

/**
 * How strongly what was seen speaks against a canary that is as good as it has to be. Both are e-processes: a canary that
 * is good enough reaches a value of 1/alpha at any time of the whole rollout with a probability of at most alpha, however
 * often somebody looks (Ville's inequality). Source: Ramdas, Grünwald, Vovk, Shafer, "Game-theoretic statistics and safe
 * anytime-valid inference", arXiv 2210.01948; as a rule for canaries: Lindon, Sanden, Shirikian, arXiv 2205.14762.
 * Since when the canary is bad is unknown too: `change-points.ts`.
 */

/** Of one check: what the canary answered, and what the stable answered at the same time. */
export interface Pair {
  readonly canary: Counts;
  readonly stable: Counts;
}

/** How many times worse than allowed a canary may be that is looked for. */
const TIMES_WORSE = [2, 3, 5, 10, 20, 50, 100];
/** A canary that fails all but always: never quite 1, for one good answer would then prove that it does not. */
const DEAD = 0.999;

/** ln of the evidence against "it fails at most `allowed` of its requests" in all; `allowed` is a share, 0-1. */
export function againstAllowed(allowed: number, counts: Counts): number {
  return logMean(partsAgainst(allowed)(counts));
}

/** Whether it was enough at any time, looking after each check. */
export function wasEverEnoughAgainstAllowed(allowed: number, checks: readonly Counts[]): boolean {
  return wasEverEnough(checks.map(partsAgainst(allowed)));
}

/** The check since which there is most evidence against it. */
export function failsSince(allowed: number, checks: readonly Counts[]): number {
  return likeliestBeginning(checks.map(partsAgainst(allowed)));
}

function partsAgainst(allowed: number): (counts: Counts) => readonly number[] {
  const rates = [...TIMES_WORSE.map((times) => times * allowed).filter((rate) => rate < 1), DEAD];
  const ratios = rates
    .filter((rate) => rate > allowed)
    .map((rate) => ({ good: (1 - rate) / (1 - allowed), bad: rate / allowed }));
  return ({ good, bad }) => ratios.map((ratio) => timesLog(bad, ratio.bad) + timesLog(good, ratio.good));
}

/** How many answers that were. */
export function sizeOf({ good, bad }: Counts): number {
  return good + bad;
}

export function total(counts: readonly Counts[]): Counts {
  return {
    good: counts.reduce((sum, { good }) => sum + good, 0),
    bad: counts.reduce((sum, { bad }) => sum + bad, 0),
  };
}

/** Odds of failing, the canary's against the stable's, that are looked for. */
const ODDS = [2, 5, 20, 100, 1_000];

/**
 * ln of the evidence against "the canary fails no more than the stable" in one check. Given how many answers each gave
 * and how many failed in all, which of them failed is left to chance, whatever rate the site had at that moment: so an
 * outage of both moves nothing. Fisher's noncentral hypergeometric distribution against the central one.
 */
export function againstStable(pair: Pair): number {
  return logMean(partsOf(pair));
}

/** Whether that of all checks was enough at any time, looking after each: their ratios multiply. */
export function wasEverEnoughAgainstStable(pairs: readonly Pair[]): boolean {
  return wasEverEnough(pairs.map(partsOf));
}

/** The check since which there is most evidence against it. */
export function worseSince(pairs: readonly Pair[]): number {
  return likeliestBeginning(pairs.map(partsOf));
}

/** A check never changes, and each decision looks at all of them again. */
const known = new WeakMap<Counts, readonly number[]>();

function partsOf(pair: Pair): readonly number[] {
  const before = known.get(pair.canary);
  if (before !== undefined) return before;
  const parts = ODDS.map((odds) => logRatio(pair, odds));
  known.set(pair.canary, parts);
  return parts;
}

function logRatio({ canary, stable }: Pair, odds: number): number {
  const [ours, theirs] = [sizeOf(canary), sizeOf(stable)];
  const failed = canary.bad + stable.bad;
  if (failed === 0 || ours === 0 || theirs === 0) return 0;
  return canary.bad * Math.log(odds) + logChoose(ours + theirs, failed) - logWeight(ours, theirs, failed, odds);
}

/** Terms that are smaller than this beside the largest change nothing. */
const NEGLIGIBLE = 1e-18;

/**
 * ln of the sum over u, the failures that may be the canary's, of (ours over u)(theirs over failed - u) odds^u. The terms
 * rise to one largest and fall again, so they are added from there until they are negligible.
 */
function logWeight(ours: number, theirs: number, failed: number, odds: number): number {
  const [least, most] = [Math.max(0, failed - theirs), Math.min(ours, failed)];
  /** The term after u, as a multiple of that of u. */
  const ratio = (u: number) => (odds * (ours - u) * (failed - u)) / ((u + 1) * (theirs - failed + u + 1));
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (ratio(middle) >= 1) low = middle + 1;
    else high = middle;
  }
  const peak = low;
  let sum = 1;
  for (let [u, term] = [peak, 1]; u < most && term > NEGLIGIBLE; u += 1) {
    term *= ratio(u);
    sum += term;
  }
  for (let [u, term] = [peak, 1]; u > least && term > NEGLIGIBLE; u -= 1) {
    term /= ratio(u - 1);
    sum += term;
  }
  const largest = logChoose(ours, peak) + logChoose(theirs, failed - peak) + peak * Math.log(odds);
  return largest + Math.log(sum);
}

/** Of the requests to the canary, the shares that are looked for to be missing among the answers. */
const MISSING = [0.5, 0.75, 0.9, DEAD];

/** A check by how many answers each version gave, as drawn by the canary's weight in whole percent, below 100. */
export interface Draws {
  readonly weight: number;
  readonly canary: number;
  readonly stable: number;
}

/**
 * Whether it was ever enough against "answers are missing of both alike": each request is drawn by the weight, so where
 * fewer answers are the canary's than its weight, it is the canary that cut connections.
 */
export function isMissingAnswers(checks: readonly Draws[]): boolean {
  return wasEverEnough(checks.map(partsMissing));
}

/** The check since which there is most evidence against it. */
export function isMissingSince(checks: readonly Draws[]): number {
  return likeliestBeginning(checks.map(partsMissing));
}

function partsMissing({ weight, canary, stable }: Draws): readonly number[] {
  const share = weight / 100;
  return MISSING.map((missing) => {
    const left = (share * (1 - missing)) / (1 - share * missing);
    return timesLog(canary, left / share) + timesLog(stable, (1 - left) / (1 - share));
  });
}
