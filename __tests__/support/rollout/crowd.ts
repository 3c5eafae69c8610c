import { randomFrom } from '../../../emulator/chance.js';
import { gapBefore, type Pace, refused, taken, UNBOUND } from '../../../src/rollout/decide/rate-limit.js';
import { retryPause } from '../../../src/rollout/decide/retry.js';
import type { Fault } from '../../../src/rollout/model.js';

export interface Crowd {
  readonly seed: number;
  readonly jobs: number;
  readonly atOnce: number;
  /** Requests per second of the account. */
  readonly rate: number;
  /** How many of them may come at once. */
  readonly burst: number;
  readonly writes: number;
}

export interface Passed {
  /** Times the ideal time. */
  readonly ratio: number;
  readonly refusedPerAccepted: number;
  /** The longest that one call was tried on, in ms. */
  readonly longest: number;
}

const LATENCY = 20;
const THROTTLED: Fault = {
  operation: 'GetRoutine',
  code: 'Throttling.User',
  message: '',
  requestId: '',
  advice: '',
  transient: true,
  throttled: true,
  mayHaveActed: false,
  retryAfter: undefined,
};

interface Account {
  now: number;
  tokens: number;
  last: number;
  accepted: number;
  refused: number;
  longest: number;
}

function ask(account: Account, { rate, burst }: Crowd): boolean {
  account.tokens = Math.min(burst, account.tokens + ((account.now - account.last) / 1_000) * rate);
  account.last = account.now;
  const ok = account.tokens >= 1;
  if (ok) account.tokens -= 1;
  account[ok ? 'accepted' : 'refused'] += 1;
  return ok;
}

/** One process: two reads, then each write until it is accepted, with a read before it and one after it. */
function* oneRun(account: Account, crowd: Crowd, random: () => number): Generator<number, void> {
  let pace: Pace = UNBOUND;
  let last = Number.NEGATIVE_INFINITY;
  function* call(isWrite: boolean): Generator<number, boolean> {
    const since = account.now;
    for (let count = 1; ; count += 1) {
      const left = last + gapBefore(pace, { isWrite, rollback: false }) - account.now;
      if (left > 0) yield left;
      last = account.now;
      const ok = ask(account, crowd);
      yield LATENCY;
      account.longest = Math.max(account.longest, account.now - since);
      if (ok) {
        pace = taken(pace, isWrite);
        return true;
      }
      const tries = { count, throttled: count, since, now: account.now, pause: pace.gap, rollback: false };
      const wait = retryPause(THROTTLED, tries);
      if (wait === undefined) throw new Error('given up');
      const pause = wait.atLeast + random() * (wait.atMost - wait.atLeast);
      pace = refused(pace, pause, isWrite);
      if (isWrite) return false;
    }
  }
  yield* call(false);
  yield* call(false);
  for (let write = 0; write < crowd.writes; write += 1) {
    while (!(yield* call(true))) yield* call(false);
    yield* call(false);
  }
}

/** Many processes that know nothing of each other, a new one whenever one ends, against one account. */
export function play(crowd: Crowd): Passed {
  const random = randomFrom(crowd.seed);
  const account: Account = { now: 0, tokens: crowd.burst, last: 0, accepted: 0, refused: 0, longest: 0 };
  let started = 0;
  const begin = () => {
    started += 1;
    return { at: account.now + 200 + random() * 500, run: oneRun(account, crowd, random) };
  };
  let active = Array.from({ length: Math.min(crowd.atOnce, crowd.jobs) }, begin);
  // A crowd that gets nowhere must fail the test rather than hang it.
  while (active.length > 0 && account.now < 3_600_000) {
    const next = active.reduce((one, other) => (other.at < one.at ? other : one));
    account.now = next.at;
    const step = next.run.next();
    if (step.done !== true) next.at = account.now + step.value;
    else active = [...active.filter((one) => one !== next), ...(started < crowd.jobs ? [begin()] : [])];
  }
  const ideal = ((2 + 2 * crowd.writes) * crowd.jobs * 1_000) / crowd.rate;
  return {
    ratio: account.now / ideal,
    refusedPerAccepted: account.refused / account.accepted,
    longest: account.longest,
  };
}
