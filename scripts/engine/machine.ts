import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { type Adapted, adapt, REPORT, type Stage } from './adapt.js';

/** A folder with all that a job finds on its machine, and nothing of whoever starts the engine. */
export interface Machine {
  readonly folder: string;
  /** This repository. */
  readonly root: string;
  /** Of a user, with the workflow that runs. */
  readonly repository: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Commands that would speak to a service. */
const STAND_INS = ['gh', 'esa-cli'];

/** `node` is the binary that runs actions; `actionYml` says what is run in place of action.yml. */
export function setUp(root: string, node: string, actionYml: (text: string) => string): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  for (const name of ['action', 'bin', 'home', 'cache', 'temp']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'action/action.yml'), actionYml(readFileSync(join(root, 'action.yml'), 'utf8')));
  // As a runner downloads it.
  const isDownloaded = (path: string) => path !== join(root, 'dist/dev');
  cpSync(join(root, 'dist'), join(folder, 'action/dist'), { recursive: true, filter: isDownloaded });
  const parts = join(root, 'scripts/engine');
  for (const name of STAND_INS) {
    const script = `#!/bin/sh\nexec node '${parts}/commands/report.cjs' ${name} "$@"\n`;
    writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
  }
  const esbuild = `#!/bin/sh\nexec node '${parts}/commands/esbuild.cjs' "$@"\n`;
  writeFileSync(join(folder, 'bin/esbuild'), esbuild, { mode: 0o755 });
  copyFileSync(join(parts, 'commands/npx.sh'), join(folder, 'bin/npx'));
  chmodSync(join(folder, 'bin/npx'), 0o755);
  const repository = join(folder, 'repository');
  cpSync(join(parts, 'repository'), repository, { recursive: true });
  mkdirSync(join(repository, '.github/workflows'), { recursive: true });
  const env = {
    PATH: [join(folder, 'bin'), dirname(node), process.env['PATH'] ?? ''].join(delimiter),
    HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    TMPDIR: join(folder, 'temp'),
    SHELL: '/bin/sh',
  };
  return { folder, root, repository, env };
}

export interface Copied extends Pick<Adapted, 'replaced' | 'uses'> {
  /** Below the repository. */
  readonly path: string;
}

/** A workflow that runs, and where those are that it calls. */
export interface Source {
  readonly name: string;
  readonly text: string;
  readonly called: string;
}

/** Puts a workflow and those that it calls into the user's repository, as a commit. */
export function copyIn(machine: Machine, { name, text, called }: Source, stage: Stage): Copied {
  const { repository } = machine;
  const path = `.github/workflows/${name}`;
  const first = adapt(text, stage);
  const others = first.calls.map(
    (one) => [one, adapt(readFileSync(join(called, basename(one)), 'utf8'), stage)] as const,
  );
  for (const [to, copy] of [[path, first], ...others] as const) writeFileSync(join(repository, to), copy.text);
  const git = (...given: string[]) => execFileSync('git', given, { cwd: repository, stdio: 'ignore' });
  if (!existsSync(join(repository, '.git'))) git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=octo', '-c', 'user.email=octo@example.com', 'commit', '--quiet', '--allow-empty', '-m', 'Copy');
  const all = [first, ...others.map(([, one]) => one)];
  const uses = [...new Set([REPORT, ...all.flatMap((one) => one.uses)])];
  const foreign = uses.filter((one) => folderOf(machine, one) === undefined);
  const replaced = new Set(all.flatMap((one) => one.replaced));
  return {
    path,
    uses,
    replaced: [...replaced, ...foreign.map((one) => `nothing stands in for ${one}: act fetches it`)],
  };
}

/** Where an action is on this machine: ours, or what stands in for one. act itself plays a checkout of the user's repository. */
export function folderOf({ folder, root }: Machine, uses: string): string | undefined {
  const [name = ''] = uses.split('@');
  if (name === 'OWNER/esa-canary-deploy') return join(folder, 'action');
  const actions = join(root, 'scripts/engine/actions');
  return readdirSync(actions).includes(basename(name)) ? join(actions, basename(name)) : undefined;
}
