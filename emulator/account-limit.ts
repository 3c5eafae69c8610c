import { type Refusal, refuse } from './refusal.js';
import type { World } from './world.js';

/** Takes one request of the account at this instant, in ms; a refusal when there is none to take. */
export type AccountLimit = (world: World, now: number) => Refusal | undefined;

/**
 * A token bucket that holds what one second brings, as `quirks.requestsPerSecond` says at that instant. How the real
 * limits are counted is not documented; a refused request costs nothing.
 */
export function accountLimit(): AccountLimit {
  let tokens = Number.POSITIVE_INFINITY;
  let last = 0;
  return ({ quirks: { requestsPerSecond: rate, throttlingCode } }, now) => {
    if (!(rate > 0)) return undefined;
    tokens = Math.min(Math.max(1, rate), tokens + (Math.max(0, now - last) / 1000) * rate);
    last = now;
    if (tokens < 1) return refuse(throttlingCode, 'Request was denied due to user flow control.');
    tokens -= 1;
    return undefined;
  };
}
