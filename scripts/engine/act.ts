import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One line of act's `--json`. */
export interface ActLine {
  readonly msg: string;
  readonly level?: string;
  readonly job?: string;
  readonly step?: string;
  readonly stepResult?: string;
  readonly jobResult?: string;
  /** What a step printed itself. */
  readonly raw_output?: boolean;
  readonly command?: string;
  /** What a command says, and what it is told beside that. */
  readonly arg?: string;
  readonly kvPairs?: Readonly<Record<string, string>>;
  /** Of a summary. */
  readonly content?: string;
  /** Its id last, a number where it has none. */
  readonly stepID?: readonly string[];
  readonly matrix?: Readonly<Record<string, unknown>>;
}

export interface Act {
  readonly ended: Promise<number>;
  /** As Ctrl-C: the step is killed, post steps run. */
  readonly cancel: () => void;
  /** Signals the process of the action, or of the contract check, that runs now; whether there was one. */
  readonly signal: (signal: NodeJS.Signals) => boolean;
  /** Ends whatever is left of it. */
  readonly kill: () => void;
}

export interface ActCall {
  readonly binary: string;
  readonly given: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: ActLine) => void;
}

/** Starts act. Its own words come line by line; what is no JSON has no job. */
export function startAct({ binary, given, folder, env, onLine }: ActCall): Act {
  const child = spawn(binary, given, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => onLine(readLine(line)));
  const ended = new Promise<number>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done(code ?? 1));
  });
  return {
    ended,
    cancel: () => child.kill('SIGINT'),
    signal: (signal) => {
      const [found] = descendants(child).filter(({ command }) => /\bdist\/(?:main|dev\/contract)\.cjs\b/.test(command));
      return found !== undefined && send(found.pid, signal);
    },
    kill: () => {
      for (const { pid } of descendants(child)) send(pid, 'SIGKILL');
      child.kill('SIGKILL');
    },
  };
}

function readLine(line: string): ActLine {
  try {
    return JSON.parse(line) as ActLine;
  } catch {
    return { msg: line, level: 'error' };
  }
}

/** It may have ended meanwhile. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** act gives each step a session of its own, so no group has them all. */
function descendants({ pid }: ChildProcess): readonly Running[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'args='], { encoding: 'utf8' });
  const all = listed.split('\n').flatMap((line): Running[] => {
    const [, own, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return own === undefined ? [] : [{ pid: Number(own), parent: Number(parent), command }];
  });
  const below = (of: number): Running[] =>
    all.filter(({ parent }) => parent === of).flatMap((one) => [one, ...below(one.pid)]);
  return pid === undefined ? [] : below(pid);
}
