import { describe, expect, test } from '@jest/globals';
import type { Conclusion, Event, Live, Plan, Wish } from '../../../src/rollout/model.js';
import { rolloutSections } from '../../../src/rollout/report/charts.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { summaryOf } from '../../../src/rollout/report/summary.js';
import {
  accepted,
  at,
  details,
  GATE,
  NOTHING,
  OBSERVING,
  read,
  refused,
  rolloutPlan,
  serving,
  splitOf,
  splitPlan,
  wishOf,
} from '../../support/rollout/builders.js';

const nowhere: RunContext = { runUrl: '', commit: '', commitUrl: '', actor: '' };
const OLD = serving(1, at(0));
const SPLIT = splitPlan(at(10), OLD);
const WROTE = [read(0, OLD), accepted(2, at(10), '7', ''), read(3, serving(7, at(10)))];
const dry = (plan: Plan): Plan => ({ ...plan, wish: { ...plan.wish, dryRun: true } });

const summary = (
  plan: Plan,
  timeline: readonly Event[] = [],
  more: Partial<Conclusion> = {},
  context: Partial<RunContext> = {},
) =>
  summaryOf(finishedRun(plan, timeline, { outcome: 'deployed', reason: 'So.', advice: [], ...more }), {
    ...nowhere,
    ...context,
  });
const lines = (...given: Parameters<typeof summary>) => summary(...given).split('\n');
const rows = (...given: Parameters<typeof summary>) => lines(...given).filter((line) => line.startsWith('| <code>'));
const facts = (...given: Parameters<typeof summary>) => lines(...given).filter((line) => line.startsWith('- '));

test('the whole of it', () => {
  expect(summary(SPLIT, WROTE)).toBe(
    [
      '### ✅ Deployed: r in production',
      '',
      'So.',
      '',
      '| version | description | created | before | after | change |',
      '| :-- | :-- | :-- | --: | --: | --: |',
      '| <code>1</code> |  |  | 100 % | 90 % | −10 |',
      '| <code>2</code> |  |  | 0 % | 10 % | +10 |',
      '',
      '```mermaid',
      'pie showData',
      '  title Live in production (percent of requests)',
      '  "2" : 10',
      '  "1" : 90',
      '```',
      '',
      '**Undo:** run again with <code>versions: 1=100</code> and <code>expect-deployment-id: 7</code>',
      '',
      '- DeploymentId <code>7</code>',
      '- DeploymentId before <code>1</code>',
      '',
      '',
    ].join('\n'),
  );
});

test('where the gate only observed: what it would have done, and that it did not', () => {
  const steps = [{ weight: 10, bake: 60_000 }];
  const told: Partial<Conclusion> = { outcome: 'promoted', warning: 'In observe mode: would.' };
  expect(summary(rolloutPlan(steps, { gate: OBSERVING }), [], told)).toContain('⚠️ In observe mode: would.');
  expect(summary(rolloutPlan(steps, { gate: OBSERVING }), [], told)).toContain(
    '- Observe mode: the gate stopped nothing, whatever it found',
  );
  expect(summary(rolloutPlan(steps), [], told)).not.toContain('- Observe');
});

describe('what a run says', () => {
  test('is its reason, its warning, its advice, and what is to be copied', () => {
    const timeline = [refused(1, at(5), { snippet: '{}' })];
    const told = { reason: 'See `a|b`.', warning: 'Mind `c`.', advice: ['Do `d`.', 'Or e.'] };
    expect(summary(SPLIT, timeline, told)).toContain(
      '\n\nSee <code>a&#124;b</code>.\n\n⚠️ Mind <code>c</code>.\n\n- Do <code>d</code>.\n- Or e.\n\n```json\n{}\n```\n\n',
    );
  });

  test.each([
    ['reason', 2_000],
    ['warning', 2_000],
  ] as const)('its %s is cut where it is longer than %d characters', (part, limit) => {
    expect(summary(SPLIT, [], { [part]: 'x'.repeat(limit) })).not.toContain('…');
    expect(summary(SPLIT, [], { [part]: 'x'.repeat(limit + 1) })).toContain('x…');
  });

  test('no heading is larger than h3', () => {
    const headings = summary({ ...SPLIT, wish: { ...SPLIT.wish, routine: 'a\n# b' } }, WROTE).match(/^#+ .*/gm);
    expect(headings).toEqual(['### ✅ Deployed: a &#35;<i></i> b in production']);
  });

  test('of a rollout is what its charts show, of nothing else', () => {
    const plan = rolloutPlan([{ weight: 10, bake: 0 }]);
    for (const section of rolloutSections(plan, WROTE, 'held').slice(0, 2)) {
      expect(section).not.toBe('');
      expect(summary(plan, WROTE, { outcome: 'held' })).toContain(`\n\n${section}\n\n`);
      expect(summary(SPLIT, WROTE, { outcome: 'held' })).not.toContain(section);
    }
  });
});

describe('the traffic', () => {
  test('of versions that are only before, after, or named as the canary', () => {
    expect(rows(SPLIT, [read(0, serving(9, splitOf(['3', 100])))])).toEqual([
      '| <code>1</code> |  |  | 100 % | 0 % | −100 |',
      '| <code>3</code> |  |  | 0 % | 100 % | +100 |',
    ]);
    expect(rows(rolloutPlan([{ weight: 10, bake: 0 }]))).toEqual([
      '| <code>1</code> |  |  | 100 % | 100 % |  |',
      '| <code>2</code> |  |  | 0 % | 0 % |  |',
    ]);
  });

  test('with what is known of each, of what is live first', () => {
    const live = serving(7, at(10), { details: [details('1', { description: 'a|b' }), details('2')] });
    const before = { ...OLD, details: [details('1', { description: 'old', createdAt: 'then' })] };
    const known = [details('2', { description: 'new', createdAt: 'now' })];
    expect(rows({ ...SPLIT, before, known }, [...WROTE.slice(1, 2), read(3, live)])).toEqual([
      '| <code>1</code> | a&#124;b | then | 100 % | 90 % | −10 |',
      '| <code>2</code> | new | now | 0 % | 10 % | +10 |',
    ]);
    expect(rows({ ...rolloutPlan([{ weight: 10, bake: 0 }]), known })[1]).toContain('| new | now |');
    const report: Plan = { kind: 'report', wish: wishOf({ kind: 'report' }), before };
    expect(rows(report)).toEqual(['| <code>1</code> | old | then | 100 % | 100 % |  |']);
  });

  test('of a dry run is what is planned', () => {
    const planned = summary(dry(SPLIT), [], { outcome: 'planned' });
    expect(planned).toContain('| before | planned | change |');
    expect(planned).toContain('| <code>2</code> |  |  | 0 % | 10 % | +10 |');
    expect(planned).toContain('  title Planned in production (percent of requests)\n  "2" : 10\n');
    expect(planned).not.toContain('Undo');
    const rollout = summary(dry(rolloutPlan([{ weight: 10, bake: 0 }])), [], { outcome: 'planned' });
    expect(rollout).toContain('| before | after | change |');
    expect(rollout).toContain('  title Live in production');
  });

  test('where nothing is live', () => {
    const wish: Wish = wishOf({ kind: 'report' });
    expect(summary({ kind: 'report', wish, before: NOTHING })).toContain('\n\nNothing is live in production.\n\n');
    const gone = summary({ ...SPLIT, before: NOTHING }, []);
    expect(gone).toContain('Nothing is live in production.');
    expect(gone).not.toContain('pie');
    const planned = summary(rolloutPlan([{ weight: 10, bake: 0 }]), [], {});
    expect(planned).toContain('pie showData');
  });

  test('is not told where nothing could be read', () => {
    const fault = { ...refused(0, at(0)) };
    if (fault.kind !== 'write-failed') throw new Error('no fault');
    const blind = summary({ kind: 'unreadable', wish: SPLIT.wish, fault: fault.fault, before: undefined });
    expect(blind).toBe('### ✅ Deployed: r in production\n\nSo.\n\n');
  });

  test('no version can break out of its chart', () => {
    const odd = splitOf([`"x\n${'y'.repeat(60)}`, 100]);
    expect(summary(SPLIT, [read(0, serving(9, odd))])).toContain(`\n  "_x_${'y'.repeat(37)}" : 100\n`);
  });
});

describe('the line that undoes it', () => {
  const undo = (...given: Parameters<typeof summary>) => lines(...given).find((line) => line.startsWith('**Undo'));

  test('is guarded by what is live', () => {
    const unnamed = [accepted(2, at(10)), read(3, serving('', at(10)))];
    expect(undo(SPLIT, unnamed)).toBe('**Undo:** run again with <code>versions: 1=100</code>');
    expect(undo(SPLIT, [read(0, OLD)])).toBeUndefined();
  });

  test('cannot be given where nothing was live', () => {
    const first = { ...SPLIT, before: NOTHING };
    expect(undo(first, WROTE.slice(1))).toBe(
      '**Undo:** nothing was live before, and ESA cannot withdraw a deployment.',
    );
    expect(undo(first, [])).toBeUndefined();
    const over = [accepted(2, at(10), '7'), read(3, serving(6, at(0))), read(4, serving(7, at(10)))];
    expect(undo(first, over)).toMatch(/run again with <code>versions: 1=100<\/code>/);
  });
});

describe('the facts', () => {
  test('are the ids, the two roles and the request, where they are known', () => {
    const plan = rolloutPlan([{ weight: 10, bake: 0 }]);
    expect(facts(plan, [accepted(2, at(10), '7', 'R'), read(3, serving(7, at(10)))])).toEqual([
      '- DeploymentId <code>7</code>',
      '- DeploymentId before <code>1</code>',
      '- RequestId of the write <code>R</code>',
      '- Canary <code>2</code>',
      '- Stable <code>1</code>',
    ]);
    const bare: Live = serving('', at(0));
    expect(facts({ ...SPLIT, before: bare })).toEqual([]);
    expect(facts({ ...SPLIT, before: NOTHING })).toEqual([]);
  });

  test('are of the last write, and that there was none', () => {
    const twice = [accepted(2, at(10), '7', 'R'), accepted(3, at(10), '8', 'S'), read(4, OLD)];
    expect(facts(SPLIT, twice)).toContain('- RequestId of the write <code>S</code>');
    expect(facts(dry(SPLIT))).toContain('- Dry run: nothing was written');
  });

  test.each<[Partial<RunContext>, string | undefined]>([
    [{ runUrl: 'https://x/1' }, '- From <a href="https://x/1">this run</a>'],
    [{ commit: '0123456789' }, '- From commit <code>0123456789</code>'],
    [
      { commit: '0123456789', commitUrl: 'https://x/c' },
      '- From commit <a href="https://x/c"><code>0123456</code></a>',
    ],
    [{ actor: '@me' }, '- From by &#64;<i></i>me'],
    [
      { runUrl: 'https://x/"<b>', commit: 'c', actor: 'me' },
      '- From <a href="https://x/%22%3Cb%3E">this run</a>, commit <code>c</code>, by me',
    ],
    [{ runUrl: "https://x/'&" }, '- From <a href="https://x/&#39;&#38;">this run</a>'],
    [{}, undefined],
  ])('say where the run can be found again: %j', (context, line) => {
    const [found] = facts({ ...SPLIT, before: NOTHING }, [], {}, context);
    expect(found).toBe(line);
  });
});

test('where even a dead canary would go unseen is told of a rollout, whatever became of it', () => {
  const gate = { ...GATE, urls: 1 };
  const told = (weight: number) => facts(rolloutPlan([{ weight, bake: 60_000 }], { gate }), [read(0, OLD)]);
  expect(told(1)).toContainEqual(
    expect.stringMatching(/^- ⚠️ At 1 % even a canary that fails always would go unseen.*<code>gate-version-header</),
  );
  expect(told(50)).not.toContainEqual(expect.stringContaining('unseen'));
});
