import { setTimeout as sleep } from 'node:timers/promises';
import * as core from '@actions/core';
import { esaService } from './esa/service.js';
import { transport } from './esa/transport.js';
import { execute } from './execute.js';
import { INPUTS, type Mistake, type RawInputs, type Request, readInputs, SECRET_INPUTS } from './inputs.js';
import type { Happening, Service } from './ports.js';
import type { Answer, Event, Outcome, VersionListing, Wish } from './rollout/model.js';
import { makePlan } from './rollout/plan.js';
import { type Account, describe, describePlan, emptyOutputs, type Outputs, outputsOf } from './rollout/report.js';
import { faultSummary, mistakesSummary, type RunContext, summaryOf } from './rollout/summary.js';
import { oneLine } from './rollout/untrusted.js';

const GOOD: ReadonlySet<Outcome> = new Set(['deployed', 'unchanged', 'planned']);

void main();

/** Everything that a run leaves is left here: annotations, outputs, the summary and the exit code. */
async function main(): Promise<void> {
  try {
    const raw = rawInputs();
    const read = readInputs(raw);
    if (!read.ok) return await refuse(read.mistakes, raw.routine);
    const account = await run(read.value);
    await conclude(account);
  } catch (error) {
    await confess(error);
  }
}

/** Secrets are masked before anything else is done with an input. */
function rawInputs(): RawInputs {
  const raw = Object.fromEntries(INPUTS.map((name) => [name, core.getInput(name)])) as Record<
    (typeof INPUTS)[number],
    string
  >;
  for (const name of SECRET_INPUTS) mask(raw[name]);
  return raw;
}

function mask(secret: string): void {
  if (secret === '') return;
  for (const form of new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]))
    core.setSecret(form);
}

async function run({ wish, keys, endpoint, region, apiTimeout }: Request): Promise<Account> {
  const timeline: Event[] = [];
  const note = (happening: Happening) => {
    const event = { at: Date.now(), ...happening };
    timeline.push(event);
    core.info(describe(event));
  };
  const secrets = [keys.accessKeySecret, keys.securityToken ?? ''];
  const service = esaService(
    { ...wish, region, secrets },
    { send: transport(keys, endpoint, apiTimeout), note, sleep: async (ms) => sleep(ms), now: Date.now },
  );

  const [live, listing] = await Promise.all([service.readLive(), versionsFor(wish, service)]);
  note(live.ok ? { kind: 'read', live: live.value } : { kind: 'read-failed', fault: live.fault });
  const plan = makePlan(wish, { live, listing, at: Date.now() });
  for (const line of describePlan(plan)) core.info(line);
  const conclusion = await execute(plan, { service, timeline, note, sleep: async (ms) => sleep(ms) });
  return { plan, timeline, conclusion };
}

/** A mere report of what is live needs no version checked, and one permission less. */
async function versionsFor({ goal }: Wish, service: Service): Promise<Answer<VersionListing>> {
  if (goal.kind !== 'split') return { ok: true, value: { versions: [], complete: false } };
  return service.listVersions(goal.split.map((share) => share.version));
}

async function refuse(mistakes: readonly Mistake[], routine: string): Promise<void> {
  const lines = mistakes.map(({ input, message }) => `Input "${input}": ${message}.`);
  for (const [index, line] of lines.entries())
    core.error(oneLine(line, 2000), { title: `Input ${mistakes[index]?.input}` });
  await leave(
    emptyOutputs({ outcome: 'refused', reason: `No request was sent. ${lines.join(' ')}` }),
    mistakesSummary(lines, routine),
  );
}

async function conclude(account: Account): Promise<void> {
  const { outcome, reason, advice } = account.conclusion;
  const sentence = oneLine([reason, ...advice].join(' '), 4000);
  if (GOOD.has(outcome)) core.info(`${outcome}: ${sentence}`);
  else
    core.error(sentence, {
      title: `${outcome}: ${oneLine(account.plan.wish.routine, 100)} in ${account.plan.wish.env}`,
    });
  await leave(outputsOf(account), summaryOf(account, runContext()));
}

/** A fault in here, not the user's and not the service's. */
async function confess(error: unknown): Promise<void> {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { serverUrl, environment } = whereabouts();
  const home = environment('GITHUB_ACTION_REPOSITORY');
  const issues = home === '' ? '' : `${serverUrl}/${home}/issues`;
  core.error(
    `This is a fault in the action itself. Please report it${issues === '' ? '' : ` at ${issues}`}:\n${message}`,
    { title: 'Fault in the action' },
  );
  await leave(
    emptyOutputs({ outcome: 'failed', reason: `A fault in the action itself: ${oneLine(message)}` }),
    faultSummary(message, issues),
  );
}

async function leave(outputs: Outputs, summary: string): Promise<void> {
  if (!GOOD.has(outputs.outcome as Outcome)) process.exitCode = core.ExitCode.Failure;
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  if ((process.env['GITHUB_STEP_SUMMARY'] ?? '') === '') return;
  try {
    await core.summary.addRaw(summary).write();
  } catch (error) {
    core.warning(
      `The job summary could not be written: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    );
  }
}

function whereabouts() {
  const environment = (name: string) => process.env[name] ?? '';
  return { environment, serverUrl: environment('GITHUB_SERVER_URL') || 'https://github.com' };
}

function runContext(): RunContext {
  const { environment, serverUrl } = whereabouts();
  const [repository, runId, commit] = [
    environment('GITHUB_REPOSITORY'),
    environment('GITHUB_RUN_ID'),
    environment('GITHUB_SHA'),
  ];
  const home = repository === '' ? '' : `${serverUrl}/${repository}`;
  return {
    runUrl: home === '' || runId === '' ? '' : `${home}/actions/runs/${runId}`,
    commit,
    commitUrl: home === '' || commit === '' ? '' : `${home}/commit/${commit}`,
    actor: environment('GITHUB_TRIGGERING_ACTOR') || environment('GITHUB_ACTOR'),
  };
}
