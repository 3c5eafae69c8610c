import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { answering } from '../network/listening.js';
import { onStage, type Stage } from './stage.js';

const NO_INPUTS = { 'access-key-id': '', 'access-key-secret': '' };

interface Home extends Stage {
  readonly home: string;
  /** The key that the emulator knows. */
  readonly key: { readonly accessKeyId: string; readonly accessKeySecret: string };
  /** Hosts that the process connected to. */
  readonly connected: () => readonly string[];
}

/** A machine with an empty home, and a metadata service that answers with the emulator's key. */
export async function onMachine(play: (stage: Home) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const list = join(home, 'connected');
  writeFileSync(list, '');
  await onStage(async (stage) => {
    const [credential] = stage.emulator.world.credentials;
    const key = { accessKeyId: credential?.accessKeyId ?? '', accessKeySecret: credential?.accessKeySecret ?? '' };
    if (credential !== undefined) credential.securityToken = undefined;
    await using metadata = await answering((request, response) => {
      const session = { Code: 'Success', AccessKeyId: key.accessKeyId, AccessKeySecret: key.accessKeySecret };
      const body = {
        ...session,
        SecurityToken: 'metadata-token',
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      };
      if (request.url?.endsWith('/token')) response.end('t');
      else if (request.url?.endsWith('/security-credentials/')) response.end('role');
      else response.end(JSON.stringify(body));
    });
    const env = {
      HOME: home,
      CONNECTED: list,
      METADATA_PORT: String(metadata.port),
      NODE_OPTIONS: `--require ${resolve(import.meta.dirname, '../../../../__tests__/support/action/redirect-connections.cjs')}`,
    };
    const run: Stage['run'] = (inputs = {}, more = {}, node, step = {}) =>
      stage.run({ ...NO_INPUTS, 'dry-run': 'true', ...inputs }, { ...env, ...more }, node, step);
    const connected = () =>
      readFileSync(list, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    await play({ ...stage, run, home, key, connected });
  });
  rmSync(home, { recursive: true });
}
