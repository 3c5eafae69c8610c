import * as core from '@actions/core';
import { cancellation } from './github/cancellation.js';
import { identityOf } from './credentials/source.js';
import { execute } from './execute.js';
import { readInputs } from './inputs/inputs.js';
import { planRecovery } from './rollout/decide/recovery.js';
import type { Account } from './rollout/report/outputs.js';
import { summaryOf } from './rollout/report/summary.js';
import { oneLine } from './rollout/escape.js';
import { addSummary, endSoon, knownSecrets, prepareNetwork, rawInputs, runContext, sayer } from './github/runner.js';
import type { Secrets } from './secrets/secrets.js';
import { openSession } from './adapters.js';

void main();

/** The net beneath a rollout that was killed: what it left behind is put back, if it is still there. */
async function main(): Promise<void> {
  const secrets = knownSecrets();
  try {
    prepareNetwork();
    const read = readInputs(rawInputs(), process.env);
    if (!read.ok)
      return cannot(read.mistakes.map(({ input, message }) => `"${input}": ${message}.`).join(' '), secrets);
    const identity = core.getState('identity');
    if (identity !== '' && identity !== identityOf(read.value.credentials))
      return cannot('The credentials are not those of the rollout: a later step has set others.', secrets);
    const recovery = planRecovery(read.value.wish, core.getState('evidence'), Date.now());
    if (recovery === undefined)
      return cannot('The saved state of the rollout cannot be read, or the inputs are not its own.', secrets);
    core.info('The rollout ended in the middle. Looking at what it left.');
    const { plan, past } = recovery;
    const session = openSession(read.value, { cancelled: cancellation(), say: sayer(secrets), secrets }, past);
    const conclusion = await execute(plan, session).finally(session.close);
    await tell({ plan, timeline: session.timeline, conclusion }, secrets.clean);
    endSoon();
  } catch (error) {
    process.exitCode = core.ExitCode.Failure;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    core.error(`This is a fault in the action itself: ${secrets.clean(message)}\n${secrets.clean(wayBack())}`);
  }
}

/** This step was to put something back and cannot, which must not look like having nothing to do. */
function cannot(why: string, { clean }: Secrets): void {
  process.exitCode = core.ExitCode.Failure;
  core.error(
    oneLine(clean(`${wayBack()} The rollout ended in the middle, and nobody looked at what it left. ${why}`), 2000),
    {
      title: 'What the rollout left was not put back',
    },
  );
}

function wayBack(): string {
  return `Look at what is live; \`versions: ${core.getState('stable')}=100\` restores the stable.`;
}

/** Where this step fails its annotation begins with the way back: nobody else will look. */
async function tell(account: Account, clean: Secrets['clean']): Promise<void> {
  const { outcome, reason, advice } = account.conclusion;
  if (outcome === 'rolled-back' || outcome === 'held' || outcome === 'drifted')
    core.warning(oneLine(clean([`${outcome}: ${reason}`, ...advice].join(' ')), 4000));
  else {
    process.exitCode = core.ExitCode.Failure;
    core.error(oneLine(clean([wayBack(), reason, ...advice].join(' ')), 4000), { title: outcome });
  }
  await addSummary(clean(summaryOf(account, runContext())));
}
