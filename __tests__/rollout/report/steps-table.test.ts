import { describe, expect, test } from '@jest/globals';
import type { RolloutPlan } from '../../../src/rollout/decide/course.js';
import type { Event } from '../../../src/rollout/model.js';
import type { Outcome } from '../../../src/rollout/outcome.js';
import { stepsTable } from '../../../src/rollout/report/steps-table.js';
import {
  accepted,
  adopted,
  at,
  measured,
  measurement,
  read,
  rolloutPlan,
  serving,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 90_000 },
  { weight: 50, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const RESUMED = rolloutPlan(STEPS, {}, 5);
const OLD = serving(1, at(0));

/** The first two steps go live 0.4 s and 60 s after the run began. */
const TWO = [
  read(1_000, OLD),
  accepted(1_300, at(5), '7'),
  read(1_400, serving(7, at(5))),
  accepted(61_000, at(25), '8'),
  read(61_400, serving(8, at(25))),
];

/** The table, each cell by the name of its column. */
const rows = (plan: RolloutPlan, timeline: readonly Event[], outcome: Outcome = 'promoted') => {
  const [names = [], , ...lines] = stepsTable(plan, timeline, outcome)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return lines.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index]])));
};

describe('the table of the steps', () => {
  test('has a row for each that was live, one for all that were not, and no empty column', () => {
    expect(stepsTable(PLAN, TWO, 'promoted')).toBe(
      [
        '| step | bake | after | state |',
        '| --: | :-- | :-- | :-- |',
        '| 5 % | 1m | 400ms | ✅ passed |',
        '| 25 % | 0s of 1m30s | 1m | ✅ live |',
        '| 50 % to 100 % |  |  | not reached |',
      ].join('\n'),
    );
  });

  test('is left out where there is no step to do', () => {
    expect(stepsTable({ ...PLAN, todo: [] }, TWO, 'promoted')).toBe('');
  });

  test('of a dry run is the plan', () => {
    expect(
      stepsTable(PLAN, [read(0, OLD)], 'planned')
        .split('\n')
        .slice(2),
    ).toEqual([
      '| 5 % | 1m | planned |',
      '| 25 % | 1m30s | planned |',
      '| 50 % | 1m | planned |',
      '| 100 % | none | planned |',
    ]);
  });

  test('one step that was not reached has its own weight and bake', () => {
    const parked = { ...PLAN, todo: PLAN.todo.slice(0, 3) };
    expect(rows(parked, TWO)[2]).toMatchObject({ step: '50 %', bake: '1m', state: 'not reached' });
  });

  test('tells how long a step was live, where that is less than its bake', () => {
    const cut = [...TWO, read(91_400, serving(9, at(0)))];
    expect(rows(PLAN, cut, 'rolled-back').map(({ bake }) => bake)).toEqual(['1m', '30s of 1m30s', '']);
    const late = [read(930_000, RESUMED.before), read(940_000, serving(9, at(0)))];
    expect(rows(RESUMED, late, 'rolled-back')[0]?.['bake']).toBe('40s of 1m');
    expect(rows({ ...RESUMED, bakesAnew: true }, late, 'rolled-back')[0]?.['bake']).toBe('1m');
  });

  test('tells when a step went live, and that it was before this run', () => {
    expect(rows(RESUMED, [read(0, RESUMED.before)])[0]?.['after']).toBe('before this run');
    expect(rows(PLAN, [...TWO, accepted(69_000, at(50), '12'), read(70_000, serving(12, at(50)))])[2]?.['after']).toBe(
      '1m9s',
    );
  });

  test('has the steps that somebody else took at their place', () => {
    const taken = [...TWO, read(70_000, serving(12, at(40))), adopted(70_000, at(40), '12', { bake: 60_000 })];
    expect(rows(PLAN, taken, 'paused').map(({ step }) => step)).toEqual(['5 %', '25 %', '40 %', '50 % to 100 %']);
  });

  test('counts of the whole step are those that were told last, and not added up', () => {
    const told = (when: number, canary: number, stable: number) =>
      measured(
        when,
        5,
        measurement(canary, 1, { source: 'gate-command', since: 'step', stable: { good: stable, bad: 0 } }),
      );
    const checks = [told(2_000, 4, 95), told(3_000, 8, 190), told(4_000, 9, 190)];
    expect(rows(PLAN, [...TWO.slice(0, 3), ...checks])[0]).toMatchObject({
      checks: '3',
      'canary failed': '1 of 10',
      'stable failed': '0 of 190',
      'share seen': '5.0 %',
    });
  });

  test('what was checked at its weight, and which share the canary had', () => {
    const checks = [
      measured(2_000, 5, measurement(1, 1, { unknown: 3, stable: { good: 28, bad: 0 } })),
      measured(3_000, 5, measurement(3, 0, { unknown: 4, stable: { good: 46, bad: 1 } })),
      measured(62_000, 25, measurement(7)),
      measured(63_000, 25, measurement(1, 0, { source: 'gate-command' })),
    ];
    expect(rows(PLAN, [...TWO, ...checks])).toMatchObject([
      { checks: '2, 7 not measured', 'canary failed': '1 of 5', 'stable failed': '1 of 75', 'share seen': '6.3 %' },
      { checks: '2', 'canary failed': '0 of 8 of both', 'stable failed': '', 'share seen': '' },
      { checks: '', 'canary failed': '', 'stable failed': '', 'share seen': '' },
    ]);
    // What named no version is told apart, and where it is the most of all, no share is known.
    const nameless = [
      measured(2_000, 5, measurement(6, 0, { cut: 4, unknown: 3, unnamed: 1, stable: { good: 94, bad: 0 } })),
      measured(62_000, 25, measurement(7, 0, { unknown: 93, unnamed: 93, stable: { good: 0, bad: 0 } })),
    ];
    expect(rows(PLAN, [...TWO, ...nameless])).toMatchObject([
      { checks: '1, 4 failed and named no version, 1 named no version, 2 not measured', 'share seen': '6.0 %' },
      { checks: '1, 93 named no version', 'canary failed': '0 of 7', 'share seen': '' },
      {},
    ]);
    // Nobody but the canary answers here.
    const whole = [
      read(0, OLD),
      accepted(1, at(100), '7'),
      read(1, serving(7, at(100))),
      measured(64_000, 100, measurement(10, 1)),
    ];
    expect(rows(PLAN, whole)).toMatchObject([{ step: '5 % to 50 %' }, { step: '100 %', 'canary failed': '1 of 11' }]);
  });
});
