import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { at, deployment, hello } from '../support/emulator/hello-routine.js';
import { ask, askJson, codeVersions } from '../support/emulator/signed-request.js';

const code = 'export default { fetch: () => new Response("Ciao") };\n';

/** Posts a form as object storage wants it, the file last. */
async function post(url: string, fields: Record<string, string>, file: string | undefined = code) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== '') form.set('file', new Blob([file]), 'code.js');
  const response = await fetch(url, { method: 'POST', body: form });
  return { status: response.status, text: await response.text() };
}

test('code is uploaded and committed as the newest version', async () => {
  const { world } = hello();
  await using emulator = await startEmulator({ world, now: () => at });
  const named = { at, parameters: { Name: 'hello', CodeDescription: 'v4: greet in Italian' } };
  expect(await askJson(emulator.api, { ...named, action: 'CommitRoutineStagingCode' })).toMatchObject({
    Code: 'InvalidParameter',
  });
  const info = await askJson(emulator.api, { ...named, action: 'GetRoutineStagingCodeUploadInfo' });
  const { Url, ...fields } = info['OssPostConfig'] as Record<string, string>;
  expect(Object.keys(fields)).toEqual(
    expect.arrayContaining([
      'OSSAccessKeyId',
      'key',
      'callback',
      'x:codeDescription',
      'policy',
      'Signature',
      'XOssSecurityToken',
    ]),
  );
  expect((await post(Url ?? '', { ...fields, success_action_status: '200' })).status).toBe(200);
  const { CodeVersion } = await askJson(emulator.api, { ...named, action: 'CommitRoutineStagingCode' });
  expect(world.routines['hello']?.versions.at(-1)).toMatchObject({
    codeVersion: CodeVersion,
    description: 'v4: greet in Italian',
    status: 'Available',
    code,
  });
  expect(await askJson(emulator.api, { ...named, action: 'CommitRoutineStagingCode' })).toMatchObject({
    Code: 'InvalidParameter',
  });
});

test('a version with assets can be deployed once it was uploaded and built', async () => {
  await using emulator = await startEmulator({ world: hello().world });
  const created = await askJson(emulator.api, {
    action: 'CreateRoutineWithAssetsCodeVersion',
    place: 'json',
    body: JSON.stringify({
      Name: 'hello',
      ConfOptions: { NotFoundStrategy: '404Page' },
      ExtraInfo: '{"Source":"CLI"}',
    }),
  });
  const CodeVersion = String(created['CodeVersion']);
  const { Url, Key, Policy, Signature } = created['OssPostConfig'] as Record<string, string>;
  const info = { action: 'GetRoutineCodeVersionInfo', parameters: { Name: 'hello', CodeVersion } };
  for (let poll = 0; poll < 3; poll += 1) expect(await askJson(emulator.api, info)).toMatchObject({ Status: 'Init' });
  const posted = await post(Url ?? '', { key: Key ?? '', policy: Policy ?? '', Signature: Signature ?? '' });
  expect(posted).toEqual({ status: 204, text: '' });
  expect((await ask(emulator.api, deployment(codeVersions([CodeVersion, 100])))).status).toBe(400);
  expect(await askJson(emulator.api, info)).toMatchObject({ Status: 'Init', ExtraInfo: '{"Source":"CLI"}' });
  expect(await askJson(emulator.api, info)).toMatchObject({ Status: 'Available' });
  expect((await ask(emulator.api, deployment(codeVersions([CodeVersion, 100])))).status).toBe(200);
});

test.each([
  ['a key nobody gave out', { key: 'hello/1' }, code, 0, 403, 'AccessDenied'],
  ['a form five minutes old', {}, code, 300_000, 403, 'AccessDenied'],
  ['a wrong signature', { Signature: 'x' }, code, 0, 403, 'SignatureDoesNotMatch'],
  ['no file', {}, '', 0, 400, 'InvalidArgument'],
])('object storage refuses %s', async (_what, wrong, file, later, status, error) => {
  let now = at;
  await using emulator = await startEmulator({ world: hello().world, now: () => now });
  const asked = { action: 'GetRoutineStagingCodeUploadInfo', parameters: { Name: 'hello' }, at };
  const { Url, ...fields } = (await askJson(emulator.api, asked))['OssPostConfig'] as Record<string, string>;
  now += later;
  const posted = await post(Url ?? '', { ...fields, ...wrong }, file);
  expect(posted.status).toBe(status);
  expect(posted.text).toContain(`<Code>${error}</Code>`);
  expect(emulator.world.uploads[0]?.code).toBeUndefined();
});
