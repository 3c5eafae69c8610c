import { describe, expect, test } from '@jest/globals';
import { parse } from '@mermaid-js/parser';
import fc from 'fast-check';
import type { Conclusion, Event, Live, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { summaryOf } from '../../../src/rollout/report/summary.js';
import { GATE, measurement, OBSERVING, rolloutPlan } from '../../support/rollout/builders.js';

const nowhere = { runUrl: '', commit: '', commitUrl: '', actor: '' };
const split = (...shares: [string, number][]) =>
  shares.map(([version, weight]) => ({ version, weight })) as unknown as TrafficSplit;
const serving = (deploymentId: string, traffic: TrafficSplit, description = 'd'): Live => ({
  kind: 'serving',
  deploymentId,
  deployedAt: '2025-12-24T15:27:07Z',
  split: traffic,
  details: traffic.map(({ version }) => ({
    version,
    description,
    createdAt: undefined,
    status: undefined,
    boundTo: undefined,
  })),
});

function summarise(
  before: Live,
  after: Live,
  target: TrafficSplit,
  outcome: Conclusion['outcome'],
  calls: Event[] = [],
): string {
  const plan: Plan = {
    kind: 'deploy',
    wish: {
      routine: 'r',
      env: 'staging',
      goal: { kind: 'split', split: target },
      expectDeploymentId: undefined,
      dryRun: outcome === 'planned',
    },
    before,
    target,
    known: [],
    doubts: [],
  };
  const id = after.kind === 'serving' ? after.deploymentId : '';
  const same = JSON.stringify(before) === JSON.stringify(after);
  const sent: Event[] = same ? [] : [{ at: 1, kind: 'accepted', split: target, deploymentId: id, requestId: '' }];
  const timeline: Event[] = [
    { at: 0, kind: 'read', live: before },
    ...calls,
    ...sent,
    { at: 2, kind: 'read', live: after },
  ];
  return summaryOf(finishedRun(plan, timeline, { outcome, reason: 'Because.', advice: [] }), nowhere);
}

const rows = (summary: string) => summary.split('\n').filter((line) => line.startsWith('| <code>'));
const OLD = serving('1', split(['100', 100]));
const NEW = serving('2', split(['200', 10], ['100', 90]));

const ROLLOUT = {
  kind: 'rollout' as const,
  canary: '200',
  steps: [
    { weight: 10, bake: 60_000 },
    { weight: 100, bake: 0 },
  ],
  wait: true,
  gate: GATE,
  onFailure: 'rollback' as const,
  onInconclusive: 'rollback' as const,
  onCancel: 'rollback' as const,
};

test('the summary of a rollout: steps, weight over time as chart and text, failing probes that cannot break out', () => {
  const failures = [{ target: 'http://x.example/|<b>', seen: 'HTTP 500', took: 12, version: '200' }];
  const seen = measurement(1, 1, { stable: { good: 17, bad: 1 }, unknown: 3, failures });
  const timeline: Event[] = [
    { at: 0, kind: 'read', live: OLD },
    { at: 10, kind: 'accepted', split: split(['200', 10], ['100', 90]), deploymentId: '2', requestId: 'R' },
    { at: 20, kind: 'read', live: NEW },
    { at: 30_020, kind: 'measured', weight: 10, measurement: seen },
    { at: 30_030, kind: 'accepted', split: split(['100', 100]), deploymentId: '3', requestId: 'S' },
    { at: 30_040, kind: 'read', live: serving('3', split(['100', 100])) },
  ];
  const plan: Plan = {
    kind: 'rollout',
    wish: { routine: 'r', env: 'staging', goal: ROLLOUT, expectDeploymentId: undefined, dryRun: false },
    rollout: ROLLOUT,
    before: OLD,
    stable: '100',
    todo: ROLLOUT.steps,
    liveSince: undefined,
    known: [],
    doubts: [],
  };
  const conclusion: Conclusion = { outcome: 'rolled-back', reason: 'Because.', advice: [] };
  const summary = summaryOf(finishedRun(plan, timeline, conclusion), nowhere);
  expect(summary).toContain('| 10 % | 1m | 20ms | 1, 3 not measured | 1 of 2 | 1 of 18 | 10.0 % | rolled back |');
  expect(summary).toContain('| 100 % | none |  |  |  |  |  | not reached |');
  expect(summary).toContain('x-axis "since the run began" ["0s", "20ms", "30s"]');
  expect(summary).toContain('bar [0, 10, 0]');
  expect(summary).toContain('20ms   10 % ██\n');
  expect(summary).toMatch(/^\| http:.*x\.example.* \| HTTP 500 \| 12 ms \| <code>200<\/code> \|$/m);
  expect(summary).not.toContain('<b>');
  expect(summary).not.toContain('Undo');
});

test('the summary of a rollout whose gate only observed: what it would have done, and that it did not', () => {
  const plan = rolloutPlan(ROLLOUT.steps, { gate: OBSERVING });
  const conclusion: Conclusion = { outcome: 'promoted', reason: 'So.', advice: [], warning: 'In observe mode: would.' };
  const summary = summaryOf(finishedRun(plan, [], conclusion), nowhere);
  expect(summary).toContain('⚠️ In observe mode: would.');
  expect(summary).toContain('- Observe mode: the gate stopped nothing, whatever it found');
  expect(summaryOf(finishedRun(rolloutPlan(ROLLOUT.steps), [], conclusion), nowhere)).not.toContain('- Observe');
});

describe('the summary', () => {
  test('before, after and change of every version that either split has', () => {
    expect(rows(summarise(OLD, NEW, split(['200', 10], ['100', 90]), 'deployed'))).toEqual([
      '| <code>100</code> | d |  | 100 % | 90 % | −10 |',
      '| <code>200</code> | d |  | 0 % | 10 % | +10 |',
    ]);
  });

  test('what a dry run would do is called planned, not after', () => {
    const summary = summarise(OLD, OLD, split(['200', 10], ['100', 90]), 'planned');
    expect(summary).toContain('| before | planned |');
    expect(summary).toContain('Planned in staging');
    expect(summary).not.toContain('**Undo:**');
  });

  test('the line that undoes it is the split before, guarded by what is live now', () => {
    expect(summarise(OLD, NEW, split(['200', 10], ['100', 90]), 'deployed')).toContain(
      '**Undo:** run again with <code>versions: 100=100</code> and <code>expect-deployment-id: 2</code>',
    );
    expect(summarise({ kind: 'nothing' }, OLD, split(['100', 100]), 'deployed')).toContain('nothing was live before');
    expect(summarise(OLD, OLD, split(['200', 100]), 'failed')).not.toContain('Undo');
  });

  test('calls with their times; repeats are counted', () => {
    const call = (attempt: number, result: string): Event => ({
      at: 1,
      kind: 'called',
      operation: 'GetRoutine',
      attempt,
      took: 310,
      requestId: 'ABC',
      result,
      retryIn: undefined,
    });
    const summary = summarise(OLD, NEW, split(['200', 100]), 'deployed', [call(1, 'Throttling'), call(2, 'OK')]);
    expect(summary).toContain('2 API calls, 1 of them a retry');
    expect(summary).toContain('| GetRoutine | 2 | OK | 0.31 s | <code>ABC</code> |');
  });

  test('the table has a row for the calls that have no event of their own, so that its title counts what it shows', () => {
    const call = (attempt: number, result: string, collapsed?: number): Event => ({
      at: attempt,
      kind: 'called',
      operation: 'GetRoutine',
      attempt,
      took: 0,
      requestId: '',
      result,
      retryIn: undefined,
      ...(collapsed !== undefined && { collapsed }),
    });
    const summary = summarise(OLD, NEW, split(['200', 100]), 'deployed', [call(1, 'LockFailed'), call(9, 'OK', 7)]);
    expect(summary).toContain('9 API calls');
    expect(summary).toContain('| GetRoutine | | 7 more, all LockFailed | | |\n| GetRoutine | 9 | OK |');
  });

  test('no heading is larger than h3', () => {
    const headings = summarise(OLD, NEW, split(['200', 100]), 'deployed').match(/^#+ /gm);
    expect(headings).toEqual(['### ']);
  });

  test("the pie is one to Mermaid's own parser, whatever the service calls a version", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 99 }),
        async (version, weight) => {
          const live = serving('2', split([`x${version}`, weight], ['100', 100 - weight]));
          const summary = summarise(OLD, live, live.kind === 'serving' ? live.split : split(['1', 100]), 'deployed');
          const [, chart = ''] = /```mermaid\n([\s\S]*?)```/.exec(summary) ?? [];
          const pie = await parse('pie', chart);
          expect(pie.sections.map((section) => section.value)).toEqual([weight, 100 - weight]);
          expect(pie.showData).toBe(true);
        },
      ),
    );
  });
});
