import { describe, expect, test } from '@jest/globals';
import type { Conclusion, Event, Plan } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { standingOf } from '../../../src/rollout/report/standing.js';
import { detailsOf, roleOf, splitName, versionName, versionsTable } from '../../../src/rollout/report/versions.js';
import {
  accepted,
  at,
  details,
  FOREIGN,
  fault,
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

const OLD = serving(1, at(0));
const SPLIT = splitPlan(at(10), OLD);
const PLAN = rolloutPlan([{ weight: 10, bake: 0 }]);
const KNOWN = [details('1', { description: 'old' }), details('2', { description: 'new | "odd"\n**b**' })];
const WROTE = [read(0, OLD), accepted(2, at(10), '7'), read(3, serving(7, at(10)))];

const runOf = (plan: Plan, timeline: readonly Event[] = [], outcome: Conclusion['outcome'] = 'deployed') =>
  finishedRun(plan, timeline, { outcome, reason: 'So.', advice: [] });
const table = (...given: Parameters<typeof runOf>) => {
  const run = runOf(...given);
  return versionsTable(run, standingOf(run)).split('\n');
};

describe('a version is called', () => {
  test('by its description and its number, and by that alone where it has none', () => {
    const run = runOf({ ...PLAN, known: KNOWN });
    expect(versionName('1', run)).toBe('"old" (<code>1</code>)');
    expect(versionName('3', run)).toBe('<code>3</code>');
    expect(versionName('2', run)).toBe('"new &#124; &#92;"odd&#92;"&#92;u000a&#42;&#42;b&#42;&#42;" (<code>2</code>)');
  });

  test('as the last look showed it, then as it was before, then as the list has it', () => {
    const live = serving(7, at(10), { details: [details('1', { createdAt: 'now' })] });
    const before = { ...OLD, details: [details('1', { description: 'then', createdAt: 'then' })] };
    const run = runOf({ ...SPLIT, before, known: KNOWN }, [...WROTE.slice(1, 2), read(3, live)]);
    expect(detailsOf('1', run)).toEqual({ description: 'then', createdAt: 'now' });
    expect(detailsOf('2', run)).toEqual({ description: KNOWN[1]?.description });
    expect(detailsOf('9', run)).toEqual({});
  });

  test('canary and stable in a rollout; the stable of one version alone has no role', () => {
    const run = runOf(PLAN, WROTE);
    expect(['1', '2', '3'].map((version) => roleOf(version, run))).toEqual(['stable', 'canary', '']);
    expect(roleOf('1', runOf({ kind: 'report', wish: wishOf({ kind: 'report' }), before: OLD }))).toBe('');
  });

  test('a split is called by both, the larger first', () => {
    const run = runOf({ ...PLAN, known: KNOWN.slice(0, 1) });
    expect(splitName(at(0), run)).toBe('"old" (<code>1</code>) at 100 %');
    expect(splitName(at(10), run)).toBe('90 % "old" (<code>1</code>), the stable, and 10 % <code>2</code>, the canary');
    expect(splitName(splitOf(['3', 20], ['2', 80]), run)).toBe(
      '80 % <code>2</code>, the canary, and 20 % <code>3</code>',
    );
  });
});

describe('the table of versions', () => {
  test('has before, highest and now, the stable first', () => {
    const timeline = [...WROTE, accepted(4, at(0), '8'), read(5, serving(8, at(0)))];
    expect(table({ ...PLAN, known: KNOWN }, timeline, 'rolled-back')).toEqual([
      '| role | version | before | highest | now |',
      '| :-- | :-- | --: | --: | --: |',
      '| stable | <code>1</code> old | 100&nbsp;% | 100&nbsp;% | **100&nbsp;%** |',
      '| canary | <code>2</code> new &#124; "odd" &#42;&#42;b&#42;&#42; | 0&nbsp;% | 10&nbsp;% | **0&nbsp;%** |',
    ]);
  });

  test('has the version that somebody else deployed', () => {
    expect(table(PLAN, [...WROTE, read(4, serving(9, FOREIGN))], 'drifted').slice(2)).toEqual([
      '| stable | <code>1</code> | 100&nbsp;% | 100&nbsp;% | **0&nbsp;%** |',
      '| canary | <code>2</code> | 0&nbsp;% | 10&nbsp;% | **0&nbsp;%** |',
      '|  | <code>3</code> | 0&nbsp;% | 100&nbsp;% | **100&nbsp;%** |',
    ]);
  });

  test('does not call now what could not be read', () => {
    expect(table(PLAN, [...WROTE, unread(4)], 'failed')[0]).toBe('| role | version | before | highest | last seen |');
  });

  test('has now alone where nothing was written, and it is as it was', () => {
    expect(table(PLAN, [read(0, OLD)], 'held')).toEqual([
      '| role | version | now |',
      '| :-- | :-- | --: |',
      '| stable | <code>1</code> | **100&nbsp;%** |',
      '| canary | <code>2</code> | **0&nbsp;%** |',
    ]);
    expect(table(PLAN, [read(0, OLD), refused(1, at(10)), read(2, OLD)], 'failed')[0]).toContain('highest');
    expect(table(PLAN, [read(0, OLD), read(2, serving(9, at(10)))], 'drifted')[0]).toContain('highest');
    const theirs = serving(9, splitOf(['2', 10], ['3', 90]));
    expect(table({ ...PLAN, before: serving(1, at(10)) }, [read(2, theirs)], 'drifted')[0]).toContain('highest');
  });

  test('of a dry run of a split has what is planned, and no role that nobody knows', () => {
    const dry = { ...SPLIT, wish: { ...SPLIT.wish, dryRun: true } };
    expect(table(dry, [read(0, OLD)], 'failed')[0]).not.toContain('planned');
    expect(table(PLAN, [read(0, OLD)], 'planned')[0]).not.toContain('planned');
    expect(table(dry, [read(0, OLD)], 'planned')).toEqual([
      '| version | now | planned |',
      '| :-- | --: | --: |',
      '| <code>1</code> | **100&nbsp;%** | 90&nbsp;% |',
      '| <code>2</code> | **0&nbsp;%** | 10&nbsp;% |',
    ]);
  });

  test('is left out where the first line says it all, and where nobody knows what is live', () => {
    expect(table({ kind: 'report', wish: wishOf({ kind: 'report' }), before: OLD })).toEqual(['']);
    expect(table({ kind: 'report', wish: wishOf({ kind: 'report' }), before: NOTHING })).toEqual(['']);
    expect(table({ kind: 'unreadable', wish: PLAN.wish, fault: fault(), before: undefined })).toEqual(['']);
  });
});
