import { describe, expect, test } from '@jest/globals';
import { parse } from '@mermaid-js/parser';
import fc from 'fast-check';
import type { Conclusion, Event, Live, Plan, TrafficSplit } from '../../src/rollout/model.js';
import { summaryOf } from '../../src/rollout/summary.js';

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
  const timeline: Event[] = [{ at: 0, kind: 'read', live: before }, ...calls, { at: 2, kind: 'read', live: after }];
  return summaryOf({ plan, timeline, conclusion: { outcome, reason: 'Because.', advice: [] } }, nowhere);
}

const rows = (summary: string) => summary.split('\n').filter((line) => line.startsWith('| <code>'));
const OLD = serving('1', split(['100', 100]));
const NEW = serving('2', split(['200', 10], ['100', 90]));

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
