import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { OUTCOMES } from '../../src/rollout/outcome.js';
import { type Declared, read } from '../support/workflows/read.js';

interface Typed {
  readonly type: string;
  readonly 'allowed-values'?: readonly string[];
  readonly separator?: string;
  readonly 'list-item'?: { readonly type: string };
}
type Typing = Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, Typed>>>>;
type Action = Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, Declared>>>>;

const typing = parse(read('action-types.yml')) as Typing;
const action = parse(read('action.yml')) as Action;
const of = (kind: 'inputs' | 'outputs', type: string) =>
  Object.keys(typing[kind]).filter((name) => typing[kind][name]?.type === type);

describe.each(['inputs', 'outputs'] as const)('action-types.yml: %s', (kind) => {
  test('are those of action.yml, in its order', () => {
    expect(Object.keys(typing[kind])).toEqual(Object.keys(action[kind]));
  });

  test.each(Object.entries(typing[kind]))('%s is typed as github-actions-typing has it', (_name, typed) => {
    const members = { enum: ['type', 'allowed-values'], list: ['type', 'separator', 'list-item'] };
    expect(['string', 'boolean', 'enum', 'list']).toContain(typed.type);
    expect(Object.keys(typed)).toEqual(members[typed.type as keyof typeof members] ?? ['type']);
  });
});

test('a boolean is what is true or false when it is left out', () => {
  const { inputs } = action;
  const logical = Object.keys(inputs).filter((name) => ['true', 'false'].includes(String(inputs[name]?.default)));
  expect(of('inputs', 'boolean')).toEqual(logical);
});

test.each(of('inputs', 'enum'))('%s takes values that its description or default names', (name) => {
  const { description = '', default: fallback } = action.inputs[name] ?? {};
  for (const value of typing.inputs[name]?.['allowed-values'] ?? []) {
    expect([description.includes(`\`${value}\``), value === fallback]).toContain(true);
  }
});

test('the outcomes are those that there are', () => {
  expect(typing.outputs['outcome']?.['allowed-values']).toEqual(Object.keys(OUTCOMES));
});
