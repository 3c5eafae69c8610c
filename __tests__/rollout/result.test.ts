import { expect, test } from '@jest/globals';
import { failed, succeeded } from '../../src/rollout/result.js';

test('a result is a value or an error, told apart by `ok`', () => {
  expect(succeeded(7)).toEqual({ ok: true, value: 7 });
  expect(failed('why')).toEqual({ ok: false, error: 'why' });
});
