import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { ESA_CLI, esaCli } from '../support/emulator/esa-cli.js';
import { hello } from '../support/emulator/hello-routine.js';
import { codeIn, ROUTINE, uploadStage, uploadTo, wishOf, write } from '../support/esa/upload-stage.js';
import { privateCa } from '../support/network/private-ca.js';

const whereInstalled = ESA_CLI === undefined ? test.skip : test;

/** Names and contents as they occur, and as they seldom do. */
const SITE = {
  'index.js': 'export default { fetch: () => new Response("Ciao é") };\n',
  'site/index.html': '<script src="/assets/app-3f2a9c01.js"></script>\n',
  'site/assets/app-3f2a9c01.js': 'console.log("app");\n',
  'site/.well-known/security.txt': 'Contact: mailto:a@b.test\n',
  'site/é/ñandú 中文 😀.txt': 'far',
  'site/a b+c%20&(1).txt': 'odd',
  'site/empty': '',
  'site/b.bin': Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256)),
};

whereInstalled(
  'what this action uploads is what esa-cli uploads, but for what the version says of itself',
  async () => {
    using ca = privateCa('localhost');
    const { world } = hello();
    await using theirs = await startEmulator({ world, tls: ca.tls });
    await using stage = await uploadStage();
    write(stage.folder, SITE);
    symlinkSync('assets/app-3f2a9c01.js', join(stage.folder, 'site/link.js'));
    write(stage.folder, { 'esa.jsonc': JSON.stringify({ assets: { notFoundStrategy: 'singlePageApplication' } }) });
    const host = `localhost:${new URL(theirs.api).port}`;
    const args = ['deploy', 'index.js', '-n', ROUTINE, '-a', 'site', '-e', 'staging', '--no-bundle'];
    const { output, exitCode } = await esaCli(args, { host, ca: ca.file, folder: stage.folder });
    expect([exitCode, output]).toEqual([0, expect.stringContaining('Deploy finished')]);

    const wish = wishOf({ notFound: 'SinglePageApplication' });
    expect(await uploadTo(stage, await codeIn(stage.folder, 'site', 'index.js'), wish)).toMatchObject({ ok: true });
    const made = [world, stage.world].map((one) => {
      const version = one.routines[ROUTINE]?.versions.at(-1);
      const { codeVersion: _, createTime: __, readyAt: ___, ...rest } = version ?? { codeVersion: '', createTime: '' };
      return rest;
    });
    const [byCli, byAction] = made as Record<string, unknown>[];
    const { extraInfo, deployEnv, description, ...same } = byAction ?? {};
    expect(byCli).toEqual({ ...same, extraInfo: '{"Source":"CLI"}', description: '' });
    expect([extraInfo, deployEnv, description]).toEqual([
      expect.stringContaining('"CommitId"'),
      'production',
      '3f2a9c0 Greet in Italian',
    ]);
    expect(Object.keys((same['assets'] as object) ?? {})).toHaveLength(8);
  },
);
