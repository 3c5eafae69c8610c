import { describe, expect, test } from '@jest/globals';
import { type Check, isDoubtful, judge, type Verdict } from '../../../src/rollout/judge/verdict.js';
import type { Measurement } from '../../../src/rollout/model.js';
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
const uncounted = (seen: string) =>
  check(0, 0, { source: 'gate-command', unknown: 1, failures: [{ ...failure, target: 'gate-command', seen }] });
const on = (checks: readonly Check[], isOver = false, gate = GATE): Verdict =>
  judge(gate, { all: checks, here: checks }, isOver);
const MARKED = { ...GATE, mark: 'x-commit' };

describe('while the step bakes', () => {
  test.each<[string, readonly Check[], Verdict['kind']]>([
    ['nothing was seen', [], 'pending'],
    ['all is well', [check(59, 0)], 'pending'],
    ['one bad answer proves nothing', [check(58, 1)], 'pending'],
    ['nor does one more now and then', [check(98, 2), check(99, 1), check(99, 1)], 'pending'],
    ['two of two', [check(0, 2)], 'unhealthy'],
    ['over several checks', [check(0, 1), check(0, 1)], 'unhealthy'],
    [
      'what was enough once stays enough',
      [check(0, 2), ...Array.from({ length: 99 }, () => check(99, 0))],
      'unhealthy',
    ],
    ['of a command one failing check proves nothing', [command(0, 1)], 'pending'],
    ['of a command two do', [command(0, 1), command(0, 1)], 'unhealthy'],
    ['each source is judged by itself', [check(0, 1), command(0, 1)], 'pending'],
  ])('%s', (_name, checks, kind) => {
    expect(on(checks).kind).toBe(kind);
  });
});

describe('beside the stable', () => {
  test.each<[string, readonly Check[], Verdict['kind']]>([
    ['dead: at the first check', [beside(0, 3, [56, 0])], 'unhealthy'],
    ['both fail alike, however much', [beside(1, 2, [20, 36]), beside(1, 2, [20, 36])], 'pending'],
    ['it is worse, but good enough', Array.from({ length: 30 }, () => beside(99, 1, [9_999, 1])), 'pending'],
    ['it is bad, and the stable is worse', [beside(3, 2, [6, 50]), beside(3, 2, [6, 50])], 'pending'],
    ['it cuts connections', Array.from({ length: 4 }, () => beside(0, 0, [56, 0], { cut: 3 })), 'unhealthy'],
    ['a stable that never answered is no control', [beside(0, 3, [0, 0]), beside(0, 3, [0, 0])], 'unhealthy'],
    ['a command counts both', [counted(0, 3, [56, 0])], 'unhealthy'],
    ['and both fail alike', [counted(1, 2, [20, 36]), counted(1, 2, [20, 36])], 'pending'],
    ['its counts are not drawn by the weight', Array.from({ length: 9 }, () => counted(1, 0, [500, 99])), 'pending'],
    ['both are cut', Array.from({ length: 9 }, () => beside(2, 0, [38, 0], { cut: 19 })), 'pending'],
  ])('%s', (_name, checks, kind) => {
    expect(on(checks, false, MARKED).kind).toBe(kind);
  });
});

describe('when the bake is over', () => {
  const REFUSED = { target: 'http://x', seen: 'ECONNREFUSED', took: 1, version: undefined };
  const WELL = beside(3, 0, [56, 0]);
  const DOWN = beside(1, 2, [20, 36]);
  const FIX = beside(3, 0, [20, 36]);

  test.each<[string, readonly Check[], Verdict]>([
    ['well', [WELL], { kind: 'healthy' }],
    ['no check', [], { kind: 'inconclusive', why: 'no check was made' }],
    [
      'the site fails now',
      [WELL, DOWN, DOWN],
      {
        kind: 'site-fails',
        why: "the stable fails as well: 72 of its latest 168 answers, and 4 of 9 of the canary's",
      },
    ],
    ['it failed before', [DOWN, DOWN, WELL, WELL, WELL], { kind: 'healthy' }],
    ['the canary is the fix', [FIX, FIX, FIX], { kind: 'healthy' }],
    [
      'the site cuts connections',
      Array.from({ length: 3 }, () => beside(2, 0, [38, 0], { cut: 19 })),
      {
        kind: 'site-fails',
        why: '57 of the latest 177 requests failed, and by which version cannot be told yet',
      },
    ],
    [
      'nothing could be measured',
      [beside(0, 0, [0, 0], { unknown: 59 })],
      { kind: 'inconclusive', why: 'the one check by `gate-url` could not measure it' },
    ],
    [
      'no URL was reached',
      [beside(0, 0, [0, 0], { unknown: 59, failures: [REFUSED] })],
      {
        kind: 'inconclusive',
        why: 'the one check by `gate-url` could not measure it: ECONNREFUSED from `http://x`',
      },
    ],
    [
      'some were, so that one failure does not explain it',
      [beside(0, 0, [0, 0], { unknown: 58, unnamed: 0, cut: 1, failures: [REFUSED] })],
      { kind: 'inconclusive', why: 'the one check by `gate-url` could not measure it' },
    ],
    [
      'nothing but what is one of many that could not',
      [beside(1, 0, [9, 0], { unknown: 49 })],
      { kind: 'inconclusive', why: 'the one check by `gate-url` could not measure it' },
    ],
    [
      'half could, as where one of two URLs is dead',
      [beside(1, 0, [19, 0], { unknown: 20 })],
      { kind: 'inconclusive', why: 'the one check by `gate-url` could not measure it' },
    ],
    ['more could', [beside(1, 0, [19, 0], { unknown: 19 })], { kind: 'healthy' }],
    [
      'no answer said whose it is',
      [beside(0, 0, [0, 0], { unknown: 59, unnamed: 56 })],
      { kind: 'inconclusive', why: '56 answers, none had `x-commit`: the routine has to set it' },
    ],
    [
      "no answer is the canary's, as by a wrong value",
      [beside(0, 0, [59, 0]), beside(0, 0, [58, 1])],
      {
        kind: 'inconclusive',
        why: "none of 2 checks by `gate-url` could measure it: none of 118 answers had the canary's value of `x-commit`",
      },
    ],
    [
      'its one answer was bad, counted again in each check',
      [1, 2].map(() => check(0, 1, { source: 'gate-command', since: 'step', stable: { good: 99, bad: 0 } })),
      {
        kind: 'inconclusive',
        why: 'none of 2 checks by `gate-command` could measure it well: 1 of its 1 answer failed',
      },
    ],
    [
      'a source of its own saw nothing good',
      [WELL, command(0, 0, 1), command(0, 0, 1)],
      { kind: 'inconclusive', why: 'none of 2 checks by `gate-command` could measure it' },
    ],
    [
      'its one answer is another version’s',
      [beside(0, 0, [1, 0])],
      {
        kind: 'inconclusive',
        why: "the one check by `gate-url` could not measure it: its one answer did not have the canary's value of `x-commit`",
      },
    ],
    [
      'only the canary names itself, as where the stable was built before',
      [beside(3, 0, [0, 0], { unknown: 56, unnamed: 56 }), beside(2, 0, [0, 0], { unknown: 57, unnamed: 57 })],
      {
        kind: 'inconclusive',
        why: "113 of 118 answers had no `x-commit`: the routine has to set it in each, the stable's too",
      },
    ],
    [
      'at 100 % hardly any answer has a name',
      [check(2, 0, { unknown: 9, unnamed: 9 }, 100)],
      {
        kind: 'inconclusive',
        why: "9 of 11 answers had no `x-commit`: the routine has to set it in each, the stable's too",
      },
    ],
    [
      'its one answer had no name',
      [beside(0, 0, [0, 0], { unknown: 1, unnamed: 1 })],
      { kind: 'inconclusive', why: '1 answer, none had `x-commit`: the routine has to set it' },
    ],
    [
      'the command cannot tell',
      [uncounted('exit 75')],
      { kind: 'inconclusive', why: 'the one check by `gate-command` could not measure it: exit 75' },
    ],
    [
      'its counts were wrong, and then there were none',
      [uncounted('exit 75'), uncounted('wrong counts: `canary` is missing'), counted(0, 0, [9, 0])],
      {
        kind: 'inconclusive',
        why: 'none of 3 checks by `gate-command` could measure it: wrong counts: `canary` is missing',
      },
    ],
    [
      'it counted nobody',
      [counted(0, 0), counted(0, 0, [9, 0])],
      {
        kind: 'inconclusive',
        why: 'none of 2 checks by `gate-command` could measure it: it counted no answer of the canary',
      },
    ],
    ['its one check was bad, which another has to tell', [command(0, 1)], { kind: 'pending' }],
    ['also beside a source that is well', [command(0, 1), WELL], { kind: 'pending' }],
    ['its counts are well', [counted(812, 3, [15_383, 40])], { kind: 'healthy' }],
  ])('%s', (_name, checks, told) => {
    expect(on(checks, true, MARKED)).toEqual(told);
  });

  test('what was seen at another weight counts as evidence, and not as a look at what is live', () => {
    expect(judge(GATE, { all: [check(9, 0)], here: [] }, true).kind).toBe('inconclusive');
    expect(judge(GATE, { all: [check(0, 2)], here: [] }, true).kind).toBe('unhealthy');
  });
});

describe('doubt', () => {
  const ofStep = check(8, 1, { since: 'step' });
  test.each<[string, readonly Check[], boolean]>([
    ['nothing was seen', [], false],
    ['nothing bad', [check(9, 0)], false],
    ['something bad', [check(8, 1)], true],
    ['twice', [check(8, 1), check(8, 1)], true],
    ['often enough to tell', [check(8, 1), check(8, 1), check(8, 1)], false],
    ['no longer', [check(8, 1), check(9, 0)], false],
    ['by one source', [command(0, 1), check(9, 0)], true],
    ['by one source often enough', [command(0, 1), command(0, 1), command(0, 1), check(9, 0)], false],
    ['of the whole step, which says the same again', [ofStep], false],
  ])('%s: %#', (_name, checks, is) => {
    expect(isDoubtful(checks)).toBe(is);
  });
});
