import * as core from '@actions/core';
import { cancellation } from './cancellation.js';
import { identityOf } from './credentials/source.js';
import { execute, type Run } from './execute.js';
import { type Request, readInputs } from './inputs.js';
import type { Answer, Live, Rollout } from './rollout/model.js';
import type { RolloutPlan } from './rollout/progress.js';
import { type Account, describeLive } from './rollout/report.js';
import { beforeLook, HOLD_VERIFY_LIMIT } from './rollout/retry.js';
import { weightOf } from './rollout/split.js';
import { summaryOf } from './rollout/summary.js';
import { oneLine } from './rollout/untrusted.js';
import { addSummary, endSoon, knownSecrets, prepareNetwork, rawInputs, runContext, sayer } from './runner.js';
import type { Secrets } from './secrets.js';
import { openSession } from './session.js';

void main();

/** The net beneath a rollout that was killed: what it left behind is put back, if it is still there. */
async function main(): Promise<void> {
  const secrets = knownSecrets();
  try {
    prepareNetwork();
    const read = readInputs(rawInputs(), process.env);
    if (!read.ok)
      return cannot(read.mistakes.map(({ input, message }) => `"${input}": ${message}.`).join(' '), secrets);
    if (read.value.wish.goal.kind !== 'rollout') return;
    const identity = core.getState('identity');
    if (identity !== '' && identity !== identityOf(read.value.credentials))
      return cannot('The credentials are not those of the rollout: a later step has set others.', secrets);
    core.info('The rollout ended in the middle. Looking at what it left.');
    const session = openSession(read.value, { cancelled: cancellation(), say: sayer(secrets), secrets });
    const net = { ...session, clean: secrets.clean };
    await restore(net, read.value, read.value.wish.goal, core.getState('stable')).finally(session.close);
    endSoon();
  } catch (error) {
    process.exitCode = core.ExitCode.Failure;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    core.error(`This is a fault in the action itself: ${secrets.clean(message)}`);
  }
}

/** This step was to put something back and cannot, which must not look like having nothing to do. */
function cannot(why: string, { clean }: Secrets): void {
  process.exitCode = core.ExitCode.Failure;
  const way = `Look at what is live; \`versions: ${core.getState('stable')}=100\` restores the stable.`;
  core.error(
    oneLine(clean(`The rollout ended in the middle, and what it left cannot be looked at. ${why} ${way}`), 2000),
  );
}

interface Net extends Run {
  readonly clean: Secrets['clean'];
}

async function restore(session: Net, request: Request, rollout: Rollout, stable: string): Promise<void> {
  const live = await leftBy(session, stable);
  if (!live.ok) {
    process.exitCode = core.ExitCode.Failure;
    const { message, advice } = live.fault;
    const way = `To restore the stable, run this action with \`versions: ${stable}=100\`.`;
    core.error(oneLine(session.clean(`What the rollout left cannot be read: ${message} ${advice} ${way}`), 2000));
    return;
  }
  const left = core.getState('left');
  if (left !== '' && live.value.kind === 'serving' && live.value.deploymentId !== left) {
    const now = describeLive(live.value);
    core.warning(
      oneLine(session.clean(`Left alone: somebody has deployed since the rollback failed. Live now: ${now}.`)),
    );
    return;
  }
  if (!isLeftover(live.value, rollout, stable)) {
    core.info(oneLine(session.clean(`Nothing to put back: ${request.wish.env} serves ${describeLive(live.value)}.`)));
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
  await tell({ plan, timeline: session.timeline, conclusion: await execute(plan, session) }, session.clean);
}

/** A step that was under way when the run was killed may take a while to show, so the stable alone is looked at again. */
async function leftBy({ service, note, sleep }: Run, stable: string): Promise<Answer<Live>> {
  const started = Date.now();
  for (let looks = 0; ; looks += 1) {
    const live = await service.readLive();
    if (!live.ok) return live;
    const stableAlone = live.value.kind === 'serving' && weightOf(live.value.split, stable) === 100;
    if (!stableAlone || Date.now() - started >= HOLD_VERIFY_LIMIT) {
      // The one that counts: those before it showed a state that was already past.
      note({ kind: 'read', live: live.value });
      return live;
    }
    const { atMost, why } = beforeLook(looks);
    note({ kind: 'wait', for: atMost, why: `${why}, if there was one` });
    await sleep(atMost);
  }
}

/** The canary with or without the stable of that run: whatever else is live, somebody else has put there. */
function isLeftover(live: Live, { canary }: Rollout, stable: string): boolean {
  if (live.kind === 'nothing') return false;
  return (
    weightOf(live.split, canary) > 0 && live.split.every(({ version }) => version === canary || version === stable)
  );
}

async function tell(account: Account, clean: Secrets['clean']): Promise<void> {
  const { outcome, reason, advice } = account.conclusion;
  const sentence = oneLine(clean([reason, ...advice].join(' ')), 4000);
  if (outcome === 'rolled-back' || outcome === 'held') core.warning(`${outcome}: ${sentence}`);
  else {
    process.exitCode = core.ExitCode.Failure;
    core.error(sentence, { title: outcome });
  }
  await addSummary(clean(summaryOf(account, runContext())));
}
