import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import { next } from '../../../src/rollout/decide/next.js';
import type { Plan } from '../../../src/rollout/model.js';
import { at, fault, NOTHING, read, rolloutPlan, serving, splitPlan, wishOf } from '../../support/rollout/builders.js';
import { concluded } from '../../support/rollout/concluded.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0));
const SPLIT = splitPlan(at(10), OLD);
const PLAN = rolloutPlan(STEPS);
const dry = <T extends Plan>(plan: T): T => ({ ...plan, wish: { ...plan.wish, dryRun: true } });

describe('what is over before it begins', () => {
  const arrived: Plan = { kind: 'nothing-to-do', wish: SPLIT.wish, before: serving(1, at(10)), target: at(10) };
  const stray = { ...rolloutPlan(STEPS, {}, 5), todo: [{ weight: 9, bake: 60_000 }], before: serving(1, at(9)) };

  test.each<[string, Plan, string, string, (readonly string[])?]>([
    [
      'nothing could be read',
      { kind: 'unreadable', wish: SPLIT.wish, fault: fault({ operation: 'GetRoutine' }), before: undefined },
      'failed',
      'GetRoutine failed before anything was written: Forbidden (RequestId F): No!.',
      ['Ask for it.'],
    ],
    [
      'it is refused',
      { kind: 'refused', wish: SPLIT.wish, before: OLD, mistakes: ['this is wrong', 'that, too'] },
      'refused',
      'Nothing was written: this is wrong; that, too.',
    ],
    [
      'nothing is asked for',
      { kind: 'report', wish: wishOf({ kind: 'report' }), before: OLD },
      'planned',
      'Nothing was asked for; production serves 1=100.',
      [
        'Add `canary` with `steps` and a gate, or `versions`, to this dry run to see what a real run would do with them.',
      ],
    ],
    ['it is live', arrived, 'unchanged', '2=10,1=90 was live in production already; nothing was written.'],
    ['it is live, in a dry run', dry(arrived), 'planned', 'A real run would write nothing: 2=10,1=90 is live already.'],
    ['a dry run of a split', dry(SPLIT), 'planned', 'A real run would deploy 2=10,1=90; production serves 1=100.'],
    [
      'where nothing is live',
      dry(splitPlan(at(0), NOTHING)),
      'planned',
      'A real run would deploy 1=100; production serves nothing.',
    ],
    [
      'a dry run of a rollout',
      dry(PLAN),
      'planned',
      'A real run would roll out 2: 5% for 1m, 100%; production serves 1=100.',
    ],
    [
      'a dry run of one that nothing watches',
      { ...dry(PLAN), rollout: { ...PLAN.rollout, gate: undefined } },
      'planned',
      'A real run would roll out 2: 5% for 1m, 100%; production serves 1=100.',
      ['Nothing would watch the canary: give `steps` with bake times, and `gate-url`, `gate-logs` or `gate-command`.'],
    ],
    [
      'at a weight that is no step',
      dry(stray),
      'planned',
      'A real run would roll out 2: 9% for 1m; 9 % is live and is no step; it bakes for 1m like 5 %; production serves 2=9,1=91.',
    ],
  ])('%s', (_name, plan, outcome, reason, advice = []) => {
    expect(concluded(decide(plan, []))).toEqual({ outcome, reason, advice });
  });
});

test.each([SPLIT, PLAN])('what is to be done goes its way: %#', (plan) => {
  const timeline = [read(1, OLD)];
  expect(decide(plan, timeline)).toEqual(next(plan, timeline));
  expect(decide(plan, timeline).kind).toBe('write');
});
