import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { failure, idIn, parseExactly, problemsIn, redacted } from '../../src/alibaba/answer.js';

test('a number keeps its digits', () => {
  expect(parseExactly('{"id":1766590022381161014,"share":1.0}')).toEqual({ id: '1766590022381161014', share: '1.0' });
  expect(() => parseExactly('<html>')).toThrow(SyntaxError);
});

test('an id is hexadecimal with dashes; all else is none', () => {
  for (const id of ['7', '0B4C9F58-3E1D-5F1E-8C0D-2F0F3B0C7A55']) expect(idIn(id)).toBe(id);
  for (const other of ['', undefined, null, 'secret', '7 7', 'a'.repeat(65)]) expect(idIn(other)).toBe('');
});

test('every text is redacted, at any depth, but those that are compared', () => {
  const redact = (text: string) => text.replaceAll('production', '***');
  const answer = { Env: 'production', Envs: [{ Env: 'production', Description: 'to production' }], Count: null };
  expect(redacted(answer, redact, new Set(['Env']))).toEqual({
    Env: 'production',
    Envs: [{ Env: 'production', Description: 'to ***' }],
    Count: null,
  });
});

test('of a text nobody reads to its end, the end is not redacted', () => {
  let longest = 0;
  const redact = (text: string) => {
    longest = Math.max(longest, text.length);
    return text;
  };
  redacted({ text: 'x'.repeat(1_000_000) }, redact, new Set());
  expect(longest).toBe(16 * 1024);
});

test('an error may lack all but its code, and its id is one or none', () => {
  expect(failure.parse({ Code: 'Busy', RequestId: 'no id' })).toEqual({ Code: 'Busy', RequestId: '' });
});

test('problems are named with their places', () => {
  const { error } = z.object({ a: z.object({ b: z.string() }) }).safeParse({ a: { b: 1 } });
  expect(error && problemsIn(error)).toMatch(/^a\.b: /);
});
