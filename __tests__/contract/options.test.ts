import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { HELP, readOptions } from '../../contract/options.js';

const mistakesOf = (...args: string[]) => {
  const read = readOptions(args);
  return read.ok ? [] : read.error;
};

test('staging, unless production is typed out', () => {
  const read = readOptions(['--routine', 'hello']);
  expect(read.ok && read.value).toMatchObject({
    env: 'staging',
    upload: false,
    publish: false,
    rate: false,
    yes: false,
  });
  const other = readOptions(['--routine', 'hello', '--env', 'production']);
  expect(other.ok && other.value).toMatchObject({ env: 'production' });
});

test('all mistakes are told at once', () => {
  expect(
    mistakesOf(
      'hello',
      '--env',
      'prod',
      '--versions',
      '17,17',
      '--upload',
      '--logs',
      'x',
      '--url',
      'http://example.com',
      '--rate=5',
      '--nope',
    ),
  ).toEqual([
    'unexpected argument: hello',
    '--rate takes no value',
    'unknown option: --nope',
    expect.stringMatching(/^--routine is needed/),
    '--env is staging or production',
    expect.stringMatching(/^--versions names two/),
    '--versions and --upload exclude each other',
    expect.stringMatching(/^--logs is/),
    expect.stringMatching(/^--url is/),
  ]);
});

test.each([
  [['--only', 'routing,nonsense'], /no fact: nonsense/],
  [['--endpoint', 'http://example.com'], /--endpoint is https/],
  [['--region', 'eu-west-1'], /--region is one of/],
  [['--role-to-assume', 'acs:ram::1:role/x'], /go together/],
  [['--versions'], /needs a value/],
])('%j', (args, expected) => {
  expect(mistakesOf('--routine', 'hello', ...args).join('\n')).toMatch(expected);
});

test('what the example and docs/facts.md ask for are options that there are', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const texts = ['examples/contract.yml', 'docs/facts.md'].map((path) => readFileSync(join(root, path), 'utf8'));
  const given = texts.flatMap((text) => [...text.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag));
  expect(given.length).toBeGreaterThan(10);
  // The emulator's own.
  expect(given.filter((flag) => flag !== '--facts' && !HELP.includes(flag))).toEqual([]);
});

test('the help names every option, and no key can be given where others see it', () => {
  for (const name of [
    'routine',
    'env',
    'versions',
    'upload',
    'publish',
    'rate',
    'logs',
    'url',
    'region',
    'restore',
    'only',
    'yes',
  ])
    expect(HELP).toContain(`--${name}`);
  expect(HELP).not.toMatch(/--access-key|--secret/);
});
