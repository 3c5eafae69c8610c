import { expect, test } from '@jest/globals';
import { troubleIn } from '../../src/github/trouble.js';
import type { Seen } from '../../src/network/limits.js';

const SEEN: Seen = { connected: true, gaveUp: undefined, after: 0, request: undefined, response: undefined };
const same = (text: string) => text;
const answered = (status: number, data: unknown = {}, headers: Record<string, unknown> = {}) => ({
  response: { status, data, headers },
});

test.each([
  [answered(401), { kind: 'permission', mayHaveActed: false }],
  [answered(403, { message: 'Resource not accessible by integration' }), { kind: 'permission' }],
  [answered(404), { kind: 'permission' }],
  [answered(403, {}, { 'retry-after': '7' }), { kind: 'limit', retryAfter: 7_000 }],
  [answered(429, {}, { 'retry-after': '-1' }), { kind: 'limit', retryAfter: undefined }],
  [answered(403, {}, { 'x-ratelimit-remaining': '0' }), { kind: 'limit', retryAfter: undefined }],
  [answered(403, { message: 'You have exceeded a secondary rate limit' }), { kind: 'limit' }],
  [answered(422), { kind: 'refused', mayHaveActed: false }],
  [answered(301), { kind: 'refused' }],
  [answered(502, '<html>'), { kind: 'away', mayHaveActed: true }],
  [{ code: 'ECONNRESET' }, { kind: 'away', mayHaveActed: true, said: 'could not be reached: ECONNRESET' }],
  [{ message: 'x', cause: { code: 'ProxyRefused' } }, { said: 'could not be reached: ProxyRefused' }],
  [undefined, { kind: 'away', said: 'could not be reached: no reason was given' }],
])('%j', (error, expected) => {
  expect(troubleIn(error, SEEN, same)).toMatchObject(expected);
});

test('nobody can have acted who was never reached', () => {
  expect(troubleIn({ code: 'ECONNREFUSED' }, { ...SEEN, connected: false }, same).mayHaveActed).toBe(false);
});

test('who did not answer in time is silent', () => {
  const trouble = troubleIn(undefined, { ...SEEN, gaveUp: 'waiting', after: 5_000 }, same);
  expect(trouble).toMatchObject({ kind: 'silent', said: 'did not answer within 5000 ms', mayHaveActed: true });
});

test('who says too much is asked no more, and is not said to be silent', () => {
  const trouble = troubleIn(undefined, { ...SEEN, gaveUp: 'too-long', after: 120 }, same);
  expect(trouble).toMatchObject({ kind: 'silent', mayHaveActed: true });
  expect(trouble.said).toContain('answered at greater length');
});

test('what was said is one line without secrets, of which no half is left where it is cut', () => {
  const message = `${'x'.repeat(190)}ghs_0123456789abcdef\n::error::y`;
  const { said } = troubleIn(answered(500, { message }), SEEN, (text) =>
    text.replaceAll('ghs_0123456789abcdef', '***'),
  );
  expect(said).not.toContain('ghs_');
  expect(said).not.toContain('\n');
});
