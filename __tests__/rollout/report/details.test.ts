import { describe, expect, test } from '@jest/globals';
import type { Event, Failure, Live, Plan } from '../../../src/rollout/model.js';
import { detailsSection, type RunContext } from '../../../src/rollout/report/details.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import {
  accepted,
  at,
  baseline,
  called,
  details,
  measured,
  measurement,
  NOTHING,
  OBSERVING,
  read,
  rolloutPlan,
  serving,
  splitPlan,
  UNMARKED,
} from '../../support/rollout/builders.js';

const nowhere: RunContext = { runUrl: '', commit: '', commitUrl: '', actor: '' };
const OLD = serving(1, at(0));
const SPLIT = splitPlan(at(10), OLD);
const STEPS = [{ weight: 50, bake: 60_000 }];

const section = (
  plan: Plan,
  timeline: readonly Event[] = [],
  context: Partial<RunContext> = {},
  words: readonly string[] = [],
) =>
  detailsSection(finishedRun(plan, timeline, { outcome: 'deployed', reason: 'So.', advice: [] }, words), {
    ...nowhere,
    ...context,
  });
const facts = (...given: Parameters<typeof section>) =>
  section(...given)
    .split('\n')
    .filter((line) => line.startsWith('- '));

describe('what is folded up', () => {
  test('is one line on the page, that says what is in it', () => {
    const bare = { ...SPLIT, before: serving('', at(0)) };
    expect(section(bare)).toBe('');
    expect(section(SPLIT)).toBe(
      '<details><summary>Details: ids</summary>\n\nWhat this run went by:\n\n- DeploymentId <code>1</code>\n- DeploymentId before <code>1</code>\n\n</details>',
    );
    const moved = [read(0, OLD), called(1), read(60_000, serving(7, at(50)))];
    const bad = measured(60_001, 50, measurement(0, 1, { failures: [failure('a')] }));
    const whole = section(rolloutPlan(STEPS, { gate: UNMARKED }), [...moved, bad]);
    expect(whole).toContain(
      '<details><summary>Details: weight over time, failed answers, what the gate can see, ids, calls</summary>',
    );
    expect(whole).toContain('\n\n<details><summary>1 API call, no retry</summary>\n');
    expect(whole.endsWith('</details>\n\n</details>')).toBe(true);
  });
});

const failure = (target: string, more: Partial<Failure> = {}): Failure => ({
  target,
  seen: 'HTTP 500',
  took: 12,
  version: undefined,
  ...more,
});

describe('the answers that failed', () => {
  const failed = (...failures: Failure[]) => measured(0, 50, measurement(0, 1, { failures }));
  const rows = (...timeline: readonly Event[]) =>
    section(rolloutPlan(STEPS), timeline)
      .split('\n')
      .filter((line) => line.includes(' ms |'));

  test('the first three have a row each, whose URL copies whole', () => {
    const two = failed(failure('a', { version: '2' }), failure('https://x/?a=b'));
    expect(rows(two, failed(failure('c'), failure('d')))).toEqual([
      '| <code>a</code> | HTTP 500 | 12 ms | <code>2</code> |',
      '| <code>https:<i></i>//x/?a=b</code> | HTTP 500 | 12 ms |  |',
      '| <code>c</code> | HTTP 500 | 12 ms |  |',
    ]);
  });

  test('none of them can break out of the table', () => {
    expect(rows(failed(failure('a|b', { seen: '<b>', version: '`' })))).toEqual([
      '| <code>a&#124;b</code> | &#60;b&#62; | 12 ms | <code>&#96;</code> |',
    ]);
  });

  test('nothing is said where all were healthy', () => {
    expect(section(rolloutPlan(STEPS), [measured(0, 50, measurement(9)), read(1, OLD)])).not.toContain('not healthy');
  });
});

describe('what the gate can see', () => {
  const plan = rolloutPlan(STEPS, { gate: UNMARKED });

  test('is told of one that asks URLs', () => {
    expect(section(plan)).toContain('What the gate can see:\n\n- The gate sends ');
    expect(section(rolloutPlan(STEPS))).not.toContain('What the gate can see');
    expect(section(rolloutPlan(STEPS, { gate: undefined }))).not.toContain('What the gate can see');
  });

  test.each<[string, Event, string]>([
    [
      'what the stable answered alone',
      baseline(2, 59),
      '- 0 of 59 answers of the stable failed before the first step.',
    ],
    [
      'also one that chance explains',
      baseline(2, 58, 1),
      '- 1 of 59 answers of the stable failed before the first step.',
    ],
    [
      'that there was none',
      baseline(2, 0, 0, { unknown: 59 }),
      '- No answer of the stable could be had before the first step.',
    ],
  ])('%s', (_name, event, line) => {
    expect(facts(plan, [event])).toContain(line);
  });

  test('what the stable answered is no detail where it fails already', () => {
    expect(section(plan, [baseline(2, 50, 9)])).not.toContain('before the first step.');
  });
});

describe('the facts', () => {
  test('are the ids, the two roles and the request, where they are known', () => {
    const plan = { ...rolloutPlan([{ weight: 10, bake: 0 }]), known: [details('2', { createdAt: 'a|b' })] };
    expect(facts(plan, [accepted(2, at(10), '7', 'R'), read(3, serving(7, at(10)))])).toEqual([
      '- DeploymentId <code>7</code>',
      '- DeploymentId before <code>1</code>',
      '- RequestId of the write <code>R</code>',
      '- Canary <code>2</code>, created a&#124;b',
      '- Stable <code>1</code>',
    ]);
    const bare: Live = serving('', at(0));
    expect(facts({ ...SPLIT, before: bare })).toEqual([]);
    expect(facts({ ...SPLIT, before: NOTHING })).toEqual([]);
  });

  test('are of the last write, and that there was none', () => {
    const twice = [accepted(2, at(10), '7', 'R'), accepted(3, at(10), '8', 'S'), read(4, OLD)];
    expect(facts(SPLIT, twice)).toContain('- RequestId of the write <code>S</code>');
    expect(facts({ ...SPLIT, wish: { ...SPLIT.wish, dryRun: true } })).toContain('- Dry run: nothing was written');
  });

  test('where the gate only observed, that it did', () => {
    const line = '- Observe mode: the gate stopped nothing, whatever it found';
    expect(facts(rolloutPlan(STEPS, { gate: OBSERVING }))).toContain(line);
    expect(facts(rolloutPlan(STEPS))).not.toContain(line);
  });

  test('begin with what words stood for', () => {
    expect(facts(SPLIT, [], {}, ['`latest` is 2'])[0]).toBe('- <code>latest</code> is 2');
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
    const [found] = facts({ ...SPLIT, before: NOTHING }, [], context);
    expect(found).toBe(line);
  });
});
