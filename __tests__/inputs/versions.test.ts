import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readVersions } from '../../src/inputs/versions.js';
import { commit, number, word } from '../support/rollout/builders.js';

const SPLIT = [
  { version: number('1723599747213377175'), weight: 10 },
  { version: number('1723599747213377176'), weight: 90 },
];
const ALLOWED = 'allowed is [{"CodeVersion":"1723599747213377175","Percentage":10}, ...]';

test.each(['1723599747213377175=10,1723599747213377176=90', ' 1723599747213377175 = 10\n1723599747213377176'])(
  'entries: %j',
  (text) => {
    expect(readVersions(text)).toEqual({ ok: true, value: SPLIT });
  },
);

const WORDS = [
  { version: word('stable'), weight: 95 },
  { version: commit('4f2a91c'), weight: 5 },
];

test.each([
  'stable=95,commit:4f2a91c=5',
  'stable\ncommit:4F2A91C=5',
  '[{"CodeVersion":"stable","Percentage":95},{"CodeVersion":"commit:4f2a91c"}]',
])('words: %j', (text) => {
  expect(readVersions(text)).toEqual({ ok: true, value: WORDS });
});

test.each([
  ['latest=5,latest=95', ['version "latest" is given twice']],
  [
    '[{"CodeVersion":"latest"},{"CodeVersion":"latest"}]',
    ['version "latest" is given twice', 'only one percentage may be left out'],
  ],
  ['Latest', [expect.stringContaining('"Latest" is not a code version: it is digits only')]],
  [
    '[{"CodeVersion":"commit:"}]',
    [expect.stringContaining('latest, stable, canary, staging, production, previous and commit:SHA')],
  ],
])('words that are wrong: %j', (text, error) => {
  expect(readVersions(text)).toEqual({ ok: false, error });
});

describe('versions as the API writes them', () => {
  test.each([
    '[{"CodeVersion":"1723599747213377175","Percentage":10},{"CodeVersion":"1723599747213377176","Percentage":90}]',
    '[{"CodeVersion":1723599747213377175,"Percentage":10},{"Percentage":90,"CodeVersion":1723599747213377176}]',
    '[{"CodeVersion":"1723599747213377175","Percentage":"10"},{"CodeVersion":"1723599747213377176"}]',
    '[{"Description":"","Percentage":10,"CreateTime":"x","CodeVersion":"1723599747213377175"},{"CodeVersion":"1723599747213377176","Percentage":90}]',
  ])('%s', (text) => {
    expect(readVersions(text)).toEqual({ ok: true, value: SPLIT });
  });

  test('a numeric version is taken digit by digit, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 19n }), (id) => {
        expect(readVersions(`[{"CodeVersion":${id},"Percentage":100}]`)).toEqual({
          ok: true,
          value: [{ version: number(String(id)), weight: 100 }],
        });
      }),
    );
  });

  const form = (text: string, where: string) => [
    `"${text.replaceAll('"', '\\"')}" is not the API's form (${where}); ${ALLOWED}`,
  ];
  test.each<[string, readonly unknown[]]>([
    ['{"CodeVersion":"1"}', form('{"CodeVersion":"1"}', '"the whole": Invalid input')],
    ['[1]', form('[1]', '"0": Invalid input')],
    ['[{}]', form('[{}]', '"0.CodeVersion": Invalid input')],
    [
      '[{"CodeVersion":"1"',
      [expect.stringMatching(/^"\[\{\\"CodeVersion\\":\\"1\\"" is not JSON \(".+"\); allowed is /)],
    ],
    ['[]', ['no version is given; one or two are needed']],
  ])('says of %s what is wrong', (text, error) => {
    expect(readVersions(text)).toEqual({ ok: false, error });
  });

  test.each([
    '[{"CodeVersion":1.723599747213377e18,"Percentage":100}]',
    '[{"CodeVersion":"1","Percentage":1e2}]',
    '[{"CodeVersion":"1","Percentage":100.0}]',
    '[{"CodeVersion":"1","Percentage":99.5},{"CodeVersion":"2"}]',
    '[{"CodeVersion":"1","percentage":10},{"CodeVersion":"2"}]',
    '[{"CodeVersion":"1","Percentage":10,"CodeVersion":"2"}]',
    '[{"CodeVersion":"1","Percentage":null}]',
    '[{"CodeVersion":"1","Percentage":true}]',
    '[{"__proto__":{"CodeVersion":"1"},"Percentage":100}]',
    '['.repeat(50_000),
  ])('refuses %s', (text) => {
    expect(readVersions(text).ok).toBe(false);
  });
});
