import { NO_LOGS } from './logs.js';
import type { Scenario } from './scenario.js';
import type { Facts, Made, Run } from './truth.js';

/** What the planted lies are told of, and how. */

/** A rollout that goes well. */
export const PLAIN: Scenario = {
  goal: 'rollout',
  start: 'stable',
  older: 'no',
  expect: 'none',
  weights: [5, 100],
  steps: '5% for 20ms, 100%',
  gate: 'none',
  logs: NO_LOGS,
  mode: 'enforce',
  canary: 'healthy',
  edgeSeed: 1,
  onFailure: 'rollback',
  onInconclusive: 'rollback',
  onCancel: 'rollback',
  wait: true,
  quirks: {},
  faults: [],
  kill: undefined,
  people: [],
  second: undefined,
  words: 'none',
};

type Change = (run: Run) => Partial<Run>;

export const withRun = (facts: Facts, name: string, change: Change): Facts => ({
  ...facts,
  runs: facts.runs.map((run) => (run.name === name ? { ...run, ...change(run) } : run)),
});
export const withMain = (facts: Facts, change: Change): Facts => withRun(facts, 'main', change);
export const withOutputs = (facts: Facts, outputs: Record<string, string>): Facts =>
  withMain(facts, (run) => ({ outputs: { ...run.outputs, ...outputs } }));
/** Another word for what a run said, wherever it said it. */
export const swap = (facts: Facts, from: RegExp, to: string, name = 'main') =>
  withRun(facts, name, ({ log, summary, outputs }) => ({
    log: log.replace(from, to),
    summary: summary.replace(from, to),
    outputs: { ...outputs, reason: (outputs['reason'] ?? '').replace(from, to) },
  }));
export const says = (facts: Facts, reason: string) => withOutputs(facts, { reason });
/** Somebody else deployed last, and nobody could see it: then what is said of them is what is judged. */
export const person = (facts: Facts, split: Made['split']): Made => ({
  id: '1999999999999999999',
  at: facts.history.at(-1)?.at ?? 0,
  by: 'somebody else',
  split,
});
