import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { VersionDetails } from '../../../src/rollout/model.js';
import { pruning, type Stock, YOUNGEST } from '../../../src/rollout/upload/pruning.js';

const now = Date.UTC(2026, 10, 26);
const version = (id: string, age: number | undefined): VersionDetails => ({
  version: id,
  description: undefined,
  createdAt: age === undefined ? undefined : new Date(now - age).toISOString(),
  status: 'Available',
  boundTo: undefined,
  commit: undefined,
});
const HOUR = 3_600_000;
const stock = (more: Partial<Stock> = {}): Stock => ({
  versions: [version('4', 2 * HOUR), version('3', 3 * HOUR), version('2', 4 * HOUR), version('1', 5 * HOUR)],
  complete: true,
  live: new Set(),
  spared: new Set(),
  now,
  ...more,
});
const removed = (given: Stock, keep: number) => pruning(given, keep).remove.map((one) => one.version);

test('an hour is young', () => expect(YOUNGEST).toBe(HOUR));

describe('what goes', () => {
  test('is the oldest, so many that the new one has room', () => {
    expect(removed(stock(), 5)).toEqual([]);
    expect(removed(stock(), 4)).toEqual(['1']);
    expect(removed(stock(), 3)).toEqual(['1', '2']);
    expect(removed(stock(), 1)).toEqual(['1', '2', '3', '4']);
  });

  test('is told by ids where two were made in the same second', () => {
    const versions = ['100', '99', '102', '101', '98'].map((id) => version(id, 5 * HOUR));
    expect(removed(stock({ versions }), 1)).toEqual(['98', '99', '100', '101', '102']);
  });

  test('is nothing live, nothing that is spared, and nothing that is young or of unknown age', () => {
    const versions = [
      version('unstable', 9 * HOUR),
      version('7x', 9 * HOUR),
      version('x7', 9 * HOUR),
      version('6', undefined),
      version('5', YOUNGEST - 1),
      version('4', YOUNGEST),
      version('3', 3 * HOUR),
      version('2', 4 * HOUR),
    ];
    const given = stock({ versions, live: new Set(['2']), spared: new Set(['3']) });
    expect(pruning(given, 1)).toMatchObject({ remove: [{ version: '4' }], short: 4 });
  });

  test('is nothing where the oldest are not listed, or nobody knows what a way back needs', () => {
    expect(pruning(stock({ complete: false }), 2)).toEqual({ remove: [], short: 3, unknown: 'oldest' });
    expect(pruning(stock({ spared: undefined }), 2)).toEqual({ remove: [], short: 3, unknown: 'needed' });
  });

  test('is none too many where the service lists code that was saved and is no version', () => {
    const { versions } = stock();
    expect(removed(stock({ versions: [version('unstable', HOUR), ...versions] }), 5)).toEqual([]);
  });
});

test('never goes what must stay, nor more than asked', () => {
  const ages = fc.array(fc.option(fc.nat(10 * HOUR), { nil: undefined }), { maxLength: 40 });
  const chosen = fc.array(fc.nat(40), { maxLength: 5 });
  fc.assert(
    fc.property(ages, chosen, chosen, fc.integer({ min: 1, max: 45 }), (born, live, spared, keep) => {
      const versions = born.map((age, index) => version(String(index), age));
      const given = stock({ versions, live: new Set(live.map(String)), spared: new Set(spared.map(String)) });
      const { remove, short } = pruning(given, keep);
      expect(remove.length + short).toBe(Math.max(0, versions.length + 1 - keep));
      for (const { version: id, createdAt } of remove) {
        expect(given.live.has(id) || given.spared?.has(id)).toBe(false);
        expect(now - Date.parse(createdAt ?? '')).toBeGreaterThanOrEqual(YOUNGEST);
      }
      const stays = versions.filter((one) => !remove.includes(one) && one.createdAt !== undefined);
      const allowed = stays.filter(
        ({ version: id, createdAt }) =>
          !given.live.has(id) && !given.spared?.has(id) && now - Date.parse(createdAt ?? '') >= YOUNGEST,
      );
      const youngest = Math.max(...remove.map(({ createdAt }) => Date.parse(createdAt ?? '')));
      for (const one of allowed) expect(Date.parse(one.createdAt ?? '')).toBeGreaterThanOrEqual(youngest);
    }),
  );
});
