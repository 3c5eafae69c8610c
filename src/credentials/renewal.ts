import type { Keys } from '../alibaba/call.js';
import type { Answer, Fault } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';

/** Keys that end; instants in ms since the epoch by our own clock, whatever the service's says. */
export interface StsSession {
  readonly keys: Keys;
  readonly since: number;
  readonly until: number;
}

/** Where the keys of each call come from. */
export interface Credentials {
  /** For the log: where they come from, never a value. */
  readonly from: string;
  readonly keys: () => Promise<Answer<Keys>>;
  /** Whether there are always others to be had. */
  readonly renewable: boolean;
  /** The service says that they have ended. Returns whether the next that are asked for can be others. */
  readonly invalidate: () => boolean;
  /** Nothing more will be asked for: ends what goes on in the background. */
  readonly close: () => void;
}

/** Longest time before the end at which a session is renewed, in ms; a short one is renewed after two thirds of it. */
const LONGEST_MARGIN = 5 * 60_000;
/** Keys are not used in the last moments, for a call takes time. In ms. */
const LAST_MOMENTS = 5_000;

/** Between two renewals, however short the sessions, in ms. */
const SHORTEST_PAUSE = 1_000;

/** When a session is renewed, how long to wait after a renewal that failed, and from when on it cannot be used. */
export function scheduleOf({ since, until }: Pick<StsSession, 'since' | 'until'>) {
  const lifetime = until - since;
  const margin = Math.min(LONGEST_MARGIN, lifetime / 3);
  return { renewAt: until - margin, again: margin / 10, unusableAt: until - Math.min(LAST_MOMENTS, lifetime / 20) };
}

interface RenewalOptions {
  readonly now: () => number;
  /** Once aborted, there is no time for a renewal that is not needed. */
  readonly hurry: AbortSignal;
}

/**
 * Keeps a session alive in the background, so that a rollback finds keys at any time. A renewal that fails is
 * retried, and what is still valid is used meanwhile; only without anything valid does a call wait for `obtain`.
 */
export function renewing(
  from: string,
  obtain: () => Promise<Answer<StsSession>>,
  { now, hurry }: RenewalOptions,
): Credentials {
  let session: StsSession | undefined;
  let pending: Promise<Answer<StsSession>> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const renew = (): Promise<Answer<StsSession>> => {
    pending ??= obtain()
      // A surprise must not end a rollout half-way: it is a failure like any other.
      .catch((error: unknown) => unforeseen(from, error))
      .then((answer) => {
        if (answer.ok) session = answer.value;
        plan(answer.ok);
        return answer;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  const plan = (renewedJustNow: boolean) => {
    clearTimeout(timer);
    if (session === undefined || closed) return;
    const { renewAt, again } = scheduleOf(session);
    timer = setTimeout(inBackground, Math.max(SHORTEST_PAUSE, renewedJustNow ? renewAt - now() : again)).unref();
  };
  const inBackground = () => {
    if (!hurry.aborted && !closed) void renew();
  };

  return {
    from,
    renewable: true,
    keys: async () => {
      if (session !== undefined && now() < scheduleOf(session).unusableAt) return succeeded(session.keys);
      const answer = await renew();
      return answer.ok ? succeeded(answer.value.keys) : answer;
    },
    invalidate: () => {
      session = undefined;
      return true;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** A surprise as a failed answer. Its own message is withheld, for it may hold a secret. */
export function unforeseen(from: string, error: unknown): Extract<Answer<never>, { ok: false }> {
  const what = error instanceof Error ? error.name : typeof error;
  const fault: Fault = {
    operation: 'Credentials',
    code: 'Unforeseen',
    message: `${from} met a ${what}`,
    requestId: '',
    advice: 'This is a fault in the action itself, or in what was answered to it. Please report it with the log.',
    transient: true,
    throttled: false,
    mayHaveActed: false,
    retryAfter: undefined,
  };
  return failed(fault);
}
