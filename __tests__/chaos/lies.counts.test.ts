import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, swap } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { STORIES } from '../support/chaos/stories.js';
import type { Facts } from '../support/chaos/truth.js';

/** What a gate says that it has counted since the canary turned bad, and in all. */
let rolledBack: Facts;

beforeAll(async () => {
  rolledBack = await play({ ...PLAIN, ...STORIES.unhealthy });
}, 60_000);

const counting = (text: string) => swap(rolledBack, /\d+ of \d+ checks? by `gate-command` failed/, text);

test('what can be so is no lie', () => {
  const told = counting('2 of the last 2 checks by `gate-command` failed (in all 3 of 9)');
  expect(told.runs[0]?.outputs['reason']).toContain('(in all 3 of 9)');
  expect(untruths(told)).toEqual([]);
});

test.each([
  ['the last are all that there were', '2 of the last 2 checks by `gate-command` failed (in all 2 of 2)', 'are all'],
  ['more of the last failed than in all', '2 of the last 2 checks by `gate-command` failed (in all 1 of 9)', 'fewer'],
])('a lie is found: %s', (_, text, found) => {
  expect(untruths(counting(text)).join('\n')).toContain(found);
});
