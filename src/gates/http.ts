import type { TriedUrl } from '../rollout/decide/survey.js';
import { sizeOf } from '../rollout/judge/evidence.js';
import { AT_ONCE, sampleSize } from '../rollout/judge/sample.js';
import type { Failure, Measurement } from '../rollout/model.js';
import { isPrivateAddress } from './address.js';
import { keptConnections, type Probe, probe } from './probe.js';

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** The response header that tells the versions apart, and what the canary answers in it. */
export interface Mark {
  /** Lower case. */
  readonly header: string;
  readonly canary: string;
}

export interface HttpGate {
  readonly urls: readonly string[];
  /** Status codes that count as healthy. */
  readonly expect: readonly StatusRange[];
  /** Slowest healthy answer, in ms. */
  readonly latency: number | undefined;
  readonly mark: Mark | undefined;
}

/** So many are in turns on connections that are kept: opening one costs more than waiting for it. */
const AT_ONCE_KEPT = 4;
const PROBE_TIMEOUT = 10_000;
const FAILURES_KEPT = 3;

interface Tally {
  readonly canary: { good: number; bad: number };
  readonly stable: { good: number; bad: number };
  cut: number;
  unknown: number;
  unnamed: number;
  /** By who failed, as far as it is known; `nobody` where nothing was measured. */
  readonly failures: Readonly<Record<(typeof FAILED)[number], Failure[]>>;
}

/** In the order in which they are told: what stops a canary is its own. */
const FAILED = ['canary', 'cut', 'stable', 'nobody'] as const;

/**
 * One check: so many requests to each URL that the canary answers at least one of them with 95 % probability. With a mark
 * each answer counts for the version that gave it: another value than the canary's is the stable's, which below 100 % is
 * the control. Without one all answers are one mixture. Each request has a connection of its own, or a draw by connection
 * would bias the control; with one version alone nothing is drawn, and connections are used again until the check ends,
 * unless the time to open one counts as latency. What is not answered when `limit` ms are over is dropped, so that
 * a URL that hangs does not hold up the checks after it.
 */
export async function checkHttp(
  http: HttpGate,
  weight: number,
  limit: number,
  signal: AbortSignal,
): Promise<Measurement> {
  const jobs = Array.from({ length: sampleSize(weight) }, () => http.urls).flat();
  const none = () => ({ good: 0, bad: 0 });
  const tally: Tally = {
    canary: none(),
    stable: none(),
    cut: 0,
    unknown: 0,
    unnamed: 0,
    failures: { canary: [], cut: [], stable: [], nobody: [] },
  };
  const all = stoppable(signal);
  const late = setTimeout(all.stop, limit);
  const connections = weight === 100 && http.latency === undefined ? keptConnections() : undefined;
  const worker = async () => {
    for (let url = jobs.pop(); url !== undefined && !all.stopped(); url = jobs.pop()) {
      const header = http.mark?.header;
      const asking = { url, header, timeout: PROBE_TIMEOUT, isPrivate: isPrivateAddress, connections };
      const seen = await all.run((own) => probe({ ...asking, signal: own }));
      if (all.stopped()) return;
      count(tally, http, url, seen);
    }
  };
  const atOnce = Math.min(connections === undefined ? AT_ONCE : AT_ONCE_KEPT, jobs.length);
  await Promise.all(Array.from({ length: atOnce }, worker)).finally(() => {
    clearTimeout(late);
    all.end();
    connections?.end();
  });
  const isCompared = http.mark !== undefined && weight < 100;
  const failures = FAILED.flatMap((who) => tally.failures[who]).slice(0, FAILURES_KEPT);
  return { source: 'gate-url', ...withCuts(tally, weight), stable: isCompared ? tally.stable : undefined, failures };
}

/** Each URL once, as a check would ask it, whichever version answers. */
export async function tryUrls(
  {
    urls,
    expect,
    latency,
    header,
  }: Pick<HttpGate, 'urls' | 'expect' | 'latency'> & { readonly header: string | undefined },
  signal: AbortSignal,
): Promise<readonly TriedUrl[]> {
  const all = stoppable(signal);
  const tried = async (url: string): Promise<TriedUrl> => {
    const asking = { url, header, timeout: PROBE_TIMEOUT, isPrivate: isPrivateAddress };
    const seen = await all.run((own) => probe({ ...asking, signal: own }));
    const problem = problemOf({ expect, latency }, seen);
    const answered = seen.kind === 'answered' ? seen : undefined;
    return {
      url,
      isHealthy: problem === undefined,
      seen: problem ?? `HTTP ${answered?.status} after ${Math.round(seen.took)} ms`,
      mark: header === undefined || answered === undefined ? undefined : { header, value: answered.marks.at(-1) },
    };
  };
  return Promise.all(urls.map(tried)).finally(all.end);
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

/**
 * What failed and names no version, as whoever is cut off or throws does, is the canary's where it is alone, which it is
 * not yet while another version gives most of the answers. Beside the stable nobody can tell whose it is.
 */
function withCuts({ canary, stable, cut, ...seen }: Tally, weight: number) {
  const isAlone = weight === 100 && sizeOf(stable) <= sizeOf(canary);
  return isAlone ? { ...seen, canary: { good: canary.good, bad: canary.bad + cut }, cut: 0 } : { ...seen, canary, cut };
}

function count(tally: Tally, { mark, ...http }: HttpGate, url: string, seen: Probe): void {
  const problem = problemOf(http, seen);
  const who = whoGave(mark, seen, problem);
  const kept = tally.failures[who];
  if (problem !== undefined && kept.length < FAILURES_KEPT) {
    const version = seen.kind === 'answered' ? seen.marks.at(-1) : undefined;
    kept.push({ target: url, seen: problem, took: Math.round(seen.took), version });
  }
  if (who === 'cut') tally.cut += 1;
  else if (who !== 'nobody') add(tally[who], problem);
  else {
    tally.unknown += 1;
    if (seen.kind === 'answered') tally.unnamed += 1;
  }
}

/**
 * Without a mark all is the canary's, as one mixture. With one, what failed and names no version is of whoever was cut off
 * or threw.
 */
function whoGave(mark: Mark | undefined, seen: Probe, problem: string | undefined): (typeof FAILED)[number] {
  if (seen.kind === 'unmeasured') return 'nobody';
  if (mark === undefined) return 'canary';
  if (seen.kind === 'answered' && seen.marks.length > 0) return seen.marks.includes(mark.canary) ? 'canary' : 'stable';
  return problem === undefined ? 'nobody' : 'cut';
}

function add(counts: Tally['canary'], problem: string | undefined): void {
  counts[problem === undefined ? 'good' : 'bad'] += 1;
}

function problemOf({ expect, latency }: Pick<HttpGate, 'expect' | 'latency'>, seen: Probe): string | undefined {
  if (seen.kind === 'unmeasured') return `not measured (${seen.why})`;
  if (seen.kind === 'silent') return `no answer within ${PROBE_TIMEOUT / 1000} s`;
  if (seen.kind === 'cut') return `cut off (${seen.why})`;
  if (!expect.some(({ from, to }) => seen.status >= from && seen.status <= to)) return `HTTP ${seen.status}`;
  if (latency !== undefined && seen.took > latency) return `HTTP ${seen.status} after ${Math.round(seen.took)} ms`;
  return undefined;
}
