import type {
  Command,
  Conclusion,
  Event,
  Fault,
  Live,
  Measurement,
  Plan,
  Step,
  TrafficSplit,
} from '../../src/rollout/model.js';
import { hasChanged, lastKnown, undoing } from '../../src/rollout/report.js';

/**
 * A world for random walks: a service that may lose answers, act late, lag, throttle, refuse, and be used by others who
 * deploy anything, also our own splits. Its history is the truth; it knows nothing of how decisions are made, and it
 * checks by itself what must hold of every walk.
 */
export const CANARY = '2';
export const STABLE = '1';

export type Luck =
  | 'fine'
  | 'lost'
  | 'before'
  | 'late'
  | 'throttled'
  | 'fatal'
  | 'fatal-but-done'
  | 'lag'
  | 'stale'
  | 'vanished'
  | 'foreign'
  | 'ahead'
  | 'behind'
  | 'alone'
  | 'restored'
  | 'unreadable'
  | 'bad'
  | 'unknown'
  | 'cancel';

/** One deployment, as it really was. */
interface Deployment {
  readonly id: string;
  readonly split: TrafficSplit;
  readonly by: 'us' | 'somebody else';
  readonly at: number;
}

export interface Outcome {
  readonly conclusion: Conclusion;
  readonly live: Live;
  readonly timeline: readonly Event[];
  readonly writes: readonly TrafficSplit[];
  readonly history: readonly Deployment[];
  readonly turns: number;
}

export type Decide = (plan: Plan, timeline: readonly Event[]) => Command;

export interface Service {
  /** What ids look like: nanosecond times, which tell an order, or anything. */
  readonly ids: 'times' | 'opaque';
  /** How a write is answered: with the DeployId, with no id, or with a number of another kind. */
  readonly answers: 'same' | 'none' | 'other';
}

interface World extends Service {
  now: number;
  readonly history: Deployment[];
  /** Reads left that show the state before. */
  lag: number;
  shown: Live;
  /** A write whose answer was lost, and when it takes effect. */
  late: { readonly split: TrafficSplit; readonly at: number }[];
  cancelled: boolean;
  /** A write was refused and acted nevertheless: that much is seen at once, no fact knows of more. */
  contrary: boolean;
  /** Ids that were shown. */
  readonly known: Set<string>;
  readonly writes: TrafficSplit[];
}

/** A replica that lags does so for seconds, not minutes. In ms. */
const STALE_FOR = 5_000;

export class Broken extends Error {}

const must = (held: boolean, what: string) => {
  if (!held) throw new Broken(what);
};

export const serving = (id: number | string, split: TrafficSplit): Live => ({
  kind: 'serving',
  deploymentId: String(id),
  deployedAt: undefined,
  split,
  details: [],
});

export const at = (weight: number): TrafficSplit =>
  weight === 100
    ? [{ version: CANARY, weight }]
    : weight === 0
      ? [{ version: STABLE, weight: 100 }]
      : [
          { version: CANARY, weight },
          { version: STABLE, weight: 100 - weight },
        ];

const canaryIn = (split: TrafficSplit) => split.find((share) => share.version === CANARY)?.weight ?? 0;
const text = (split: TrafficSplit) =>
  split
    .map(({ version, weight }) => `${version}=${weight}`)
    .sort()
    .join();
const textOf = (live: Live) => (live.kind === 'serving' ? text(live.split) : 'nothing');
const isBack = (split: TrafficSplit) => text(split) === text(at(0));

const fault = (code: string, repeatable: boolean, mayHaveActed: boolean): Fault => ({
  operation: 'CreateRoutineCodeDeployment',
  code,
  message: code,
  requestId: 'R',
  advice: 'advice',
  repeatable,
  throttled: code === 'Throttling',
  mayHaveActed,
  retryAfter: undefined,
});

function liveIn({ history }: World): Live {
  const last = history.at(-1);
  return last === undefined ? { kind: 'nothing' } : serving(last.id, last.split);
}

function idAt({ ids, history }: World): string {
  const count = history.length + 1;
  return ids === 'times' ? `17665900${String(count).padStart(11, '0')}` : `d-${(count * 7919) % 10_007}`;
}

function deploy(world: World, split: TrafficSplit, by: Deployment['by']): string {
  const id = idAt(world);
  world.history.push({ id, split, by, at: world.now });
  return id;
}

function write(world: World, split: TrafficSplit, luck: Luck): Event {
  world.writes.push(split);
  const failed = (code: string, repeatable: boolean, mayHaveActed: boolean): Event => ({
    at: world.now,
    kind: 'write-failed',
    split,
    fault: fault(code, repeatable, mayHaveActed),
  });
  if (luck === 'throttled' || luck === 'before') return failed('Throttling', true, true);
  if (luck === 'fatal') return failed('InvalidParameter', false, false);
  if (luck === 'late') {
    world.late.push({ split, at: world.now + (world.cancelled ? 1_000 : 9_000) });
    return failed('ReadTimeout', true, true);
  }
  if (luck === 'lag') world.lag = 3;
  foreigner(world, luck, world.now % 2 === 0);
  const deploymentId = deploy(world, split, 'us');
  foreigner(world, luck, world.now % 2 === 1);
  if (luck === 'lost') return failed('ECONNRESET', true, true);
  if (luck === 'unreadable') return failed('AnswerNotUnderstood', false, true);
  if (luck === 'fatal-but-done') {
    world.contrary = true;
    world.lag = 0;
    return failed('InvalidParameter', false, false);
  }
  const answered = { same: deploymentId, none: '', other: String(world.history.length) }[world.answers];
  return { at: world.now, kind: 'accepted', split, deploymentId: answered, requestId: 'R' };
}

/** Somebody else: another version, or our own two in a split that we sent, will send, started from or want in the end. */
function foreigner(world: World, luck: Luck, now: boolean): void {
  if (!now) return;
  const weight = canaryIn(world.history.at(-1)?.split ?? at(0));
  const splits: Partial<Record<Luck, TrafficSplit>> = {
    foreign: [{ version: '3', weight: 100 }],
    ahead: at(Math.min(100, weight + 20)),
    behind: at(Math.max(1, Math.floor(weight / 2))),
    alone: at(100),
    restored: at(0),
  };
  const split = splits[luck];
  if (split !== undefined) deploy(world, split, 'somebody else');
}

function read(world: World, luck: Luck): Event {
  if (luck === 'unreadable')
    return { at: world.now, kind: 'read-failed', fault: fault('InternalException', true, true) };
  foreigner(world, luck, true);
  if (luck === 'vanished' && world.history.length > 0 && !world.contrary)
    return { at: world.now, kind: 'read', live: { kind: 'nothing' } };
  // Where ids tell no order, a state that is shown for the first time when it is past cannot be told from a new one.
  const old = world.history.at(-2);
  const recent = world.now - (world.history.at(-1)?.at ?? 0) < STALE_FOR;
  const tellable = recent && old !== undefined && (world.ids === 'times' || world.known.has(old.id));
  if (luck === 'stale' && tellable && !world.contrary)
    return { at: world.now, kind: 'read', live: serving(old.id, old.split) };
  if (world.lag > 0) world.lag -= 1;
  else world.shown = liveIn(world);
  world.contrary = false;
  if (world.shown.kind === 'serving') world.known.add(world.shown.deploymentId);
  return { at: world.now, kind: 'read', live: world.shown };
}

function measure(world: World, weight: number, luck: Luck): Event {
  const seen =
    luck === 'bad'
      ? { good: 1, bad: 1, unknown: 0 }
      : luck === 'unknown'
        ? { good: 0, bad: 0, unknown: 2 }
        : { good: 2, bad: 0, unknown: 0 };
  const measurement: Measurement = { source: 'gate-url', ...seen, share: undefined, failures: [] };
  must(
    world.history.some(({ split }) => canaryIn(split) === weight),
    'a check of a weight that never was live',
  );
  return { at: world.now, kind: 'measured', weight, measurement };
}

/** What is late takes effect when its time has come. */
function pass(world: World, milliseconds: number): void {
  world.now += milliseconds;
  for (const due of world.late.filter((one) => one.at <= world.now)) deploy(world, due.split, 'us');
  world.late = world.late.filter((one) => one.at > world.now);
}

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
  };
  const timeline: Event[] = [{ at: world.now, kind: 'read', live: before }];
  for (let turn = 0; turn < 4_000; turn += 1) {
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
    } else timeline.push(carryOut(command, world, timeline, luck));
  }
  throw new Broken('the walk does not end');
}

function carryOut(
  command: Exclude<Command, { kind: 'finish' }>,
  world: World,
  timeline: readonly Event[],
  luck: Luck,
): Event {
  if (command.kind === 'wait') {
    must(command.atLeast > 0 && command.atMost >= command.atLeast, 'a wait that is none');
    const started = world.now;
    pass(world, command.atMost);
    return { at: started, kind: 'wait', for: command.atMost, why: command.why };
  }
  pass(world, 5);
  if (command.kind === 'read') return read(world, luck);
  if (command.kind === 'measure') return measure(world, command.weight, luck);
  const last = timeline.findLast((event) => event.kind !== 'called' && event.kind !== 'cancelled');
  must(last?.kind === 'read', 'a write without a read right before it');
  if (last?.kind === 'read') notOver(world, last.live);
  must(
    command.split.every(({ version }) => version === CANARY || version === STABLE),
    'a write of a version that is not ours',
  );
  return write(world, command.split, luck);
}

/** Nothing is written over what a read has just shown to be somebody else's; one like a write of ours may pass for it. */
function notOver(world: World, live: Live): void {
  const at_ = world.history.findIndex((one) => live.kind === 'serving' && one.id === live.deploymentId);
  const shown = world.history[at_];
  if (shown?.by !== 'somebody else' || at_ === 0) return;
  must(
    world.writes.some((split) => text(split) === text(shown.split)),
    'a write over what somebody else was seen to have deployed',
  );
}

function ended(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion, turns: number): Outcome {
  const live = liveIn(world);
  rises(world);
  speaksTrue(plan, world, timeline, conclusion);
  return { conclusion, live, timeline, writes: world.writes, history: world.history, turns };
}

/** Without others and without what is late, weights rise until a rollback, and nothing but the stable follows it. */
function rises({ history, writes }: World): void {
  const firstBack = writes.findIndex(isBack);
  must(firstBack < 0 || writes.slice(firstBack).every(isBack), 'a step after a rollback');
  if (history.slice(1).some((one) => one.by === 'somebody else')) return;
  const forward = (firstBack < 0 ? history.slice(1) : history.filter(({ split }) => !isBack(split))).map(({ split }) =>
    canaryIn(split),
  );
  const falls = forward.filter((weight, index) => index > 0 && weight < (forward[index - 1] ?? 0)).length;
  // A write whose answer was lost and that was sent again may land twice, the second time over a later step.
  const twice = new Set(history.map(({ split }) => text(split))).size < history.length;
  must(falls === 0 || twice, 'the weight fell without a cause');
}

/** Every claim against the history, as far as anybody could know. */
function speaksTrue(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion): void {
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
  const told = plan.kind === 'deploy' || plan.kind === 'rollout' ? lastKnown(plan, timeline) : undefined;
  if (!hidden && !mayShow)
    must(told !== undefined && textOf(told) === textOf(live), 'what is live is not what is said');
  const weight = told?.kind === 'serving' ? canaryIn(told.split) : 0;
  if (outcome === 'promoted') must(weight === 100, 'promoted, but the canary is not alone');
  if (outcome === 'rolled-back') must(told?.kind === 'serving' && isBack(told.split), 'rolled back, but it is not');
  if (outcome === 'deployed' && plan.kind === 'deploy')
    must(told !== undefined && textOf(told) === text(plan.target), 'deployed, but it is not');
  if (['promoted', 'paused', 'rolled-back', 'baking'].includes(outcome))
    must(
      hidden || last?.by !== 'somebody else' || others.length === 0 || passesForOurs(world),
      'somebody else was not told',
    );
  claims(plan, world, timeline, conclusion);
}

/** What somebody deployed just like a write of ours that was on its way cannot be told from it. */
function passesForOurs({ history, writes }: World): boolean {
  return writes.some((split) => text(split) === text(history.at(-1)?.split ?? at(0)));
}

function claims(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion): void {
  const { history } = world;
  const changed = hasChanged({ plan, timeline, conclusion });
  const ours = history.some((one) => one.by === 'us');
  const unsure = world.lag > 0 || world.late.length > 0 || conclusion.reason.includes('may still show');
  const alike = history
    .slice(plan.before?.kind === 'serving' ? 1 : 0)
    .some((one) => one.by === 'somebody else' && world.writes.some((w) => text(w) === text(one.split)));
  const overtaken = history.some((one, index) => one.by === 'us' && history[index + 1]?.by === 'somebody else');
  if (changed) must(ours || alike, 'changed, though nothing was deployed');
  if (!changed && ours) must(unsure || overtaken || lateHidden(timeline), 'not changed, though something was deployed');
  if (/Nothing was written/.test(conclusion.reason)) must(world.writes.length === 0, 'nothing was written, it says');
  const back = undoing({ plan, timeline, conclusion });
  if (back === undefined) return;
  must(changed, 'an undo for what was not done');
  must(plan.before?.kind === 'serving' && text(back) === textOf(plan.before), 'an undo that undoes something else');
  if (['rolled-back', 'held', 'rollback-failed'].includes(conclusion.outcome))
    must(canaryIn(back) === 0, 'an undo that gives the failing canary requests');
}

/** A write that was refused but acted, or whose effect was replaced before anybody could see it. */
function lateHidden(timeline: readonly Event[]): boolean {
  return timeline.some((event) => event.kind === 'write-failed');
}

export function rolloutPlan(
  steps: readonly Step[],
  options: Partial<Extract<Plan, { kind: 'rollout' }>['rollout']> = {},
  startAt = 0,
  id: number | string = 1,
): Plan {
  const rollout = {
    kind: 'rollout' as const,
    canary: CANARY,
    steps,
    wait: true,
    gate: { successRate: 99, interval: 15_000 },
    onFailure: 'rollback' as const,
    onInconclusive: 'rollback' as const,
    onCancel: 'rollback' as const,
    ...options,
  };
  const todo = steps.filter((step) => step.weight >= startAt);
  return {
    kind: 'rollout',
    wish: { routine: 'r', env: 'production', goal: rollout, expectDeploymentId: undefined, dryRun: false },
    rollout,
    before: serving(id, at(startAt)),
    stable: STABLE,
    todo,
    liveSince: todo[0]?.weight === startAt ? 900_000 : undefined,
    known: [],
    doubts: [],
  };
}

export function splitPlan(target: TrafficSplit, before: Live): Plan {
  const goal = { kind: 'split' as const, split: target };
  const wish = { routine: 'r', env: 'production' as const, goal, expectDeploymentId: undefined, dryRun: false };
  return { kind: 'deploy', wish, before, target, known: [], doubts: [] };
}
