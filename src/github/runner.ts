import { appendFileSync, statSync, truncateSync } from 'node:fs';
import * as core from '@actions/core';
import { oneLine, withoutStop } from '../rollout/escape.js';
import { type HelpPlace, helpPlace } from '../rollout/help.js';
import type { RunContext } from '../rollout/report/details.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import type { Log } from './log.js';

/** What the runner hands over and takes, as the step and its post step both need it. Nothing is decided here. */

/** Masks it in the log from here on. */
export const mask = core.setSecret;

/** Each input as text without blanks around it, empty where nothing is given. */
export function inputTexts<Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, core.getInput(name)])) as Record<Name, string>;
}

/** Long enough for what is under way to be dropped, in ms. */
const LAST_MOMENTS = 1_000;

/**
 * All has been said: whatever a library still waits for, a pause between two of its tries or a program that it started,
 * does not hold the job. Nothing happens where the process ends by itself.
 */
export function exitSoon(): void {
  setTimeout(() => process.exit(), LAST_MOMENTS).unref();
}

/** Whether the runner has what it was to get; where not, a sentence that names the variable says so. */
type Written = Result<void, string>;

/** The step fails when it ends. */
export function failStep(): void {
  process.exitCode = core.ExitCode.Failure;
}

/** What the step saved for its post step; empty where it did not. */
export function savedState(name: string): string {
  return core.getState(name);
}

/** For the post step. Nobody masks what stands in a file, so what is saved is without secrets. */
export function saveState(name: string, value: string): Written {
  return writeForRunner('GITHUB_STATE', () => core.saveState(name, value));
}

/**
 * Takes back all that this step has saved, which needs no room on the disk: where `concluded` cannot be saved after
 * `stable` was, the post step would take the rollout for one that was killed, and undo it.
 */
export function forgetState(): Written {
  return writeForRunner('GITHUB_STATE', () => truncateSync(process.env['GITHUB_STATE'] ?? '', 0));
}

/** All outputs, or none of them. */
export function setOutputs(outputs: Readonly<Record<string, string>>): Written {
  return writeForRunner('GITHUB_OUTPUT', () => {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  });
}

/**
 * Writing for the runner may fail by itself: the file is missing, a directory, not to be written, the disk is full.
 * What was concluded stands. Half of a value would have the runner refuse the whole file, so what was begun is taken
 * back.
 */
function writeForRunner(variable: string, write: () => void): Written {
  const path = process.env[variable] ?? '';
  const before = sizeOf(path);
  try {
    write();
    return succeeded(undefined);
  } catch (error) {
    takeBack(path, before);
    return failed(`${variable} could not be written: ${messageOf(error)}.`);
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

function takeBack(path: string, size: number | undefined): void {
  try {
    if (size !== undefined) truncateSync(path, size);
  } catch {
    // A directory, a device or a file of somebody else's: nothing was written either.
  }
}

function messageOf(error: unknown): string {
  return withoutStop(oneLine(error instanceof Error ? error.message : String(error)));
}

/** Of a step's summary the runner takes 1 MiB, and nothing of a longer one. In bytes. */
const LONGEST_SUMMARY = 1_000_000;

/**
 * Adds to the job summary. A summary that cannot be written is no reason to fail: the outputs say it all. The toolkit's
 * own writes by promises, which take 2 ms more (docs/adr/0002).
 */
export function addSummary(summary: string, log: Log): void {
  const file = process.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    appendFileSync(file, bounded(summary));
  } catch (error) {
    log.warn(`The job summary could not be written to GITHUB_STEP_SUMMARY: ${messageOf(error)}.`);
  }
}

/** Cut where a line ends. */
function bounded(summary: string): string {
  const bytes = Buffer.from(summary);
  if (bytes.length <= LONGEST_SUMMARY) return summary;
  const start = bytes.subarray(0, bytes.lastIndexOf('\n', LONGEST_SUMMARY)).toString();
  return `${start}\n\nThe rest of this summary is longer than GitHub takes. The log has it all.\n`;
}

/** The folder of the job's checkout, to which paths in inputs and commands are relative. */
export function workspace(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['GITHUB_WORKSPACE'] || process.cwd();
}

/** Where a fault is reported; empty when this action does not come from a repository, as with `uses: ./`. */
export function issuesUrl(): string {
  const { serverUrl, environment } = runnerEnvironment();
  const home = environment('GITHUB_ACTION_REPOSITORY');
  return home === '' || serverUrl === '' ? '' : `${serverUrl}/${home}/issues`;
}

/** Where what an outcome means is written down. */
export function outcomesPage(): HelpPlace {
  const { serverUrl, environment } = runnerEnvironment();
  return helpPlace(serverUrl, environment('GITHUB_ACTION_REPOSITORY'), environment('GITHUB_ACTION_REF'));
}

function runnerEnvironment() {
  const environment = (name: string) => process.env[name] ?? '';
  // Without it there are no links: this may be any GitHub, so none is assumed.
  return { environment, serverUrl: environment('GITHUB_SERVER_URL') };
}

export function runContext(): RunContext {
  const { environment, serverUrl } = runnerEnvironment();
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
    issuesUrl: issuesUrl(),
    help: outcomesPage(),
  };
}

/** What a record at GitHub needs to know of the job. On GitHub Enterprise Server the API is elsewhere. */
export function jobContext() {
  const { environment, serverUrl } = runnerEnvironment();
  const attempt = environment('GITHUB_RUN_ATTEMPT');
  return {
    repository: environment('GITHUB_REPOSITORY'),
    sha: environment('GITHUB_SHA'),
    apiUrl: (environment('GITHUB_API_URL') || 'https://api.github.com').replace(/\/+$/, ''),
    serverUrl,
    runUrl: runContext().runUrl,
    /** Started by a person, or run again by one. */
    byPerson: environment('GITHUB_EVENT_NAME') === 'workflow_dispatch' || /^(?:[2-9]|[1-9][0-9]+)$/.test(attempt),
  };
}
