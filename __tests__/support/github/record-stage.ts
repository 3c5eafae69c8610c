import { expect } from '@jest/globals';
import { type GitHub, type GitHubOptions, startGitHub } from '../../../emulator/github/github.js';
import type { Step, StepResult } from '../../../scripts/runner.js';
import { onStage, type Stage } from '../action/stage.js';

export const SHA = 'ffac537e6cbbf934b08745a378932722df287a53';
export const RUN = 'https://github.test/octo/edge/actions/runs/4711';

/** The bundle with an emulator and a GitHub. */
export interface RecordStage extends Stage {
  readonly github: GitHub;
  /** The environment of a job that a schedule has started. */
  readonly job: Readonly<Record<string, string>>;
  /** With a record, in such a job. */
  readonly record: (
    inputs?: Record<string, string>,
    env?: Record<string, string>,
    more?: Partial<Step>,
  ) => Promise<StepResult>;
}

export function jobAt(url: string): Readonly<Record<string, string>> {
  return {
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_REPOSITORY: 'octo/edge',
    GITHUB_SHA: SHA,
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: 'schedule',
  };
}

/** What GitHub was sent has to be as it describes its API, whatever else is looked at. */
export async function onRecordStage(
  play: (stage: RecordStage) => Promise<void>,
  options: GitHubOptions = {},
): Promise<void> {
  await using github = await startGitHub(options);
  await onStage(async (stage) => {
    const job = jobAt(github.url);
    const record: RecordStage['record'] = (inputs = {}, env = {}, more = {}) =>
      stage.run(
        { 'github-deployment': 'edge', 'github-token': github.token, ...inputs },
        { ...job, ...env },
        undefined,
        more,
      );
    await play({ ...stage, github, job, record });
  });
  expect(github.violations).toEqual([]);
}

/** The states of each record, oldest record first, oldest state first. */
export const states = ({ deployments }: GitHub) =>
  deployments.toReversed().map(({ statuses }) => statuses.map(({ state }) => state).toReversed());

export const operations = ({ requests }: GitHub) =>
  requests.map(({ operation }) => operation.replace(/^repos\//, '').replace('deployment', 'record'));

/** What was given up on, or refused: everything that the log warns of. */
export const warnings = ({ log }: StepResult) => log.split('\n').filter((line) => line.startsWith('::warning'));

/** What a record may cost, in ms. */
export const MOST = 15_000;
/** A machine that is busy with other tests takes more than a run alone. */
export const SLACK = 3_000;

/** With how long it took, in ms. */
export async function timed(run: () => Promise<StepResult>): Promise<readonly [StepResult, number]> {
  const started = performance.now();
  const result = await run();
  return [result, performance.now() - started];
}
