import { describe, expect, test } from '@jest/globals';
import { rollbackFailed, stopped, unreadable } from '../../../src/rollout/decide/abort-conclusions.js';
import { arrived, drifted, finish, stillBaking } from '../../../src/rollout/decide/conclusions.js';
import { promotedByOthers, rolledBackByOthers } from '../../../src/rollout/decide/move-conclusions.js';
import type { Abort } from '../../../src/rollout/decide/state.js';
import type { Command } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  fault,
  LOST,
  NOTHING,
  read,
  refused,
  rolloutPlan,
  serving,
} from '../../support/rollout/builders.js';
import { wholeConclusion } from '../../support/rollout/concluded.js';
import { live, OLD, PLAN, SPLIT, STEPS, state, THEIRS, TICK } from '../../support/rollout/two-steps.js';

/** What the summary gives as the reason: without what is live, which it has told by then. */

const BROKEN = fault({ operation: 'GetRoutine', code: 'Down', message: '', requestId: '' });
const FIVE = { split: at(5), weight: 5, bake: 60_000 };
const bad: Abort = { why: 'unhealthy', how: 'rollback', sentence: '3 of 3 failed' };

const back = [...live(5), accepted(4, at(0), '9'), read(5, serving(9, at(0)))];

test.each<[string, Command, string]>([
  ['deployed', arrived(state(SPLIT, ...live(10))), '`versions` asked for it.'],
  [
    'deployed, and the answer named another',
    arrived(state(SPLIT, accepted(2, at(10), '6'), read(3, serving(7, at(10))))),
    '`versions` asked for it (the write was answered with 6).',
  ],
  ['promoted', arrived(state(PLAN, ...live(100))), 'The last step is 100 %, and those before it held.'],
  [
    'promoted at once',
    arrived(state({ ...PLAN, before: NOTHING, stable: undefined }, ...live(100))),
    'Nothing was live before, so it went there at once.',
  ],
  ['paused', arrived(state(PLAN, ...live(5))), 'The last step held.'],
  ['baking', stillBaking(state(PLAN, ...live(5)), FIVE, 60_002), 'It bakes for 1m more.'],
  [
    'drifted',
    drifted(state(PLAN, ...live(5), read(4, THEIRS))),
    'Somebody else deployed meanwhile. It was left alone.',
  ],
  [
    'drifted, and written over',
    drifted(state(PLAN, accepted(2, at(5), '7'), read(3, THEIRS), read(4, serving(7, at(5))))),
    "Somebody else deployed meanwhile. What somebody else deployed, 3=100 (deployment 8), was written over: this run's own write was under way already.",
  ],
  [
    'a split that was cancelled',
    stopped(state(SPLIT, read(1, OLD)), { ...bad, why: 'cancelled' }),
    'Cancelled before anything was written.',
  ],
  [
    'a split that failed',
    stopped(state(SPLIT, refused(2, at(10)), read(3, OLD)), { ...bad, sentence: 'It failed' }),
    'It failed.',
  ],
  [
    'a split that never showed',
    stopped(state(SPLIT, accepted(0, at(10), '7', 'R'), read(2_000, OLD)), bad),
    'The service accepted 2=10,1=90 (RequestId R), and did not show it 2 s later. It may still show.',
  ],
  ['held', stopped(state(PLAN, ...live(5)), bad), 'The gate failed: 3 of 3 failed.'],
  ['rolled back', stopped(state(PLAN, ...back), bad), 'The gate failed: 3 of 3 failed.'],
  [
    'rolled back, and a write is on its way',
    stopped(state(PLAN, read(1, OLD), refused(2, at(5), LOST), read(3, OLD)), bad),
    "The gate failed: 3 of 3 failed. Of this run's own writes, whether 2=5,1=95 was deployed is unknown (ECONNRESET): it may still show.",
  ],
  [
    'a rollback that failed',
    rollbackFailed(state(PLAN, ...live(5)), bad, undefined),
    'The gate failed: 3 of 3 failed. The rollback failed too: it was accepted, but does not show.',
  ],
  ['blind', unreadable(state(PLAN, ...live(5)), BROKEN), 'What is live can no longer be read: Down.'],
  [
    'blind, and held',
    unreadable(state(rolloutPlan(STEPS, { onFailure: 'hold' }), ...live(5)), BROKEN),
    'What is live can no longer be read: Down. Nothing was rolled back.',
  ],
  ['blind, of a split', unreadable(state(SPLIT, ...live(10)), BROKEN), 'What is live can no longer be read: Down.'],
  [
    'promoted by others',
    promotedByOthers(state(PLAN, ...live(5), read(4, serving(8, at(100))))),
    'Somebody else promoted the canary, and it was left alone.',
  ],
  [
    'rolled back by others',
    rolledBackByOthers(state(PLAN, ...live(5), read(4, serving(8, at(0))))),
    'Somebody else restored the stable. No check had been made by then.',
  ],
])('%s', (_name, command, why) => {
  expect(wholeConclusion(command)).toMatchObject({ why });
});

describe('what the next run of a schedule does', () => {
  test.each<[string, Command, RegExp]>([
    ['begun', stillBaking(state(TICK, ...live(5)), FIVE, 60_002), /^It began, /],
    ['promoted', arrived(state(TICK, ...live(100))), /^Stop the schedule: /],
    ['rolled back', stopped(state(TICK, ...back), bad), /^Stop the schedule, or name another/],
    ['promoted by others', promotedByOthers(state(TICK, ...live(5))), /^Stop the schedule: /],
    ['rolled back by others', rolledBackByOthers(state(TICK, ...live(5))), /^Stop the schedule, or name another/],
  ])('%s: ends the reason, and is told apart', (_name, command, sentence) => {
    const { reason, nextRun = '', why } = wholeConclusion(command);
    expect(nextRun).toMatch(sentence);
    expect(reason.endsWith(` ${nextRun}`)).toBe(true);
    expect(why).not.toContain(nextRun);
  });

  test('is nothing where one run does it all', () => {
    for (const command of [arrived(state(PLAN, ...live(100))), stopped(state(PLAN, ...back), bad)])
      expect(wholeConclusion(command)).not.toHaveProperty('nextRun');
    expect(wholeConclusion(finish('held', 'So.', [], { nextRun: 'Then.' })).reason).toBe('So. Then.');
  });
});
