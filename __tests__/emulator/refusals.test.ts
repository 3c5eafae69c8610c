import { expect, test } from '@jest/globals';
import { defaultCredential, startEmulator, startWorld } from '../../emulator/emulator.js';
import { type Asked, ask, askJson } from '../support/emulator/signed-request.js';

const getRoutine = { action: 'GetRoutine', parameters: { Name: 'hello' } };
const now = Date.UTC(2026, 10, 22, 21, 0, 0);
const minutes = (count: number) => count * 60_000;
const session = { accessKeyId: 'STS.one', accessKeySecret: 'one', securityToken: 'token-one' };
const other = { accessKeyId: 'STS.two', accessKeySecret: 'two', securityToken: 'token-two' };

function world() {
  const made = startWorld(now);
  made.credentials.push(
    { ...session, expires: now + minutes(60) },
    { ...other, expires: now },
    { accessKeyId: 'asleep', accessKeySecret: 'asleep', active: false },
    { accessKeyId: 'reader', accessKeySecret: 'reader', allow: ['esa:ListRoutineCodeVersions'] },
  );
  return made;
}

const key = (name: string) => ({ accessKeyId: name, accessKeySecret: name });

interface Case {
  readonly what: string;
  readonly asked: Partial<Asked>;
  readonly status: number;
  readonly code: string;
}

const cases: readonly Case[] = [
  { what: 'an unknown key', asked: { key: key('nobody') }, status: 404, code: 'InvalidAccessKeyId.NotFound' },
  { what: 'a disabled key', asked: { key: key('asleep') }, status: 400, code: 'InvalidAccessKeyId.Inactive' },
  {
    what: 'a wrong secret',
    asked: { key: { ...defaultCredential, accessKeySecret: 'wrong' } },
    status: 400,
    code: 'SignatureDoesNotMatch',
  },
  { what: 'another body than signed', asked: { otherBody: 'Name=other' }, status: 400, code: 'SignatureDoesNotMatch' },
  {
    what: 'another operation than signed',
    asked: { tampered: { 'x-acs-action': 'GetErService' } },
    status: 400,
    code: 'SignatureDoesNotMatch',
  },
  {
    what: 'a hash that is not of the body, although signed',
    asked: { headers: { 'x-acs-content-sha256': '0'.repeat(64) } },
    status: 400,
    code: 'SignatureDoesNotMatch',
  },
  {
    what: 'a strange signature',
    asked: { tampered: { authorization: 'Basic abc' } },
    status: 400,
    code: 'IncompleteSignature',
  },
  { what: 'an unsigned x-acs header', asked: { unsigned: ['x-acs-date'] }, status: 400, code: 'IncompleteSignature' },
  { what: 'an unsigned host', asked: { unsigned: ['host'] }, status: 400, code: 'IncompleteSignature' },
  {
    what: 'no nonce',
    asked: { headers: { 'x-acs-signature-nonce': undefined } },
    status: 400,
    code: 'IncompleteSignature',
  },
  { what: 'a late clock', asked: { at: now - minutes(15) - 1000 }, status: 400, code: 'InvalidTimeStamp.Expired' },
  { what: 'an early clock', asked: { at: now + minutes(15) + 1000 }, status: 400, code: 'InvalidTimeStamp.Expired' },
  {
    what: 'a date with milliseconds',
    asked: { headers: { 'x-acs-date': '2026-11-22T21:00:00.000Z' } },
    status: 400,
    code: 'InvalidTimeStamp.Format',
  },
  {
    what: 'a session key without its token',
    asked: { key: { accessKeyId: session.accessKeyId, accessKeySecret: session.accessKeySecret } },
    status: 400,
    code: 'MissingSecurityToken',
  },
  {
    what: "another session's token",
    asked: { key: { ...session, securityToken: other.securityToken } },
    status: 400,
    code: 'InvalidSecurityToken.MismatchWithAccessKey',
  },
  {
    what: 'a token nobody gave out',
    asked: { key: { ...session, securityToken: 'made up' } },
    status: 400,
    code: 'InvalidSecurityToken.Malformed',
  },
  {
    what: 'a token with a permanent key',
    asked: { key: { ...defaultCredential, securityToken: 'made up' } },
    status: 400,
    code: 'InvalidSecurityToken.Malformed',
  },
  { what: 'a session that ended', asked: { key: other }, status: 400, code: 'InvalidSecurityToken.Expired' },
  { what: 'an action RAM denies', asked: { key: key('reader') }, status: 403, code: 'Forbidden.RAM' },
  { what: 'an unknown operation', asked: { action: 'RollbackRoutine' }, status: 404, code: 'InvalidAction.NotFound' },
  { what: 'a name every object has', asked: { action: 'toString' }, status: 404, code: 'InvalidAction.NotFound' },
  {
    what: 'another version',
    asked: { headers: { 'x-acs-version': '2015-04-01' } },
    status: 400,
    code: 'InvalidVersion',
  },
  { what: 'no version', asked: { headers: { 'x-acs-version': undefined } }, status: 400, code: 'MissingVersion' },
  { what: 'no action', asked: { headers: { 'x-acs-action': undefined } }, status: 400, code: 'MissingAction' },
];

test.each(cases)('refused: $what', async ({ asked, status, code }) => {
  await using emulator = await startEmulator({ world: world(), now: () => now });
  const answered = await ask(emulator.api, { at: now, ...getRoutine, ...asked });
  const body = JSON.parse(answered.text) as Record<string, unknown>;
  expect([answered.status, body['Code']]).toEqual([status, code]);
  const [logged] = emulator.requests;
  expect(logged).toMatchObject({ status, code, requestId: body['RequestId'] });
});

test('an error has the members of a real one', async () => {
  await using emulator = await startEmulator({ world: world(), now: () => now });
  const body = await askJson(emulator.api, { ...getRoutine, at: now, key: key('reader') });
  expect(body).toEqual({
    RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    HostId: new URL(emulator.api).host,
    Code: 'Forbidden.RAM',
    Message: expect.any(String),
    Recommend: expect.stringMatching(/^https:/),
    AccessDeniedDetail: { NoPermissionType: 'ImplicitDeny', AuthAction: 'esa:GetRoutine' },
  });
});

test('a wrong signature is answered with the string the server signed', async () => {
  await using emulator = await startEmulator({ world: world(), now: () => now });
  const wrong = { ...defaultCredential, accessKeySecret: 'wrong' };
  const { Message } = await askJson(emulator.api, { ...getRoutine, at: now, key: wrong });
  expect(Message).toMatch(/ACS3-HMAC-SHA256\n[0-9a-f]{64}/);
});

test('a nonce is good once, also for the next operation, but only once it came with a good signature', async () => {
  await using emulator = await startEmulator({ world: world(), now: () => now });
  const same = { ...getRoutine, at: now, nonce: 'n' };
  const codes = [];
  const wrong = { ...defaultCredential, accessKeySecret: 'wrong' };
  for (const asked of [
    { ...same, key: wrong },
    same,
    same,
    { ...same, action: 'GetErService' },
    { ...same, nonce: 'm' },
  ]) {
    codes.push((await askJson(emulator.api, asked))['Code']);
  }
  expect(codes).toEqual(['SignatureDoesNotMatch', undefined, 'SignatureNonceUsed', 'SignatureNonceUsed', undefined]);
});

test.each([-15, 15])('a clock that is %d minutes off is good enough', async (off) => {
  await using emulator = await startEmulator({ world: world(), now: () => now });
  expect((await ask(emulator.api, { ...getRoutine, at: now + minutes(off) })).status).toBe(200);
});

test('a session with its token is let in, until it ends', async () => {
  let time = now;
  await using emulator = await startEmulator({ world: world(), now: () => time });
  expect((await ask(emulator.api, { ...getRoutine, at: time, key: session })).status).toBe(200);
  time += minutes(60);
  expect(await askJson(emulator.api, { ...getRoutine, at: time, key: session })).toMatchObject({
    Code: 'InvalidSecurityToken.Expired',
  });
});

test.each(['{', '[]', 'null', '{"Name":"hello","CodeVersion":1763500000000000001}'])(
  'a JSON body without exact parameters is refused, not guessed at: %s',
  async (body) => {
    await using emulator = await startEmulator({ world: world() });
    const asked = { action: 'GetRoutineCodeVersion', place: 'json' as const, body };
    expect(await askJson(emulator.api, asked)).toMatchObject({ Code: 'InvalidParameter' });
  },
);
