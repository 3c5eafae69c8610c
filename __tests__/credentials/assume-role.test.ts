import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { assumeRole } from '../../src/credentials/assume-role.js';
import type { Happening } from '../../src/ports.js';
import { secretKeeper } from '../../src/secrets/secrets.js';

const NOW = Date.UTC(2026, 10, 25);
const ROLE = { roleArn: 'r', providerArn: 'p', audience: 'sts', sessionName: 'octo', duration: 3_600_000 };
const BODY = {
  RequestId: 'A1',
  Credentials: { AccessKeyId: 'STS.id', AccessKeySecret: 'a-long-secret', SecurityToken: 'a-long-token' },
};
const NAMES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
const forget = () => {
  for (const name of NAMES) delete process.env[name];
};
beforeEach(forget);
afterEach(forget);

/** GitHub's token service and STS behind one port: `sts` is what the latter answers. */
async function assuming(sts: { readonly status: number; readonly body: object }, tokens = true) {
  const server = createServer((request, response) => {
    if (request.method === 'GET') response.end('{"value":"h.e30.signature-of-it"}');
    else response.writeHead(sts.status).end(JSON.stringify(sts.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (tokens)
    Object.assign(process.env, { [NAMES[0] ?? '']: `http://${host}/?v=1`, [NAMES[1] ?? '']: 'bearer-of-the-job' });
  const masked: string[] = [];
  const lines: Happening[] = [];
  const answer = await assumeRole(ROLE, {
    sts: { endpoint: { protocol: 'http', host }, timeout: 5_000, hurry: new AbortController().signal },
    note: (line) => lines.push(line),
    now: () => NOW,
    secrets: secretKeeper((form) => masked.push(form)),
  });
  server.close();
  server.closeAllConnections();
  return { answer, masked, lines };
}

test('a session, by two calls that are lines of the timeline; what is secret is masked', async () => {
  const { answer, masked, lines } = await assuming({ status: 200, body: BODY });
  expect(answer).toEqual({
    ok: true,
    value: {
      keys: { accessKeyId: 'STS.id', accessKeySecret: 'a-long-secret', securityToken: 'a-long-token' },
      since: NOW,
      until: NOW + 3_600_000,
    },
  });
  expect(lines).toMatchObject([
    { kind: 'called', operation: 'GetIdToken', attempt: 1, result: 'OK', requestId: '' },
    { kind: 'called', operation: 'AssumeRoleWithOIDC', attempt: 1, result: 'OK', requestId: 'A1' },
  ]);
  expect(masked).toEqual(expect.arrayContaining(['h.e30.signature-of-it', 'a-long-secret', 'a-long-token']));
});

test('a refusal by STS is the second line', async () => {
  const { answer, lines } = await assuming({ status: 403, body: { Code: 'NoPermission', Message: 'no' } });
  expect(answer).toMatchObject({ ok: false, error: { operation: 'AssumeRoleWithOIDC', code: 'NoPermission' } });
  expect(lines).toMatchObject([{ result: 'OK' }, { result: 'NoPermission', retryIn: undefined }]);
});

test('without an id-token STS is not asked, and the line says why', async () => {
  const { answer, lines } = await assuming({ status: 200, body: BODY }, false);
  expect(answer).toMatchObject({ ok: false, error: { operation: 'GetIdToken', code: 'IdTokenNotIssued' } });
  expect(lines).toMatchObject([{ operation: 'GetIdToken', result: 'IdTokenNotIssued' }]);
});

test('a session that STS lets end sooner ends then', async () => {
  const Credentials = { ...BODY.Credentials, Expiration: '2026-11-25T00:15:00Z' };
  const { answer } = await assuming({ status: 200, body: { ...BODY, Credentials } });
  expect(answer).toMatchObject({ value: { until: NOW + 900_000 } });
});
