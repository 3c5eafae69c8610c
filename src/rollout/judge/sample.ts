/** How sure a check is to hit the canary at least once, when each request is routed on its own. */
const CONFIDENCE = 0.95;
/** So many answers of the canary are sought in a check where they are cheap to get. */
const SOUGHT = 11;
/** More requests than this a check sends to a URL only to hit the canary at all. */
const CHEAP = 48;

/**
 * How many requests a check sends to each URL: as many as hit a canary of this weight at least once with 95 % probability
 * (299 at 1 %, 59 at 5 %, 29 at 10 %; source: 1 - (1 - w)^n >= 0.95), and more where one in few is the canary's.
 */
export function sampleSize(weight: number): number {
  const share = weight / 100;
  const toHit = weight >= 100 ? 1 : Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(1 - share));
  return Math.max(toHit, Math.min(CHEAP, Math.ceil(SOUGHT / share)));
}
