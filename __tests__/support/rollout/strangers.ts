import type { Adoption, Conclusion, Event, Live, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import { CANARY, STABLE } from './builders.js';
import { canaryIn, type Deployment, isBack, must, text, type World } from './world.js';

/** What a rollout may make of what somebody else deploys, told from the history of the world alone. */

const ours = (split: TrafficSplit) => split.every(({ version }) => version === CANARY || version === STABLE);

/**
 * The canary's weight before it, by this rollout, or by somebody whom it follows. Of what no read showed the walk may know, since
 * it was accepted, or not, since it was refused and acted nevertheless: then both are right.
 */
function canaryBefore({ history, adopted: followed, known }: World, made: Deployment): readonly number[] {
  const earlier = history.slice(0, history.indexOf(made));
  const ownOnes = earlier.filter(({ by, id }, index) => index === 0 || by === 'us' || followed.has(id));
  const lasts = [ownOnes.at(-1), ownOnes.findLast(({ id }, index) => index === 0 || known.has(id))];
  return lasts.flatMap((last) => (last === undefined ? [] : [canaryIn(last.split)]));
}

/** Takes down that a step was adopted. */
export function adopted(plan: Plan, adoption: Adoption, world: World, last: Event | undefined): Event {
  const { split, deploymentId, weight, bake } = adoption;
  const shown = last?.kind === 'read' && last.live.kind === 'serving' ? last.live : undefined;
  must(shown?.deploymentId === deploymentId && text(shown.split) === text(split), 'adopted what was not just read');
  const made = world.history.find(({ id }) => id === deploymentId);
  must(made?.by === 'somebody else', 'adopted what is its own');
  const from = made === undefined ? [] : canaryBefore(world, made);
  must(ours(split) && weight === canaryIn(split), 'adopted other versions');
  must(weight < 100 && from.some((one) => one > 0 && weight > one), 'adopted what is no step up');
  must(!world.writes.some(isBack), 'adopted after a rollback was begun');
  const steps = plan.kind === 'rollout' ? plan.rollout.steps : [];
  const like = steps.filter((step) => step.weight <= weight).at(-1) ?? steps[0];
  must(like?.bake === bake, 'adopted for another time');
  world.adopted.set(deploymentId, { at: world.now, bake });
  return { at: world.now, kind: 'adopted', ...adoption };
}

/** Somebody's step is left for a higher one when it has baked. */
export function isBaked({ adopted: known, now }: World, live: Live): void {
  const step = live.kind === 'serving' ? known.get(live.deploymentId) : undefined;
  must(step === undefined || now - step.at >= step.bake, 'left an adopted step too early');
}

/** Each end is that of what somebody else did, where it was seen beyond doubt. */
export function ownStepsOnly(
  plan: Plan,
  world: World,
  timeline: readonly Event[],
  { outcome, reason, warning = '' }: Conclusion,
): void {
  const forward = world.writes.filter((split) => !isBack(split)).map(canaryIn);
  must(
    plan.kind !== 'rollout' ||
      !isClear(world, timeline) ||
      forward.every((weight, index) => weight >= (forward[index - 1] ?? 0)),
    'wrote a lower weight',
  );
  const last = timeline.findLast((event) => event.kind === 'read');
  const made = world.history.find(
    ({ id }) => last?.kind === 'read' && last.live.kind === 'serving' && last.live.deploymentId === id,
  );
  const told = /Somebody else (?:promoted the canary:|restored the stable:)/.test(reason);
  if (told) must(made?.by === 'somebody else', 'somebody else did it, it says, and nobody did');
  if (/Somebody else promoted/.test(reason)) must(warning.includes('promoted'), 'a promotion without a warning');
  if (plan.kind !== 'rollout' || made?.by !== 'somebody else' || made === world.history[0]) return;
  if (outcome === 'promoted' || outcome === 'rolled-back') must(told || alike(world, made), 'it was somebody else');
  const [from = 0] = canaryBefore(world, made);
  if (!isClear(world, timeline) || from === 0 || world.adopted.has(made.id)) return;
  const to = canaryIn(made.split);
  const begun = world.writes.some(isBack);
  const due =
    !ours(made.split) || to === from
      ? 'drifted'
      : to === 0
        ? 'rolled-back'
        : to < from || begun
          ? 'drifted'
          : to === 100
            ? 'promoted'
            : 'more';
  const failed = / The gate failed| The gate had found|^The gate failed/.test(reason);
  if (due === 'more') must(outcome !== 'drifted', 'more for the canary, and not adopted');
  else if (['drifted', 'promoted', 'rolled-back'].includes(outcome))
    must(outcome === due || (due === 'promoted' && failed), `${outcome}, and it was ${due}`);
}

/** All that was sent was accepted and seen, so nobody can mistake one for the other. */
function isClear({ history, known }: World, timeline: readonly Event[]): boolean {
  return (
    history.every(({ by, id }) => by !== 'us' || known.has(id)) &&
    !timeline.some((event) => event.kind === 'write-failed' || event.kind === 'read-failed')
  );
}

function alike({ writes }: World, { split }: Deployment): boolean {
  return writes.some((one) => text(one) === text(split));
}
