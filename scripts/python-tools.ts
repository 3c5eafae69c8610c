import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export type PythonTools =
  | { readonly kind: 'installed'; readonly bin: string }
  /** Nobody has Python here; where CI is set it has to be there. */
  | { readonly kind: 'missing'; readonly why: string };

/**
 * The programs that a requirements file names, by version and checksum, in a virtual environment of their own under
 * node_modules/.cache. Installed once for each content of that file.
 */
export function pythonTools(root: string, requirements: string): PythonTools {
  const file = join(root, requirements);
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  const home = join(root, 'node_modules/.cache', `python-${digest}`);
  if (existsSync(home)) return { kind: 'installed', bin: join(home, 'bin') };
  const python = spawnSync('python3', ['-m', 'venv', '--help'], { encoding: 'utf8' });
  if (python.status !== 0) return { kind: 'missing', why: 'there is no python3 with the module venv' };
  // Renamed at the end, so that what was broken off half-way is never taken for whole. Native programs do not mind.
  const making = `${home}.${process.pid}`;
  const failure =
    failureOf('python3', ['-m', 'venv', making]) ??
    failureOf(join(making, 'bin/pip'), [
      ...['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'],
      ...['--require-hashes', '--requirement', file],
    ]);
  if (failure !== undefined) {
    rmSync(making, { recursive: true, force: true });
    return { kind: 'missing', why: failure };
  }
  rmSync(home, { recursive: true, force: true });
  renameSync(making, home);
  return { kind: 'installed', bin: join(home, 'bin') };
}

function failureOf(program: string, given: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, given, { encoding: 'utf8' });
  return status === 0 ? undefined : `${program} ${given[0]}: ${error?.message ?? stderr.trim()}`;
}
