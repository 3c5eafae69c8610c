import { describe, expect, test } from '@jest/globals';
import type { Conclusion, Event, Plan } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { summaryOf } from '../../../src/rollout/report/summary.js';
import {
  accepted,
  at,
  baseline,
  called,
  GATE,
  read,
  refused,
  rolloutPlan,
  serving,
  splitPlan,
  UNMARKED,
} from '../../support/rollout/builders.js';

const nowhere = { runUrl: '', commit: '', commitUrl: '', actor: '' };
const OLD = serving(1, at(0));
const SPLIT = splitPlan(at(10), OLD);
const WROTE = [read(0, OLD), accepted(2, at(10), '7', ''), read(3, serving(7, at(10)))];

const summary = (plan: Plan, timeline: readonly Event[] = [], more: Partial<Conclusion> = {}) =>
  summaryOf(finishedRun(plan, timeline, { outcome: 'deployed', reason: 'So.', advice: [], ...more }), nowhere);

test('the whole of it', () => {
  expect(summary(SPLIT, WROTE)).toBe(
    [
      '### ✅ Deployed: r in production',
      '',
      '**Production serves 90 % <code>1</code>, and 10 % <code>2</code>**, as read back at 1970-01-01 00:00:00 UTC.',
      '',
      '**Why:** So.',
      '',
      '**What to do:** Nothing. **Undo:** run again with <code>versions: 1=100</code> and <code>expect-deployment-id: 7</code>.',
      '',
      '| version | before | highest | now |',
      '| :-- | --: | --: | --: |',
      '| <code>1</code> | 100&nbsp;% | 100&nbsp;% | **90&nbsp;%** |',
      '| <code>2</code> | 0&nbsp;% | 10&nbsp;% | **10&nbsp;%** |',
      '',
      '<details><summary>Details: ids</summary>',
      '',
      'What this run went by:',
      '',
      '- DeploymentId <code>7</code>',
      '- DeploymentId before <code>1</code>',
      '',
      '</details>',
      '',
      '',
    ].join('\n'),
  );
});

test('of a rollout it has the steps, after the versions and before the details', () => {
  const whole = summary(rolloutPlan([{ weight: 10, bake: 0 }]), [called(0), ...WROTE], { outcome: 'paused' });
  const places = ['| role | version |', '| step | bake |', '<details>'].map((part) => whole.indexOf(part));
  expect(places.toSorted((one, other) => one - other)).toEqual(places);
  expect(places[0]).toBeGreaterThan(0);
  expect(summary(SPLIT, WROTE)).not.toContain('| step |');
});

test('what is to be copied comes right after what to do', () => {
  const timeline = [refused(1, at(5), { snippet: '{}' })];
  expect(summary(SPLIT, timeline, { advice: ['Copy it.'] })).toContain(' Copy it.\n\n```json\n{}\n```\n\n');
});

test('no heading is larger than h3, and there is one', () => {
  const headings = summary({ ...SPLIT, wish: { ...SPLIT.wish, routine: 'a\n# b' } }, WROTE).match(/^#+ .*/gm);
  expect(headings).toEqual(['### ✅ Deployed: a &#35;<i></i> b in production']);
});

describe('why a gate may not be believed', () => {
  const warnings = (weight: number, ...timeline: readonly Event[]) =>
    summary(rolloutPlan([{ weight, bake: 60_000 }], { gate: { ...UNMARKED } }), timeline)
      .split('\n')
      .filter((line) => line.startsWith('- ⚠️'));

  test('where even a dead canary would go unseen, whatever became of it', () => {
    expect(warnings(1, read(0, OLD))).toContainEqual(
      expect.stringMatching(/^- ⚠️ At 1 % even a canary that fails always would go unseen.*<code>gate-version-header</),
    );
    expect(warnings(50, read(0, OLD))).toEqual([]);
  });

  test('where the stable fails already', () => {
    expect(warnings(50, baseline(2, 50, 9))).toEqual([
      expect.stringMatching(/^- ⚠️ Before the first step 9 of 59 answers of the stable 1 failed, /),
    ]);
    expect(warnings(50, baseline(2, 59))).toEqual([]);
    const blind = rolloutPlan([{ weight: 50, bake: 60_000 }], { gate: undefined });
    expect(summary(blind, [baseline(2, 50, 9)])).not.toContain('⚠️');
    expect(GATE.urls).toBe(0);
  });
});
