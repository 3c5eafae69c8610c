import { type Facts, type Made, same, type View } from './truth.js';

/**
 * What others deployed that a rollout may go on from, by the history and the looks of a job alone: the same two versions,
 * more for the canary than it had, seen before anything was sent to take it back.
 */
export function followed(facts: Facts, job: readonly View[]): readonly Made[] {
  const before = job[0]?.before;
  if (before === undefined || job[0]?.run.wish.kind !== 'rollout') return [];
  const own = new Set(job.flatMap((view) => view.own));
  const known = new Set(shownIn(job));
  const agreed = new Set(job.flatMap(({ run }) => adoptedBy(run)));
  const steps: Made[] = [];
  const earlier: Made[] = [before];
  for (const made of facts.history.slice(facts.history.indexOf(before) + 1)) {
    if (own.has(made)) earlier.push(made);
    else if (known.has(made) && isStepUp(made, earlier, known, facts, before)) {
      steps.push(made);
      if (agreed.has(made.id)) earlier.push(made);
    }
  }
  return steps;
}

/** By its own word: what it has not agreed to changes nothing for what comes after. */
function adoptedBy({ state }: View['run']): readonly string[] {
  const { adopted = [] } = JSON.parse(state['evidence'] || '{}') as { adopted?: readonly { id: string }[] };
  return adopted.map(({ id }) => id);
}

/** Up to the first write that takes the canary back. */
function shownIn(job: readonly View[]): readonly Made[] {
  const canary = (view: View) => (view.run.wish.kind === 'rollout' ? view.run.wish.canary : '');
  return job.flatMap((view) => {
    const back = view.writes.find(({ split }) => split[canary(view)] === undefined);
    return view.reads
      .filter(({ index }) => index < (back?.index ?? Number.POSITIVE_INFINITY))
      .map(({ showed }) => showed);
  });
}

/** Of what the job did itself it may know although no read showed it, since it was accepted, or not, since it was not. */
function isStepUp(
  made: Made,
  earlier: readonly Made[],
  known: ReadonlySet<Made>,
  { canary, stable }: Facts,
  before: Made,
): boolean {
  const other = Object.keys(before.split).find((version) => version !== canary) ?? stable;
  const weight = made.split[canary] ?? 0;
  if (weight === 100 || !same(made.split, { [canary]: weight, [other]: 100 - weight })) return false;
  const bases = [earlier.at(-1), earlier.findLast((one) => known.has(one) || one === before)];
  return bases.some((base) => {
    const from = base?.split[canary] ?? 0;
    return from > 0 && weight > from;
  });
}

/** The words by which a run says that somebody else ended its rollout. */
export const ENDED_BY_OTHERS = /Somebody else (?:promoted the canary|restored the stable): /;
