import type { Sleep } from '../ports.js';
import { type Calling, gapBefore, refused, taken, UNBOUND } from '../rollout/decide/rate-limit.js';
import { retryPause, type Tries, type Wait } from '../rollout/decide/retry.js';
import type { Fault } from '../rollout/model.js';

interface RateLimiterOptions {
  readonly now: () => number;
  readonly sleep: Sleep;
  /** Once aborted, nothing is left to others: the process has seconds. */
  readonly hurry: AbortSignal;
}

/** As much of a call's result as decides when the next one may begin. */
type Sent = { readonly ok: true } | { readonly ok: false; readonly error: { readonly fault: Fault } };

/** All calls of a process to one service. */
export interface RateLimiter {
  /** Makes the call when its turn has come, and passes how long that took, in ms. */
  readonly schedule: <T extends Sent>(calling: Calling, call: (waited: number) => Promise<T>) => Promise<T>;
  /** The pause before a failed call is sent again, in ms; undefined when it is to be given up. */
  readonly pauseAfter: (fault: Fault, tries: Omit<Tries, 'now' | 'pause'>) => number | undefined;
}

/** Spaces calls once one was throttled: `rollout/decide/rate-limit.ts` has the rule, this the clock and the queue. */
export function rateLimiter({ now, sleep, hurry }: RateLimiterOptions): RateLimiter {
  let pace = UNBOUND;
  let last = Number.NEGATIVE_INFINITY;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let underWay = 0;
  let waiting: (() => void)[] = [];
  /** Whether the call was held back. */
  const turn = async (calling: Calling): Promise<boolean> => {
    for (let held = false; ; held = true) {
      if (!pace.throttled) return held;
      const left = hurry.aborted ? 0 : last + gapBefore(pace, calling) - now();
      if (underWay > 0) await new Promise<void>((done) => waiting.push(done));
      else if (left > 0) await sleep(left);
      else return held;
    }
  };
  const end = () => {
    underWay -= 1;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  /** All throttled calls of a process are retried as one: the next one begins where the last one stood. */
  const pauseFor = (fault: Fault, tries: Omit<Tries, 'now' | 'pause'>) => {
    const wait = retryPause(fault, { ...tries, now: now(), pause: pace.gap });
    return wait === undefined ? undefined : drawn(wait);
  };
  const refuse = (fault: Fault, begun: number, { isWrite, rollback }: Calling) => {
    const pause = pauseFor(fault, { count: 1, throttled: 1, since: now(), rollback }) ?? pace.gap;
    // When two calls side by side are both refused, the second says nothing new.
    pace = refused(pace, begun <= refusedAt ? Math.max(pace.gap, fault.retryAfter ?? 0) : pause, isWrite);
    refusedAt = now();
    last = refusedAt;
  };
  return {
    schedule: async (calling, call) => {
      const asked = now();
      const held = await turn(calling);
      underWay += 1;
      const begun = now();
      last = begun;
      try {
        const result = await call(held ? begun - asked : 0);
        if (result.ok) pace = taken(pace, calling.isWrite);
        else if (result.error.fault.throttled) refuse(result.error.fault, begun, calling);
        return result;
      } finally {
        end();
      }
    },
    pauseAfter: (fault, tries) => {
      // Drawn when it was refused: the gap before the next call is the pause.
      const drawnAlready = last + pace.gap - now();
      const pause = pauseFor(fault, tries);
      return pause === undefined || !fault.throttled ? pause : Math.max(0, drawnAlready);
    },
  };
}

function drawn({ atLeast, atMost }: Wait): number {
  return atLeast + Math.random() * (atMost - atLeast);
}
