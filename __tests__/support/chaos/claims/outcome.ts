import type { Outcome } from '../../../../src/rollout/outcome.js';
import { type Facts, hedges, type Made, mayCallLive, same, type View, wholeJob } from '../truth.js';
import { postOutcome } from './aftermath.js';
import { ruleOf } from './outcome-rules.js';

/** Whether an outcome is so, and whether the exit code says the same. */

const GOOD: ReadonlySet<string> = new Set<Outcome>([
  'deployed',
  'promoted',
  'paused',
  'baking',
  'unchanged',
  'planned',
]);

export function outcomeClaims(facts: Facts, view: View): string[] {
  const { run } = view;
  if (run.after !== undefined) return postClaims(facts, view);
  const { outcome = '' } = run.outputs;
  if (run.signal !== null) return [];
  if (outcome === '') return ['it ended without an outcome'];
  const rule = ruleOf(outcome);
  if (rule === undefined) return [`there is no outcome "${outcome}"`];
  const exit = run.exitCode === (GOOD.has(outcome) ? 0 : 1) ? [] : [`${outcome} with exit code ${run.exitCode}`];
  const untrue = rule(facts, view).map((why) => `outcome ${outcome}: ${why}`);
  return [...exit, ...untrue, ...landsLater(view), ...mustBeRefused(facts, view)];
}

/** A post step has no outputs: its outcome is in its annotation, and is judged over what the whole job did. */
function postClaims(facts: Facts, view: View): string[] {
  const { run } = view;
  const outcome = postOutcome(run);
  if (run.signal !== null || outcome === undefined) return [];
  const rule = ruleOf(outcome);
  if (rule === undefined || GOOD.has(outcome)) return [`a post step cannot end as "${outcome}"`];
  const exit = run.exitCode === (MENDED.has(outcome) ? 0 : 1) ? [] : [`${outcome} with exit code ${run.exitCode}`];
  return [...exit, ...rule(facts, wholeJob(facts, view)).map((why) => `outcome ${outcome}: ${why}`)];
}

/** How a post step may end without failing the job, which has failed already. */
const MENDED: ReadonlySet<string> = new Set<Outcome>(['rolled-back', 'held', 'drifted']);

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
