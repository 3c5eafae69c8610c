import * as core from '@actions/core';
import { environmentSecrets } from './credentials/source.js';
import { INPUTS, type RawInputs, SECRET_INPUTS } from './inputs.js';
import { completeProxies, proxySecrets } from './network/proxy.js';
import type { RunContext } from './rollout/summary.js';
import { oneLine } from './rollout/untrusted.js';
import { type Secrets, secretKeeper } from './secrets.js';
import { urlSecrets } from './url-secrets.js';

/** What the runner hands over and takes, as main and post both need it. Nothing is decided here. */

/** Everything secret that this process was started with is masked before anything else is done. */
export function knownSecrets(): Secrets {
  const secrets = secretKeeper(core.setSecret);
  const { env } = process;
  secrets.keep(...SECRET_INPUTS.map((name) => core.getInput(name)));
  secrets.keep(...environmentSecrets(env), ...proxySecrets(env), env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '');
  const urls = [...core.getMultilineInput('gate-url'), env['ALIBABA_CLOUD_CREDENTIALS_URI'] ?? ''];
  secrets.keep(...urls.flatMap(urlSecrets));
  return secrets;
}

/** Lines of the log, without secrets: also those that a service gave back in what it says. */
export function sayer({ clean }: Secrets): (line: string) => void {
  return (line) => core.info(clean(line));
}

/** JSON whose texts are without secrets; each is looked at by itself, since JSON writes some characters otherwise. */
export function cleanJson(json: string, clean: Secrets['clean']): string {
  if (json === '') return '';
  return JSON.stringify(JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value)));
}

/** Long enough for what is under way to be dropped, in ms. */
const LAST_MOMENTS = 1_000;

/**
 * All has been said: whatever a library still waits for, a pause between two of its tries or a program that it started,
 * does not hold the job. Nothing happens where the process ends by itself.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), LAST_MOMENTS).unref();
}

export function rawInputs(): RawInputs {
  return Object.fromEntries(INPUTS.map((name) => [name, core.getInput(name)])) as RawInputs;
}

/**
 * Puts right what the environment says of the network before anything is sent. Node would take any certificate with
 * NODE_TLS_REJECT_UNAUTHORIZED=0, and nobody who deploys can want that.
 */
export function prepareNetwork(): void {
  completeProxies(process.env);
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  core.warning(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are verified. For a private CA set NODE_EXTRA_CA_CERTS.',
  );
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
  return home === '' || serverUrl === '' ? '' : `${serverUrl}/${home}/issues`;
}

function whereabouts() {
  const environment = (name: string) => process.env[name] ?? '';
  // Without it there are no links: this may be any GitHub, so none is assumed.
  return { environment, serverUrl: environment('GITHUB_SERVER_URL') };
}

export function runContext(): RunContext {
  const { environment, serverUrl } = whereabouts();
  const [repository, runId, commit] = [
    environment('GITHUB_REPOSITORY'),
    environment('GITHUB_RUN_ID'),
    environment('GITHUB_SHA'),
  ];
  const home = repository === '' || serverUrl === '' ? '' : `${serverUrl}/${repository}`;
  return {
    runUrl: home === '' || runId === '' ? '' : `${home}/actions/runs/${runId}`,
    commit,
    commitUrl: home === '' || commit === '' ? '' : `${home}/commit/${commit}`,
    actor: environment('GITHUB_TRIGGERING_ACTOR') || environment('GITHUB_ACTOR'),
  };
}
