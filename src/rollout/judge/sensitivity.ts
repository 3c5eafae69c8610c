import type { Counts, Gate, Step } from '../model.js';
import { ENOUGH_FROM_THE_BEGINNING as ENOUGH } from './change-points.js';
import { againstAllowed, againstStable } from './evidence.js';
import { logChoose, timesLog } from './log-space.js';
import { sampleSize } from './sample.js';

/** What the gate's URLs can see of the canary at one step. Shares are 0-1. */
export interface Sensitivity {
  readonly weight: number;
  /** Requests that one check sends, to all URLs together. */
  readonly requests: number;
  /** Answers of the canary that are expected until the end of the step. */
  readonly answers: number;
  /**
   * The least share of its requests that a canary fails which is caught with 95 % probability by the end of the step, by
   * all steps before it too; undefined where even one that fails always would go unseen.
   */
  readonly caught: number | undefined;
}

const PROBABILITY = 0.95;

/** For each step that is held; nothing where no URL is asked. The stable is taken to fail nothing. */
export function sensitivityOf(gate: Gate, steps: readonly Step[]): readonly Sensitivity[] {
  const held = gate.urls === 0 ? [] : steps.filter((step) => step.bake > 0);
  let below = { ours: 0, theirs: 0 };
  return held.map(({ weight, bake }) => {
    const requests = sampleSize(weight) * gate.urls;
    const checks = Math.max(1, Math.ceil(bake / gate.interval));
    const share = weight / 100;
    const answers = checks * requests * share;
    if (gate.mark === undefined && weight < 100)
      return { weight, requests, answers, caught: ofMixture(gate, checks * requests, share) };
    // At 100 % the evidence starts anew, and there is no control.
    if (weight === 100)
      return { weight, requests, answers, caught: leastCaught(allowedShare(gate), Math.floor(answers)) };
    below = { ours: below.ours + answers, theirs: below.theirs + checks * requests - answers };
    const caught = leastCaught(allowedShare(gate), Math.floor(below.ours), surely(below.theirs));
    return { weight, requests, answers, caught };
  });
}

/** So many are there with 95 % probability where so many are expected: a rare control may turn out rarer still. */
function surely(expected: number): number {
  return Math.max(0, Math.floor(expected - 1.645 * Math.sqrt(expected)));
}

/** The share of its requests that a canary may fail, 0-1. */
export function allowedShare({ successRate }: Gate): number {
  return 1 - successRate / 100;
}

/** Where nobody can tell who answered, the canary's failures hide among the stable's answers. */
function ofMixture(gate: Gate, answers: number, share: number): number | undefined {
  const rate = leastCaught(allowedShare(gate), answers);
  return rate === undefined || rate > share ? undefined : rate / share;
}

/**
 * The rate that leaves so many bad answers of `n` with 95 % probability that the evidence is enough, beside so many good ones
 * of the stable where it is the control.
 */
function leastCaught(allowed: number, n: number, control?: number): number | undefined {
  const enough = fewestBad(allowed, n, control);
  if (enough === undefined) return undefined;
  let [low, high] = [allowed, 1];
  if (atLeast(enough, n, high) < PROBABILITY) return undefined;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (atLeast(enough, n, middle) >= PROBABILITY) high = middle;
    else low = middle;
  }
  return high;
}

/** Evidence grows with each bad answer among so many. */
function fewestBad(allowed: number, n: number, control: number | undefined): number | undefined {
  let [low, high] = [0, n];
  const isWorse = (canary: Counts) =>
    control === undefined || againstStable({ canary, stable: { good: control, bad: 0 } }) >= ENOUGH;
  const isEnough = (bad: number) => {
    const canary = { good: n - bad, bad };
    return againstAllowed(allowed, canary) >= ENOUGH && isWorse(canary);
  };
  if (n === 0 || !isEnough(n)) return undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Probability of `k` or more of `n`, each with probability `p`. */
export function atLeast(k: number, n: number, p: number): number {
  let fewer = 0;
  for (let bad = 0; bad < k; bad += 1)
    fewer += Math.exp(logChoose(n, bad) + timesLog(bad, p) + timesLog(n - bad, 1 - p));
  return 1 - fewer;
}
