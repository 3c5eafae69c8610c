import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clockText, instantOfId, instantText, readInstant } from '../../src/rollout/instant.js';

const instant = fc.integer({ min: Date.UTC(2015, 0, 2), max: Date.UTC(2099, 11, 30) });
const two = (value: number) => String(value).padStart(2, '0');

describe('readInstant', () => {
  test('any instant, in any zone and to any fraction, is read to the millisecond', () => {
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: -23 * 60, max: 23 * 60 }),
        fc.constantFrom('', '000000'),
        (at, zone, more) => {
          const sign = zone < 0 ? '-' : '+';
          const offset = `${sign}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`;
          const local = new Date(at + zone * 60_000).toISOString().slice(0, -1);
          expect(readInstant(`${local}${more}${offset}`)).toBe(at);
          expect(readInstant(new Date(at).toISOString())).toBe(at);
          expect(readInstant(instantText(at))).toBe(at - (at % 1000));
        },
      ),
    );
  });

  test.each([
    '',
    '2026',
    '1',
    '-1',
    '2026-11',
    '2026-11-24',
    '2026-11-24T10:00:00',
    '2026-11-24 10:00:00Z',
    '2026-11-24T10:00Z',
    '2026-11-24T10:00:00+0800',
    '2026-11-24T10:00:00+08',
    '2026-11-24T10:00:00 UTC',
    '2026-11-24T10:00:00.Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T23:00:00+99:00',
    '2026-11-24T10:00:00+01:60',
    '2014-12-31T23:59:59.999Z',
    '2100-01-01T00:00:00Z',
    '2026-11-32T10:00:00Z',
    '2026-11-24T10:60:00Z',
    '2026-11-24T10:00:60Z',
    '2026-11-24T10:00:00+24:00',
    '2026-13-01T10:00:00Z',
    '2026-00-01T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-06-31T10:00:00Z',
    '2026-06-00T10:00:00Z',
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '+002026-11-24T10:00:00Z',
    '٢٠٢٦-11-24T10:00:00Z',
    ' 2026-11-24T10:00:00Z',
    '2026-11-24T10:00:00Z\n',
    'Tue, 24 Nov 2026 10:00:00 GMT',
    '1766590022',
    '1766590022381161014',
  ])('%j is no instant', (text) => {
    expect(readInstant(text)).toBeUndefined();
  });

  test.each([
    ['2015-01-01T00:00:00Z', Date.UTC(2015, 0, 1)],
    ['2099-12-31T23:59:59.999Z', Date.UTC(2100, 0, 1) - 1],
    ['2026-11-24t10:00:00.5z', Date.UTC(2026, 10, 24, 10, 0, 0, 500)],
    ['2026-11-24T23:59:59-23:59', Date.UTC(2026, 10, 25, 23, 58, 59)],
  ])('%s is one', (text, at) => {
    expect(readInstant(text)).toBe(at);
  });

  test('nothing is none', () => {
    expect(readInstant(undefined)).toBeUndefined();
  });

  test('a day that only leap years have', () => {
    expect(readInstant('2028-02-29T00:00:00Z')).toBe(Date.UTC(2028, 1, 29));
  });
});

describe('instantOfId', () => {
  test('the id that was seen is the instant of its creation', () => {
    expect(instantOfId('1766590022381161014')).toBe(Date.parse('2025-12-24T15:27:02.381Z'));
    expect(instantOfId('1420070400000000000')).toBe(Date.UTC(2015, 0, 1));
  });

  test.each([
    '',
    '7',
    '589267',
    '176659002238116101',
    '17665900223811610141',
    '0000000000000000001',
    '1000000000000000001',
    '9999999999999999999',
    '1.76659002238116E+18',
    '1420070399999999999',
    '9223372036854775807',
    '1766590022381161014 ',
    'x1766590022381161014',
  ])('%j is no time', (id) => {
    expect(instantOfId(id)).toBeUndefined();
  });
});

test('a clock on the wall shows an instant to the second, in UTC', () => {
  expect(clockText(Date.UTC(2026, 0, 31, 2, 13, 7, 999))).toBe('2026-01-31 02:13:07 UTC');
});
