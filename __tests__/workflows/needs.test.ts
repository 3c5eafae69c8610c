import { expect, test } from '@jest/globals';
import { startWorld } from '../../emulator/emulator.js';
import { commitOf, filledIn, inWords, versionNamed, withCommits } from '../../scripts/engine/needs.js';
import type { Input } from '../../scripts/engine/workflow.js';

const world = startWorld();
withCommits(world);
const emulator = { world, edge: 'http://127.0.0.1:2' };
const number = (name: string) => versionNamed(world, name)?.codeVersion;
const form = (inputs: Record<string, Input>) => ({ on: { workflow_dispatch: { inputs } }, jobs: {} });
const filled = (inputs: Record<string, Input>, given: Record<string, string> = {}) =>
  filledIn(form(inputs), 'workflow_dispatch', given, emulator);

test('a version has three names', () => {
  expect(number('latest')).toBe(number('v3'));
  expect(number(number('v1') ?? '')).toBe(number('v1'));
  expect(number('v4')).toBeUndefined();
});

test('a form is filled in by what it proposes, and by what its fields are usually called', () => {
  const required = { required: true };
  const newest = versionNamed(world, 'latest');
  const options = ['staging', 'production'];
  expect(
    filled({
      routine: required,
      env: { ...required, options },
      canary: required,
      commit: required,
      versions: required,
      weight: { ...required, default: 5 },
      sure: { ...required, type: 'boolean' },
      note: {},
    }),
  ).toEqual({
    routine: 'hello',
    env: 'production',
    canary: newest?.codeVersion,
    commit: newest && commitOf(newest),
    versions: `${number('v2')}=10,${number('v1')}`,
    weight: '5',
    sure: 'false',
    note: '',
  });
});

test('what is given counts, versions by their words', () => {
  expect(inWords({ versions: 'v2=10,v1', note: 'v9 and v10beta' }, world)).toEqual({
    versions: `${number('v2')}=10,${number('v1')}`,
    note: 'v9 and v10beta',
  });
  expect(filled({ canary: { default: 'x' } }, { canary: 'y' })).toEqual({ canary: 'y' });
});

test('a host that a form proposes for a gate is the edge, one that is given stays', () => {
  const inputs = {
    routine: { default: 'shop' },
    env: { default: 'staging' },
    'gate-url': { default: 'https://a.example/x' },
  };
  expect(filled(inputs)['gate-url']).toBe('http://127.0.0.1:2/staging/shop/x');
  expect(filled(inputs, { 'gate-url': 'https://a.example/x' })['gate-url']).toBe('https://a.example/x');
});

test('what nobody can know is asked for, and what is not there is refused', () => {
  expect(() => filled({ colour: { required: true } })).toThrow('say --input colour=VALUE');
  expect(() => filled({ colour: {} }, { size: '5' })).toThrow('workflow_dispatch has no input size; it has colour');
});
