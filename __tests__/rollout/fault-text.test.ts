import { expect, test } from '@jest/globals';
import { faultText } from '../../src/rollout/fault-text.js';
import { fault } from '../support/rollout/builders.js';

test.each([
  [fault(), 'Forbidden (RequestId F): No!'],
  [fault({ requestId: '' }), 'Forbidden: No!'],
  [fault({ message: '' }), 'Forbidden (RequestId F)'],
  [fault({ message: 'No way. ' }), 'Forbidden (RequestId F): No way'],
])('a fault as text, without a full stop: %#', (one, text) => {
  expect(faultText(one)).toBe(text);
});
