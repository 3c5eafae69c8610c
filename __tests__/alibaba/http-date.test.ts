import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readHttpDate } from '../../src/alibaba/http-date.js';

test('any date, as a server writes it, is read to the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2099, 0, 1) / 1000 }), (seconds) => {
      expect(readHttpDate(new Date(seconds * 1000).toUTCString())).toBe(seconds * 1000);
    }),
  );
});

test.each([
  undefined,
  '',
  '1',
  '2026',
  '2026-11-24T10:00:00Z',
  'Mon, 24 Nov 2026 10:00:00 GMT',
  'Tue, 24 Nov 2026 10:00:00',
  'Tue, 24 Nov 2026 10:00:00 +0000',
  'Tue, 24 Nov 2026 25:00:00 GMT',
  'Tue, 31 Nov 2026 10:00:00 GMT',
  'Tue, 4 Nov 2026 10:00:00 GMT',
  'Tuesday, 24-Nov-26 10:00:00 GMT',
  'Tue Nov 24 10:00:00 2026',
])('%j is no HTTP-date', (text) => {
  expect(readHttpDate(text)).toBeUndefined();
});
