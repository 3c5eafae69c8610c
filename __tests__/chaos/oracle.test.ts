import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, person, says, withMain, withOutputs } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { type Facts, type Made, WRITE } from '../support/chaos/truth.js';

/** A true record of a rollout that went well, and the lies that the oracle must find in it, one at a time. */
let plain: Facts;

beforeAll(async () => {
  plain = await play(PLAIN);
}, 60_000);

test('the truth passes', () => {
  expect(untruths(plain)).toEqual([]);
  expect(plain.runs[0]?.outputs['outcome']).toBe('promoted');
});

const lastWrite = ({ requests }: Facts['runs'][number]) =>
  requests.findLast(({ action }) => action === WRITE)?.index ?? 0;

const LIES: readonly (readonly [name: string, lie: (facts: Facts) => Facts, found: string])[] = [
  [
    '1: promoted over a foreign 5 % that a read had shown',
    (facts) => {
      const [start, , ...rest] = facts.history as [Made, Made, ...Made[]];
      const back = person(facts, { [facts.canary]: 5, [facts.other]: 95 });
      const history = [start, back, ...rest];
      return withMain({ ...facts, history }, (run) => ({
        requests: run.requests.map((one) =>
          one.action === 'GetRoutine' && one.showed?.production === facts.history[1]?.id
            ? { ...one, showed: { production: back.id } }
            : one,
        ),
      }));
    },
    'it wrote over deployment 1999999999999999999',
  ],
  [
    '2: an older canary is rolled out, though nobody said that it is meant',
    (facts) => ({ ...facts, scenario: { ...facts.scenario, older: 'unsaid' } }),
    'the canary is the older version',
  ],
  [
    '3: a weight that is no step is left without a gate',
    (facts) => ({
      ...facts,
      scenario: { ...facts.scenario, gate: 'command' },
      history: facts.history.map((made, index) =>
        index === 0 ? { ...made, split: { [facts.canary]: 3, [facts.stable]: 97 } } : made,
      ),
    }),
    'asked no gate',
  ],
  [
    '4: an answer that told nothing is called "nothing"',
    (facts) => withMain(facts, (run) => ({ log: `${run.log}\nLive now: nothing` })),
    'Live now: nothing',
  ],
  ['5: failed, though the write is live', (facts) => withOutputs(facts, { changed: 'false' }), 'changed: false'],
  [
    '6: left alone, though ours is what is live',
    (facts) =>
      says(facts, `Somebody else deployed meanwhile: production serves ${facts.stable}=100. It was left alone.`),
    'It was left alone',
  ],
  [
    '7: an Undo that does not lead back',
    (facts) =>
      withMain(facts, (run) => ({
        summary: run.summary.replace(/(\*\*Undo:\*\*.*?versions: )[\d=,]+/, `$1${facts.other}=100`),
      })),
    'is not what was live before',
  ],
  [
    '8: cancelled, though nobody sent a signal',
    (facts) => says(facts, `The rollout was cancelled: SIGINT. Now production serves ${facts.canary}=100.`),
    'nobody sent a signal',
  ],
  ['8: a gate failed that there is not', (facts) => says(facts, 'The gate failed: 3 of 3.'), 'no gate could fail'],
  [
    '9: another deployment was live before',
    (facts) => withOutputs(facts, { 'previous-deployment-id': '1795563563000000001' }),
    'previous-deployment-id',
  ],
  ['10: a token as an id', (facts) => withOutputs(facts, { 'request-id': 'CAIS-session-token' }), 'session token'],
  ['exit code', (facts) => withMain(facts, () => ({ exitCode: 1 })), 'exit code 1'],
  ['outcome', (facts) => withOutputs(facts, { outcome: 'rolled-back' }), 'the stable does not serve alone'],
  ['drifted while ours is live', (facts) => withOutputs(facts, { outcome: 'drifted' }), 'nobody else has deployed'],
  ['versions', (facts) => withOutputs(facts, { versions: `${facts.stable}=100` }), 'versions:'],
  ['deployment-id', (facts) => withOutputs(facts, { 'deployment-id': '1' }), 'deployment-id: 1 is not live'],
  ['previous', (facts) => withOutputs(facts, { 'previous-versions': `${facts.other}=100` }), 'previous-versions'],
  [
    'the table',
    (facts) =>
      withMain(facts, (run) => ({
        summary: run.summary.replace(
          '| 0&nbsp;% | 100&nbsp;% | **100&nbsp;%** |',
          '| 0&nbsp;% | 100&nbsp;% | **99&nbsp;%** |',
        ),
      })),
    'the table\'s "now"',
  ],
  [
    'the highest weight',
    (facts) =>
      withMain(facts, (run) => ({
        summary: run.summary.replace('| 0&nbsp;% | 100&nbsp;% |', '| 0&nbsp;% | 99&nbsp;% |'),
      })),
    'the table\'s "highest"',
  ],
  [
    'the first line',
    (facts) => withMain(facts, (run) => ({ summary: run.summary.replace(facts.canary, facts.stable) })),
    'the first lines: ',
  ],
  [
    'the first line, of what nobody read',
    (facts) => withMain(facts, (run) => ({ requests: run.requests.filter(({ index }) => index <= lastWrite(run)) })),
    'no look was answered after the last write',
  ],
  [
    'no word on what to do',
    (facts) => withMain(facts, (run) => ({ summary: run.summary.replace('**What to do:**', '') })),
    'they do not say what to do',
  ],
  [
    'a step that somebody else is said to have ended',
    (facts) =>
      withMain(facts, (run) => ({ summary: run.summary.replace('✅ passed |', '⏭️ ended by somebody else |') })),
    'but nobody else did',
  ],
  [
    'a step that is said to have been sent in vain',
    (facts) => withMain(facts, (run) => ({ summary: run.summary.replace('✅ passed |', 'sent, and not shown |') })),
    'but it was shown',
  ],
  [
    'more than it is said to have had at most',
    (facts) =>
      withMain(facts, (run) => ({
        summary: run.summary.replace(/It took the place .*? in /, 'It had 0 % at most, for 1s in all. '),
      })),
    'which is more than 0 %',
  ],
  [
    'a step',
    (facts) => withMain(facts, (run) => ({ summary: run.summary.replace('✅ passed |', '⏪ rolled back |') })),
    'the steps table',
  ],
  ['a write that was not', (facts) => says(facts, 'Nothing was written.'), 'a write of this run took effect'],
  ['a sentence that nobody judges', (facts) => says(facts, 'Everything is live everywhere.'), 'nobody judges'],
];

test.each(LIES)('a lie is found: %s', (_, lie, found) => {
  expect(untruths(lie(plain)).join('\n')).toContain(found);
});
