import type { Given } from '../../../scripts/engine/workflow.js';

/**
 * How an example is run, beside what `scripts/engine/examples.ts` prepares, and how that has to end. `v1` is live in both
 * environments before, `v3` is the newest.
 */
export interface Row extends Partial<Given> {
  readonly event?: string;
  /** What of the world is another one afterwards, as `v1=90,v2=10`. */
  readonly live: Readonly<Record<string, string>>;
  /** Of the last run, as a next job got them: how each step of the action ended, by job. */
  readonly outcomes: Readonly<Record<string, readonly string[]>>;
  /** Results of jobs that are no success. */
  readonly results?: Readonly<Record<string, string>>;
  /** Commands that spoke to a service, over all runs. */
  readonly commands?: readonly string[];
}

export const ROWS: Readonly<Record<string, Row>> = {
  'canary-by-jobs.yml': {
    live: { 'hello production': 'v3=100' },
    outcomes: { canary: ['planned', 'deployed'], promote: ['deployed'], withdraw: [] },
    results: { withdraw: 'skipped' },
  },
  'read-live.yml': { live: {}, outcomes: { read: ['planned'] } },
  'rollout-on-schedule.yml': {
    live: { 'hello production': 'v3=100' },
    outcomes: { tick: ['promoted'] },
    commands: ['gh workflow disable rollout-on-schedule'],
  },
  'rollout.yml': { live: { 'hello production': 'v3=100' }, outcomes: { rollout: ['promoted'] } },
  'split.yml': {
    inputs: { env: 'staging', versions: 'v2=10,v1' },
    live: { 'hello staging': 'v1=90,v2=10' },
    outcomes: { split: ['deployed'] },
  },
};
