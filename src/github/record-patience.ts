import { setTimeout as timer } from 'node:timers/promises';
import { withStop } from '../rollout/escape.js';
import { failed, type Result } from '../rollout/result.js';
import type { Budget } from './record-budget.js';
import { away, type Trouble } from './trouble.js';

/** `once`: where it may have been done it is not sent again. */
export type Ask = <T>(
  send: () => Promise<Result<T, Trouble>>,
  how: 'once' | 'repeatable',
) => Promise<Result<T, Trouble>>;

const TRIES = 3;
/** Before what GitHub failed at is sent again, in ms. */
const PAUSE = 500;

/**
 * Sends again what a limit refused, as soon as GitHub allows it, and what failed by chance; all within the budget. Trouble
 * that stays is told. After one that asking again does not mend nothing is asked for.
 */
export function patient(budget: Budget, cancelled: AbortSignal, warn: (sentence: string) => void): Ask {
  let over: Trouble | undefined;
  return async (send, how) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = over === undefined ? await send() : failed(over);
      if (answer.ok) return answer;
      const trouble = answer.error;
      const pause = over === undefined && attempt < TRIES ? pauseAfter(trouble, how) : undefined;
      const mayWait = pause !== undefined && pause < budget.left() && !cancelled.aborted;
      if (mayWait && (await waited(pause, budget, cancelled))) continue;
      if (trouble.kind !== 'away' && trouble.kind !== 'silent') over = trouble;
      // What a cancelled run has no time for is left to its post step.
      if (!cancelled.aborted) warn(sentenceOn(trouble));
      return answer;
    }
  };
}

function pauseAfter(trouble: Trouble, how: 'once' | 'repeatable'): number | undefined {
  if (trouble.retryAfter !== undefined) return trouble.retryAfter;
  const mayRepeat = how === 'repeatable' || !trouble.mayHaveActed;
  return trouble.kind === 'away' && mayRepeat ? PAUSE : undefined;
}

/** The pause is part of what the record costs; false where the workflow was cancelled meanwhile. */
async function waited(pause: number, budget: Budget, cancelled: AbortSignal): Promise<boolean> {
  await budget.spend(async () => {
    await timer(pause, undefined, { signal: cancelled }).catch((error: unknown) => {
      if (!cancelled.aborted) throw error;
    });
    return away('', false);
  });
  return !cancelled.aborted;
}

const GOES_ON = 'The deployment itself does not depend on it.';

const AWAY = "See GitHub's status page; on a runner of your own check its proxy and GITHUB_API_URL.";

const ADVICE: Readonly<Record<Trouble['kind'], string>> = {
  permission:
    'The token may not write deployments here. Give the job, beside what it has, `permissions: { deployments: write }`; pull requests of forks never get it.',
  limit:
    'More was asked of GitHub than it allows for the time being: have fewer rollouts at once, or leave `github-deployment-steps` out.',
  refused: 'Check `github-deployment`, and whether the commit of this run is one of the repository.',
  away: AWAY,
  silent: AWAY,
};

function sentenceOn({ kind, said }: Trouble): string {
  return `The record of this rollout is not complete: GitHub ${withStop(said)} ${ADVICE[kind]} ${GOES_ON}`;
}
