import { setTimeout as timer } from 'node:timers/promises';
import type { Sleep } from '../ports.js';

/**
 * After a cancellation there are 7.5 s until SIGTERM and 10 s until the end, so no pause may be longer than this, in
 * ms.
 */
const LONGEST_PAUSE_IN_A_HURRY = 800;

/**
 * The runner sends SIGINT when a workflow is cancelled, SIGTERM 7.5 s later, and kills 2.5 s after that. The first
 * signal aborts, with its name as the reason; later ones change nothing, for a rollback is under way.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => controller.abort(`the runner sent ${signal}`));
  return controller.signal;
}

/** Sleeps until the time is over or the signal comes; in a hurry, never for long. */
export function sleepUntil(hurry: AbortSignal): Sleep {
  return async (milliseconds) => {
    if (hurry.aborted) {
      await timer(Math.min(milliseconds, LONGEST_PAUSE_IN_A_HURRY));
      return;
    }
    await timer(milliseconds, undefined, { signal: hurry }).catch((error: unknown) => {
      if (!hurry.aborted) throw error;
    });
  };
}
