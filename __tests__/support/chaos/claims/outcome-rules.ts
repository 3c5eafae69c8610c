import type { Outcome } from '../../../../src/rollout/outcome.js';
import { ENDED_BY_OTHERS, followed } from '../followed.js';
import {
  excused,
  type Facts,
  foreignSince,
  hedges,
  jobOf,
  type Made,
  mayCallLive,
  READ,
  type Run,
  same,
  type View,
} from '../truth.js';
import { stableAlone } from './checks.js';
import { hasChanged } from './outputs.js';

type Rule = (facts: Facts, view: View) => string[];

/** Undefined for a word that is no outcome. */
export const ruleOf = (outcome: string): Rule | undefined => (RULES as Readonly<Record<string, Rule>>)[outcome];

/** What must hold of the history for each outcome: one without a rule does not compile. */
const RULES: Readonly<Record<Outcome, Rule>> = {
  // The canary alone is live, and a gate that must have failed did not pass.
  promoted: (facts, view) => [
    ...liveAs(view, 'the canary does not serve alone', ({ split }) => split[facts.canary] === 100),
    ...(isByOthers(view.run) ? byOthers(facts, view, facts.canary) : otherPath(facts, view)),
    ...unsaid(facts, view, 'Stop the schedule'),
    ...(view.own.length > 0 &&
    !isByOthers(view.run) &&
    facts.scenario.start !== 'nothing' &&
    weightsOf(view, facts).some((weight) => failsAt(facts, weight))
      ? passedIn(facts, view)
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
    ...liveAs(view, 'the last step is not live', (made) => isLastStep(facts, view, made)),
    ...otherPath(facts, view),
  ],
  // A step is live, and by this run or before it.
  baking: (facts, view) => [
    ...liveAs(view, 'no step is live', ({ split }) => (split[facts.canary] ?? 0) > 0),
    ...otherPath(facts, view),
    ...(facts.scenario.wait ? ['this run waits'] : []),
    ...(stableAlone(view.before, facts) ? unsaid(facts, view, 'It began') : []),
  ],
  // Nothing was to be done, and nothing was.
  unchanged: (facts, view) => [
    ...(view.writes.length > 0 ? ['something was written'] : []),
    ...liveAs(view, 'what is live is not what was asked for', ({ split }) => isReached(view.run, split, facts)),
  ],
  // A dry run writes nothing.
  planned: (_, view) => (view.writes.length > 0 ? ['something was written'] : []),
  // The stable alone is live, by this run, after the canary was.
  'rolled-back': (facts, view) => {
    const theirs = isByOthers(view.run);
    const stable = stableOf(facts, view);
    const wrote = view.writes.some(({ split }) => split[stable] === 100);
    const served = [view.before, ...view.own].some((made) => (made?.split[facts.canary] ?? 0) > 0);
    if (theirs && served)
      return [
        ...liveAs(view, 'the stable does not serve alone', ({ split }) => split[stable] === 100),
        ...unsaid(facts, view, 'Stop the schedule'),
        ...byOthers(facts, view, stable),
      ];
    const unknown = view.writes.some(({ accepted, split }) => !accepted && (split[facts.canary] ?? 0) > 0);
    return [
      ...liveAs(view, 'the stable does not serve alone', ({ split }) => split[stable] === 100),
      ...unsaid(facts, view, 'Stop the schedule'),
      ...(wrote ? [] : ['this run never wrote the stable']),
      ...(served || unknown ? [] : ['the canary was never live']),
    ];
  },
  // What asked for it says hold, or there is nothing to put back; of a fixed split nothing was sent.
  held: (facts, view) => {
    const { wish } = view.run;
    if (wish.kind === 'split') return view.writes.length > 0 ? ['something was written'] : [];
    const gone = mayCallLive(view).some(({ split }) => (split[facts.canary] ?? 0) === 0);
    const wentBack = view.writes.some(({ split }) => split[facts.canary] === undefined);
    const served = (view.before?.split[facts.canary] ?? 0) > 0 || hasChanged(view) === 'yes';
    const rollsBack = policyOf(facts, view.run) === 'rollback' && isReversible(facts, view);
    return [
      ...(rollsBack && !gone ? ['the canary was to be rolled back'] : []),
      ...(rollsBack && gone && served ? ['the canary was live and is gone, which is no hold'] : []),
      ...(wentBack && !gone ? ['a rollback was sent'] : []),
      ...(isBlind(view.run) ? [] : otherPath(facts, view)),
    ];
  },
  // Somebody else did deploy after this run first looked, and a read showed it or this run's write replaced it.
  drifted: (facts, view) => {
    const foreign = foreignSince(facts, [view]);
    const seen = foreign.some((made) => view.reads.some(({ showed }) => showed === made));
    const replaced = foreign.some((made) => view.own.some((own) => view.rank(own) > view.rank(made)));
    if (foreign.length === 0) return ['nobody else has deployed'];
    const last = view.reads.at(-1)?.showed;
    if (last !== undefined && isClear(view) && view.run.after === undefined && followed(facts, [view]).includes(last))
      return ['it was a step up, and no drift'];
    return seen || replaced ? [] : ['no read showed anything foreign'];
  },
  refused: (_, view) => (view.writes.length > 0 ? ['something was written'] : []),
  failed: (facts, view) => {
    const { wish } = view.run;
    const last = view.reads.at(-1);
    if (wish.kind === 'rollout') return failedRollout(facts, view);
    if (last === undefined || view.writes.length === 0) return [];
    const reached = same(last.showed.split, wish.split) && view.own.includes(last.showed) && readWell(view.run);
    return reached && mayCallLive(view).includes(last.showed) ? ['the split was live, and read'] : [];
  },
  'rollback-failed': (facts, view) => {
    const last = view.reads.at(-1)?.showed;
    const restored = last?.split[stableOf(facts, view)] === 100 && readWell(view.run);
    const tried = view.writes.some(({ split }) => split[facts.canary] === undefined);
    const touched = (view.before?.split[facts.canary] ?? 0) > 0 || view.writes.length > 0;
    return [
      ...(restored && !hedges(view.run) ? ['the stable was live alone, and read'] : []),
      ...(tried || !readWell(view.run) ? [] : ['no rollback was tried, and reading did not fail']),
      ...(touched ? [] : ['there was nothing to roll back']),
      ...(policyOf(facts, view.run) === 'hold' ? ['nobody asked for a rollback'] : []),
    ];
  },
};

function isByOthers(run: Run): boolean {
  return ENDED_BY_OTHERS.test(run.after === undefined ? (run.outputs['reason'] ?? '') : run.log);
}

/** A read showed that somebody else left this version alone. */
function byOthers(facts: Facts, view: View, version: string): string[] {
  const last = view.reads.at(-1)?.showed;
  const theirs =
    jobOf(facts, view.run).length > 1 ? foreignSince(facts, jobOf(facts, view.run)) : foreignSince(facts, [view]);
  if (last?.split[version] !== 100) return ['no read showed that somebody else ended it'];
  return theirs.includes(last) ? [] : ['it was not somebody else who ended it'];
}

/** As planned, or what somebody else made of it. */
function isLastStep(facts: Facts, view: View, made: Made): boolean {
  const weight = made.split[facts.canary] ?? 0;
  const last = lastWeight(view.run);
  return weight === last || (weight > last && followed(facts, [view]).includes(made));
}

/** All that was sent was accepted by its name, and a read showed it: nobody can take one for another. */
function isClear({ writes, reads }: View): boolean {
  return writes.every(({ named, made }) => named && reads.some(({ showed }) => showed === made));
}

/** A gate that always fails, and that observes at most. */
function passedIn({ scenario }: Facts, { run }: View): string[] {
  if (scenario.mode === 'enforce') return ['a gate that always fails let it pass'];
  return run.log.includes('::warning::In observe mode: ')
    ? []
    : ['nothing says what a gate observed that always fails'];
}

function liveAs(view: View, what: string, is: (made: Made) => boolean): string[] {
  const live = mayCallLive(view);
  return live.some(is) ? [] : [`${what}: ${live.map(({ split }) => JSON.stringify(split)).join(' or ')}`];
}

/** Nothing that it did took effect, and something kept it from going on. */
function failedRollout({ canary }: Facts, view: View): string[] {
  const live = view.reads.at(-1)?.showed.split[canary] ?? 0;
  const wentWrong =
    view.writes.length > 0
      ? view.writes.some(({ accepted }) => !accepted)
      : view.run.requests.some(({ status, showed, action }) => status !== 200 || (action === READ && !showed));
  return [
    ...(hasChanged(view) === 'yes' ? ['a write of this run took effect'] : []),
    ...(view.writes.length > 0 && live > 0 && readWell(view.run) ? ['the canary is live, and a read showed it'] : []),
    ...(wentWrong ? [] : ['nothing went wrong']),
  ];
}

/** What the inputs ask for where the run leaves its path for the reason that it gives. */
function policyOf({ scenario }: Facts, run: Run): string {
  const why = run.after === undefined ? (run.outputs['reason'] ?? '') : run.log;
  if (/could not measure the canary:/.test(why)) return scenario.onInconclusive;
  return /was cancelled:|Cancelled before/.test(why) ? scenario.onCancel : scenario.onFailure;
}

/** A run of a schedule says what the next one will do. */
function unsaid({ scenario }: Facts, { run }: View, words: string): string[] {
  const said = run.after === undefined ? (run.outputs['reason'] ?? '') : run.log;
  return scenario.wait || said.includes(words) ? [] : [`nothing says what the next run of the schedule will do`];
}

/** Something served without the canary, or beside it, so that there is a way back. */
function isReversible({ canary }: Facts, { before }: View): boolean {
  return Object.keys(before?.split ?? {}).some((version) => version !== canary);
}

function isBlind(run: Run): boolean {
  return /can no longer be read/.test(run.after === undefined ? (run.outputs['reason'] ?? '') : run.log);
}

/** Ends that go on from what this run did: not where the last thing that a read showed was somebody else's. */
function otherPath(facts: Facts, view: View): string[] {
  const last = view.reads.at(-1)?.showed;
  const foreign = foreignSince(facts, [view]);
  if (last === undefined || !foreign.includes(last)) return [];
  // The very split that this run had made live: it is as the outcome says, whoever made it so.
  const own = view.own.at(-1);
  if (own !== undefined && same(own.split, last.split)) return [];
  if (followed(facts, jobOf(facts, view.run)).includes(last)) return [];
  return excused(view, last) ? [] : [`deployment ${last.id} is somebody else's, and a read had shown it`];
}

/** A gate that fails at each check watches this weight, or the step below it where it is no step. */
export function failsAt({ scenario }: Facts, weight: number): boolean {
  const steps = scenario.steps.split(', ');
  const below = steps.filter((step) => Number.parseInt(step, 10) <= weight).at(-1) ?? steps[0] ?? '';
  const { gate, canary } = scenario;
  // Half of a few answers of real users may be well, and nobody knows how many there are.
  const fails = (gate === 'command' && canary !== 'healthy') || (gate === 'logs' && canary === 'failing');
  return fails && weight > 0 && below.includes('for');
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
