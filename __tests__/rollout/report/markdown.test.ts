import { expect, test } from '@jest/globals';
import { list, row } from '../../../src/rollout/report/markdown.js';

test('a list has a line an item, and a table a line a row', () => {
  expect(list(['a', 'b'])).toBe('- a\n- b');
  expect(list([])).toBe('');
  expect(row(['a', '', 'b'])).toBe('| a |  | b |');
});
