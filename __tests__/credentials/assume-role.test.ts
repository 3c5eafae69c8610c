import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { assumeRole } from '../../src/credentials/assume-role.js';
import type { UnstampedEvent } from '../../src/ports.js';
import type { Fault } from '../../src/rollout/model.js';
import { failed, succeeded } from '../../src/rollout/result.js';
import { secretKeeper } from '../../src/secrets/secrets.js';

const NOW = Date.UTC(2026, 10, 25);
const ROLE = { roleArn: 'r', providerArn: 'p', audience: 'sts', sessionName: 'octo', duration: 3_600_000 };
const BODY = {
  RequestId: 'A1',
  Credentials: { AccessKeyId: 'STS.id', AccessKeySecret: 'a-long-secret', SecurityToken: 'a-long-token' },
};
const NOT_ISSUED: Fault = {
  operation: 'GetIdToken',
  code: 'IdTokenNotIssued',
  message: 'bad-bearer-token',
  requestId: '',
  advice: '',
  transient: true,
  throttled: false,
  mayHaveActed: false,
  retryAfter: undefined,
};

/** `sts` is what STS answers. */
async function assuming(sts: { readonly status: number; readonly body: object }, tokens = true) {
  const server = createServer((_, response) => response.writeHead(sts.status).end(JSON.stringify(sts.body)));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const masked: string[] = [];
  const lines: UnstampedEvent[] = [];
  const secrets = secretKeeper((form) => masked.push(form));
  secrets.keep('bad-bearer-token');
  const answer = await assumeRole(ROLE, {
    idToken: async () => (tokens ? succeeded('h.e30.signature-of-it') : failed(NOT_ISSUED)),
    sts: { endpoint: { protocol: 'http', host }, timeout: 5_000, hurry: new AbortController().signal },
    append: (line) => lines.push(line),
    now: () => NOW,
    secrets,
  });
  server.close();
  server.closeAllConnections();
  return { answer, masked, lines };
}

test('a session, by two calls that are lines of the timeline; what is secret, and whoever gave it has not masked, is masked', async () => {
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
  expect(masked).toEqual(expect.arrayContaining(['signature-of-it', 'a-long-secret', 'a-long-token']));
});

test('a refusal by STS is the second line', async () => {
  const { answer, lines } = await assuming({ status: 403, body: { Code: 'NoPermission', Message: 'no' } });
  expect(answer).toMatchObject({ ok: false, error: { operation: 'AssumeRoleWithOIDC', code: 'NoPermission' } });
  expect(lines).toMatchObject([{ result: 'OK' }, { result: 'NoPermission', retryIn: undefined }]);
});

test('without an id-token STS is not asked, and the line says why', async () => {
  const { answer, lines } = await assuming({ status: 200, body: BODY }, false);
  expect(answer).toMatchObject({ ok: false, error: { code: 'IdTokenNotIssued', message: '***' } });
  expect(lines).toMatchObject([{ operation: 'GetIdToken', result: 'IdTokenNotIssued' }]);
});

test('a session that STS lets end sooner ends then', async () => {
  const Credentials = { ...BODY.Credentials, Expiration: '2026-11-25T00:15:00Z' };
  const { answer } = await assuming({ status: 200, body: { ...BODY, Credentials } });
  expect(answer).toMatchObject({ value: { until: NOW + 900_000 } });
});
