import { describe, expect, test } from '@jest/globals';
import { baselineDue, baselineIn, baselineOf } from '../../../src/rollout/decide/baseline.js';
import { stateOf } from '../../../src/rollout/decide/state.js';
import type { Event, Plan } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  baseline,
  cancelled,
  FOREIGN,
  GATE,
  measured,
  measurement,
  NOTHING,
  OBSERVING,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  THROTTLED,
  UNMARKED,
} from '../../support/rollout/builders.js';
import { cases, ends, READ, READ_BACK, write } from '../../support/rollout/commands.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0));
const PLAN = rolloutPlan(STEPS, { gate: UNMARKED });
const BASELINE = { kind: 'baseline', version: '1', weight: 5 };
const well = baseline(2, 59);

describe('the stable is asked alone', () => {
  test.each<[string, Plan, object | undefined]>([
    ['where nobody can tell the versions apart later', PLAN, BASELINE],
    ['also where the gate only observes', rolloutPlan(STEPS, { gate: { ...UNMARKED, mode: 'observe' } }), BASELINE],
    ['and the run does not wait', rolloutPlan(STEPS, { gate: UNMARKED, wait: false }), BASELINE],
    [
      'as often as at the first step that is watched',
      rolloutPlan(
        [
          { weight: 1, bake: 0 },
          { weight: 25, bake: 9 },
        ],
        { gate: UNMARKED },
      ),
      { ...BASELINE, weight: 25 },
    ],
    ['not where none is', rolloutPlan([{ weight: 1, bake: 0 }], { gate: UNMARKED }), undefined],
    ['not with a header', rolloutPlan(STEPS, { gate: { ...UNMARKED, mark: 'x-commit' } }), undefined],
    ['not without a URL', rolloutPlan(STEPS), undefined],
    ['not without a gate', rolloutPlan(STEPS, { gate: undefined }), undefined],
    ['not where the canary is live', rolloutPlan(STEPS, { gate: UNMARKED }, 5), undefined],
    ['also at a weight that is no step', { ...PLAN, before: serving(1, at(3)) }, undefined],
    ['not where nothing is live', { ...PLAN, before: NOTHING, stable: undefined }, undefined],
    ['not before a fixed split', splitPlan(at(5), OLD), undefined],
  ])('%s', (_name, plan, asked) => {
    expect(baselineOf(plan)).toEqual(asked);
  });

  const due = (timeline: readonly Event[]) => baselineDue(stateOf(PLAN, timeline));

  test('once, and before the first write', () => {
    expect(due([read(1, OLD)])).toEqual(BASELINE);
    expect(due([read(1, OLD), well])).toBeUndefined();
    expect(due([read(1, OLD), baseline(2, 0, 0, { unknown: 59 })])).toBeUndefined();
    expect(due([read(1, OLD), refused(2, at(5), THROTTLED)])).toBeUndefined();
    expect(due([read(1, OLD), read(2, serving(9, FOREIGN))])).toBeUndefined();
    expect(baselineIn([read(1, OLD), well])).toBe(well);
    expect(baselineIn([read(1, OLD)])).toBeUndefined();
  });

  const live = [accepted(4, at(5), '7'), read(5, serving(7, at(5)))];
  const bad = (when: number) => measured(when, 5, measurement(0, 1));

  cases(PLAN)(
    ['first', [read(1, OLD)], BASELINE],
    ['then what is live is read again', [read(1, OLD), well], READ],
    ['and the step taken', [read(1, OLD), well, read(3, OLD)], write(at(5))],
    ['however bad it was', [read(1, OLD), baseline(2, 0, 59), read(3, OLD)], write(at(5))],
    ['not where somebody else came', [read(1, OLD), well, read(3, serving(9, FOREIGN))], ends('drifted')],
    ['not after a cancellation, and nothing is written', [read(1, OLD), cancelled(2)], ends('held')],
    ['nor after one meanwhile', [read(1, OLD), well, cancelled(2)], READ_BACK],
    ['which leads nowhere', [read(1, OLD), well, cancelled(2), read(3, OLD)], ends('held')],
    ['it is no check of a step', [read(1, OLD), well, read(3, OLD), ...live], { kind: 'wait', purpose: 'bake' }],
    ['nor one that was bad', [read(1, OLD), baseline(2, 0, 59), read(3, OLD), ...live, bad(6)], { kind: 'wait' }],
    ['without one', [read(1, OLD)], write(at(5)), rolloutPlan(STEPS, { gate: GATE })],
    ['also one that observes', [read(1, OLD)], write(at(5)), rolloutPlan(STEPS, { gate: OBSERVING })],
  );

  test('and told where the canary is stopped', () => {
    const { abort } = stateOf(PLAN, [read(1, OLD), well, read(3, OLD), ...live, bad(6), bad(7)]);
    expect(abort).toMatchObject({
      why: 'unhealthy',
      sentence: expect.stringContaining('before the first step 0 of 59 answers of the stable failed'),
    });
  });
});
