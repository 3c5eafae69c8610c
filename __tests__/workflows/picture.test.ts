import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../emulator/emulator.js';
import { exposure, isPictured, lastRollout, picture, timeText, weightsOf, wrapped } from '../../scripts/picture.js';

const at = (seconds: number, weight: number) => ({ at: 1_000_000 + 1_000 * seconds, weight });

describe('the picture', () => {
  test('of a rollback has a row for each weight, and below each move when it was', () => {
    const weights = [at(-9, 0), at(0, 5), at(20, 50), at(26, 0)];
    expect(picture('What v4 got:', weights, 'rolled-back')).toEqual([
      '  What v4 got:',
      '   100 % ┤',
      '    50 % ┤                                    ╭─────────────╮',
      '     5 % ┤     ╭──────────────────────────────╯             │',
      '     0 % ┤─────╯                                            ╰────────────────',
      '               0 s                            20 s          26 s rolled-back',
    ]);
  });

  test('of a promotion ends at 100 %', () => {
    const [, top = '', ...rest] = picture('', [at(0, 0), at(1, 5), at(2, 100)], 'promoted');
    expect(top).toMatch(/^ {3}100 % ┤ +╭─+$/);
    expect(rest.at(-1)).toMatch(/^ +0 s +1 s promoted$/);
  });

  test('of what did not move there is none', () => {
    expect(picture('', [], 'held')).toEqual([]);
    expect(picture('', [at(0, 5)], 'held')).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5])('of %d weights fits a terminal of 80 columns', (steps) => {
    const moves = Array.from({ length: steps }, (_, index) => at(10 ** index, index + 1));
    for (const last of [1, 1e6]) {
      const lines = picture('', [at(0, 0), ...moves, at(10 ** steps + last, 0)], 'rolled-back');
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
      expect(lines).toHaveLength(steps + 4);
    }
  });
});

test('weights are those of one version, by when each was deployed', () => {
  const made = (time: number | undefined, ...codeVersions: Deployment['codeVersions']): Deployment => ({
    deployId: '1',
    creationTime: '2026-01-01T00:00:00Z',
    strategy: 'percentage',
    codeVersions,
    at: time,
  });
  const history = [
    made(undefined, { codeVersion: '1', percentage: 100 }),
    made(7, { codeVersion: '2', percentage: 5 }, { codeVersion: '1', percentage: 95 }),
  ];
  expect(weightsOf(history, '2')).toEqual([
    { at: Date.parse('2026-01-01T00:00:00Z'), weight: 0 },
    { at: 7, weight: 5 },
  ]);
});

test('a rollout begins where the version had nothing for the last time', () => {
  const last = [at(3, 0), at(4, 10), at(5, 0)];
  expect(lastRollout([at(0, 0), at(1, 10), at(2, 0), ...last.slice(1)])).toEqual([at(2, 0), ...last.slice(1)]);
  expect(lastRollout([at(0, 10), at(1, 0)])).toEqual([at(0, 10), at(1, 0)]);
  expect(exposure([at(0, 0), at(1, 10), at(4, 50), at(6, 0)])).toEqual({ highest: 50, lasted: 5_000 });
});

test('only what ended as a rollout does is drawn', () => {
  expect(['promoted', 'paused', 'rolled-back', 'planned', '', undefined].map(isPictured)).toEqual([
    ...[true, true, true],
    ...[false, false, false],
  ]);
});

test.each([
  [80, '0.1 s'],
  [9_940, '9.9 s'],
  [15_000, '15 s'],
  [119_000, '119 s'],
  [900_000, '15 min'],
  [8 * 3_600_000, '8 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text);
});

test('lines are broken between words, and a long word stays whole', () => {
  expect(wrapped('a bc def', 4, ' ')).toEqual(['a bc', ' def']);
  expect(wrapped('abcdefgh i', 4)).toEqual(['abcdefgh', 'i']);
});
