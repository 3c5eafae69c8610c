import { describe, expect, test } from '@jest/globals';
import { type Check, judge, type Verdict } from '../../../src/rollout/judge/verdict.js';
import type { Counts, Measurement } from '../../../src/rollout/model.js';
import { GATE, measurement } from '../../support/rollout/builders.js';

const failure = { target: 'http://x', seen: 'HTTP 500', took: 5, version: undefined };
const check = (good: number, bad: number, more: Partial<Measurement> = {}, weight = 5): Check => ({
  ...measurement(good, bad, more),
  weight,
});
const beside = (good: number, bad: number, stable: readonly [number, number], more: Partial<Measurement> = {}) =>
  check(good, bad, { stable: { good: stable[0], bad: stable[1] }, ...more });
const command = (good: number, bad: number, unknown = 0) => check(good, bad, { source: 'gate-command', unknown });
const counted = (good: number, bad: number, stable?: readonly [number, number]) =>
  check(good, bad, { source: 'gate-command', since: 'check', stable: stable && { good: stable[0], bad: stable[1] } });
const on = (checks: readonly Check[], isOver = false, gate = GATE): Verdict =>
  judge(gate, { all: checks, here: checks }, isOver);
const MARKED = { ...GATE, mark: 'x-commit' };
const CHANCE = 'A canary with 99 % healthy answers fails like that by chance in less than 1 of 100 rollouts';

describe('why', () => {
  test.each<[string, readonly Check[], string]>([
    [
      'both are counted side by side',
      [beside(0, 3, [56, 0], { failures: [failure] })],
      `3 of 3 answers of the canary failed, and 0 of 56 of the stable; the first was HTTP 500 from \`http://x\`. ${CHANCE}`,
    ],
    [
      'what names no version, too',
      Array.from({ length: 4 }, () => beside(0, 0, [56, 0], { cut: 3 })),
      `12 requests failed and named no version, and count as the canary's: it gave 0 of 224 answers, where about 11 were expected; of those that named theirs, the canary gave no answer, and 0 of 224 answers of the stable failed. ${CHANCE}`,
    ],
    [
      'a stable that gave no answer',
      [beside(0, 3, [0, 0])],
      `3 of 3 answers of the canary failed, and the stable gave no answer. ${CHANCE}`,
    ],
    [
      'too few answers of the canary at every weight together',
      [beside(1, 0, [56, 0], { cut: 2 }), check(2, 0, { stable: { good: 18, bad: 0 }, cut: 20 }, 50)],
      `22 requests failed and named no version, and count as the canary's: it gave 3 of 77 answers, where about 13 were expected; of those that named theirs, 0 of 3 answers of the canary failed, and 0 of 74 of the stable. ${CHANCE}`,
    ],
    [
      'a command that counts both',
      [counted(0, 3, [56, 0])],
      `3 of 3 answers of the canary failed, and 0 of 56 of the stable. ${CHANCE}`,
    ],
    [
      'the first failure is one of the canary, or of what was cut',
      [
        beside(0, 0, [55, 1], { failures: [{ ...failure, seen: 'HTTP 503' }] }),
        beside(0, 3, [56, 0], { failures: [failure] }),
      ],
      `3 of 3 answers of the canary failed, and 1 of 112 of the stable; the first was HTTP 500 from \`http://x\`. ${CHANCE}`,
    ],
    ['or the canary alone', [counted(1, 3), counted(0, 3)], `6 of 7 answers of the canary failed. ${CHANCE}`],
    ['a command', [command(0, 1), command(0, 1)], `2 of 2 checks by \`gate-command\` failed. ${CHANCE}`],
  ])('%s', (_name, checks, why) => {
    expect(on(checks, false, MARKED)).toEqual({ kind: 'unhealthy', why });
  });

  /** Two hours at a check every 15 s, and then what is bad until it is found. */
  const late = (well: Check, bad: Check, before = 480, gate = MARKED): Verdict => {
    const checks = Array.from({ length: before }, () => well);
    for (let count = 0; count < 20; count += 1) {
      checks.push({ ...bad, canary: { ...bad.canary } });
      const verdict = on(checks, false, gate);
      if (verdict.kind !== 'pending') return verdict;
    }
    return { kind: 'pending' };
  };
  const half = (good: number, bad: number, stable: readonly [number, number], more: Partial<Measurement> = {}) =>
    check(good, bad, { stable: { good: stable[0], bad: stable[1] }, ...more }, 50);
  const old = half(10, 1, [11, 0], { failures: [{ ...failure, seen: 'HTTP 503' }] });

  test.each<[string, Verdict, string]>([
    [
      'the counts since then come first',
      late(half(11, 0, [11, 0]), half(0, 11, [11, 0], { failures: [failure] })),
      `11 of the last 11 answers of the canary failed, and 0 of 11 of the stable (in all 11 of 5291, and 0 of 5291); the first was HTTP 500 from \`http://x\`. ${CHANCE}`,
    ],
    [
      'also early, and not what was bad long before',
      late(old, half(0, 11, [9, 2], { failures: [failure] }), 1),
      `11 of the last 11 answers of the canary failed, and 2 of 11 of the stable (in all 12 of 22, and 2 of 22); the first was HTTP 500 from \`http://x\`. ${CHANCE}`,
    ],
    [
      'by connections that are cut',
      late(half(11, 0, [11, 0]), half(0, 0, [11, 0], { cut: 11 })),
      `33 requests failed and named no version, and count as the canary's: it gave 0 of 33 answers, where about 17 were expected; of those that named theirs, the canary gave no answer any more, and 0 of the last 33 answers of the stable failed (in all 0 of 5280, and 0 of 5313). ${CHANCE}`,
    ],
    [
      'alone',
      late(check(11, 0, {}, 100), check(0, 11, { failures: [failure] }, 100)),
      `11 of the last 11 answers failed (in all 11 of 5291); the first was HTTP 500 from \`http://x\`. ${CHANCE}`,
    ],
    [
      'counted by a command',
      late(counted(11, 0), counted(0, 11)),
      `11 of the last 11 answers of the canary failed (in all 11 of 5291). ${CHANCE}`,
    ],
    [
      'by a command',
      late(command(1, 0), command(0, 1)),
      `4 of the last 4 checks by \`gate-command\` failed (in all 4 of 484). ${CHANCE}`,
    ],
  ])('of one that has turned bad, %s', (_name, verdict, why) => {
    expect(verdict).toEqual({ kind: 'unhealthy', why });
  });

  test('of logs, since the span in which it turned bad', () => {
    const span = (good: number, bad: number) => ({ canary: { good, bad }, stable: { good: 1_400, bad: 1 } });
    const spans = [...Array.from({ length: 240 }, () => span(75, 0)), span(50, 25)];
    const logs = check(0, 0, { source: 'gate-logs', since: 'step', spans, failures: [failure] });
    expect(on([logs], false, MARKED)).toEqual({
      kind: 'unhealthy',
      why: `25 of the last 75 answers of the canary failed, and 1 of 1401 of the stable (in all 25 of 18075, and 241 of 337641); the first was HTTP 500 from \`http://x\`. ${CHANCE}`,
    });
  });

  test('after checks in which nobody answered, it is all the same', () => {
    expect(late(half(0, 0, [0, 0], { unknown: 22 }), half(0, 11, [11, 0]))).toMatchObject({
      why: expect.stringMatching(/^11 of 11 answers of the canary failed, and 0 of 11 of the stable\./),
    });
  });

  test('after an outage of both, since the canary alone failed', () => {
    const well = Array.from({ length: 100 }, () => half(11, 0, [11, 0]));
    const outage = Array.from({ length: 4 }, () => half(5, 6, [5, 6]));
    const dead = [half(0, 11, [11, 0]), half(0, 11, [11, 0])];
    expect(on([...well, ...outage], false, MARKED).kind).toBe('pending');
    expect(on([...well, ...outage, ...dead], false, MARKED)).toMatchObject({
      why: expect.stringMatching(
        /^22 of the last 22 answers of the canary failed, and 0 of 22 of the stable \(in all 46 of/,
      ),
    });
  });

  test('what was enough long ago, and was well since, is told as a whole', () => {
    const checks = [half(0, 11, [11, 0]), ...Array.from({ length: 99 }, () => half(11, 0, [11, 0]))];
    expect(on(checks, false, MARKED)).toMatchObject({
      why: expect.stringMatching(/^11 of 1100 answers of the canary failed, and 0 of 1100 of the stable\./),
    });
  });

  test('what others wrote does not end the piece of code that their URL is', () => {
    const odd = { target: 'http://x/`a`', seen: 'a `b`', took: 1, version: undefined };
    const checks = Array.from({ length: 3 }, () => check(0, 1, { stable: { good: 28, bad: 0 }, failures: [odd] }));
    expect(on(checks, false, MARKED)).toMatchObject({
      why: expect.stringContaining('the first was `` a `b` `` from `` http://x/`a` ``. '),
    });
  });

  test('one of a thing is one', () => {
    expect(on([command(0, 1)], false, { ...MARKED, successRate: 99.9 })).toMatchObject({
      why: expect.stringMatching(/^1 of 1 check by `gate-command` failed\./),
    });
    expect(
      on([beside(0, 1, [9_999, 0]), beside(0, 0, [9_999, 0], { cut: 1 })], false, { ...MARKED, successRate: 99.9 }),
    ).toMatchObject({
      why: expect.stringMatching(
        /^1 of 1 answer of the canary failed, and 0 of 19998 of the stable, and 1 request failed and named no version\./,
      ),
    });
  });

  test('where nobody can tell who answered, the stable may be to blame', () => {
    expect(on([check(0, 2)])).toEqual({
      kind: 'unhealthy',
      why: `2 of 2 answers failed. ${CHANCE}. Nobody can tell which version gave them: the stable may be to blame, and \`gate-version-header\` would tell`,
    });
    expect(on([check(0, 2, {}, 100)], false, MARKED)).toEqual({
      kind: 'unhealthy',
      why: `2 of 2 answers failed. ${CHANCE}`,
    });
  });

  describe('where the stable was asked before the first step, what it answered', () => {
    const why = (baseline: Counts | undefined, weight = 5, gate = GATE) => {
      const checks = [check(0, 2, {}, weight)];
      const verdict = judge(gate, { all: checks, here: checks, baseline }, false);
      return verdict.kind === 'unhealthy' ? verdict.why.slice(`2 of 2 answers failed. ${CHANCE}`.length) : verdict.kind;
    };
    const [NOBODY, TELLS] = ['. Nobody can tell which version gave them: ', ', and `gate-version-header` would tell'];

    test.each<[string, Counts | undefined, string]>([
      [
        'was well',
        { good: 59, bad: 0 },
        'before the first step 0 of 59 answers of the stable failed; it may be to blame all the same',
      ],
      [
        'was bad',
        { good: 50, bad: 9 },
        'before the first step 9 of 59 answers of the stable failed already, so the stable may be to blame',
      ],
      ['could not be had', { good: 0, bad: 0 }, 'the stable may be to blame'],
      ['is unknown', undefined, 'the stable may be to blame'],
    ])('%s', (_name, baseline, told) => {
      expect(why(baseline)).toBe(`${NOBODY}${told}${TELLS}`);
    });

    test('at 100 % it is known who answered', () => {
      expect(why({ good: 59, bad: 0 }, 100)).toBe('; before the first step 0 of 59 answers of the stable failed');
      expect(why(undefined, 100)).toBe('');
    });

    test('with a header there is a control for that', () => {
      expect(why({ good: 59, bad: 0 }, 5, MARKED)).toBe('');
    });

    test('is no evidence, however bad', () => {
      const baseline = { good: 0, bad: 59 };
      expect(judge(GATE, { all: [], here: [], baseline }, false)).toEqual({ kind: 'pending' });
      expect(judge(GATE, { all: [check(9, 0)], here: [check(9, 0)], baseline }, true)).toEqual({ kind: 'healthy' });
      expect(judge(GATE, { all: [], here: [], baseline: { good: 59, bad: 0 } }, true).kind).toBe('inconclusive');
    });
  });
});
