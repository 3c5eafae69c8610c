import { isHopeless, sampleSize } from '../rollout/decide/judge.js';
import type { Failure, Gate, Measurement } from '../rollout/model.js';
import { isPrivateAddress } from './address.js';
import { type Probe, probe } from './probe.js';

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface HttpGate {
  readonly urls: readonly string[];
  /** Status codes that count as healthy. */
  readonly expect: readonly StatusRange[];
  /** Slowest healthy answer, in ms. */
  readonly latency: number | undefined;
  readonly versionHeader: string | undefined;
}

const AT_ONCE = 8;
const PROBE_TIMEOUT = 10_000;
const FAILURES_KEPT = 3;

interface Tally {
  good: number;
  bad: number;
  unknown: number;
  canary: number;
  named: number;
  readonly failures: Failure[];
}

/**
 * One check: so many requests to each URL that the canary answers at least one of them with 95 % probability. It ends
 * early when the success rate can no longer be reached. With a version header only the canary's answers are judged.
 */
export async function checkHttp(
  http: HttpGate,
  gate: Gate,
  canary: string,
  weight: number,
  signal: AbortSignal,
): Promise<Measurement> {
  const perUrl = sampleSize(weight);
  const jobs = Array.from({ length: perUrl }, () => http.urls).flat();
  const tally: Tally = { good: 0, bad: 0, unknown: 0, canary: 0, named: 0, failures: [] };
  const all = stoppable(signal);
  const worker = async () => {
    for (let url = jobs.pop(); url !== undefined && !all.stopped(); url = jobs.pop()) {
      const asking = { url, versionHeader: http.versionHeader, timeout: PROBE_TIMEOUT, isPrivate: isPrivateAddress };
      const seen = await all.run((own) => probe({ ...asking, signal: own }));
      if (all.stopped()) return;
      count(tally, http, canary, url, seen);
      if (isHopeless(gate, tally.bad, perUrl * http.urls.length)) all.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker)).finally(all.end);
  const { good, bad, unknown, failures } = tally;
  const share = http.versionHeader === undefined ? undefined : { canary: tally.canary, named: tally.named };
  return { source: 'gate-url', good, bad, unknown, share, failures };
}

/**
 * Work that is stopped together, each piece by a signal of its own: a request listens to its signal until it is closed,
 * which is after the next has begun, and Node takes many listeners on one signal for a leak.
 */
function stoppable(signal: AbortSignal) {
  const running = new Set<AbortController>();
  let stopped = signal.aborted;
  const stop = () => {
    stopped = true;
    for (const own of running) own.abort();
  };
  signal.addEventListener('abort', stop, { once: true });
  return {
    stop,
    stopped: () => stopped,
    run: async <T>(work: (own: AbortSignal) => Promise<T>): Promise<T> => {
      const own = new AbortController();
      running.add(own);
      return work(own.signal).finally(() => running.delete(own));
    },
    end: () => signal.removeEventListener('abort', stop),
  };
}

function count(tally: Tally, http: HttpGate, canary: string, url: string, seen: Probe): void {
  const version = seen.kind === 'answered' ? seen.versions.at(-1) : undefined;
  if (seen.kind === 'answered' && seen.versions.length > 0) {
    tally.named += 1;
    if (seen.versions.includes(canary)) tally.canary += 1;
    else return;
  }
  const problem = problemOf(http, seen);
  const unnamed = http.versionHeader !== undefined && version === undefined;
  if (seen.kind === 'unmeasured' || unnamed) tally.unknown += 1;
  else if (problem === undefined) tally.good += 1;
  else tally.bad += 1;
  if (problem === undefined || tally.failures.length >= FAILURES_KEPT) return;
  tally.failures.push({ target: url, seen: problem, took: Math.round(seen.took), version });
}

function problemOf({ expect, latency }: HttpGate, seen: Probe): string | undefined {
  if (seen.kind === 'unmeasured') return `not measured (${seen.why})`;
  if (seen.kind === 'silent') return `no answer within ${PROBE_TIMEOUT / 1000} s`;
  if (!expect.some(({ from, to }) => seen.status >= from && seen.status <= to)) return `HTTP ${seen.status}`;
  if (latency !== undefined && seen.took > latency) return `HTTP ${seen.status} after ${Math.round(seen.took)} ms`;
  return undefined;
}
