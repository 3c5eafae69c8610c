import { describe, expect, test } from '@jest/globals';
import { aboutVersion, ageText, newestText } from '../../src/rollout/version-text.js';
import { details } from '../support/rollout/builders.js';

const NOW = Date.UTC(2026, 10, 22, 21, 0, 0);
const ago = (milliseconds: number) => new Date(NOW - milliseconds).toISOString();

test.each([
  [-90_000, '0 seconds old'],
  [0, '0 seconds old'],
  [999, '0 seconds old'],
  [1_000, '1 second old'],
  [59_999, '59 seconds old'],
  [60_000, '1 minute old'],
  [180_000, '3 minutes old'],
  [3_599_999, '59 minutes old'],
  [3_600_000, '1 hour old'],
  [86_399_999, '23 hours old'],
  [86_400_000, '1 day old'],
  [200 * 86_400_000, '200 days old'],
])('%d ms: %s', (age, text) => {
  expect(ageText(age)).toBe(text);
});

describe('what is known of a version', () => {
  test('is all of it', () => {
    const known = { description: 'fix cache key', commit: '4f2a91c0d5e6', createdAt: ago(180_000) };
    expect(aboutVersion(details('17', known), NOW)).toBe('"fix cache key", commit 4f2a91c, 3 minutes old');
  });

  test('or the little that there is', () => {
    expect(aboutVersion(details('17'), NOW)).toBe('of unknown age');
    expect(aboutVersion(details('17', { createdAt: 'yesterday' }), NOW)).toBe('of unknown age');
    expect(aboutVersion(details(`${NOW - 60_000}000000`), NOW)).toBe('1 minute old');
  });

  test('with what keeps it from being deployed', () => {
    const known = { createdAt: ago(1_000), status: 'Init', boundTo: 'staging' };
    expect(aboutVersion(details('17', known), NOW)).toBe('1 second old, status "Init", bound to "staging"');
    expect(aboutVersion(details('17', { ...known, status: 'available' }), NOW)).toBe(
      '1 second old, bound to "staging"',
    );
  });

  test('on one line, cut, whatever somebody wrote', () => {
    const description = `a\n::error::b "c" ${'x'.repeat(100)}`;
    expect(aboutVersion(details('17', { description }), NOW)).toBe(
      `"a\\u000a::error::b \\"c\\" ${'x'.repeat(43)}…", of unknown age`,
    );
  });
});

describe('the newest versions', () => {
  const of = (...versions: Parameters<typeof newestText>[1]['versions']) =>
    newestText('r', { versions, complete: true }, NOW);

  test('are five, by their age and not as they are listed', () => {
    const versions = [3, 7, 1, 5, 2, 6, 4].map((age) => details(String(age), { createdAt: ago(age * 60_000) }));
    expect(of(...versions)).toBe(
      'the newest of "r" are 1 (1 minute old), 2 (2 minutes old), 3 (3 minutes old), 4 (4 minutes old), 5 (5 minutes old)',
    );
  });

  test('may be one or none; what was saved and not committed is none', () => {
    const unstable = details('unstable', { createdAt: ago(1) });
    expect(of(unstable, details('17', { createdAt: ago(60_000) }))).toBe('the newest of "r" is 17 (1 minute old)');
    expect(of(unstable)).toBe('"r" has no version at all');
  });

  test('come before those of unknown age', () => {
    expect(of(details('17'), details('18', { createdAt: ago(60_000) }))).toBe(
      'the newest of "r" are 18 (1 minute old), 17 (of unknown age)',
    );
  });
});
