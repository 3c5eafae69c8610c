import type { Command, Conclusion, Event, Live, Plan } from '../../../src/rollout/model.js';
import { CANARY, STABLE } from './builders.js';
import { adopted, isBaked, ownStepsOnly } from './strangers.js';
import { freshlyChecked, observesOnly, rises, speaksTrue, triesAgain } from './truth.js';
import {
  Broken,
  type Decide,
  isBack,
  type Luck,
  liveIn,
  measure,
  must,
  type Outcome,
  pass,
  read,
  type Service,
  SLOW,
  text,
  textOf,
  type World,
  write,
} from './world.js';

export { at, CANARY, rolloutPlan, STABLE, serving, splitPlan } from './builders.js';
export type { Decide, Luck, Outcome, Service } from './world.js';

/** Plays one plan to its end. Throws Broken when something does not hold. */
export function walk(plan: Plan, lucks: readonly Luck[], decide: Decide, service: Partial<Service> = {}): Outcome {
  const before = plan.before ?? { kind: 'nothing' };
  const start = before.kind === 'nothing' ? [] : [{ id: before.deploymentId, split: before.split, at: 0 }];
  const world: World = {
    ids: 'opaque',
    answers: 'same',
    ...service,
    now: 1_000_000,
    history: start.map((one) => ({ ...one, by: 'somebody else' })),
    lag: 0,
    shown: before,
    late: [],
    cancelled: false,
    contrary: false,
    known: new Set(before.kind === 'serving' ? [before.deploymentId] : []),
    writes: [],
    adopted: new Map(),
  };
  const timeline: Event[] = [{ at: world.now, kind: 'read', live: before }];
  for (let turn = 0; turn < 2_000; turn += 1) {
    const command = decide(plan, timeline);
    if (turn % 16 === 3)
      must(
        JSON.stringify(decide(structuredClone(plan), structuredClone(timeline))) === JSON.stringify(command),
        'the same timeline gave another command',
      );
    if (command.kind === 'finish') return ended(plan, world, timeline, command.conclusion, turn);
    const luck = lucks[turn] ?? 'fine';
    if (luck === 'cancel') {
      world.cancelled = true;
      timeline.push({ at: world.now, kind: 'cancelled', by: 'SIGINT' });
    } else timeline.push(carryOut(command, plan, world, timeline, luck));
  }
  throw new Broken('the walk does not end');
}

/** What takes no time, so that a read before it is as fresh as ever. */
const NO_TIME: ReadonlySet<Event['kind']> = new Set(['called', 'cancelled', 'observed', 'adopted']);

function carryOut(
  command: Exclude<Command, { kind: 'finish' }>,
  plan: Plan,
  world: World,
  timeline: readonly Event[],
  luck: Luck,
): Event {
  if (command.kind === 'wait') {
    must(command.atLeast > 0 && command.atMost >= command.atLeast, 'a wait that is none');
    const started = world.now;
    pass(world, command.atMost);
    const { atMost, purpose, why } = command;
    return { at: started, kind: 'wait', for: atMost, purpose, why };
  }
  if (command.kind === 'observe') return { at: world.now, kind: 'observed', ...command.finding };
  if (command.kind === 'adopt')
    return adopted(
      plan,
      command.adoption,
      world,
      timeline.findLast((event) => !NO_TIME.has(event.kind)),
    );
  pass(world, 5);
  if (command.kind === 'read') {
    if (luck === 'slow') pass(world, SLOW);
    return { ...read(world, luck), ...(command.baking && { baking: true as const }) };
  }
  if (command.kind === 'measure') return measure(world, command.weight, luck);
  if (command.kind === 'baseline') return askStable(world, timeline, command.version, luck);
  const last = timeline.findLast((event) => !NO_TIME.has(event.kind));
  must(last?.kind === 'read', 'a write without a read right before it');
  if (last?.kind === 'read') {
    notOver(world, last.live);
    if (!isBack(command.split)) isBaked(world, last.live);
  }
  must(
    command.split.every(({ version }) => version === CANARY || version === STABLE),
    'a write of a version that is not ours',
  );
  freshlyChecked(plan, timeline, command.split, world.now - 5);
  const isRollback = plan.kind === 'rollout' && isBack(command.split);
  must(
    command.rollback === isRollback,
    isRollback ? 'a rollback without its patience' : 'no rollback, but sent as one',
  );
  return write(world, command.split, luck);
}

/** Once, before anything was written, and of what alone is shown to be live. */
function askStable(world: World, timeline: readonly Event[], version: string, luck: Luck): Event {
  must(world.writes.length === 0 && !world.cancelled, 'the stable is asked alone, and is not alone');
  must(!timeline.some((event) => event.kind === 'baseline'), 'the stable is asked twice');
  const seen = timeline.findLast((event) => event.kind === 'read');
  must(seen?.kind === 'read' && textOf(seen.live) === `${version}=100`, 'the stable is asked, and another is live');
  const stable = { good: luck === 'bad' ? 0 : 9, bad: luck === 'fine' ? 0 : 9 };
  return { at: world.now, kind: 'baseline', version, stable, unknown: 0, failures: [] };
}

/**
 * Nothing is written over what a read has just shown to be somebody else's; one like a write of ours may pass for it.
 */
function notOver(world: World, live: Live): void {
  const position = world.history.findIndex((one) => live.kind === 'serving' && one.id === live.deploymentId);
  const shown = world.history[position];
  if (shown?.by !== 'somebody else' || position === 0 || world.adopted.has(shown.id)) return;
  must(
    world.writes.some((split) => text(split) === text(shown.split)),
    'a write over what somebody else was seen to have deployed',
  );
}

function ended(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion, turns: number): Outcome {
  const live = liveIn(world);
  rises(world, timeline);
  ownStepsOnly(plan, world, timeline, conclusion);
  observesOnly(plan, timeline, conclusion);
  triesAgain(timeline, conclusion);
  speaksTrue(plan, world, timeline, conclusion);
  return { conclusion, live, timeline, writes: world.writes, history: world.history, turns };
}
