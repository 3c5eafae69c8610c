import type { Wish } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import { redactJson, type Secrets } from '../secrets/secrets.js';
import type { RecordPlace } from './deployments.js';
import { openRecorder } from './record.js';
import { BUDGETS } from './record-budget.js';
import { readSaved } from './record-memory.js';
import { guarded, NO_RECORD, type Recorder, type RecordWish } from './recorder.js';
import { jobContext, savedState, saveState } from './runner.js';

interface Opening {
  readonly step: keyof typeof BUDGETS;
  readonly cancelled: AbortSignal;
  readonly secrets: Secrets;
  readonly warn: (sentence: string) => void;
}

/** The record that is asked for, or one that does nothing. */
export function openRecord(
  asked: RecordWish | undefined,
  { routine, env }: Pick<Wish, 'routine' | 'env'>,
  { step, cancelled, secrets, warn }: Opening,
): Recorder {
  if (asked === undefined) return NO_RECORD;
  const job = jobContext();
  const place = placeOf(asked, job);
  if (!place.ok) {
    warn(`The rollout is not recorded: ${place.error}.`);
    return NO_RECORD;
  }
  const recorder = openRecorder({
    wish: { routine, env },
    place: place.value,
    serverUrl: job.serverUrl,
    steps: asked.steps,
    byPerson: asked.retry || job.byPerson,
    budget: BUDGETS[step],
    mayCreate: step === 'step',
    cancelled,
    redact: secrets.redact,
    warn,
    memory: {
      saved: readSaved(savedState('record')),
      save: (record) =>
        saveState('record', record === undefined ? '' : redactJson(JSON.stringify(record), secrets.redact)),
    },
  });
  return guarded(recorder, warn);
}

/** Or what is missing for one, a clause. */
function placeOf({ token, environment }: RecordWish, job: ReturnType<typeof jobContext>): Result<RecordPlace, string> {
  const { repository, sha, apiUrl, runUrl } = job;
  const [, owner, repo] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(repository) ?? [];
  if (token === '') return failed('`github-token` is empty');
  if (owner === undefined || repo === undefined || sha === '')
    return failed('GITHUB_REPOSITORY and GITHUB_SHA do not name a repository and a commit, as outside a job of GitHub');
  if (!URL.canParse(apiUrl)) return failed('GITHUB_API_URL is not a URL');
  return succeeded({ apiUrl, owner, repo, token, sha, environment, runUrl });
}
