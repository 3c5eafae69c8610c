import { openRun } from './adapters.js';
import { cannotRecover, concludeRecovery, concludeRecoveryCrash } from './conclude.js';
import { identityOf } from './credentials/source.js';
import { readUnfinished, removeUnfinished, type Unfinished } from './esa/unfinished.js';
import { execute } from './execute.js';
import { cancellation } from './github/cancellation.js';
import { openRecord } from './github/open-record.js';
import type { Recorder } from './github/recorder.js';
import { exitSoon, savedState } from './github/runner.js';
import type { Request } from './inputs/request.js';
import { planRecovery } from './rollout/decide/recovery.js';
import { oneLine, quoted } from './rollout/escape.js';
import { faultText } from './rollout/fault-text.js';
import { type FinishedRun, finishedRun } from './rollout/report/finished-run.js';
import { failed, type Result, succeeded } from './rollout/result.js';
import { readRequest, type Start, start } from './start.js';

/** The post step: rolls back what a rollout left behind that was killed, if it is still live, and closes its record. */
export async function recover(): Promise<void> {
  const started = start();
  const wayBack = `Look at what is live; \`versions: ${savedState('stable')}=100\` restores the stable.`;
  const interrupted = savedState('evidence') !== '' && savedState('concluded') === '';
  const unfinished = readUnfinished(savedState('unfinished'));
  try {
    const read = readRequest(started);
    if (!read.ok) {
      const mistakes = read.error.map(({ input, message }) => `"${input}": ${message}.`);
      if (interrupted) cannotRecover(mistakes.join(' '), wayBack, started);
      else if (unfinished !== undefined) warnUnfinished(unfinished, mistakes.join(' '), started);
      return;
    }
    const { secrets, log } = started;
    const cancelled = cancellation();
    const record = openRecord(read.value.record, read.value.asked, {
      step: 'postStep',
      cancelled,
      secrets,
      warn: log.warn,
    });
    if (unfinished !== undefined) await clearAway(unfinished, read.value, cancelled, started);
    if (!interrupted) return await closeAlone(record);
    const recovered = await putBack(read.value, cancelled, started);
    await (recovered.ok ? record.end(recovered.value) : record.close(true));
    if (recovered.ok) concludeRecovery(recovered.value, wayBack, started);
    else cannotRecover(recovered.error, wayBack, started);
  } catch (error) {
    concludeRecoveryCrash(error, wayBack, started);
  }
}

/** Deletes what an upload has left that was killed. No traffic goes there, so that it stays is a warning. */
async function clearAway(unfinished: Unfinished, request: Request, cancelled: AbortSignal, reporter: Start) {
  const { secrets, log } = reporter;
  const mismatch = identityMismatch(request);
  if (mismatch !== undefined) return warnUnfinished(unfinished, mismatch, reporter);
  const run = openRun(request, { cancelled, log, secrets });
  const removed = await removeUnfinished(unfinished, run.uploading).finally(run.close);
  if (removed.ok) run.uploading.remember('');
  else
    warnUnfinished(
      unfinished,
      `${removed.error.operation}: ${faultText(removed.error)}. ${removed.error.advice}`,
      reporter,
    );
}

function warnUnfinished({ routine, version }: Unfinished, why: string, { log }: Start): void {
  const which = version === '' ? 'a version with status `Init`, should there be one' : `version ${version}`;
  log.warn(
    oneLine(
      `The upload was interrupted, and what it left was not deleted: ${which} of ${quoted(routine)}. ${why}`,
      1000,
    ),
  );
}

/** Why the credentials of this step are none to go on with. */
function identityMismatch({ credentials }: Request): string | undefined {
  const identity = savedState('identity');
  if (identity === '' || identity === identityOf(credentials)) return undefined;
  return 'The credentials are not those of the rollout: a later step has set others.';
}

/** Of a run that was killed where nothing is to be put back, or that had no time for it. */
async function closeAlone(record: Recorder): Promise<void> {
  await record.close(savedState('evidence') !== '');
  exitSoon();
}

/** What the rollout left behind, or why it was not looked at. */
async function putBack(
  request: Request,
  cancelled: AbortSignal,
  { secrets, log }: Start,
): Promise<Result<FinishedRun, string>> {
  const mismatch = identityMismatch(request);
  if (mismatch !== undefined) return failed(mismatch);
  const recovery = planRecovery(request.asked, savedState('evidence'), Date.now());
  if (recovery === undefined)
    return failed('The saved state of the rollout cannot be read, or the inputs are not its own.');
  log.headline('The rollout was interrupted. Reading what it left behind.');
  log.section('What it left behind');
  const { plan, past } = recovery;
  const run = openRun(request, { cancelled, log, secrets, plan }, past);
  const conclusion = await execute(plan, run).finally(run.close);
  return succeeded(finishedRun(plan, run.timeline, conclusion));
}
