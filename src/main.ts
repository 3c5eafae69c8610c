import * as core from '@actions/core';
import { cancellation } from './github/cancellation.js';
import { lifetimeDoubt } from './credentials/lifetime.js';
import { identityOf } from './credentials/source.js';
import { execute } from './execute.js';
import { INPUTS, type Mistake, type Request, readInputs, someOfEach } from './inputs/inputs.js';
import type { Surroundings } from './gates/measure.js';
import type { Measure } from './ports.js';
import { describeRetries } from './rollout/report/calls.js';
import type { Conclusion, Outcome, Plan } from './rollout/model.js';
import { makePlan } from './rollout/decide/plan.js';
import {
  type Account,
  describePlan,
  emptyOutputs,
  hasChanged,
  lostOutputs,
  type Outputs,
  outputsOf,
  pasteOf,
} from './rollout/report/outputs.js';
import { faultSummary, mistakesSummary, summaryOf } from './rollout/report/summary.js';
import { oneLine, withStop } from './rollout/escape.js';
import {
  addSummary,
  cleanJson,
  endSoon,
  forgetState,
  type HandedOver,
  issuesUrl,
  knownSecrets,
  prepareNetwork,
  rawInputs,
  runContext,
  saveState,
  sayer,
  setOutputs,
} from './github/runner.js';
import type { Secrets } from './secrets/secrets.js';
import { openSession, readFirst } from './adapters.js';

const GOOD: ReadonlySet<Outcome> = new Set(['deployed', 'promoted', 'paused', 'baking', 'unchanged', 'planned']);

/** GitHub shows ten annotations of a step. */
const MOST_ANNOTATIONS = 10;
const MOST_MISTAKES = 50;

/** In characters. */
const LONGEST_STACK = 8_000;

void main();

/** Everything that a run leaves is left here: annotations, outputs, the summary, the state and the exit code. */
async function main(): Promise<void> {
  const secrets = knownSecrets();
  try {
    const cancelled = cancellation();
    prepareNetwork();
    const raw = rawInputs();
    const read = readInputs(raw, process.env);
    if (!read.ok) return await refuse(read.mistakes, raw.routine, secrets);
    await conclude(await run(read.value, cancelled, secrets), secrets);
  } catch (error) {
    await confess(error, secrets);
  }
}

async function run(request: Request, cancelled: AbortSignal, secrets: Secrets): Promise<Account> {
  const say = sayer(secrets);
  const session = openSession(request, { cancelled, say, secrets, remember: keep('evidence') });
  try {
    const plan = makePlan(request.wish, await readFirst(request.wish, session));
    const ending = lifetimeDoubt(request.credentials, plan);
    const doubts = [...('doubts' in plan ? plan.doubts : []), ...(ending === undefined ? [] : [ending])];
    for (const doubt of doubts) core.warning(oneLine(secrets.clean(doubt)));
    for (const line of describePlan(plan)) say(line);
    const saved = remember(plan, request);
    if (!saved.ok) return { plan, timeline: session.timeline, conclusion: unsaved(saved.why) };
    const measure = await measureFor(plan, request, { ...surroundings(secrets), cancelled });
    const conclusion = await execute(plan, { ...session, measure: measure ?? session.measure });
    return { plan, timeline: session.timeline, conclusion };
  } finally {
    session.close();
  }
}

/** Gates are loaded by those who have one. */
async function measureFor(plan: Plan, { sources }: Request, around: Surroundings): Promise<Measure | undefined> {
  if (plan.kind !== 'rollout' || plan.rollout.gate === undefined) return undefined;
  const { measureBy } = await import('./gates/measure.js');
  return measureBy(sources, plan, around);
}

/** Kept for the post step, once for each change; false where it could not be. */
function keep(name: string): (value: string) => boolean {
  let kept: string | undefined;
  return (value) => {
    if (value !== kept && saveState(name, value).ok) kept = value;
    return value === kept;
  };
}

/** What was live, for the post step: should this process be killed, that is all anybody knows of the way back. */
function remember(plan: Plan, { credentials }: Request): HandedOver {
  if (plan.kind !== 'rollout' || plan.wish.dryRun || plan.stable === undefined) return { ok: true };
  const identity = saveState('identity', identityOf(credentials));
  return identity.ok ? saveState('stable', plan.stable) : identity;
}

/** Without the net beneath it a rollout is not begun. */
function unsaved(why: string): Conclusion {
  return {
    outcome: 'failed',
    reason: `Nothing was written: ${why} Should this run be killed, the post step could not put the stable back.`,
    advice: ['Give the runner room on its disk, and leave the file that GITHUB_STATE names as it is.'],
  };
}

function surroundings({ clean }: Secrets) {
  const show = (output: string) => {
    core.startGroup('gate-command');
    for (const line of output.trimEnd().split('\n')) core.info(oneLine(clean(line)));
    core.endGroup();
  };
  return { folder: process.env['GITHUB_WORKSPACE'] || process.cwd(), environment: process.env, show, clean };
}

async function refuse(mistakes: readonly Mistake[], routine: string, { clean }: Secrets): Promise<void> {
  const where = ({ input }: Mistake) => ((INPUTS as readonly string[]).includes(input) ? 'Input' : 'Variable');
  const told = someOfEach(mistakes, MOST_MISTAKES);
  const lines = told.map((mistake) => clean(`${where(mistake)} "${mistake.input}": ${withStop(mistake.message)}`));
  for (const [index, mistake] of told.entries()) {
    const line = oneLine(lines[index] ?? '', 2000);
    if (index < MOST_ANNOTATIONS) core.error(line, { title: `${where(mistake)} ${mistake.input}` });
    else core.info(line);
  }
  const others = mistakes.length - told.length;
  if (others > 0) core.info(`${others} more of this kind are not listed: ${mistakes.length} things are wrong in all.`);
  const count = mistakes.length > MOST_ANNOTATIONS ? ` ${mistakes.length} things are wrong.` : '';
  const reason = `No request was sent.${count} ${lines.slice(0, MOST_ANNOTATIONS).join(' ')}`;
  await leave(emptyOutputs({ outcome: 'refused', reason }), mistakesSummary(lines, routine, others), { clean });
}

async function conclude(account: Account, secrets: Secrets): Promise<void> {
  const { outcome, reason, advice, warning, unsettled } = account.conclusion;
  const { routine, env } = account.plan.wish;
  const sentence = oneLine(secrets.clean([reason, ...advice].join(' ')), 4000);
  const retries = describeRetries(account.timeline);
  if (retries !== undefined) core.info(retries);
  if (warning !== undefined) core.warning(oneLine(secrets.clean(warning), 2000));
  if (GOOD.has(outcome)) core.info(`${outcome}: ${sentence}`);
  else core.error(sentence, { title: `${outcome}: ${oneLine(routine, 100)} in ${env}` });
  for (const line of pasteOf(account.timeline)?.split('\n') ?? []) core.info(oneLine(line, 2000));
  // A rollback that failed, and a write that may still show, are looked at once more by the post step. Said before the
  // rest is written: a disk that is full must not undo what was concluded.
  const isOver = outcome !== 'rollback-failed' && unsettled !== true;
  const told = isOver ? saveState('concluded', 'true') : ({ ok: true } as const);
  if (!told.ok && !forgetState().ok && hasChanged(account))
    core.warning(`${told.why} If a rollout was begun, the post step may take it for one that was killed.`);
  await leave(outputsOf(account), summaryOf(account, runContext()), secrets);
}

/** A fault in here, not the user's and not the service's. */
async function confess(error: unknown, secrets: Secrets): Promise<void> {
  const told = secrets.clean(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const message = told.slice(0, LONGEST_STACK);
  const issues = issuesUrl();
  const where = issues === '' ? '' : ` at ${issues}`;
  core.error(`This is a fault in the action itself. Please report it${where}:\n${message}`, {
    title: 'Fault in the action',
  });
  const reason = `A fault in the action itself: ${oneLine(message)}`;
  await leave(emptyOutputs({ outcome: 'failed', reason }), faultSummary(message, issues), secrets);
}

async function leave(outputs: Outputs, summary: string, { clean }: Pick<Secrets, 'clean'>): Promise<void> {
  if (!GOOD.has(outputs.outcome as Outcome)) process.exitCode = core.ExitCode.Failure;
  // An id that another job goes on with stays what it is: one that holds a secret was never taken for one.
  const texts = Object.entries(outputs).map(([name, value]) => [name, clean(value)] as const);
  const shown = { ...Object.fromEntries(texts), timeline: cleanJson(outputs.timeline, clean) };
  const handed = setOutputs(shown);
  if (!handed.ok) {
    process.exitCode = core.ExitCode.Failure;
    core.error(oneLine(clean(`${handed.why} ${lostOutputs(outputs)}`), 4000), { title: 'Outputs lost' });
  }
  await addSummary(clean(summary));
  endSoon();
}
