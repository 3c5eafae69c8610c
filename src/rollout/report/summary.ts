import type { RolloutPlan } from '../decide/course.js';
import { asBlock, asCode, asSentence, inMarkdown } from '../escape.js';
import type { HelpPlace } from '../help.js';
import { sensitivityLines, unseenSteps } from '../judge/sensitivity-text.js';
import type { Timeline, TrafficSplit, VersionDetails } from '../model.js';
import { OUTCOMES, type Outcome } from '../outcome.js';
import { liveSplit, splitText, weightOf } from '../split.js';
import { helpLine } from './annotation.js';
import { callTable } from './call-table.js';
import { beforeSteps, rolloutSections } from './charts.js';
import { type FinishedRun, snippetOf } from './finished-run.js';
import { surveySections } from './survey-text.js';

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

/** A run's headline. */
function verdict(outcome: Outcome): string {
  const { emoji, title } = OUTCOMES[outcome];
  return `${emoji} ${title}`;
}

/** The job summary: Markdown whose headings start at h3, since many routines stack in one run. */
export function summaryOf(run: FinishedRun, context: RunContext): string {
  const { plan, timeline, conclusion } = run;
  const { routine, env } = plan.wish;
  const snippet = snippetOf(timeline);
  return sections([
    `### ${verdict(conclusion.outcome)}: ${inMarkdown(routine)} in ${env}`,
    asSentence(conclusion.reason, 2000),
    list(run.words.map((line) => asSentence(line))),
    conclusion.warning === undefined ? '' : `⚠️ ${asSentence(conclusion.warning, 2000)}`,
    list(conclusion.advice.map((advice) => asSentence(advice, 1000))),
    snippet === undefined ? '' : asBlock(snippet, 'json'),
    helpLine(run, context.help),
    ...(run.survey === undefined ? [] : surveySections(run.survey, plan)),
    ...(run.survey !== undefined && plan.kind === 'report' ? [] : traffic(run)),
    plan.kind === 'rollout' ? beforeSteps(plan, timeline) : '',
    plan.kind === 'rollout' ? whatIsUnseen(plan) : '',
    ...(plan.kind === 'rollout' ? rolloutSections(plan, timeline, conclusion.outcome) : []),
    ...(plan.kind === 'rollout' && run.survey === undefined ? [whatIsSeen(plan)] : []),
    undo(run),
    facts(run, context),
    callTable(timeline, deviations(timeline, context)),
  ]);
}

function whatIsUnseen({ rollout: { gate }, todo }: RolloutPlan): string {
  return list(unseenSteps(gate, todo).map((step) => `⚠️ ${asSentence(step)}`));
}

/** What the gate could see, for whoever has to believe it. */
function whatIsSeen({ rollout: { gate }, todo }: RolloutPlan): string {
  const lines = gate === undefined ? [] : sensitivityLines(gate, todo);
  if (lines.length === 0) return '';
  return [
    '<details><summary>What the gate can see</summary>',
    '',
    list(lines.map((line) => asSentence(line))),
    '',
    '</details>',
  ].join('\n');
}

/** The summary of a run whose inputs were wrong: nothing was read, so there is nothing else to tell. */
export function mistakesSummary(mistakes: readonly string[], routine: string, others = 0): string {
  const count = mistakes.length + others;
  return sections([
    `### ${verdict('refused')}${routine === '' ? '' : `: ${inMarkdown(routine)}`}`,
    `No request was sent, ${count === 1 ? 'one input is' : `${count} things are`} wrong:`,
    list(mistakes.map((mistake) => asSentence(mistake))),
    others === 0 ? '' : `And ${others} more.`,
  ]);
}

/** The summary of a fault in the action itself. */
export function faultSummary(message: string, issues: string): string {
  return sections([
    `### ${verdict('failed')}: a fault in this action`,
    inMarkdown(message),
    `What is live is not known from this run: read it with ${asCode('dry-run')}. Please report this${issues === '' ? '' : ` at ${issues}`}, with the log.`,
  ]);
}

function traffic({ plan, conclusion, live: now }: FinishedRun): string[] {
  const { before } = plan;
  if (before === undefined || now === undefined) return [];
  const planned = conclusion.outcome === 'planned' && plan.kind === 'deploy';
  const after = planned ? plan.target : liveSplit(now);
  const canary = plan.kind === 'rollout' ? [plan.rollout.canary] : [];
  const shares = [...(liveSplit(before) ?? []), ...(after ?? [])];
  const versions = [...new Set([...shares.map((share) => share.version), ...canary])];
  if (shares.length === 0) return [`Nothing is live in ${plan.wish.env}.`];
  const served = [now, before].flatMap((live) => (live.kind === 'serving' ? live.details : []));
  const details = plan.kind === 'deploy' || plan.kind === 'rollout' ? [...served, ...plan.known] : served;
  const rows = versions.map((version) => trafficRow(version, details, liveSplit(before), after));
  const header = `| version | description | created | before | ${planned ? 'planned' : 'after'} | change |\n| :-- | :-- | :-- | --: | --: | --: |`;
  return [
    [header, ...rows].join('\n'),
    ...(after === undefined ? [] : [pie(after, planned ? 'Planned' : 'Live', plan.wish.env)]),
  ];
}

function trafficRow(
  version: string,
  details: readonly VersionDetails[],
  before: TrafficSplit | undefined,
  after: TrafficSplit | undefined,
): string {
  const known = details.filter((entry) => entry.version === version);
  const description = known.find((entry) => entry.description)?.description ?? '';
  const createdAt = known.find((entry) => entry.createdAt)?.createdAt ?? '';
  const change = weightOf(after, version) - weightOf(before, version);
  return `| ${[
    asCode(version, 40),
    inMarkdown(description, 120),
    inMarkdown(createdAt, 40),
    `${weightOf(before, version)} %`,
    `${weightOf(after, version)} %`,
    change === 0 ? '' : `${change > 0 ? '+' : '−'}${Math.abs(change)}`,
  ].join(' | ')} |`;
}

/** Mermaid: https://mermaid.js.org/syntax/pie.html. A label is a quoted string, so nothing but word characters enters. */
function pie(split: TrafficSplit, what: string, env: string): string {
  const slices = split.map(({ version, weight }) => `  "${version.replace(/[^\w.-]/g, '_').slice(0, 40)}" : ${weight}`);
  return ['```mermaid', 'pie showData', `  title ${what} in ${env} (percent of requests)`, ...slices, '```'].join('\n');
}

function undo({ plan, changed, undo: split, live }: FinishedRun): string {
  if (plan.before?.kind === 'nothing' && changed && split === undefined)
    return '**Undo:** nothing was live before, and ESA cannot withdraw a deployment.';
  if (split === undefined || live?.kind !== 'serving') return '';
  const guard = live.deploymentId === '' ? '' : ` and ${asCode(`expect-deployment-id: ${live.deploymentId}`)}`;
  return `**Undo:** run again with ${asCode(`versions: ${splitText(split)}`)}${guard}`;
}

function facts({ plan, timeline, live, roles: { canary, stable } }: FinishedRun, context: RunContext): string {
  const { before, wish } = plan;
  const accepted = timeline.filter((event) => event.kind === 'accepted').at(-1);
  const role = (name: string, version: string | undefined) =>
    version === undefined ? [] : [`${name} ${asCode(version, 40)}`];
  return list([
    ...(live?.kind === 'serving' && live.deploymentId !== '' ? [`DeploymentId ${asCode(live.deploymentId)}`] : []),
    ...(before?.kind === 'serving' && before.deploymentId !== ''
      ? [`DeploymentId before ${asCode(before.deploymentId)}`]
      : []),
    ...(accepted === undefined || accepted.requestId === ''
      ? []
      : [`RequestId of the write ${asCode(accepted.requestId)}`]),
    ...role('Canary', canary?.version),
    ...role('Stable', canary === undefined ? undefined : stable?.version),
    ...(plan.kind === 'rollout' && plan.rollout.gate?.mode === 'observe'
      ? ['Observe mode: the gate stopped nothing, whatever it found']
      : []),
    ...(wish.dryRun ? [`Dry run: nothing was written`] : []),
    ...origin(context),
  ]);
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

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}
