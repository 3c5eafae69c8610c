import type { Log } from './github/log.js';
import {
  addSummary,
  exitSoon,
  failStep,
  forgetState,
  issuesUrl,
  runContext,
  saveState,
  setOutputs,
} from './github/runner.js';
import { type Mistake, someOfEach } from './inputs/mistakes.js';
import { INPUTS } from './inputs/table.js';
import { isSettled } from './rollout/decide/recording.js';
import { oneLine, withStop } from './rollout/escape.js';
import { OUTCOMES, type Outcome } from './rollout/outcome.js';
import { describeRetries } from './rollout/report/calls.js';
import { type FinishedRun, snippetOf } from './rollout/report/finished-run.js';
import { emptyOutputs, lostOutputs, type Outputs, outputsOf } from './rollout/report/outputs.js';
import { faultSummary, mistakesSummary, summaryOf } from './rollout/report/summary.js';
import { redactJson, type Secrets } from './secrets/secrets.js';

/** All that a run leaves is left here: annotations, outputs, the summary, the state and the exit code. */

/** What a run reports by. */
export interface Reporter {
  readonly secrets: Secrets;
  readonly log: Log;
}

/** GitHub shows ten annotations of a step. */
const MOST_ANNOTATIONS = 10;
const MOST_MISTAKES = 50;

/** In characters. */
const LONGEST_STACK = 8_000;

/**
 * A rollback that failed, and a write that may still show, are looked at once more by the post step. Said before the rest,
 * which a full disk, or a kill while GitHub is told, may cut short: neither must undo what was concluded.
 */
export function settle({ conclusion, changed }: FinishedRun, { log }: Reporter): void {
  const saved = isSettled(conclusion) ? saveState('concluded', 'true') : undefined;
  if (saved?.ok === false && !forgetState().ok && changed)
    log.warn(`${saved.error} If a rollout was begun, the post step may take it for one that was killed.`);
}

export function conclude(run: FinishedRun, reporter: Reporter): void {
  const { log } = reporter;
  const { outcome, reason, advice, warning } = run.conclusion;
  const { routine, env } = run.plan.wish;
  const sentence = [reason, ...advice].join(' ');
  const retries = describeRetries(run.timeline);
  if (retries !== undefined) log.say(retries);
  if (warning !== undefined) log.warn(warning);
  if (OUTCOMES[outcome].exit === 0) log.say(`${outcome}: ${sentence}`);
  else log.fail(sentence, `${outcome}: ${oneLine(routine, 100)} in ${env}`);
  saySnippet(run, log);
  publish(outputsOf(run), summaryOf(run, runContext()), reporter);
}

/** To be copied to the letter, so no line of it may be joined with another. */
function saySnippet({ timeline }: FinishedRun, log: Log): void {
  for (const line of snippetOf(timeline)?.split('\n') ?? []) log.say(line);
}

/** The inputs are wrong: each mistake by itself, and no request was sent. */
export function refuse(mistakes: readonly Mistake[], routine: string, reporter: Reporter): void {
  const { log, secrets } = reporter;
  const where = ({ input }: Mistake) => ((INPUTS as readonly string[]).includes(input) ? 'Input' : 'Variable');
  const told = someOfEach(mistakes, MOST_MISTAKES);
  const lines = told.map((mistake) =>
    secrets.redact(`${where(mistake)} "${mistake.input}": ${withStop(mistake.message)}`),
  );
  for (const [index, mistake] of told.entries()) {
    if (index < MOST_ANNOTATIONS) log.fail(lines[index] ?? '', `${where(mistake)} ${mistake.input}`);
    else log.say(lines[index] ?? '');
  }
  const others = mistakes.length - told.length;
  if (others > 0) log.say(`${others} more are not listed: ${mistakes.length} things are wrong in total.`);
  const count = mistakes.length > MOST_ANNOTATIONS ? ` ${mistakes.length} things are wrong.` : '';
  const reason = `No request was sent.${count} ${lines.slice(0, MOST_ANNOTATIONS).join(' ')}`;
  publish(emptyOutputs({ outcome: 'refused', reason }), mistakesSummary(lines, routine, others), reporter);
}

/** A fault in here, not the user's and not the service's. */
export function concludeCrash(error: unknown, reporter: Reporter): void {
  const message = stackOf(error, reporter.secrets);
  const issues = issuesUrl();
  const where = issues === '' ? '' : ` at ${issues}`;
  reporter.log.failWithLines(
    `This is a fault in the action itself. Please report it${where}:\n${message}`,
    'Fault in the action',
  );
  const reason = `A fault in the action itself: ${oneLine(message)}`;
  publish(emptyOutputs({ outcome: 'failed', reason }), faultSummary(message, issues), reporter);
}

function stackOf(error: unknown, { redact }: Secrets): string {
  return redact(error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, LONGEST_STACK);
}

function publish(outputs: Outputs, summary: string, { secrets: { redact }, log }: Reporter): void {
  if (OUTCOMES[outputs.outcome as Outcome].exit !== 0) failStep();
  // An id that another job goes on with stays what it is: one that holds a secret was never taken for one.
  const texts = Object.entries(outputs).map(([name, value]) => [name, redact(value)] as const);
  const handed = setOutputs({ ...Object.fromEntries(texts), timeline: redactJson(outputs.timeline, redact) });
  if (!handed.ok) {
    failStep();
    log.fail(`${handed.error} ${lostOutputs(outputs)}`, 'Outputs lost');
  }
  addSummary(redact(summary), log);
  exitSoon();
}

/** What the post step found and did. Where it fails its annotation begins with the way back: nobody else will look. */
export function concludeRecovery(run: FinishedRun, wayBack: string, { secrets, log }: Reporter): void {
  const { outcome, reason, advice } = run.conclusion;
  if (!OUTCOMES[outcome].postStepFails) log.warn([`${outcome}: ${reason}`, ...advice].join(' '));
  else {
    failStep();
    log.fail([wayBack, reason, ...advice].join(' '), outcome);
  }
  addSummary(secrets.redact(summaryOf(run, runContext())), log);
  exitSoon();
}

/** The post step was to put something back and cannot, which must not look like having nothing to do. */
export function cannotRecover(why: string, wayBack: string, { log }: Reporter): void {
  failStep();
  log.fail(
    `${wayBack} The rollout was interrupted, and what it left behind was not checked. ${why}`,
    'The interrupted rollout was not rolled back',
  );
}

export function concludeRecoveryCrash(error: unknown, wayBack: string, { secrets, log }: Reporter): void {
  failStep();
  log.failWithLines(
    `This is a fault in the action itself: ${stackOf(error, secrets)}\n${wayBack}`,
    'Fault in the action',
  );
}
