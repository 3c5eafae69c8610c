import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import {
  type Attempt,
  type Attempted,
  attempt,
  type CallFailure,
  type RetryPolicy,
  readReply,
} from '../../src/alibaba/attempt.js';
import type { Reply } from '../../src/alibaba/call.js';
import { faultMaker } from '../../src/alibaba/fault.js';
import type { UnstampedEvent } from '../../src/ports.js';
import type { Fault } from '../../src/rollout/model.js';

const fault: Fault = {
  operation: 'Ask',
  code: 'Busy',
  message: '',
  requestId: 'F00',
  advice: '',
  transient: true,
  throttled: false,
  mayHaveActed: true,
  retryAfter: undefined,
};
const answered = { ok: true, value: { data: 7, requestId: 'A1', date: undefined } } as const;
const failing = (failure: Partial<CallFailure>) => ({ ok: false, error: { fault, sent: true, ...failure } }) as const;

/** One attempt by a clock that moves by 5 ms while it is sent, and the lines that it left. */
async function recorded(
  result: typeof answered | ReturnType<typeof failing>,
  more: { retryPolicy?: RetryPolicy; heldBack?: number } = {},
): Promise<{ lines: UnstampedEvent[]; attempted: Attempted<number> }> {
  const lines: UnstampedEvent[] = [];
  let clock = 0;
  const { heldBack = 0, retryPolicy } = more;
  const call: Attempt<number> = {
    operation: 'Ask',
    attempt: 3,
    send: async () => {
      clock += 5;
      return result;
    },
    inTurn: (send) => {
      clock += heldBack;
      return send(heldBack);
    },
    ...(retryPolicy && { retryPolicy }),
  };
  const attempted = await attempt({ append: (line) => lines.push(line), now: () => clock }, call);
  return { lines, attempted };
}

describe('the line of a call', () => {
  const line = { kind: 'called', operation: 'Ask', attempt: 3, took: 5, retryIn: undefined };

  test('is there once it was answered', async () => {
    const { lines, attempted } = await recorded(answered);
    expect(lines).toEqual([{ ...line, requestId: 'A1', result: 'OK' }]);
    expect(attempted).toEqual(answered);
  });

  test('is there once it failed, with the pause that the policy gives', async () => {
    const { lines, attempted } = await recorded(failing({}), { retryPolicy: ({ code }) => code.length });
    expect(lines).toEqual([{ ...line, requestId: 'F00', result: 'Busy', retryIn: 4 }]);
    expect(attempted).toEqual({ ok: false, error: { fault, sent: true, retryIn: 4 } });
  });

  test('without a policy a failed call is given up', async () => {
    const { lines, attempted } = await recorded(failing({}));
    expect(lines).toMatchObject([{ retryIn: undefined }]);
    expect(attempted).toMatchObject({ ok: false, error: { retryIn: undefined } });
  });

  test('has the time in the queue apart from the time of the call', async () => {
    expect((await recorded(answered, { heldBack: 100 })).lines).toMatchObject([{ took: 5, waited: 100 }]);
    expect((await recorded(answered, { heldBack: 0 })).lines[0]).not.toHaveProperty('waited');
  });

  test('says that it was throttled', async () => {
    const { lines } = await recorded(failing({ fault: { ...fault, throttled: true } }));
    expect(lines).toMatchObject([{ throttled: true }]);
    expect((await recorded(failing({}))).lines[0]).not.toHaveProperty('throttled');
  });

  test('is absent where nothing was sent; the policy is asked all the same', async () => {
    const { lines, attempted } = await recorded(failing({ sent: false }), { retryPolicy: () => 9 });
    expect(lines).toEqual([]);
    expect(attempted).toMatchObject({ ok: false, error: { sent: false, retryIn: 9 } });
  });
});

describe('what a reply says', () => {
  const faultOf = faultMaker({
    advise: () => ({ advice: '', transient: false, throttled: false }),
    endpointInput: 'endpoint',
    writes: new Set(),
    redact: (text) => text,
  });
  const schema = z.object({ RequestId: z.string(), Number: z.string() });
  const read = (reply: Reply, redactAnswer?: (json: unknown) => unknown) =>
    readReply(reply, { operation: 'Ask', schema, faultOf, ...(redactAnswer && { redactAnswer }) });
  const answer = (body: string) =>
    ({ kind: 'answer', status: 200, body, retryAfter: undefined, requestId: 'B2', date: 42 }) as const;

  test("a value, its request's id and the service's clock", () => {
    expect(read(answer('{"RequestId":"A1","Number":1766590022381161014}'))).toEqual({
      ok: true,
      value: { data: { RequestId: 'A1', Number: '1766590022381161014' }, requestId: 'A1', date: 42 },
    });
  });

  test('an error, though with HTTP 200', () => {
    expect(read(answer('{"Code":"Forbidden","Message":"no"}'))).toMatchObject({
      ok: false,
      error: { sent: true, fault: { code: 'Forbidden' } },
    });
  });

  test('an answer of another form, and what is wrong with it', () => {
    expect(read(answer('{"RequestId":"A1"}'))).toMatchObject({
      ok: false,
      error: { sent: true, fault: { code: 'AnswerNotUnderstood', message: expect.stringContaining('Number') } },
    });
  });

  test('it is redacted before it is read', () => {
    const redact = () => ({ RequestId: 'A1', Number: 'redacted' });
    expect(read(answer('{}'), redact)).toMatchObject({ ok: true, value: { data: { Number: 'redacted' } } });
  });

  test('what was never sent, for want of keys, cannot have acted', () => {
    expect(read({ kind: 'unsigned', fault })).toEqual({
      ok: false,
      error: { sent: false, fault: { ...fault, mayHaveActed: false } },
    });
  });
});
