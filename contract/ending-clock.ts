import type { Clock } from './pace.js';
import { LONGEST_RUN } from './plan.js';
import { Stopped } from './stopped.js';

/** Ends whatever waits for it once the run is interrupted, or has taken too long. `advice` says what has come of it. */
export function endingClock({ now, sleep }: Clock, interrupted: AbortSignal, advice: string): Clock {
  const end = now() + LONGEST_RUN;
  const goOn = () => {
    if (interrupted.aborted) throw new Stopped('Interrupted.', advice);
    if (now() > end) throw new Stopped('Time was up.', advice);
  };
  return {
    now: () => {
      goOn();
      return now();
    },
    sleep: async (ms) => {
      goOn();
      await Promise.race([sleep(ms), until(interrupted)]);
      goOn();
    },
  };
}

/** One for all that wait, since a signal warns of many listeners. */
const waiting = new WeakMap<AbortSignal, Promise<void>>();

function until(interrupted: AbortSignal): Promise<void> {
  const known = waiting.get(interrupted);
  if (known !== undefined) return known;
  const aborted = new Promise<void>((done) => interrupted.addEventListener('abort', () => done(), { once: true }));
  waiting.set(interrupted, aborted);
  return aborted;
}
