import { failedOf } from '../count.js';
import type { RolloutPlan } from '../decide/course.js';
import { sizeOf, total } from '../judge/evidence.js';
import type { Check } from '../judge/verdict.js';
import { isExitCode } from '../judge/verdict-text.js';
import { additions } from '../judge/windows.js';
import type { Timeline } from '../model.js';

/** What the gate has seen in all, the canary's beside the stable's: a sentence for each source. */
export function gateCounts({ rollout: { gate } }: RolloutPlan, timeline: Timeline): readonly string[] {
  if (gate === undefined) return ['No gate watched it.'];
  const checks = checksIn(timeline);
  if (checks.length === 0) return ['The gate made no check.'];
  const added = additions(checks);
  const sources = [...new Set(checks.map(({ source }) => source))];
  return sources.map((source) => {
    const saw = sawBy(added.filter((check) => check.source === source));
    return sources.length === 1 ? `The gate saw ${saw}.` : `By \`${source}\` the gate saw ${saw}.`;
  });
}

function sawBy(checks: readonly Check[]): string {
  const ours = total(checks.map(({ canary }) => canary));
  if (checks.every(isExitCode)) return `${failedOf(ours, 'check')} by \`gate-command\` fail`;
  const compared = checks.flatMap(({ stable }) => stable ?? []);
  const isMixed = checks.some(({ source, stable, weight }) => source === 'gate-url' && !stable && weight < 100);
  if (isMixed)
    return sizeOf(ours) === 0 ? 'no answer' : `${failedOf(ours, 'answer')} fail, whichever version gave them`;
  const canary = sizeOf(ours) === 0 ? 'no answer of the canary' : `${failedOf(ours, 'answer')} of the canary fail`;
  if (compared.length === 0) return canary;
  const theirs = total(compared);
  return `${canary}, and ${sizeOf(theirs) === 0 ? 'none' : failedOf(theirs)} of the stable`;
}

/** Every check, with the canary's weight when it was taken. */
export function checksIn(timeline: Timeline): readonly Check[] {
  return timeline.flatMap((event) =>
    event.kind === 'measured' ? [{ ...event.measurement, weight: event.weight }] : [],
  );
}
