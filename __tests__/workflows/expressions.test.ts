import { expect, test } from '@jest/globals';
import { valuesOf } from '../../scripts/engine/expressions.js';

const given = {
  inputs: { routine: 'shop', empty: '', list: '["a","b"]' },
  vars: { LEGS: '{"include":[{"routine":"x"}]}' },
};
const matrix = (value: unknown) => ({ strategy: { matrix: value } });
const of = (text: string) => `\${{ ${text} }}`;

test.each([
  ['what is literal', 'hello', {}, ['hello']],
  ['a field of the form', of('inputs.routine'), {}, ['shop']],
  ['the same by its longer name', of('github.event.inputs.routine'), {}, ['shop']],
  ['what stands in for an empty one', of("inputs.empty || 'hello'"), {}, ['hello']],
  ['a list of the matrix', of('matrix.routine'), matrix({ routine: ['a', 'b'] }), ['a', 'b']],
  ['legs that are included', of('matrix.routine'), matrix({ include: [{ routine: 'a' }, { other: 1 }] }), ['a']],
  [
    'a list that is JSON of the form',
    of('matrix.routine'),
    matrix({ routine: of('fromJSON(inputs.list)') }),
    ['a', 'b'],
  ],
  ['legs that are JSON of a variable', of('matrix.routine'), matrix(of('fromJSON(vars.LEGS)')), ['x']],
  ['nothing of what another job hands on', of('needs.one.outputs.routine'), {}, []],
  ['nothing of a text with an expression in it', `a-${of('inputs.routine')}`, {}, []],
  ['nothing of what is no text', 5, {}, []],
])('%s', (_, value, job, values) => {
  expect(valuesOf(value, job, given)).toEqual(values);
});
