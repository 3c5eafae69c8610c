import type { Quirks } from '../../emulator/quirks.js';
import { always, type Bench, type Check } from '../bench.js';
import { type Pattern, patternOf } from '../chance.js';
import { type Edge, type Mark, servedBy } from '../edge.js';
import { type Finding, strange, told, unknown } from '../finding.js';

const REQUESTS = 200;

/** Two versions at 50 %: asked over one connection, then over as many as there are requests. */
export const routing: Check = {
  title: 'How a version is chosen for a request',
  facts: ['routing'],
  writes: true,
  cost: { writes: 1, reads: 4, probes: 2 * REQUESTS },
  leftOut: always,
  run: async (bench) => {
    const fact = 'routing';
    const opened = await bench.edge();
    if (typeof opened === 'string') return [unknown(fact, opened)];
    const { mark, unmarked } = bench.known;
    if (mark === undefined) return [unknown(fact, unmarked)];
    const split = [
      { version: bench.a, weight: 50 },
      { version: bench.b, weight: 50 },
    ];
    const said = await bench.deploy(split);
    if (said.kind !== 'answer' || (await bench.settle(split)) === undefined)
      return [unknown(fact, 'a split was not accepted, or did not show')];
    await bench.target.clock.sleep(2 * bench.known.edgeDelay + 5_000);
    const before = opened.connections();
    const one = await served(bench, opened, mark, 'same connection');
    const connections = opened.connections() - before;
    const many = await served(bench, opened, mark, 'alone');
    return [judged(patternOf(one), patternOf(many), [one, many], connections)];
  },
};

type Served = readonly ('a' | 'b')[];

async function served({ pace }: Bench, { ask }: Edge, mark: Mark, how: 'same connection' | 'alone'): Promise<Served> {
  const found: ('a' | 'b')[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    await pace();
    const by = servedBy(await ask(how), mark);
    if (by !== undefined) found.push(by);
  }
  return found;
}

function judged(one: Pattern, many: Pattern, [first, other]: readonly [Served, Served], connections: number): Finding {
  const fact = 'routing';
  if (one === 'too few answers' || many === 'too few answers') return unknown(fact, 'too few requests were answered');
  const shares = [first, other].map((all) => `${all.filter((by) => by === 'a').length} of ${all.length}`);
  const over = connections <= 1 ? 'over one connection' : `over ${connections} connections in a row`;
  const seen = `${over} ${one} (${shares[0]} by the first version), over a new one for each request ${many} (${shares[1]})`;
  const rule = RULES.find((each) => each.one === one && (each.many === undefined || each.many === many));
  return rule === undefined ? strange(fact, seen) : told(fact, seen, { routing: rule.quirk });
}

const RULES: readonly { readonly one: Pattern; readonly many?: Pattern; readonly quirk: Quirks['routing'] }[] = [
  { one: 'by chance', many: 'by chance', quirk: 'chance' },
  { one: 'always the same', many: 'by chance', quirk: 'per-connection' },
  { one: 'always the same', many: 'always the same', quirk: 'per-client' },
  { one: 'in turn', many: 'in turn', quirk: 'in-turn' },
];
