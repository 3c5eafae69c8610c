import { expect, test } from '@jest/globals';
import type { Event } from '../../../src/rollout/model.js';
import { callTable } from '../../../src/rollout/report/call-table.js';
import { describeRetries } from '../../../src/rollout/report/calls.js';
import { LONGEST_TIMELINE, timelineText } from '../../../src/rollout/report/timeline-json.js';
import { called, measured, measurement, NOTHING, read, waited } from '../../support/rollout/builders.js';

const failed = (more: object) =>
  called(0, { result: 'Throttling', throttled: true, requestId: 'R', took: 310, ...more });
const rowsOf = (timeline: readonly Event[]) => callTable(timeline).split('\n').slice(4, -2);

test('calls have a row each, with their times', () => {
  expect(callTable([failed({}), waited(0, 700, 'retry'), called(710, { attempt: 2 })])).toBe(
    [
      '<details><summary>2 API calls, 1 of them a retry, 0.70 s waited in between</summary>',
      '',
      '| operation | attempt | result | time | RequestId |',
      '| :-- | --: | :-- | --: | :-- |',
      '| GetRoutine | 1 | Throttling | 0.31 s | <code>R</code> |',
      '| GetRoutine | 2 | OK | 0.01 s |  |',
      '',
      '</details>',
    ].join('\n'),
  );
});

test.each<[string, readonly Event[]]>([
  ['1 API call, no retry', [called(0)]],
  ['2 API calls, no retry', [called(0), called(1)]],
  ['9 API calls, 8 of them retries', [failed({}), called(1, { attempt: 9, collapsed: 7 })]],
])('calls are counted: %s', (title, timeline) => {
  expect(callTable(timeline)).toContain(`<summary>${title}</summary>`);
});

test('calls that have no event of their own share a row', () => {
  expect(rowsOf([failed({ result: 'a|b' }), called(1, { attempt: 9, collapsed: 7 })])).toEqual([
    '| GetRoutine | 1 | a&#124;b | 0.31 s | <code>R</code> |',
    '| GetRoutine | | 7 more, all a&#124;b | | |',
    '| GetRoutine | 9 | OK | 0.01 s |  |',
  ]);
});

test('there is none without calls', () => {
  expect(callTable([read(0, NOTHING)])).toBe('');
});

const logs = (when: number, more: object = {}) =>
  called(when, { operation: 'GetLogs', requestId: '5B0A6B60BB6EE39764D458B5', ...more });

/** A bake of two hours: a call each 15 s, and every fourth answer is not complete at first. */
const BAKE: readonly Event[] = Array.from({ length: 480 }, (_, check) => check * 15_000).flatMap((at, check) => [
  ...(check % 4 === 3 ? [logs(at, { result: 'Incomplete', retryIn: 1_000 })] : []),
  logs(at + 1_010, { attempt: check % 4 === 3 ? 2 : 1 }),
  measured(at + 1_020, 5, measurement(50)),
  waited(at + 1_020, 13_980, 'bake'),
]);

const WRITE = called(0, { operation: 'CreateRoutineCodeDeployment' });

test('a bake of hours takes a few rows, and each step its own', () => {
  const looked = BAKE.flatMap((event, index) => (index % 40 === 0 ? [called(event.at), event] : [event]));
  const rows = rowsOf([called(0), WRITE, ...looked, WRITE, logs(1), called(3), logs(4)]);
  expect(rows.map((row) => row.split(' | ').slice(0, 3).join(' | '))).toEqual([
    '| GetRoutine | 1 | OK',
    '| CreateRoutineCodeDeployment | 1 | OK',
    '| GetRoutine | 1 | OK',
    '| GetLogs | 1 | OK',
    '| GetLogs | 1 | OK',
    '| GetLogs | | 595 more: 476 OK, 119 Incomplete | | |',
    '| GetRoutine | | 38 more, all OK | | |',
    '| GetLogs | 1 | OK',
    '| GetLogs | 1 | Incomplete',
    '| GetLogs | 2 | OK',
    '| CreateRoutineCodeDeployment | 1 | OK',
    '| GetLogs | 1 | OK',
    '| GetRoutine | 1 | OK',
    '| GetLogs | 1 | OK',
  ]);
  expect(callTable(BAKE)).toContain(
    '<summary>600 API calls, 120 of them retries, 120.00 s waited in between</summary>',
  );
  expect(describeRetries(BAKE)).toBe('120 of 600 requests failed: Incomplete 120 times; waited 120.00 s to try again');
});

test('as many as have a row each are shown whole', () => {
  expect(rowsOf(Array.from({ length: 8 }, (_, index) => logs(index)))).toHaveLength(8);
  expect(rowsOf(Array.from({ length: 9 }, (_, index) => logs(index)))).toHaveLength(7);
});

test('calls of a service that throttles on and on count among those that share a row', () => {
  const on = Array.from({ length: 10 }, (_, index) => logs(index, index === 5 ? { collapsed: 4 } : {}));
  expect(rowsOf(on)[3]).toBe('| GetLogs | | 8 more, all OK | | |');
});

test('the timeline of two hours keeps its bound, and the first and last of such calls', () => {
  const text = timelineText([called(0), ...BAKE]);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LONGEST_TIMELINE);
  const events = JSON.parse(text) as readonly { kind: string; operation?: string; at: string }[];
  const kept = events.filter(({ operation }) => operation === 'GetLogs').map(({ at }) => Date.parse(at));
  const made = BAKE.filter(({ kind }) => kind === 'called').map(({ at }) => at);
  expect([kept[0], kept.at(-1)]).toEqual([made[0], made.at(-1)]);
  expect(events.some(({ kind }) => kind === 'left-out')).toBe(true);
});
