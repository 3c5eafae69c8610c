import type { Measure, MeasureBaseline, Sleep } from '../ports.js';
import type { RolloutPlan } from '../rollout/decide/course.js';
import type { Measurement } from '../rollout/model.js';
import { checkCommand } from './command.js';
import { checkHttp, type HttpGate } from './http.js';
import { checkLogs, type LogGate, type ReadLogs, spanKeeper } from './logs.js';

/** What a gate measures by, each named as the input that asks for it; the core knows only how it judges. */
export const SOURCES = ['gate-url', 'gate-command', 'gate-logs'] as const satisfies readonly Measurement['source'][];

/** As it was asked for: which version the canary is may not be known yet. */
interface AskedHttpGate extends Omit<HttpGate, 'mark'> {
  readonly mark:
    | {
        readonly header: string;
        /** Undefined: its code version. */
        readonly canary: string | undefined;
      }
    | undefined;
}

interface Settings {
  readonly 'gate-url': AskedHttpGate;
  /** As the shell takes it. */
  readonly 'gate-command': string;
  readonly 'gate-logs': LogGate;
}

/** Undefined where the input is not given. */
export type Sources = { readonly [Source in (typeof SOURCES)[number]]: Settings[Source] | undefined };

/** Without a source there is nothing to judge by, so no gate either. */
export function hasSource(sources: Sources): boolean {
  return SOURCES.some((source) => sources[source] !== undefined);
}

export interface MeasureOptions {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cancelled: AbortSignal;
  /** Gets what the gate's command printed. */
  readonly show: (output: string) => void;
  /** Takes out what is secret, such as a token in a gate's URL. */
  readonly redact: (text: string) => string;
  readonly readLogs: ReadLogs;
  readonly now: () => number;
  readonly sleep: Sleep;
}

const SHORTEST_COMMAND_TIMEOUT = 60_000;
/** A check of URLs or logs may take as long as until the next one, and at least as long as one answer may. In ms. */
const SHORTEST_CHECK = 12_000;

/** The gate's sources as the one check that the loop asks for, and its URLs alone; nothing when it was cut short. */
export function measureBy(
  sources: Sources,
  plan: RolloutPlan,
  options: MeasureOptions,
): { readonly measure: Measure; readonly measureBaseline: MeasureBaseline } {
  const { rollout, stable = '', wish } = plan;
  const { gate, canary, steps } = rollout;
  const { 'gate-url': given, 'gate-command': command, 'gate-logs': logs } = sources;
  const http = given && { ...given, mark: given.mark && { ...given.mark, canary: given.mark.canary ?? canary } };
  const keep = spanKeeper();
  const askUrls = (asked: HttpGate, weight: number, interval: number) =>
    checkHttp(asked, weight, Math.max(SHORTEST_CHECK, interval), options.cancelled);
  const measure: Measure = async (weight, since) => {
    if (gate === undefined) return [];
    const checks: Promise<Measurement>[] = [];
    if (http !== undefined) checks.push(askUrls(http, weight, gate.interval));
    if (command !== undefined) {
      // A weight that is no step counts as the one below it, which it bakes like, or as the first.
      const step = Math.max(1, 1 + steps.findLastIndex((one) => one.weight <= weight));
      const timeout = Math.max(SHORTEST_COMMAND_TIMEOUT, gate.interval);
      const context = { routine: wish.routine, env: wish.env, canary, stable, weight, step, since };
      checks.push(checkCommand({ command, timeout, ...options }, context, options.cancelled));
    }
    if (logs !== undefined) {
      const { readLogs: read, now } = options;
      const limit = Math.max(SHORTEST_CHECK, gate.interval);
      const { interval } = gate;
      const context = { routine: wish.routine, canary, stable, weight, since, now: now(), interval, limit };
      checks.push(checkLogs(logs, context, { read, ...options }, keep));
    }
    const measurements = await Promise.all(checks);
    return options.cancelled.aborted ? [] : measurements.map((measurement) => redacted(measurement, options.redact));
  };
  const measureBaseline: MeasureBaseline = async (weight) => {
    if (gate === undefined || http === undefined) return { stable: { good: 0, bad: 0 }, unknown: 0, failures: [] };
    const seen = await askUrls({ ...http, mark: undefined }, weight, gate.interval);
    const { canary: answers, unknown, failures } = redacted(seen, options.redact);
    return options.cancelled.aborted ? undefined : { stable: answers, unknown, failures };
  };
  return { measure, measureBaseline };
}

function redacted(measurement: Measurement, redact: MeasureOptions['redact']): Measurement {
  const failures = measurement.failures.map((one) => ({
    ...one,
    target: redact(one.target),
    seen: redact(one.seen),
    version: one.version === undefined ? undefined : redact(one.version),
  }));
  return { ...measurement, failures };
}
