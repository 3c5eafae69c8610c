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
/** What GitHub wants at least where a limit does not say for how long, in ms. */
const LIMITED = 60_000;

const uptime = () => process.uptime() * 1_000;

/**
 * Sends again what a limit refused, as soon as GitHub allows it, and what failed by chance; all within the budget. Trouble
 * that stays is told. Nothing is asked for while a limit lasts, nor ever after a no.
 */
export function patient(budget: Budget, cancelled: AbortSignal, warn: (sentence: string) => void): Ask {
  let over: { readonly trouble: Trouble; readonly until: number } | undefined;
  const giveUp = (trouble: Trouble) => {
    // What a cancelled run has no time for is left to its post step.
    if (!cancelled.aborted) warn(sentenceOn(trouble));
    return failed(trouble);
  };
  const pause = async (milliseconds: number) =>
    milliseconds < budget.left() && !cancelled.aborted && (await waited(milliseconds, budget, cancelled));
  return async (send, how) => {
    for (let attempt = 1; ; attempt += 1) {
      const rest = over === undefined ? 0 : over.until - uptime();
      if (over !== undefined && rest > 0 && !(await pause(rest))) return giveUp(over.trouble);
      const answer = await send();
      if (answer.ok) return answer;
      const trouble = answer.error;
      over = { trouble, until: uptime() + heldFor(trouble) };
      if (attempt >= TRIES || !mayRepeat(trouble, how)) return giveUp(trouble);
      if (trouble.kind === 'away' && !(await pause(PAUSE))) return giveUp(trouble);
    }
  };
}

/** How long nothing is asked for: as long as GitHub wants, and for good where it said no to who asks. In ms. */
function heldFor({ kind, retryAfter }: Trouble): number {
  if (kind === 'limit') return retryAfter ?? LIMITED;
  return kind === 'permission' ? Number.POSITIVE_INFINITY : 0;
}

/** Whoever is silent is not asked again, and a no stays a no. */
function mayRepeat({ kind, retryAfter, mayHaveActed }: Trouble, how: 'once' | 'repeatable'): boolean {
  if (kind === 'limit') return retryAfter !== undefined;
  return kind === 'away' && (how === 'repeatable' || !mayHaveActed);
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
