import { total } from '../src/rollout/judge/evidence.js';
import { type Check, judge } from '../src/rollout/judge/verdict.js';

/** Shares, 0-1, that the versions fail of their requests. */
export interface LogScene {
  readonly canary: number;
  readonly stable: number;
  /** The site fails as well, in seconds since the step went live. */
  readonly outage?: { readonly from: number; readonly to: number; readonly rate: number };
}

const INTERVAL = 15;
const RATE = 100;
const WEIGHT = 5;
const GATE = { successRate: 99, interval: 1_000 * INTERVAL, urls: 0, mark: undefined, mode: 'enforce' } as const;

/**
 * A step at 5 % judged by the logs of 100 requests a second, by the real rule: when it is stopped, in seconds of log time
 * since it went live; undefined where it is not within `length` seconds. A fifth of the logs arrive 20 s late.
 */
export function stoppedByLogs(scene: LogScene, random: () => number, length: number): number | undefined {
  const spans: MutableSpan[] = [];
  let late: Log[] = [];
  for (let now = INTERVAL; now <= length; now += INTERVAL) {
    spans.push({ canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } });
    const written: Log[] = [];
    for (let second = now - INTERVAL; second < now; second += 1)
      for (let request = 0; request < RATE; request += 1) written.push(logOf(scene, second, random));
    const unread = [...late, ...written];
    late = unread.filter(({ readable }) => readable >= now);
    for (const { span, who, result, readable } of unread) {
      const counts = spans[span];
      if (readable < now && counts !== undefined) counts[who][result] += 1;
    }
    const check = checkOf(spans);
    if (judge(GATE, { all: [check], here: [check] }, false).kind === 'unhealthy') return now;
  }
  return undefined;
}

type MutableSpan = Record<'canary' | 'stable', { good: number; bad: number }>;

interface Log {
  readonly span: number;
  readonly who: 'canary' | 'stable';
  readonly result: 'good' | 'bad';
  readonly readable: number;
}

function logOf({ canary, stable, outage }: LogScene, second: number, random: () => number): Log {
  const who = random() * 100 < WEIGHT ? 'canary' : 'stable';
  const down = outage !== undefined && second >= outage.from && second < outage.to ? outage.rate : 0;
  const isBad = random() < 1 - (1 - (who === 'canary' ? canary : stable)) * (1 - down);
  const readable = second + (random() < 0.2 ? 20 : 0);
  return { span: Math.floor(second / INTERVAL), who, result: isBad ? 'bad' : 'good', readable };
}

/** What can be read at a moment, as `gate-logs` measures it. */
function checkOf(counted: readonly MutableSpan[]): Check {
  const spans = counted.map((one) => ({ canary: { ...one.canary }, stable: { ...one.stable } }));
  const [canary, stable] = [total(spans.map((span) => span.canary)), total(spans.map((span) => span.stable))];
  const rest = { cut: 0, unknown: 0, unnamed: 0, failures: [], weight: WEIGHT };
  return { source: 'gate-logs', since: 'step', canary, stable, spans, ...rest };
}
