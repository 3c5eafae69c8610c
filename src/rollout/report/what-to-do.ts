import { liveCanaryWeight, type RolloutPlan } from '../decide/course.js';
import { observedIn, wouldEnd } from '../decide/observation.js';
import { stateOf } from '../decide/state.js';
import { clockText } from '../instant.js';
import type { AbortReason } from '../model.js';
import { OUTCOMES } from '../outcome.js';
import { splitText } from '../split.js';
import type { FinishedRun } from './finished-run.js';
import type { Standing } from './standing.js';

/** What to do now, for whoever has five seconds: sentences, of which there is always one. */
export function whatToDo(run: FinishedRun, standing: Standing): readonly string[] {
  const { plan, conclusion } = run;
  const { outcome, advice, nextRun } = conclusion;
  const first = plan.kind === 'rollout' ? firstOf(plan, run) : OUTCOMES[outcome].toDo;
  const isNothing = outcome !== 'baking' && first.startsWith('Nothing');
  // A schedule that tries it again in minutes is something to do, and so is a write that may still show.
  const goesOn = isNothing && nextRun !== undefined;
  const mayShow = isNothing && writes(run) && !isSettled(standing);
  const said = [
    ...(mayShow ? [LOOK] : []),
    ...(goesOn ? [nextRun] : []),
    ...(first === '' || mayShow || goesOn ? [] : [first]),
    ...(outcome === 'planned' && plan.wish.dryRun && writes(run) ? ['Run it without `dry-run` to do it.'] : []),
    ...(plan.kind === 'rollout' && outcome === 'rolled-back' && advice.length === 0 ? [afterRollback(plan, run)] : []),
    ...advice,
    ...(nextRun === undefined || goesOn ? [] : [nextRun]),
  ];
  if (said.length > 0) return said;
  return [isSettled(standing) ? 'Nothing.' : LOOK];
}

const LOOK = 'Read what is live with `dry-run: true`.';

function isSettled(standing: Standing): boolean {
  return standing.kind === 'read' && standing.open.length === 0;
}

function firstOf(plan: RolloutPlan, run: FinishedRun): string {
  const { outcome } = run.conclusion;
  const observed = observedIn(run.timeline);
  const wouldHaveEnded = observed !== undefined && wouldEnd(observed) && OUTCOMES[outcome].exit === 0;
  const decide = 'Decide whether it stays: a gate that acts would have ended it.';
  if (outcome === 'baking') return `${wouldHaveEnded ? `${decide} The` : 'Nothing: the'} ${nextTick(plan, run)}`;
  if (wouldHaveEnded) return decide;
  const isStuck = outcome === 'held' && run.live !== undefined && liveCanaryWeight(plan, run.live) > 0;
  return OUTCOMES[isStuck ? 'paused' : outcome].toDo;
}

function writes({ plan }: FinishedRun): boolean {
  return plan.kind === 'deploy' || plan.kind === 'rollout';
}

/** Which run of a schedule does something, and what. */
function nextTick(plan: RolloutPlan, { live, conclusion }: FinishedRun): string {
  const weight = live === undefined ? 0 : liveCanaryWeight(plan, live);
  const next = plan.todo.find((step) => step.weight > weight);
  const then = next === undefined ? 'ends the rollout there' : `gives the canary ${next.weight} %`;
  const due = conclusion.nextStepAt === undefined ? '' : ` from ${clockText(conclusion.nextStepAt)} on`;
  const { gate } = plan.rollout;
  const check = gate?.mode === 'enforce' ? ' if the gate lets it' : '';
  const before = gate === undefined ? 'changes nothing' : 'checks the canary and changes nothing';
  const well = gate?.mode === 'enforce' ? ' while it is well' : '';
  return `first run${due} ${then}${check}. One before that ${before}${well}.`;
}

const AFTER_ROLLBACK: Readonly<Record<AbortReason, string>> = {
  unhealthy: 'Fix the code, then roll out a new version.',
  inconclusive: 'Fix what keeps the gate from measuring, then roll it out again.',
  undeployable: 'Roll it out again once it can be deployed.',
  unreadable: 'Roll it out again once what is live can be read.',
  cancelled: 'Run this again to roll it out after all.',
};

function afterRollback(plan: RolloutPlan, { timeline }: FinishedRun): string {
  const { abort } = stateOf(plan, timeline);
  return abort === undefined ? 'Find out why before you roll it out again.' : AFTER_ROLLBACK[abort.why];
}

/** The inputs that undo what this run did, to be copied: guarded by what is live, so that nobody's is written over. */
export function undoInputs({ undo, live, conclusion }: FinishedRun): readonly string[] | undefined {
  if (undo === undefined || live?.kind !== 'serving') return undefined;
  const versions = `versions: ${splitText(undo)}`;
  // The advice has it already.
  if (conclusion.advice.some((advice) => advice.includes(`\`${versions}\``))) return undefined;
  const guard = live.deploymentId === '' ? [] : [`expect-deployment-id: ${live.deploymentId}`];
  return [versions, ...guard];
}
