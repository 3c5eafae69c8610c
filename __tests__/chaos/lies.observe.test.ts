import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, swap } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { STORIES } from '../support/chaos/stories.js';
import type { Facts } from '../support/chaos/truth.js';

/** A gate fails at the first step, and only observes; and one that acts. */
let observed: Facts;
let enforced: Facts;

beforeAll(async () => {
  const both = [STORIES.observed, STORIES.unhealthy].map((story) => play({ ...PLAIN, ...story }));
  [observed, enforced] = (await Promise.all(both)) as [Facts, Facts];
}, 60_000);

test('the truth is that it goes on to its end', () => {
  expect(untruths(observed)).toEqual([]);
  expect(observed.runs[0]?.outputs['outcome']).toBe('promoted');
  expect(observed.runs[0]?.summary).toMatch(/\| ✅ passed, would have been rolled back \|/);
});

const inMode = (facts: Facts, mode: 'enforce' | 'observe'): Facts => ({
  ...facts,
  scenario: { ...facts.scenario, mode },
});

const LIES: readonly (readonly [name: string, lie: () => Facts, found: string])[] = [
  [
    'nothing says what it observed',
    () => swap(observed, /::warning::In observe mode: /, 'In observe mode: '),
    'nothing says what a gate observed that always fails',
  ],
  ['it acted', () => inMode(enforced, 'observe'), 'the gate only observes'],
  ['it was to act, and let it pass', () => inMode(observed, 'enforce'), 'a gate that always fails let it pass'],
  [
    'it would have been held, though nobody asked for that',
    () => swap(observed, /would have been rolled back at/, 'would have been held at'),
    'nobody asked for that',
  ],
  [
    'it would have been rolled back at a weight that it never had',
    () => swap(observed, /would have been rolled back at 5 %/, 'would have been rolled back at 6 %'),
    'the canary never had 6 %',
  ],
  [
    'a step would have been rolled back by a gate that acts',
    () => swap(enforced, /rolled back \|/, 'rolled back, would have been held |'),
    'and what it would have been',
  ],
];

test.each(LIES)('a lie is found: %s', (_, lie, found) => {
  expect(untruths(lie()).join('\n')).toContain(found);
});
