import { expect, test } from '@jest/globals';
import type { Said } from '../../contract/api.js';
import { findEdge } from '../../contract/edge-address.js';
import type { Target } from '../../contract/live.js';

const HOST = 'hello.0a1b2c3d.er.aliyun-esa.net';
const routine = { DefaultRelatedRecord: HOST };

/** A service that answers these operations, and refuses any other. */
function targetOf(answers: Readonly<Record<string, unknown>>): Target {
  const refusal = { kind: 'refused', code: 'Forbidden.RAM', status: 403, message: '', retryAfter: undefined } as const;
  const ask = async (operation: string): Promise<Said> =>
    operation in answers ? { kind: 'answer', json: answers[operation], date: undefined, at: 0 } : refusal;
  const clock = { now: () => 0, sleep: async () => {} };
  const api = { ask, askAtOnce: ask, calls: () => 0 };
  const hurry = new AbortController().signal;
  return {
    api,
    hurry,
    clock,
    pace: async () => {},
    watched: { at: 0, calls: 0 },
    routine: 'hello',
    env: 'staging',
    region: 'cn-hangzhou',
  };
}

const both = {
  GetRoutineAccessToken: { Token: 'the.token' },
  GetRoutineStagingEnvIp: { IPV4: ['192.0.2.1', '192.0.2.2'] },
};

test('staging: its nodes, under the name of the routine, with a token that is kept secret first', async () => {
  const kept: string[] = [];
  const found = await findEdge(targetOf(both), routine, { url: undefined, env: 'staging' }, (secret) =>
    kept.push(secret),
  );
  expect(found).toEqual({
    url: new URL(`https://${HOST}/?esa_er_token=the.token`),
    connectTo: ['192.0.2.1', '192.0.2.2'],
  });
  expect(kept).toEqual(['the.token']);
});

test('production: the name itself; an address that is given is asked as it is', async () => {
  const url = new URL('https://www.example.com/health');
  const keep = () => {};
  const target = targetOf({ GetRoutineAccessToken: { Token: 'x' } });
  expect(await findEdge(target, routine, { url: undefined, env: 'production' }, keep)).toMatchObject({ connectTo: [] });
  expect(await findEdge(target, routine, { url, env: 'production' }, keep)).toEqual({ url, connectTo: [] });
  expect(await findEdge(targetOf(both), routine, { url, env: 'staging' }, keep)).toEqual({
    url,
    connectTo: ['192.0.2.1', '192.0.2.2'],
  });
});

test.each([
  ['no name', { ...both }, {}, /no address of its own; --url names one/],
  ['a name that is none', { ...both }, { DefaultRelatedRecord: 'a b/../c' }, /no address of its own/],
  [
    'no token',
    { GetRoutineStagingEnvIp: both.GetRoutineStagingEnvIp },
    routine,
    /^GetRoutineAccessToken was refused as Forbidden.RAM; --url/,
  ],
  [
    'no nodes',
    { GetRoutineAccessToken: both.GetRoutineAccessToken },
    routine,
    /^GetRoutineStagingEnvIp was refused as Forbidden.RAM/,
  ],
  [
    'nodes that are none',
    { ...both, GetRoutineStagingEnvIp: { IPV4: ['::1', 'localhost', 7, null] } },
    routine,
    /named no address/,
  ],
])('%s: says why the edge cannot be asked', async (_, answers, shown, expected) => {
  expect(await findEdge(targetOf(answers), shown, { url: undefined, env: 'staging' }, () => {})).toMatch(expected);
});
