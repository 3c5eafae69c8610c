import { isHopeless, sampleSize } from '../rollout/gate.js';
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
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const worker = async () => {
    for (let url = jobs.pop(); url !== undefined && !stop.aborted; url = jobs.pop()) {
      const seen = await probe({
        url,
        versionHeader: http.versionHeader,
        timeout: PROBE_TIMEOUT,
        signal: stop,
        isPrivate: isPrivateAddress,
      });
      if (stop.aborted) return;
      count(tally, http, canary, url, seen);
      if (isHopeless(gate, tally.bad, perUrl * http.urls.length)) enough.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker));
  const { good, bad, unknown, failures } = tally;
  const share = http.versionHeader === undefined ? undefined : { canary: tally.canary, named: tally.named };
  return { source: 'gate-url', good, bad, unknown, share, failures };
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
