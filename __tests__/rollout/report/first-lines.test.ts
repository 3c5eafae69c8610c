import { describe, expect, test } from '@jest/globals';
import type { Conclusion, Event, Plan } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { firstLines } from '../../../src/rollout/report/first-lines.js';
import { standingOf } from '../../../src/rollout/report/standing.js';
import {
  aborted,
  accepted,
  at,
  details,
  FOREIGN,
  fault,
  LOST,
  measured,
  measurement,
  NOTHING,
  read,
  refused,
  rolloutPlan,
  serving,
  splitOf,
  splitPlan,
  unread,
  wishOf,
} from '../../support/rollout/builders.js';

const NIGHT = Date.UTC(2026, 0, 31, 2, 13, 7);
const CLOCK = '2026-01-31 02:13:07 UTC';
const OLD = serving(1, at(0));
const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 25, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const PLAN = {
  ...rolloutPlan(STEPS),
  known: [details('1', { description: 'old' }), details('2', { description: 'new' })],
};
const SPLIT = splitPlan(at(10), OLD);
const STABLE = '"old" (<code>1</code>)';
const CANARY = '"new" (<code>2</code>)';

const linesOf = (plan: Plan, timeline: readonly Event[], more: Partial<Conclusion> = {}) => {
  const run = finishedRun(plan, timeline, { outcome: 'held', reason: 'So.', advice: [], ...more });
  return firstLines(run, standingOf(run));
};
const first = (...given: Parameters<typeof linesOf>) => linesOf(...given)[0];
const why = (...given: Parameters<typeof linesOf>) => linesOf(...given)[1];

/** Two steps, a minute each, until `NIGHT`. */
const TWO = [
  read(NIGHT - 120_000, OLD),
  accepted(NIGHT - 119_000, at(5), '7'),
  read(NIGHT - 118_000, serving(7, at(5))),
  accepted(NIGHT - 59_000, at(25), '8'),
  read(NIGHT - 58_000, serving(8, at(25))),
];
const BACK = [accepted(NIGHT - 1_000, at(0), '9'), read(NIGHT, serving(9, at(0)))];

describe('the first line says what is live', () => {
  test.each<[string, Plan, readonly Event[], string]>([
    [
      'one version',
      SPLIT,
      [read(NIGHT, OLD)],
      `**Production serves <code>1</code> at 100 %**, as read back at ${CLOCK}.`,
    ],
    [
      'two',
      SPLIT,
      [read(1, OLD), read(NIGHT, serving(9, splitOf(['8', 10], ['9', 90])))],
      `**Production serves 90 % <code>9</code>, and 10 % <code>8</code>**, which somebody else deployed, as read back at ${CLOCK}.`,
    ],
    [
      'nothing',
      { kind: 'report', wish: wishOf({ kind: 'report' }, { env: 'staging' }), before: NOTHING },
      [],
      '**Staging serves nothing**, as read back.',
    ],
    [
      'what may take its place',
      SPLIT,
      [read(NIGHT - 9, OLD), refused(NIGHT - 8, at(10), LOST), read(NIGHT, OLD)],
      `**Production serves <code>1</code> at 100 %**, as read back at ${CLOCK}. ⚠️ Sent, and not shown yet: <code>2=10,1=90</code>. It may still show.`,
    ],
    [
      'two that may take its place',
      SPLIT,
      [read(NIGHT - 9, OLD), refused(NIGHT - 8, at(10), LOST), refused(NIGHT - 7, at(20), LOST), read(NIGHT, OLD)],
      `**Production serves <code>1</code> at 100 %**, as read back at ${CLOCK}. ⚠️ Sent, and not shown yet: <code>2=10,1=90</code> and <code>2=20,1=80</code>. It may still show.`,
    ],
    [
      'nobody looked since the last write',
      SPLIT,
      [read(NIGHT, OLD), accepted(NIGHT + 1, at(10), '7')],
      `**What production serves could not be read back.** It was last seen to serve <code>1</code> at 100 %, at ${CLOCK}. Sent since, and may be live: <code>2=10,1=90</code>.`,
    ],
    [
      'the last look failed',
      SPLIT,
      [read(NIGHT, OLD), unread(NIGHT + 9)],
      `**What production serves could not be read back.** It was last seen to serve <code>1</code> at 100 %, at ${CLOCK}.`,
    ],
    [
      'nobody could look',
      { kind: 'unreadable', wish: SPLIT.wish, fault: fault(), before: undefined },
      [unread(1)],
      '**What production serves could not be read.**',
    ],
    [
      'nobody looked',
      { kind: 'unreadable', wish: SPLIT.wish, fault: fault(), before: undefined },
      [{ at: 1, kind: 'upload-failed', fault: fault() }],
      '**What production serves was not looked at.**',
    ],
  ])('%s', (_name, plan, timeline, line) => {
    expect(first(plan, timeline)).toBe(line);
  });
});

describe('and which version was tried, at most at which weight, and for how long', () => {
  test.each<[string, Plan, readonly Event[], string]>([
    ['gone again', PLAN, [...TWO, ...BACK], ` The canary, ${CANARY}, had 25 % at most, for 1m58s in all.`],
    [
      'live, and so named already',
      PLAN,
      [...TWO, measured(NIGHT, 25, measurement(9))],
      '. The canary has had 25 % at most, for 1m58s in all.',
    ],
    [
      'promoted',
      PLAN,
      [...TWO, accepted(NIGHT - 1, at(100), '9'), read(NIGHT, serving(9, at(100)))],
      `. It took the place of ${STABLE} by 5 %, 25 %, 100 %, in 1m58s.`,
    ],
    [
      'promoted by one step',
      PLAN,
      [read(1, OLD), accepted(2, at(100), '9'), read(NIGHT, serving(9, at(100)))],
      `. It took the place of ${STABLE} at once.`,
    ],
    [
      'perhaps at more',
      PLAN,
      [...TWO, refused(NIGHT + 1, at(100), LOST), read(NIGHT + 2_000, serving(8, at(25)))],
      ' The canary has had 25 % for 2m in all, and may have had 100 %.',
    ],
    ['never live', PLAN, [read(NIGHT, OLD)], `. The canary, ${CANARY}, got no traffic.`],
    [
      'perhaps live, as it was accepted',
      PLAN,
      [read(NIGHT, OLD), accepted(NIGHT + 1, at(5), '7')],
      ` The canary, ${CANARY}, may have had 5 %.`,
    ],
    [
      'perhaps live, as its answer was lost',
      PLAN,
      [read(NIGHT, OLD), refused(NIGHT + 1, at(5), LOST)],
      ` The canary, ${CANARY}, may have had 5 %.`,
    ],
    [
      'since nobody knows when',
      { ...rolloutPlan(STEPS, {}, 5), bakesAnew: true },
      [read(NIGHT, serving(1, at(5))), read(NIGHT + 5_000, serving(1, at(5)))],
      '. The canary has had 5 % at most, for at least 5s in all.',
    ],
  ])('%s', (_name, plan, timeline, end) => {
    expect(first(plan, timeline)?.endsWith(end) ? end : first(plan, timeline)).toBe(end);
  });

  test('of a first deployment, and of a dry run, nothing is told', () => {
    const whole = [read(NIGHT, serving(9, at(100)))];
    const begun = { ...PLAN, before: NOTHING, stable: undefined };
    expect(first(begun, [accepted(1, at(100), '9'), ...whole])).toMatch(/UTC\.$/);
    expect(first({ ...PLAN, wish: { ...PLAN.wish, dryRun: true } }, [read(NIGHT, OLD)])).toMatch(/UTC\.$/);
  });
});

describe('the second says why', () => {
  test('without what is live, where there is a word on that', () => {
    expect(why(SPLIT, [], { reason: 'No. Now it serves.', why: 'No: `a|b`.' })).toBe(
      '**Why:** No: <code>a&#124;b</code>.',
    );
    expect(why(SPLIT, [], { reason: 'So.' })).toBe('**Why:** So.');
  });

  test('and what the gate has seen, unless that is the reason', () => {
    const stable = { good: 90, bad: 0 };
    const seen = 'The gate saw 0 of 9 answers of the canary fail, and 0 of 90 of the stable.';
    expect(why(PLAN, [...TWO, measured(NIGHT, 25, measurement(9, 0, { stable }))])).toBe(`**Why:** So. ${seen}`);
    expect(why(PLAN, [...TWO, measured(NIGHT, 25, measurement(0, 99, { stable }))])).toBe('**Why:** So.');
    expect(why({ ...PLAN, wish: { ...PLAN.wish, dryRun: true } }, [read(NIGHT, OLD)])).toBe('**Why:** So.');
  });

  test('nor where the gate could not measure, which is the reason as well', () => {
    expect(why(PLAN, [...TWO, aborted(NIGHT, { why: 'inconclusive' }), ...BACK])).toBe('**Why:** So.');
  });

  test('not of the post step, which does not know what the gate had seen', () => {
    expect(why(PLAN, [...TWO, aborted(NIGHT, { why: 'cancelled' }), ...BACK])).toBe('**Why:** So.');
  });

  test('each mistake by itself, where there are more than one', () => {
    const plan: Plan = { kind: 'refused', wish: SPLIT.wish, before: OLD, mistakes: ['a | `b`', 'c'] };
    expect(why(plan, [])).toBe('**Why:** Nothing was written:\n\n- a &#124; <code>b</code>\n- c');
    expect(why({ ...plan, mistakes: ['a'] }, [])).toBe('**Why:** So.');
  });

  test('is cut where it is longer than 2000 characters', () => {
    expect(why(SPLIT, [], { why: 'x'.repeat(2_000) })).not.toContain('…');
    expect(why(SPLIT, [], { why: 'x'.repeat(2_001) })).toContain('x…');
  });
});

describe('the last says what to do', () => {
  const last = (...given: Parameters<typeof linesOf>) => linesOf(...given).at(-1);

  test('after the warning, and before the way back', () => {
    const wrote = [read(0, OLD), accepted(2, at(10), '7'), read(3, serving(7, at(10)))];
    const told = linesOf(SPLIT, wrote, { outcome: 'deployed', warning: 'Mind `c`.', advice: ['Do `d`.', 'Or e.'] });
    expect(told.slice(2)).toEqual([
      '⚠️ Mind <code>c</code>.',
      '**What to do:** Nothing. Do <code>d</code>. Or e. **Undo:** run again with <code>versions: 1=100</code> and <code>expect-deployment-id: 7</code>.',
    ]);
  });

  test('which a workflow refuses beside what it gives to a rollout', () => {
    const whole = [...TWO, accepted(NIGHT - 1, at(100), '9'), read(NIGHT, serving(9, at(100)))];
    expect(last(PLAN, whole, { outcome: 'promoted' })).toMatch(
      /<code>expect-deployment-id: 9<\/code>, without <code>canary<\/code>, <code>steps<\/code> and the gate\.$/,
    );
  });

  test('which there is none of where nothing was live', () => {
    const begun = { ...SPLIT, before: NOTHING };
    const wrote = [accepted(2, at(10), '7'), read(3, serving(7, at(10)))];
    expect(last(begun, wrote)).toMatch(
      / \*\*Undo:\*\* nothing was live before, and ESA cannot withdraw a deployment\.$/,
    );
    expect(last(begun, [])).not.toContain('Undo');
    const over = [accepted(2, at(10), '7'), read(3, serving(6, at(0))), read(4, serving(7, at(10)))];
    expect(last(begun, over)).toMatch(/run again with <code>versions: 1=100<\/code>/);
  });

  test('with the version that somebody else deployed not among it', () => {
    expect(last(PLAN, [...TWO, read(NIGHT, serving(9, FOREIGN))], { outcome: 'drifted', advice: ['Ask.'] })).toBe(
      '**What to do:** Ask.',
    );
  });
});
