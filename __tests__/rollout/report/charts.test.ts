import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Event } from '../../../src/rollout/model.js';
import type { Outcome } from '../../../src/rollout/outcome.js';
import { weightChart } from '../../../src/rollout/report/charts.js';
import {
  at,
  measured,
  measurement,
  NOTHING,
  read,
  rolloutPlan,
  serving,
  splitOf,
} from '../../support/rollout/builders.js';

const PLAN = rolloutPlan([
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 90_000 },
  { weight: 100, bake: 0 },
]);
const OLD = serving(1, at(0));
const TWO = [
  read(0, OLD),
  read(30_000, serving(7, at(5))),
  read(60_000, serving(8, at(25))),
  read(89_000, serving(8, at(25))),
];
const stable = { good: 9, bad: 0 };

const chart = (timeline: readonly Event[], outcome: Outcome = 'held') => weightChart(PLAN, timeline, outcome);
const line = (timeline: readonly Event[], position = 0) =>
  [...chart(timeline).matchAll(/^ {2}line \[(.*)\]$/gm)][position]?.[1]?.split(', ').map(Number);
const text = (timeline: readonly Event[], outcome?: Outcome) =>
  /```text\n([\s\S]*?)\n```/.exec(chart(timeline, outcome))?.[1]?.split('\n');

describe('the weight over time', () => {
  test('is a line of as many samples as have upright edges, by time', () => {
    const weights = line(TWO) ?? [];
    expect(weights).toHaveLength(90);
    expect(
      weights.map((weight, index) => [index, weight]).filter(([, weight], index) => weight !== weights[index - 1]),
    ).toEqual([
      [0, 0],
      [30, 5],
      [60, 25],
    ]);
  });

  test('has its colours by itself, which read on white and on black', () => {
    const [, init = ''] = /^%%\{init: (.*)\}%%$/m.exec(chart(TWO)) ?? [];
    const { theme, themeVariables } = JSON.parse(init) as {
      theme: string;
      themeVariables: { xyChart: Record<string, string> };
    };
    expect(theme).toBe('base');
    const { backgroundColor, plotColorPalette = '', ...texts } = themeVariables.xyChart;
    expect(backgroundColor).toBe('transparent');
    for (const colour of [...Object.values(texts), ...plotColorPalette.split(', ')]) {
      expect(contrast(colour, '#ffffff')).toBeGreaterThan(3);
      expect(contrast(colour, '#0d1117')).toBeGreaterThan(3);
    }
  });

  test('is narrower than a summary', () => {
    expect(Number(/"width":(\d+)/.exec(chart(TWO))?.[1])).toBeLessThan(1012);
  });

  test.each([
    [60_000, 'seconds since the run began" 0 --> 60'],
    [300_000, 'minutes since the run began" 0 --> 5'],
    [14_400_000, 'hours since the run began" 0 --> 4'],
  ])('that took %d ms has an axis with few digits', (end, axis) => {
    expect(chart([read(0, OLD), read(end, serving(7, at(5)))])).toContain(axis);
  });

  test('is told where it changed, and at the end', () => {
    const reads = [0, 5, 5, 5, 25, 25, 25].map((weight, index) => read(index * 1_000, serving(weight, at(weight))));
    expect(text(reads)).toEqual(['0s    0 %', '1s    5 % █', '4s   25 % █████', '6s   25 % █████']);
  });

  test('is not what an answer shows that lags', () => {
    const rest = [read(61_000, serving(7, at(5))), read(62_000, serving(8, at(25))), read(89_000, serving(8, at(25)))];
    expect(line([...TWO.slice(0, 3), ...rest])).toEqual(line(TWO));
  });

  test('is 0 where nothing is live', () => {
    const told = weightChart(
      { ...PLAN, before: NOTHING },
      [read(0, NOTHING), read(1_000, serving(7, at(100)))],
      'held',
    );
    expect(told).toContain('```text\n0s    0 %');
  });

  test('is no chart of one look, nor of a weight that never changed', () => {
    expect(chart([read(0, OLD)])).toBe('');
    expect(chart([])).toBe('');
    expect(chart([read(0, OLD), read(60_000, OLD)])).toBe('');
    expect(chart([read(0, OLD), read(0, serving(7, at(5)))])).toBe('');
  });

  test('times are rounded to 10 ms, and to seconds where they are longer', () => {
    const reads = [0, 14, 16, 994, 996, 1_499, 1_501].map((when) => read(when, serving(when, at(when % 100 || 50))));
    expect(text(reads)?.map((row) => row.trim().split(' ')[0])).toEqual([
      '0s',
      '10ms',
      '20ms',
      '990ms',
      '1s',
      '1s',
      '2s',
    ]);
  });
});

describe('what the gate saw', () => {
  const BAD = [...TWO.slice(0, 3), measured(65_000, 25, measurement(3, 1, { stable })), ...TWO.slice(3)];

  test('is a line of its own, where an answer failed: held until the next check', () => {
    expect(line(TWO, 1)).toBeUndefined();
    expect(line(BAD, 1)?.filter((share) => share > 0)).toEqual(Array.from({ length: 24 }, () => 25));
    const better = [...BAD.slice(0, 4), measured(70_000, 25, measurement(4, 0, { stable })), ...BAD.slice(4)];
    expect(line(better, 1)?.filter((share) => share > 0)).toHaveLength(5);
  });

  test('ends where the canary is moved, and is not lost where that is at once', () => {
    const moved = [...TWO.slice(0, 2), measured(59_990, 5, measurement(0, 4, { stable })), ...TWO.slice(2)];
    expect(line(moved, 1)?.filter((share) => share > 0)).toEqual([100]);
  });

  test('is in the text too, beside what became of the step', () => {
    const written = [
      BAD[0],
      { at: 1, kind: 'accepted', split: at(5), deploymentId: '7', requestId: '' },
      ...BAD.slice(1),
    ];
    expect(text(written as Event[], 'rolled-back')?.slice(1, 3)).toEqual([
      '  30s    5 % █                     ⏪ rolled back',
      '   1m   25 % █████                 1 of 1 check saw failures',
    ]);
  });

  test('a failure that names no version is told in the text, and is no share of the canary in the line', () => {
    const cut = [...TWO.slice(0, 3), measured(65_000, 25, measurement(0, 0, { cut: 2, stable })), ...TWO.slice(3)];
    expect(line(cut, 1)).toBeUndefined();
    expect(text(cut, 'rolled-back')?.join('\n')).toContain('1 of 1 check saw failures');
    const after = [...BAD.slice(0, 4), measured(66_000, 25, measurement(0, 0, { cut: 2, stable })), ...BAD.slice(4)];
    expect(text(after, 'rolled-back')?.join('\n')).toContain('2 of 2 checks saw failures');
  });

  test('the verdicts stand below the line; where there are too many, the last', () => {
    const steps = [1, 2, 5, 10, 20, 30, 40, 50, 60].map((weight) => ({ weight, bake: 0 }));
    const plan = rolloutPlan(steps);
    const walk = (many: number) =>
      steps
        .slice(0, many)
        .flatMap(({ weight }, index): Event[] => [
          { at: index * 1_000, kind: 'accepted', split: at(weight), deploymentId: String(index + 10), requestId: '' },
          read(index * 1_000 + 500, serving(index + 10, at(weight))),
        ]);
    const axis = (many: number) => /x-axis "(.*)"/.exec(weightChart(plan, walk(many), 'held'))?.[1];
    expect(axis(3)).toBe('seconds since the run began: 1 % passed, 2 % passed, 5 % held');
    expect(axis(9)).toBe('seconds since the run began: 60 % held');
  });
});

test('nothing but numbers and words of ours enters the chart, whatever the service calls a version', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (version) => {
      const odd = serving(9, splitOf([`x${version}`, 100]));
      const drawn = chart([...TWO, read(90_000, odd), measured(91_000, 5, measurement(0, 1, { stable }))]);
      const [, mermaid = ''] = /^```mermaid\n([\s\S]*?)\n```$/m.exec(drawn) ?? [];
      expect(mermaid.split('\n').slice(1)).toEqual([
        'xychart-beta',
        '  title "Canary in percent: weight"',
        expect.stringMatching(/^ {2}x-axis "[\w ,:%]+" 0 --> [\d.]+$/),
        '  y-axis 0 --> 100',
        expect.stringMatching(/^ {2}line \[[\d, ]+\]$/),
      ]);
    }),
  );
});

/** Of two colours, as WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
