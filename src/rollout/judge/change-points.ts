import { logAdd, logMean } from './log-space.js';

/**
 * A canary may turn bad long after it was well, and evidence from the rollout's beginning would first have to outweigh all
 * that was good. So evidence begins anew at each check, and what counts is the mean over all these beginnings, weighed by
 * a prior that sums to 1. A mean of e-processes by weights that were fixed before is one too, so the bound of Ville's
 * inequality over the whole rollout stays. Source: Shin, Ramdas, Rinaldo, "E-detectors: a nonparametric framework for
 * sequential change detection", arXiv 2203.03532, who mix beginnings alike; they bound how often an alarm is false over
 * an endless run, which takes no prior.
 */

/** A good canary is stopped in at most one of so many rollouts. */
const FALSE_ALARMS = 100;
/** What evidence has to reach, as ln. */
export const ENOUGH = Math.log(FALSE_ALARMS);

/** So much of the prior is the first check's: a canary that is bad at all mostly is from the beginning. */
const FROM_THE_BEGINNING = 0.9;
/** In checks: the prior of the rest is about even over so many, and falls with the square after that. */
const SPREAD = 30;

/** ln of the prior that the canary turns bad at this check, counted from 0. The rest sums to 1 over all, however many. */
function logPrior(index: number): number {
  const rest = (1 - FROM_THE_BEGINNING) * (SPREAD / ((SPREAD + index) * (SPREAD + index + 1)));
  return Math.log(index === 0 ? FROM_THE_BEGINNING + rest : rest);
}

/** What evidence from the beginning has to reach to be enough by itself, as ln. */
export const ENOUGH_FROM_THE_BEGINNING = ENOUGH - logPrior(0);

/** Of one check, for each alternative: ln of what it multiplies the evidence by. */
type Parts = readonly number[];

/** Whether the evidence was enough at any time, looking after each check. */
export function wasEverEnough(checks: readonly Parts[]): boolean {
  let sums: readonly number[] = [];
  return checks.some((parts, index) => {
    const begun = logPrior(index);
    sums = parts.map((part, at) => logAdd(sums[at] ?? Number.NEGATIVE_INFINITY, begun) + part);
    return logMean(sums) >= ENOUGH;
  });
}

/** The check, counted from 0, since which there is most evidence: 0 where it is of the whole rollout. */
export function likeliestBeginning(checks: readonly Parts[]): number {
  let [found, most] = [0, Number.NEGATIVE_INFINITY];
  let sums: readonly number[] = [];
  for (let index = checks.length - 1; index >= 0; index -= 1) {
    sums = (checks[index] ?? []).map((part, at) => part + (sums[at] ?? 0));
    const since = logPrior(index) + logMean(sums);
    if (since >= most) [found, most] = [index, since];
  }
  return found;
}
