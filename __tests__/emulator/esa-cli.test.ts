import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.js';
import { ESA_CLI, esaCli } from '../support/emulator/esa-cli.js';
import { hello } from '../support/emulator/hello-routine.js';
import { privateCa } from '../support/network/private-ca.js';

const whereInstalled = ESA_CLI === undefined ? test.skip : test;

whereInstalled('esa-cli 1.0.3 uploads a routine with assets, and deploys it', async () => {
  using ca = privateCa('localhost');
  const { world } = hello();
  await using emulator = await startEmulator({ world, tls: ca.tls });
  const folder = mkdtempSync(join(tmpdir(), 'esa-cli-'));
  mkdirSync(join(folder, 'public'));
  writeFileSync(join(folder, 'public/a.txt'), 'a');
  writeFileSync(join(folder, 'index.js'), 'export default {};\n');
  const host = `localhost:${new URL(emulator.api).port}`;
  const args = ['deploy', 'index.js', '-n', 'hello', '-a', 'public', '-e', 'staging', '--no-bundle'];
  const { output, exitCode } = await esaCli(args, { host, ca: ca.file, folder });
  expect([exitCode, output]).toEqual([0, expect.stringContaining('Deploy finished')]);
  const version = world.routines['hello']?.versions.at(-1);
  expect(version).toMatchObject({
    status: 'Available',
    code: 'export default {};\n',
    extraInfo: '{"Source":"CLI"}',
    assets: { 'a.txt': { size: 1 } },
  });
  expect(version?.deployEnv).toBeUndefined();
  expect(world.routines['hello']?.environments.staging.current?.codeVersions).toEqual([
    { codeVersion: version?.codeVersion, percentage: 100 },
  ]);
  rmSync(folder, { recursive: true });
});
