import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { planUpload } from '../../src/esa/upload.js';
import { COMMIT, codeIn, ROUTINE, SITE, uploadStage, uploadTo, wishOf, write } from '../support/esa/upload-stage.js';

const CODE = 'export default { fetch: () => new Response("Ciao") };\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('one file', () => {
  test('is staged, posted, committed and waited for', async () => {
    await using stage = await uploadStage();
    write(stage.folder, { 'index.js': CODE });
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'index.js'));
    const version = stage.versions().at(-1);
    expect(uploaded).toEqual({ ok: true, value: { version: version?.codeVersion, mark: '', reused: false } });
    expect(version).toMatchObject({
      code: CODE,
      description: `3f2a9c0 Greet in Italian [sha256 ${sha256(CODE).slice(0, 12)}]`,
      deployEnv: 'production',
      status: 'Available',
    });
    expect(stage.asked()).toEqual([
      'ListRoutineCodeVersions',
      'GetRoutineStagingCodeUploadInfo',
      'PostObject',
      'CommitRoutineStagingCode',
      'GetRoutineCodeVersionInfo',
    ]);
    expect(stage.events.at(-1)).toEqual({
      kind: 'uploaded',
      version: version?.codeVersion,
      mark: '',
      reused: false,
    });
  });

  test('answers for itself by its hash, where it holds the mark', async () => {
    await using stage = await uploadStage();
    const text = '// __ESA_CANARY_MARK__ __ESA_CANARY_MARK__\n';
    write(stage.folder, { 'index.js': text });
    const mark = sha256(text).slice(0, 12);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'index.js'))).toMatchObject({ value: { mark } });
    expect(stage.versions().at(-1)?.code).toBe(`// ${mark} ${mark}\n`);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'index.js'))).toMatchObject({
      value: { mark, reused: true },
    });
  });

  test('makes a routine that there is not, where it may', async () => {
    await using stage = await uploadStage();
    delete stage.world.routines[ROUTINE];
    write(stage.folder, { 'index.js': CODE });
    const code = await codeIn(stage.folder, 'index.js');
    const refused = await planUpload(code, wishOf(), stage.means);
    expect(refused).toMatchObject({ ok: false, error: { code: 'RoutineNotExist' } });
    expect(JSON.stringify(refused)).toContain('`create-routine: true`');
    expect(stage.world.routines[ROUTINE]).toBeUndefined();
    expect(await uploadTo(stage, code, wishOf({ createRoutine: true }))).toMatchObject({ ok: true });
    expect(stage.world.routines[ROUTINE]).toMatchObject({ hasAssets: false, versions: [{ code: CODE }] });
  });
});

describe('a directory', () => {
  test('gets its version first, which its code is marked by, and is waited for', async () => {
    await using stage = await uploadStage({ buildTime: 20_000 });
    write(stage.folder, SITE);
    const wish = wishOf({ env: 'staging', notFound: '404Page', description: 'by hand' });
    const uploaded = await uploadTo(stage, await codeIn(stage.folder, 'site', 'index.js'), wish);
    const version = stage.versions().at(-1);
    const id = version?.codeVersion ?? '';
    expect(uploaded).toEqual({ ok: true, value: { version: id, mark: id, reused: false } });
    expect(version).toMatchObject({
      code: `export default { fetch: () => new Response("${id}") };\n`,
      description: 'by hand',
      deployEnv: 'staging',
      notFoundStrategy: '404Page',
      status: 'Available',
      assets: {
        'index.html': { sha256: sha256(SITE['site/index.html']) },
        'assets/app-3f2a9c01.js': { sha256: sha256(SITE['site/assets/app-3f2a9c01.js']) },
      },
    });
    expect(JSON.parse(version?.extraInfo ?? '')).toEqual({
      Source: 'Github',
      Branch: 'main',
      CommitId: COMMIT.id,
      CommitMessage: 'Greet in Italian',
      Repository: 'octo/hello',
      Digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      UploadId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      AssetNames: `1:${sha256('assets/app-3f2a9c01.js').slice(0, 6)}`,
    });
    expect(stage.events.filter(({ kind }) => kind === 'wait').length).toBeGreaterThan(5);
    // Nothing is left: no zip, and nothing for the post step.
    expect(readdirSync(stage.folder).toSorted()).toEqual(['index.js', 'site']);
    expect(stage.remembered.at(-1)).toBe('');
    expect(stage.remembered.some((text) => text.includes(id))).toBe(true);
  });

  test('may be of assets alone', async () => {
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site'))).toMatchObject({ value: { mark: '' } });
    expect(stage.versions().at(-1)?.code).toBeUndefined();
    expect(stage.versions().at(-1)?.status).toBe('Available');
  });
});

describe('the same again', () => {
  async function twice(more: { quirks?: object; wish?: object; between?: (version: { status: string }) => void }) {
    await using stage = await uploadStage(more.quirks);
    write(stage.folder, SITE);
    const code = await codeIn(stage.folder, 'site', 'index.js');
    await uploadTo(stage, code);
    const first = stage.versions().at(-1);
    if (first !== undefined) more.between?.(first);
    const asked = stage.asked().length;
    const again = await uploadTo(stage, code, wishOf(more.wish));
    return { again, first: first?.codeVersion, asked: stage.asked().slice(asked) };
  }

  test('is the version that is there', async () => {
    const { again, first, asked } = await twice({});
    expect(again).toEqual({ ok: true, value: { version: first, mark: first, reused: true } });
    expect(asked).toEqual(['ListRoutineCodeVersions']);
  });

  test.each<[string, object]>([
    ['is bound to the other environment', { wish: { env: 'staging' } }],
    ['has another strategy for what is not found', { wish: { notFound: 'SinglePageApplication' } }],
    ['failed', { between: (version: { status: string }) => Object.assign(version, { status: 'Failed' }) }],
    [
      'is not finished',
      {
        between: (version: { status: string }) =>
          Object.assign(version, { status: 'Init', readyAfterReads: undefined }),
      },
    ],
  ])('is uploaded anew where that %s', async (_what, more) => {
    const { again, first } = await twice(more);
    expect(again).toMatchObject({ ok: true, value: { reused: false } });
    expect(again.ok && again.value.version).not.toBe(first);
  });
});
