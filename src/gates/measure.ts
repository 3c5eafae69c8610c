import type { Measure } from '../ports.js';
import type { RolloutPlan } from '../rollout/decide/course.js';
import type { Measurement } from '../rollout/model.js';
import { checkCommand } from './command.js';
import { checkHttp, type HttpGate } from './http.js';

/** How the gate of a rollout measures; the core knows only how it judges. */
export interface Sources {
  readonly http: HttpGate | undefined;
  readonly command: string | undefined;
}

export interface Surroundings {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cancelled: AbortSignal;
  /** Gets what the gate's command printed. */
  readonly show: (output: string) => void;
  /** Takes out what is secret, such as a token in a gate's URL. */
  readonly clean: (text: string) => string;
}

const SHORTEST_COMMAND_TIMEOUT = 60_000;
/** A check of URLs may take as long as until the next one, and at least as long as one answer may. In ms. */
const SHORTEST_CHECK = 12_000;

/** The gate's sources as the one check that the loop asks for; empty when it was cut short. */
export function measureBy({ http, command }: Sources, plan: RolloutPlan, around: Surroundings): Measure {
  const { rollout, stable = '', wish } = plan;
  const { gate, canary, steps } = rollout;
  return async (weight) => {
    if (gate === undefined) return [];
    const checks: Promise<Measurement>[] = [];
    if (http !== undefined)
      checks.push(checkHttp(http, weight, Math.max(SHORTEST_CHECK, gate.interval), around.cancelled));
    if (command !== undefined) {
      // A weight that is no step counts as the one below it, which it bakes like, or as the first.
      const step = Math.max(1, 1 + steps.findLastIndex((one) => one.weight <= weight));
      const timeout = Math.max(SHORTEST_COMMAND_TIMEOUT, gate.interval);
      const situation = { routine: wish.routine, env: wish.env, canary, stable, weight, step };
      checks.push(checkCommand({ command, timeout, ...around }, situation, around.cancelled));
    }
    const measurements = await Promise.all(checks);
    return around.cancelled.aborted ? [] : measurements.map((measurement) => cleaned(measurement, around.clean));
  };
}

function cleaned(measurement: Measurement, clean: Surroundings['clean']): Measurement {
  const failures = measurement.failures.map((one) => ({
    ...one,
    target: clean(one.target),
    seen: clean(one.seen),
    version: one.version === undefined ? undefined : clean(one.version),
  }));
  return { ...measurement, failures };
}
