import {
  excused,
  type Facts,
  foreignSince,
  hedges,
  type Made,
  mayCallLive,
  type Run,
  same,
  type View,
} from '../truth.js';

/** Whether an outcome is so, and whether the exit code says the same. */

const GOOD = new Set(['deployed', 'promoted', 'paused', 'baking', 'unchanged', 'planned']);

export function outcomeClaims(facts: Facts, view: View): string[] {
  const { run } = view;
  const { outcome = '' } = run.outputs;
  if (run.signal !== null) return [];
  if (outcome === '') return ['it ended without an outcome'];
  const rule = RULES[outcome];
  if (rule === undefined) return [`there is no outcome "${outcome}"`];
  const exit = run.exitCode === (GOOD.has(outcome) ? 0 : 1) ? [] : [`${outcome} with exit code ${run.exitCode}`];
  const untrue = rule(facts, view).map((why) => `outcome ${outcome}: ${why}`);
  return [...exit, ...untrue, ...landsLater(view), ...mustBeRefused(facts, view)];
}

/** What must hold of the history for each outcome. */
const RULES: Readonly<Record<string, (facts: Facts, view: View) => string[]>> = {
  // The canary alone is live, and a gate that must have failed did not pass.
  promoted: (facts, view) => [
    ...liveAs(view, 'the canary does not serve alone', ({ split }) => split[facts.canary] === 100),
    ...otherPath(facts, view),
    ...(view.own.length > 0 &&
    facts.scenario.start !== 'nothing' &&
    weightsOf(view, facts).some((weight) => failsAt(facts, weight))
      ? ['a gate that always fails let it pass']
      : []),
  ],
  // The split that was asked for is live.
  deployed: (_, view) => {
    const { wish } = view.run;
    return wish.kind === 'split'
      ? liveAs(view, 'another split is live', ({ split }) => same(split, wish.split))
      : ['no fixed split was asked for'];
  },
  // The last step, which is below 100 %, is live.
  paused: (facts, view) => [
    ...liveAs(view, 'the last step is not live', ({ split }) => split[facts.canary] === lastWeight(view.run)),
    ...otherPath(facts, view),
  ],
  // A step is live, and by this run or before it.
  baking: (facts, view) => [
    ...liveAs(view, 'no step is live', ({ split }) => (split[facts.canary] ?? 0) > 0),
    ...otherPath(facts, view),
  ],
  // Nothing was to be done, and nothing was.
  unchanged: (facts, view) => [
    ...(view.writes.length > 0 ? ['something was written'] : []),
    ...liveAs(view, 'what is live is not what was asked for', ({ split }) => isReached(view.run, split, facts)),
  ],
  // The stable alone is live, by this run, after the canary was.
  'rolled-back': (facts, view) => {
    const stable = stableOf(facts, view);
    const wrote = view.writes.some(({ split }) => split[stable] === 100);
    const served = [view.before, ...view.own].some((made) => (made?.split[facts.canary] ?? 0) > 0);
    const unknown = view.writes.some(({ accepted, split }) => !accepted && (split[facts.canary] ?? 0) > 0);
    return [
      ...liveAs(view, 'the stable does not serve alone', ({ split }) => split[stable] === 100),
      ...(wrote ? [] : ['this run never wrote the stable']),
      ...(served || unknown ? [] : ['the canary was never live']),
    ];
  },
  held: (facts, view) => otherPath(facts, view),
  // Somebody else did deploy after this run first looked, and a read showed it or this run's write replaced it.
  drifted: (facts, view) => {
    const foreign = foreignSince(facts, [view]);
    const seen = foreign.some((made) => view.reads.some(({ showed }) => showed === made));
    const replaced = foreign.some((made) => view.own.some((own) => view.rank(own) > view.rank(made)));
    if (foreign.length === 0) return ['nobody else has deployed'];
    return seen || replaced ? [] : ['no read showed anything foreign'];
  },
  refused: (_, view) => (view.writes.length > 0 ? ['something was written'] : []),
  failed: (_, view) => {
    const { wish } = view.run;
    const last = view.reads.at(-1);
    if (wish.kind === 'rollout' || last === undefined || view.writes.length === 0) return [];
    const reached = same(last.showed.split, wish.split) && view.own.includes(last.showed) && readWell(view.run);
    return reached && mayCallLive(view).includes(last.showed) ? ['the split was live, and read'] : [];
  },
  'rollback-failed': (facts, view) => {
    const last = view.reads.at(-1)?.showed;
    const restored = last?.split[stableOf(facts, view)] === 100 && readWell(view.run);
    return restored && !hedges(view.run) ? ['the stable was live alone, and read'] : [];
  },
};

function liveAs(view: View, what: string, is: (made: Made) => boolean): string[] {
  const live = mayCallLive(view);
  return live.some(is) ? [] : [`${what}: ${live.map(({ split }) => JSON.stringify(split)).join(' or ')}`];
}

/** Ends that go on from what this run did: not where the last thing that a read showed was somebody else's. */
function otherPath(facts: Facts, view: View): string[] {
  const last = view.reads.at(-1)?.showed;
  const foreign = foreignSince(facts, [view]);
  if (last === undefined || !foreign.includes(last) || view.run.outputs['outcome'] === 'held') return [];
  // The very split that this run had made live: it is as the outcome says, whoever made it so.
  const own = view.own.at(-1);
  if (own !== undefined && same(own.split, last.split)) return [];
  return excused(view, last) ? [] : [`deployment ${last.id} is somebody else's, and a read had shown it`];
}

/** A write that takes effect when the run is over was said to be open, or had as long as was promised. */
function landsLater(view: View): string[] {
  const { run } = view;
  // Allowed: the very split that is live already, sent a second time because the first answer was lost.
  const isAsLive = (made: Made) => mayCallLive(view).some(({ split }) => same(split, made.split));
  const late = view.own.filter((made) => view.rank(made) >= run.history && !isAsLive(made));
  const open = run.state['concluded'] !== 'true' || hedges(run);
  const waited = (made: Made) => run.end - (view.writes.find((write) => write.made === made)?.at ?? 0) >= PROMISED;
  return late.some((made) => !waited(made)) && !open
    ? ['a write took effect after the end, and nothing says that it might']
    : [];
}

/** How long an answer that was lost is waited for in a hurry, in ms. */
const PROMISED = 4_000;

function mustBeRefused({ scenario, history }: Facts, view: View): string[] {
  const { outcome = '' } = view.run.outputs;
  const { wish } = view.run;
  const mayWrite = view.writes.length > 0;
  const backwards = wish.kind === 'rollout' && scenario.older === 'unsaid' && scenario.start !== 'nothing';
  // The input is empty where nothing was live.
  const given = scenario.expect === 'right' && scenario.start !== 'nothing';
  const wrong = scenario.expect === 'wrong' || (given && view.before !== history[0]);
  return [
    ...(backwards && mayWrite && outcome !== 'refused'
      ? ['the canary is the older version, and nobody said that this is meant']
      : []),
    ...(wrong && mayWrite ? ['something was written, though another deployment was expected'] : []),
  ];
}

/** A gate that fails at each check watches this weight, or the step below it where it is no step. */
export function failsAt({ scenario }: Facts, weight: number): boolean {
  const steps = scenario.steps.split(', ');
  const below = steps.filter((step) => Number.parseInt(step, 10) <= weight).at(-1) ?? steps[0] ?? '';
  return scenario.gate === 'command' && scenario.canary !== 'healthy' && weight > 0 && below.includes('for');
}

/** Those that the canary had: when this run first looked, and by it. */
function weightsOf({ before, own }: View, { canary }: Facts): number[] {
  return [before, ...own].map((made) => made?.split[canary] ?? 0);
}

/** Whoever served beside the canary, or alone, when the run first looked. */
export function stableOf({ stable, canary }: Facts, view: View): string {
  return Object.keys(view.before?.split ?? {}).find((version) => version !== canary) ?? stable;
}

function lastWeight({ wish }: Run): number {
  return wish.kind === 'rollout' ? (wish.weights.at(-1) ?? 0) : 0;
}

function isReached({ wish }: Run, split: Readonly<Record<string, number>>, { canary }: Facts): boolean {
  return wish.kind === 'split' ? same(split, wish.split) : (split[canary] ?? 0) >= lastWeight({ wish } as Run);
}

/** Its last look at what is live was answered. */
export function readWell(run: Run): boolean {
  const last = run.requests.filter(({ action }) => action === 'GetRoutine').at(-1);
  return last?.status === 200 && last.showed !== undefined;
}
