import * as core from '@actions/core';
import { cancellation } from './cancellation.js';
import { execute } from './execute.js';
import { type Request, readInputs } from './inputs.js';
import type { Live, Rollout } from './rollout/model.js';
import type { RolloutPlan } from './rollout/progress.js';
import { type Account, describeLive } from './rollout/report.js';
import { weightOf } from './rollout/split.js';
import { summaryOf } from './rollout/summary.js';
import { oneLine } from './rollout/untrusted.js';
import { addSummary, rawInputs, runContext } from './runner.js';
import { openSession } from './session.js';

void main();

/** The net beneath a rollout that was killed: what it left behind is put back, if it is still there. */
async function main(): Promise<void> {
  try {
    const read = readInputs(rawInputs());
    if (!read.ok || read.value.wish.goal.kind !== 'rollout') return;
    await restore(read.value, read.value.wish.goal, core.getState('stable'));
  } catch (error) {
    process.exitCode = core.ExitCode.Failure;
    core.error(
      `This is a fault in the action itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

async function restore(request: Request, rollout: Rollout, stable: string): Promise<void> {
  core.info('The rollout ended in the middle. Looking at what it left.');
  const session = openSession(request, cancellation(), core.info);
  const live = await session.service.readLive();
  if (!live.ok) {
    process.exitCode = core.ExitCode.Failure;
    core.error(
      oneLine(
        `What the rollout left cannot be read: ${live.fault.message} ${live.fault.advice} To restore the stable, run this action with \`versions: ${stable}=100\`.`,
        2000,
      ),
    );
    return;
  }
  session.note({ kind: 'read', live: live.value });
  if (!isLeftover(live.value, rollout, stable)) {
    core.info(oneLine(`Nothing to put back: ${request.wish.env} serves ${describeLive(live.value)}.`));
    return;
  }
  session.note({ kind: 'cancelled', by: 'the run before this step was killed' });
  const plan: RolloutPlan = {
    kind: 'rollout',
    wish: request.wish,
    rollout,
    before: live.value,
    stable,
    todo: [],
    liveSince: undefined,
    known: [],
    doubts: [],
  };
  await tell({ plan, timeline: session.timeline, conclusion: await execute(plan, session) });
}

/** The canary with or without the stable of that run: whatever else is live, somebody else has put there. */
function isLeftover(live: Live, { canary }: Rollout, stable: string): boolean {
  if (live.kind === 'nothing') return false;
  return (
    weightOf(live.split, canary) > 0 && live.split.every(({ version }) => version === canary || version === stable)
  );
}

async function tell(account: Account): Promise<void> {
  const { outcome, reason, advice } = account.conclusion;
  const sentence = oneLine([reason, ...advice].join(' '), 4000);
  if (outcome === 'rolled-back' || outcome === 'held') core.warning(`${outcome}: ${sentence}`);
  else {
    process.exitCode = core.ExitCode.Failure;
    core.error(sentence, { title: outcome });
  }
  await addSummary(summaryOf(account, runContext()));
}
