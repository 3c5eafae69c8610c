import { describe, expect, test } from '@jest/globals';
import * as rules from '../../src/inputs/rules.js';

const DIGITS = (count: number) => '1'.repeat(count);

describe.each<{
  readonly rule: rules.Rule<unknown>;
  readonly name: string;
  readonly right: readonly (readonly [text: string, value: unknown])[];
  readonly wrong: readonly string[];
  readonly says: string;
}>([
  {
    name: 'a pattern',
    rule: rules.matching(/^[a-z]+$/, 'is no word'),
    right: [['abc', 'abc']],
    wrong: ['a1', 'A'],
    says: 'is no word',
  },
  {
    name: 'one of some words',
    rule: rules.oneOf(['red', 'green'], '"red" or "green"'),
    right: [
      ['red', 'red'],
      ['green', 'green'],
    ],
    wrong: ['Red', 'blue', 'red,green'],
    says: 'is given; allowed is "red" or "green"',
  },
  {
    name: 'yes or no',
    rule: rules.yesOrNo,
    right: [
      ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
      ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
    ],
    wrong: ['yes', 'no', 'on', '1', '0', 'tRUE', 'constructor', '__proto__'],
    says: 'is given; allowed is "true" or "false"',
  },
  {
    name: 'a duration between bounds',
    rule: rules.durationBetween(1_000, 60_000, ', such as "15s"'),
    right: [
      ['1s', 1_000],
      ['1s500ms', 1_500],
      ['1m', 60_000],
    ],
    wrong: ['15', '999ms', '1m1ms', '0s', '-1s', '1.5s', '5 s', '30S', '1s1m', '1s1s', '１s', '1e3ms', 's'],
    says: 'is given; allowed is a duration with its unit from "1s" to "1m", such as "15s"',
  },
  {
    name: 'a rate',
    rule: rules.rate,
    right: [
      ['0.001%', 0.001],
      ['5.25%', 5.25],
      ['99%', 99],
      ['100%', 100],
      ['100.000%', 100],
    ],
    wrong: ['99', '0%', '0.000%', '101%', '100.5%', '1e1%', '099%', '9.1234%', '.5%', '5.%', '%', '1%%', 'a1%'],
    says: 'is given; allowed is a share above 0 % up to 100 %, such as "99%" or "99.5%"',
  },
  {
    name: 'status ranges',
    rule: rules.statusRanges,
    right: [
      ['100-599', [{ from: 100, to: 599 }]],
      ['404', [{ from: 404, to: 404 }]],
      [
        '200-299, 304\n500-500',
        [
          { from: 200, to: 299 },
          { from: 304, to: 304 },
          { from: 500, to: 500 },
        ],
      ],
    ],
    wrong: ['99', '600', '099', '300-200', '200-600', '2xx', '200-', '-200', '200-299-399', '2000'],
    says: 'is given; allowed are status codes and ranges such as "200-299, 404"',
  },
  {
    name: 'URLs',
    rule: rules.urls,
    right: [
      ['https://a.example', ['https://a.example']],
      [' https://a.example/ \n\nHTTP://b.example/?x=@', ['https://a.example/', 'HTTP://b.example/?x=@']],
    ],
    wrong: ['example.com', 'ftp://a.example', 'xhttp://a.example', 'https://'],
    says: 'is given; allowed are http and https URLs without a user name, one a line',
  },
  {
    name: 'a host',
    rule: rules.host,
    right: [
      ['https://esa.example', { protocol: 'https', host: 'esa.example' }],
      ['http://127.0.0.1:8080', { protocol: 'http', host: '127.0.0.1:8080' }],
    ],
    wrong: ['esa.example', 'http://esa.example', 'https://host/path', 'https://'],
    says: 'is given; allowed is "https://HOST" without a path, or "http://" on loopback such as "http://127.0.0.1:8080"',
  },
  {
    name: 'what tells the versions apart: a header, and the value of the canary',
    rule: rules.versionMark,
    right: [
      ['X-Version', { header: 'x-version', canary: undefined }],
      ["a_1.!#$%&'*+^`|~", { header: "a_1.!#$%&'*+^`|~", canary: undefined }],
      ['X-Commit=4F2a91c', { header: 'x-commit', canary: '4F2a91c' }],
      ['x-commit= a = b', { header: 'x-commit', canary: 'a = b' }],
      ['x=1', { header: 'x', canary: '1' }],
    ],
    wrong: ['x version', 'x:version', 'é', '=4f2a91c', 'x-commit=', 'x-commit= ', 'x-commit=é', ' x=1'],
    says: 'is given; allowed is the name of a response header, such as "x-code-version", or with the canary\'s value, such as "x-commit=4f2a91c"',
  },
  {
    name: 'an ARN',
    rule: rules.arn('role'),
    right: [
      ['acs:ram::12345:role/path/a.b@c_d-e', 'acs:ram::12345:role/path/a.b@c_d-e'],
      [`acs:ram::${DIGITS(20)}:role/x`, `acs:ram::${DIGITS(20)}:role/x`],
    ],
    wrong: [
      'acs:ram::1234:role/a',
      `acs:ram::${DIGITS(21)}:role/a`,
      'acs:ram::12345:oidc-provider/a',
      'acs:ram::12345:role/',
      'acs:ram::12345:role/a b',
      'arn:aws:iam::12345:role/a',
      'x acs:ram::12345:role/a',
    ],
    says: 'is given; allowed is "acs:ram::ACCOUNT_ID:role/NAME", as the RAM console shows it',
  },
])('$name', ({ rule, right, wrong, says }) => {
  test.each(right)('takes %j', (text, value) => {
    expect(rule(text)).toEqual({ ok: true, value });
  });
  test.each(wrong)('refuses %j', (text) => {
    expect(rule(text)).toEqual({ ok: false, error: [`"${text}" ${says}`] });
  });
});

test('any text is taken as it is', () => {
  expect(rules.anyText(' $(x)\n')).toEqual({ ok: true, value: ' $(x)\n' });
});

test('an ARN has a name of 128 characters at most', () => {
  expect(rules.arn('role')(`acs:ram::12345:role/${'x'.repeat(128)}`).ok).toBe(true);
  expect(rules.arn('role')(`acs:ram::12345:role/${'x'.repeat(129)}`).ok).toBe(false);
});

test('what is wrong is told of each entry', () => {
  const told = (rule: rules.Rule<unknown>, text: string) => {
    const read = rule(text);
    return read.ok ? [] : read.error.map((message) => message.replace(/ is given.*/, ''));
  };
  expect(told(rules.statusRanges, '200,,x\n600')).toEqual(['""', '"x"', '"600"']);
  expect(told(rules.urls, 'a.example\nhttps://b.example\nftp://c.example')).toEqual([
    '"a.example"',
    '"ftp://c.example"',
  ]);
});

describe('secrets', () => {
  test('part of a key is printable ASCII', () => {
    expect(rules.keyText('!s3cr3t/+=~')).toEqual({ ok: true, value: '!s3cr3t/+=~' });
  });

  test.each(['two words', 'a\nb', 'a\tb', 'kлюч', 'a\u007f'])('of %j nothing is repeated', (text) => {
    const message = 'what is given holds a space, a line break or a character outside ASCII; copy it again';
    expect(rules.keyText(text)).toEqual({ ok: false, error: [message] });
  });

  test.each<[string, rules.Rule<unknown>, string]>([
    ['https://user:hunter2@a.example/', rules.urls, 'https://***@a.example/'],
    ['https://@a.example/', rules.urls, 'https://***@a.example/'],
    ['htps://a.example/?token=hunter2', rules.urls, 'htps://a.example/?…'],
    ['https://user:hunter2@host', rules.host, 'https://***@host'],
    ['https://host/?token=hunter2', rules.host, 'https://host/?…'],
  ])('are not shown of %j', (text, rule, shown) => {
    expect(rule(text)).toEqual({ ok: false, error: [expect.stringContaining(`"${shown}" is given`)] });
  });

  test('are found in URLs, also where those are refused', () => {
    const found = rules.secretsInUrls('https://a.example/?token=SuperSecret1\n\n https://bob:hunter2-2@b.example');
    expect(found).toEqual(expect.arrayContaining(['SuperSecret1', 'hunter2-2']));
    expect(found.join()).not.toContain('a.example');
  });
});
