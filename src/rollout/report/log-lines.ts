import { counted, failedOf } from '../count.js';
import { baselineOf } from '../decide/baseline.js';
import { observationText } from '../decide/observation.js';
import { strayStep } from '../decide/plan.js';
import { durationText, seconds } from '../duration.js';
import { oneLine, quoted } from '../escape.js';
import { baselineWarning } from '../judge/baseline.js';
import { sizeOf } from '../judge/evidence.js';
import { sampleSize } from '../judge/sample.js';
import { sensitivityLines } from '../judge/sensitivity-text.js';
import { isExitCode } from '../judge/verdict.js';
import type { Event, Live, Measurement, Plan, Wish } from '../model.js';
import { splitText } from '../split.js';

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
    case 'read-failed':
      return oneLine(`${event.fault.operation} failed: ${event.fault.code}: ${event.fault.message}`);
    case 'measured':
      return oneLine(`Checked at ${event.weight} %: ${describeCheck(event.measurement)}`, LONGEST_CHECK);
    case 'baseline':
      return oneLine(`Before the first step: ${describeBaseline(event)}`, LONGEST_CHECK);
    case 'observed':
      return oneLine(observationText(event));
    case 'deviated':
      return oneLine(`Otherwise than assumed of the service: ${event.fact} (${event.seen}); see docs/facts.md`);
    case 'cancelled':
      return oneLine(`Cancelled: ${event.by}`);
    case 'aborted':
      return oneLine(`Left unfinished: ${event.sentence}`);
    case 'wait':
      return oneLine(`Waiting ${seconds(event.for)}: ${event.why}`);
  }
}

/** A command that mends what kept a check from measuring has to be whole. In characters. */
const LONGEST_CHECK = 1_000;

function describeCheck(measurement: Measurement): string {
  const { source, canary, stable, since, cut, unknown, unnamed, failures } = measurement;
  const [first] = failures;
  const none = sizeOf(canary) === 0;
  const all = isExitCode(measurement) ? `${failedOf(canary, 'check')} by \`gate-command\`` : failedOf(canary, 'answer');
  const mixed = none ? 'no answer' : `${all} failed`;
  const ours = none ? 'no answer of the canary' : `${failedOf(canary, 'answer')} of the canary failed`;
  const both = stable === undefined ? ours : `${ours}, ${failedOf(stable)} of the stable`;
  return [
    stable === undefined && since === undefined ? mixed : both,
    ...(since === undefined ? [] : [`counted by \`${source}\`${since === 'step' ? ' since the step began' : ''}`]),
    ...(cut === 0 ? [] : [`${cut} ${cut === 1 ? 'was' : 'were'} cut off`]),
    ...(unnamed === 0 ? [] : [`${unnamed} did not name ${unnamed === 1 ? 'its' : 'their'} version`]),
    ...(unknown === unnamed ? [] : [`${unknown - unnamed} could not be measured`]),
    ...(first === undefined ? [] : [`first: ${first.seen} from ${first.target}`]),
  ].join('; ');
}

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
export function warningOf({ goal }: Wish, event: Event): string | undefined {
  if (event.kind !== 'baseline' || goal.kind !== 'rollout' || goal.gate === undefined) return undefined;
  return baselineWarning(goal.gate, event.version, event);
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
    `${how} ${rollout.canary} on ${quoted(wish.routine)} in ${wish.env}, ${from}:`,
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
  return [`Before the first step the gate asks the stable alone, by ${requests}.`];
}

const OBSERVES = 'The gate only observes: it tells what it would have done, and stops nothing.';

/** What the plan will do, before it is done. */
export function describePlan(plan: Plan): readonly string[] {
  if (plan.kind === 'rollout') return describeRollout(plan);
  if (plan.kind !== 'deploy') return [];
  const { wish, before, target } = plan;
  const from = before.kind === 'nothing' ? 'nothing live yet' : splitText(before.split);
  const how = wish.dryRun ? 'Would deploy' : 'Deploying';
  return [oneLine(`${how} ${quoted(wish.routine)} in ${wish.env}: ${from} -> ${splitText(target)}`)];
}
