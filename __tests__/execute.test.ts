import { describe, expect, test } from '@jest/globals';
import { execute } from '../src/execute.js';
import type { Event, Live, Plan, TrafficSplit } from '../src/rollout/model.js';
import { at, fault, measurement, OBSERVING, serving, UNMARKED } from './support/rollout/builders.js';
import { rolloutPlan } from './support/rollout/walk.js';

interface World {
  /** What somebody else has deployed when a bake looks, look by look. */
  readonly moved?: TrafficSplit[];
  /** Whether each look of a bake fails. */
  readonly blind?: boolean;
  /** Gets the words that are left for the post step, each after the kind of event that was the last then. */
  readonly kept?: string[];
}

/** What was called, each with whether a rollback was said to be under way. */
async function calledBy(
  plan: Plan,
  good: number,
  timeline: Event[] = [],
  { moved = [], blind = false, kept = [] }: World = {},
): Promise<string[]> {
  const calls: string[] = [];
  let clock = 900_000;
  let live: Live = 'before' in plan && plan.before !== undefined ? plan.before : { kind: 'nothing' };
  await execute(plan, {
    timeline,
    append: (event) => {
      clock += 10;
      timeline.push({ at: clock, ...event });
    },
    sleep: async (milliseconds) => {
      clock += milliseconds;
    },
    now: () => clock,
    measure: async () => [measurement(9 * good, 9 * (1 - good))],
    measureBaseline: async (weight) => {
      calls.push(`baseline at ${weight}`);
      return { stable: { good: 59, bad: 0 }, unknown: 0, failures: [] };
    },
    remember: (evidence) => {
      kept.push(`${timeline.at(-1)?.kind} ${evidence}`);
      return true;
    },
    cancelled: new AbortController().signal,
    service: {
      openListing: () => async () => ({ ok: true, value: { versions: [], complete: true } }),
      readBoth: async () => ({ ok: true, value: { live, elsewhere: () => ({ ok: true, value: live }) } }),
      readLive: async (rollback, once = false) => {
        calls.push(once ? 'look' : `read ${rollback}`);
        if (once && blind) return { ok: false, error: fault({ transient: true }) };
        const theirs = once ? moved.shift() : undefined;
        if (theirs !== undefined) live = serving('moved', theirs);
        return { ok: true, value: live };
      },
      deploy: async (split: TrafficSplit, _attempt, rollback) => {
        calls.push(`write ${rollback}`);
        const deploymentId = String(1_000 + calls.length);
        live = { kind: 'serving', deploymentId, deployedAt: undefined, split, details: [] };
        return { ok: true, value: { deploymentId, requestId: '' } };
      },
    },
  });
  return calls;
}

const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];

test('every call of a rollback is made as one, its reads too, and none before it', async () => {
  const calls = await calledBy(rolloutPlan(STEPS), 0);
  const first = calls.findIndex((call) => call.endsWith('true'));
  expect(calls.slice(0, first)).toEqual(['read false', 'write false', 'read false']);
  expect(calls.slice(first)).toEqual(['read true', 'write true', 'read true']);
});

test('what a gate only observes is an event, and the rollout goes on', async () => {
  const timeline: Event[] = [];
  const calls = await calledBy(rolloutPlan(STEPS, { gate: OBSERVING }), 0, timeline);
  expect(calls).not.toContain('read true');
  expect(calls.filter((call) => call.startsWith('write'))).toHaveLength(2);
  expect(timeline.filter((event) => event.kind === 'observed')).toEqual([
    expect.objectContaining({ why: 'unhealthy', how: 'rollback', weight: 5, after: expect.any(Number) }),
  ]);
});

test('where nothing leads back, nothing is hurried', async () => {
  expect(await calledBy(rolloutPlan(STEPS), 1)).not.toContain('read true');
  expect(await calledBy(rolloutPlan(STEPS, { onFailure: 'hold' }), 0)).not.toContain('read true');
});

describe('a bake of minutes', () => {
  const LONG = [
    { weight: 5, bake: 5 * 60_000 },
    { weight: 100, bake: 0 },
  ];

  test('looks once a minute, once each', async () => {
    const calls = await calledBy(rolloutPlan(LONG, { gate: undefined }), 1);
    expect(calls).toEqual([
      'read false',
      'write false',
      'read false',
      ...Array(4).fill('look'),
      'read false',
      'write false',
      'read false',
    ]);
  });

  test('goes on where each look fails', async () => {
    const timeline: Event[] = [];
    const calls = await calledBy(rolloutPlan(LONG), 1, timeline, { blind: true });
    expect(calls.filter((call) => call.startsWith('write'))).toHaveLength(2);
    expect(timeline.filter((event) => event.kind === 'read-failed').length).toBeGreaterThanOrEqual(4);
    expect(timeline.filter((event) => event.kind === 'measured')).toHaveLength(20);
  });

  test('leaves word of the step that it adopts before it does anything else', async () => {
    const timeline: Event[] = [];
    const kept: string[] = [];
    await calledBy(rolloutPlan(LONG, { gate: undefined }), 1, timeline, { moved: [at(50)], kept });
    expect(timeline.find((event) => event.kind === 'adopted')).toMatchObject({ split: at(50), deploymentId: 'moved' });
    const word = kept.find((evidence) => evidence.includes('"adopted":[{"split":"2=50,1=50","id":"moved"'));
    expect(word).toMatch(/^adopted /);
  });
});

test('what the stable answers alone is an event, and read over before the first write', async () => {
  const timeline: Event[] = [];
  const calls = await calledBy(rolloutPlan(STEPS, { gate: UNMARKED }), 1, timeline);
  expect(calls.slice(0, 3)).toEqual(['baseline at 5', 'read false', 'write false']);
  expect(timeline[0]).toMatchObject({ kind: 'baseline', version: '1', stable: { good: 59, bad: 0 } });
});
