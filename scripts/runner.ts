import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a step left: its log, both streams as they came, its outputs and its summary. */
export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the post step of the same action would be told. */
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The files for outputs and state, byte by byte. */
  readonly files: string;
}

export interface Step {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs the bundle; this process's own when left out. */
  readonly node?: string;
  readonly entry: string;
  readonly state?: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
  readonly onLine?: (line: string) => void;
}

/**
 * Starts an action's bundle as a runner does: inputs in INPUT_ variables, and files for outputs, state and summary.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export async function runStep(step: Step): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'step-'));
  const file = (name: string) => {
    writeFileSync(join(folder, name), '');
    return join(folder, name);
  };
  const [output, state, summary] = [file('output'), file('state'), file('summary')];
  try {
    const env = {
      PATH: process.env['PATH'] ?? '',
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STATE: state,
      GITHUB_STEP_SUMMARY: summary,
      ...Object.fromEntries(
        Object.entries(step.inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
      ),
      ...Object.fromEntries(Object.entries(step.state ?? {}).map(([name, value]) => [`STATE_${name}`, value])),
      ...step.env,
    };
    const ended = await started(step, env);
    return {
      ...ended,
      outputs: readPairs(readFileSync(output, 'utf8')),
      state: readPairs(readFileSync(state, 'utf8')),
      summary: readFileSync(summary, 'utf8'),
      files: readFileSync(output, 'utf8') + readFileSync(state, 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function started(step: Step, env: NodeJS.ProcessEnv): Promise<Pick<StepResult, 'exitCode' | 'signal' | 'log'>> {
  const child = spawn(step.node ?? process.execPath, [resolve(step.entry)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  step.onStart?.(child);
  let log = '';
  let tail = '';
  const take = (chunk: Buffer) => {
    log += chunk.toString();
    const lines = (tail + chunk.toString()).split('\n');
    tail = lines.pop() ?? '';
    for (const line of lines) step.onLine?.(line);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (exitCode, signal) => done({ exitCode, signal, log }));
  });
}

/** The file format of GITHUB_OUTPUT and GITHUB_STATE: `name<<DELIMITER`, the lines of the value, `DELIMITER`. */
function readPairs(text: string): Record<string, string> {
  const lines = text.split('\n');
  const outputs: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, at + 1);
    outputs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}
