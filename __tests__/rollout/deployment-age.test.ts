import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ageOf, clockOf } from '../../src/rollout/deployment-age.js';
import { instantText } from '../../src/rollout/instant.js';

const NOW = Date.UTC(2026, 10, 25);
const MINUTE = 60_000;
const text = (ago: number) => instantText(NOW - ago);
const id = (ago: number) => String(BigInt(NOW - ago) * 1_000_000n + 7n);
const live = (deployedAt: string | undefined, deploymentId = '', answeredAt?: string) => ({
  kind: 'serving' as const,
  deploymentId,
  deployedAt,
  ...(answeredAt !== undefined && { answeredAt }),
  split: [{ version: '1', weight: 100 }] as const,
  details: [],
});

describe('the age of what is live', () => {
  test('is what lies between its creation and the clock of the service, whatever the runner shows', () => {
    fc.assert(
      fc.property(fc.nat(30 * 24 * 3600), fc.integer({ min: -890, max: 890 }), (seconds, off) => {
        const at = live(text(seconds * 1000), id(seconds * 1000), text(0));
        expect(ageOf(at, NOW + off * 1000)).toEqual({ ok: true, value: seconds * 1000 });
      }),
    );
  });

  test('is counted by the runner where the service tells no clock', () => {
    expect(ageOf(live(text(MINUTE)), NOW)).toEqual({ ok: true, value: MINUTE });
    expect(ageOf(live(text(MINUTE), '', 'soon'), NOW)).toEqual({ ok: true, value: MINUTE });
  });

  test('an id that is no time is no witness', () => {
    expect(ageOf(live(text(MINUTE), '589267'), NOW)).toMatchObject({ ok: true });
  });

  test('a few seconds of skew are no age below zero', () => {
    expect(ageOf(live(text(-4_000)), NOW)).toEqual({ ok: true, value: 0 });
    expect(ageOf(live(text(-5_000)), NOW)).toEqual({ ok: true, value: 0 });
  });

  test('two witnesses within five minutes agree', () => {
    const created = (apart: number) => ageOf(live(text(3_600_000), `${NOW - 3_600_000 - apart}000000`), NOW);
    expect(created(5 * MINUTE)).toMatchObject({ ok: true });
    expect(created(5 * MINUTE + 1)).toMatchObject({ ok: false });
  });

  test('clocks within a quarter of an hour agree', () => {
    expect(ageOf(live(text(7_200_000), '', text(15 * MINUTE)), NOW)).toMatchObject({ ok: true });
    expect(ageOf(live(text(7_200_000), '', text(15 * MINUTE + 1_000)), NOW)).toMatchObject({ ok: false });
  });

  test.each([
    ['nothing is told', live(undefined, id(MINUTE)), 'does not say since when'],
    ['a time without a zone', live('2026-11-24T10:00:00'), 'that is no instant'],
    ['a year', live('2026', id(MINUTE)), 'the service says "2026"'],
    ['witnesses that differ', live(text(3_600_000), id(MINUTE)), "from the deployment's id"],
    ['the other way round', live(text(MINUTE), id(3_600_000)), "from the deployment's id"],
    ['a time to come', live(text(-60_000)), 'yet to come'],
    ['a time to come by the clock of the service', live(text(MINUTE), '', text(5 * MINUTE)), 'yet to come'],
    ['clocks that are too far apart', live(text(7_200_000), '', text(-3_600_000)), 'more than 15m apart'],
  ])('%s: unknown', (_name, at, why) => {
    expect(ageOf(at, NOW)).toEqual({ ok: false, error: expect.stringContaining(why) });
  });
});

test('now is what the service says, and the runner where that is nothing', () => {
  expect(clockOf(live(undefined, '', text(MINUTE)), NOW)).toBe(NOW - MINUTE);
  for (const told of [live(undefined), live(undefined, '', 'noon'), { kind: 'nothing' } as const])
    expect(clockOf(told, NOW)).toBe(NOW);
});
