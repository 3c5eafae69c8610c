import { expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import { HALF_OF_THE_WALKS, randomWalks } from '../../support/rollout/random-walks.js';

test('every run ends, tells the truth and keeps the rules, whatever happens', () => {
  expect(randomWalks(decide, HALF_OF_THE_WALKS)).toBeGreaterThanOrEqual(HALF_OF_THE_WALKS);
}, 600_000);
