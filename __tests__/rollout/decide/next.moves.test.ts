import { describe, expect, test } from '@jest/globals';
import { next } from '../../../src/rollout/decide/next.js';
import { stateOf } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  accepted,
  adopted,
  at,
  cancelled,
  finding,
  measured,
  measurement,
  OBSERVING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  THROTTLED,
  waited,
} from '../../support/rollout/builders.js';
import { cases, ends, READ, READ_BACK, write, writeBack } from '../../support/rollout/commands.js';
import { concluded } from '../../support/rollout/concluded.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: 2 * BAKE },
  { weight: 50, bake: 0 },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const UNGATED = rolloutPlan(STEPS, { gate: undefined });
const PARKED = rolloutPlan(STEPS.slice(0, 2), { gate: undefined });
const HOLDING = rolloutPlan(STEPS, { onCancel: 'hold' });
const TICK = rolloutPlan(STEPS, { gate: undefined, wait: false });

/** The step of 5 % is live. */
const LIVE = [read(1, serving(1, at(0))), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const moved = (weight: number, when = 10) => read(when, serving(9, at(weight)));
const adopt = (weight: number, bake: number) => ({
  kind: 'adopt',
  adoption: { weight, bake, split: at(weight), deploymentId: '9' },
});
/** Somebody moved it to 30 %, and the rollout goes on from there. */
const TAKEN = [...LIVE, moved(30), adopted(10, at(30), '9', { weight: 30, bake: 2 * BAKE })];
/** And above the last step that is planned. */
const ABOVE = [...LIVE, moved(70), adopted(10, at(70), '9'), read(10 + 2 * BAKE, serving(9, at(70)))];
const still = (when: number) => read(when, serving(9, at(30)));
const good = (when: number, weight = 30) => measured(when, weight, measurement(20));
const bad = (when: number, weight = 30) => measured(when, weight, measurement(0, 9));

const follows = cases(PLAN);

describe('somebody gave the canary more', () => {
  follows(
    ['its step is adopted', [...LIVE, moved(25)], adopt(25, 2 * BAKE)],
    ['with the bake of the step below it', [...LIVE, moved(30)], adopt(30, 2 * BAKE)],
    ['or of the last', [...LIVE, moved(70)], adopt(70, 2 * BAKE), PARKED],
    ['by a look that is fresh', [...LIVE, moved(30), waited(10, 9)], READ],
    ['it bakes from then on', [...TAKEN, still(BAKE)], { kind: 'wait', purpose: 'bake' }, UNGATED],
    ['and is watched', [...TAKEN, waited(10, 15_000)], { kind: 'measure', weight: 30, since: 10 }],
    ['until its end', [...TAKEN, still(2 * BAKE), waited(2 * BAKE, 9)], { kind: 'wait', atMost: 1 }, UNGATED],
    ['then the next step above it follows', [...TAKEN, still(10 + 2 * BAKE)], write(at(50)), UNGATED],
    ['after a good check of its own', [...TAKEN, good(10 + 2 * BAKE), still(20 + 2 * BAKE)], write(at(50))],
    [
      'of which those before it are none',
      [...LIVE, good(9, 5), ...TAKEN.slice(3), still(10 + 2 * BAKE)],
      { kind: 'measure' },
    ],
    ['one that does not bake is left at once', [...LIVE, moved(50), adopted(10, at(50), '9')], write(at(100))],
    [
      'a step that was turned away before is no longer tried',
      [...LIVE, refused(9, at(25), THROTTLED), moved(30), TAKEN[4] as Event, still(10 + 2 * BAKE)],
      write(at(50)),
      UNGATED,
    ],
    ['above the last step it ends there', ABOVE, ends('paused'), PARKED],
    ['a run that does not wait ends as ever', TAKEN, ends('baking'), TICK],
    ['once more', [...TAKEN, read(20, serving(11, at(40)))], { kind: 'adopt', adoption: { weight: 40 } }],
    ['less than that is drift', [...TAKEN, read(20, serving(11, at(25)))], ends('drifted')],
    ['and so is as much', [...TAKEN, read(20, serving(11, at(30)))], ends('drifted')],
  );

  describe('and it goes back to the stable', () => {
    follows(
      ['where the gate fails', [...TAKEN, bad(20)], READ_BACK],
      ['', [...TAKEN, bad(20), still(21)], writeBack()],
      ['also by what was found before', [...LIVE, bad(9, 5), moved(30)], adopt(30, 2 * BAKE)],
      ['which stays found', [...LIVE, bad(9, 5), moved(30), TAKEN[4] as Event], writeBack()],
      ['at a step that does not bake too', [...LIVE, bad(9, 5), moved(50), adopted(10, at(50), '9')], writeBack()],
      ['where the workflow is cancelled', [...TAKEN, cancelled(20), still(21)], writeBack()],
      ['also before it was seen', [...LIVE, cancelled(9), moved(30)], adopt(30, 2 * BAKE)],
      ['', [...LIVE, cancelled(9), moved(30), TAKEN[4] as Event], writeBack()],
      ['or it is held', [...TAKEN, cancelled(20), still(21)], ends('held'), HOLDING],
    );
  });

  test('it is told at the end', () => {
    expect(next(PARKED, ABOVE)).toMatchObject({
      conclusion: { reason: expect.stringContaining('Somebody else moved it there') },
    });
    expect(next(TICK, TAKEN)).toMatchObject({
      conclusion: { reason: expect.stringContaining('Somebody else moved it there'), nextStepAt: 10 + 2 * BAKE },
    });
  });

  test('what was written before it is no longer on its way', () => {
    const state = stateOf(PLAN, [...LIVE, refused(9, at(25), THROTTLED), moved(30), TAKEN[4] as Event]);
    expect(state.ledger).toMatchObject({ owner: 'adopted', base: at(30) });
    expect(state.abort).toBeUndefined();
  });
});

describe('with the very split that this run has just sent', () => {
  const sent = [...LIVE, read(BAKE + 9, serving(7, at(5))), accepted(BAKE + 10, at(25), '8')];
  const theirs = read(BAKE + 20, serving(9, at(25)));
  follows(
    ['it is waited which of the two came last', [...sent, theirs], { kind: 'wait', purpose: 'look' }, UNGATED],
    ['this run wrote over it', [...sent, theirs, read(BAKE + 30, serving(8, at(25)))], ends('drifted'), UNGATED],
    [
      'nobody knows',
      [...sent, theirs, waited(BAKE + 20, 31_000), read(BAKE + 40_000, serving(9, at(25)))],
      ends('drifted'),
      UNGATED,
    ],
  );
});

describe('right after a write of this run, which nobody sees', () => {
  const idOf = (milliseconds: number) => String((1_766_590_000_000n + BigInt(milliseconds)) * 1_000_000n);
  const plan = rolloutPlan(STEPS, { gate: undefined }, 5, idOf(0));
  const sent = BAKE + 900_000;
  const start = [read(sent - 9, serving(idOf(0), at(5))), accepted(sent, at(25), idOf(sent))];
  const theirs = (weight: number, when: number) => read(when, serving(idOf(sent + 1), at(weight)));
  const seen = (weight: number) => next(plan, [...start, theirs(weight, sent + 9), theirs(weight, sent + 30_000)]);

  test('it is waited as long as it may show', () => {
    expect(next(plan, [...start, theirs(50, sent + 9)])).toMatchObject({ kind: 'wait', purpose: 'look' });
  });

  test('then it was before theirs', () => {
    expect(seen(50)).toMatchObject({ kind: 'adopt', adoption: { weight: 50 } });
    expect(seen(20)).toMatchObject({
      conclusion: { outcome: 'drifted', reason: expect.stringContaining('left alone') },
    });
    expect(seen(0)).toMatchObject({
      conclusion: { outcome: 'rolled-back', reason: expect.stringMatching(/^Somebody else restored the stable/) },
    });
    expect(seen(100)).toMatchObject({
      conclusion: { outcome: 'promoted', reason: expect.stringMatching(/^Somebody else promoted/) },
    });
  });
});

describe('somebody ended it', () => {
  const reason = (timeline: readonly Event[], plan = PLAN) => {
    const command = next(plan, timeline);
    return command.kind === 'finish' ? concluded(command) : command;
  };

  test('by a promotion', () => {
    expect(reason([...LIVE, good(9, 5), moved(100)])).toEqual({
      outcome: 'promoted',
      reason: 'Somebody else promoted the canary: production serves 2=100. It was left alone.',
      advice: [],
      warning:
        'Somebody else promoted the canary before its steps were through. The gate had made one check by then, not enough to find against it.',
    });
    expect(reason([...LIVE, moved(100)], UNGATED)).toMatchObject({ warning: expect.stringMatching(/No gate watched/) });
    expect(reason([...LIVE, moved(100)])).toMatchObject({ warning: expect.stringMatching(/No check had been made/) });
  });

  test('by a promotion of what the gate has found wanting, which is drift', () => {
    expect(reason([...LIVE, bad(9, 5), moved(100)])).toMatchObject({
      outcome: 'drifted',
      reason: expect.stringMatching(/^The gate failed: .* Somebody else deployed meanwhile: production serves 2=100\./),
    });
  });

  test('by a promotion while it was cancelled', () => {
    expect(reason([...LIVE, cancelled(9), moved(100)])).toMatchObject({
      outcome: 'promoted',
      reason: expect.stringMatching(/^The rollout was cancelled: SIGINT\. Somebody else promoted the canary/),
    });
  });

  test('with what a gate found that only observes', () => {
    const plan = rolloutPlan(STEPS, { gate: OBSERVING });
    expect(reason([...LIVE, bad(9, 5), observed(9, finding()), moved(100)], plan)).toMatchObject({
      outcome: 'promoted',
      warning: expect.stringMatching(/^Somebody else promoted .* In observe mode: would have been rolled back/),
    });
  });

  test('by putting the stable back', () => {
    expect(reason([...LIVE, good(8, 5), good(9, 5), moved(0)])).toEqual({
      outcome: 'rolled-back',
      reason:
        'Somebody else restored the stable: production serves 1=100 again. The gate had made 2 checks by then, not enough to find against it.',
      advice: ['Find out who did and why before you roll this version out again.'],
    });
    expect(reason([...LIVE, bad(9, 5), moved(0)])).toMatchObject({
      reason: expect.stringMatching(
        /^The gate failed: .* Somebody else restored the stable: .* The gate had found against it/,
      ),
    });
  });

  test('and a schedule is told to stop', () => {
    const tick = rolloutPlan(STEPS, { wait: false });
    expect(reason([...LIVE, moved(0)], tick)).toMatchObject({ reason: expect.stringContaining('Stop the schedule') });
    expect(reason([...LIVE, moved(100)], tick)).toMatchObject({ reason: expect.stringContaining('Stop the schedule') });
  });
});
