import { describe, expect, test } from '@jest/globals';
import {
  beganBeside,
  beginning,
  endingOf,
  isOfThis,
  isSettled,
  killedEnding,
  payloadOf,
  recordingOf,
  stepStatus,
} from '../../../src/rollout/decide/recording.js';
import type { Conclusion, Live, Plan, Timeline } from '../../../src/rollout/model.js';
import { OUTCOMES, type Outcome } from '../../../src/rollout/outcome.js';
import {
  aborted,
  accepted,
  at,
  cancelled,
  NOTHING,
  rolloutPlan,
  serving,
  wishOf,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 300_000 },
  { weight: 100, bake: 0 },
];
const rollout = rolloutPlan(STEPS);
const deploys: Extract<Plan, { kind: 'deploy' }> = {
  kind: 'deploy',
  wish: wishOf({ kind: 'split', split: at(10) }),
  before: serving(1, at(0)),
  target: at(10),
  known: [],
  doubts: [],
};
const conclusion = (outcome: Outcome, more: Partial<Conclusion> = {}): Conclusion => ({
  outcome,
  reason: 'So it was.',
  advice: [],
  ...more,
});

describe('a record without an end', () => {
  const by = { run: 'https://github.test/r', key: '0b6f1c5e-7d2a-4c39-9d0f-2f6b7a1c9e55' };
  const record = (more: object = {}) => ({ id: 1, payload: { ...payloadOf(rollout, by), ...more } });

  test('is of a rollout that begins, where nothing was deployed since', () => {
    expect(isOfThis(record(), rollout)).toBe(true);
    for (const more of [{ beforeDeployment: '99' }, { before: '3=100' }, { before: '', beforeDeployment: '' }])
      expect(isOfThis(record(more), rollout)).toBe(false);
    expect(isOfThis({ id: 1, payload: undefined }, rollout)).toBe(false);
  });

  test('is of one that goes on, where its stable was live before', () => {
    expect(beganBeside(record({ beforeDeployment: '99' }), rollout.stable ?? '')).toBe(true);
    for (const before of ['3=100', '']) expect(beganBeside(record({ before }), rollout.stable ?? '')).toBe(false);
    expect(beganBeside({ id: 1, payload: undefined }, rollout.stable ?? '')).toBe(false);
  });
});

describe('what is recorded', () => {
  test('is what writes, and no dry run', () => {
    expect(recordingOf(deploys)).toEqual({ kind: 'begins', plan: deploys, scheduled: false });
    expect(recordingOf(rollout)).toEqual({ kind: 'begins', plan: rollout, scheduled: false });
    const before = serving(1, at(0));
    const others: readonly Plan[] = [
      { ...deploys, wish: { ...deploys.wish, dryRun: true } },
      { kind: 'report', wish: deploys.wish, before },
      { kind: 'refused', wish: deploys.wish, before, mistakes: [] },
      { kind: 'nothing-to-do', wish: deploys.wish, before, target: at(0) },
    ];
    for (const plan of others) expect(recordingOf(plan)).toEqual({ kind: 'none' });
  });

  test('of a schedule begins where the canary is not live, and goes on where it is', () => {
    expect(recordingOf(rolloutPlan(STEPS, { wait: false }))).toMatchObject({ kind: 'begins', scheduled: true });
    expect(recordingOf(rolloutPlan(STEPS, { wait: false }, 5))).toMatchObject({ kind: 'goes-on' });
    expect(recordingOf(rolloutPlan(STEPS, {}, 5))).toMatchObject({ kind: 'begins', scheduled: false });
  });

  test('holds what was asked for and what was before', () => {
    const by = { run: 'https://x', key: 'k' };
    const both = { routine: 'r', env: 'production', before: '1=100', beforeDeployment: '1', ...by };
    expect(payloadOf(rollout, by)).toEqual({ ...both, canary: '2', asked: '5% for 5m, 100%' });
    expect(payloadOf(deploys, by)).toEqual({ ...both, canary: '', asked: '2=10,1=90' });
    expect(payloadOf({ ...rollout, before: NOTHING }, by)).toMatchObject({ before: '', beforeDeployment: '' });
    expect(beginning(rollout)).toEqual({ state: 'in_progress', description: '5% for 5m, 100%' });
    expect(stepStatus(5)).toEqual({ state: 'in_progress', description: 'The canary gets 5 %' });
  });
});

describe('how it ended', () => {
  const ended = (
    outcome: Outcome,
    timeline: Timeline = [],
    live: Live | undefined = serving(9, at(0)),
    plan: Plan = rollout,
  ) => endingOf({ plan, timeline, conclusion: conclusion(outcome), live });

  test.each(Object.entries(OUTCOMES))('%s is what its row says', (name, { record }) => {
    const expected = record === 'none' ? undefined : { state: record, description: `${name}: 1=100 by 9` };
    expect(ended(name as Outcome)).toEqual(expected);
  });

  const back = [accepted(1_000, at(5), '2'), cancelled(2_000), accepted(3_000, at(0), '3')];
  test('cancelled, and the canary serves nothing: inactive', () => {
    expect(ended('rolled-back', back)).toMatchObject({ state: 'inactive' });
    expect(ended('held', [cancelled(1_000)])).toMatchObject({ state: 'inactive' });
    expect(ended('held', [cancelled(1_000)], serving(1, at(0)), deploys)).toMatchObject({ state: 'inactive' });
    expect(ended('rolled-back', [aborted(1_000, { why: 'cancelled' })])).toMatchObject({ state: 'inactive' });
  });

  test('cancelled, but the canary serves, or may: a failure', () => {
    expect(ended('held', [cancelled(1_000)], serving(9, at(5)))).toMatchObject({ state: 'failure' });
    expect(endingOf({ plan: rollout, timeline: back, conclusion: conclusion('rolled-back'), live: undefined })).toEqual(
      {
        state: 'failure',
        description: 'rolled-back: what is live is unknown',
      },
    );
  });

  test('a gate that failed before somebody cancelled: a failure', () => {
    expect(ended('rolled-back', [aborted(1_000), cancelled(2_000)])).toMatchObject({ state: 'failure' });
    expect(ended('failed', [], serving(1, at(0)), deploys)).toMatchObject({ state: 'failure' });
  });

  test('without a plan that writes there is nothing to say', () => {
    const plan: Plan = { kind: 'unreadable', wish: rollout.wish, fault: {} as never, before: undefined };
    expect(ended('failed', [], undefined, plan)).toBeUndefined();
  });
});

test('a run that was killed: inactive where it had written nothing', () => {
  expect(killedEnding('untouched').state).toBe('inactive');
  expect(killedEnding('unknown').state).toBe('failure');
});

test('the post step looks once more after a rollback that failed, and a write that may still show', () => {
  expect(isSettled(conclusion('promoted'))).toBe(true);
  expect(isSettled(conclusion('rollback-failed'))).toBe(false);
  expect(isSettled(conclusion('rolled-back', { unsettled: true }))).toBe(false);
});
