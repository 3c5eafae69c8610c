import { followed } from '../followed.js';
import { excused, type Facts, foreignSince, jobOf, same, type View, wholeJob } from '../truth.js';
import { failsAt } from './outcome-rules.js';
import { stepBelow } from './said-of-time.js';

/** What a run may not do, whatever it says of it. */
export function conductClaims(facts: Facts, view: View): string[] {
  return [
    ...overPeople(facts, view),
    ...twice(view),
    ...ungated(facts, view),
    ...rises(facts, view),
    ...early(facts, view),
  ];
}

/** Never a write over a deployment that a read had shown as somebody else's. */
function overPeople(facts: Facts, view: View): string[] {
  const job = jobOf(facts, view.run);
  const foreign = new Set(foreignSince(facts, job));
  const before = job[0]?.before;
  const reads = job.flatMap(({ reads: some }) => some);
  const agreed = new Set(followed(facts, job));
  return view.writes.flatMap((write) => {
    const seen = reads.filter(({ index }) => index < write.index).at(-1)?.showed;
    if (seen === undefined || seen === before || !foreign.has(seen)) return [];
    if (agreed.has(seen) || excused(wholeJob(facts, view), seen)) return [];
    return [`it wrote over deployment ${seen.id}, which a read had shown and which is somebody else's`];
  });
}

/** Never two writes in a row for the same target where the first had been accepted, and no time had passed. */
function twice({ writes, past }: View): string[] {
  return writes.flatMap((write, index) => {
    const last = writes[index - 1];
    if (last === undefined || !last.accepted || !same(last.split, write.split)) return [];
    const between = past.some(({ at }) => at >= last.at && at <= write.at && at !== last.made?.at);
    return between || write.at - last.at >= PATIENCE
      ? []
      : ['it wrote the same split twice, though the first was accepted'];
  });
}

/** How long an accepted rollback is looked for before it is sent again, in ms. */
const PATIENCE = 4_900;

/** A weight that is no step is watched before it is left for a higher one. */
function ungated(facts: Facts, view: View): string[] {
  const { wish, checks, log } = view.run;
  const weight = view.before?.split[facts.canary] ?? 0;
  if (wish.kind !== 'rollout' || facts.scenario.gate === 'none' || facts.scenario.start === 'nothing') return [];
  if (!facts.scenario.steps.includes('for') || weight === 0 || weight === 100 || wish.weights.includes(weight))
    return [];
  const higher = view.writes.some(({ split }) => (split[facts.canary] ?? 0) > weight);
  // A step without a bake below it is not watched, and so is this.
  const bakes = facts.scenario.steps.split(', ').filter((step) => Number.parseInt(step, 10) < weight);
  if (!higher || !(bakes.at(-1) ?? facts.scenario.steps.split(', ')[0] ?? '').includes('for')) return [];
  const checked = checks.includes(weight) || log.includes(`Checked at ${weight} %`);
  if (!checked) return [`it left ${weight} %, which is no step, and asked no gate`];
  return facts.scenario.mode === 'enforce' && failsAt(facts, weight)
    ? [`it left ${weight} %, where the gate fails, for a higher weight`]
    : [];
}

/** Weights rise until a rollback, and no step follows one. */
function rises({ canary }: Facts, view: View): string[] {
  if (view.run.wish.kind !== 'rollout') return [];
  let back = false;
  let highest = 0;
  return view.writes.flatMap(({ split }) => {
    const weight = split[canary] ?? 0;
    const wrong =
      weight === 0
        ? []
        : back
          ? ['it wrote a step after a rollback']
          : weight < highest
            ? ['it wrote a lower weight']
            : [];
    back ||= weight === 0;
    highest = Math.max(highest, weight);
    return wrong;
  });
}

/** No step is left for a higher one before it has been live for as long as it bakes, by the history. */
function early({ canary, scenario, history }: Facts, { run, before, writes, reads }: View): string[] {
  if (run.wish.kind !== 'rollout') return [];
  return writes.flatMap((write) => {
    const left = reads.filter(({ index }) => index < write.index).at(-1)?.showed;
    const weight = left?.split[canary] ?? 0;
    if (left === undefined || weight === 0 || (write.split[canary] ?? 0) <= weight) return [];
    const { bake } = stepBelow(scenario.steps, weight);
    // What was live before is dated by the service, in whole seconds.
    const slack = left === before ? 1_500 : 5;
    // Somebody who deploys the very same split changes nothing for those who are watched.
    const since = history.slice(0, history.indexOf(left)).findLastIndex((made) => !same(made.split, left.split));
    const lasted = write.at - (left === before ? left.at : (history[since + 1]?.at ?? left.at));
    return lasted + slack >= bake ? [] : [`it left ${weight} % after ${lasted} ms, though it bakes for ${bake} ms`];
  });
}
