import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../emulator/chance.js';
import type { Check } from '../../../src/rollout/judge/verdict.js';
import type { Counts, Span } from '../../../src/rollout/model.js';
import { measurement } from '../../support/rollout/builders.js';
import { checkOf, counts, drawn, kindOf, SIZES } from '../../support/rollout/drawn-checks.js';

/** Two hours at a check every 15 s. */
const LONG = 480;

/** After so many checks that turn bad is it caught; undefined where it is not in twenty. */
function caughtAfter(before: readonly Check[], bad: () => Check): number | undefined {
  const all = [...before];
  for (let count = 1; count <= 20; count += 1) {
    all.push(bad());
    if (kindOf(all) === 'unhealthy') return count;
  }
  return undefined;
}

describe('a canary that turns bad after two hours', () => {
  test.each([
    [5, 1, 2],
    [5, 0.6, 3],
    [5, 0.3, 7],
    [50, 1, 1],
    [50, 0.6, 1],
    [50, 0.3, 3],
  ] as const)('at %d %%, failing %d of its requests, is caught within %d checks', (weight, share, within) => {
    const [ours, theirs] = SIZES[weight];
    const well = Array.from({ length: LONG }, () => checkOf(counts(ours, 0), counts(theirs, 0), weight));
    const bad = () => checkOf(counts(ours, Math.round(ours * share)), counts(theirs, 0), weight);
    expect(kindOf(well)).toBe('pending');
    expect(caughtAfter(well, bad)).toBeLessThanOrEqual(within);
  });

  test.each([
    [5, 1, 4],
    [50, 1, 2],
    [50, 0.6, 3],
    [50, 0.3, 6],
  ] as const)('at %d %%, failing %d by chance, in 95 %% of rollouts within %d', (weight, share, within) => {
    const [ours, theirs] = SIZES[weight];
    const rollouts = Array.from({ length: 40 }, (_, seed) => {
      const random = randomFrom(7_919 * seed + 1);
      const next = (rate: number) => {
        let size = 0;
        for (let request = 0; request < ours + theirs; request += 1) if (random() * 100 < weight) size += 1;
        return checkOf(drawn(random, size, rate), drawn(random, ours + theirs - size, 0.001), weight);
      };
      return caughtAfter(
        Array.from({ length: LONG }, () => next(0.001)),
        () => next(share),
      );
    });
    const inTime = rollouts.filter((count) => count !== undefined && count <= within).length;
    expect(inTime / rollouts.length).toBeGreaterThanOrEqual(0.95);
  });

  test('where nobody can be compared, too', () => {
    const well = Array.from({ length: LONG }, () => checkOf(counts(11, 0), undefined, 100));
    expect(caughtAfter(well, () => checkOf(counts(11, 11), undefined, 100))).toBe(1);
    const commands = Array.from({ length: LONG }, () => checkOf(counts(1, 0), undefined, 50));
    expect(caughtAfter(commands, () => checkOf(counts(1, 1), undefined, 50))).toBeLessThanOrEqual(4);
  });

  test.each([
    [5, 8],
    [50, 3],
  ] as const)('by cutting all its connections at %d %%, within %d checks', (weight, within) => {
    const [ours, theirs] = SIZES[weight];
    const well = Array.from({ length: LONG }, () => checkOf(counts(ours, 0), counts(theirs, 0), weight));
    expect(caughtAfter(well, () => checkOf(counts(0, 0), counts(theirs, 0), weight, ours))).toBeLessThanOrEqual(within);
  });

  test('by spans of logs, also where one check is all that there is', () => {
    const span = (canary: Counts): Span => ({ canary, stable: counts(1_425, 1) });
    const judged = (spans: readonly Span[]) =>
      kindOf([{ ...measurement(0, 0, { source: 'gate-logs', since: 'step', spans }), weight: 5 }]);
    const well = Array.from({ length: 240 }, () => span(counts(75, 0)));
    expect(judged(well)).toBe('pending');
    expect(judged([...well, span(counts(75, 22))])).toBe('unhealthy');
  });

  test('by counts of the whole step so far, each by what it adds; of one window alone nobody can tell when', () => {
    const window = (good: number, bad: number): Check => ({
      ...measurement(good, bad, { source: 'gate-command', since: 'step', stable: counts(good + bad, 0) }),
      weight: 50,
    });
    const well = Array.from({ length: LONG }, (_, at) => window(11 * (at + 1), 0));
    expect(kindOf([...well, window(11 * LONG, 11)])).toBe('unhealthy');
    expect(kindOf([window(11 * LONG, 11)])).toBe('pending');
  });
});
