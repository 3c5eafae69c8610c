import { describe, expect, test } from '@jest/globals';
import { describeCheck, describeChecks, describeChecksHere, differs } from '../../../src/rollout/report/check-lines.js';
import { measurement } from '../../support/rollout/builders.js';

const failure = (seen: string) => ({ target: '/a', seen, took: 1, version: undefined });

describe('one check as a clause', () => {
  test.each([
    ['where nobody can tell who answered', measurement(3, 1), '1 of 4 answers failed'],
    [
      'of both versions',
      measurement(3, 1, { stable: { good: 9, bad: 0 } }),
      '1 of 4 answers of the canary failed, 0 of 9 of the stable',
    ],
    ['that met nobody', measurement(0), 'no answer'],
    [
      'with what could not be told',
      measurement(1, 0, { cut: 2, unknown: 3, unnamed: 1, failures: [failure('HTTP 500'), failure('HTTP 404')] }),
      '0 of 1 answer failed; 2 failed and named no version; 1 did not name its version; 2 could not be measured; first: HTTP 500 from /a',
    ],
  ])('%s', (_name, check, text) => {
    expect(describeCheck(check)).toBe(text);
  });
});

describe('several checks together', () => {
  const both = (good: number, bad: number) => measurement(good, bad, { stable: { good: 2 * good, bad: 1 } });

  test('are the sum of them, and how many', () => {
    const checks = [both(9, 0), both(8, 1), measurement(0, 0, { cut: 1, unknown: 2, unnamed: 1 })];
    const sum =
      '1 of 18 answers of the canary failed, 2 of 36 of the stable; 1 failed and named no version; 1 did not name its version; 1 could not be measured';
    expect(describeChecks(5, checks)).toBe(`3 checks at 5 %: ${sum}`);
    expect(describeChecksHere(checks)).toBe(`3 checks: ${sum}`);
  });

  test('tell the first that failed', () => {
    const checks = [
      both(9, 0),
      measurement(8, 1, { failures: [failure('HTTP 500')] }),
      measurement(8, 1, { failures: [failure('HTTP 503')] }),
    ];
    expect(describeChecks(5, checks)).toMatch(/first: HTTP 500 from \/a$/);
  });

  test('of counts of the whole step are the last of them', () => {
    const counts = (good: number) =>
      measurement(good, 0, { source: 'gate-logs', since: 'step', stable: { good: 2 * good, bad: 0 } });
    expect(describeChecks(5, [counts(10), counts(25)])).toBe(
      '2 checks at 5 %: 0 of 25 answers of the canary failed, 0 of 50 of the stable; counted by `gate-logs` since the step began',
    );
  });

  test('of two sources are each by itself, and a check asks both', () => {
    const ran = measurement(1, 0, { source: 'gate-command' });
    expect(describeChecks(5, [measurement(9), ran, measurement(9), ran])).toBe(
      '2 checks at 5 %: `gate-url` 0 of 18 answers failed; `gate-command` 0 of 2 checks by `gate-command` failed',
    );
  });
});

describe('a check differs', () => {
  test.each([
    ['where there was none', measurement(9), undefined, true],
    ['not by how often it was answered', measurement(9), measurement(12), false],
    ['not by how often it failed', measurement(9, 1), measurement(12, 3), false],
    [
      'not by how the stable fares',
      measurement(9, 0, { stable: { good: 1, bad: 1 } }),
      measurement(9, 0, { stable: { good: 2, bad: 0 } }),
      false,
    ],
    ['where it fails', measurement(9, 1), measurement(9), true],
    ['where it does not any more', measurement(9), measurement(9, 1), true],
    ['where nobody answers', measurement(0), measurement(9), true],
    ['where it cannot be measured', measurement(9, 0, { unknown: 1 }), measurement(9), true],
    ['where it is cut off', measurement(9, 0, { cut: 1 }), measurement(9), true],
    [
      'where it fails otherwise',
      measurement(9, 1, { failures: [failure('HTTP 503')] }),
      measurement(9, 1, { failures: [failure('HTTP 500')] }),
      true,
    ],
  ])('%s', (_name, check, before, so) => {
    expect(differs(check, before)).toBe(so);
  });
});
