import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Live, TrafficSplit } from '../../src/rollout/model.js';
import { readEntries, roles, sameSplit, splitText, toSplit } from '../../src/rollout/split.js';

const version = fc.stringMatching(/^[1-9][0-9]{18}$/);
const split: fc.Arbitrary<TrafficSplit> = fc.oneof(
  version.map((only): TrafficSplit => [{ version: only, weight: 100 }]),
  fc
    .tuple(version, version, fc.integer({ min: 1, max: 99 }))
    .filter(([one, other]) => one !== other)
    .map(
      ([one, other, weight]): TrafficSplit => [
        { version: one, weight },
        { version: other, weight: 100 - weight },
      ],
    ),
);

const read = (text: string) => toSplit(readEntries(text));
const mistakesOf = (text: string) => {
  const result = read(text);
  return result.ok ? [] : result.error;
};

describe('text and split', () => {
  test('any split survives being written and read', () => {
    fc.assert(
      fc.property(split, (one) => {
        expect(read(splitText(one))).toEqual({ ok: true, value: one });
      }),
    );
  });

  test('spaces, blank lines and either separator mean the same', () => {
    fc.assert(
      fc.property(split, fc.constantFrom(',', '\n', ' ,\n ', '\r\n'), (one, separator) => {
        expect(read(`\n ${one.map((share) => `${share.version} = ${share.weight}`).join(separator)}\n`)).toEqual({
          ok: true,
          value: one,
        });
      }),
    );
  });

  test('a percentage that is left out takes the rest', () => {
    fc.assert(
      fc.property(split, (one) => {
        const [first, second] = one;
        const text = second === undefined ? first.version : `${first.version}=${first.weight},${second.version}`;
        expect(read(text)).toEqual({ ok: true, value: one });
      }),
    );
  });

  test('order means nothing, weights and versions do', () => {
    fc.assert(
      fc.property(split, split, (one, other) => {
        const turned = [...one].reverse() as unknown as TrafficSplit;
        expect(sameSplit(one, turned)).toBe(true);
        expect(sameSplit(one, other)).toBe(splitText(one) === splitText(other));
      }),
    );
  });
});

describe('what is no split', () => {
  test.each([
    '1e2',
    '0x64',
    '99.5',
    '+5',
    '-5',
    '５',
    '٥',
    '010',
    '0',
    '101',
    '1000',
    '10%',
    '1_0',
    '',
    ' ',
    'ten',
    'NaN',
    'Infinity',
  ])('percentage %j', (weight) => {
    expect(mistakesOf(`1=${weight},2`)).toEqual([expect.stringContaining('is not a percentage')]);
  });

  test.each(['latest!', '1.5', '１２３', '-1', '0x1', 'v1', '1 2', '1'.repeat(33)])('version %j', (bad) => {
    expect(mistakesOf(`${bad}=10,2`)).toEqual([expect.stringContaining('is not a code version')]);
  });

  test.each([
    ['1=50,2=49', 'sum to 99'],
    ['1=100,2=1', 'sum to 101'],
    ['1=99', 'sum to 99'],
    ['1=50,1=50', 'given twice'],
    ['1,2', 'only one percentage'],
    ['1=100,2', 'nothing is left for version "2"'],
    ['1=10,2=20,3=70', '3 versions are given'],
    ['', 'no version is given'],
    [',\n,', 'no version is given'],
  ])('%j: %s', (text, sentence) => {
    expect(mistakesOf(text).join('; ')).toContain(sentence);
  });

  test('a version that YAML has rounded is told from a mere typing mistake', () => {
    expect(mistakesOf('1.76659002238116E+18')).toEqual([expect.stringContaining('YAML has rounded it')]);
  });

  test('every mistake is told, not the first alone', () => {
    expect(mistakesOf('a=1e2,a=0,3=x')).toHaveLength(7);
  });
});

describe('roles', () => {
  const live = (split_: TrafficSplit, createdAt: readonly (string | undefined)[]): Live => ({
    kind: 'serving',
    deploymentId: '1',
    deployedAt: undefined,
    split: split_,
    details: split_.map((share, index) => ({
      version: share.version,
      createdAt: createdAt[index],
      description: undefined,
      status: undefined,
      boundTo: undefined,
    })),
  });
  const pair: TrafficSplit = [
    { version: '1766590022381161014', weight: 30 },
    { version: '1766590022381161013', weight: 70 },
  ];

  test('the canary is the version created later, whatever its weight or id', () => {
    const times = ['2025-12-24T15:27:02Z', '2025-12-24T15:27:03Z'];
    expect(roles(live(pair, times)).canary?.version).toBe('1766590022381161013');
    expect(roles(live(pair, times.toReversed())).canary?.version).toBe('1766590022381161014');
  });

  test.each([
    [[undefined, undefined]],
    [['soon', '2025-12-24T15:27:02Z']],
    [['2025-12-24T15:27:02Z', '2025-12-24T15:27:02Z']],
  ])('ids decide where times do not: %j', (times) => {
    expect(roles(live(pair, times)).canary?.version).toBe('1766590022381161014');
    expect(roles(live([pair[1] ?? pair[0], pair[0]], times.toReversed())).stable?.version).toBe('1766590022381161013');
  });

  test.each([
    ['ids that are no times', ['2', '1'], [undefined, undefined]],
    ['times without a zone', ['2', '1'], ['2025-12-24T15:27:02', '2025-12-24T15:27:03']],
    ['one time alone', ['2', '1'], [undefined, '2025-12-24T15:27:03Z']],
    ['one id that is a time', ['1766590022381161014', '1'], [undefined, undefined]],
    ['the same time', ['2', '1'], ['2025-12-24T15:27:02Z', '2025-12-24T16:27:02+01:00']],
  ])('nothing is said where nobody knows: %s', (_name, [one = '', other = ''], times) => {
    const both: TrafficSplit = [
      { version: one, weight: 30 },
      { version: other, weight: 70 },
    ];
    expect(roles(live(both, times))).toEqual({ canary: undefined, stable: undefined });
  });

  test('ids that differ in the last digit alone are told apart', () => {
    const near: TrafficSplit = [
      { version: '9007199254740993000', weight: 1 },
      { version: '9007199254740993001', weight: 99 },
    ];
    expect(roles(live(near, [])).canary?.version).toBe('9007199254740993001');
  });
});
