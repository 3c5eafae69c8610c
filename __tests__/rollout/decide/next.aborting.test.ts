import { describe } from '@jest/globals';
import { ROLLBACK_RETRY_LIMIT, ROLLBACK_VERIFY_LIMIT, VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import {
  aborted,
  accepted,
  at,
  cancelled,
  LOST,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  TRANSIENT,
  waited,
} from '../../support/rollout/builders.js';
import { cases, ends, look, READ, READ_BACK, retry, writeBack } from '../../support/rollout/commands.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: BAKE },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0));
const PLAN = rolloutPlan(STEPS);
const HELD = rolloutPlan(STEPS, { onCancel: 'hold' });
const SPLIT = splitPlan(at(10), OLD);

const follows = cases(PLAN);

const SHOWN = [read(1, OLD), accepted(2, at(5), '7'), read(3, serving(7, at(5)))];

describe('a run leaves its path', () => {
  follows(
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

  follows(
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
    follows(
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
      [
        'however often',
        [...FROM, ...Array.from({ length: 9 }, () => refused(10, at(0), TRANSIENT))],
        retry(2_500, 5_000),
      ],
      ['permanently: what is live is read', [...FROM, refused(10, at(0))], READ_BACK],
      ['and told', [...FROM, refused(10, at(0)), read(11, live)], ends('rollback-failed')],
      [
        'unless its fate is unknown',
        [...FROM, refused(10, at(0), { ...LOST, transient: false }), read(11, live)],
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
        [cancelled(1), refused(2, at(0), { ...LOST, transient: false }), read(3, OLD)],
        look(150),
      ],
    );
  });
});
