/** How sure a check is to hit the canary at least once, when each request is routed on its own. */
const CONFIDENCE = 0.95;
/** So many answers of the rarer version are sought in a check where they are cheap to get. */
const SOUGHT = 11;
/** Requests of a check that are under way at once, at most: 59 take two turns, and are no storm. */
export const AT_ONCE = 30;
/** More requests than this a check sends to a URL only to hit it at all. */
const CHEAP = 48;

/**
 * How many requests a check sends to each URL: as many as hit the rarer version at least once with 95 % probability (299 at
 * 1 %, 59 at 5 %, 29 at 10 %; source: 1 - (1 - w)^n >= 0.95), and more where one in few is its. Above 50 % that is the stable:
 * a canary that nobody can compare is not stopped, however bad.
 */
export function sampleSize(weight: number): number {
  if (weight >= 100) return SOUGHT;
  const share = Math.min(weight, 100 - weight) / 100;
  const toHit = Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(1 - share));
  return Math.max(toHit, Math.min(CHEAP, Math.ceil(SOUGHT / share)));
}
