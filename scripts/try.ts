import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from '../emulator/emulator.js';
import { actBinary } from './engine/act-binary.js';
import { type Ended, type Engine, type Running, startEngine } from './engine/engine.js';
import { preparationOf, prepare, runs } from './engine/examples.js';
import { versionNamed } from './engine/needs.js';
import { HELP, readOptions, type TryOptions } from './engine/options.js';
import { countDeployments, toldRollouts } from './engine/rollout-story.js';
import { toldLine, toldLive, toldOutputs, toldRecords } from './engine/story.js';

/** Runs a workflow as it stands by a real workflow engine, against an emulated ESA, and tells what became of it. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const FAILING = { failureShare: 0.5 };

const say = (...lines: readonly string[]) => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

const asked = readOptions(process.argv.slice(2));
if (asked.kind === 'help') say(HELP);
if (asked.kind === 'mistakes') fail(`${asked.mistakes.join('\n')}\n\n${HELP}`, 2);
if (asked.kind === 'run') void tryOut(asked.options);

function fail(why: string, code: number): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = code;
}

async function tryOut(options: TryOptions): Promise<void> {
  try {
    process.exitCode = await play(options);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), 1);
  }
}

/** The exit code: that of the last run. */
async function play(options: TryOptions): Promise<number> {
  if (!existsSync(options.workflow)) throw new Error(`there is no ${options.workflow}`);
  const stop = watchStop();
  const act = actBinary(root);
  if (act.kind === 'missing') throw new Error(act.why);
  const installed = join(root, 'node_modules/node/bin/node');
  const node = existsSync(installed) ? installed : process.execPath;
  await using engine = await startEngine({
    ...{ root, act: act.path, node, speed: options.speed },
    uploaded: (version, routine) => {
      if (options.broken.some((one) => one === 'latest' || one === `${routine}/latest`)) version.misbehaviour = FAILING;
    },
  });
  stop.engine = engine;
  say(
    `${options.workflow} by act, on Node ${node === installed ? '24' : process.version.slice(1)} and against an emulated ESA and GitHub.`,
  );
  for (const { workflow } of preparationOf(options.workflow).first ?? []) say(`The day before: ${workflow}.`);
  await prepare(engine, options.workflow);
  const counted = countDeployments(engine.emulator.world);
  const times = options.times ?? preparationOf(options.workflow).times ?? 1;
  const all = await runs(engine, times, (run) => begin(engine, options, stop, run));
  const ended = all.at(-1);
  say('', 'Live after:', ...toldLive(engine.emulator.world));
  const records = toldRecords(engine.github);
  if (records.length > 0) say('', 'Records in GitHub:', ...records);
  say('', 'What a next job got:', ...toldOutputs(ended ?? { handed: {} }));
  if (ended !== undefined) tellRollouts(toldRollouts(engine.emulator.world, counted, ended));
  if (stop.asked) say('', 'Cancelled.');
  return ended?.exitCode ?? 1;
}

function tellRollouts(told: readonly string[]): void {
  if (told.length > 0) say(...told, 'Next: README.md, and `dry-run: true` with a routine of your own.');
}

/** `latest`, or of one of many routines alone `ROUTINE/latest`. */
function breakVersions(world: World, names: readonly string[], routines: readonly string[]): void {
  for (const name of names) {
    const [, routine, version = ''] = /^(?:(.*)\/)?([^/]*)$/.exec(name) ?? [];
    const found = (routine === undefined ? routines : [routine]).map((one) => versionNamed(world, version, one));
    for (const one of found) {
      if (one === undefined) throw new Error(`--break is ${name}, and there is no such version`);
      one.misbehaviour = FAILING;
    }
  }
}

async function begin(engine: Engine, options: TryOptions, stop: Stop, run: number): Promise<Ended | undefined> {
  if (stop.asked) return undefined;
  if (run > 1) say('', '━━ An hour later');
  const running = engine.start({
    ...options,
    onLine: (line) => {
      const told = toldLine(line);
      if (told !== undefined) say(told);
    },
  });
  stop.running = running;
  if (run === 1) {
    breakVersions(engine.emulator.world, options.broken, running.routines);
    tellBefore(toldLive(engine.emulator.world), running, options);
  }
  return running.ended;
}

function tellBefore(
  live: readonly string[],
  { event, inputs, replaced }: Running,
  { speed, broken }: TryOptions,
): void {
  const given = Object.entries(inputs).map(([name, value]) => `  ${name}: ${value.split('\n')[0]}`);
  say(`Started by ${event}${given.length > 0 ? ' with:' : '.'}`, ...given);
  say('', 'In the copy that runs:', ...replaced.map((one) => `  ${one}`));
  say('  the repository is a small one made for this, with a src/index.js of its own: your code is not in it');
  say('  each job reports its outputs at its end, and one more job what it got of them by needs');
  say(`  a pause of the action takes 1/${speed} of its time, and the clock says that it took all of it`);
  if (broken.length > 0) say(`  ${broken.join(', ')} fails half of its requests`);
  say('', 'Live before:', ...live, '');
}

interface Stop {
  asked: boolean;
  engine: Engine | undefined;
  running: Running | undefined;
}

/**
 * Ctrl-C cancels as act does, post steps included. A second one ends everything at once, and so does whoever stops to
 * read or to wait. Watched from the start, so that an installation that is broken off is cleared away.
 */
function watchStop(): Stop {
  const state: Stop = { asked: false, engine: undefined, running: undefined };
  const end = async () => {
    await state.engine?.[Symbol.asyncDispose]();
    process.exit(130);
  };
  const stop = () => {
    if (state.asked) {
      void end();
      return;
    }
    state.asked = true;
    say('', '━━ Cancelled: act kills the step and runs what follows it always; once more ends everything at once');
    state.running?.cancel();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  process.on('SIGHUP', () => void end());
  process.stdout.on('error', () => void end());
  return state;
}
