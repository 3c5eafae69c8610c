import { describe, expect, test } from '@jest/globals';
import type { Event, Plan } from '../../../src/rollout/model.js';
import { openSectionWriter } from '../../../src/rollout/report/log-sections.js';
import { openLogWriter } from '../../../src/rollout/report/log-writer.js';
import {
  aborted,
  accepted,
  adopted,
  at,
  called,
  cancelled,
  LOST,
  measured,
  measurement,
  observed,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  waited,
} from '../../support/rollout/builders.js';

const BAKE = 60_000;
const STEPS = [
  { weight: 5, bake: BAKE },
  { weight: 25, bake: BAKE },
  { weight: 100, bake: 0 },
];
const PLAN = rolloutPlan(STEPS);
const OLD = serving(1, at(0));
const WRITE = 'CreateRoutineCodeDeployment';
const write = (when: number) => called(when, { operation: WRITE });

/** As a reader has it: `> ` before what is folded, a title in brackets. */
function written(events: readonly Event[], plan: Plan = PLAN, isOwn = true): string[] {
  const writer = openSectionWriter(openLogWriter(), isOwn ? undefined : plan);
  const timeline: Event[] = [];
  const entries = isOwn ? [...writer.follow(plan)] : [];
  for (const event of events) {
    const told = writer.write(event, timeline);
    if (told.event !== undefined) timeline.push(told.event);
    entries.push(...told.entries);
  }
  entries.push(...writer.end(9_999_999));
  const marks = { say: '> ', headline: '', section: '# ', debug: '? ' };
  return entries.map(({ how, text }) => `${marks[how]}${text}`);
}

describe('the plan', () => {
  test('of a rollout is a section of its own', () => {
    const [title, first, ...rest] = written([]);
    expect(title).toBe('# Rolling out 2 on "r" in production, stable 1');
    expect(first).toBe('>   5 % now, held for 1m');
    expect(rest.at(-1)).toBe('# Before the first step');
  });

  test('of a dry run is not folded', () => {
    const lines = written([], { ...PLAN, wish: { ...PLAN.wish, dryRun: true } });
    expect(lines[0]).toBe('Would roll out 2 on "r" in production, stable 1:');
    expect(lines.every((line) => !/^[>#]/.test(line))).toBe(true);
  });

  test('of a split is one line', () => {
    expect(written([], splitPlan(at(25), OLD))).toEqual([
      'Deploying "r" in production: 1=100 -> 2=25,1=75',
      '# The deployment',
    ]);
  });

  test('that goes on begins with the step that is live', () => {
    expect(written([], rolloutPlan(STEPS, {}, 25)).at(-1)).toBe('# Step 2 of 3: 25 % for 1m');
  });

  test('of nothing says nothing', () => {
    expect(written([], { kind: 'report', wish: PLAN.wish, before: OLD })).toEqual([]);
  });
});

const GOOD = measurement(20);
const STEP = [write(1), accepted(2, at(5), '7'), called(3), read(3, serving(7, at(5))), waited(4, 9, 'bake')];

describe('a step', () => {
  test('begins where it is accepted, with the call that was', () => {
    expect(written(STEP).slice(-6)).toEqual([
      'Accepted: 2=5,1=95 as deployment 7',
      '# Step 1 of 3: 5 % for 1m',
      `> ${WRITE}: OK in 0.01 s`,
      '> GetRoutine: OK in 0.01 s',
      '> Live now: 2=5,1=95 (deployment 7)',
      '> it takes time',
    ]);
  });

  test('ends with all its checks', () => {
    const lines = written([...STEP, measured(5, 5, GOOD), measured(6, 5, GOOD), accepted(7, at(25), '8')]);
    expect(lines.slice(-4)).toEqual([
      '> 1 check at 5 %: 0 of 20 answers failed',
      '2 checks at 5 %: 0 of 40 answers failed',
      'Accepted: 2=25,1=75 as deployment 8',
      '# Step 2 of 3: 25 % for 1m',
    ]);
    expect(written([...STEP, measured(5, 5, GOOD)]).at(-1)).toBe('1 check at 5 %: 0 of 20 answers failed');
  });

  test('is told from one that somebody else took', () => {
    expect(written([...STEP, adopted(5, at(7), '9', { bake: 1_000 })]).slice(-2)).toEqual([
      'Somebody else moved the canary to 7 %: adopted, and bakes for 1s from now on',
      '# Between two steps: 7 % for 1s',
    ]);
  });

  test('begins where a look shows it whose answer was lost, and not where the look shows what was before', () => {
    const lost = refused(1, at(5), LOST);
    const shown = written([write(1), lost, read(2, OLD), read(3, serving(7, at(5))), read(4, serving(7, at(5)))]);
    expect(shown.slice(-6)).toEqual([
      `> ${WRITE}: OK in 0.01 s`,
      '> CreateRoutineCodeDeployment failed: ECONNRESET: No!',
      '> Live now: 1=100 (deployment 1)',
      'Live now: 2=5,1=95 (deployment 7)',
      '# Step 1 of 3: 5 % for 1m',
      '> Live now: 2=5,1=95 (deployment 7)',
    ]);
  });

  test('whose checks are not those of the step before, also where its answer was lost', () => {
    const lost = [refused(6, at(25), LOST), read(7, serving(8, at(25))), measured(8, 25, GOOD)];
    const sums = written([...STEP, measured(5, 5, GOOD), ...lost]).filter((line) => /^\d+ check/.test(line));
    expect(sums).toEqual(['1 check at 5 %: 0 of 20 answers failed', '1 check at 25 %: 0 of 20 answers failed']);
  });

  test('a write that comes to nothing is told at the end', () => {
    expect(written([write(1)]).at(-1)).toBe(`> ${WRITE}: OK in 0.01 s`);
  });
});

describe('why a rollout leaves its path stands outside', () => {
  const bad = measured(5, 5, measurement(0, 60));

  test('where the gate fails, with what it saw, before the way back', () => {
    const lines = written([...STEP, bad, called(6), read(6, serving(7, at(5))), write(7), accepted(8, at(0), '9')]);
    const from = lines.findIndex((line) => line.startsWith('1 check'));
    expect(lines.slice(from).map((line) => line.split(':')[0])).toEqual([
      '1 check at 5 %',
      'The gate failed',
      '# Rollback',
      '> GetRoutine',
      '> Live now',
      'Accepted',
      '# Reading the rollback back',
      `> ${WRITE}`,
    ]);
  });

  test('after the line of all checks that have none, which belong to the step', () => {
    const few = [1, 1, 60].map((failures, index) => measured(5 + index, 5, measurement(60, failures)));
    const lines = written([...STEP, ...few, called(8), read(8, serving(7, at(5)))]);
    const from = lines.findIndex((line) => line.startsWith('> Checked'));
    expect(lines.slice(from).map((line) => line.split(':')[0])).toEqual([
      '> Checked at 5 %',
      '> 2 checks at 5 %',
      '3 checks at 5 %',
      'The gate failed',
      '# Rollback',
      '> GetRoutine',
      '> Live now',
    ]);
  });

  test('once, and not where the gate only observes', () => {
    const said = written([...STEP, bad, read(6, serving(7, at(5))), read(7, serving(7, at(5)))]);
    expect(said.filter((line) => line.startsWith('The gate failed'))).toHaveLength(1);
    const observing = rolloutPlan(STEPS, { gate: { ...(PLAN.rollout.gate as object), mode: 'observe' } as never });
    expect(written([...STEP, bad, observed(6)], observing).join('\n')).not.toContain('The gate failed');
  });

  test('where it is held', () => {
    expect(written([...STEP, bad], rolloutPlan(STEPS, { onFailure: 'hold' })).at(-1)).toBe('# Where it stops');
  });

  test('where it is cancelled, which is said once', () => {
    expect(written([...STEP, cancelled(5)]).slice(-2)).toEqual(['Cancelled: SIGINT', '# Rollback']);
  });

  test('where another run did, also where that is all that is known', () => {
    const lines = written([aborted(1)], PLAN, false);
    expect(lines).toEqual(['Left unfinished: it was bad', 'The gate failed: it was bad.', '# Rollback']);
  });
});

test('what the service does otherwise is for the debug log, and ends nothing', () => {
  const odd: Event = { at: 2, kind: 'deviated', fact: 'date-header', seen: 'absent' };
  expect(written([write(1), odd, accepted(2, at(5), '7')]).slice(-4)).toEqual([
    expect.stringMatching(/^\? Otherwise than assumed/),
    'Accepted: 2=5,1=95 as deployment 7',
    '# Step 1 of 3: 5 % for 1m',
    `> ${WRITE}: OK in 0.01 s`,
  ]);
});
