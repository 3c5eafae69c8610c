import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../emulator/emulator.js';
import { secretKeeper } from '../../src/secrets/secrets.js';
import { codeIn, SITE, uploadStage, uploadTo, write } from '../support/esa/upload-stage.js';

describe('object storage', () => {
  const post = (effect: Fault['effect'], times = 1): Fault => ({ operation: 'PostObject', effect, times });

  test.each<[string, Fault]>([
    ['203', post({ kind: 'body', status: 203, body: '' })],
    ['500', post({ kind: 'error', code: 'InternalError', status: 500 }, 3)],
    ['a cut in the middle', post({ kind: 'reset' })],
    ['a lost answer', post({ kind: 'lost' }, 2)],
    ['a page of a gateway', post({ kind: 'html', status: 502 })],
  ])('is tried again after %s', async (_what, fault) => {
    for (const code of ['index.js', 'site']) {
      await using stage = await uploadStage();
      write(stage.folder, SITE);
      stage.emulator.script(fault);
      expect(await uploadTo(stage, await codeIn(stage.folder, code))).toMatchObject({ ok: true });
      expect(stage.versions()).toHaveLength(4);
    }
  });

  test.each<[string, Fault['effect'], string]>([
    [
      'a redirect',
      { kind: 'body', status: 307, body: '', headers: { location: 'https://elsewhere.test/' } },
      'Redirected',
    ],
    ['a refusal', { kind: 'error', code: 'SignatureDoesNotMatch' }, 'SignatureDoesNotMatch'],
    ['a lasting 203', { kind: 'body', status: 203, body: '' }, 'CallbackFailed'],
    ['a lasting failure', { kind: 'error', code: 'InternalError', status: 500 }, 'InternalError'],
  ])('is given up after %s, and the version that waited is deleted', async (_what, effect, code) => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    stage.emulator.script({ operation: 'PostObject', effect, times: 'Infinity' });
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'site'));
    expect(uploaded).toMatchObject({ ok: false, error: { code, operation: 'PostObject' } });
    expect(stage.versions()).toHaveLength(3);
    expect(stage.remembered.at(-1)).toBe('');
    expect(stage.events.slice(-2)).toMatchObject([{ kind: 'removed', why: 'unfinished' }, { kind: 'upload-failed' }]);
  });

  test.each(['index.js', 'site'])('is given another form where the first ran out: %s', async (code) => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    stage.emulator.script({
      operation: 'PostObject',
      effect: { kind: 'error', code: 'AccessDenied', message: 'Invalid according to Policy: Policy expired.' },
    });
    expect(await uploadTo(stage, await codeIn(stage.folder, code))).toMatchObject({ ok: true });
    expect(stage.versions()).toHaveLength(4);
    expect(stage.asked().filter((one) => one === 'PostObject')).toHaveLength(2);
  });

  test.each(['index.js', 'site'])('is given another form, though what it holds is secret by then: %s', async (code) => {
    const { keep, redact } = secretKeeper(() => {});
    await using stage = await uploadStage({}, { redact });
    write(stage.folder, SITE);
    stage.emulator.script({
      operation: 'PostObject',
      effect: { kind: 'error', code: 'AccessDenied', message: 'Invalid according to Policy: Policy expired.' },
    });
    const means = { ...stage.means, keepSecret: keep };
    expect(await uploadTo({ ...stage, means }, await codeIn(stage.folder, code))).toMatchObject({ ok: true });
  });

  test('is not told on: what it echoes of the form is taken out', async () => {
    const { keep, redact } = secretKeeper(() => {});
    await using stage = await uploadStage({}, { redact });
    write(stage.folder, SITE);
    const means = {
      ...stage.means,
      keepSecret: (...secrets: string[]) => {
        keep(...secrets);
        const message = `String to sign: ${secrets.join(' ')}`;
        stage.emulator.script({
          operation: 'PostObject',
          effect: { kind: 'error', code: 'SignatureDoesNotMatch', message },
        });
      },
    };
    const uploaded = await uploadTo({ ...stage, means }, await codeIn(stage.folder, 'index.js'));
    expect(uploaded).toMatchObject({ ok: false, error: { message: expect.stringContaining('***') } });
    const said = JSON.stringify([uploaded, stage.events]);
    const { parameters = {} } = stage.emulator.requests.find(({ action }) => action === 'PostObject') ?? {};
    for (const name of ['policy', 'Signature', 'x-oss-security-token', 'OSSAccessKeyId'])
      expect(said).not.toContain(parameters[name] ?? '-');
  });

  test('is sent no form after its five minutes', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    stage.emulator.script(post({ kind: 'error', code: 'InternalError', status: 500 }));
    const { sleep } = stage.means;
    const means = {
      ...stage.means,
      sleep: async (milliseconds: number) => {
        await sleep(milliseconds);
        stage.pass(5 * 60_000);
      },
    };
    expect(await uploadTo({ ...stage, means }, await codeIn(stage.folder, 'site'))).toMatchObject({ ok: true });
    expect(stage.versions()).toHaveLength(4);
  });
});

describe('what the store is given', () => {
  test('is secret, whole and in order', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    await uploadTo(stage, await codeIn(stage.folder, 'index.js'));
    const { parameters, headers } = stage.emulator.requests.find(({ action }) => action === 'PostObject') ?? {};
    expect(Object.keys(parameters ?? {}).toSorted()).toEqual([
      'OSSAccessKeyId',
      'Signature',
      'callback',
      'key',
      'policy',
      'x-oss-security-token',
      'x:codeDescription',
    ]);
    const { policy, Signature, OSSAccessKeyId } = parameters ?? {};
    expect(stage.secrets).toEqual(
      expect.arrayContaining([policy, Signature, OSSAccessKeyId, parameters?.['x-oss-security-token']]),
    );
    expect(Number(headers?.['content-length'])).toBeGreaterThan(SITE['index.js'].length);
  });
});
