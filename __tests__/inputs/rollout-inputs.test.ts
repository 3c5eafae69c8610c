import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { RawInputs } from '../../src/inputs/table.js';
import { mistakes, read } from '../support/inputs/given-inputs.js';

describe('a rollout', () => {
  const ROLLOUT: Partial<RawInputs> = { versions: '', canary: '1723599747213377175', steps: '5% for 5m, 100%' };
  const inputsOf = (changed: Partial<RawInputs>) =>
    mistakes({ ...ROLLOUT, ...changed }).map((mistake) => mistake.input);

  test('defaults', () => {
    expect(
      read({ versions: '', canary: '42', 'gate-url': 'https://a.example/\nhttp://b.example/x', steps: '5% for 5m' }),
    ).toMatchObject({
      ok: true,
      value: {
        wish: {
          goal: {
            kind: 'rollout',
            canary: '42',
            wait: true,
            gate: { successRate: 99, interval: 15_000 },
            onFailure: 'rollback',
            onInconclusive: 'rollback',
            onCancel: 'rollback',
          },
        },
        sources: {
          command: undefined,
          http: {
            urls: ['https://a.example/', 'http://b.example/x'],
            expect: [{ from: 200, to: 399 }],
            latency: undefined,
            versionHeader: undefined,
          },
        },
      },
    });
    expect(read({ ...ROLLOUT, steps: '' })).toMatchObject({
      value: { wish: { goal: { steps: [{ weight: 100, bake: 0 }], gate: undefined } } },
    });
  });

  test.each<[keyof RawInputs, string]>([
    ['canary', 'latest!'],
    ['steps', '5'],
    ['wait', 'no'],
    ['gate-url', 'ftp://a.example'],
    ['gate-url', 'https://user:password@a.example'],
    ['gate-url', 'example.com'],
    ['gate-expect', '99'],
    ['gate-expect', '300-200'],
    ['gate-expect', '2xx'],
    ['gate-success-rate', '99'],
    ['gate-success-rate', '0%'],
    ['gate-success-rate', '101%'],
    ['gate-success-rate', '1e1%'],
    ['gate-interval', '15'],
    ['gate-interval', '0s'],
    ['on-failure', 'promote'],
    ['on-inconclusive', 'ROLLBACK'],
    ['on-cancel', 'none'],
  ])('%s refuses %j', (name, value) => {
    expect(inputsOf({ [name]: value })).toEqual([name]);
  });

  test.each<[keyof RawInputs, string]>([
    ['gate-latency', '800'],
    ['gate-version-header', 'x version'],
  ])('%s refuses %j', (name, value) => {
    expect(inputsOf({ 'gate-url': 'https://a.example', [name]: value })).toEqual([name]);
  });

  test('rules between inputs', () => {
    expect(inputsOf({ versions: '42' })).toEqual(['canary']);
    expect(inputsOf({ 'gate-command': 'true', steps: '100%' })).toEqual(['gate-command']);
    expect(inputsOf({ 'gate-latency': '1s' })).toEqual(['gate-latency']);
    expect(inputsOf({ 'gate-version-header': 'x' })).toEqual(['gate-version-header']);
    expect(inputsOf({ wait: 'false', steps: '5% for 5m, 100% for 5m' })).toEqual(['steps']);
    expect(mistakes({ 'gate-url': 'https://a.example' }).map((mistake) => mistake.input)).toEqual(['gate-url']);
  });
});

test('an input that an expression made empty means its default of action.yml', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../action.yml'), 'utf8');
  const { inputs } = parse(text) as { inputs: Record<string, { default?: string }> };
  const defaults = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]) => (input.default === undefined ? [] : [[name, input.default]])),
  );
  expect(Object.keys(defaults)).toContain('gate-success-rate');
  const rollout = { versions: '', canary: '42', steps: '5% for 5m', 'gate-command': 'true' };
  for (const [name, value] of Object.entries(defaults)) {
    const empty = read({ ...rollout, [name]: '' });
    expect(empty.ok || name === 'steps').toBe(true);
    expect({ name, read: empty }).toEqual({ name, read: read({ ...rollout, [name]: value }) });
  }
});
