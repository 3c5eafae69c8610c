import { counted, failedOf } from '../count.js';
import { baselineOf } from '../decide/baseline.js';
import { observationText } from '../decide/observation.js';
import { strayStep } from '../decide/plan.js';
import type { Resolution } from '../decide/version-words.js';
import { durationText, seconds } from '../duration.js';
import { oneLine, quoted, withStop } from '../escape.js';
import { baselineWarning } from '../judge/baseline.js';
import { sizeOf } from '../judge/evidence.js';
import { sampleSize } from '../judge/sample.js';
import { sensitivityLines } from '../judge/sensitivity-text.js';
import type { Event, Gate, Live, Plan } from '../model.js';
import { splitText } from '../split.js';
import { versionName } from '../version-ref.js';
import { aboutVersion } from '../version-text.js';
import { describeCheck } from './check-lines.js';

/** An event as one line of the log. */
export function describe(event: Event): string {
  switch (event.kind) {
    case 'called': {
      const id = event.requestId === '' ? '' : `, RequestId ${event.requestId}`;
      const again = event.retryIn === undefined ? '' : `; again in ${seconds(event.retryIn)}`;
      const attempt = event.attempt > 1 ? ` (attempt ${event.attempt})` : '';
      const held = event.waited === undefined ? '' : `, after waiting ${seconds(event.waited)}`;
      return oneLine(`${event.operation}${attempt}: ${event.result} in ${seconds(event.took)}${held}${id}${again}`);
    }
    case 'read':
      return oneLine(`Live now: ${describeLive(event.live)}`);
    case 'accepted':
      return oneLine(
        `Accepted: ${splitText(event.split)}${event.deploymentId === '' ? '' : ` as deployment ${event.deploymentId}`}`,
      );
    case 'write-failed':
    case 'read-failed': {
      const { operation, code, message } = event.fault;
      const isBaking = event.kind === 'read-failed' && event.baking === true;
      const what = isBaking ? `${withStop(message)} The bake goes on, and it is read again` : message;
      return oneLine(`${operation} failed: ${code}: ${what}`);
    }
    case 'measured':
      return oneLine(`Checked at ${event.weight} %: ${describeCheck(event.measurement)}`, LONGEST_CHECK);
    case 'baseline':
      return oneLine(`Before the first step: ${describeBaseline(event)}`, LONGEST_CHECK);
    case 'observed':
      return oneLine(observationText(event));
    case 'uploaded': {
      const mark = event.mark === '' ? '' : `; it answers for itself as ${event.mark}`;
      const how = event.reused ? 'Nothing to upload: the same code is version' : 'Uploaded: the code is version';
      return oneLine(`${how} ${event.version}${mark}`);
    }
    case 'upload-failed':
      return oneLine(`The upload failed: ${event.fault.code}: ${event.fault.message}`);
    case 'removed':
      return oneLine(`Deleted version ${event.version}: ${REMOVED[event.why]}`);
    case 'deviated':
      return oneLine(`Otherwise than assumed of the service: ${event.fact} (${event.seen}); see docs/facts.md`);
    case 'adopted': {
      const bakes = event.bake === 0 ? '' : `, and bakes for ${durationText(event.bake)} from now on`;
      return oneLine(`Somebody else moved the canary to ${event.weight} %: adopted${bakes}`);
    }
    case 'cancelled':
      return oneLine(`Cancelled: ${event.by}`);
    case 'aborted':
      return oneLine(`Left unfinished: ${event.sentence}`);
    case 'wait':
      // A bake is told of as it goes on, however it is divided.
      return oneLine(event.purpose === 'bake' ? event.why : `Waiting ${seconds(event.for)}: ${event.why}`);
  }
}

const REMOVED = {
  pruned: 'it was the oldest that `keep-versions` does not keep',
  unfinished: 'its upload was begun here and not finished',
} as const;

/** A command that mends what kept a check from measuring has to be whole. In characters. */
export const LONGEST_CHECK = 1_000;

function describeBaseline({ version, stable, unknown, failures }: Extract<Event, { kind: 'baseline' }>): string {
  const [first] = failures;
  return [
    sizeOf(stable) === 0
      ? `no answer of the stable ${version}`
      : `${failedOf(stable, 'answer')} of the stable ${version} failed`,
    ...(unknown === 0 ? [] : [`${unknown} could not be measured`]),
    ...(first === undefined ? [] : [`first: ${first.seen} from ${first.target}`]),
  ].join('; ');
}

/** What of an event is a warning too, in a run with this wish. */
export function warningOf(gate: Gate | undefined, event: Event): string | undefined {
  if (event.kind !== 'baseline' || gate === undefined) return undefined;
  return baselineWarning(gate, event.version, event);
}

export function describeLive(live: Live): string {
  if (live.kind === 'nothing') return 'nothing';
  const id = live.deploymentId === '' ? 'without a deployment' : `deployment ${live.deploymentId}`;
  return `${splitText(live.split)} (${id}${live.deployedAt === undefined ? '' : ` of ${live.deployedAt}`})`;
}

/** The steps with the time at which each is due, if all goes well. */
function describeRollout(plan: Extract<Plan, { kind: 'rollout' }>): readonly string[] {
  const { wish, rollout, stable, todo, liveSince } = plan;
  const from = stable === undefined ? 'nothing live yet' : `stable ${stable}`;
  const how = wish.dryRun ? 'Would roll out' : liveSince === undefined ? 'Rolling out' : 'Going on with';
  const since = plan.bakesAnew
    ? 'live, nobody knows since when'
    : `live since ${new Date(liveSince ?? 0).toISOString()}`;
  const steps = todo.map((step, index) => {
    const after = todo.slice(0, index).reduce((sum, earlier) => sum + earlier.bake, 0);
    const due = index > 0 ? `after ${durationText(after)}` : liveSince === undefined ? 'now' : since;
    return `  ${step.weight} % ${due}${step.bake === 0 ? '' : `, held for ${durationText(step.bake)}`}`;
  });
  const stray = strayStep(plan);
  return [
    `${how} ${versionName(rollout.canary)} on ${quoted(wish.routine)} in ${wish.env}, ${from}:`,
    ...(stray === undefined ? [] : [`  ${stray}`]),
    ...steps,
    ...(rollout.gate?.mode === 'observe' ? [OBSERVES] : []),
    ...(rollout.gate === undefined ? [] : sensitivityLines(rollout.gate, todo)),
    ...baselineLines(plan),
  ].map((line) => oneLine(line));
}

function baselineLines(plan: Extract<Plan, { kind: 'rollout' }>): readonly string[] {
  const { gate } = plan.rollout;
  const first = baselineOf(plan);
  if (first === undefined || gate === undefined) return [];
  const requests = counted(sampleSize(first.weight) * gate.urls, 'request');
  return [`Before the first step the gate asks the stable alone, with ${requests}.`];
}

const OBSERVES = 'The gate only observes: it tells what it would have done, and stops nothing.';

/** What a word stands for in this run: `latest` is 1766590022381161014, "fix cache key", 3 minutes old. */
export function describeWord({ word, version, details }: Resolution, now: number): string {
  const about = details === undefined ? '' : `, ${aboutVersion(details, now)}`;
  return oneLine(`\`${word}\` is ${version}${about}`);
}

/** What the plan will do, before it is done. */
export function describePlan(plan: Plan): readonly string[] {
  if (plan.kind === 'rollout') return describeRollout(plan);
  if (plan.kind !== 'deploy') return [];
  const { wish, before, target } = plan;
  const from = before.kind === 'nothing' ? 'nothing live yet' : splitText(before.split);
  const how = wish.dryRun ? 'Would deploy' : 'Deploying';
  return [oneLine(`${how} ${quoted(wish.routine)} in ${wish.env}: ${from} -> ${splitText(target)}`)];
}
