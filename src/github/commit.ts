import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Commit } from '../rollout/upload/extra-info.js';
import { jobContext } from './runner.js';

/** In ms. Of a repository that is not checked out nothing is waited for. */
const GIT_LIMIT = 5_000;

/** The commit of this job, as far as the runner or a checkout in this folder tells it. */
export function commitOf(folder: string): Commit {
  const { repository, sha } = jobContext();
  const branch = process.env['GITHUB_HEAD_REF'] || process.env['GITHUB_REF_NAME'] || '';
  return { id: sha, message: pushedMessage(sha) ?? checkedOutMessage(sha, folder), branch, repository };
}

/** Of a push, where the runner hands over what was pushed. */
function pushedMessage(sha: string): string | undefined {
  try {
    const event = JSON.parse(readFileSync(process.env['GITHUB_EVENT_PATH'] ?? '', 'utf8')) as {
      readonly head_commit?: { readonly id?: unknown; readonly message?: unknown } | null;
    };
    const { id, message } = event.head_commit ?? {};
    return id === sha && typeof message === 'string' ? message : undefined;
  } catch {
    // No event, as outside of a workflow, or none of a push.
    return undefined;
  }
}

function checkedOutMessage(sha: string, folder: string): string {
  if (!/^[0-9a-f]{40,64}$/.test(sha)) return '';
  // Who has signatures shown in every log would have them in the message.
  const asked = ['-C', folder, 'log', '-1', '--no-show-signature', '--format=%B', sha, '--'];
  const { status, stdout } = spawnSync('git', asked, {
    timeout: GIT_LIMIT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : '';
}
