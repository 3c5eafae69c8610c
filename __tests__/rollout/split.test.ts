import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Live, TrafficSplit } from '../../src/rollout/model.js';
import {
  laterOf,
  liveSplit,
  liveText,
  readEntries,
  roles,
  sameLive,
  sameSplit,
  sameTraffic,
  serves,
  splitText,
  toSplit,
  weightOf,
} from '../../src/rollout/split.js';
import { at, NOTHING, serving, splitOf } from '../support/rollout/builders.js';

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

describe('readEntries', () => {
  test('reads each entry as it was written, whatever it means', () => {
    expect(readEntries(' 1 = 5 % ,\n=7, ,\t2 ,\n')).toEqual([
      { version: '1', weight: '5 %' },
      { version: '', weight: '7' },
      { version: '2', weight: undefined },
    ]);
  });
});

describe('splits compared with what is live', () => {
  test.each([
    [at(5), at(5), true],
    [at(5), at(25), false],
    [at(0), at(5), false],
    [at(5), splitOf(['2', 5], ['3', 95]), false],
    [at(5), splitOf(['1', 5], ['3', 95]), false],
    [at(5), splitOf(['2', 5]), false],
  ])('the same split: %j and %j, %s', (one, other, same) => {
    expect(sameSplit(one, other)).toBe(same);
    expect(sameSplit(other, one)).toBe(same);
    expect(serves(serving(7, one), other)).toBe(same);
  });

  test('nothing serves no split', () => {
    expect(liveSplit(NOTHING)).toBeUndefined();
    expect(serves(NOTHING, at(0))).toBe(false);
    expect(liveSplit(serving(7, at(5)))).toEqual(at(5));
  });

  test('a version that is no part of it has 0 %', () => {
    expect([weightOf(at(5), '2'), weightOf(at(5), '3'), weightOf(undefined, '2')]).toEqual([5, 0, 0]);
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
    ['1=100,2', 'nothing is left for version "2": leave it out instead'],
    ['2,1=100', 'nothing is left for version "2"'],
    ['1=10,2=20,3=70', '3 versions are given'],
    ['', 'no version is given'],
    [',\n,', 'no version is given'],
  ])('%j: %s', (text, sentence) => {
    expect(mistakesOf(text).join('; ')).toContain(sentence);
  });

  test.each(['1.76659002238116E+18', '1e9', '1.7e18'])(
    'a version that YAML has rounded is told as that: %s',
    (text) => {
      expect(mistakesOf(text)).toEqual([
        expect.stringContaining(' (YAML has rounded it: write it in quotation marks)'),
      ]);
    },
  );

  test.each(['x', 'x1e9', '1e9x', '1e', '1e-9'])('a mere typing mistake is not: %s', (text) => {
    expect(mistakesOf(text)).toEqual([
      `"${text}" is not a code version: it is digits only, such as 1723599747213377175`,
    ]);
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
      commit: undefined,
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
    ['one id that is a time, the other way round', ['1', '1766590022381161014'], [undefined, undefined]],
    ['times without a zone', ['2', '1'], ['2025-12-24T15:27:02', '2025-12-24T15:27:03']],
    ['one time alone', ['2', '1'], [undefined, '2025-12-24T15:27:03Z']],
    ['the other time alone', ['2', '1'], ['2025-12-24T15:27:03Z', undefined]],
    ['one id that is a time', ['1766590022381161014', '1'], [undefined, undefined]],
    ['the same time', ['2', '1'], ['2025-12-24T15:27:02Z', '2025-12-24T16:27:02+01:00']],
  ])('nothing is said where nobody knows: %s', (_name, [one = '', other = ''], times) => {
    const both: TrafficSplit = [
      { version: one, weight: 30 },
      { version: other, weight: 70 },
    ];
    expect(roles(live(both, times))).toStrictEqual({ canary: undefined, stable: undefined });
  });

  test('one version alone is the stable, and nothing has no roles', () => {
    expect(roles(serving(7, at(0)))).toEqual({ canary: undefined, stable: { version: '1', weight: 100 } });
    expect(roles(NOTHING)).toStrictEqual({ canary: undefined, stable: undefined });
  });

  test('a version of which the service tells nothing has no creation time', () => {
    expect(roles({ ...live(pair, []), details: [] } as Live).canary?.version).toBe('1766590022381161014');
  });

  test('the same version is not later than itself', () => {
    const one = { version: '1766590022381161014', createdAt: undefined };
    expect(laterOf(one, one)).toBeUndefined();
  });

  test('ids that differ in the last digit alone are told apart', () => {
    const near: TrafficSplit = [
      { version: '9007199254740993000', weight: 1 },
      { version: '9007199254740993001', weight: 99 },
    ];
    expect(roles(live(near, [])).canary?.version).toBe('9007199254740993001');
  });
});

test('what is live, as text', () => {
  expect(liveText(NOTHING)).toBe('nothing');
  expect(liveText(serving(7, at(5)))).toBe('2=5,1=95');
});

test.each<[string, Live, Live, boolean, boolean]>([
  ['nothing twice', NOTHING, NOTHING, true, true],
  ['nothing and something', NOTHING, serving(7, at(5)), false, false],
  ['something and nothing', serving(7, at(5)), NOTHING, false, false],
  ['the same deployment', serving(7, at(5)), serving(7, at(5)), true, true],
  ['the same split by another', serving(7, at(5)), serving(8, at(5)), true, false],
  ['another split', serving(7, at(5)), serving(7, at(25)), false, false],
])('what two looks showed, of %s', (_name, one, other, isSameTraffic, isSame) => {
  expect([sameTraffic(one, other), sameLive(one, other)]).toEqual([isSameTraffic, isSame]);
  expect(sameLive(one, undefined)).toBe(false);
});
