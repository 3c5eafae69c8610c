import type { Seen } from '../network/limits.js';
import { oneLine } from '../rollout/escape.js';

/** Why GitHub wrote or told nothing, in words that go on after "GitHub". */
export interface Trouble {
  readonly kind: 'permission' | 'limit' | 'refused' | 'away' | 'silent';
  readonly said: string;
  /** Whether what was asked for may have been done. */
  readonly mayHaveActed: boolean;
  /** How long GitHub asked to be left alone, in ms. */
  readonly retryAfter: number | undefined;
}

/** What Octokit throws, with a response where there was one. It takes a redirect for an answer, which is not thrown. */
interface Thrown {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly data: unknown;
  };
}

export function away(said: string, mayHaveActed: boolean): Trouble {
  return { kind: 'away', said, mayHaveActed, retryAfter: undefined };
}

/**
 * Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function troubleIn(
  error: unknown,
  { gaveUp, after, connected }: Seen,
  redact: (text: string) => string,
): Trouble {
  if (gaveUp === 'too-long')
    return { ...away('answered at greater length than any of its API', connected), kind: 'silent' };
  if (gaveUp !== undefined) return { ...away(`did not answer within ${after} ms`, connected), kind: 'silent' };
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as Thrown;
  const { response } = thrown;
  if (response === undefined) return away(`could not be reached: ${networkText(thrown, redact)}`, connected);
  const { status, headers } = response;
  const said = `answered HTTP ${status}${messageIn(response.data, redact)}`;
  if (status >= 500) return away(said, true);
  const trouble = { said, mayHaveActed: false, retryAfter: undefined };
  if (status === 429 || status === 403) {
    const wait = secondsIn(headers['retry-after']);
    if (wait !== undefined) return { ...trouble, kind: 'limit', retryAfter: 1_000 * wait };
    if (status === 429 || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(said))
      return { ...trouble, kind: 'limit' };
  }
  if (status === 401 || status === 403 || status === 404) return { ...trouble, kind: 'permission' };
  return { ...trouble, kind: 'refused' };
}

function secondsIn(value: unknown): number | undefined {
  return typeof value === 'string' && /^[0-9]{1,6}$/.test(value) ? Number(value) : undefined;
}

/** Redacted before it is cut: half a secret would not be found. */
function messageIn(data: unknown, redact: (text: string) => string): string {
  const { message } = (typeof data === 'object' && data !== null ? data : {}) as { message?: unknown };
  return typeof message === 'string' && message !== '' ? `: ${oneLine(redact(message), 200)}` : '';
}

function networkText({ code, cause, message }: Thrown, redact: (text: string) => string): string {
  const inner = (typeof cause === 'object' && cause !== null ? cause : {}) as Thrown;
  const told = [inner.code, code, inner.message, message].find((text) => typeof text === 'string' && text !== '');
  return oneLine(typeof told === 'string' ? redact(told) : 'no reason was given', 200);
}
