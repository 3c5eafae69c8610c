import { away, type Trouble } from './trouble.js';

/**
 * How long a record may hold a run, in ms. What is silent costs 15 s in all at most: 10 of the step, 5 of its post step.
 */
export const BUDGETS = { step: 10_000, postStep: 5_000 } as const;

/** Of one request. Half of a step's, so that a silent beginning leaves the end its time. */
const EACH = 5_000;
/** Once the workflow is cancelled, of all that is still to be said. What comes later is left to the post step. */
const HURRIED = 1_500;
/** From the cancellation on; at 7.5 s the runner sends SIGTERM, and outputs and summary come after the record. */
const LAST_MOMENT = 5_000;
/** A request that has less is not sent. */
const LEAST = 50;

export interface Budget {
  /** Gives the work what is left, at most what one request may have, and takes what it used. In ms. */
  readonly spend: <T>(work: (most: number) => Promise<T>) => Promise<T | Trouble>;
  readonly left: () => number;
  /** The longest that a request which is under way may go on after a cancellation. */
  readonly hurried: number;
}

/** `uptime` is monotonic, in ms. */
export function openBudget(total: number, cancelled: AbortSignal, uptime: () => number): Budget {
  let spent = 0;
  let most = total;
  let end = Number.POSITIVE_INFINITY;
  const makeHaste = () => {
    most = Math.min(most, spent + HURRIED);
    end = uptime() + LAST_MOMENT;
  };
  if (cancelled.aborted) makeHaste();
  else cancelled.addEventListener('abort', makeHaste, { once: true });
  const left = () => Math.max(0, Math.min(most - spent, end - uptime()));
  return {
    left,
    hurried: HURRIED,
    spend: async (work) => {
      if (left() < LEAST)
        return { ...away('was not asked: the time that a record may take is used up', false), kind: 'silent' };
      const started = uptime();
      try {
        return await work(Math.min(left(), EACH));
      } finally {
        spent += uptime() - started;
      }
    },
  };
}
