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

/**
 * A world for random walks: a service that may lose answers, lag, throttle, refuse, and be used by others. It knows
 * nothing of how decisions are made, and it checks by itself what must hold of every walk.
 */
export const CANARY = '2';
export const STABLE = '1';

export type Luck =
  | 'fine'
  | 'lost'
  | 'before'
  | 'throttled'
  | 'fatal'
  | 'lag'
  | 'foreign'
  | 'unreadable'
  | 'bad'
  | 'unknown'
  | 'cancel';

export interface Outcome {
  readonly conclusion: Conclusion;
  readonly live: Live;
  readonly timeline: readonly Event[];
  readonly writes: readonly TrafficSplit[];
}

export type Decide = (plan: Plan, timeline: readonly Event[]) => Command;

interface World {
  now: number;
  live: Live;
  shown: Live;
  lag: number;
  ids: number;
  foreign: boolean;
  readonly writes: TrafficSplit[];
}

export class Broken extends Error {}

const must = (held: boolean, what: string) => {
  if (!held) throw new Broken(what);
};

export const serving = (id: number, split: TrafficSplit): Live => ({
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
const weightIn = (live: Live) => (live.kind === 'serving' ? canaryIn(live.split) : 0);

const fault = (code: string, repeatable: boolean): Fault => ({
  operation: 'CreateRoutineCodeDeployment',
  code,
  message: code,
  requestId: 'R',
  advice: 'advice',
  repeatable,
  throttled: false,
  mayHaveActed: true,
  retryAfter: undefined,
});

function deploy(world: World, split: TrafficSplit): string {
  world.ids += 1;
  world.live = serving(world.ids, split);
  if (world.lag === 0) world.shown = world.live;
  return String(world.ids);
}

function write(world: World, split: TrafficSplit, luck: Luck): Event {
  world.writes.push(split);
  const failed = (code: string, repeatable: boolean): Event => ({
    at: world.now,
    kind: 'write-failed',
    split,
    fault: fault(code, repeatable),
  });
  if (luck === 'throttled' || luck === 'before') return failed('Throttling', true);
  if (luck === 'fatal') return failed('InvalidParameter', false);
  if (luck === 'lag') world.lag = 3;
  const deploymentId = deploy(world, split);
  if (luck === 'foreign') somebodyElse(world);
  if (luck === 'lost') return failed('ECONNRESET', true);
  return { at: world.now, kind: 'accepted', split, deploymentId, requestId: 'R' };
}

function somebodyElse(world: World): void {
  world.foreign = true;
  deploy(world, [{ version: '3', weight: 100 }]);
  world.shown = world.live;
}

function read(world: World, luck: Luck): Event {
  if (luck === 'unreadable') return { at: world.now, kind: 'read-failed', fault: fault('InternalException', true) };
  if (luck === 'foreign') somebodyElse(world);
  if (world.lag > 0) world.lag -= 1;
  else world.shown = world.live;
  return { at: world.now, kind: 'read', live: world.shown };
}

function measure(world: World, weight: number, luck: Luck): Event {
  must(
    weight > 0 && (world.foreign || weight === weightIn(world.shown) || weight === weightIn(world.live)),
    'a check of a weight that is not live',
  );
  const seen =
    luck === 'bad'
      ? { good: 1, bad: 1, unknown: 0 }
      : luck === 'unknown'
        ? { good: 0, bad: 0, unknown: 2 }
        : { good: 2, bad: 0, unknown: 0 };
  const measurement: Measurement = { source: 'gate-url', ...seen, share: undefined, failures: [] };
  return { at: world.now, kind: 'measured', weight, measurement };
}

/** Plays one rollout to its end. Throws Broken when something does not hold. */
export function walk(plan: Plan, lucks: readonly Luck[], decide: Decide): Outcome {
  const before = plan.before ?? { kind: 'nothing' };
  const world: World = { now: 1_000_000, live: before, shown: before, lag: 0, ids: 10, foreign: false, writes: [] };
  const timeline: Event[] = [{ at: world.now, kind: 'read', live: before }];
  for (let turn = 0; turn < 2_000; turn += 1) {
    const command = decide(plan, timeline);
    must(
      JSON.stringify(decide(structuredClone(plan), structuredClone(timeline))) === JSON.stringify(command),
      'the same timeline gave another command',
    );
    if (command.kind === 'finish') return ended(plan, world, timeline, command.conclusion);
    const luck = lucks[turn] ?? 'fine';
    if (luck === 'cancel') timeline.push({ at: world.now, kind: 'cancelled', by: 'SIGINT' });
    else timeline.push(carryOut(command, world, timeline, luck));
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
    world.now += command.atMost;
    return { at: started, kind: 'wait', for: command.atMost, why: command.why };
  }
  world.now += 5;
  if (command.kind === 'read') return read(world, luck);
  if (command.kind === 'measure') return measure(world, command.weight, luck);
  must(
    timeline.findLast((event) => event.kind !== 'called' && event.kind !== 'cancelled')?.kind === 'read',
    'a write without a read right before it',
  );
  must(
    command.split.every(({ version }) => version === CANARY || version === STABLE),
    'a write of a version that is not ours',
  );
  return write(world, command.split, luck);
}

function ended(plan: Plan, world: World, timeline: readonly Event[], conclusion: Conclusion): Outcome {
  const { outcome } = conclusion;
  const weights = world.writes.map(canaryIn);
  const firstBack = weights.indexOf(0);
  const forward = firstBack < 0 ? weights : weights.slice(0, firstBack);
  must(
    forward.every((weight, index) => index === 0 || weight >= (forward[index - 1] ?? 0)),
    'the weight fell without a rollback',
  );
  must(firstBack < 0 || weights.slice(firstBack).every((weight) => weight === 0), 'a step after a rollback');
  const seen = timeline.findLast((event) => event.kind === 'read')?.live ?? world.live;
  if (outcome === 'promoted') must(weightIn(seen) === 100, 'promoted, but the canary is not alone');
  if (outcome === 'rolled-back')
    must(
      JSON.stringify(seen.kind === 'serving' && seen.split) === JSON.stringify(at(0)),
      'rolled back, but the stable is not alone',
    );
  if (outcome === 'drifted') must(world.foreign, 'drift that was not there');
  if (world.foreign && timeline.at(-1)?.kind === 'read' && seen === world.live)
    must(outcome === 'drifted', 'somebody else was seen and not told');
  const lastLook = timeline.findLast((event) => event.kind === 'read' || event.kind === 'read-failed');
  if (lastLook?.kind === 'read-failed') {
    must(!['rolled-back', 'promoted', 'paused'].includes(outcome), 'told for certain, though it could not be read');
    // Nobody can know what is live then; but what may be is said.
    must(conclusion.reason.includes('can no longer be read'), 'it is not told that nothing could be read');
    const last = world.writes.at(-1);
    const unseen = last !== undefined && world.live.kind === 'serving' && world.live !== seen;
    const told = last?.every(({ version, weight }) => conclusion.reason.includes(`${version}=${weight}`)) === true;
    if (unseen && !world.foreign) must(told, 'a write that may be live is not told');
  } else if (!world.foreign && ['rolled-back', 'promoted', 'paused', 'held'].includes(outcome))
    must(weightIn(world.live) === weightIn(seen), 'what is live is not what was said');
  must(
    plan.kind !== 'rollout' || !['failed', 'rollback-failed', 'held'].includes(outcome) || conclusion.reason !== '',
    'no reason',
  );
  return { conclusion, live: world.live, timeline, writes: world.writes };
}

export function rolloutPlan(
  steps: readonly Step[],
  options: Partial<Extract<Plan, { kind: 'rollout' }>['rollout']> = {},
  startAt = 0,
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
    before: serving(1, at(startAt)),
    stable: STABLE,
    todo,
    liveSince: todo[0]?.weight === startAt ? 900_000 : undefined,
    known: [],
    doubts: [],
  };
}
