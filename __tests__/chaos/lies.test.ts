import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, swap, withMain, withOutputs } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { STORIES, type Story } from '../support/chaos/stories.js';
import type { Facts } from '../support/chaos/truth.js';

/** Each original passes. */
const told = {} as Record<Story, Facts>;

beforeAll(async () => {
  const open = Object.entries(STORIES);
  const worker = async () => {
    for (let next = open.pop(); next !== undefined; next = open.pop())
      told[next[0] as Story] = await play({ ...PLAIN, ...next[1] });
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}, 120_000);

const outcomeOf = (facts: Facts, name = 'main') => facts.runs.find((run) => run.name === name)?.outputs['outcome'];

test.each(Object.keys(STORIES) as Story[])('the truth of "%s" passes', (name) => {
  expect(untruths(told[name])).toEqual([]);
});

test('a person who puts the stable back between two ticks is one of the story, and the next tick begins anew', () => {
  const { history, runs } = told.undone;
  const back = history.findIndex(({ by }, index) => index > 0 && by === 'somebody else');
  expect(history[back]?.split).toEqual({ [told.undone.stable]: 100 });
  expect(back).toBe(2);
  const after = runs.find(({ name }) => name === 'tick 2')?.outputs;
  expect(after?.['outcome']).toBe('baking');
  expect(after?.['reason']).toContain('It began, since the stable served alone');
});

test('the stories are what they are told as', () => {
  expect(outcomeOf(told.stray)).toBe('promoted');
  expect(outcomeOf(told.misunderstood)).toBe('promoted');
  expect(outcomeOf(told.vanished)).toBe('promoted');
  expect(outcomeOf(told.throttled)).toBe('promoted');
  expect(outcomeOf(told.unhealthy)).toBe('rolled-back');
  expect(outcomeOf(told.held)).toBe('held');
  expect(outcomeOf(told.mixed)).toBe('rolled-back');
  expect(outcomeOf(told.schedule)).toBe('promoted');
  expect(outcomeOf(told.over)).toBe('deployed');
  expect(told.over.runs[0]?.log).toContain('was written over');
  expect(told.killed.runs.find(({ name }) => name === 'post')?.log).toContain('::warning title=rolled-back%3A ');
});

const LIES: readonly (readonly [item: string, story: Story, lie: (facts: Facts) => Facts, found: string])[] = [
  ['3: checks that were not made', 'stray', (facts) => withMain(facts, () => ({ checks: [] })), 'but there were 0'],
  [
    '3: a stray weight bakes like another step',
    'stray',
    (facts) => swap(facts, /like 5 %/, 'like 100 %'),
    'the step below it is 5 %',
  ],
  [
    '3: a stray weight that passed without a check',
    'stray',
    (facts) => swap(facts, /\| 60 % \| 20ms \|([^|]*)\|[^|]*\|/, '| 60 % | 20ms |$1| |'),
    'no check is told',
  ],
  [
    '4: an answer that told nothing was believed',
    'vanished',
    (facts) => swap(facts, /(Now production serves [^.]*\.)/, '$1 Nothing was live before, so it went there at once.'),
    'something was live',
  ],
  [
    '4: "nothing" was live before',
    'vanished',
    (facts) => withOutputs(facts, { 'previous-versions': '', 'previous-deployment-id': '' }),
    'previous-versions',
  ],
  [
    '5: failed, and nothing changed, though the write had landed',
    'misunderstood',
    (facts) =>
      withMain(withOutputs(facts, { outcome: 'failed', changed: 'false', reason: 'It failed.' }), () => ({
        exitCode: 1,
      })),
    'outcome failed: a write of this run took effect',
  ],
  [
    '5: it may still show, though a read showed it',
    'misunderstood',
    (facts) => swap(facts, /(Now production serves [^.]*\.)/, '$1 It may still show.'),
    'nothing was sent that no read showed',
  ],
  [
    '8: the post step rolled back, though it held',
    'killed',
    (facts) => swap(facts, /^::warning title=rolled-back%3A /m, '::warning title=held%3A ', 'post'),
    'outcome held: the canary was live and is gone',
  ],
  [
    '8: the post step calls the rollback failed',
    'killed',
    (facts) => swap(facts, /^::warning title=rolled-back%3A /m, '::error title=rollback-failed%3A ', 'post'),
    'outcome rollback-failed: the stable was live alone',
  ],
  [
    '9: live since another time',
    'schedule',
    (facts) => swap(facts, /live since \d{4}/, 'live since 2019'),
    'it is live since',
  ],
  [
    '9: a bake that is told to be over early',
    'undone',
    (facts) => withOutputs(facts, { 'next-step-at': new Date(Date.parse(nextStep(facts)) - 10_000).toISOString() }),
    'next-step-at',
  ],
  [
    '9: a bake that is told to go on for longer',
    'undone',
    (facts) => swap(facts, /bakes for \w+(?: s)? more/, 'bakes for 3000 s more'),
    'it bakes for 3000 ms in all',
  ],
  [
    '9: left before the bake was over',
    'throttled',
    (facts) => ({ ...facts, scenario: { ...facts.scenario, steps: '5% for 1h, 100%' } }),
    'though it bakes for 3600000 ms',
  ],
  [
    '11: a throttled account is called a failure',
    'throttled',
    (facts) => withMain(withOutputs(facts, { outcome: 'failed' }), () => ({ exitCode: 1 })),
    'outcome failed: a write of this run took effect',
  ],
  [
    '11: more was throttled than was',
    'throttled',
    (facts) => swap(facts, /Throttling\.User 2 times/, 'Throttling.User 9 times'),
    '2 were throttled',
  ],
  [
    '11: more failed than did',
    'throttled',
    (facts) => swap(facts, /\d+ of \d+ requests failed/, '40 of 50 requests failed'),
    '2 did',
  ],
  [
    '12: it began, though the canary was live',
    'schedule',
    (facts) => swap(facts, /(Stop the schedule)/, 'It began, since the stable served alone. $1'),
    'the stable did not serve alone',
  ],
  [
    '12: a schedule where there is none',
    'stray',
    (facts) =>
      swap(
        facts,
        /(Now production serves [^.]*\.)/,
        '$1 Stop the schedule: should somebody restore the stable, its next run would roll this canary out again.',
      ),
    'not one of a schedule',
  ],
  [
    '12: nothing said of the next run, once promoted',
    'schedule',
    (facts) => swap(facts, / Stop the schedule.*?again\./g, ''),
    'nothing says what the next run of the schedule will do',
  ],
  [
    '12: nothing said of the next run, begun anew',
    'undone',
    (facts) => swap(facts, / It began.*$/gm, '', 'tick 2'),
    'nothing says what the next run of the schedule will do',
  ],
  [
    '13: rolled back, and the outcome says that it failed',
    'unhealthy',
    (facts) => withOutputs(facts, { outcome: 'rollback-failed' }),
    'the steps table says of 5 %: "rolled back"',
  ],
  ['13: two full stops', 'unhealthy', (facts) => swap(facts, /again\./, 'again..'), 'two full stops'],
  ['13: the canary has no name', 'unhealthy', (facts) => withOutputs(facts, { canary: '' }), 'canary: empty'],
  [
    '13: no retry, though the log waited',
    'vanished',
    (facts) =>
      withMain(facts, ({ log, summary }) => ({
        log: `GetRoutine (attempt 2): NotJson in 0.00 s; again in 0.34 s\n${log}`,
        summary: summary.replace(/API calls, [^<]*/, 'API calls, no retry'),
      })),
    'no retry, though the log has one',
  ],
  [
    '13: a timeline that grows without bound',
    'unhealthy',
    (facts) => withOutputs(facts, { timeline: 'x'.repeat(40_000) }),
    'longer than 32 KiB',
  ],
  [
    '13: an Undo puts a failing canary back',
    'unhealthy',
    (facts) =>
      withMain(facts, ({ summary }) => ({
        summary: `${summary}\n**Undo:** run again with \`versions: ${facts.canary}=5,${facts.stable}=95\``,
      })),
    'found wanting',
  ],
  [
    '13: a fault of its own',
    'unhealthy',
    (facts) => withMain(facts, ({ log }) => ({ log: `${log}\n::error::This is a fault in the action itself: x` })),
    'there is to be none',
  ],
  [
    '7: an Undo that restores what was before those who were written over',
    'over',
    (facts) =>
      withMain(facts, ({ summary }) => ({
        summary: summary.replace(
          /<code>versions: [\d=,]+<\/code> restores/,
          `<code>versions: ${facts.stable}=100</code> restores`,
        ),
      })),
    'is not what was written over',
  ],
  [
    'held, though a rollback was asked for',
    'held',
    (facts) => ({ ...facts, scenario: { ...facts.scenario, onFailure: 'rollback' } }),
    'outcome held: the canary was to be rolled back',
  ],
  [
    'rollback-failed, though none was tried',
    'held',
    (facts) => withOutputs(facts, { outcome: 'rollback-failed' }),
    'no rollback was tried',
  ],
  [
    'more answers of the stable failed before the first step than it was asked for',
    'mixed',
    (facts) => swap(facts, /before the first step 0 of/, 'before the first step 99 of'),
    'answers failed in all',
  ],
  [
    'the stable was asked alone, though a header tells the versions apart',
    'mixed',
    (facts) => ({ ...facts, scenario: { ...facts.scenario, gate: 'header' } }),
    'the versions can be told apart',
  ],
  ['failed, though a canary is live', 'held', (facts) => withOutputs(facts, { outcome: 'failed' }), 'took effect'],
];

test.each(LIES)('a lie is found: %s (%s)', (_, story, lie, found) => {
  expect(untruths(lie(told[story])).join('\n')).toContain(found);
});

function nextStep({ runs }: Facts): string {
  return runs.find(({ name }) => name === 'main')?.outputs['next-step-at'] ?? '';
}
