import { describe, expect, test } from '@jest/globals';
import {
  checkLogs,
  countedIn,
  type LogContext,
  queryOf,
  type ReadLogs,
  spanKeeper,
  windowOf,
} from '../../src/gates/logs.js';
import type { Answer } from '../../src/rollout/model.js';
import { failed, succeeded } from '../../src/rollout/result.js';
import { fault } from '../support/rollout/builders.js';

const GATE = {
  project: 'my-logs',
  logstore: 'edge',
  expect: [
    { from: 200, to: 399 },
    { from: 404, to: 404 },
  ],
};
const CONTEXT: LogContext = {
  routine: 'hello',
  canary: '2',
  stable: '1',
  weight: 5,
  since: 1_000_400,
  now: 1_061_900,
  interval: 15_000,
  limit: 60_000,
};
const row = (who: string, span: number, answers: number, good: number) => ({
  who,
  span: String(span),
  answers: String(answers),
  good: String(good),
});
const ROWS = [row('stable', 1005, 95, 94), row('canary', 1005, 5, 4), row('canary', 990, 3, 3)];

/** Answers in turn, the last one for ever; tells what was asked, for which time, and how long was slept. */
function logs(...answers: readonly Answer<readonly unknown[]>[]) {
  const asked: Parameters<ReadLogs>[0][] = [];
  const tries: number[] = [];
  const slept: number[] = [];
  const read: ReadLogs = async (query, { attempt, retryPolicy }) => {
    asked.push(query);
    tries.push(attempt);
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? failed(fault());
    return answer.ok ? answer : failed({ fault: answer.error, retryIn: retryPolicy(answer.error) });
  };
  const sleep = async (pause: number) => {
    slept.push(pause);
  };
  return { asked, tries, slept, means: { read, sleep, cancelled: new AbortController().signal } };
}
const PARTIAL = failed(fault({ code: 'Incomplete', message: 'Not all', advice: 'Wait.', transient: true }));

describe('a check', () => {
  test('counts both versions since the step went live, in all and by spans of an interval', async () => {
    const { asked, means } = logs(succeeded(ROWS));
    const seen = await checkLogs(GATE, CONTEXT, means);
    expect(seen).toEqual({
      source: 'gate-logs',
      since: 'step',
      canary: { good: 7, bad: 1 },
      stable: { good: 94, bad: 1 },
      cut: 0,
      unknown: 0,
      unnamed: 0,
      failures: [],
      spans: [
        { at: 990, canary: { good: 3, bad: 0 }, stable: { good: 0, bad: 0 } },
        { at: 1005, canary: { good: 4, bad: 1 }, stable: { good: 94, bad: 1 } },
      ],
    });
    expect(asked).toEqual([
      { project: 'my-logs', logstore: 'edge', from: 1_001, to: 1_061, query: queryOf(GATE, CONTEXT, 15) },
    ]);
  });

  test('has no control at 100 %', async () => {
    const seen = await checkLogs(GATE, { ...CONTEXT, weight: 100 }, logs(succeeded(ROWS)).means);
    expect(seen.stable).toBeUndefined();
    expect(seen.spans?.map(({ stable }) => stable)).toEqual([undefined, undefined]);
  });

  test('never judges an answer that is not complete: it is asked again, after a pause', async () => {
    const { asked, tries, slept, means } = logs(PARTIAL, PARTIAL, succeeded(ROWS));
    expect((await checkLogs(GATE, CONTEXT, means)).canary).toEqual({ good: 7, bad: 1 });
    expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(tries).toEqual([1, 2, 3]);
    expect(slept).toEqual([1_000, 1_000]);
  });

  test('one that stays incomplete measures nothing, and takes the place of no check', async () => {
    const { asked, means } = logs(PARTIAL);
    const seen = await checkLogs(GATE, CONTEXT, means);
    expect(seen).toMatchObject({ canary: { good: 0, bad: 0 }, unknown: 1 });
    expect(seen).not.toHaveProperty('since');
    expect(seen.failures[0]?.seen).toBe('Incomplete (RequestId F): Not all, asked 8 times 1.00 s apart. Wait');
    expect(asked.length).toBe(8);
  });

  test('a transient fault is met again, any other is told at once with what to do', async () => {
    const busy = failed(fault({ code: 'ServerBusy', transient: true }));
    expect((await checkLogs(GATE, CONTEXT, logs(busy, succeeded(ROWS)).means)).canary.good).toBe(7);
    const { asked, means } = logs(failed(fault({ code: 'Unauthorized' })));
    const seen = await checkLogs(GATE, CONTEXT, means);
    expect(seen.failures[0]?.seen).toBe('Unauthorized (RequestId F): No!. Ask for it');
    expect(seen.unknown).toBe(1);
    expect(asked.length).toBe(1);
  });

  test('a window without a log of the canary is not measured, whatever the stable has', async () => {
    const seen = await checkLogs(GATE, CONTEXT, logs(succeeded([row('stable', 1005, 95, 94)])).means);
    expect(seen).toMatchObject({ canary: { good: 0, bad: 0 }, stable: { good: 94, bad: 1 }, unknown: 1 });
    expect(seen.failures[0]?.seen).toContain('no log of the canary in my-logs/edge since 1970-01-01T00:16:41.000Z');
  });
});

describe('rows', () => {
  test.each<[string, unknown]>([
    ['no object', null],
    ['another version', { ...ROWS[0], who: 'x' }],
    ['no number', { ...ROWS[0], answers: 'many' }],
    ['a negative one', { ...ROWS[0], good: '-1' }],
    ['a fraction', { ...ROWS[0], good: '1.5' }],
    ['more good ones than there are', { ...ROWS[0], good: '96' }],
    ['no time', { ...ROWS[0], span: null }],
  ])('%s is not what was asked for', (_, one) => {
    expect(countedIn([one])).toEqual(failed('Log Service gave a row that is none of those asked for'));
  });

  test('of one span and version are added, numbers or text', () => {
    const counted = countedIn([row('canary', 15, 2, 1), { who: 'canary', span: 15, answers: 3, good: 3 }]);
    expect(counted).toEqual(succeeded([{ at: 15, canary: { good: 4, bad: 1 }, stable: { good: 0, bad: 0 } }]));
  });
});

describe('the window', () => {
  test.each<[string, number, number, object]>([
    ['whole seconds', 1_000_400, 1_061_900, { from: 1_001, to: 1_061, span: 15 }],
    ['to the second', 1_000_000, 1_015_000, { from: 1_000, to: 1_015, span: 15 }],
    ['never empty', 1_000_001, 1_000_400, { from: 1_001, to: 1_002, span: 15 }],
    ['nor before it begins, where a clock was set back', 1_000_001, 900_000, { from: 1_001, to: 1_002, span: 15 }],
    ['at most 400 spans, doubled', 0, 6_001_000, { from: 0, to: 6_001, span: 30 }],
  ])('%s', (_, since, now, expected) => {
    expect(windowOf({ since, now, interval: 15_000 })).toEqual(expected);
  });

  test('spans are whole seconds', () => {
    expect(windowOf({ since: 0, now: 10_000, interval: 100 }).span).toBe(1);
    expect(windowOf({ since: 0, now: 10_000, interval: 1_500 }).span).toBe(2);
  });
});

test('what is quoted in a query ends no text of it', () => {
  const query = queryOf(GATE, { ...CONTEXT, routine: `a"b\\c'd`, canary: '2' }, 15);
  expect(query).toContain('RoutineName: "a\\"b\\\\c\'d" | SELECT');
  expect(query).toContain("WHERE RoutineName = 'a\"b\\c''d' AND cast(CodeVersion AS varchar) IN ('2', '1') GROUP BY");
  expect(query).toContain('BETWEEN 200 AND 399 OR try_cast(ResponseStatus AS bigint) BETWEEN 404 AND 404');
});

test('a span that has not changed is the object of before, so that it takes no room and is weighed once', () => {
  const keep = spanKeeper();
  const span = (good: number) => keep({ at: 15, canary: { good, bad: 0 }, stable: { good: 9, bad: 0 } });
  const first = span(1);
  expect(span(1)).toBe(first);
  const late = span(2);
  expect(late).not.toBe(first);
  expect(late.canary).toEqual({ good: 2, bad: 0 });
  expect(keep({ at: 15, canary: { good: 2, bad: 0 }, stable: undefined })).not.toBe(late);
});
