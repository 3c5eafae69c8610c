import { expect, test } from '@jest/globals';
import { attempt } from '../../src/alibaba/attempt.js';
import type { Reply } from '../../src/alibaba/call.js';
import { faultMaker } from '../../src/alibaba/fault.js';
import { liveAnswer } from '../../src/esa/answers.js';
import type { Fault } from '../../src/rollout/model.js';

const clean = (text: string) => text;
const faults = faultMaker({
  advise: () => ({ advice: '', repeatable: false, throttled: false }),
  endpointInput: 'endpoint',
  clean,
});
const tried = (reply: Reply) =>
  attempt(
    { note: () => {}, now: () => 0, faults, cleanAnswer: clean },
    'GetRoutine',
    1,
    liveAnswer('production'),
    async () => reply,
  );

test('what was never sent, for want of keys, cannot have acted', async () => {
  const fault: Fault = {
    operation: 'AssumeRoleWithOIDC',
    code: 'AnswerNotUnderstood',
    message: '',
    requestId: '',
    advice: '',
    repeatable: true,
    throttled: false,
    mayHaveActed: true,
    retryAfter: undefined,
  };
  expect(await tried({ kind: 'unsigned', fault })).toMatchObject({ ok: false, error: { mayHaveActed: false } });
});

test("an answer brings the service's clock along", async () => {
  const date = Date.UTC(2026, 10, 25);
  const reply = {
    kind: 'answer',
    status: 200,
    body: '{"RequestId":"R"}',
    retryAfter: undefined,
    requestId: '',
  } as const;
  expect(await tried({ ...reply, date })).toMatchObject({ ok: true, date, value: { live: { kind: 'nothing' } } });
});
