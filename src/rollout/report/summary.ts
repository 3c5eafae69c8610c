import { baselineIn } from '../decide/baseline.js';
import type { RolloutPlan } from '../decide/course.js';
import { asBlock, asCode, asSentence, inMarkdown } from '../escape.js';
import { baselineWarning } from '../judge/baseline.js';
import { unseenSteps } from '../judge/sensitivity-text.js';
import type { Timeline } from '../model.js';
import { OUTCOMES, type Outcome } from '../outcome.js';
import { helpLine } from './annotation.js';
import { detailsSection, type RunContext } from './details.js';
import { type FinishedRun, snippetOf } from './finished-run.js';
import { firstLines } from './first-lines.js';
import { list } from './markdown.js';
import { standingOf } from './standing.js';
import { stepsTable } from './steps-table.js';
import { catchSection, surveySections } from './survey-text.js';
import { versionsTable } from './versions.js';

/** A run's headline. */
function verdict(outcome: Outcome): string {
  const { emoji, title } = OUTCOMES[outcome];
  return `${emoji} ${title}`;
}

/**
 * The job summary, for the person on call: Markdown whose headings start at h3, since many routines stack in one run. What
 * is live, what was tried, why and what to do come first; what only some look for is folded up.
 */
export function summaryOf(run: FinishedRun, context: RunContext): string {
  const { plan, timeline, conclusion } = run;
  const { routine, env } = plan.wish;
  const standing = standingOf(run);
  const snippet = snippetOf(timeline);
  const rollout = plan.kind === 'rollout' ? plan : undefined;
  return sections([
    `### ${verdict(conclusion.outcome)}: ${inMarkdown(routine)} in ${env}`,
    ...firstLines(run, standing),
    snippet === undefined ? '' : asBlock(snippet, 'json'),
    helpLine(run, context.help),
    TELLING.has(conclusion.outcome) ? list(run.words.map((line) => asSentence(line))) : '',
    run.survey !== undefined && plan.kind === 'report' ? '' : versionsTable(run, standing),
    rollout === undefined ? '' : stepsTable(rollout, timeline, conclusion.outcome),
    ...(run.survey === undefined ? [] : catchSection(plan, run.survey)),
    rollout === undefined ? '' : blindness(rollout, timeline),
    ...(run.survey === undefined ? [] : surveySections(run.survey, plan)),
    detailsSection(TELLING.has(conclusion.outcome) ? { ...run, words: [] } : run, context),
  ]);
}

/** What words stand for and what was uploaded is the whole result of these; of others it is a detail. */
const TELLING: ReadonlySet<Outcome> = new Set(['planned', 'uploaded']);

/** Why the gate may not be believed, where that is so. */
function blindness({ rollout: { gate }, todo }: RolloutPlan, timeline: Timeline): string {
  const baseline = baselineIn(timeline);
  const warning = gate && baseline && baselineWarning(gate, baseline.version, baseline);
  const warnings = [...(warning === undefined ? [] : [warning]), ...unseenSteps(gate, todo)];
  return list(warnings.map((line) => `⚠️ ${asSentence(line, 1_000)}`));
}

/** The summary of a run whose inputs were wrong: nothing was read, so there is nothing else to tell. */
export function mistakesSummary(mistakes: readonly string[], routine: string, others = 0): string {
  const count = mistakes.length + others;
  return sections([
    `### ${verdict('refused')}${routine === '' ? '' : `: ${inMarkdown(routine)}`}`,
    '**What is live was not looked at, and nothing of it has changed:** no request was sent.',
    `**Why:** ${count === 1 ? 'One thing is' : `${count} things are`} wrong, as listed below.`,
    `**What to do:** ${OUTCOMES.refused.toDo}`,
    list(mistakes.map((mistake) => asSentence(mistake))),
    others === 0 ? '' : `And ${others} more.`,
  ]);
}

/** The summary of a fault in the action itself. */
export function faultSummary(message: string, issues: string): string {
  return sections([
    `### ${verdict('failed')}: a fault in this action`,
    '**What is live is not known from this run.**',
    `**Why:** ${inMarkdown(message)}`,
    `**What to do:** Read what is live with ${asCode('dry-run: true')}. Please report this${issues === '' ? '' : ` at ${issues}`}, with the log.`,
  ]);
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}
