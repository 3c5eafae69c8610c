import { liveCanaryWeight, type RolloutPlan, splitAt } from '../decide/course.js';
import { type Ledger, ledgerOf } from '../decide/ledger.js';
import { WOULD } from '../decide/observation.js';
import { unknownWrites } from '../decide/open-writes.js';
import { tookEffect, type Write } from '../decide/write.js';
import type { Step, Timeline, TrafficSplit } from '../model.js';
import { OUTCOMES, type Outcome } from '../outcome.js';
import { sameSplit, serves } from '../split.js';

/** A step of a rollout, and what became of it. */
export interface StepState {
  readonly step: Step;
  /** It was live, as far as anybody knows. */
  readonly isReached: boolean;
  /** With a sign in front, for whoever skims. */
  readonly state: string;
}

export function stepStates(plan: RolloutPlan, timeline: Timeline, outcome: Outcome): readonly StepState[] {
  const ledger = ledgerOf(plan.before, timeline);
  const steps = stepsTaken(plan, timeline);
  const isThere = (step: Step) =>
    wasLive(plan, step, ledger, timeline) ||
    (outcome === 'promoted' && step.weight === 100 && isLiveAt(plan, ledger, step));
  const last = steps.findLastIndex(isThere);
  const end = endOfLast(plan, ledger, outcome, steps[last]);
  const taken = (step: Step) =>
    isAdopted(step, timeline) || (step === steps[last] && isPromotedByOthers(ledger, outcome));
  const passed = (index: number) => {
    const next = steps.slice(index + 1).find(isThere);
    return next !== undefined && taken(next) ? '⏭️ ended by somebody else' : '✅ passed';
  };
  return steps.map((step, index) => {
    const isReached = isThere(step);
    const became = index < last ? passed(index) : `${signOf(outcome, end)}${end}`;
    const state = isReached ? became : notReached(plan, step, ledger, outcome);
    return { step, isReached, state: `${state}${byWhom(step, timeline)}${foundAt(step, timeline)}` };
  });
}

/** One that was sent may have been live, or may be yet. */
function notReached(plan: RolloutPlan, step: Step, ledger: Ledger, outcome: Outcome): string {
  if (unknownWrites(ledger).some((write) => sameSplit(write.split, splitOf(plan, step)))) return 'sent, and not shown';
  return outcome === 'planned' ? 'planned' : 'not reached';
}

function splitOf({ rollout, stable }: RolloutPlan, { weight }: Step): TrafficSplit {
  return splitAt(rollout.canary, stable, weight);
}

/** Where it is live although the run failed, the failure is none of the step. */
function signOf(outcome: Outcome, end: string): string {
  const { emoji, exit } = OUTCOMES[outcome];
  return end === 'live' && exit !== 0 ? '' : `${emoji} `;
}

/** The plan's, and those that somebody else took and this run went on from. */
function stepsTaken({ todo }: RolloutPlan, timeline: Timeline): readonly Step[] {
  const adopted = timeline.filter((event) => event.kind === 'adopted');
  const others = adopted.filter(({ weight }) => todo.every((step) => step.weight !== weight));
  return [...todo, ...others].toSorted((one, other) => one.weight - other.weight);
}

/** What became of the last step that was live. Somebody's promotion may be none of the steps. */
function endOfLast(plan: RolloutPlan, ledger: Ledger, outcome: Outcome, last: Step | undefined): string {
  const isLive = last !== undefined && isLiveAt(plan, ledger, last);
  if (ledger.owner !== 'somebody else') return outcome === 'drifted' ? 'live' : OUTCOMES[outcome].lastStep;
  return outcome === 'promoted' && !isLive ? OUTCOMES.drifted.lastStep : OUTCOMES[outcome].lastStep;
}

function isLiveAt(plan: RolloutPlan, { live }: Ledger, { weight }: Step): boolean {
  return liveCanaryWeight(plan, live) === weight;
}

/** Live before this run, or a write of this run took effect, or somebody else took the step and this run agreed. */
function wasLive(plan: RolloutPlan, step: Step, ledger: Ledger, timeline: Timeline): boolean {
  const split = splitOf(plan, step);
  const before = plan.liveSince !== undefined && serves(plan.before, split);
  const adopted = timeline.some((event) => event.kind === 'adopted' && sameSplit(event.split, split));
  const unknown = unknownWrites(ledger);
  const isIt = (write: Write) => tookEffect(write) && !unknown.includes(write) && sameSplit(write.split, split);
  return before || adopted || ledger.writes.some(isIt);
}

function byWhom(step: Step, timeline: Timeline): string {
  return isAdopted(step, timeline) ? ', moved there by somebody else' : '';
}

function isAdopted({ weight }: Step, timeline: Timeline): boolean {
  return timeline.some((event) => event.kind === 'adopted' && event.weight === weight);
}

function isPromotedByOthers({ owner }: Ledger, outcome: Outcome): boolean {
  return outcome === 'promoted' && owner === 'somebody else';
}

/** What a gate that only observes would have done here. */
function foundAt({ weight }: Step, timeline: Timeline): string {
  const found = timeline.findLast((event) => event.kind === 'observed' && event.weight === weight);
  return found?.kind === 'observed' ? `, ${WOULD[found.how]}` : '';
}
