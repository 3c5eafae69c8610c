/**
 * GitHub's two limits. The primary one counts requests an hour; the secondary ones count what is created.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export interface Limits {
  /** Of a job's token for one repository: 1000. */
  requestsPerHour: number;
  /** Of requests that create something. */
  contentPerMinute: number;
  contentPerHour: number;
}

export const LIMITS: Readonly<Limits> = { requestsPerHour: 1_000, contentPerMinute: 80, contentPerHour: 500 };

export interface Counter {
  /** Takes a request, or says why it is refused. `at` is in ms since the epoch. */
  readonly take: (creates: boolean, at: number) => LimitRefusal | undefined;
  /** The headers of each answer. */
  readonly headers: (at: number) => Readonly<Record<string, string>>;
}

interface LimitRefusal {
  readonly kind: 'primary' | 'secondary';
  /** In s. */
  readonly retryAfter: number | undefined;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Of windows that slide; how GitHub's do is not documented. A refused request counts for the primary limit alone. */
export function counter(limits: Limits): Counter {
  let all: number[] = [];
  let created: number[] = [];
  const used = (at: number) => all.filter((one) => one > at - HOUR).length;
  return {
    take: (creates, at) => {
      all = all.filter((one) => one > at - HOUR);
      created = created.filter((one) => one > at - HOUR);
      if (all.length >= limits.requestsPerHour) return { kind: 'primary', retryAfter: undefined };
      all.push(at);
      if (!creates) return undefined;
      const lastMinute = created.filter((one) => one > at - MINUTE);
      const wait = Math.max(
        waitFor(lastMinute, limits.contentPerMinute, MINUTE, at),
        waitFor(created, limits.contentPerHour, HOUR, at),
      );
      if (wait > 0) return { kind: 'secondary', retryAfter: Math.ceil(wait / 1_000) };
      created.push(at);
      return undefined;
    },
    headers: (at) => ({
      'x-ratelimit-limit': String(limits.requestsPerHour),
      'x-ratelimit-remaining': String(Math.max(0, limits.requestsPerHour - used(at))),
      'x-ratelimit-used': String(used(at)),
      'x-ratelimit-reset': String(Math.ceil(((all[0] ?? at) + HOUR) / 1_000)),
      'x-ratelimit-resource': 'core',
    }),
  };
}

function waitFor(taken: readonly number[], most: number, window: number, at: number): number {
  const first = taken[taken.length - most];
  return taken.length < most ? 0 : Math.max(1, (first ?? at) + window - at);
}
