import { openRun } from './adapters.js';
import { cannotRecover, concludeRecovery, concludeRecoveryCrash } from './conclude.js';
import { identityOf } from './credentials/source.js';
import { execute } from './execute.js';
import { cancellation } from './github/cancellation.js';
import { savedState } from './github/runner.js';
import { planRecovery } from './rollout/decide/recovery.js';
import { finishedRun } from './rollout/report/finished-run.js';
import { readRequest, start } from './start.js';

/** The post step: rolls back what a rollout left behind that was killed, if it is still live. */
export async function recover(): Promise<void> {
  const started = start();
  const { secrets, log } = started;
  const wayBack = `Look at what is live; \`versions: ${savedState('stable')}=100\` restores the stable.`;
  try {
    const read = readRequest(started);
    if (!read.ok) {
      const mistakes = read.error.map(({ input, message }) => `"${input}": ${message}.`);
      return cannotRecover(mistakes.join(' '), wayBack, started);
    }
    const identity = savedState('identity');
    if (identity !== '' && identity !== identityOf(read.value.credentials))
      return cannotRecover(
        'The credentials are not those of the rollout: a later step has set others.',
        wayBack,
        started,
      );
    const recovery = planRecovery(read.value.wish, savedState('evidence'), Date.now());
    if (recovery === undefined)
      return cannotRecover(
        'The saved state of the rollout cannot be read, or the inputs are not its own.',
        wayBack,
        started,
      );
    log.say('The rollout was interrupted. Reading what it left behind.');
    const { plan, past } = recovery;
    const run = openRun(
      read.value,
      { cancelled: cancellation(), say: log.say, debug: log.debug, warn: log.warn, secrets },
      past,
    );
    const conclusion = await execute(plan, run).finally(run.close);
    concludeRecovery(finishedRun(plan, run.timeline, conclusion), wayBack, started);
  } catch (error) {
    concludeRecoveryCrash(error, wayBack, started);
  }
}
