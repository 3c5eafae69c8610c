import { describe, expect, test } from '@jest/globals';
import { next } from '../../../src/rollout/decide/next.js';
import { HURRIED_READ_LIMIT, HURRIED_VERIFY_LIMIT, VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  cancelled,
  FOREIGN,
  GATE,
  LOST,
  measured,
  measurement,
  NOTHING,
  OBSERVING,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  THROTTLED,
  TRANSIENT,
  unread,
  waited,
} from '../../support/rollout/builders.js';
import { cases, ends, look, READ, READ_BACK, retry, write } from '../../support/rollout/commands.js';

const BAKE = 60_000;
const HOUR = 3_600_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: BAKE },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0));
const THEIRS = serving(8, FOREIGN);
const PLAN = rolloutPlan(STEPS);
const UNGATED = rolloutPlan(STEPS, { gate: undefined });
const TICK = rolloutPlan(STEPS, { wait: false });
const SPLIT = splitPlan(at(10), OLD);

/** By the write that put it live. */
const MEASURE = { kind: 'measure', weight: 5, since: 2 };

const follows = cases(PLAN);

const SHOWN = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const good = (when: number) => measured(when, 5, measurement(20));
/** Not enough to be sure. */
const doubtful = (when: number) => measured(when, 5, measurement(60, 1));
const exits3 = (when: number) => measured(when, 5, measurement(0, 1, { source: 'gate-command' }));
const ofStep = (when: number) => measured(when, 5, measurement(60, 1, { since: 'step' }));

describe('a target is due', () => {
  follows(
    ['it is read first', [], READ],
    ['then written', [read(1, OLD)], write(at(5))],
    ['never by an old read', [read(1, OLD), waited(1, 9)], READ],
    ['a fixed split alike', [read(1, OLD)], write(at(10)), SPLIT],
    ['the next after its bake', [...SHOWN, good(2 + BAKE), read(3 + BAKE, serving(7, at(5)))], write(at(25))],
  );
});

describe('a gate only observes', () => {
  const OBSERVED = rolloutPlan(STEPS, { gate: OBSERVING });
  const BAD = [...SHOWN, measured(2 + BAKE, 5, measurement(0, 5))];
  const NOTED = [...BAD, observed(2 + BAKE)];
  const sentence = 'In observe mode: would have been rolled back at 5 %, after 40s: it was bad.';
  const gone = read(3 + BAKE, THEIRS);
  follows(
    ['what it finds is written down', BAD, { kind: 'observe', finding: { why: 'unhealthy', weight: 5 } }, OBSERVED],
    ['and the rollout goes on', NOTED, READ, OBSERVED],
    ['to the next step', [...NOTED, read(3 + BAKE, serving(7, at(5)))], write(at(25)), OBSERVED],
    [
      'which needs no read after that',
      [...BAD, read(3 + BAKE, serving(7, at(5))), observed(4 + BAKE)],
      write(at(25)),
      OBSERVED,
    ],
    ['it is told at the end', [...NOTED, gone], { kind: 'finish', conclusion: { warning: sentence } }, OBSERVED],
  );

  test('and nothing where nothing was found', () => {
    expect(next(OBSERVED, [...SHOWN, good(2 + BAKE), gone])).not.toHaveProperty('conclusion.warning');
  });
});

describe('a write was sent', () => {
  follows(
    ['it is looked for', [read(1, OLD), accepted(2, at(5), '7')], READ],
    ['with pauses', [accepted(2, at(5), '7'), read(3, OLD)], look(150)],
    ['that double', [accepted(2, at(5), '7'), read(3, OLD), read(4, OLD)], look(300)],
    ['one that failed is waited for', [refused(2, at(5), TRANSIENT)], retry(200, 400)],
    ['then read', [refused(2, at(5), TRANSIENT), waited(2, 300, 'retry')], READ],
    ['then sent again', [refused(2, at(5), TRANSIENT), waited(2, 300, 'retry'), read(303, OLD)], write(at(5), 2)],
    ['not for ever', Array.from({ length: 6 }, () => refused(2, at(5), TRANSIENT)), READ],
    ['one that failed permanently is looked for once', [refused(2, at(5))], READ],
    ['and given up', [refused(2, at(5)), read(3, OLD)], ends('failed')],
    ['an unclear one is looked for', [refused(2, at(5), { ...LOST, transient: false }), read(3, OLD)], look(150)],
  );
});

describe('a step bakes', () => {
  const portion = (milliseconds: number) => ({
    kind: 'wait',
    purpose: 'bake',
    atLeast: milliseconds,
    atMost: milliseconds,
  });
  const long = rolloutPlan([{ weight: 5, bake: 10 * HOUR }], { gate: undefined });
  const rare = rolloutPlan([{ weight: 5, bake: HOUR }], { gate: { ...GATE, interval: HOUR / 2 } });
  const twoMinutes = rolloutPlan([{ weight: 5, bake: 2 * BAKE }]);
  const LOOK = { kind: 'read', rollback: false, baking: true };
  const minute = waited(3, 60_000, 'bake');
  const looked = (when: number): Event => ({ at: when, kind: 'read', live: serving(7, at(5)), baking: true });
  const blind = (when: number): Event => ({ ...unread(when, TRANSIENT), baking: true }) as Event;
  follows(
    ['until its first check', SHOWN, { ...portion(14_999), why: '5 % bakes for 1m more' }],
    ['which is taken then', [...SHOWN, waited(3, 14_999)], MEASURE],
    ['not before', [...SHOWN, waited(3, 14_998)], portion(1)],
    ['until the next one', [...SHOWN, good(15_002)], { ...portion(15_000), why: '5 % bakes for 45s more' }],
    ['and the last, at its end', [...SHOWN, good(50_000)], portion(10_002)],
    ['which is taken', [...SHOWN, good(50_000), waited(50_000, 10_002)], MEASURE],
    ['without a gate until its end', SHOWN, portion(59_999), UNGATED],
    ['and what is left', [...SHOWN, waited(3, 59_000)], { ...portion(999), why: '5 % bakes for 1s more' }, UNGATED],
    ['and it is looked at once a minute', SHOWN, portion(60_000), long],
    ['which is', [...SHOWN, waited(3, 60_000, 'bake')], LOOK, long],
    ['and no sooner', [...SHOWN, waited(3, 59_999, 'bake')], portion(1), long],
    ['after which it bakes on', [...SHOWN, minute, looked(60_010)], portion(60_000), long],
    ['also where it fails', [...SHOWN, minute, blind(60_010)], portion(60_000), long],
    ['also where checks are rarer', [...SHOWN, minute], LOOK, rare],
    ['before a check that is due', [...SHOWN, good(15_002), waited(15_002, 45_001)], LOOK, twoMinutes],
    ['then the check', [...SHOWN, good(15_002), waited(15_002, 45_001), looked(60_004)], MEASURE, twoMinutes],
    ['what fails is no end of it', [...SHOWN, minute, blind(60_010), waited(60_010, 60_000, 'bake')], LOOK, long],
    ['but nothing is written without', [...SHOWN, blind(2 + BAKE)], READ, UNGATED],
  );

  describe('and its end has but one check, which was bad', () => {
    const [once, END] = [[...SHOWN, exits3(2 + BAKE)], 2 + BAKE];
    const ofAll = measured(END, 5, measurement(0, 1, { source: 'gate-command', since: 'step' }));
    const others = rolloutPlan(STEPS, { gate: { ...GATE, successRate: 50 } });
    const watching = rolloutPlan(STEPS, { gate: OBSERVING });
    follows(
      ['another is taken at once', once, MEASURE],
      ['in a run that is not to wait too', once, MEASURE, TICK],
      ['and where the gate only observes', once, MEASURE, watching],
      ['by which it goes back', [...once, exits3(END + 1)], READ_BACK],
      ['which is found then', [...once, exits3(END + 1)], { kind: 'observe', finding: { why: 'unhealthy' } }, watching],
      ['or on', [...once, measured(END + 1, 5, measurement(1, 0, { source: 'gate-command' }))], READ],
      ['a third where that says no more', [...once, exits3(END + 1), looked(END + 1)], MEASURE, others],
      ['and no fourth', [...once, exits3(END + 1), exits3(END + 2)], READ_BACK, others],
      ['whatever another source says', [...SHOWN, exits3(END), good(END)], MEASURE],
      ['not before the end', [...SHOWN, exits3(9)], { kind: 'wait', purpose: 'bake' }],
      ['nor where it was of the whole step', [...SHOWN, ofAll], READ_BACK],
      ['nor where it saw nothing', [...SHOWN, measured(END, 5, measurement(0, 0, { unknown: 1 }))], READ_BACK],
    );
  });

  describe('and the run is not to wait', () => {
    follows(
      ['one check all the same', SHOWN, MEASURE, TICK],
      ['then it ends', [...SHOWN, good(4)], { conclusion: { outcome: 'baking', nextStepAt: 2 + BAKE } }, TICK],
      ['at once without a gate', SHOWN, ends('baking'), rolloutPlan(STEPS, { wait: false, gate: undefined })],
      ['with a check where one is due', [...SHOWN, good(4), waited(4, 15_000)], MEASURE, TICK],
      ['and another where the last was bad', [...SHOWN, doubtful(4)], MEASURE, TICK],
      ['nor where it was of the whole step, and would say the same', [...SHOWN, ofStep(4)], ends('baking'), TICK],
      ['not where it was good', [...SHOWN, doubtful(4), good(5)], ends('baking'), TICK],
      ['three at most', [...SHOWN, doubtful(4), doubtful(5)], MEASURE, TICK],
      ['and then it ends', [...SHOWN, doubtful(4), doubtful(5), doubtful(6)], ends('baking'), TICK],
      ['of each source', [...SHOWN, exits3(4), good(4)], MEASURE, TICK],
      [
        'not while a write may change what is live',
        [refused(1, at(25), LOST), accepted(2, at(5), '7'), read(3, serving(7, at(5)))],
        look(150),
        rolloutPlan(STEPS, { wait: false, gate: undefined }),
      ],
    );
  });
});

describe('all is live', () => {
  const SPLIT_SHOWN = [accepted(2, at(10), '7'), read(3, serving(7, at(10)))];
  follows(
    ['as was just read', SPLIT_SHOWN, ends('deployed'), SPLIT],
    ['it is read once more', [...SPLIT_SHOWN, waited(3, 9)], READ, SPLIT],
    ['and a write may yet change it', [refused(1, at(25), LOST), ...SPLIT_SHOWN], look(150), SPLIT],
    [
      'of a rollout',
      [accepted(2, at(100), '7'), read(3, serving(7, at(100)))],
      ends('promoted'),
      rolloutPlan(STEPS.slice(2)),
    ],
  );
});

describe('somebody else deployed', () => {
  const OVER = [accepted(2, at(5), '7'), read(3, THEIRS), read(4, serving(7, at(5)))];
  follows(
    ['it is left alone', [read(3, THEIRS)], ends('drifted')],
    ['as was just read', [read(3, THEIRS), waited(3, 9)], READ],
    ['and a write of ours may take its place', [accepted(2, at(5)), read(3, THEIRS)], look(150)],
    ['so it is looked for', [accepted(2, at(5)), read(3, THEIRS), waited(3, 100)], READ],
    ['again and again', [accepted(2, at(5)), read(3, THEIRS), read(4, THEIRS)], look(300)],
    ['until it is late', [accepted(2, at(5)), read(2 + VERIFY_LIMIT, THEIRS)], ends('drifted')],
    ['a rollout does not go on over it', OVER, ends('drifted')],
    [
      'nor while its next step is on its way',
      [...OVER, refused(5, at(25), LOST), read(6, serving(7, at(5)))],
      look(150),
    ],
  );
});

describe('what is live cannot be read', () => {
  const failing = (...whens: readonly number[]) => whens.map((when) => unread(when, TRANSIENT));
  follows(
    ['a fault that passes is waited for', failing(3), retry(200, 400)],
    ['and it is read again', [...failing(3), waited(3, 300, 'retry')], READ],
    ['twice', failing(3, 400), retry(400, 800)],
    ['not three times', failing(3, 400, 1_000), ends('failed')],
    ['one that does not is not', [unread(3)], ends('failed')],
    ['what is throttled was waited for where it was read', [unread(3, THROTTLED)], ends('failed')],
    ['and what it leaves is a rollback', [...SHOWN, unread(4)], ends('rollback-failed')],
  );

  describe('once cancelled', () => {
    const CANCEL = cancelled(1);
    follows(
      ['it is tried for 6 s', [CANCEL, ...failing(3, 400, 1_000, 2 + HURRIED_READ_LIMIT)], retry(1_600, 3_200)],
      ['and no longer', [CANCEL, ...failing(3, 400, 1_000, 3 + HURRIED_READ_LIMIT)], ends('failed')],
      ['what is throttled, too', [CANCEL, unread(3, THROTTLED)], retry(1_000, 3_000)],
      ['whatever was waited for before', [waited(0, 9_000), CANCEL, unread(9_003, THROTTLED)], retry(1_000, 3_000)],
      [
        'but with longer pauses',
        [CANCEL, unread(3, THROTTLED), waited(3, 2_000, 'retry'), unread(2_003, THROTTLED)],
        retry(1_000, 6_000),
      ],
      ['as a rollback', [CANCEL, ...failing(3), waited(3, 300, 'retry')], READ_BACK],
      ['that no retry-after puts off', [CANCEL, unread(3, { ...TRANSIENT, retryAfter: HOUR })], retry(60_000, 60_000)],
    );
  });

  describe('since it cannot be so', () => {
    follows(
      ['it is looked at again', [read(3, NOTHING)], look(150)],
      ['after a pause', [read(3, NOTHING), waited(3, 100)], READ],
      ['that doubles', [read(3, NOTHING), read(200, NOTHING)], look(300)],
      ['for 30 s', [read(3, NOTHING), read(2 + VERIFY_LIMIT, NOTHING)], look(300)],
      ['and no longer', [read(3, NOTHING), read(3 + VERIFY_LIMIT, NOTHING)], ends('failed')],
      ['once cancelled for 4 s', [cancelled(1), read(3, NOTHING), read(2 + HURRIED_VERIFY_LIMIT, NOTHING)], look(300)],
      ['and no longer then', [cancelled(1), read(3, NOTHING), read(3 + HURRIED_VERIFY_LIMIT, NOTHING)], ends('failed')],
    );
  });
});
