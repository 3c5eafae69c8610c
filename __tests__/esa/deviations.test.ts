import { describe, expect, test } from '@jest/globals';
import { FACTS } from '../../contract/facts.js';
import { startEmulator } from '../../emulator/emulator.js';
import type { Quirks } from '../../emulator/quirks.js';
import type { Reply } from '../../src/alibaba/call.js';
import { type Deviation, deviationsIn, noting } from '../../src/esa/deviations.js';
import { deployment, getRoutine, hello } from '../support/emulator/hello-routine.js';
import { type Asked, ask, codeVersions } from '../support/emulator/signed-request.js';

const answer = (body: string, ...[date]: readonly (number | undefined)[]): Reply => ({
  kind: 'answer',
  status: 200,
  body,
  retryAfter: undefined,
  requestId: '',
  date,
});

const { v1, v2 } = hello();
const OPERATIONS: readonly Asked[] = [
  getRoutine,
  { action: 'ListRoutineCodeVersions', parameters: { Name: 'hello' } },
  deployment(codeVersions([v1, 90], [v2, 10])),
];

/** What is noted of all that an emulator with these quirks answers. */
async function noted(quirks: Partial<Quirks>): Promise<readonly Deviation[]> {
  await using emulator = await startEmulator({ world: hello(quirks).world });
  const found: Deviation[] = [];
  for (const asked of OPERATIONS) {
    const { text, headers } = await ask(emulator.api, asked);
    found.push(...deviationsIn(asked.action, answer(text, headers['date'] === undefined ? undefined : 0)));
  }
  return found;
}

test('nothing is noted of a service that answers as is assumed', async () => {
  expect(await noted({})).toEqual([]);
});

describe('what is otherwise is noted by the name that it has in docs/facts.md', () => {
  test.each([
    [{ numericDeploymentId: true }, 'deployment-id-type', 'a number'],
    [{ omitDeploymentId: true }, 'deployment-id-type', 'absent'],
    [{ numericDeployId: true }, 'deploy-id-type', 'a number'],
    [{ numericCodeVersion: true }, 'code-version-type', 'a number'],
    [{ percentageAsString: true }, 'percentage-type', 'a string'],
    [{ omitCreateTimes: true }, 'create-times', 'absent'],
    [{ omitStatus: true }, 'version-status', 'absent'],
    [{ omitTotalCount: true }, 'total-count', 'absent'],
    [{ creationTime: 'none' }, 'creation-time', 'absent'],
    [{ creationTime: 'offset' }, 'creation-time', 'another form'],
    [{ creationTime: 'milliseconds' }, 'creation-time', 'another form'],
    [{ dateHeader: 'none' }, 'date-header', 'absent'],
  ] as const)('%j', async (quirks, fact, seen) => {
    const found = await noted(quirks);
    expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify({ fact, seen })]));
    expect(FACTS.map(({ id }) => id)).toContain(fact);
  });
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '17',
  '{"Envs":7}',
  '{"Envs":[null,{"CodeDeploy":[]}]}',
  '{"Code":"No"}',
  '['.repeat(20_000),
])('what is no answer says nothing: %.20s', (body) => {
  for (const { action } of OPERATIONS.slice(0, 1)) expect(deviationsIn(action, answer(body, 0))).toEqual([]);
});

test('a value that no form has is left to whoever cannot read it', () => {
  const body =
    '{"Envs":[{"CodeDeploy":{"DeployId":{},"CreationTime":[],"CodeVersions":[{"CodeVersion":{},"Percentage":[],"CreateTime":1}]}}]}';
  expect(deviationsIn('GetRoutine', answer(body, 0))).toEqual([]);
});

test('each fact is noted once, and what was sent comes back as it is', async () => {
  const reply = answer('{"Envs":[]}', undefined);
  const notes: Deviation[] = [];
  const send = noting(
    async () => reply,
    (deviation) => notes.push(deviation),
  );
  expect([await send('GetRoutine', {}), await send('GetRoutine', {})]).toEqual([reply, reply]);
  expect(notes).toEqual([{ fact: 'date-header', seen: 'absent' }]);
});
