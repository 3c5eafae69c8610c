import { oneLine, withStop } from '../escape.js';
import type { Conclusion, Event, Timeline } from '../model.js';
import { OUTCOMES } from '../outcome.js';
import { splitText } from '../split.js';
import type { FinishedRun } from './finished-run.js';
import { timelineText } from './timeline-json.js';

/** The outputs of action.yml, in its order. Every one is set on every path; what is not known is empty. */
export const OUTPUTS = [
  'outcome',
  'reason',
  'changed',
  'done',
  'versions',
  'deployment-id',
  'canary',
  'canary-percentage',
  'stable',
  'uploaded-version',
  'next-step-at',
  'previous-versions',
  'previous-deployment-id',
  'request-id',
  'timeline',
] as const;

export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>;

/** The outputs of a run that ended before anything was read. */
export function emptyOutputs(conclusion: Pick<Conclusion, 'outcome' | 'reason'>): Outputs {
  const empty = Object.fromEntries(OUTPUTS.map((name) => [name, ''])) as Record<(typeof OUTPUTS)[number], string>;
  return { ...empty, outcome: conclusion.outcome, reason: oneLine(conclusion.reason, 2000), changed: 'false' };
}

export function outputsOf(run: FinishedRun): Outputs {
  const { plan, timeline, conclusion, live, changed } = run;
  const accepted = acceptedIn(timeline);
  const { canary, stable } = run.roles;
  return {
    ...emptyOutputs(conclusion),
    ...(live?.kind === 'serving' && { 'deployment-id': live.deploymentId, versions: splitText(live.split) }),
    'request-id': accepted?.requestId ?? lastRequestId(timeline),
    changed: String(changed),
    ...(plan.before?.kind === 'serving' && {
      'previous-versions': splitText(plan.before.split),
      'previous-deployment-id': plan.before.deploymentId,
    }),
    canary: canary?.version ?? '',
    'canary-percentage': canary === undefined ? '' : String(canary.weight),
    stable: stable?.version ?? '',
    'uploaded-version': uploadedIn(timeline)?.version ?? '',
    done: String((OUTCOMES[conclusion.outcome].done || conclusion.done === true) && conclusion.unsettled !== true),
    'next-step-at': conclusion.nextStepAt === undefined ? '' : new Date(conclusion.nextStepAt).toISOString(),
    timeline: timelineText(timeline),
  };
}

/** What somebody has to know who gets none of the outputs. */
export function lostOutputs({ changed, outcome, reason, versions, 'deployment-id': id }: Outputs): string {
  const made = changed === 'true' ? 'A deployment was made all the same.' : 'No deployment by this run is known.';
  const live = versions === '' ? '' : ` Live when last known: ${versions}${id === '' ? '' : ` (deployment ${id})`}.`;
  return `No later step gets any output of this run. ${made}${live} It ended as ${outcome}: ${withStop(reason)}`;
}

function acceptedIn(timeline: Timeline): Extract<Event, { kind: 'accepted' }> | undefined {
  return timeline.filter((event) => event.kind === 'accepted').at(-1);
}

function uploadedIn(timeline: Timeline): Extract<Event, { kind: 'uploaded' }> | undefined {
  return timeline.findLast((event) => event.kind === 'uploaded');
}

/** Of the service that deploys: one of Log Service, which a gate asks, is of no use to whoever looks into that. */
function lastRequestId(timeline: Timeline): string {
  const calls = timeline.filter((event) => event.kind === 'called');
  return calls.findLast(({ operation, requestId }) => requestId !== '' && operation !== 'GetLogs')?.requestId ?? '';
}
