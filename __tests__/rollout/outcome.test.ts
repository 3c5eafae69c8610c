import { expect, test } from '@jest/globals';
import { OUTCOMES, type Outcome } from '../../src/rollout/outcome.js';

/** What workflows and schedules count on. */
const CONTRACT: Readonly<Record<Outcome, readonly [string, string, 0 | 1, 'yes' | 'no' | 'either', boolean]>> = {
  deployed: ['✅', 'Deployed', 0, 'yes', true],
  promoted: ['✅', 'Promoted', 0, 'either', true],
  paused: ['⏸️', 'Paused', 0, 'either', true],
  baking: ['⏳', 'Baking', 0, 'either', false],
  uploaded: ['📦', 'Uploaded', 0, 'no', true],
  unchanged: ['✅', 'Unchanged', 0, 'no', true],
  planned: ['📝', 'Planned', 0, 'no', false],
  'rolled-back': ['⏪', 'Rolled back', 1, 'either', true],
  held: ['✋', 'Held', 1, 'either', false],
  drifted: ['⚠️', 'Drifted', 1, 'either', false],
  refused: ['⛔', 'Refused', 1, 'no', false],
  failed: ['❌', 'Failed', 1, 'either', false],
  'rollback-failed': ['🚨', 'Rollback failed', 1, 'either', false],
};

test.each(Object.entries(OUTCOMES))(
  '%s: its exit code, whether it changed anything, whether it is done',
  (name, ending) => {
    const { emoji, title, exit, changed, done } = ending;
    expect([emoji, title, exit, changed, done]).toEqual(CONTRACT[name as Outcome]);
  },
);

test('docs/outcomes.md says when each happens, in words of its own', () => {
  const told = Object.values(OUTCOMES).map(({ when }) => when);
  expect(new Set(told).size).toBe(13);
  expect(told.filter((when) => when.length < 10)).toEqual([]);
});
