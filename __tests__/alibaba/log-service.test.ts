import { beforeEach, describe, expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { call, type Endpoint, type Keys } from '../../src/alibaba/call.js';
import { type LogOptions, type LogQuery, logReader } from '../../src/alibaba/log-service.js';
import type { UnstampedEvent } from '../../src/ports.js';
import type { Fault } from '../../src/rollout/model.js';
import { failed, succeeded } from '../../src/rollout/result.js';
import { accepting, answering } from '../support/network/listening.js';
import { fault } from '../support/rollout/builders.js';

const KEYS: Keys = { accessKeyId: 'emulator-key-id', accessKeySecret: 'emulator-key-secret', securityToken: undefined };
const QUERY = { project: 'my-logs', logstore: 'edge', from: 1_000, to: 1_060, query: '*' };
const ADVICE = { advice: 'Do it.', transient: false, throttled: false };

/** What was written down. */
const events: UnstampedEvent[] = [];
beforeEach(() => {
  events.length = 0;
});

const endpointOf = (url: string): Endpoint => ({ protocol: 'http', host: new URL(url).host });

/** Reads once, as the third try of a query, and tells what was written down of it. */
function reader(url: string, more: Partial<LogOptions> = {}, timeout = 2_000) {
  const options: LogOptions = {
    append: (event) => events.push(event),
    now: () => 0,
    keys: async () => succeeded(KEYS),
    invalidate: () => false,
    redact: (text) => text.replaceAll('secret-of-mine', '***'),
    advise: () => ADVICE,
    ...more,
  };
  const read = logReader({ endpoint: endpointOf(url), timeout, hurry: new AbortController().signal }, options);
  return async (query: LogQuery) => {
    const retryPolicy = ({ transient }: Fault) => (transient ? 700 : undefined);
    const answer = await read(query, { attempt: 3, retryPolicy });
    return answer.ok ? answer : failed(answer.error.fault);
  };
}

async function answered(
  body: string,
  headers: Record<string, string> = {},
  status = 200,
  more: Partial<LogOptions> = {},
) {
  await using server = await answering((_, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-log-requestid': '5B0A6B60BB6EE39764D458B5',
      ...headers,
    });
    response.end(body);
  });
  const answer = await reader(server.url, more)(QUERY);
  return answer;
}

describe('an answer', () => {
  const called = { kind: 'called', operation: 'GetLogs', attempt: 3, took: 0, requestId: '5B0A6B60BB6EE39764D458B5' };

  test('is rows where its header says that it is complete, and a line of the timeline', async () => {
    expect(await answered('[{"a":"1"}]', { 'x-log-progress': 'Complete' })).toEqual(succeeded([{ a: '1' }]));
    expect(events).toEqual([{ ...called, result: 'OK', retryIn: undefined }]);
  });

  test.each(['Incomplete', 'complete', ''])('is none where it says "%s", and worth asking again', async (progress) => {
    expect(await answered('[]', { 'x-log-progress': progress })).toMatchObject({
      error: { code: 'Incomplete', transient: true, requestId: '5B0A6B60BB6EE39764D458B5' },
    });
    expect(events).toEqual([{ ...called, result: 'Incomplete', retryIn: 700 }]);
  });

  test('that says nothing of it is none either', async () => {
    expect(await answered('[]')).toMatchObject({ error: { code: 'Incomplete' } });
  });

  test('has no id where the header holds something else', async () => {
    await answered('[]', { 'x-log-progress': 'Complete', 'x-log-requestid': 'secret-of-mine' });
    expect(events).toMatchObject([{ requestId: '' }]);
  });

  test.each<[string, string, string, number]>([
    ['JSON that is no list', '{"data":[]}', 'application/json', 200],
    ['no JSON', '[{"a"', 'application/json', 200],
    ['nothing', '', 'application/json', 200],
    ['null', 'null', 'application/json', 200],
    ['a page', '<html>', 'text/html', 502],
    ['rows with the status of an error', '[]', 'application/json', 500],
  ])('%s is none', async (_, body, type, status) => {
    const answer = await answered(body, { 'content-type': type, 'x-log-progress': 'Complete' }, status);
    expect(answer).toMatchObject({ ok: false, error: { operation: 'GetLogs', code: `NotJson.${status}` } });
  });
});

describe('a refusal', () => {
  const REFUSAL = '{"errorCode":"Unauthorized","errorMessage":"secret-of-mine may not"}';

  test('has its code, its RequestId, its message without what is secret, and what the gate makes of it', async () => {
    const asked: string[][] = [];
    const advise = (code: string, message: string) => {
      asked.push([code, message]);
      return ADVICE;
    };
    expect(await answered(REFUSAL, {}, 401, { advise })).toMatchObject({
      error: {
        code: 'Unauthorized',
        message: '*** may not',
        requestId: '5B0A6B60BB6EE39764D458B5',
        advice: 'Do it.',
        transient: false,
      },
    });
    expect(asked).toEqual([['Unauthorized', 'secret-of-mine may not']]);
  });

  test.each([true, false])(
    'of a session that has ended is worth asking again where there are other keys: %s',
    async (can) => {
      await using emulator = await startEmulator();
      emulator.world.logs = { project: 'my-logs', logstore: 'edge' };
      const [credential] = emulator.world.credentials;
      Object.assign(credential ?? {}, { securityToken: 't', expires: 1 });
      let ended = 0;
      const invalidate = () => {
        ended += 1;
        return can;
      };
      const keys = async () => succeeded({ ...KEYS, securityToken: 't' });
      const answer = await reader(emulator.api, { keys, invalidate })(QUERY);
      expect(answer).toMatchObject({ error: { code: 'Unauthorized', transient: can } });
      expect(ended).toBe(1);
    },
  );

  test('for want of room is not waited out as that of an account is', async () => {
    const busy = () => ({ advice: 'Wait.', transient: true, throttled: true });
    expect(await answered(REFUSAL, {}, 403, { advise: busy })).toMatchObject({
      error: { transient: true, throttled: false },
    });
    expect(events).toStrictEqual([
      {
        kind: 'called',
        operation: 'GetLogs',
        attempt: 3,
        took: 0,
        requestId: '5B0A6B60BB6EE39764D458B5',
        result: 'Unauthorized',
        retryIn: 700,
      },
    ]);
  });

  test('of whoever has the keys is told as it is, and nothing is sent', async () => {
    const none = failed(fault({ code: 'InvalidCredentials' }));
    const answer = await reader('http://127.0.0.1:9', { keys: async () => none })(QUERY);
    expect(answer).toEqual(none);
    expect(events).toEqual([]);
  });
});

describe('the way', () => {
  test('nobody listens', async () => {
    const answer = await reader('http://127.0.0.1:9')(QUERY);
    expect(events).toMatchObject([{ result: 'ECONNREFUSED', requestId: '', retryIn: 700 }]);
    expect(answer).toMatchObject({
      error: { code: 'ECONNREFUSED', transient: true, advice: expect.stringContaining('`gate-logs-endpoint`') },
    });
  });

  test('nobody answers', async () => {
    await using server = await accepting(() => {});
    const answer = await reader(`http://127.0.0.1:${server.port}`, {}, 200)(QUERY);
    expect(answer).toMatchObject({ error: { code: 'ReadTimeout', transient: true } });
  });

  test('what is left of calls to another service at the same port ends no answer', async () => {
    await using server = await answering((request, response) => {
      const isLog = request.url?.startsWith('/logstores/') === true;
      response.setHeader('content-type', 'application/json').setHeader('x-log-progress', 'Complete');
      // Longer than that call would have waited for its answer, by the SDK's time-out, which is a second after its own.
      setTimeout(() => response.end(isLog ? '[]' : '{}'), isLog ? 1_300 : 0);
    });
    const other = { endpoint: endpointOf(server.url), timeout: 100, hurry: new AbortController().signal };
    expect(await call(other, { action: 'Other', version: '1', body: {}, keys: KEYS })).toMatchObject({ status: 200 });
    expect(await reader(server.url)(QUERY)).toEqual(succeeded([]));
  });

  test('a redirect is not followed', async () => {
    let hits = 0;
    await using server = await answering((_, response) => {
      hits += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await reader(server.url)(QUERY)).toMatchObject({ error: { code: 'NotJson.302', transient: false } });
    expect(hits).toBe(1);
  });
});
