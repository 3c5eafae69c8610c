import type { Conclusion, Live, Plan, Timeline } from '../model.js';
import { OUTCOMES } from '../outcome.js';
import {
  description,
  endText,
  type ListedRecord,
  type NewStatus,
  type RecordPayload,
  versionsBefore,
} from '../record.js';
import { liveSplit, splitText, weightOf } from '../split.js';
import { stepsText } from '../steps.js';
import { liveCanaryWeight, type WritingPlan } from './course.js';
import { stateOf } from './state.js';

/** What of a run is recorded, and in which words. */

/** `begins`: a rollout of its own. `goes-on`: one that a run before it may have begun, with `wait: false`. */
export type Recording =
  | { readonly kind: 'none' }
  | { readonly kind: 'begins'; readonly plan: WritingPlan; readonly scheduled: boolean }
  | { readonly kind: 'goes-on'; readonly plan: WritingPlan };

/** Nothing is recorded where nothing is written. */
export function recordingOf(plan: Plan): Recording {
  if ((plan.kind !== 'deploy' && plan.kind !== 'rollout') || plan.wish.dryRun) return { kind: 'none' };
  const scheduled = plan.kind === 'rollout' && !plan.rollout.wait;
  if (scheduled && liveCanaryWeight(plan, plan.before) > 0) return { kind: 'goes-on', plan };
  return { kind: 'begins', plan, scheduled };
}

export function canaryOf(plan: WritingPlan): string {
  return plan.kind === 'rollout' ? plan.rollout.canary : '';
}

export function payloadOf(plan: WritingPlan, { run, key }: Pick<RecordPayload, 'run' | 'key'>): RecordPayload {
  const { wish, before } = plan;
  const serving = before.kind === 'serving';
  return {
    routine: wish.routine,
    env: wish.env,
    canary: canaryOf(plan),
    before: serving ? splitText(before.split) : '',
    beforeDeployment: serving ? before.deploymentId : '',
    asked: askedBy(plan),
    run,
    key,
  };
}

/**
 * Whether a record without an end can be of the rollout that begins, and not of one that was never ended: nothing was
 * deployed since it began.
 */
export function isOfThis({ payload }: ListedRecord, plan: WritingPlan): boolean {
  if (payload === undefined) return false;
  const { before, beforeDeployment } = payloadOf(plan, payload);
  return payload.before === before && payload.beforeDeployment === beforeDeployment;
}

/** The same of a rollout that goes on: what its canary stands beside was live when it began. */
export function beganBeside({ payload }: ListedRecord, stable: string): boolean {
  return payload !== undefined && versionsBefore(payload).some((one) => one === stable);
}

function askedBy(plan: WritingPlan): string {
  return plan.kind === 'rollout' ? stepsText(plan.rollout.steps) : splitText(plan.target);
}

export function beginning(plan: WritingPlan): NewStatus {
  return { state: 'in_progress', description: description(askedBy(plan)) };
}

/** Of a step that was accepted. */
export function stepStatus(weight: number): NewStatus {
  return { state: 'in_progress', description: `The canary gets ${weight} %` };
}

/** A run that ended; `live` is what was live when it was last known. */
interface Ended {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly conclusion: Conclusion;
  readonly live: Live | undefined;
}

/**
 * What stands in the record of a run that ended so; undefined where there is none. A rollout that was cancelled, and
 * whose canary serves nothing, did not fail: the record is inactive, and a schedule may try again.
 */
export function endingOf({ plan, timeline, conclusion, live }: Ended): NewStatus | undefined {
  const { record } = OUTCOMES[conclusion.outcome];
  if (record === 'none' || recordingOf(plan).kind === 'none') return undefined;
  const calledOff = plan.kind === 'deploy' ? conclusion.outcome === 'held' : wasCalledOff(plan, timeline, live);
  const state = record === 'failure' && calledOff ? 'inactive' : record;
  return { state, description: endText(conclusion.outcome, live) };
}

function wasCalledOff(plan: Plan, timeline: Timeline, live: Live | undefined): boolean {
  if (plan.kind !== 'rollout' || live === undefined) return false;
  const { abort } = stateOf(plan, timeline);
  return abort?.why === 'cancelled' && weightOf(liveSplit(live), plan.rollout.canary) === 0;
}

/** Nothing is left that the post step would look at once more. */
export function isSettled({ outcome, unsettled }: Conclusion): boolean {
  return outcome !== 'rollback-failed' && unsettled !== true;
}

/** Of a run that was killed, and whose traffic nobody has looked at since; `untouched` where it had written nothing. */
export function killedEnding(traffic: 'unknown' | 'untouched'): NewStatus {
  return traffic === 'untouched'
    ? { state: 'inactive', description: 'The run was killed before it had written anything' }
    : { state: 'failure', description: 'The run was killed, and what is live was not looked at' };
}
