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
  /** The states of each record in GitHub, those of the day before too; oldest first. */
  readonly records?: readonly (readonly string[])[];
  /** Results of jobs that are no success. */
  readonly results?: Readonly<Record<string, string>>;
  /** Commands that spoke to a service, over all runs. */
  readonly commands?: readonly (string | RegExp)[];
}

const RECORDED = ['in_progress', 'success'];
const REPLACED = [...RECORDED, 'inactive'];

export const ROWS: Readonly<Record<string, Row>> = {
  'build-and-rollout.yml': {
    live: { 'hello production': 'COMMIT=100' },
    outcomes: { rollout: ['promoted'] },
    records: [RECORDED],
  },
  'canary-by-jobs.yml': {
    live: { 'hello production': 'v3=100' },
    outcomes: { canary: ['paused'], promote: ['deployed'], withdraw: [] },
    results: { withdraw: 'skipped' },
    records: [REPLACED, RECORDED],
  },
  // What it deploys meanwhile is put back; contract-check.test.ts looks at that.
  'contract.yml': { live: {}, outcomes: { contract: ['planned'] } },
  'many-routines.yml': {
    live: {
      ...{ 'hello production': 'v3=100', 'shop production': 'v3=100', 'search production': 'v3=100' },
      ...{ 'shop staging': 'v1=100', 'search staging': 'v1=100' },
    },
    outcomes: { list: [], rollout: ['promoted'], table: [] },
    records: [RECORDED, RECORDED, RECORDED],
  },
  'one-step.yml': { live: { 'hello production': 'v1=90,v3=10' }, outcomes: { deploy: ['deployed'] } },
  'promote-staging.yml': {
    live: { 'hello production': 'v2=100' },
    outcomes: { promote: ['promoted'] },
    records: [RECORDED],
  },
  'read-live.yml': { live: {}, outcomes: { read: ['planned'] } },
  // Undoes what another job did the day before.
  'roll-back.yml': {
    live: { 'hello production': 'v1=100' },
    outcomes: { 'roll-back': ['planned', 'deployed'] },
    records: [REPLACED, RECORDED],
  },
  'rollout-on-schedule.yml': {
    live: { 'hello production': 'v3=100' },
    outcomes: { tick: ['promoted'] },
    records: [RECORDED],
    commands: ['gh workflow disable rollout-on-schedule'],
  },
  'rollout.yml': { live: { 'hello production': 'v3=100' }, outcomes: { rollout: ['promoted'] }, records: [RECORDED] },
  'split.yml': {
    inputs: { env: 'staging' },
    live: { 'hello staging': 'v1=90,v3=10' },
    outcomes: { split: ['deployed'] },
    records: [RECORDED],
  },
  'staged-rollout.yml': {
    live: { 'hello production': 'v3=100' },
    outcomes: {
      ...{ plan: ['planned'], 'stage-1': ['paused'], 'stage-2': ['paused'], 'stage-3': ['promoted'] },
      ...{ 'stage-4': [], 'stage-5': [], 'stage-6': [], 'put-back': [], conclude: ['promoted'], rollout: [], told: [] },
    },
    results: { 'stage-4': 'skipped', 'stage-5': 'skipped', 'stage-6': 'skipped', 'put-back': 'skipped' },
    records: [REPLACED, REPLACED, RECORDED],
  },
};
