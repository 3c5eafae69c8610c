import { join, resolve } from 'node:path';
import { startEmulator } from '../emulator/emulator.js';
import { manyRoutines, timedAtOnce } from './many-routines.js';
import { runStep, type StepResult } from './runner.js';

/**
 * Many routines of one account that takes few requests: how many are deployed, in how many times the ideal time (the
 * requests that would be sent if none were refused, by the rate), and how many requests are refused for each accepted.
 */
const RATE = 5;
const AT_ONCE = 15;
const ROUTINES = process.env['BENCH_ROUNDS'] === undefined ? 100 : 12;
const CALLS = { splits: 4, rollouts: 6 } as const;
const root = resolve(import.meta.dirname, '../..');

async function throttled(kind: keyof typeof CALLS): Promise<void> {
  const { world, names } = manyRoutines(ROUTINES, RATE);
  await using emulator = await startEmulator({ world });
  const run = (name: string): Promise<StepResult> => {
    const [old = '', canary = ''] = world.routines[name]?.versions.map(({ codeVersion }) => codeVersion) ?? [];
    const goal = kind === 'splits' ? { versions: `${canary}=10,${old}=90` } : { canary, steps: '5%, 100%' };
    return runStep({
      entry: join(root, 'dist/main.cjs'),
      inputs: {
        routine: name,
        env: 'production',
        endpoint: emulator.api,
        'access-key-id': world.credentials[0]?.accessKeyId ?? '',
        'access-key-secret': world.credentials[0]?.accessKeySecret ?? '',
        ...goal,
      },
    });
  };
  const { results, took } = await timedAtOnce(names, AT_ONCE, run);
  const good = results.filter(({ exitCode }) => exitCode === 0).length;
  const refused = emulator.requests.filter(({ status }) => status === 400).length;
  const accepted = emulator.requests.length - refused;
  const ideal = (CALLS[kind] * ROUTINES) / RATE;
  console.log(
    `${ROUTINES} ${kind}: ${good} deployed; ${took.toFixed(0)} s, ${(took / ideal).toFixed(2)} x the ideal ${ideal.toFixed(0)} s; ` +
      `${refused} requests refused, ${accepted} accepted: ${(refused / accepted).toFixed(2)}`,
  );
}

async function main(): Promise<void> {
  console.log(`\nA throttled account: ${RATE} requests a second for all, ${AT_ONCE} processes at once`);
  await throttled('splits');
  await throttled('rollouts');
}

void main();
