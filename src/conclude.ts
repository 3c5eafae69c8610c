import type { Log } from './github/log.js';
import {
  addSummary,
  endSoon,
  failStep,
  forgetState,
  issuesUrl,
  runContext,
  saveState,
  setOutputs,
} from './github/runner.js';
import { type Mistake, someOfEach } from './inputs/mistakes.js';
import { INPUTS } from './inputs/table.js';
import { oneLine, withStop } from './rollout/escape.js';
import { OUTCOMES, type Outcome } from './rollout/outcome.js';
import { describeRetries } from './rollout/report/calls.js';
import { type FinishedRun, snippetOf } from './rollout/report/finished-run.js';
import { emptyOutputs, lostOutputs, type Outputs, outputsOf } from './rollout/report/outputs.js';
import { faultSummary, mistakesSummary, summaryOf } from './rollout/report/summary.js';
import { cleanJson, type Secrets } from './secrets/secrets.js';

/** All that a run leaves is left here: annotations, outputs, the summary, the state and the exit code. */

/** How a run shows itself. */
export interface Shown {
  readonly secrets: Secrets;
  readonly log: Log;
}

/** GitHub shows ten annotations of a step. */
const MOST_ANNOTATIONS = 10;
const MOST_MISTAKES = 50;

/** In characters. */
const LONGEST_STACK = 8_000;

export function conclude(run: FinishedRun, shown: Shown): void {
  const { log } = shown;
  const { outcome, reason, advice, warning, unsettled } = run.conclusion;
  const { routine, env } = run.plan.wish;
  const sentence = [reason, ...advice].join(' ');
  const retries = describeRetries(run.timeline);
  if (retries !== undefined) log.say(retries);
  if (warning !== undefined) log.warn(warning);
  if (OUTCOMES[outcome].exit === 0) log.say(`${outcome}: ${sentence}`);
  else log.fail(sentence, `${outcome}: ${oneLine(routine, 100)} in ${env}`);
  saySnippet(run, log);
  // A rollback that failed, and a write that may still show, are looked at once more by the post step. Said before the
  // rest is written: a disk that is full must not undo what was concluded.
  const isOver = outcome !== 'rollback-failed' && unsettled !== true;
  const saved = isOver ? saveState('concluded', 'true') : undefined;
  if (saved?.ok === false && !forgetState().ok && run.changed)
    log.warn(`${saved.error} If a rollout was begun, the post step may take it for one that was killed.`);
  handOver(outputsOf(run), summaryOf(run, runContext()), shown);
}

/** To be copied to the letter, so no line of it may be joined with another. */
function saySnippet({ timeline }: FinishedRun, log: Log): void {
  for (const line of snippetOf(timeline)?.split('\n') ?? []) log.say(line);
}

/** The inputs are wrong: each mistake by itself, and no request was sent. */
export function refuse(mistakes: readonly Mistake[], routine: string, shown: Shown): void {
  const { log, secrets } = shown;
  const where = ({ input }: Mistake) => ((INPUTS as readonly string[]).includes(input) ? 'Input' : 'Variable');
  const told = someOfEach(mistakes, MOST_MISTAKES);
  const lines = told.map((mistake) =>
    secrets.clean(`${where(mistake)} "${mistake.input}": ${withStop(mistake.message)}`),
  );
  for (const [index, mistake] of told.entries()) {
    if (index < MOST_ANNOTATIONS) log.fail(lines[index] ?? '', `${where(mistake)} ${mistake.input}`);
    else log.say(lines[index] ?? '');
  }
  const others = mistakes.length - told.length;
  if (others > 0) log.say(`${others} more of this kind are not listed: ${mistakes.length} things are wrong in all.`);
  const count = mistakes.length > MOST_ANNOTATIONS ? ` ${mistakes.length} things are wrong.` : '';
  const reason = `No request was sent.${count} ${lines.slice(0, MOST_ANNOTATIONS).join(' ')}`;
  handOver(emptyOutputs({ outcome: 'refused', reason }), mistakesSummary(lines, routine, others), shown);
}

/** A fault in here, not the user's and not the service's. */
export function confess(error: unknown, shown: Shown): void {
  const message = stackOf(error, shown.secrets);
  const issues = issuesUrl();
  const where = issues === '' ? '' : ` at ${issues}`;
  shown.log.failWithLines(
    `This is a fault in the action itself. Please report it${where}:\n${message}`,
    'Fault in the action',
  );
  const reason = `A fault in the action itself: ${oneLine(message)}`;
  handOver(emptyOutputs({ outcome: 'failed', reason }), faultSummary(message, issues), shown);
}

function stackOf(error: unknown, { clean }: Secrets): string {
  return clean(error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, LONGEST_STACK);
}

function handOver(outputs: Outputs, summary: string, { secrets: { clean }, log }: Shown): void {
  if (OUTCOMES[outputs.outcome as Outcome].exit !== 0) failStep();
  // An id that another job goes on with stays what it is: one that holds a secret was never taken for one.
  const texts = Object.entries(outputs).map(([name, value]) => [name, clean(value)] as const);
  const handed = setOutputs({ ...Object.fromEntries(texts), timeline: cleanJson(outputs.timeline, clean) });
  if (!handed.ok) {
    failStep();
    log.fail(`${handed.error} ${lostOutputs(outputs)}`, 'Outputs lost');
  }
  addSummary(clean(summary), log);
  endSoon();
}

/** What the post step found and did. Where it fails its annotation begins with the way back: nobody else will look. */
export function concludeRecovery(run: FinishedRun, wayBack: string, { secrets, log }: Shown): void {
  const { outcome, reason, advice } = run.conclusion;
  if (outcome === 'rolled-back' || outcome === 'held' || outcome === 'drifted')
    log.warn([`${outcome}: ${reason}`, ...advice].join(' '));
  else {
    failStep();
    log.fail([wayBack, reason, ...advice].join(' '), outcome);
  }
  addSummary(secrets.clean(summaryOf(run, runContext())), log);
  endSoon();
}

/** The post step was to put something back and cannot, which must not look like having nothing to do. */
export function cannotRecover(why: string, wayBack: string, { log }: Shown): void {
  failStep();
  log.fail(
    `${wayBack} The rollout ended in the middle, and nobody looked at what it left. ${why}`,
    'What the rollout left was not put back',
  );
}

export function confessInRecovery(error: unknown, wayBack: string, { secrets, log }: Shown): void {
  failStep();
  log.failWithLines(
    `This is a fault in the action itself: ${stackOf(error, secrets)}\n${wayBack}`,
    'Fault in the action',
  );
}
