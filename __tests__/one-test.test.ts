import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { compiled, needsBundle, testOf } from '../scripts/one-test.js';

const root = resolve(import.meta.dirname, '../..');

test.each([
  ['__tests__/rollout/steps.test.ts', '__tests__/rollout/steps.test.ts'],
  ['./__tests__/rollout/steps.test.ts', '__tests__/rollout/steps.test.ts'],
  [resolve(root, '__tests__/rollout/steps.test.ts'), '__tests__/rollout/steps.test.ts'],
  ['src/rollout/steps.ts', '__tests__/rollout/steps.test.ts'],
  ['src/execute.ts', '__tests__/execute.test.ts'],
  ['emulator/edge.ts', '__tests__/emulator/edge.test.ts'],
  ['contract/pace.ts', '__tests__/contract/pace.test.ts'],
  ['build/__tests__/rollout/steps.test.js', '__tests__/rollout/steps.test.ts'],
  ['__tests__/rollout', '__tests__/rollout'],
  ['src/rollout', '__tests__/rollout'],
])('the test of %s', (given, found) => {
  expect(testOf(root, given)).toBe(found);
});

test.each(['src/ports.ts', '__tests__/nowhere.test.ts', 'README.md', '../other/__tests__/a.test.ts', 'docs'])(
  '%s has none',
  (given) => {
    expect(testOf(root, given)).toBeUndefined();
  },
);

test('what Jest runs is what tsc wrote', () => {
  expect(compiled('__tests__/rollout/steps.test.ts')).toBe('build/__tests__/rollout/steps.test.js');
  expect(compiled('__tests__/rollout')).toBe('build/__tests__/rollout');
});

test.each([
  ['__tests__/action/split.test.ts', true],
  ['__tests__/action/oidc.test.ts', true],
  ['__tests__/chaos/chaos.test.ts', true],
  ['__tests__/bundle.test.ts', true],
  ['__tests__/rendering/summaries.test.ts', true],
  ['__tests__/action', true],
  ['__tests__/rollout', false],
  ['__tests__/emulator', false],
  ['__tests__/chaos/vocabulary.test.ts', false],
])('%s needs the bundle: %s', (test_, needed) => {
  expect(needsBundle(root, test_)).toBe(needed);
});
