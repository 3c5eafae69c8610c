import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/rollout/decide.js';
import type { Conclusion, Event, Fault, Live, Plan, TrafficSplit } from '../../src/rollout/model.js';
import { WRITE_ATTEMPTS } from '../../src/rollout/retry.js';

/** A world that the walk plays against: it knows nothing of how decisions are made. */
interface World {
  live: Live;
  /** What reads still show, while the service lags behind its own writes. */
  shown: Live;
  lag: number;
  ids: number;
  writesSinceRead: number;
  writes: number;
  foreign: boolean;
}

type Luck = 'fine' | 'lost' | 'before' | 'throttled' | 'fatal' | 'fatal-but-done' | 'lag' | 'foreign' | 'unreadable';

const OLD: TrafficSplit = [{ version: '1', weight: 100 }];
const NEW: TrafficSplit = [
  { version: '2', weight: 10 },
  { version: '1', weight: 90 },
];
const FOREIGN: TrafficSplit = [{ version: '3', weight: 100 }];

const serving = (id: number, split: TrafficSplit): Live => ({
  kind: 'serving',
  deploymentId: String(id),
  deployedAt: undefined,
  split,
  details: [],
});
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

/** Half of the splits that others deploy is, by chance, the very one that is wanted. */
function somebodyElse(world: World): void {
  world.foreign = true;
  deploy(world, world.ids % 2 === 0 ? FOREIGN : NEW);
  world.shown = world.live;
}

function write(world: World, luck: Luck): Extract<Event, { kind: 'accepted' | 'write-failed' }> {
  const at = 0;
  world.writes += 1;
  world.writesSinceRead += 1;
  if (luck === 'lag') world.lag = 3;
  const failed = (code: string, repeatable: boolean) =>
    ({ at, kind: 'write-failed', split: NEW, fault: fault(code, repeatable) }) as const;
  if (luck === 'throttled' || luck === 'before') return failed('Throttling', true);
  if (luck === 'fatal') return failed('Forbidden.RAM', false);
  const deploymentId = deploy(world, NEW);
  if (luck === 'foreign') somebodyElse(world);
  if (luck === 'lost') return failed('ECONNRESET', true);
  if (luck === 'fatal-but-done') return failed('InvalidParameter', false);
  return { at, kind: 'accepted', split: NEW, deploymentId, requestId: 'R' };
}

function read(world: World, luck: Luck): Event {
  world.writesSinceRead = 0;
  if (luck === 'unreadable') return { at: 0, kind: 'read-failed', fault: fault('InternalException', true) };
  if (luck === 'foreign') somebodyElse(world);
  if (world.lag > 0) world.lag -= 1;
  else world.shown = world.live;
  return { at: 0, kind: 'read', live: world.shown };
}

interface Walk {
  readonly world: World;
  readonly conclusion: Conclusion | undefined;
  readonly timeline: readonly Event[];
  readonly blindWrites: number;
}

function walk(before: Live, lucks: readonly Luck[]): Walk {
  const world: World = { live: before, shown: before, lag: 0, ids: 1, writesSinceRead: 0, writes: 0, foreign: false };
  const plan: Plan = {
    kind: 'deploy',
    wish: {
      routine: 'r',
      env: 'production',
      goal: { kind: 'split', split: NEW },
      expectDeploymentId: undefined,
      dryRun: false,
    },
    before,
    target: NEW,
    known: [],
    doubts: [],
  };
  const timeline: Event[] = [{ at: 0, kind: 'read', live: before }];
  let now = 0;
  let blindWrites = 0;
  for (let step = 0; step < 1000; step += 1) {
    const command = decide(plan, timeline);
    if (JSON.stringify(decide(structuredClone(plan), structuredClone(timeline))) !== JSON.stringify(command)) {
      throw new Error(`the same timeline gave another command than ${JSON.stringify(command)}`);
    }
    if (command.kind === 'finish') return { world, conclusion: command.conclusion, timeline, blindWrites };
    const luck = lucks[step] ?? 'fine';
    if (command.kind === 'wait') {
      expect(command.atMost).toBeGreaterThanOrEqual(command.atLeast);
      expect(command.atLeast).toBeGreaterThan(0);
      now += command.atLeast;
      timeline.push({ at: now, kind: 'wait', for: command.atLeast, why: command.why });
      continue;
    }
    if (command.kind === 'write' && world.writesSinceRead > 0) blindWrites += 1;
    const event = command.kind === 'write' ? write(world, luck) : read(world, luck);
    timeline.push({ ...event, at: now });
  }
  return { world, conclusion: undefined, timeline, blindWrites };
}

const luck = fc.constantFrom<Luck>(
  'fine',
  'fine',
  'lost',
  'before',
  'throttled',
  'fatal',
  'fatal-but-done',
  'lag',
  'foreign',
  'unreadable',
);
const beginning = fc.constantFrom<Live>(
  serving(1, OLD),
  { kind: 'nothing' },
  serving(1, [{ version: '2', weight: 100 }]),
);

describe('every walk through the state machine', () => {
  test('ends, tells the truth, never writes blindly and never over somebody else', () => {
    fc.assert(
      fc.property(beginning, fc.array(luck, { maxLength: 40 }), (before, lucks) => {
        const { world, conclusion, timeline, blindWrites } = walk(before, lucks);
        expect(conclusion).toBeDefined();
        expect(blindWrites).toBe(0);
        expect(world.writes).toBeLessThanOrEqual(WRITE_ATTEMPTS);
        const last = timeline.filter((event) => event.kind === 'read').at(-1);
        expect(['deployed', 'drifted', 'failed']).toContain(conclusion?.outcome);
        if (conclusion?.outcome === 'deployed') expect(last?.live).toMatchObject({ kind: 'serving', split: NEW });
        if (conclusion?.outcome === 'drifted') {
          expect(world.foreign).toBe(true);
          expect(timeline.at(-1)).toBe(last);
        }
        if (conclusion?.outcome === 'failed') expect(conclusion.advice.length).toBeGreaterThan(0);
      }),
      { numRuns: 20_000 },
    );
  });

  test('without bad luck: one write, one read, deployed', () => {
    const { conclusion, timeline } = walk(serving(1, OLD), []);
    expect(timeline.map((event) => event.kind)).toEqual(['read', 'accepted', 'read']);
    expect(conclusion?.outcome).toBe('deployed');
  });

  test('a lost answer is found by reading: nothing is sent twice', () => {
    const { conclusion, world } = walk(serving(1, OLD), ['lost']);
    expect(world.writes).toBe(1);
    expect(conclusion?.outcome).toBe('deployed');
  });

  test('a refusal for good is sent once, and what is live is read for the report', () => {
    const { conclusion, world, timeline } = walk(serving(1, OLD), ['fatal']);
    expect(world.writes).toBe(1);
    expect(timeline.map((event) => event.kind)).toEqual(['read', 'write-failed', 'read']);
    expect(conclusion).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('production serves 1=100') });
  });

  test('throttling that never ends is given up after a known number of writes', () => {
    const { conclusion, world } = walk(
      serving(1, OLD),
      Array.from({ length: 100 }, () => 'throttled' as const),
    );
    expect(world.writes).toBe(WRITE_ATTEMPTS);
    expect(conclusion?.outcome).toBe('failed');
  });

  test('somebody else between a failed write and the next: left alone', () => {
    const { conclusion, world } = walk(serving(2, OLD), ['throttled', 'fine', 'foreign']);
    expect(world.live).toMatchObject({ split: NEW });
    expect(conclusion?.outcome).toBe('deployed');
    const drift = walk(serving(2, OLD), ['foreign']);
    expect(drift.conclusion?.outcome).toBe('drifted');
    expect(drift.world.writes).toBe(1);
  });
});
