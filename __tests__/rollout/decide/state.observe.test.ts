import { describe, expect, test } from '@jest/globals';
import { findingIn, leadsBack, phaseOf, type State, stateOf } from '../../../src/rollout/decide/state.js';
import type { Event, Rollout } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  cancelled,
  measured,
  measurement,
  OBSERVING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  waited,
} from '../../support/rollout/builders.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 100, bake: BAKE },
];
const state = (timeline: readonly Event[], more: Partial<Rollout> = {}): State =>
  stateOf(rolloutPlan(STEPS, { gate: OBSERVING, ...more }), timeline);

/** The step of 5 % is live, and began to bake at 2. */
const LIVE = [read(1, serving(1, at(0))), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const END = 2 + BAKE;
const good = (when: number) => measured(when, 5, measurement(20));
const bad = (when: number) => measured(when, 5, measurement(0, 5));
const blind = (when: number) => measured(when, 5, measurement(0, 0, { unknown: 9 }));
const outage = (when: number) => measured(when, 5, measurement(0, 5, { stable: { good: 0, bad: 95 } }));
const WHOLE = [...LIVE, accepted(END + 1, at(100), '8'), read(END + 2, serving(8, at(100)))];

const UNHEALTHY = { why: 'unhealthy', how: 'rollback', weight: 5, sentence: expect.stringContaining('5 of 5') };
const OUTAGE = { why: 'site-fails', how: 'bake-on' } as const;

describe('a gate that only observes', () => {
  test.each<[string, readonly Event[], Partial<Rollout>, object | undefined]>([
    ['all is well', [...LIVE, good(END)], {}, undefined],
    ['nothing is live', [], {}, undefined],
    ['the canary fails', [...LIVE, bad(40_002)], {}, { ...UNHEALTHY, after: 40_000 }],
    ['which would be held', [...LIVE, bad(9)], { onFailure: 'hold' }, { why: 'unhealthy', how: 'hold' }],
    ['it acts itself', [...LIVE, bad(9)], { gate: { ...OBSERVING, mode: 'enforce' } }, undefined],
    ['it saw nothing, and the bake goes on', [...LIVE, blind(9)], {}, undefined],
    ['it saw nothing to the end', [...LIVE, blind(END)], {}, { why: 'inconclusive', how: 'rollback', after: BAKE }],
    ['which would be held', [...LIVE, blind(END)], { onInconclusive: 'hold' }, { why: 'inconclusive', how: 'hold' }],
    ['the site fails, and the bake goes on', [...LIVE, outage(9)], {}, undefined],
    ['the site fails at the end', [...LIVE, outage(END)], {}, { ...OUTAGE, after: BAKE }],
    ['written down once', [...LIVE, bad(9), observed(9), bad(19)], {}, undefined],
    ['whatever comes after', [...LIVE, blind(END), observed(END), bad(END + 9)], {}, undefined],
    ['nor what would have kept a step', [...LIVE, outage(END), observed(END, OUTAGE)], {}, undefined],
    ['but what would have ended it', [...LIVE, bad(END), observed(END, OUTAGE)], {}, UNHEALTHY],
    ['after a cancellation too', [...LIVE, bad(9), cancelled(10)], {}, UNHEALTHY],
    ['at 100 % anew', [...WHOLE, measured(END + 9, 100, measurement(0, 5))], {}, { weight: 100, after: 8 }],
  ])('%s', (_name, timeline, more, found) => {
    const told = findingIn(state(timeline, more));
    if (found === undefined) expect(told).toBeUndefined();
    else expect(told).toMatchObject(found);
  });

  test.each([
    ['fails', bad],
    ['cannot be measured', blind],
    ['fails as the site does', outage],
    ['is well', good],
  ])('keeps no step and ends none when the canary %s', (_name, check) => {
    const early = state([...LIVE, check(END - 1)]);
    expect(early.abort).toBeUndefined();
    expect(phaseOf(early)).toMatchObject({ kind: 'baking', target: { weight: 5 }, end: END });
    // Not without a check of its end.
    expect(phaseOf(state([...LIVE, check(END - 1), waited(END - 1, 9)]))).toMatchObject({ kind: 'baking' });
    const late = state([...LIVE, check(END)]);
    expect(late.abort).toBeUndefined();
    expect(phaseOf(late)).toMatchObject({ kind: 'due', target: { weight: 100 } });
    expect(leadsBack(late)).toBe(false);
  });

  test('what is not for the gate to say still ends the rollout', () => {
    expect(state([...LIVE, bad(9), cancelled(10)]).abort).toMatchObject({ why: 'cancelled', how: 'rollback' });
    expect(state([...LIVE, bad(END), refused(END + 1, at(100)), read(END + 2, serving(7, at(5)))]).abort).toMatchObject(
      {
        why: 'undeployable',
        how: 'rollback',
      },
    );
    expect(phaseOf(state([...LIVE, bad(9), read(10, serving(9, at(4)))]))).toMatchObject({ kind: 'drifted' });
  });
});
