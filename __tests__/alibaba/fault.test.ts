import { describe, expect, test } from '@jest/globals';
import type { Reply } from '../../src/alibaba/call.js';
import { faultMaker } from '../../src/alibaba/fault.js';

const faultOf = faultMaker({
  advise: () => ({ advice: '', transient: false, throttled: false }),
  endpointInput: 'endpoint',
  writes: new Set(['CreateRoutineCodeDeployment']),
  redact: (text) => text,
});
const answer = (status: number, body: string): Reply => ({
  kind: 'answer',
  status,
  body,
  requestId: '',
  retryAfter: undefined,
  date: undefined,
});
const [read, write] = ['GetRoutine', 'CreateRoutineCodeDeployment'];

describe('an answer that is none', () => {
  test.each([read, 'ListRoutineCodeVersions', 'AssumeRoleWithOIDC'])('to %s is transient', (operation) => {
    expect(faultOf(operation, answer(200, '{}'), 'odd')).toMatchObject({
      code: 'AnswerNotUnderstood',
      transient: true,
    });
  });

  test('to a write is looked for, and not sent again', () => {
    expect(faultOf(write, answer(200, '{"DeploymentId":{}}'), 'odd')).toMatchObject({
      code: 'AnswerNotUnderstood',
      transient: false,
      mayHaveActed: true,
    });
  });

  test.each([400, 401, 403, 404, 407, 429, 500, 502])(
    'a page with %d is transient, and a write may have landed',
    (status) => {
      for (const operation of [read, write])
        for (const reply of [
          answer(status, '<html></html>'),
          { kind: 'unreadable', status, requestId: '', retryAfter: undefined } as const,
        ])
          expect(faultOf(operation, reply, '')).toMatchObject({
            code: `NotJson.${status}`,
            transient: true,
            // What was turned away for lack of room was not carried out.
            mayHaveActed: status !== 429,
          });
    },
  );

  test.each([301, 302, 307])('a redirect with %d stays one', (status) => {
    expect(faultOf(read, answer(status, ''), '')).toMatchObject({ transient: false });
  });
});
