import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { healthOf, isHopeless, sampleSize, verdict } from '../../../src/rollout/decide/judge.js';
import type { Measurement } from '../../../src/rollout/model.js';
import { measurement } from '../../support/rollout/builders.js';

const GATE = { successRate: 99, interval: 1_000 };
const seen = (good: number, bad: number, unknown = 0, source: Measurement['source'] = 'gate-url'): Measurement =>
  measurement(good, bad, { unknown, source });

test.each([
  [1, 299],
  [5, 59],
  [10, 29],
  [50, 5],
  [99, 1],
  [100, 1],
])('at %d %% a check takes %d requests to hit the canary', (weight, requests) => {
  expect(sampleSize(weight)).toBe(requests);
});

test.each([
  [99, 1, 'good'],
  [98, 2, 'bad'],
  [0, 0, 'inconclusive'],
  [0, 1, 'bad'],
  [2, 2, 'bad'],
])('a check of %d good and %d bad is %s', (good, bad, health) => {
  expect(healthOf(GATE, seen(good, bad, 7))).toBe(health);
});

describe('the verdict', () => {
  const failure = { target: 'http://x', seen: 'HTTP 500', took: 5, version: undefined };
  const byCommand = seen(0, 0, 1, 'gate-command');

  test.each<[string, Measurement[], boolean, object]>([
    ['nothing yet', [], false, { kind: 'pending' }],
    ['good so far', [seen(9, 0)], false, { kind: 'pending' }],
    [
      'good',
      [seen(9, 0), seen(0, 0, 9), seen(8, 0)],
      true,
      { kind: 'healthy', why: '2 of 3 checks were good, none was bad' },
    ],
    ['no check', [], true, { kind: 'inconclusive', why: 'no check was made' }],
    [
      'none that measured',
      [seen(9, 0), byCommand, byCommand],
      true,
      { kind: 'inconclusive', why: 'none of 2 checks by gate-command could measure the canary' },
    ],
    [
      'bad',
      [seen(9, 0), seen(7, 2)],
      false,
      { kind: 'unhealthy', why: '7 of 9 answers were healthy, 99 % are asked for' },
    ],
    [
      'bad, and what was seen first',
      [measurement(7, 2, { failures: [failure, { ...failure, seen: 'HTTP 502' }] })],
      true,
      { kind: 'unhealthy', why: '7 of 9 answers were healthy, 99 % are asked for, the first HTTP 500 from http://x' },
    ],
  ])('%s', (_name, measurements, baked, told) => {
    expect(verdict(GATE, measurements, baked)).toEqual(told);
  });

  test('without a gate time alone decides', () => {
    expect(verdict(undefined, [seen(0, 9)], false)).toEqual({ kind: 'pending' });
    expect(verdict(undefined, [seen(0, 9)], true)).toEqual({ kind: 'healthy', why: 'there is no gate' });
  });

  test('one bad check is enough, before the bake is over', () => {
    expect(verdict(GATE, [seen(10, 0), seen(98, 2)], false).kind).toBe('unhealthy');
    expect(verdict(GATE, [seen(99, 1)], false).kind).toBe('pending');
  });

  test('silence is never success, and never failure', () => {
    expect(verdict(GATE, [], true).kind).toBe('inconclusive');
    expect(verdict(GATE, [seen(0, 0, 50)], true).kind).toBe('inconclusive');
    expect(verdict(GATE, [seen(0, 0, 50), seen(1, 0)], true).kind).toBe('healthy');
  });

  test('each source needs a good measurement of its own', () => {
    const command = seen(0, 0, 1, 'gate-command');
    expect(verdict(GATE, [seen(5, 0), command], true)).toMatchObject({
      kind: 'inconclusive',
      why: expect.stringContaining('gate-command'),
    });
    expect(verdict(GATE, [seen(5, 0), command, seen(1, 0, 0, 'gate-command')], true).kind).toBe('healthy');
  });

  test('what could not be measured moves nothing', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.nat(300), (good, bad, unknown) => {
        expect(healthOf(GATE, seen(good, bad, unknown))).toBe(healthOf(GATE, seen(good, bad)));
      }),
    );
  });

  test('hopeless exactly when no outcome of the rest could still be good', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(300),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (sample, bad, successRate) => {
          fc.pre(bad <= sample);
          const gate = { successRate, interval: 1 };
          expect(isHopeless(gate, bad, sample)).toBe(healthOf(gate, seen(sample - bad, bad)) === 'bad');
        },
      ),
    );
  });
});
