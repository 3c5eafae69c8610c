import { addRoutine, addVersion, deploy, emptyWorld, type World } from '../emulator/emulator.js';

/** Routines of one account that takes so many requests a second: two versions each, the older serves production. */
export function manyRoutines(
  count: number,
  rate: number,
): { readonly world: World; readonly names: readonly string[] } {
  const world = emptyWorld({ requestsPerSecond: rate });
  const names = Array.from({ length: count }, (_, index) => `routine-${index}`);
  for (const name of names) {
    addRoutine(world, name);
    addVersion(world, name, {}, Date.now() - 60_000);
    addVersion(world, name);
    const old = world.routines[name]?.versions[0]?.codeVersion ?? '';
    deploy(world, name, 'production', [{ codeVersion: old, percentage: 100 }]);
  }
  return { world, names };
}

/** Runs for each, so many at once; results as they came, and how long all of it took, in seconds. */
export async function timedAtOnce<Name, T>(
  names: readonly Name[],
  atOnce: number,
  run: (name: Name) => Promise<T>,
): Promise<{ readonly results: readonly T[]; readonly took: number }> {
  const results: T[] = [];
  const queue = [...names];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) results.push(await run(name));
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { results, took: (performance.now() - started) / 1_000 };
}
