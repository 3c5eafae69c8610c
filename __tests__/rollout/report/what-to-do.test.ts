import { describe, expect, test } from '@jest/globals';
import type { Conclusion, Event, Plan } from '../../../src/rollout/model.js';
import { OUTCOMES, type Outcome } from '../../../src/rollout/outcome.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { standingOf } from '../../../src/rollout/report/standing.js';
import { undoInputs, whatToDo } from '../../../src/rollout/report/what-to-do.js';
import {
  aborted,
  accepted,
  at,
  cancelled,
  GATE,
  LOST,
  measured,
  measurement,
  NOTHING,
  OBSERVING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  unread,
  wishOf,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
];
const OLD = serving(1, at(0));
const PLAN = rolloutPlan(STEPS);
const SPLIT = splitPlan(at(10), OLD);
const FIVE = [read(0, OLD), accepted(1, at(5), '7'), read(2, serving(7, at(5)))];
const BACK = [accepted(90_000, at(0), '8'), read(90_001, serving(8, at(0)))];

const runOf = (plan: Plan, timeline: readonly Event[], outcome: Outcome, more: Partial<Conclusion> = {}) =>
  finishedRun(plan, timeline, { outcome, reason: 'So.', advice: [], ...more });
const todo = (...given: Parameters<typeof runOf>) => {
  const run = runOf(...given);
  return whatToDo(run, standingOf(run)).join(' ');
};

test.each(Object.keys(OUTCOMES) as Outcome[])('%s: something is said, whatever the plan', (outcome) => {
  const report: Plan = { kind: 'report', wish: wishOf({ kind: 'report' }), before: OLD };
  for (const plan of [PLAN, SPLIT, report]) expect(todo(plan, FIVE, outcome)).toMatch(/\w.*\.$/);
});

describe('what to do', () => {
  test('comes before the advice, and what the next run of a schedule does after it', () => {
    const told = { advice: ['Ask for it.'], nextRun: 'Stop the schedule.' };
    expect(todo(PLAN, FIVE, 'rollback-failed', told)).toBe('Act now. Ask for it. Stop the schedule.');
    expect(todo(PLAN, FIVE, 'promoted')).toBe('Nothing.');
  });

  test('is to look where a step that was sent may still show', () => {
    const back = [accepted(4, at(0), '8'), read(5, serving(8, at(0)))];
    expect(todo(PLAN, [...FIVE, refused(3, at(25), LOST), ...back], 'rolled-back')).toMatch(
      /^Read what is live with `dry-run: true`\. (?!Nothing)\w/,
    );
  });

  test('is not nothing where the next run of a schedule would begin anew', () => {
    const told = { nextRun: 'Stop the schedule.' };
    expect(todo(PLAN, FIVE, 'promoted', told)).toBe('Stop the schedule.');
    expect(todo(PLAN, [...FIVE, ...BACK], 'rolled-back', told)).toMatch(/^Stop the schedule\. (?!Nothing)\w/);
    expect(todo(PLAN, FIVE, 'baking', told)).toMatch(/^Nothing: .* Stop the schedule\.$/);
  });

  test('where nothing is advised: nothing, unless somebody has to look', () => {
    expect(todo(SPLIT, [read(0, OLD)], 'held')).toBe('Nothing.');
    const look = 'Read what is live with `dry-run: true`.';
    expect(todo(SPLIT, [read(0, OLD), unread(1)], 'failed')).toBe(look);
    expect(todo(SPLIT, [read(0, OLD), refused(1, at(10), LOST), read(2, OLD)], 'failed')).toBe(look);
  });

  test('of a canary that is held is to decide', () => {
    expect(todo(PLAN, FIVE, 'held')).toBe('Decide how it goes on.');
    expect(todo(PLAN, [...FIVE, ...BACK], 'held')).toBe('Nothing.');
  });

  test('of a dry run is to do it, where there is something to be done', () => {
    const dry = { ...SPLIT, wish: { ...SPLIT.wish, dryRun: true } };
    expect(todo(dry, [read(0, OLD)], 'planned')).toBe(
      'Nothing: this run only looked. Run it without `dry-run` to do it.',
    );
    const report: Plan = { kind: 'report', wish: wishOf({ kind: 'report' }, { dryRun: true }), before: OLD };
    expect(todo(report, [read(0, OLD)], 'planned')).toBe('Nothing: this run only looked.');
    expect(todo(SPLIT, [read(0, OLD)], 'deployed')).toBe('Nothing.');
    expect(todo(dry, [read(0, OLD)], 'unchanged')).toBe('Nothing.');
  });

  test('where a gate that observes would have ended it is to decide', () => {
    expect(todo(PLAN, [...FIVE, observed(3)], 'promoted')).toMatch(/^Decide whether it stays/);
    expect(todo(PLAN, [...FIVE, observed(3, { why: 'site-fails', how: 'bake-on' })], 'promoted')).toBe('Nothing.');
    expect(todo(PLAN, [...FIVE, observed(3)], 'baking')).toMatch(/^Decide whether it stays.*\. The first run/);
    const observing = rolloutPlan(PLAN.todo, { gate: OBSERVING });
    expect(todo(observing, FIVE, 'baking')).toBe(
      'Nothing: the first run gives the canary 25 %. One before that checks the canary and changes nothing.',
    );
    expect(todo(PLAN, [...FIVE, observed(3), ...BACK], 'rolled-back')).toMatch(/^Nothing for the traffic\./);
  });

  test.each<[string, readonly Event[], string]>([
    ['the gate failed', [measured(60_000, 5, measurement(0, 40, { stable: { good: 99, bad: 0 } }))], 'Fix the code'],
    ['somebody cancelled it', [cancelled(50_000)], 'Run this again to roll it out after all.'],
    ...(
      [
        ['inconclusive', 'Fix what keeps the gate from measuring, then roll it out again.'],
        ['undeployable', 'Roll it out again once it can be deployed.'],
        ['unreadable', 'Roll it out again once what is live can be read.'],
      ] as const
    ).map(([why, sentence]): [string, readonly Event[], string] => [why, [aborted(50_000, { why })], sentence]),
    ['nobody knows why', [], 'Find out why before you roll it out again.'],
  ])('after a rollback, since %s', (_name, events, sentence) => {
    const told = todo(
      rolloutPlan(STEPS, { gate: { ...GATE, mark: 'x' } }),
      [...FIVE, ...events, ...BACK],
      'rolled-back',
    );
    expect(told).toMatch(/^Nothing for the traffic\./);
    expect(told).toContain(sentence);
  });
});

describe('of a tick of a schedule', () => {
  const due = { nextStepAt: Date.UTC(2026, 0, 31, 2, 13, 7) };

  test('which run does something, and what', () => {
    expect(todo(PLAN, FIVE, 'baking', due)).toBe(
      'Nothing: the first run from 2026-01-31 02:13:07 UTC on gives the canary 25 % if the gate lets it. One before that checks the canary and changes nothing while it is well.',
    );
    expect(todo(rolloutPlan(STEPS, { gate: undefined }), FIVE, 'baking', due)).toBe(
      'Nothing: the first run from 2026-01-31 02:13:07 UTC on gives the canary 25 %. One before that changes nothing.',
    );
  });

  test('after the last step it ends', () => {
    const last = [read(0, OLD), accepted(1, at(25), '7'), read(2, serving(7, at(25)))];
    expect(todo(PLAN, last, 'baking', due)).toContain('on ends the rollout there');
  });
});

describe('the inputs that undo it', () => {
  const inputs = (...given: Parameters<typeof runOf>) => undoInputs(runOf(...given));
  const wrote = [read(0, OLD), accepted(2, at(10), '7'), read(3, serving(7, at(10)))];

  test('are guarded by what is live', () => {
    expect(inputs(SPLIT, wrote, 'deployed')).toEqual(['versions: 1=100', 'expect-deployment-id: 7']);
    const unnamed = [accepted(2, at(10)), read(3, serving('', at(10)))];
    expect(inputs(SPLIT, unnamed, 'deployed')).toEqual(['versions: 1=100']);
  });

  test('are left out where nothing was done, where nothing was before, and where the advice has them', () => {
    expect(inputs(SPLIT, [read(0, OLD)], 'deployed')).toBeUndefined();
    expect(inputs({ ...SPLIT, before: NOTHING }, wrote.slice(1), 'deployed')).toBeUndefined();
    expect(inputs(SPLIT, wrote, 'deployed', { advice: ['`versions: 1=100` restores it.'] })).toBeUndefined();
    expect(inputs(SPLIT, wrote, 'deployed', { advice: ['`versions: 1=10` is no way.'] })).toBeDefined();
  });
});
