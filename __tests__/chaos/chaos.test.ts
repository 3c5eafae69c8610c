import { expect, test } from '@jest/globals';
import { untruths } from '../support/chaos/oracle.js';
import { play } from '../support/chaos/play.js';
import { type Scenario, scenarioFrom } from '../support/chaos/scenario.js';
import type { Facts } from '../support/chaos/truth.js';

/**
 * The real bundle under random faults, signals, people and other runs. `CHAOS_RUNS` and `CHAOS_SEED` set how many and
 * which; every failure names the seed that plays it alone again: `CHAOS_SEED=<seed> CHAOS_RUNS=1`.
 */
const RUNS = Number(process.env['CHAOS_RUNS'] ?? 60);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const AT_ONCE = Number(process.env['CHAOS_AT_ONCE'] ?? 4);

test(`${RUNS} runs from seed ${SEED}: all that was said is so, and nothing was done that may not be`, async () => {
  const seeds = Array.from({ length: RUNS }, (_, index) => SEED + RUNS - 1 - index);
  const outcomes: Record<string, number> = {};
  const broken: string[] = [];
  const worker = async () => {
    for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
      const outcome = await one(seed, broken);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(`chaos, seed ${SEED}, ${RUNS} runs, ${broken.length} untrue: ${JSON.stringify(outcomes)}\n`);
  expect(broken).toEqual([]);
}, 7_200_000);

async function one(seed: number, broken: string[]): Promise<string> {
  const scenario = scenarioFrom(seed);
  const facts = await play(scenario);
  const untrue = untruths(facts);
  if (untrue.length > 0) broken.push(report(seed, scenario, facts, untrue));
  const { outputs, signal } = facts.runs.find(({ name }) => name === 'main') ?? {};
  return outputs?.['outcome'] ?? `killed by ${signal ?? 'nobody'}`;
}

/** What a reader needs to see who is right. */
function report(seed: number, scenario: Scenario, facts: Facts, untrue: readonly string[]): string {
  const roles = `stable ${facts.stable}, canary ${facts.canary}, other ${facts.other}`;
  const history = facts.history.map(({ id, at, by, split }) => {
    const who = typeof by === 'string' ? by : `${by.accessKeyId}, RequestId ${by.requestId}`;
    return `${new Date(at).toISOString()} ${id} ${JSON.stringify(split)} by ${who}`;
  });
  const logs = facts.runs.map(({ name, log, exitCode, signal, signals, outputs, begin, end, requests }) =>
    [
      `--- ${name}, ${new Date(begin).toISOString()} to ${new Date(end).toISOString()}, exit ${exitCode ?? signal}, signals ${signals.join()}`,
      log.replace(/^::add-mask::.*\n/gm, '').trim(),
      ...requests.map(
        (asked) =>
          `> ${new Date(asked.at).toISOString()} ${asked.action} ${asked.status} ${asked.fault ?? ''} showed ${asked.showed?.production ?? '-'} live ${asked.live?.production ?? '-'}`,
      ),
      JSON.stringify({ ...outputs, timeline: undefined }),
    ].join('\n'),
  );
  const head = `CHAOS_SEED=${seed} CHAOS_RUNS=1\n${untrue.map((what) => `UNTRUE ${what}`).join('\n')}`;
  return [head, JSON.stringify(scenario), roles, ...history, ...logs].join('\n');
}
