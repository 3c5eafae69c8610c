import type { Share } from '../answers.js';
import { always, type Bench, type Check } from '../bench.js';
import { type Finding, strange, told, unknown } from '../finding.js';
import { watch } from '../live.js';
import { PACE } from '../pace.js';
import { accepted } from './reactions.js';

const WRITES = 20;

/** How late a write shows, as a distribution. */
export const readAfterWrite: Check = {
  title: 'How late a write shows',
  facts: ['read-after-write'],
  writes: true,
  cost: { writes: WRITES, reads: WRITES * 3, probes: 0 },
  leftOut: always,
  run: async (bench) => {
    const fact = 'read-after-write';
    const shown: { staleReads: number; took: number }[] = [];
    for (let write = 0; write < WRITES; write += 1) {
      const split = nearlyHalves(bench, write);
      // So that the first read follows at once, and is not kept waiting for its turn.
      await bench.target.clock.sleep(PACE.within);
      const said = await bench.deploy(split);
      if (said.kind !== 'answer') continue;
      const settled = await bench.settle(split);
      if (settled === undefined) return [strange(fact, 'a write did not show within 30 s')];
      shown.push(settled);
    }
    if (shown.length < WRITES / 2) return [unknown(fact, `only ${shown.length} of ${WRITES} writes were answered`)];
    bench.known.staleReads = Math.max(...shown.map(({ staleReads }) => staleReads));
    return [told(fact, distribution(shown), { lagReads: bench.known.staleReads })];
  },
};

function nearlyHalves({ a, b }: Pick<Bench, 'a' | 'b'>, count: number): readonly Share[] {
  const weight = 50 + (count % 2);
  return [
    { version: a, weight },
    { version: b, weight: 100 - weight },
  ];
}

function distribution(shown: readonly { readonly staleReads: number; readonly took: number }[]): string {
  const counts = new Map<number, number>();
  for (const { staleReads } of shown) counts.set(staleReads, (counts.get(staleReads) ?? 0) + 1);
  const stale = [...counts]
    .toSorted(([one], [other]) => one - other)
    .map(([reads, count]) => `${reads} in ${count} writes`);
  const times = shown.map(({ took }) => took).toSorted((one, other) => one - other);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return `reads that were too old: ${stale.join(', ')}; shown after ${at(0.5)} ms in half of them, ${at(0.9)} ms in 9 of 10, ${at(1)} ms at most`;
}

/** What is live is sent once more. */
export const redeploy: Check = {
  title: 'What is live, deployed again',
  facts: ['redeploy'],
  writes: true,
  cost: { writes: 2, reads: 12, probes: 0 },
  leftOut: always,
  run: async (bench) => [await again(bench)],
};

async function again(bench: Bench): Promise<Finding> {
  const fact = 'redeploy';
  const split = nearlyHalves(bench, 0);
  const before = (await bench.deploy(split)).kind === 'answer' ? await bench.settle(split) : undefined;
  if (before === undefined) return unknown(fact, 'there was nothing to deploy again');
  const said = await bench.deploy(split);
  if (said.kind !== 'answer') return accepted(fact, said, 'redeploy');
  for (let reads = 2 * bench.known.staleReads + 4; reads > 0; reads -= 1) {
    const { deployId } = await watch(bench.target, bench.saved);
    if (deployId === before.look.deployId) continue;
    return told(fact, 'accepted, with a DeployId of its own', { redeploy: 'accepted' });
  }
  return told(fact, 'accepted, and the DeployId stays', { redeploy: 'same-deployment' });
}
