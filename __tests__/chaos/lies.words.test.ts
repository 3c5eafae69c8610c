import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, swap } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { STORIES } from '../support/chaos/stories.js';
import type { Facts } from '../support/chaos/truth.js';

/** A canary that is asked for as the latest, and killed when its first step is live. */
let worded: Facts;

beforeAll(async () => {
  worded = await play({ ...PLAIN, ...STORIES.worded });
}, 60_000);

test('the truth is that the post step puts the stable back', () => {
  expect(untruths(worded)).toEqual([]);
  expect(worded.runs.find(({ name }) => name === 'main')?.log).toContain(`\`latest\` is ${worded.canary}`);
  expect(worded.runs.find(({ name }) => name === 'post')?.log).toContain('::warning title=rolled-back%3A ');
});

const LIES: readonly (readonly [name: string, lie: () => Facts, found: string])[] = [
  [
    'the word is another version',
    () => swap(worded, /`latest` is \d+/, `\`latest\` is ${worded.stable}`),
    'that word is another version',
  ],
  [
    'nobody gave the word',
    () => ({ ...worded, scenario: { ...worded.scenario, words: 'none' } }),
    'that word is another version',
  ],
  [
    'it passes over what is older',
    () => swap(worded, /passes over version "\d+"/, `passes over version "${worded.stable}"`),
    'it passes over nothing else',
  ],
];

test.each(LIES)('a lie is found: %s', (_, lie, found) => {
  expect(untruths(lie()).join('\n')).toContain(found);
});
