import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { healthOf, isHopeless, verdict } from '../../../src/rollout/decide/judge.js';
import type { Measurement } from '../../../src/rollout/model.js';

const GATE = { successRate: 99, interval: 1_000 };
const seen = (good: number, bad: number, unknown = 0, source: Measurement['source'] = 'gate-url'): Measurement => ({
  source,
  good,
  bad,
  unknown,
  share: undefined,
  failures: [],
});

describe('the verdict', () => {
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
