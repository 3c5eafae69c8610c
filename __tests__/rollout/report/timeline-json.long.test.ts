import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Event, Fault, Live, TrafficSplit } from '../../../src/rollout/model.js';
import { LONGEST_TIMELINE, timelineText } from '../../../src/rollout/report/timeline-json.js';
import { measurement, observed } from '../../support/rollout/builders.js';
import { runs } from '../../support/rollout/runs.js';

const split: fc.Arbitrary<TrafficSplit> = fc.constantFrom<TrafficSplit>(
  [{ version: '1', weight: 100 }],
  [
    { version: '2', weight: 5 },
    { version: '1', weight: 95 },
  ],
);
const text = fc.oneof(
  { weight: 20, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map((part) => part.repeat(100)) },
);
const live: fc.Arbitrary<Live> = fc.record({
  kind: fc.constant('serving' as const),
  deploymentId: fc.constantFrom('17', '18', '19'),
  deployedAt: fc.constant(undefined),
  split,
  details: fc.array(
    fc.record({
      version: fc.constant('1'),
      description: text,
      createdAt: text,
      status: text,
      boundTo: text,
      commit: text,
    }),
    { maxLength: 2 },
  ),
});
const fault: fc.Arbitrary<Fault> = fc.record({
  operation: fc.constant('GetRoutine'),
  code: fc.constant('X'),
  message: text,
  requestId: fc.constant(''),
  advice: text,
  transient: fc.boolean(),
  throttled: fc.boolean(),
  mayHaveActed: fc.boolean(),
  retryAfter: fc.constant(undefined),
});
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      for: fc.nat(),
      purpose: fc.constantFrom('look' as const, 'retry' as const, 'bake' as const),
      why: text,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('measured' as const),
      weight: fc.constantFrom(5, 25),
      measurement: fc.record({
        source: fc.constant('gate-url' as const),
        canary: fc.record({
          good: fc.nat(),
          bad: fc.oneof({ weight: 50, arbitrary: fc.constant(0) }, fc.constant(1)),
        }),
        stable: fc.constant(undefined),
        cut: fc.constant(0),
        unknown: fc.constant(0),
        unnamed: fc.constant(0),
        failures: fc.array(fc.record({ target: text, seen: text, took: fc.nat(), version: text }), { maxLength: 3 }),
      }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('called' as const),
      operation: fc.constantFrom('GetRoutine', 'CreateRoutineCodeDeployment'),
      attempt: fc.nat(9),
      took: fc.nat(),
      requestId: fc.uuid(),
      result: fc.constantFrom('OK', 'Throttling.User'),
      retryIn: fc.constant(undefined),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), live }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read-failed' as const), fault }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('accepted' as const),
      split,
      deploymentId: fc.constant('20'),
      requestId: text,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write-failed' as const), split, fault }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancelled' as const), by: text }) },
);
const timeline = fc
  .array(happening, { maxLength: 60, size: 'max' })
  .chain((some) => fc.nat(40).map((times) => Array.from({ length: 1 + times }, () => some).flat()))
  .map((all): Event[] => all.map((one, index) => ({ at: index * 1_000, ...one })));

type Told = { readonly at: string; readonly kind: string; readonly events?: number };
const told = (events: readonly Event[]) => JSON.parse(timelineText(events)) as Told[];
const bytes = (events: readonly Event[]) => Buffer.byteLength(timelineText(events));

describe('the timeline as an output', () => {
  test('is JSON of at most 32 KiB, in its order, and says how many events it leaves out', () => {
    fc.assert(
      fc.property(timeline, (events) => {
        expect(bytes(events)).toBeLessThanOrEqual(LONGEST_TIMELINE);
        const shown = told(events);
        const gaps = shown.filter((one) => one.kind === 'left-out');
        expect(gaps.length).toBeLessThanOrEqual(1);
        expect(shown.length - gaps.length + (gaps[0]?.events ?? 0)).toBe(events.length);
        expect(shown.map((one) => one.at)).toEqual(shown.map((one) => one.at).toSorted());
      }),
      runs(250),
    );
  });

  const call = (at: number): Event => ({
    at,
    kind: 'called',
    operation: 'GetRoutine',
    attempt: 1,
    took: 1,
    requestId: 'R',
    result: 'OK',
    retryIn: undefined,
  });
  const check = (at: number, bad: number): Event => ({
    at,
    kind: 'measured',
    weight: 5,
    measurement: measurement(59, bad),
  });
  const serving = (deploymentId: string): Live => ({
    kind: 'serving',
    deploymentId,
    deployedAt: undefined,
    split: [{ version: '1', weight: 100 }],
    details: [],
  });

  test('of days of checks keeps every write, every read that showed something else, and what was bad', () => {
    const events: Event[] = [{ at: 0, kind: 'read', live: serving('17') }];
    const important = [0];
    for (let at = 1; at < 20_000; at += 1) {
      const part = at % 500;
      if (part === 0)
        events.push({
          at,
          kind: 'accepted',
          split: [{ version: '1', weight: 100 }],
          deploymentId: `${at}`,
          requestId: '',
        });
      else if (part === 1) events.push({ at, kind: 'read', live: serving(`${at}`) });
      else if (part === 250) events.push(check(at, 1));
      else if (at === 9_999) events.push(observed(at));
      else if (part % 2 === 0) events.push(check(at, 0));
      else if (part % 5 === 0) events.push({ at, kind: 'read', live: serving(`${at - part + 1}`) });
      else events.push(part % 3 === 0 ? call(at) : { at, kind: 'wait', for: 15_000, purpose: 'bake', why: 'x' });
      if ([0, 1, 250].includes(part) || at === 9_999) important.push(at);
    }
    expect(bytes(events)).toBeLessThanOrEqual(LONGEST_TIMELINE);
    const shown = new Set(told(events).map((one) => Date.parse(one.at)));
    expect(important.filter((at) => !shown.has(at))).toEqual([]);
  });

  test('keeps the first and the last of a run of alike events', () => {
    const calls = Array.from({ length: 2_000 }, (_, at) => call(at));
    const written: Event = { at: 2_000, kind: 'cancelled', by: 'x' };
    const checks = Array.from({ length: 2_000 }, (_, at) => check(2_001 + at, 0));
    const shown = new Set(told([...calls, written, ...checks]).map((one) => Date.parse(one.at)));
    for (const at of [0, 1_999, 2_000, 2_001, 4_000]) expect(shown).toContain(at);
  });

  test('that fits is whole', () => {
    const events = Array.from({ length: 50 }, (_, at) => call(at));
    expect(told(events)).toHaveLength(50);
  });
});
