import { failedOf } from '../count.js';
import { baselineIn } from '../decide/baseline.js';
import type { RolloutPlan } from '../decide/course.js';
import { asCode, asSentence, inMarkdown } from '../escape.js';
import type { HelpPlace } from '../help.js';
import { baselineWarning } from '../judge/baseline.js';
import { sizeOf } from '../judge/evidence.js';
import { sensitivityLines } from '../judge/sensitivity-text.js';
import type { CodeVersion, Failure, Timeline } from '../model.js';
import { callTable } from './call-table.js';
import { weightChart } from './charts.js';
import type { FinishedRun } from './finished-run.js';
import { list, row } from './markdown.js';
import { detailsOf } from './versions.js';

/** What whoever is on call needs only to look further: folded up, one line on the page. */

/** Where the run can be found again; each part is empty outside of a workflow. */
export interface RunContext {
  readonly runUrl: string;
  readonly commit: string;
  readonly commitUrl: string;
  readonly actor: string;
  /** Where a fault or an odd answer is reported. */
  readonly issuesUrl?: string;
  readonly help?: HelpPlace;
}

export function detailsSection(run: FinishedRun, context: RunContext): string {
  const { plan, timeline } = run;
  const rollout = plan.kind === 'rollout' ? plan : undefined;
  const parts: readonly (readonly [name: string, part: string])[] = [
    ['weight over time', rollout === undefined ? '' : weightChart(rollout, timeline, run.conclusion.outcome)],
    ['failed answers', failedAnswers(timeline)],
    ['what the gate can see', rollout === undefined || run.survey !== undefined ? '' : whatIsSeen(rollout, timeline)],
    ['ids', facts(run, context)],
    ['calls', callTable(timeline, deviations(timeline, context))],
  ];
  const shown = parts.filter(([, part]) => part !== '');
  if (shown.length === 0) return '';
  return [
    `<details><summary>Details: ${shown.map(([name]) => name).join(', ')}</summary>`,
    ...shown.map(([, part]) => part),
    '</details>',
  ].join('\n\n');
}

function failedAnswers(timeline: Timeline): string {
  const failures = timeline
    .flatMap((event) => (event.kind === 'measured' ? event.measurement.failures : []))
    .slice(0, 3);
  if (failures.length === 0) return '';
  const rowOf = ({ target, seen, took, version }: Failure) =>
    row([asCode(target, 200), inMarkdown(seen, 100), `${took} ms`, asCode(version ?? '', 40)]);
  return [
    'The first answers that were not healthy:',
    '',
    '| target | seen | time | version |\n| :-- | :-- | --: | :-- |',
    ...failures.map(rowOf),
  ].join('\n');
}

/** What the gate could see, for whoever has to believe it. */
function whatIsSeen({ rollout: { gate }, todo }: RolloutPlan, timeline: Timeline): string {
  if (gate === undefined) return '';
  const baseline = baselineIn(timeline);
  const isWarned = baseline !== undefined && baselineWarning(gate, baseline.version, baseline) !== undefined;
  const before = baseline === undefined || isWarned ? [] : [baselineLine(baseline)];
  const lines = [...sensitivityLines(gate, todo), ...before];
  return lines.length === 0 ? '' : `What the gate can see:\n\n${list(lines.map((line) => asSentence(line)))}`;
}

function baselineLine({ stable }: NonNullable<ReturnType<typeof baselineIn>>): string {
  const answers =
    sizeOf(stable) === 0
      ? 'No answer of the stable could be had'
      : `${failedOf(stable, 'answer')} of the stable failed`;
  return `${answers} before the first step.`;
}

function facts(run: FinishedRun, context: RunContext): string {
  const { plan, timeline, live, words, roles } = run;
  const { before, wish } = plan;
  const accepted = timeline.findLast((event) => event.kind === 'accepted');
  const isRollout = plan.kind === 'rollout';
  const told = [
    ...words.map((line) => asSentence(line)),
    ...(live?.kind === 'serving' && live.deploymentId !== '' ? [`DeploymentId ${asCode(live.deploymentId)}`] : []),
    ...(before?.kind === 'serving' && before.deploymentId !== ''
      ? [`DeploymentId before ${asCode(before.deploymentId)}`]
      : []),
    ...(accepted === undefined || accepted.requestId === ''
      ? []
      : [`RequestId of the write ${asCode(accepted.requestId)}`]),
    ...versionFact('Canary', roles.canary?.version, run),
    ...versionFact('Stable', roles.canary === undefined ? undefined : roles.stable?.version, run),
    ...(isRollout && plan.rollout.gate?.mode === 'observe'
      ? ['Observe mode: the gate stopped nothing, whatever it found']
      : []),
    ...(wish.dryRun ? [`Dry run: nothing was written`] : []),
    ...origin(context),
  ];
  return told.length === 0 ? '' : `What this run went by:\n\n${list(told)}`;
}

function versionFact(role: string, number: CodeVersion | undefined, run: FinishedRun): string[] {
  if (number === undefined) return [];
  const { createdAt } = detailsOf(number, run);
  return [`${role} ${asCode(number, 40)}${createdAt === undefined ? '' : `, created ${inMarkdown(createdAt, 40)}`}`];
}

function origin({ runUrl, commit, commitUrl, actor }: RunContext): string[] {
  const parts = [
    runUrl === '' ? '' : `<a href="${attribute(runUrl)}">this run</a>`,
    commit === ''
      ? ''
      : `commit ${commitUrl === '' ? asCode(commit) : `<a href="${attribute(commitUrl)}">${asCode(commit.slice(0, 7))}</a>`}`,
    actor === '' ? '' : `by ${inMarkdown(actor)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? [] : [`From ${parts.join(', ')}`];
}

function attribute(url: string): string {
  return encodeURI(url).replace(/["'<>&|`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What answers were otherwise than is assumed of the service, for whoever wants to help. */
function deviations(timeline: Timeline, { issuesUrl = '' }: RunContext): readonly string[] {
  const seen = timeline.filter((event) => event.kind === 'deviated');
  if (seen.length === 0) return [];
  const told = seen.map((event) => `${asCode(event.fact, 40)} (${inMarkdown(event.seen, 80)})`).join(', ');
  const place = issuesUrl === '' ? '' : ` at ${issuesUrl}/new?template=contract-report.yml`;
  return [`Otherwise than assumed of the service: ${told}. This run copes with that; please report it${place}.`, ''];
}
