import { describe, expect, test } from '@jest/globals';
import { baselineWarning, failsAlready } from '../../../src/rollout/judge/baseline.js';
import { GATE } from '../../support/rollout/builders.js';

describe('a stable that fails already', () => {
  test.each([
    [99, 59, 0, false],
    // Chance does that to one stable of ten that fails 1 %.
    [99, 57, 2, false],
    [99, 56, 3, true],
    [99, 0, 1, true],
    [99, 0, 59, true],
    [99, 0, 0, false],
    [99.9, 58, 1, false],
    [100, 58, 1, true],
    [100, 59, 0, false],
    [50, 30, 29, false],
    [50, 20, 39, true],
    [0, 0, 59, false],
  ])('where %d %% have to be good, %i good and %i bad: %s', (successRate, good, bad, fails) => {
    expect(failsAlready({ ...GATE, successRate }, { good, bad })).toBe(fails);
  });

  test('is warned of with the remedy', () => {
    const baseline = (good: number, bad: number) => ({ stable: { good, bad }, unknown: 0, failures: [] });
    expect(baselineWarning(GATE, '17', baseline(59, 0))).toBeUndefined();
    expect(baselineWarning({ ...GATE, successRate: 99.9 }, '17', baseline(50, 9))).toBe(
      'Before the first step 9 of 59 answers of the stable 17 failed, more than the 0.1 % that may fail: a canary that is no worse may be stopped for it. Name what tells the versions apart in `gate-version-header`, or a `gate-success-rate` that the stable keeps. The rollout goes on.',
    );
    expect(baselineWarning({ ...GATE, mode: 'observe' }, '17', baseline(0, 59))).toContain('may be blamed for it');
  });
});
