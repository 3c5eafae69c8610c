import type { Log } from './github/log.js';
import {
  addSummary,
  exitSoon,
  failStep,
  forgetState,
  issuesUrl,
  outcomesPage,
  runContext,
  saveState,
  setOutputs,
} from './github/runner.js';
import { type Mistake, someOfEach } from './inputs/mistakes.js';
import { INPUTS, type RawInputs } from './inputs/table.js';
import { isSettled } from './rollout/decide/recording.js';
import { oneLine, withStop } from './rollout/escape.js';
import { helpSentence } from './rollout/help.js';
import { OUTCOMES, type Outcome } from './rollout/outcome.js';
import { annotationOf, helpParagraph } from './rollout/report/annotation.js';
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

/** So many mistakes an annotation has room for, and so many are told. */
const MOST_ANNOTATED = 10;
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
  const retries = describeRetries(run.timeline);
  log.section('Conclusion');
  if (retries !== undefined) log.say(retries);
  if (warning !== undefined) log.warn(warning);
  const { title, text } = annotationOf(run, outcomesPage());
  if (OUTCOMES[outcome].exit === 0) log.headline(`${outcome}: ${[reason, ...advice].join(' ')}`);
  else log.fail(text, title);
  saySnippet(run, log);
  publish(outputsOf(run), summaryOf(run, runContext()), reporter);
}

/** To be copied to the letter, so no line of it may be joined with another. */
function saySnippet({ timeline }: FinishedRun, log: Log): void {
  for (const line of snippetOf(timeline)?.split('\n') ?? []) log.headline(line);
}

/** The inputs are wrong: all mistakes in one annotation, each on a line, and no request was sent. */
export function refuse(mistakes: readonly Mistake[], routine: string, reporter: Reporter): void {
  const { log, secrets } = reporter;
  const where = ({ input }: Mistake) => ((INPUTS as readonly string[]).includes(input) ? 'Input' : 'Variable');
  const told = someOfEach(mistakes, MOST_MISTAKES);
  const lines = told.map((mistake) =>
    secrets.redact(`${where(mistake)} "${mistake.input}": ${withStop(mistake.message)}`),
  );
  const shown = lines.slice(0, MOST_ANNOTATED);
  const [only] = told.length === 1 ? told : [];
  const title = only === undefined ? `${mistakes.length} things are wrong` : `${where(only)} ${only.input}`;
  for (const line of lines.slice(MOST_ANNOTATED)) log.headline(line);
  const others = mistakes.length - told.length;
  if (others > 0) log.headline(`${others} more are not listed: ${mistakes.length} things are wrong in total.`);
  const help = helpSentence(outcomesPage(), 'an-input-is-wrong');
  const end = ['No request was sent.', ...(help === '' ? [] : [help])].join(' ');
  log.failWithLines([...shown, end].join('\n'), title);
  const count = mistakes.length > MOST_ANNOTATED ? ` ${mistakes.length} things are wrong.` : '';
  const reason = `No request was sent.${count} ${shown.join(' ')}`;
  const summary = mistakesSummary(lines, routine, others);
  const more = helpParagraph(outcomesPage(), 'an-input-is-wrong');
  publish(emptyOutputs({ outcome: 'refused', reason }), `${summary}${more}`, reporter);
}

/** A fault in here, not the user's and not the service's. */
export function concludeCrash(error: unknown, reporter: Reporter): void {
  const message = stackOf(error, reporter.secrets);
  const issues = issuesUrl();
  const where = issues === '' ? '' : ` at ${issues}`;
  reporter.log.failWithLines(
    withHelp(
      `This is a fault in the action itself. Please report it${where}:\n${message}`,
      'a-fault-in-the-action',
      '\n',
    ),
    'Fault in the action',
  );
  const reason = `A fault in the action itself: ${oneLine(message)}`;
  const summary = faultSummary(message, issues);
  const more = helpParagraph(outcomesPage(), 'a-fault-in-the-action');
  publish(emptyOutputs({ outcome: 'failed', reason }), `${summary}${more}`, reporter);
}

/** With the link to what is written of this, where there is one. */
function withHelp(text: string, anchor: string, between = ' '): string {
  const help = helpSentence(outcomesPage(), anchor);
  return help === '' ? text : `${text}${between}${help}`;
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
    const lost = withHelp(`${handed.error} ${lostOutputs(outputs)}`, 'the-outputs-are-lost');
    // A step that fails anyway has its one annotation.
    if (OUTCOMES[outputs.outcome as Outcome].exit === 0) log.fail(lost, 'Outputs lost');
    else log.warn(lost);
  }
  addSummary(redact(summary), log);
  exitSoon();
}

/** What the post step found and did. Where it fails its annotation begins with the way back: nobody else will look. */
export function concludeRecovery(run: FinishedRun, wayBack: string, { secrets, log }: Reporter): void {
  const { outcome } = run.conclusion;
  const { title, text } = annotationOf(run, outcomesPage());
  if (!OUTCOMES[outcome].postStepFails) log.warn(text, title);
  else {
    failStep();
    log.fail([wayBack, text].join(' '), title);
  }
  addSummary(secrets.redact(summaryOf(run, runContext())), log);
  exitSoon();
}

/** The post step was to put something back and cannot, which must not look like having nothing to do. */
export function cannotRecover(
  why: string,
  wayBack: string,
  { raw, log }: Reporter & { readonly raw: RawInputs },
): void {
  failStep();
  log.fail(
    withHelp(
      `${wayBack} The rollout was interrupted, and what it left behind was not checked. ${why}`,
      'what-was-left-behind-was-not-checked',
    ),
    `The interrupted rollout was not rolled back: ${oneLine(raw.routine, 100)} in ${oneLine(raw.env, 100)}`,
  );
}

export function concludeRecoveryCrash(error: unknown, wayBack: string, { secrets, log }: Reporter): void {
  failStep();
  log.failWithLines(
    withHelp(
      `This is a fault in the action itself: ${stackOf(error, secrets)}\n${wayBack}`,
      'a-fault-in-the-action',
      '\n',
    ),
    'Fault in the action',
  );
}
