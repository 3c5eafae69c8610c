import * as core from '@actions/core';
import { cancellation } from './cancellation.js';
import { lifetimeDoubt } from './credentials/lifetime.js';
import { identityOf } from './credentials/source.js';
import { execute } from './execute.js';
import { INPUTS, type Mistake, type Request, readInputs } from './inputs.js';
import type { Surroundings } from './measure.js';
import type { Measure } from './ports.js';
import { describeRetries } from './rollout/calls.js';
import type { Outcome, Plan } from './rollout/model.js';
import { makePlan } from './rollout/plan.js';
import {
  type Account,
  describePlan,
  emptyOutputs,
  lastKnown,
  type Outputs,
  outputsOf,
  pasteOf,
} from './rollout/report.js';
import { faultSummary, mistakesSummary, summaryOf } from './rollout/summary.js';
import { oneLine } from './rollout/untrusted.js';
import {
  addSummary,
  cleanJson,
  endSoon,
  issuesUrl,
  knownSecrets,
  prepareNetwork,
  rawInputs,
  runContext,
  sayer,
} from './runner.js';
import type { Secrets } from './secrets.js';
import { openSession, readFirst } from './session.js';

const GOOD: ReadonlySet<Outcome> = new Set(['deployed', 'promoted', 'paused', 'baking', 'unchanged', 'planned']);

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
  const session = openSession(request, { cancelled, say, secrets });
  try {
    const plan = makePlan(request.wish, await readFirst(request.wish, session));
    const ending = lifetimeDoubt(request.credentials, plan);
    const doubts = [...('doubts' in plan ? plan.doubts : []), ...(ending === undefined ? [] : [ending])];
    for (const doubt of doubts) core.warning(oneLine(secrets.clean(doubt)));
    for (const line of describePlan(plan)) say(line);
    remember(plan, request);
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
  const { measureBy } = await import('./measure.js');
  return measureBy(sources, plan, around);
}

/** What was live, for the post step: should this process be killed, that is all anybody knows of the way back. */
function remember(plan: Plan, { credentials }: Request): void {
  if (plan.kind !== 'rollout' || plan.wish.dryRun || plan.stable === undefined) return;
  core.saveState('identity', identityOf(credentials));
  core.saveState('stable', plan.stable);
}

function surroundings({ clean }: Secrets) {
  const show = (output: string) => {
    core.startGroup('gate-command');
    for (const line of output.trimEnd().split('\n')) core.info(oneLine(clean(line)));
    core.endGroup();
  };
  return { folder: process.env['GITHUB_WORKSPACE'] || process.cwd(), environment: process.env, show, clean };
}

async function refuse(mistakes: readonly Mistake[], routine: string, secrets: Secrets): Promise<void> {
  const where = ({ input }: Mistake) => ((INPUTS as readonly string[]).includes(input) ? 'Input' : 'Variable');
  const lines = mistakes.map((mistake) => secrets.clean(`${where(mistake)} "${mistake.input}": ${mistake.message}.`));
  for (const [index, mistake] of mistakes.entries()) {
    core.error(oneLine(lines[index] ?? '', 2000), { title: `${where(mistake)} ${mistake.input}` });
  }
  const reason = `No request was sent. ${lines.join(' ')}`;
  await leave(emptyOutputs({ outcome: 'refused', reason }), mistakesSummary(lines, routine), secrets);
}

async function conclude(account: Account, secrets: Secrets): Promise<void> {
  const { outcome, reason, advice } = account.conclusion;
  const { routine, env } = account.plan.wish;
  const sentence = oneLine(secrets.clean([reason, ...advice].join(' ')), 4000);
  const retries = describeRetries(account.timeline);
  if (retries !== undefined) core.info(retries);
  if (GOOD.has(outcome)) core.info(`${outcome}: ${sentence}`);
  else core.error(sentence, { title: `${outcome}: ${oneLine(routine, 100)} in ${env}` });
  for (const line of pasteOf(account.timeline)?.split('\n') ?? []) core.info(oneLine(line, 2000));
  // A rollback that failed is tried once more by the post step, unless somebody has deployed since. Said before the rest
  // is written: a disk that is full must not undo what was concluded.
  if (outcome !== 'rollback-failed') core.saveState('concluded', 'true');
  else core.saveState('left', leftAs(account));
  await leave(outputsOf(account), summaryOf(account, runContext()), secrets);
}

function leftAs({ plan, timeline }: Account): string {
  const live = lastKnown(plan, timeline);
  return live?.kind === 'serving' ? live.deploymentId : '';
}

/** A fault in here, not the user's and not the service's. */
async function confess(error: unknown, secrets: Secrets): Promise<void> {
  const message = secrets.clean(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const issues = issuesUrl();
  const where = issues === '' ? '' : ` at ${issues}`;
  core.error(`This is a fault in the action itself. Please report it${where}:\n${message}`, {
    title: 'Fault in the action',
  });
  const reason = `A fault in the action itself: ${oneLine(message)}`;
  await leave(emptyOutputs({ outcome: 'failed', reason }), faultSummary(message, issues), secrets);
}

async function leave(outputs: Outputs, summary: string, { clean }: Secrets): Promise<void> {
  if (!GOOD.has(outputs.outcome as Outcome)) process.exitCode = core.ExitCode.Failure;
  // What is text is cleaned; an id or a split is what another job goes on with, and stays what it is.
  const shown = { ...outputs, reason: clean(outputs.reason), timeline: cleanJson(outputs.timeline, clean) };
  for (const [name, value] of Object.entries(shown)) core.setOutput(name, value);
  await addSummary(clean(summary));
  endSoon();
}
