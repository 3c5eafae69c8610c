import { followed } from '../followed.js';
import { type Facts, foreignSince, jobOf, type Run, type View } from '../truth.js';

/** What a post step must have done: no canary of a rollout that was cut short is left behind in silence. */
export function aftermathClaims(facts: Facts, view: View): string[] {
  const { run } = view;
  if (run.after === undefined || run.signal !== null) return [];
  const [main] = jobOf(facts, run);
  if (main === undefined || main.run.wish.kind !== 'rollout') return [];
  const unfinished = main.run.signal !== null && main.run.state['concluded'] !== 'true';
  const { before } = main;
  const reversible = before !== undefined && Object.keys(before.split).some((version) => version !== facts.canary);
  if (!unfinished || facts.scenario.onCancel !== 'rollback' || !reversible || main.own.length === 0) return [];
  const live = facts.history.at(-1);
  // Of what it went on from it leaves word, or it was killed before it could.
  const agreed = followed(facts, [main]).filter(({ id }) => main.run.state['evidence']?.includes(id));
  const ours = live !== undefined && [...main.own, ...view.own, ...agreed].includes(live);
  const left = ours && (live.split[facts.canary] ?? 0) > 0;
  const loud = run.exitCode === 1;
  const shared = foreignSince(facts, [main, view]).some((made) => !agreed.includes(made));
  return left && !loud && !shared ? ['a canary was left behind by a run that was cut short, and nothing says so'] : [];
}

/** How a post step says that it ended; undefined where it had nothing to do, or could not look. */
export function postOutcome({ log }: Run): string | undefined {
  return /^::(?:warning|error) title=([a-z-]+)%3A /m.exec(log)?.[1];
}
