import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, swap, withMain } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { STORIES } from '../support/chaos/stories.js';
import type { Facts } from '../support/chaos/truth.js';

/** A gate that asks Log Service, which tells it of a canary that is well; and one that is told nothing. */
let logged: Facts;
let unlogged: Facts;

beforeAll(async () => {
  // With the debug log on, in which each check and each request has its line.
  const both = [STORIES.logged, STORIES.unlogged].map((story) => play({ ...PLAIN, ...story, edgeSeed: 2 }));
  [logged, unlogged] = (await Promise.all(both)) as [Facts, Facts];
}, 60_000);

test('the truth passes', () => {
  expect([...untruths(logged), ...untruths(unlogged)]).toEqual([]);
  expect(logged.runs[0]?.outputs['outcome']).toBe('promoted');
  expect(unlogged.runs[0]?.outputs['outcome']).toBe('rolled-back');
  expect(unlogged.runs[0]?.outputs['reason']).toContain('IndexConfigNotExist');
});

const asked = (facts: Facts, more: object): Facts =>
  withMain(facts, ({ logRequests }) => ({ logRequests: logRequests.map((one) => ({ ...one, ...more })) }));

const LIES: readonly (readonly [name: string, lie: () => Facts, found: string])[] = [
  [
    'a check that no log told',
    () => swap(logged, /(Checked at 5 %: )\d+ of (\d+) answers/g, '$17 of 9$2 answers'),
    'no answer of Log Service is "Checked at 5 %: 7 of 9',
  ],
  [
    'a stable that no log told',
    () => swap(logged, /\d+ of (\d+) of the stable/g, '1 of $1 of the stable'),
    'no answer of Log Service is',
  ],
  ['it went up by answers that were not whole', () => asked(logged, { progress: 'Incomplete' }), 'it left 5 %'],
  ['it went up by refusals', () => asked(logged, { status: 401 }), 'it left 5 %'],
  ['it went up without a log of the canary', () => asked(logged, { counts: [] }), 'it left 5 %'],
  ['it went up by logs of another time', () => asked(logged, { at: 0 }), 'it left 5 %'],
  [
    'it let a canary pass that always fails',
    () => ({ ...logged, scenario: { ...logged.scenario, canary: 'failing' } }),
    'a gate that always fails let it pass',
  ],
  [
    'a request without a line',
    () => withMain(logged, ({ log }) => ({ log: log.replace(/^GetLogs: .*$/m, '') })),
    'requests to Log Service have no line',
  ],
  [
    'more calls than there were',
    () => swap(logged, /<summary>\d+ API calls/, '<summary>99 API calls'),
    '99 API calls, but there were',
  ],
  [
    'more failed than did',
    () => swap(unlogged, /^/, '90 of 91 requests failed: Incomplete 90 times; waited 1.00 s to try again\n'),
    'did',
  ],
];

test.each(LIES)('a lie is found: %s', (_, lie, found) => {
  expect(untruths(lie()).join('\n')).toContain(found);
});
