import { describe, expect, test } from '@jest/globals';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { next } from '../../../src/rollout/decide/next.js';
import {
  HURRIED_READ_LIMIT,
  HURRIED_VERIFY_LIMIT,
  ROLLBACK_RETRY_LIMIT,
  ROLLBACK_VERIFY_LIMIT,
  VERIFY_LIMIT,
} from '../../../src/rollout/decide/retry.js';
import type { Event, TrafficSplit } from '../../../src/rollout/model.js';
import {
  aborted,
  accepted,
  at,
  cancelled,
  FOREIGN,
  LOST,
  measured,
  measurement,
  NOTHING,
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
const HELD = rolloutPlan(STEPS, { onCancel: 'hold' });
const SPLIT = splitPlan(at(10), OLD);

const READ = { kind: 'read', rollback: false };
const READ_BACK = { kind: 'read', rollback: true };
const write = (split: TrafficSplit, attempt = 1) => ({ kind: 'write', split, attempt, rollback: false });
const writeBack = (attempt = 1) => ({ kind: 'write', split: at(0), attempt, rollback: true });
const look = (atMost: number) => ({ kind: 'wait', purpose: 'look', atLeast: atMost / 2, atMost });
const retry = (atLeast: number, atMost: number) => ({ kind: 'wait', purpose: 'retry', atLeast, atMost });
const ends = (outcome: string) => ({ kind: 'finish', conclusion: { outcome } });
const MEASURE = { kind: 'measure', weight: 5 };

type Case = readonly [name: string, timeline: readonly Event[], command: object, plan?: WritingPlan];
const cases = (...given: readonly Case[]) =>
  test.each(given.map(([name, timeline, command, plan = PLAN]) => ({ name, timeline, command, plan })))(
    '$name',
    ({ timeline, command, plan }) => {
      expect(next(plan, timeline)).toMatchObject(command);
    },
  );

const SHOWN = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];
const good = (when: number) => measured(when, 5, measurement(20));

describe('a target is due', () => {
  cases(
    ['it is read first', [], READ],
    ['then written', [read(1, OLD)], write(at(5))],
    ['never by an old read', [read(1, OLD), waited(1, 9)], READ],
    ['a fixed split alike', [read(1, OLD)], write(at(10)), SPLIT],
    ['the next after its bake', [...SHOWN, good(2 + BAKE), read(3 + BAKE, serving(7, at(5)))], write(at(25))],
  );
});

describe('a write was sent', () => {
  cases(
    ['it is looked for', [read(1, OLD), accepted(2, at(5), '7')], READ],
    ['with pauses', [accepted(2, at(5), '7'), read(3, OLD)], look(150)],
    ['that double', [accepted(2, at(5), '7'), read(3, OLD), read(4, OLD)], look(300)],
    ['one that failed is waited for', [refused(2, at(5), TRANSIENT)], retry(200, 400)],
    ['then read', [refused(2, at(5), TRANSIENT), waited(2, 300, 'retry')], READ],
    ['then sent again', [refused(2, at(5), TRANSIENT), waited(2, 300, 'retry'), read(303, OLD)], write(at(5), 2)],
    ['one that failed permanently is looked for once', [refused(2, at(5))], READ],
    ['and given up', [refused(2, at(5)), read(3, OLD)], ends('failed')],
    ['an unclear one is looked for', [refused(2, at(5), { ...LOST, repeatable: false }), read(3, OLD)], look(150)],
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
  cases(
    ['until its first check', SHOWN, { ...portion(14_999), why: '5 % bakes for 1m more' }],
    ['which is taken then', [...SHOWN, waited(3, 14_999)], MEASURE],
    ['not before', [...SHOWN, waited(3, 14_998)], portion(1)],
    ['until the next one', [...SHOWN, good(15_002)], { ...portion(15_000), why: '5 % bakes for 45s more' }],
    ['and the last, at its end', [...SHOWN, good(50_000)], portion(10_002)],
    ['which is taken', [...SHOWN, good(50_000), waited(50_000, 10_002)], MEASURE],
    ['without a gate a line in 30 s', SHOWN, portion(30_000), UNGATED],
    ['and what is left', [...SHOWN, waited(3, 59_000)], { ...portion(999), why: '5 % bakes for 1s more' }, UNGATED],
    ['or twenty lines in all', SHOWN, portion(HOUR / 2), long],
  );

  describe('and the run is not to wait', () => {
    cases(
      ['one check all the same', SHOWN, MEASURE, TICK],
      ['then it ends', [...SHOWN, good(4)], { conclusion: { outcome: 'baking', nextStepAt: 2 + BAKE } }, TICK],
      ['at once without a gate', SHOWN, ends('baking'), rolloutPlan(STEPS, { wait: false, gate: undefined })],
      ['with a check where one is due', [...SHOWN, good(4), waited(4, 15_000)], MEASURE, TICK],
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
  cases(
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
  cases(
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
  cases(
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
    cases(
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
    cases(
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

describe('a run leaves its path', () => {
  cases(
    ['and stays where it is', [...SHOWN, cancelled(4)], ends('held'), HELD],
    ['as was just read', [...SHOWN, waited(3, 9), cancelled(4)], READ, HELD],
    [
      'where there is nothing to go back to',
      [cancelled(1), read(3, OLD)],
      ends('held'),
      { ...PLAN, stable: undefined },
    ],
    ['a fixed split', [cancelled(1), read(3, OLD)], ends('held'), SPLIT],
    ['or restores the stable', [...SHOWN, cancelled(4)], writeBack()],
    ['after a read', [...SHOWN, waited(3, 9), cancelled(12)], READ_BACK],
    ['unless it is live', [cancelled(1), read(3, OLD)], ends('held')],
    ['and no step is on its way', [accepted(2, at(5)), cancelled(3), read(4, OLD)], writeBack()],
    ['however late, if it was accepted', [accepted(2, at(5)), read(2 + VERIFY_LIMIT, OLD)], writeBack()],
    ['nor was refused', [refused(2, at(5)), cancelled(3), read(4, OLD)], ends('held')],
    [
      'a step that may land after the rollback is waited for',
      [refused(2, at(5), LOST), cancelled(3), read(4, OLD), accepted(5, at(0), '9'), read(6, serving(9, at(0)))],
      look(150),
    ],
    [
      'not for ever',
      [refused(2, at(5), LOST), cancelled(3), read(4, OLD), accepted(5, at(0), '9'), read(5_000, serving(9, at(0)))],
      ends('rolled-back'),
    ],
    [
      'a step that landed after the rollback is undone',
      [
        refused(2, at(5), LOST),
        cancelled(3),
        accepted(5, at(0), '9'),
        read(6, serving(9, at(0))),
        read(7, serving(10, at(5))),
      ],
      writeBack(),
    ],
    [
      'one that was sent since, and is on its way',
      [
        aborted(1),
        accepted(2, at(0), '9'),
        read(3, serving(9, at(0))),
        accepted(4, at(5), '10'),
        read(5, serving(9, at(0))),
      ],
      writeBack(),
    ],
  );
});

describe('a rollback was sent', () => {
  const FROM = [...SHOWN, cancelled(4)];
  const live = serving(7, at(5));
  /** Sent so often, each time 5 s after the one before, and looked for in vain. */
  const sent = (times: number) =>
    Array.from({ length: times }, (_, index) => [accepted(10 + index, at(0)), read(10 + index, live)]).flat();

  cases(
    ['it is looked for', [...FROM, accepted(10, at(0), '9')], READ_BACK],
    ['with pauses', [...FROM, accepted(10, at(0), '9'), read(11, live)], look(150)],
    ['that double', [...FROM, accepted(10, at(0), '9'), read(11, live), read(12, live)], look(300)],
    ['for 5 s', [...FROM, accepted(10, at(0), '9'), read(9 + ROLLBACK_VERIFY_LIMIT, live)], look(150)],
    ['and sent again', [...FROM, accepted(10, at(0), '9'), read(10 + ROLLBACK_VERIFY_LIMIT, live)], writeBack(2)],
    ['after ever more time', [...FROM, ...sent(2), read(10 + 2 * ROLLBACK_VERIFY_LIMIT, live)], look(300)],
    ['which passes', [...FROM, ...sent(2), read(11 + 2 * ROLLBACK_VERIFY_LIMIT, live)], writeBack(3)],
    ['five times', [...FROM, ...sent(5), read(90_000, live)], writeBack(6)],
    ['not six', [...FROM, ...sent(6), read(90_000, live)], ends('rollback-failed')],
    ['it shows', [...FROM, accepted(10, at(0), '9'), read(11, serving(9, at(0)))], ends('rolled-back')],
    [
      'what is live is the stable all the time',
      [
        accepted(2, at(5)),
        cancelled(3),
        ...Array.from({ length: 6 }, (_, index) => accepted(4 + index, at(0))),
        read(90_000, OLD),
      ],
      ends('rolled-back'),
    ],
  );

  describe('and failed', () => {
    cases(
      ['it is waited for', [...FROM, refused(10, at(0), TRANSIENT)], retry(200, 400)],
      ['and read', [...FROM, refused(10, at(0), TRANSIENT), waited(10, 300, 'retry')], READ_BACK],
      [
        'and sent again',
        [...FROM, refused(10, at(0), TRANSIENT), waited(10, 300, 'retry'), read(310, live)],
        writeBack(2),
      ],
      [
        'for half an hour',
        [...FROM, refused(10, at(0), TRANSIENT), refused(9 + ROLLBACK_RETRY_LIMIT, at(0), TRANSIENT)],
        retry(400, 800),
      ],
      ['permanently: what is live is read', [...FROM, refused(10, at(0))], READ_BACK],
      ['and told', [...FROM, refused(10, at(0)), read(11, live)], ends('rollback-failed')],
      [
        'unless its fate is unknown',
        [...FROM, refused(10, at(0), { ...LOST, repeatable: false }), read(11, live)],
        look(150),
      ],
      [
        'or that of the step before it',
        [...SHOWN, refused(4, at(25), LOST), cancelled(5), refused(10, at(0)), read(11, live)],
        look(150),
      ],
      ['and the stable is live all the same', [cancelled(1), refused(2, at(0)), read(3, OLD)], ends('held')],
      [
        'though it may not be for long',
        [cancelled(1), refused(2, at(0), { ...LOST, repeatable: false }), read(3, OLD)],
        look(150),
      ],
    );
  });
});
