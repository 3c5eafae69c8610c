import type { Gate, Measurement } from '../model.js';

export type Health = 'good' | 'bad' | 'inconclusive';

export type Verdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'healthy'; readonly why: string }
  | { readonly kind: 'unhealthy'; readonly why: string }
  | { readonly kind: 'inconclusive'; readonly why: string };

/** How sure a check is to hit the canary at least once, when each request is routed on its own. */
const CONFIDENCE = 0.95;

/**
 * How many requests reach a canary of this weight at least once with 95 % probability: 299 at 1 %, 59 at 5 %, 29 at
 * 10 %, 5 at 50 %. Source: 1 - (1 - w)^n >= 0.95.
 */
export function sampleSize(weight: number): number {
  if (weight >= 100) return 1;
  return Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(1 - weight / 100));
}

/** One check by itself. What could not be measured says nothing about the canary, in neither direction. */
export function healthOf(gate: Gate, { good, bad }: Measurement): Health {
  if (good + bad === 0) return 'inconclusive';
  return isEnough(gate, good, bad) ? 'good' : 'bad';
}

/** Whether so many bad ones leave no hope, even if every other of the sample were good. */
export function isHopeless(gate: Gate, bad: number, sample: number): boolean {
  return !isEnough(gate, sample - bad, bad);
}

/** Whole numbers, since 0.99 * 100 is not 99 to a computer. */
function isEnough({ successRate }: Gate, good: number, bad: number): boolean {
  return good * 100 >= successRate * (good + bad);
}

/** The bake so far. One bad check is enough; its end without one good check proves nothing, for silence is no success. */
export function verdict(gate: Gate | undefined, measurements: readonly Measurement[], baked: boolean): Verdict {
  const healths = gate === undefined ? [] : measurements.map((one) => healthOf(gate, one));
  const worst = measurements[healths.indexOf('bad')];
  if (gate !== undefined && worst !== undefined) {
    const [first] = worst.failures;
    const seen = first === undefined ? '' : `, the first ${first.seen} from ${first.target}`;
    const share = `${worst.good} of ${worst.good + worst.bad} answers were healthy, ${gate.successRate} % is required`;
    return { kind: 'unhealthy', why: `${share}${seen}` };
  }
  if (!baked) return { kind: 'pending' };
  if (gate === undefined) return { kind: 'healthy', why: 'there is no gate' };
  if (healths.length === 0) return { kind: 'inconclusive', why: 'no check was made' };
  const isGood = (measurement: Measurement) => healthOf(gate, measurement) === 'good';
  const blind = [...new Set(measurements.map((one) => one.source))].find(
    (source) => !measurements.some((one) => one.source === source && isGood(one)),
  );
  if (blind !== undefined) {
    const checks = measurements.filter((one) => one.source === blind).length;
    return { kind: 'inconclusive', why: `none of ${checks} checks by ${blind} could measure the canary` };
  }
  return {
    kind: 'healthy',
    why: `${healths.filter((health) => health === 'good').length} of ${healths.length} checks were good, none was bad`,
  };
}
