import { liveCanaryWeight, type RolloutPlan } from '../decide/course.js';
import { ledgerOf } from '../decide/ledger.js';
import { tookEffect } from '../decide/write.js';
import type { CodeVersion, Live, Timeline } from '../model.js';
import { liveSplit, weightOf } from '../split.js';

/** What a version was given at most, in whole percent, as far as anybody can know: before the run, as shown, or accepted. */
export function highestOf(version: CodeVersion, before: Live, timeline: Timeline): number {
  const shown = timeline.flatMap((event) => (event.kind === 'read' ? [liveSplit(event.live)] : []));
  const written = ledgerOf(before, timeline).writes.filter(tookEffect);
  const splits = [liveSplit(before), ...shown, ...written.map(({ split }) => split)];
  return Math.max(...splits.map((split) => weightOf(split, version)));
}

/** How the canary was served, by what looks have shown. */
export interface Served {
  /** Its weights in whole percent, in the order in which they were first shown. */
  readonly weights: readonly number[];
  /** From when it was shown to serve until it was shown to serve no more, or the run ended; in ms. */
  readonly took: number;
  /** It served before anybody can tell. */
  readonly isLonger: boolean;
}

/** Undefined where no look has shown it. */
export function servedIn(plan: RolloutPlan, timeline: Timeline): Served | undefined {
  const looks = [
    ...(liveCanaryWeight(plan, plan.before) > 0 ? [{ at: beganAt(plan, timeline), live: plan.before }] : []),
    ...timeline.flatMap((event) => (event.kind === 'read' ? [event] : [])),
  ].map(({ at, live }) => ({ at, weight: liveCanaryWeight(plan, live) }));
  const first = looks.find(({ weight }) => weight > 0);
  if (first === undefined) return undefined;
  const last = looks.findLastIndex(({ weight }) => weight > 0);
  const end = looks[last + 1]?.at ?? timeline.at(-1)?.at ?? first.at;
  const weights = [...new Set(looks.map(({ weight }) => weight).filter((weight) => weight > 0))];
  const isLonger = liveCanaryWeight(plan, plan.before) > 0 && (plan.liveSince === undefined || plan.bakesAnew === true);
  return { weights, took: Math.max(0, end - first.at), isLonger };
}

function beganAt({ liveSince, bakesAnew }: RolloutPlan, timeline: Timeline): number {
  const start = timeline[0]?.at ?? 0;
  return bakesAnew ? start : Math.min(liveSince ?? start, start);
}
