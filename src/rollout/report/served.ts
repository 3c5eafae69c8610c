import { liveCanaryWeight, type RolloutPlan } from '../decide/course.js';
import { ledgerOf, looksIn } from '../decide/ledger.js';
import { tookEffect } from '../decide/write.js';
import type { CodeVersion, Live, Timeline } from '../model.js';
import { liveSplit, weightOf } from '../split.js';

/** What a version was given at most, in whole percent, as far as anybody can know: before the run, as shown, or accepted. */
export function highestOf(version: CodeVersion, before: Live, timeline: Timeline): number {
  const shown = looksIn(before, timeline).map(({ live }) => liveSplit(live));
  const written = ledgerOf(before, timeline).writes.filter(tookEffect);
  const splits = [liveSplit(before), ...shown, ...written.map(({ split }) => split)];
  return Math.max(...splits.map((split) => weightOf(split, version)));
}

/** How the canary was served, by what looks have shown. */
export interface Served {
  /** Its weights in whole percent, in the order in which they were first shown. */
  readonly weights: readonly number[];
  /** Whenever it was shown to serve, until it was shown to serve no more, or the run ended; in ms. */
  readonly took: number;
  /** It served before anybody can tell. */
  readonly isLonger: boolean;
}

/** Undefined where no look has shown it. */
export function servedIn(plan: RolloutPlan, timeline: Timeline): Served | undefined {
  const before = liveCanaryWeight(plan, plan.before);
  const looks = [
    ...(before > 0 ? [{ at: beganAt(plan, timeline), live: plan.before }] : []),
    ...looksIn(plan.before, timeline),
  ].map(({ at, live }) => ({ at, weight: liveCanaryWeight(plan, live) }));
  const weights = [...new Set(looks.map(({ weight }) => weight).filter((weight) => weight > 0))];
  if (weights.length === 0) return undefined;
  const untilNext = (at: number, index: number) => (looks[index + 1]?.at ?? timeline.at(-1)?.at ?? at) - at;
  const each = looks.map(({ at, weight }, index) => (weight > 0 ? Math.max(0, untilNext(at, index)) : 0));
  const isUnknown = plan.liveSince === undefined || plan.bakesAnew === true;
  // What is known of is the step that was live, and not those before it.
  const isLater = before > (plan.rollout.steps[0]?.weight ?? 0);
  return { weights, took: each.reduce((sum, one) => sum + one, 0), isLonger: before > 0 && (isUnknown || isLater) };
}

function beganAt({ liveSince, bakesAnew }: RolloutPlan, timeline: Timeline): number {
  const start = timeline[0]?.at ?? 0;
  return bakesAnew ? start : Math.min(liveSince ?? start, start);
}
