import { describe, expect, test } from '@jest/globals';
import { patternOf } from '../../contract/chance.js';
import { randomFrom } from '../../emulator/chance.js';

const sequence = (size: number, isA: (index: number) => boolean) =>
  Array.from({ length: size }, (_, index) => (isA(index) ? ('a' as const) : ('b' as const)));

test('chance is taken for something else in less than 1 of 1,000 tests', () => {
  let wrong = 0;
  for (let seed = 0; seed < 5_000; seed += 1) {
    const random = randomFrom(seed);
    if (patternOf(sequence(200, () => random() < 0.5)) !== 'by chance') wrong += 1;
  }
  expect(wrong).toBeLessThanOrEqual(5);
});

describe('what is not chance is found out, whatever the seed', () => {
  test.each([
    ['always the same', () => sequence(200, () => true)],
    ['in turn', () => sequence(200, (index) => index % 2 === 0)],
    ['in long runs', () => sequence(200, (index) => Math.floor(index / 10) % 2 === 0)],
    ['too few answers', () => sequence(49, (index) => index % 3 === 0)],
  ])('%s', (pattern, make) => {
    expect(patternOf(make())).toBe(pattern);
  });

  test.each([1, 2, 3, 4, 5])('not by the weights (%i)', (seed) => {
    const random = randomFrom(seed);
    expect(patternOf(sequence(200, () => random() < 0.9))).toBe('not by the weights');
  });

  test.each([1, 2, 3, 4, 5])('one that changes its mind once in ten (%i)', (seed) => {
    const random = randomFrom(seed);
    let isA = true;
    expect(
      patternOf(
        sequence(200, () => {
          if (random() < 0.1) isA = !isA;
          return isA;
        }),
      ),
    ).toBe('in long runs');
  });
});
