import type { Conclusion, Event, Live, Plan, Timeline } from './model.js';
import { roles, sameSplit, splitText } from './split.js';
import { durationText } from './steps.js';
import { oneLine, quoted } from './untrusted.js';

/** Everything that a run left behind, as the report needs it. */
export interface Account {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly conclusion: Conclusion;
}

/** The outputs of action.yml, in its order. Every one is set on every path; what is not known is empty. */
export const OUTPUTS = [
  'deployment-id',
  'request-id',
  'outcome',
  'reason',
  'changed',
  'versions',
  'previous-versions',
  'previous-deployment-id',
  'canary',
  'canary-percentage',
  'stable',
  'done',
  'next-step-at',
  'timeline',
] as const;

export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>;

/** The outputs of a run that ended before anything was read. */
export function emptyOutputs(conclusion: Pick<Conclusion, 'outcome' | 'reason'>): Outputs {
  const empty = Object.fromEntries(OUTPUTS.map((name) => [name, ''])) as Record<(typeof OUTPUTS)[number], string>;
  return { ...empty, outcome: conclusion.outcome, reason: oneLine(conclusion.reason, 2000), changed: 'false' };
}

/** Where nothing is left to do: a schedule may stop asking. */
const DONE: ReadonlySet<Conclusion['outcome']> = new Set([
  'deployed',
  'promoted',
  'paused',
  'unchanged',
  'rolled-back',
]);

/** JSON, instants as RFC 3339. */
function timelineText(timeline: Timeline): string {
  return JSON.stringify(timeline.map(({ at, ...event }) => ({ at: new Date(at).toISOString(), ...event })));
}

export function outputsOf(account: Account): Outputs {
  const { plan, timeline, conclusion } = account;
  const now = lastKnown(plan, timeline);
  const accepted = acceptedIn(timeline);
  const { canary, stable } = rolesIn(plan, now);
  return {
    ...emptyOutputs(conclusion),
    ...(now?.kind === 'serving' && { 'deployment-id': now.deploymentId, versions: splitText(now.split) }),
    'request-id': accepted?.requestId ?? lastRequestId(timeline),
    changed: String(hasChanged(account)),
    ...(plan.before?.kind === 'serving' && {
      'previous-versions': splitText(plan.before.split),
      'previous-deployment-id': plan.before.deploymentId,
    }),
    canary: canary?.version ?? '',
    'canary-percentage': canary === undefined ? '' : String(canary.weight),
    stable: stable?.version ?? '',
    done: String(DONE.has(conclusion.outcome)),
    'next-step-at': conclusion.nextStepAt === undefined ? '' : new Date(conclusion.nextStepAt).toISOString(),
    timeline: timelineText(timeline),
  };
}

/** A rollout names its canary, which may be the older version; otherwise it is the version created later. */
export function rolesIn(plan: Plan, live: Live | undefined): ReturnType<typeof roles> {
  if (live === undefined || live.kind === 'nothing') return { canary: undefined, stable: undefined };
  const canary =
    plan.kind === 'rollout' ? live.split.find((share) => share.version === plan.rollout.canary) : undefined;
  const stable = live.split.find((share) => share.version !== canary?.version);
  return canary === undefined || stable === undefined ? roles(live) : { canary, stable };
}

/**
 * What was live when it was last looked at; undefined when it never could be. A write that was accepted counts as live
 * where nobody could look since, or where looking failed before it showed.
 */
export function lastKnown(plan: Plan, timeline: Timeline): Live | undefined {
  const accepted = acceptedIn(timeline);
  const looks = timeline.filter((event) => event.kind === 'read' || event.kind === 'read-failed');
  const reads = looks.filter((event) => event.kind === 'read');
  const latest = reads.at(-1)?.live ?? plan.before;
  if (accepted === undefined) return latest;
  const since = reads.slice(reads.findLastIndex((read) => timeline.indexOf(read) < timeline.indexOf(accepted)) + 1);
  const shown = since.some(({ live }) => live.kind === 'serving' && sameSplit(live.split, accepted.split));
  if (since.length > 0 && (shown || looks.at(-1)?.kind === 'read')) return latest;
  const details = plan.before?.kind === 'serving' ? plan.before.details : [];
  return {
    kind: 'serving',
    deploymentId: accepted.deploymentId,
    deployedAt: undefined,
    split: accepted.split,
    details,
  };
}

/** Outcomes of a write whose answer may have been lost. */
const LANDED: ReadonlySet<Conclusion['outcome']> = new Set(['deployed']);

/** Whether this run made a deployment, as far as anybody can know: accepted, or found live after a lost answer. */
export function hasChanged({ timeline, conclusion }: Account): boolean {
  return LANDED.has(conclusion.outcome) || acceptedIn(timeline) !== undefined;
}

function acceptedIn(timeline: Timeline): Extract<Event, { kind: 'accepted' }> | undefined {
  return timeline.filter((event) => event.kind === 'accepted').at(-1);
}

function lastRequestId(timeline: Timeline): string {
  const calls = timeline.filter((event) => event.kind === 'called');
  return calls.filter((call) => call.requestId !== '').at(-1)?.requestId ?? '';
}

/** What the advice on the last fault asks to be copied, if it does. */
export function pasteOf(timeline: Timeline): string | undefined {
  const faults = timeline.filter((event) => event.kind === 'read-failed' || event.kind === 'write-failed');
  return faults.at(-1)?.fault.paste;
}

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
    case 'measured': {
      const { good, bad, unknown, share, failures } = event.measurement;
      const ofCanary =
        share === undefined
          ? ''
          : `; the canary answered ${share.canary} of ${share.named}, asked for ${event.weight} %`;
      const [first] = failures;
      const worst = first === undefined ? '' : `; first: ${first.seen} from ${first.target}`;
      return oneLine(
        `Checked at ${event.weight} %: ${good} good, ${bad} bad, ${unknown} could not be measured${ofCanary}${worst}`,
      );
    }
    case 'cancelled':
      return oneLine(`Cancelled: ${event.by}`);
    case 'wait':
      return oneLine(`Waiting ${seconds(event.for)}: ${event.why}`);
  }
}

export function describeLive(live: Live): string {
  if (live.kind === 'nothing') return 'nothing';
  const id = live.deploymentId === '' ? 'without a deployment' : `deployment ${live.deploymentId}`;
  return `${splitText(live.split)} (${id}${live.deployedAt === undefined ? '' : ` of ${live.deployedAt}`})`;
}

/** The steps with the time at which each is due, if all goes well. */
function describeRollout({
  wish,
  rollout,
  stable,
  todo,
  liveSince,
}: Extract<Plan, { kind: 'rollout' }>): readonly string[] {
  const from = stable === undefined ? 'nothing live yet' : `stable ${stable}`;
  const how = wish.dryRun ? 'Would roll out' : liveSince === undefined ? 'Rolling out' : 'Going on with';
  const steps = todo.map((step, index) => {
    const after = todo.slice(0, index).reduce((sum, earlier) => sum + earlier.bake, 0);
    const due =
      index === 0
        ? liveSince === undefined
          ? 'now'
          : `live since ${new Date(liveSince).toISOString()}`
        : `after ${durationText(after)}`;
    return `  ${step.weight} % ${due}${step.bake === 0 ? '' : `, held for ${durationText(step.bake)}`}`;
  });
  return [`${how} ${rollout.canary} on ${quoted(wish.routine)} in ${wish.env}, ${from}:`, ...steps].map((line) =>
    oneLine(line),
  );
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

/** `0.31 s`: short enough for a table, exact enough to compare. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
