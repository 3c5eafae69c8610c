import { describe, expect, test } from '@jest/globals';
import type { RolloutPlan } from '../../../src/rollout/decide/course.js';
import type { Event, Failure } from '../../../src/rollout/model.js';
import type { Outcome } from '../../../src/rollout/outcome.js';
import { rolloutSections } from '../../../src/rollout/report/charts.js';
import {
  accepted,
  adopted,
  at,
  FOREIGN,
  LOST,
  measured,
  measurement,
  NOTHING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
} from '../../support/rollout/builders.js';

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 90_000 },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const RESUMED = rolloutPlan(STEPS, {}, 5);
const OLD = serving(1, at(0));
const THEIRS = serving(9, FOREIGN);

const sections = (plan: RolloutPlan, timeline: readonly Event[], outcome: Outcome = 'promoted') =>
  rolloutSections(plan, timeline, outcome);
/** What the table says of each step, its weight and its bake apart. */
const rows = (...given: Parameters<typeof sections>) =>
  (sections(...given)[0] ?? '')
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').slice(2).join(' | '));

/** The first two steps go live 0.4 s and 60 s after the run began. */
const TWO = [
  read(1_000, OLD),
  accepted(1_300, at(5), '7'),
  read(1_400, serving(7, at(5))),
  accepted(61_000, at(25), '8'),
  read(61_200, serving(8, at(25))),
];

describe('the table of the steps', () => {
  test('has a row for each, with its weight and its bake', () => {
    expect(sections(PLAN, TWO)[0]).toBe(
      [
        '| weight | bake | live after | checks | canary failed | stable failed | canary answered | state |',
        '| --: | :-- | :-- | :-- | --: | --: | --: | :-- |',
        '| 5 % | 1m | 400ms |  |  |  |  | passed |',
        '| 25 % | 1m30s | 1m |  |  |  |  | live |',
        '| 100 % | none |  |  |  |  |  | not reached |',
      ].join('\n'),
    );
  });

  test('is left out where there is no step to do', () => {
    expect(sections({ ...PLAN, todo: [] }, TWO)[0]).toBe('');
  });

  test.each<[Outcome, string]>([
    ['promoted', 'live'],
    ['baking', 'live'],
    ['failed', 'live'],
    ['rolled-back', 'rolled back'],
    ['held', 'held'],
    ['rollback-failed', 'rollback failed'],
    ['drifted', 'live'],
  ])('%s: the last that was live is %s', (outcome, state) => {
    expect(rows(PLAN, TWO, outcome)).toEqual([
      `400ms |  |  |  |  | passed |`,
      `1m |  |  |  |  | ${state} |`,
      ' |  |  |  |  | not reached |',
    ]);
  });

  test('where a gate in observe mode would have ended it, or kept it', () => {
    const kept = { why: 'site-fails', how: 'bake-on' } as const;
    const found = [observed(50_000, kept), observed(55_000), observed(62_000, { ...kept, weight: 25 })];
    expect(rows(PLAN, [...TWO, ...found])).toEqual([
      '400ms |  |  |  |  | passed, would have been rolled back |',
      '1m |  |  |  |  | live, would have baked on |',
      ' |  |  |  |  | not reached |',
    ]);
  });

  test('somebody else took its place', () => {
    expect(rows(PLAN, [...TWO, read(70_000, THEIRS)], 'drifted')[1]).toBe(
      '1m |  |  |  |  | replaced by somebody else |',
    );
    expect(rows(PLAN, [...TWO, read(70_000, THEIRS)], 'held')[1]).toBe('1m |  |  |  |  | held |');
  });

  test('somebody else took a step that this run went on from', () => {
    const taken = [...TWO, read(70_000, serving(12, at(40))), adopted(70_000, at(40), '12', { bake: 60_000 })];
    expect(rows(PLAN, taken, 'paused')).toEqual([
      '400ms |  |  |  |  | passed |',
      '1m |  |  |  |  | passed |',
      '1m9s |  |  |  |  | live, moved there by somebody else |',
      ' |  |  |  |  | not reached |',
    ]);
  });

  test('somebody else ended it', () => {
    expect(rows(PLAN, [...TWO, read(70_000, serving(12, at(100)))], 'promoted')).toEqual([
      '400ms |  |  |  |  | passed |',
      '1m |  |  |  |  | passed |',
      '1m9s |  |  |  |  | live |',
    ]);
    const parked = { ...PLAN, todo: PLAN.todo.slice(0, 2) };
    expect(rows(parked, [...TWO, read(70_000, serving(12, at(100)))], 'promoted')[1]).toBe(
      '1m |  |  |  |  | replaced by somebody else |',
    );
    expect(rows(PLAN, [...TWO, read(70_000, serving(12, at(0)))], 'rolled-back')[1]).toBe(
      '1m |  |  |  |  | rolled back |',
    );
  });

  test('what was live before this run', () => {
    expect(rows(RESUMED, [read(0, RESUMED.before)])).toEqual([
      'before this run |  |  |  |  | live |',
      ' |  |  |  |  | not reached |',
      ' |  |  |  |  | not reached |',
    ]);
    expect(rows(RESUMED, [...TWO.slice(3)])[0]).toBe(' |  |  |  |  | passed |');
  });

  test('a step that this run wrote again is timed, though another was live before', () => {
    expect(
      rows({ ...RESUMED, before: serving(1, at(5)) }, [read(0, RESUMED.before), read(700, serving(9, at(25)))])[1],
    ).toBe('700ms |  |  |  |  | not reached |');
  });

  test.each<[string, readonly Event[], string]>([
    ['accepted', [accepted(2, at(5))], 'live'],
    ['lost', [refused(2, at(5), LOST), read(3, OLD)], 'not reached'],
    ['lost and found', [refused(2, at(5), LOST), read(3, serving(7, at(5)))], 'live'],
    ['nothing', [], 'not reached'],
  ])('a step was live, as far as anybody knows: %s', (_name, timeline, state) => {
    expect(rows(PLAN, timeline)[0]).toMatch(new RegExp(`\\| ${state} \\|$`));
  });

  test('counts of the whole step are those that were told last, and not added up', () => {
    const told = (when: number, canary: number, stable: number) =>
      measured(
        when,
        5,
        measurement(canary, 1, { source: 'gate-command', since: 'step', stable: { good: stable, bad: 0 } }),
      );
    const checks = [told(2_000, 4, 95), told(3_000, 8, 190), told(4_000, 9, 190)];
    expect(rows(PLAN, [...TWO.slice(0, 3), ...checks])[0]).toBe('400ms | 3 | 1 of 10 | 0 of 190 | 5.0 % | live |');
  });

  test('what was checked at its weight, and which share the canary had', () => {
    const checks = [
      measured(2_000, 5, measurement(1, 1, { unknown: 3, stable: { good: 28, bad: 0 } })),
      measured(3_000, 5, measurement(3, 0, { unknown: 4, stable: { good: 46, bad: 1 } })),
      measured(62_000, 25, measurement(7)),
      measured(63_000, 25, measurement(1, 0, { source: 'gate-command' })),
      measured(64_000, 100, measurement(10, 1)),
    ];
    expect(rows(PLAN, [...TWO, ...checks])).toEqual([
      '400ms | 2, 7 not measured | 1 of 5 | 1 of 75 | 6.3 % | passed |',
      '1m | 2 | 0 of 8 of both |  |  | live |',
      // Nobody but the canary answers here.
      ' | 1 | 1 of 11 |  |  | not reached |',
    ]);
  });
});

describe('the weight over time', () => {
  const chart = (plan: RolloutPlan, ...timeline: readonly Event[]) => sections(plan, timeline)[1];

  test('is a chart, and the same as text', () => {
    expect(chart(PLAN, ...TWO)).toBe(
      [
        '```mermaid',
        'xychart-beta',
        '  title "Weight of the canary"',
        '  x-axis "since the run began" ["0s", "400ms", "1m"]',
        '  y-axis "percent of requests" 0 --> 100',
        '  bar [0, 5, 25]',
        '```',
        '',
        '<details><summary>The same as text</summary>',
        '',
        '```text',
        '   0s    0 %',
        '400ms    5 % █',
        '   1m   25 % █████',
        '```',
        '',
        '</details>',
      ].join('\n'),
    );
  });

  test('is told where it changed, and at the end', () => {
    const reads = [0, 5, 5, 5, 25, 25, 25].map((weight, index) => read(index * 1_000, serving(weight, at(weight))));
    expect(chart(PLAN, ...reads)).toContain('["0s", "1s", "4s", "6s"]\n');
    expect(chart(PLAN, ...reads)).toContain('bar [0, 5, 25, 25]');
  });

  test('is 0 where nothing is live', () => {
    expect(chart(PLAN, read(0, NOTHING), read(1_000, serving(7, at(100))))).toContain('bar [0, 100]');
  });

  test('of one look is no chart', () => {
    expect(chart(PLAN, read(0, OLD))).toBe('');
    expect(chart(PLAN)).toBe('');
  });

  test('times are rounded to 10 ms, and to seconds where they are longer', () => {
    const reads = [0, 14, 16, 994, 996, 1_499, 1_501].map((when) => read(when, serving(when, at(when % 100 || 50))));
    expect(chart(PLAN, ...reads)).toContain('["0s", "10ms", "20ms", "990ms", "1s", "1s", "2s"]');
  });
});

describe('the probes that failed', () => {
  const failure = (target: string, more: Partial<Failure> = {}): Failure => ({
    target,
    seen: 'HTTP 500',
    took: 12,
    version: undefined,
    ...more,
  });
  const failed = (...failures: Failure[]) => measured(0, 5, measurement(0, 1, { failures }));
  const probes = (...timeline: readonly Event[]) => sections(PLAN, timeline)[2];

  test('the first three have a row each', () => {
    const shown = probes(failed(failure('a', { version: '2' }), failure('b')), failed(failure('c'), failure('d')));
    expect(shown).toBe(
      [
        'The first probes that were not healthy:',
        '',
        '| target | seen | time | version |',
        '| :-- | :-- | --: | :-- |',
        '| a | HTTP 500 | 12 ms | <code>2</code> |',
        '| b | HTTP 500 | 12 ms |  |',
        '| c | HTTP 500 | 12 ms |  |',
      ].join('\n'),
    );
  });

  test('none of them can break out of the table', () => {
    expect(probes(failed(failure('a|b', { seen: '<b>', version: '`' })))).toContain(
      '| a&#124;b | &#60;b&#62; | 12 ms | <code>&#96;</code> |',
    );
  });

  test('nothing is said where all were healthy', () => {
    expect(probes(measured(0, 5, measurement(9)), read(1, OLD))).toBe('');
  });
});
