import type { Conclusion, Event, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import { OUTCOMES } from '../../../src/rollout/outcome.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { at } from './builders.js';
import { canaryIn, isBack, liveIn, must, text, textOf, type World } from './world.js';

/** Without others and without what is late, weights rise until a rollback, and nothing but the stable follows it. */
export function rises({ history, writes }: World, timeline: readonly Event[]): void {
  const firstBack = writes.findIndex(isBack);
  must(firstBack < 0 || writes.slice(firstBack).every(isBack), 'a step after a rollback');
  if (history.slice(1).some((one) => one.by === 'somebody else')) return;
  const forward = (firstBack < 0 ? history.slice(1) : history.filter(({ split }) => !isBack(split))).map(({ split }) =>
    canaryIn(split),
  );
  const falls = forward.filter((weight, index) => index > 0 && weight < (forward[index - 1] ?? 0)).length;
  // A write whose answer was lost and that was sent again may land twice, the second time over a later step.
  const lost = timeline.flatMap((event) => (event.kind === 'write-failed' ? [text(event.split)] : []));
  const twice = lost.some((split) => history.filter((one) => text(one.split) === split).length > 1);
  must(falls === 0 || twice, 'the weight fell without a cause');
}

/** A gate that only observes leads nowhere but to the end, and all that it found is told. */
export function observesOnly(plan: Plan, timeline: readonly Event[], { outcome, reason, warning }: Conclusion): void {
  if (plan.kind !== 'rollout') return;
  const found = timeline.filter((event) => event.kind === 'observed');
  const observes = plan.rollout.gate?.mode === 'observe';
  must(observes || found.length === 0, 'observed, though it was to act');
  must(found.length > 0 === (warning?.includes('In observe mode: would have ') === true), 'a finding is not told');
  must(found.filter(({ why }) => why !== 'site-fails').length < 2, 'found twice');
  if (!observes) return;
  must(!timeline.some((event) => event.kind === 'wait' && event.why.includes('bakes on')), 'the gate kept a step');
  must(!/^The gate /.test(reason), 'the gate only observes, and was acted on');
  const kinds = new Set(timeline.map((event) => event.kind));
  const mayLeave = kinds.has('cancelled') || kinds.has('write-failed') || kinds.has('read-failed');
  const isTheirs = reason.includes('Somebody else restored the stable:');
  must(
    mayLeave || isTheirs || neverShown(timeline) || !LEFT.has(outcome),
    'left its path for no other reason than the gate',
  );
}

/** No step that bakes is left upwards by a check older than the interval, unless three looks in a row took longer. */
export function freshlyChecked(plan: Plan, timeline: readonly Event[], split: TrafficSplit, now: number): void {
  const seen = timeline.findLast((event) => event.kind === 'read');
  if (plan.kind !== 'rollout' || plan.rollout.gate === undefined || seen?.kind !== 'read') return;
  const weight = seen.live.kind === 'serving' ? canaryIn(seen.live.split) : 0;
  const isWatched = plan.todo.some((step) => step.weight === weight && step.bake > 0);
  if (!isWatched || canaryIn(split) <= weight) return;
  const letters: Partial<Record<Event['kind'], string>> = {
    measured: 'm',
    read: 'r',
    accepted: 'w',
    'write-failed': 'w',
  };
  const told = timeline.map(({ kind }) => letters[kind] ?? '').join('');
  const slow = told.slice(told.lastIndexOf('w') + 1).match(/m+r/g) ?? [];
  const check = timeline.findLast((event) => event.kind === 'measured');
  const age = now - (check?.at ?? 0);
  must(age <= plan.rollout.gate.interval || slow.length >= 3, `a step up by a check of ${age} ms ago`);
}

/** Nothing ends as not measured by a check that was bad, while others could be taken. */
export function triesAgain(timeline: readonly Event[], { reason, warning = '' }: Conclusion): void {
  const measured = timeline.filter((event) => event.kind === 'measured');
  const last = measured.at(-1);
  const said = `${reason} ${warning}`;
  if (last === undefined || !/could (?:not )?measure it well/.test(said)) return;
  const here = measured.filter(({ weight }) => weight === last.weight);
  must(last.measurement.canary.bad === 0 || here.length >= 3, 'it ended for lack of another check');
}

const LEFT: ReadonlySet<string> = new Set(['rolled-back', 'held', 'rollback-failed', 'failed']);

/** A write was accepted, and no read after it showed it. */
function neverShown(timeline: readonly Event[]): boolean {
  return timeline.some(
    (event, index) =>
      event.kind === 'accepted' &&
      !timeline.slice(index).some((later) => later.kind === 'read' && textOf(later.live) === text(event.split)),
  );
}

/** Every claim against the history, as far as anybody could know. */
export function speaksTrue(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion): void {
  const { outcome, reason } = conclusion;
  const { history } = world;
  const live = liveIn(world);
  const others = history.slice(plan.before?.kind === 'serving' ? 1 : 0).filter((one) => one.by === 'somebody else');
  const lastLook = timeline.findLast((event) => event.kind === 'read' || event.kind === 'read-failed');
  const blind = /can no longer be read/.test(reason);
  const mayShow = /may still show|may be live|was accepted since/.test(reason);
  must(reason !== '', 'no reason');
  if (outcome === 'drifted') must(others.length > 0, 'drift that was not there');
  if (/left alone/.test(reason)) must(history.at(-1)?.by === 'somebody else', 'left alone, though ours is live');
  if (/was written over/.test(`${reason}${conclusion.warning ?? ''}`)) {
    const ours = history.findLastIndex((one) => one.by === 'us');
    must(
      passesForOurs(world) ||
        history.slice(plan.before?.kind === 'serving' ? 1 : 0, ours).some((one) => one.by === 'somebody else'),
      'written over, but nobody was',
    );
  }
  if (blind) return;
  must(lastLook?.kind === 'read', 'told for certain, though it could not be read');
  // What a service still hides, and what comes after the last look, nobody can know.
  const last = history.at(-1);
  const unseen = last?.by === 'somebody else' && !world.known.has(last.id);
  const hidden = world.lag > 0 || world.late.length > 0 || unseen;
  const told = finishedRun(plan, timeline, conclusion).live;
  if (!hidden && !mayShow)
    must(told !== undefined && textOf(told) === textOf(live), 'what is live is not what is said');
  const weight = told?.kind === 'serving' ? canaryIn(told.split) : 0;
  if (outcome === 'promoted') must(weight === 100, 'promoted, but the canary is not alone');
  if (outcome === 'rolled-back') must(told?.kind === 'serving' && isBack(told.split), 'rolled back, but it is not');
  if (outcome === 'deployed' && plan.kind === 'deploy')
    must(told !== undefined && textOf(told) === text(plan.target), 'deployed, but it is not');
  if (['promoted', 'paused', 'rolled-back', 'baking'].includes(outcome))
    must(
      hidden || last?.by !== 'somebody else' || others.length === 0 || passesForOurs(world) || TOLD.test(reason),
      'somebody else was not told',
    );
  claims(plan, world, timeline, conclusion);
}

const TOLD = /Somebody else (?:promoted the canary|restored the stable|moved it there)/;

/** What somebody deployed just like a write of ours that was on its way cannot be told from it. */
function passesForOurs({ history, writes }: World): boolean {
  return writes.some((split) => text(split) === text(history.at(-1)?.split ?? at(0)));
}

function claims(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion): void {
  const { history } = world;
  const { changed, undo: back } = finishedRun(plan, timeline, conclusion);
  const { changed: ends } = OUTCOMES[conclusion.outcome];
  must(ends === 'either' || (ends === 'yes') === changed, `${conclusion.outcome}, and changed is ${changed}`);
  const ours = history.some((one) => one.by === 'us');
  const unsure = world.lag > 0 || world.late.length > 0 || conclusion.reason.includes('may still show');
  const alike = history
    .slice(plan.before?.kind === 'serving' ? 1 : 0)
    .some((one) => one.by === 'somebody else' && world.writes.some((w) => text(w) === text(one.split)));
  const overtaken = history.some((one, index) => one.by === 'us' && history[index + 1]?.by === 'somebody else');
  if (changed) must(ours || alike, 'changed, though nothing was deployed');
  if (!changed && ours) must(unsure || overtaken || lateHidden(timeline), 'not changed, though something was deployed');
  if (/Nothing was written/.test(conclusion.reason)) must(world.writes.length === 0, 'nothing was written, it says');
  if (back === undefined) return;
  must(changed, 'an undo for what was not done');
  const theirs = history.some((one) => one.by === 'somebody else' && text(one.split) === text(back));
  must(
    (plan.before?.kind === 'serving' && text(back) === textOf(plan.before)) ||
      (/was written over/.test(conclusion.reason + (conclusion.warning ?? '')) && theirs),
    'an undo that undoes something else',
  );
  if (['rolled-back', 'held', 'rollback-failed'].includes(conclusion.outcome))
    must(canaryIn(back) === 0, 'an undo that gives the failing canary requests');
}

/** A write that was refused but acted, or whose effect was replaced before anybody could see it. */
function lateHidden(timeline: readonly Event[]): boolean {
  return timeline.some((event) => event.kind === 'write-failed');
}
