import { spawn } from 'node:child_process';
import { counted } from '../rollout/count.js';
import type { Failure, Measurement } from '../rollout/model.js';
import { lastLine, readCounts } from './counts.js';

export interface CommandGate {
  readonly command: string;
  readonly folder: string;
  /** Of the action itself; what is between it and the runner is taken out before the command gets it. */
  readonly environment: NodeJS.ProcessEnv;
  /** In ms. */
  readonly timeout: number;
  /** Gets what the command printed, when it has ended. */
  readonly show: (output: string) => void;
}

/** What the command gets by its environment, as docs/inputs.md names it. */
export interface CommandContext {
  readonly routine: string;
  readonly env: string;
  readonly canary: string;
  readonly stable: string;
  readonly weight: number;
  /** Counted from 1. */
  readonly step: number;
  /** Since when the canary has this weight, in ms since the epoch. */
  readonly since: number;
}

/** sysexits.h, EX_TEMPFAIL: the command could not tell. */
const CANNOT_TELL = 75;
const OUTPUT_KEPT = 64 * 1024;
const LINES_SHOWN = 200;

/**
 * One check: exit 0 is healthy, 75 cannot tell, anything else is unhealthy; unless its last line gives counts, which then
 * count and have to be right. Values pass by environment only.
 */
export async function checkCommand(
  gate: CommandGate,
  context: CommandContext,
  signal: AbortSignal,
): Promise<Measurement> {
  const started = performance.now();
  const ended = await run(gate, { ...withoutRunner(gate.environment), ...variablesOf(context) }, signal);
  if (ended.output !== '') gate.show(firstLines(ended.output));
  const failure = (seen: string): Failure => {
    return { target: 'gate-command', seen, took: Math.round(performance.now() - started), version: undefined };
  };
  if (ended.timedOut) return { ...NOTHING, unknown: 1, failures: [failure(`no exit within ${gate.timeout / 1000} s`)] };
  const counts = readCounts(ended.lastLine, ended.tail);
  if (counts === undefined) return { ...NOTHING, ...byExit(ended, failure) };
  if (!counts.ok) return { ...NOTHING, unknown: 1, failures: [failure(counts.error)] };
  // At 100 % nothing is the stable's: a control without answers would hold the judge back.
  const { canary, stable, since } = counts.value;
  return { ...NOTHING, canary, stable: context.weight < 100 ? stable : undefined, since };
}

const NOTHING: Measurement = {
  source: 'gate-command',
  canary: { good: 0, bad: 0 },
  stable: undefined,
  cut: 0,
  unknown: 0,
  unnamed: 0,
  failures: [],
};

function byExit({ code, signal }: Ended, failure: (seen: string) => Failure): Partial<Measurement> {
  if (code === 0) return { canary: { good: 1, bad: 0 } };
  const failures = [failure(code === null ? `killed by ${signal}` : `exit ${code}`)];
  return code === CANNOT_TELL ? { unknown: 1, failures } : { canary: { good: 0, bad: 1 }, failures };
}

/** A check comes every few seconds, and the log is for people. */
function firstLines(output: string): string {
  const lines = output.trimEnd().split('\n');
  if (lines.length <= LINES_SHOWN) return output;
  return [...lines.slice(0, LINES_SHOWN), `(${counted(lines.length - LINES_SHOWN, 'more line')})`].join('\n');
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** Of what it printed on stdout. */
  readonly lastLine: string;
  /** The same, as much of its end as may be counts. */
  readonly tail: string;
  readonly timedOut: boolean;
}

async function run(
  { command, folder, timeout }: CommandGate,
  env: NodeJS.ProcessEnv,
  cancel: AbortSignal,
): Promise<Ended> {
  return new Promise((done) => {
    // A group of its own, so that whatever it started can be ended with it.
    const child = spawn(command, { shell: true, cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let [last, tail] = ['', ''];
    let timedOut = false;
    let chunks = 0;
    const take = (chunk: string) => {
      chunks += 1;
      output = (output + chunk).slice(0, OUTPUT_KEPT);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8');
    const kill = () => {
      if (child.pid === undefined || child.exitCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        // It has ended by itself in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeout);
    cancel.addEventListener('abort', kill, { once: true });
    child.stdout.on('data', take);
    child.stdout.on('data', (chunk: string) => {
      last = lastLine(last, chunk);
      tail = (tail + chunk).slice(-OUTPUT_KEPT);
    });
    child.stderr.on('data', take);
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      cancel.removeEventListener('abort', kill);
      done({ code, signal, output, lastLine: last.trimEnd(), tail, timedOut });
    };
    child.once('error', (error) => {
      output += error.message;
      finish(CANNOT_TELL, null);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      whenRead(
        () => chunks,
        () => finish(code, signal),
      );
    });
  });
}

/** A pipe holds 64 KiB, or 1 MiB at most, and a turn reads as much as the former at least. */
const MOST_TURNS = 32;

/**
 * What a command printed is read in turns after its end, until one brings nothing. `close` would wait for whatever it left
 * in the background; and where that goes on printing, each turn brings something.
 */
function whenRead(chunks: () => number, then: () => void): void {
  let [turns, before] = [0, -1];
  const look = () => {
    if (chunks() === before || turns === MOST_TURNS) return then();
    turns += 1;
    before = chunks();
    setImmediate(look);
  };
  setImmediate(look);
}

/**
 * The runner hands an action its inputs, state and tokens by environment, and the files by which the action tells it
 * outputs, state, variables and paths; what a user's command writes there would be taken for this action's word.
 */
function withoutRunner(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_(?:OUTPUT|STATE|ENV|PATH|STEP_SUMMARY)$)/i;
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => !own.test(name) && !value?.includes(COMMAND_FILES)),
  );
}

/** The folder of such files, whatever the next of them will be called. Source: actions/runner, FileCommandManager. */
const COMMAND_FILES = '_runner_file_commands';

function variablesOf({ routine, env, canary, stable, weight, step, since }: CommandContext): NodeJS.ProcessEnv {
  return {
    CANARY_ROUTINE: routine,
    CANARY_ENV: env,
    CANARY_VERSION: canary,
    CANARY_STABLE: stable,
    CANARY_WEIGHT: String(weight),
    CANARY_STEP: String(step),
    CANARY_SINCE: String(Math.floor(since / 1000)),
  };
}
