import { beforeAll, expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { PLAIN, swap, withMain, withOutputs } from '../support/chaos/planting.js';
import { play } from '../support/chaos/play.js';
import { STORIES } from '../support/chaos/stories.js';
import type { Facts } from '../support/chaos/truth.js';

/** Lies about somebody else who goes on with a rollout, or ends it. The truth passes, as that of every story does. */
type Story = 'moved' | 'promoted' | 'aborted';
const told = {} as Record<Story, Facts>;

beforeAll(async () => {
  for (const name of ['moved', 'promoted', 'aborted'] as const) told[name] = await play({ ...PLAIN, ...STORIES[name] });
}, 60_000);

const outcomeOf = (facts: Facts) => facts.runs.find((run) => run.name === 'main')?.outputs['outcome'];

test('the stories are what they are told as', () => {
  expect(outcomeOf(told.moved)).toBe('promoted');
  expect(told.moved.runs[0]?.log).toContain('Somebody else moved the canary to 85 %: adopted, and bakes for');
  expect(outcomeOf(told.promoted)).toBe('promoted');
  expect(told.promoted.runs[0]?.outputs['reason']).toContain('Somebody else promoted the canary');
  expect(outcomeOf(told.aborted)).toBe('rolled-back');
  expect(told.aborted.runs[0]?.outputs['reason']).toContain('Somebody else restored the stable');
});

const LIES: readonly (readonly [item: string, story: Story, lie: (facts: Facts) => Facts, found: string])[] = [
  [
    '12: another step was adopted',
    'moved',
    (facts) => swap(facts, /canary to 85 %/, 'canary to 50 %'),
    'nobody else gave it',
  ],
  [
    '12: the table gives a step of its own to somebody else',
    'moved',
    (facts) => swap(facts, /ended by somebody else \|/, 'passed, moved there by somebody else |'),
    'nobody else moved it there',
  ],
  [
    '12: it bakes for another time',
    'moved',
    (facts) => swap(facts, /bakes for 60ms from/, 'bakes for 5m from'),
    'bakes for 60 ms',
  ],
  [
    '12: a step up is called drift',
    'moved',
    (facts) => {
      const requests = (run: Facts['runs'][number]) => {
        const next = run.requests.findIndex(
          ({ action }, index) => action === 'CreateRoutineCodeDeployment' && index > 5,
        );
        return run.requests.slice(0, next);
      };
      return withMain(withOutputs(facts, { outcome: 'drifted' }), (run) => ({ requests: requests(run), exitCode: 1 }));
    },
    'it was a step up, and no drift',
  ],
  [
    '12: who promoted it is not told',
    'promoted',
    (facts) => withOutputs(facts, { reason: 'It went well.' }),
    'and a read had shown it',
  ],
  [
    '12: somebody promoted what the run itself did',
    'moved',
    (facts) =>
      withOutputs(facts, {
        reason: `Somebody else promoted the canary: production serves ${facts.canary}=100. It was left alone.`,
      }),
    'nobody else did',
  ],
  [
    '12: who put the stable back is not told',
    'aborted',
    (facts) => withOutputs(facts, { reason: 'It was taken back.' }),
    'this run never wrote the stable',
  ],
];

test.each(LIES)('a lie is found: %s (%s)', (_, story, lie, found) => {
  expect(untruths(lie(told[story])).join('\n')).toContain(found);
});
