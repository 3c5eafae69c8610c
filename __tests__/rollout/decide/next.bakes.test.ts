import { describe, expect } from '@jest/globals';
import {
  accepted,
  at,
  GATE,
  measured,
  measurement,
  read,
  refused,
  rolloutPlan,
  serving,
  THROTTLED,
  waited,
} from '../../support/rollout/builders.js';
import { cases, READ, READ_BACK, write } from '../../support/rollout/commands.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: BAKE },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0));
const PLAN = rolloutPlan(STEPS);
const TICK = rolloutPlan(STEPS, { wait: false });

const MEASURE = { kind: 'measure', weight: 5 };

const follows = cases(PLAN);

const SHOWN = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const good = (when: number) => measured(when, 5, measurement(20));

describe('a check that is too old to go up by', () => {
  const baked = [...SHOWN, good(2 + BAKE)];
  const late = 2 + BAKE + 15_000;
  const live = serving(7, at(5));
  const hasty = rolloutPlan(STEPS, { gate: { ...GATE, interval: 100 } });
  const up = refused(3 + BAKE, at(25), THROTTLED);
  follows(
    ['is good for as long as the interval', [...baked, read(late, live)], write(at(25))],
    ['and no longer', [...baked, read(late + 1, live)], MEASURE],
    ['then what is live is read again', [...baked, read(late + 1, live), good(late + 2)], READ],
    ['and the step taken', [...baked, read(late + 1, live), good(late + 2), read(late + 3, live)], write(at(25))],
    [
      'a write that failed is not sent again by it either',
      [...baked, up, waited(3 + BAKE, 20_000, 'retry'), read(3 + BAKE + 20_000, live)],
      MEASURE,
    ],
    [
      'but after another check and look, without another pause',
      [...baked, up, waited(3 + BAKE, 20_000, 'retry'), read(3 + BAKE + 20_000, live), good(30_000 + BAKE)],
      READ,
    ],
    ['however short that is', [...baked, read(103 + BAKE, live)], MEASURE, hasty],
    [
      'and once more where the read is slow again',
      [...baked, read(200 + BAKE, live), good(210 + BAKE), read(400 + BAKE, live)],
      MEASURE,
      hasty,
    ],
    [
      'but not for ever',
      [
        ...baked,
        ...[read(200 + BAKE, live), good(210 + BAKE), read(400 + BAKE, live), good(410 + BAKE), read(600 + BAKE, live)],
      ],
      write(at(25)),
      hasty,
    ],
    [
      'each time a write failed anew',
      [
        ...[...baked, read(200 + BAKE, live), good(210 + BAKE), read(400 + BAKE, live), good(410 + BAKE)],
        ...[read(600 + BAKE, live), refused(610 + BAKE, at(25), THROTTLED), waited(610 + BAKE, 1_000, 'retry')],
        read(1_700 + BAKE, live),
      ],
      MEASURE,
      hasty,
    ],
  );
});

describe('the site fails when the bake is over', () => {
  const down = (when: number) => measured(when, 5, measurement(1, 2, { stable: { good: 20, bad: 36 } }));
  const live = (when: number) => read(when, serving(7, at(5)));
  const ended = [...SHOWN, live(BAKE), down(2 + BAKE)];
  follows(
    [
      'the step bakes on',
      ended,
      {
        kind: 'wait',
        purpose: 'bake',
        atMost: 15_000,
        why: "5 % bakes on: the stable fails as well: 36 of its latest 56 answers, and 2 of 3 of the canary's",
      },
    ],
    ['and is checked on', [...ended, waited(2 + BAKE, 15_000)], MEASURE],
    ['until the site is well', [...ended, ...[15, 30, 45].map((s) => good(2 + BAKE + s * 1_000))], READ],
    ['or the bake is over twice', [...ended, live(2 * BAKE), down(1 + 2 * BAKE)], { kind: 'wait', purpose: 'bake' }],
    ['and then it goes back', [...ended, down(2 + 2 * BAKE)], READ_BACK],
    ['a tick makes sure', ended, MEASURE, TICK],
    [
      'and ends meanwhile',
      [...ended, down(3 + BAKE), down(4 + BAKE)],
      {
        conclusion: {
          outcome: 'baking',
          reason: expect.stringMatching(/, and bakes for 15s more: the stable fails as well: 108 of its latest 168/),
          nextStepAt: 4 + BAKE + 15_000,
        },
      },
      TICK,
    ],
  );
});
