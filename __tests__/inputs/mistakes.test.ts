import { expect, test } from '@jest/globals';
import { someOfEach } from '../../src/inputs/mistakes.js';

const mistake = (input: string, message: string) => ({ input, message });

test('many mistakes in one input do not hide the one in another', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => mistake('steps', String(index)));
  const told = someOfEach([...many, mistake('wait', 'a'), mistake('region', 'b'), mistake('wait', 'c')], 5);
  expect(told).toEqual([
    mistake('steps', '0'),
    mistake('wait', 'a'),
    mistake('region', 'b'),
    mistake('steps', '1'),
    mistake('wait', 'c'),
  ]);
});

test('few are told all', () => {
  const few = [mistake('steps', '0'), mistake('wait', 'a')];
  expect(someOfEach(few, 5)).toEqual(few);
});
