import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': unknown;
  readonly queue?: string;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly environment?: string | { readonly name: string; readonly deployment?: boolean };
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly 'fail-fast'?: boolean; readonly 'max-parallel'?: number };
  readonly steps?: readonly Step[];
}

export interface Declared {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: unknown;
}

export interface Workflow {
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, Declared>> } | null>>;
  readonly concurrency: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const root = resolve(import.meta.dirname, '../../../..');
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');
export const examples: readonly string[] = readdirSync(join(root, 'examples'));
export const workflow = (path: string): Workflow => parse(read(path)) as Workflow;

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs the script of a step as a runner does, by bash with `-e`, in a folder of its own. */
export function runScript(step: Step | undefined, env: Readonly<Record<string, string>>): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'step-'));
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  try {
    const given = { PATH: process.env['PATH'], GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...env };
    const options = { cwd: folder, env: given, encoding: 'utf8' } as const;
    const script = `: >> "$GITHUB_OUTPUT"; : >> "$GITHUB_STEP_SUMMARY"\n${step?.run ?? 'exit 99'}`;
    const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-c', script], options);
    const lines = readFileSync(output, 'utf8').split('\n').slice(0, -1);
    return {
      status,
      stdout,
      outputs: Object.fromEntries(
        lines.map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
      ),
      summary: readFileSync(summary, 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
