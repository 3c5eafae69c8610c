import { counted } from '../count.js';
import { seconds } from '../duration.js';
import { asCode, inMarkdown } from '../escape.js';
import type { Timeline } from '../model.js';
import { type Called, collapsedCode, requestsIn, waitedBetween } from './calls.js';

/** Calls in a row that have a row each at most; of more only those at both ends do. */
const MOST_ROWS = 8;
const ROWS_AT_AN_END = 3;

/** What is asked while a step bakes, for as long as it does. */
const WATCHING: ReadonlySet<string> = new Set(['GetRoutine', 'GetLogs']);

/** Every call in its order, folded up; those throttled on and on share a row, and so do those of a bake of hours. */
export function callTable(timeline: Timeline, notes: readonly string[] = []): string {
  const made = timeline.filter((event) => event.kind === 'called');
  if (made.length === 0) return '';
  const count = requestsIn(timeline);
  const repeats = made.reduce((sum, { attempt, collapsed = 0 }) => sum + collapsed + Number(attempt > 1), 0);
  const waited = waitedBetween(timeline);
  const again = repeats === 0 ? 'no retry' : `${repeats} of them ${repeats === 1 ? 'a retry' : 'retries'}`;
  const pauses = waited === 0 ? '' : `, ${seconds(waited)} waited in between`;
  const title = `${counted(count, 'API call')}, ${again}${pauses}`;
  return [
    `<details><summary>${title}</summary>`,
    '',
    '| operation | attempt | result | time | RequestId |\n| :-- | --: | :-- | --: | :-- |',
    ...inARow(made).flatMap((alike) => rowsOf(alike, made)),
    '',
    ...notes,
    '</details>',
  ].join('\n');
}

/** Positions of the calls that came one after another: of one operation, or of a bake. */
function inARow(made: readonly Called[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const [index, { operation }] of made.entries()) {
    const before = made[index - 1]?.operation ?? '';
    const areAlike = before === operation || (WATCHING.has(before) && WATCHING.has(operation));
    if (areAlike) groups.at(-1)?.push(index);
    else groups.push([index]);
  }
  return groups;
}

function rowsOf(alike: readonly number[], made: readonly Called[]): readonly string[] {
  const row = (index: number) => callRows(made, index);
  if (alike.length <= MOST_ROWS) return alike.flatMap(row);
  const between = alike.slice(ROWS_AT_AN_END, -ROWS_AT_AN_END);
  const operations = [...new Set(between.map((index) => made[index]?.operation ?? ''))];
  const shared = operations.map((operation) => {
    const results = between.flatMap((index) => resultsOf(made, index, operation));
    return sharedRow(operation, results);
  });
  return [...alike.slice(0, ROWS_AT_AN_END).flatMap(row), ...shared, ...alike.slice(-ROWS_AT_AN_END).flatMap(row)];
}

/** What a call came to, and those tries of it that have no event; none of another operation. */
function resultsOf(made: readonly Called[], index: number, wanted: string): readonly string[] {
  const call = made[index];
  if (call === undefined || call.operation !== wanted) return [];
  return [...Array.from({ length: call.collapsed ?? 0 }, () => collapsedCode(made, index)), call.result];
}

function callRows(made: readonly Called[], index: number): readonly string[] {
  const call = made[index];
  if (call === undefined) return [];
  const { operation, attempt, result, took, requestId, collapsed = 0 } = call;
  const before = Array.from({ length: collapsed }, () => collapsedCode(made, index));
  return [
    ...(collapsed === 0 ? [] : [sharedRow(operation, before)]),
    `| ${operation} | ${attempt} | ${inMarkdown(result, 60)} | ${seconds(took)} | ${asCode(requestId, 60)} |`,
  ];
}

/** One for many calls, by what each came to. */
function sharedRow(operation: string, results: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const result of results) counts.set(result, (counts.get(result) ?? 0) + 1);
  const codes = [...counts].map(([code, times]) => `${counts.size === 1 ? 'all' : times} ${inMarkdown(code, 60)}`);
  return `| ${operation} | | ${results.length} more${counts.size === 1 ? ',' : ':'} ${codes.join(', ')} | | |`;
}
