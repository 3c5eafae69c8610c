import * as core from '@actions/core';
import { INPUTS, type RawInputs, SECRET_INPUTS } from './inputs.js';
import type { RunContext } from './rollout/summary.js';
import { oneLine } from './rollout/untrusted.js';
import { formsOf } from './secrets.js';

/** What the runner hands over and takes, as main and post both need it. Nothing is decided here. */

/** Secrets are masked before anything else is done with an input. */
export function rawInputs(): RawInputs {
  const raw = Object.fromEntries(INPUTS.map((name) => [name, core.getInput(name)]));
  for (const name of SECRET_INPUTS) mask(raw[name] ?? '');
  return raw as RawInputs;
}

function mask(secret: string): void {
  for (const form of formsOf(secret)) core.setSecret(form);
}

/** Adds to the job summary. A summary that cannot be written is no reason to fail: the outputs say it all. */
export async function addSummary(summary: string): Promise<void> {
  if ((process.env['GITHUB_STEP_SUMMARY'] ?? '') === '') return;
  try {
    await core.summary.addRaw(summary).write();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    core.warning(`The job summary could not be written: ${oneLine(message)}`);
  }
}

/** Where a fault is reported; empty when this action does not come from a repository, as with `uses: ./`. */
export function issuesUrl(): string {
  const { serverUrl, environment } = whereabouts();
  const home = environment('GITHUB_ACTION_REPOSITORY');
  return home === '' ? '' : `${serverUrl}/${home}/issues`;
}

function whereabouts() {
  const environment = (name: string) => process.env[name] ?? '';
  return { environment, serverUrl: environment('GITHUB_SERVER_URL') || 'https://github.com' };
}

export function runContext(): RunContext {
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
