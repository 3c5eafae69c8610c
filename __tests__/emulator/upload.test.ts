import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type Emulator, type Fault, type Quirks, startEmulator } from '../../emulator/emulator.js';
import { at, deployment, hello } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions } from '../support/emulator/signed-request.js';
import { code, configIn, created, formOf, GIVEN, post, stagingForm } from '../support/emulator/upload-form.js';
import { zipOf } from '../support/emulator/zips.js';

const hold = (quirks: Partial<Quirks> = {}) => hello(quirks).world;
const info = (CodeVersion: string) => ({
  action: 'GetRoutineCodeVersionInfo',
  parameters: { Name: 'hello', CodeVersion },
  at,
});

test('code is uploaded and committed as the newest version', async () => {
  const world = hold();
  await using emulator = await startEmulator({ world, now: () => at });
  const description = 'v4: greet in Italian';
  const commit = {
    action: 'CommitRoutineStagingCode',
    parameters: { Name: 'hello', CodeDescription: description, DeployEnv: 'staging', ExtraInfo: '{"Source":"CLI"}' },
    at,
  };
  expect(await askJson(emulator.api, commit)).toMatchObject({ Code: 'InvalidParameter' });
  const config = await stagingForm(emulator, { CodeDescription: description });
  expect(Object.keys(config).toSorted()).toEqual([
    'OSSAccessKeyId',
    'Signature',
    'Url',
    'XOssSecurityToken',
    'callback',
    'key',
    'policy',
    'x:codeDescription',
  ]);
  expect(await post(config['Url'] ?? '', formOf(config))).toEqual({ status: 200, text: '{"Status":"OK"}' });
  const { CodeVersion } = await askJson(emulator.api, commit);
  expect(world.routines['hello']?.versions.at(-1)).toEqual({
    codeVersion: CodeVersion,
    createTime: expect.any(String),
    description,
    status: 'Available',
    deployEnv: 'staging',
    code,
  });
  expect(await askJson(emulator.api, commit)).toMatchObject({ Code: 'InvalidParameter' });
});

test('CommitRoutineStagingCode keeps ExtraInfo where it is told to', async () => {
  const world = hold({ commitTakesExtraInfo: true });
  await using emulator = await startEmulator({ world, now: () => at });
  const config = await stagingForm(emulator);
  await post(config['Url'] ?? '', formOf(config));
  const parameters = { Name: 'hello', ExtraInfo: '{"Source":"CLI"}' };
  await askJson(emulator.api, { action: 'CommitRoutineStagingCode', parameters, at });
  expect(world.routines['hello']?.versions.at(-1)).toMatchObject({ extraInfo: '{"Source":"CLI"}' });
});

test('a version with assets can be deployed once it was uploaded and built', async () => {
  const world = hold();
  await using emulator = await startEmulator({ world, now: () => at });
  const answer = await askJson(emulator.api, {
    action: 'CreateRoutineWithAssetsCodeVersion',
    place: 'json',
    at,
    body: JSON.stringify({
      Name: 'hello',
      ConfOptions: { NotFoundStrategy: '404Page' },
      ExtraInfo: '{"Source":"CLI"}',
      DeployEnv: 'production',
    }),
  });
  const version = String(answer['CodeVersion']);
  for (let poll = 0; poll < 3; poll += 1)
    expect(await askJson(emulator.api, info(version))).toMatchObject({ Status: 'Init' });
  const zip = await zipOf({ 'routine/index.js': code, 'assets/é.txt': 'accent' });
  const config = configIn(answer);
  expect(await post(config['Url'] ?? '', formOf(config, zip))).toEqual({ status: 204, text: '' });
  const deploy = { ...deployment(codeVersions([version, 100])), at };
  expect((await ask(emulator.api, deploy)).status).toBe(400);
  expect(await askJson(emulator.api, info(version))).toMatchObject({ Status: 'Init' });
  expect(await askJson(emulator.api, { ...info(version), method: 'GET', place: 'query' })).toMatchObject({
    Status: 'Available',
    ExtraInfo: '{"Source":"CLI"}',
    ConfOptions: { NotFoundStrategy: '404Page' },
    DeployEnv: 'production',
  });
  expect((await ask(emulator.api, deploy)).status).toBe(200);
  const sha256 = createHash('sha256').update('accent').digest('hex');
  expect(world.routines['hello']?.versions.at(-1)).toMatchObject({ code, assets: { 'é.txt': { size: 6, sha256 } } });
});

test('a file without a name keeps its bytes, as esa-cli sends it', async () => {
  await using emulator = await startEmulator({ world: hold(), now: () => at });
  const { version, config } = await created(emulator);
  const zip = await zipOf({ 'assets/a.bin': Buffer.from([0, 255, 13, 10, 128]) });
  const parts = Object.entries(config).map(
    ([name, value]) =>
      `--b\r\nContent-Disposition: form-data; name="${GIVEN[name as keyof typeof GIVEN] ?? name}"\r\n\r\n${value}\r\n`,
  );
  const body = Buffer.concat([
    Buffer.from(`${parts.join('')}--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n`),
    zip,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  const { status } = await fetch(config['Url'] ?? '', { method: 'POST', body: new Uint8Array(body), headers });
  expect(status).toBe(204);
  await askJson(emulator.api, info(version));
  expect(await askJson(emulator.api, info(version))).toMatchObject({ Status: 'Available' });
});

describe('a build', () => {
  async function buildOf(emulator: Emulator, file: string | Buffer) {
    const { version, config } = await created(emulator);
    await post(config['Url'] ?? '', formOf(config, file));
    return async () => (await askJson(emulator.api, info(version)))['Status'];
  }

  test('takes its time by the clock of the world', async () => {
    let now = at;
    await using emulator = await startEmulator({ world: hold({ buildTime: 60_000 }), now: () => now });
    const status = await buildOf(emulator, await zipOf({ 'assets/a': 'a' }));
    for (let look = 0; look < 5; look += 1) expect(await status()).toBe('Init');
    now += 60_000;
    expect(await status()).toBe('Available');
  });

  test.each([
    ['what is no zip', async () => Buffer.from(code)],
    ['an empty zip', async () => zipOf({})],
    ['a file that belongs nowhere', async () => zipOf({ 'routine/index.js': code, 'other.js': code })],
    ['a function of 5 MB', async () => zipOf({ 'routine/index.js': Buffer.alloc(5 * 1024 * 1024) })],
    ['an asset of 25 MB', async () => zipOf({ 'assets/a': Buffer.alloc(25 * 1024 * 1024) })],
  ])('fails with %s', async (_what, file) => {
    await using emulator = await startEmulator({ world: hold(), now: () => at });
    const status = await buildOf(emulator, await file());
    expect(await status()).toBe('Init');
    expect(await status()).toBe('Failed');
  });

  test('fails when it is told to', async () => {
    await using emulator = await startEmulator({ world: hold({ failBuilds: true }), now: () => at });
    const status = await buildOf(emulator, await zipOf({ 'assets/a': 'a' }));
    await status();
    expect(await status()).toBe('Failed');
  });
});

describe('object storage refuses', () => {
  test.each([
    ['another key', { key: 'site_er_js/other' }, code, 0, 403, 'AccessDenied'],
    ['no key', { key: '' }, code, 0, 400, 'InvalidArgument'],
    ['a form five minutes old', {}, code, 300_000, 403, 'Policy expired'],
    ['a wrong signature', { Signature: 'x' }, code, 0, 403, 'SignatureDoesNotMatch'],
    ['a policy of its own', { policy: Buffer.from('{}').toString('base64') }, code, 0, 403, 'SignatureDoesNotMatch'],
    ['no token', { XOssSecurityToken: '' }, code, 0, 403, 'InvalidAccessKeyId'],
    ['no file', {}, '', 0, 400, 'InvalidArgument'],
  ])('%s', async (_what, wrong, file, later, status, error) => {
    let now = at;
    await using emulator = await startEmulator({ world: hold(), now: () => now });
    const config = await stagingForm(emulator);
    now += later;
    const posted = await post(config['Url'] ?? '', formOf({ ...config, ...wrong }, file));
    expect(posted.status).toBe(status);
    expect(posted.text).toContain(error);
    expect(emulator.world.uploads[0]?.code).toBeUndefined();
  });

  test('fields that stand after the file', async () => {
    await using emulator = await startEmulator({ world: hold(), now: () => at });
    const { Signature = '', ...config } = await stagingForm(emulator);
    const form = formOf(config);
    form.set('Signature', Signature);
    expect((await post(config['Url'] ?? '', form)).status).toBe(403);
  });

  test('a body whose length is not announced', async () => {
    await using emulator = await startEmulator({ world: hold(), now: () => at });
    const config = await stagingForm(emulator);
    const body = new Response(formOf(config));
    const headers = { 'content-type': body.headers.get('content-type') ?? '' };
    const request = { method: 'POST', body: body.body as never, headers, duplex: 'half' } as RequestInit;
    expect((await fetch(config['Url'] ?? '', request)).status).toBe(411);
  });
});

test.each<[string, Fault['effect'], number | 'cut', boolean]>([
  ['203', { kind: 'body', status: 203, body: '{}' }, 203, false],
  ['a redirect', { kind: 'body', status: 307, body: '', headers: { location: 'http://127.0.0.1:1/' } }, 307, false],
  ['an error', { kind: 'error', code: 'InternalError', status: 500 }, 500, false],
  ['a cut', { kind: 'reset' }, 'cut', false],
  ['a lost answer', { kind: 'lost' }, 'cut', true],
])('a fault is scripted for the store: %s', async (_what, effect, status, stored) => {
  await using emulator = await startEmulator({ world: hold(), now: () => at });
  emulator.script({ operation: 'PostObject', effect });
  const config = await stagingForm(emulator);
  const posted = await post(config['Url'] ?? '', formOf(config)).catch(() => ({ status: 'cut' as const, text: '' }));
  expect(posted.status).toBe(status);
  if (effect.kind === 'error') expect(posted.text).toContain('<Code>InternalError</Code>');
  expect(emulator.world.uploads[0]?.code !== undefined).toBe(stored);
  expect(emulator.requests.at(-1)).toMatchObject({ action: 'PostObject', fault: effect.kind });
});
