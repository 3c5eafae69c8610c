import { expect, test } from '@jest/globals';
import { judge } from './judge.js';
import { play } from './play.js';
import { scenarioFrom } from './scenario.js';

/**
 * The real bundle under random faults, kills and foreign deployments. `CHAOS_RUNS` and `CHAOS_SEED` set how many and
 * which; every failure names the seed that plays it alone again: `CHAOS_SEED=<seed> CHAOS_RUNS=1`.
 */
const RUNS = Number(process.env['CHAOS_RUNS'] ?? 60);
const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000_000);
const AT_ONCE = 4;
const FOREIGN = '3';

test(`${RUNS} runs from seed ${SEED}: what is live is what was said, and no canary is left behind`, async () => {
  const seeds = Array.from({ length: RUNS }, (_, index) => SEED + index);
  const outcomes: Record<string, number> = {};
  const broken: string[] = [];
  const worker = async () => {
    for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
      const outcome = await one(seed, broken);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(`chaos, seed ${SEED}, ${RUNS} runs: ${JSON.stringify(outcomes)}\n`);
  expect(broken).toEqual([]);
}, 3_600_000);

async function one(seed: number, broken: string[]): Promise<string> {
  const scenario = scenarioFrom(seed, FOREIGN);
  let log = '';
  try {
    return await play(scenario, (played) => {
      log = `${played.main.log}\n--- post\n${played.post.log}\n--- live ${JSON.stringify([played.liveAfterMain, played.liveAtEnd])}`;
      judge(scenario, played);
    });
  } catch (error) {
    broken.push(`CHAOS_SEED=${seed} CHAOS_RUNS=1: ${String(error)}\n${JSON.stringify(scenario, null, 1)}\n${log}`);
    return 'broken';
  }
}
