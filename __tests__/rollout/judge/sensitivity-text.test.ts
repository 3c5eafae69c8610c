import { expect, test } from '@jest/globals';
import { sensitivityLines, unseenSteps } from '../../../src/rollout/judge/sensitivity-text.js';
import { GATE as WITHOUT_URLS } from '../../support/rollout/builders.js';

const GATE = { ...WITHOUT_URLS, urls: 1 };
const MINUTE = 60_000;
const STEPS = [
  { weight: 5, bake: 5 * MINUTE },
  { weight: 25, bake: 10 * MINUTE },
  { weight: 100, bake: 5 * MINUTE },
];
const MARKED = { ...GATE, mark: 'x-commit' };

test('the load and what is seen, in words', () => {
  expect(sensitivityLines(MARKED, STEPS)).toEqual([
    'The gate sends 59 requests at 5 %, 44 at 25 %, 11 at 100 %, every 15s: at most 236 a minute, and 30 at once.',
    'It expects about 59 answers of the canary at 5 %, 440 at 25 %, 220 at 100 %.',
    'A canary that fails 15 % of its requests is caught with 95 % probability by the end of 5 %, one that fails 5 % by the end of 25 %, one that fails 8 % by the end of 100 %.',
    'Failures without `x-commit`, as of code that throws, take more to be caught.',
    'One with 99 % healthy answers is stopped in less than 1 of 100 rollouts.',
  ]);
});

test('failures that do not carry the header are told apart where there is something to tell', () => {
  const told = (gate: typeof GATE, steps: typeof STEPS) =>
    sensitivityLines(gate, steps).join(' ').includes('Failures without');
  expect([told(MARKED, STEPS), told(GATE, STEPS), told(MARKED, STEPS.slice(-1))]).toEqual([true, false, false]);
});

test('in observe mode nothing is stopped', () => {
  expect(sensitivityLines({ ...MARKED, mode: 'observe' }, STEPS).at(-1)).toBe(
    'One with 99 % healthy answers would be stopped in less than 1 of 100 rollouts.',
  );
});

test('nothing where no URL is asked', () => {
  expect(sensitivityLines({ ...GATE, urls: 0 }, STEPS)).toEqual([]);
  expect(unseenSteps(undefined, STEPS)).toEqual([]);
});

test('where even a dead canary would go unseen, and the remedy', () => {
  expect(unseenSteps(GATE, [{ weight: 1, bake: MINUTE }])).toEqual([
    'At 1 % even a canary that fails always would go unseen: its failures hide in the 1 % that may fail. Name what tells the versions apart in `gate-version-header`, or begin with a higher weight.',
  ]);
  expect(unseenSteps({ ...MARKED, successRate: 50, interval: MINUTE }, [{ weight: 1, bake: MINUTE }])).toEqual([
    'At 1 % even a canary that fails always may go unseen: too few answers are expected. Bake longer, or check more often by `gate-interval`.',
  ]);
  expect(unseenSteps(MARKED, STEPS)).toEqual([]);
});
