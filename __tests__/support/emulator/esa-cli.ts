import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { defaultCredential } from '../../../emulator/world.js';

/** Folder of the package esa-cli 1.0.3, where there is one: it and what it brings along are 175 MB. */
export const ESA_CLI = process.env['ESA_CLI'];

export interface CliRun {
  /** Host and port; it speaks HTTPS alone. */
  readonly host: string;
  /** Of the CA that it is to trust. */
  readonly ca: string;
  /** Where it runs, and writes what it has bundled. Its home too. */
  readonly folder: string;
}

/** `esa-cli` with these arguments; what it wrote, and its exit code. */
export async function esaCli(args: readonly string[], { host, ca, folder }: CliRun) {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    CUSTOM_ENDPOINT: host,
    ESA_ACCESS_KEY_ID: defaultCredential.accessKeyId,
    ESA_ACCESS_KEY_SECRET: defaultCredential.accessKeySecret,
    NODE_EXTRA_CA_CERTS: ca,
    // It asks the registry for a newer one of itself, and goes on without an answer.
    npm_config_registry: 'http://127.0.0.1:9/',
  };
  const child = spawn(process.execPath, [`${ESA_CLI}/bin/enter.cjs`, ...args], { cwd: folder, env });
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ]);
  return { output: stdout + stderr, exitCode };
}
