import type { Sleep } from '../ports.js';
import { counted } from '../rollout/count.js';
import { seconds } from '../rollout/duration.js';
import { withoutStop } from '../rollout/escape.js';
import { faultText } from '../rollout/fault-text.js';
import { sizeOf, total } from '../rollout/judge/evidence.js';
import type { Counts, Failure, Fault, Measurement, Span } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import type { StatusRange } from './http.js';

export interface LogGate {
  readonly project: string;
  readonly logstore: string;
  /** Status codes that count as healthy. */
  readonly expect: readonly StatusRange[];
}

interface LogQuery {
  readonly project: string;
  readonly logstore: string;
  /** [from, to), in seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly query: string;
}

/**
 * Sends a query for the `attempt`th time, counted from 1, and gives the rows of a complete answer. Where there is none, the
 * policy is asked for the pause in ms before the next try, if there is to be one.
 */
export type ReadLogs = (
  query: LogQuery,
  how: { readonly attempt: number; readonly retryPolicy: (fault: Fault) => number | undefined },
) => Promise<Result<readonly unknown[], { readonly fault: Fault; readonly retryIn: number | undefined }>>;

/** What one check is about. Instants in ms since the epoch, durations in ms. */
export interface LogContext {
  readonly routine: string;
  readonly canary: string;
  /** Empty where there is none. */
  readonly stable: string;
  readonly weight: number;
  /** When the step went live. */
  readonly since: number;
  readonly now: number;
  readonly interval: number;
  /** How long the check may ask again. */
  readonly limit: number;
}

export interface LogMeans {
  readonly read: ReadLogs;
  readonly sleep: Sleep;
  readonly cancelled: AbortSignal;
}

/** Between two tries, in ms, and how many there are at most. */
const PAUSE = 1_000;
const TRIES = 8;
/** So many spans of time a window has at most: they are kept for as long as the step is judged. */
const MOST_SPANS = 400;
const SOURCE = 'gate-logs';

/**
 * One check: what real users got since the step went live, by one query that counts in Log Service. The window is judged
 * again as a whole each time, so logs that arrive late are counted once. An answer that is not complete is asked for
 * again and never judged; a window without a log of the canary is no measurement. `keep` gives the spans that were seen
 * before and have not changed, so that they take no more room.
 */
export async function checkLogs(
  gate: LogGate,
  context: LogContext,
  means: LogMeans,
  keep: (span: Span & { readonly at: number }) => Span = (span) => span,
): Promise<Measurement> {
  const started = performance.now();
  const window = windowOf(context);
  const { project, logstore } = gate;
  const { from, to } = window;
  const answer = await completely(
    { project, logstore, from, to, query: queryOf(gate, context, window.span) },
    context,
    means,
  );
  const took = Math.round(performance.now() - started);
  const read = answer.ok ? countedIn(answer.value) : answer;
  if (!read.ok) return unmeasured(read.error, took);
  const isCompared = context.weight < 100;
  const spans = read.value.map(({ at, canary, stable }) =>
    keep({ at, canary, stable: isCompared ? stable : undefined }),
  );
  const canary = total(spans.map((span) => span.canary));
  const stable = total(spans.flatMap((span) => span.stable ?? []));
  const isSilent = sizeOf(canary) === 0;
  const silence = `no log of the canary in ${project}/${logstore} since ${new Date(from * 1_000).toISOString()}; is the delivery of edge routine logs on, and the bake longer than they take to arrive?`;
  return {
    source: SOURCE,
    canary,
    stable: isCompared ? stable : undefined,
    cut: 0,
    unknown: Number(isSilent),
    unnamed: 0,
    failures: isSilent ? [failure(silence, took)] : [],
    since: 'step',
    spans,
  };
}

/**
 * Whole seconds since the step went live, and never none; in spans of one interval, or more where they would be too many:
 * doubled, so that what a span holds hardly ever changes.
 */
export function windowOf({ since, now, interval }: Pick<LogContext, 'since' | 'now' | 'interval'>) {
  const from = Math.ceil(since / 1_000);
  const to = Math.max(from + 1, Math.floor(now / 1_000));
  let span = Math.max(1, Math.ceil(interval / 1_000));
  while ((to - from) / span > MOST_SPANS) span *= 2;
  return { from, to, span };
}

/**
 * Search first, which is cheap and takes more than is meant; SQL then counts what is meant to the letter. Logs do not say
 * which environment they are of, so a third version, such as one in staging, is left out: it is no control.
 */
export function queryOf({ expect }: LogGate, { routine, canary, stable }: LogContext, span: number): string {
  const status = 'try_cast(ResponseStatus AS bigint)';
  const isExpected = expect.map(({ from, to }) => `${status} BETWEEN ${from} AND ${to}`).join(' OR ');
  const isGood = `coalesce(cast(ErrorCode AS varchar), '0') = '0' AND (${isExpected})`;
  const columns = [
    `CASE WHEN cast(CodeVersion AS varchar) = ${sqlText(canary)} THEN 'canary' ELSE 'stable' END AS who`,
    `__time__ - __time__ % ${span} AS span`,
    'count(*) AS answers',
    `count_if(${isGood}) AS good`,
  ];
  const isMeant = `RoutineName = ${sqlText(routine)} AND cast(CodeVersion AS varchar) IN (${sqlText(canary)}, ${sqlText(stable)})`;
  return `RoutineName: "${routine.replace(/["\\]/g, '\\$&')}" | SELECT ${columns.join(', ')} FROM log WHERE ${isMeant} GROUP BY who, span LIMIT 10000`;
}

const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`;

async function completely(
  query: LogQuery,
  { limit }: LogContext,
  { read, sleep, cancelled }: LogMeans,
): Promise<Result<readonly unknown[], string>> {
  const started = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const retryPolicy = ({ transient }: Fault) => {
      const isOver = attempt >= TRIES || performance.now() - started + PAUSE > limit || cancelled.aborted;
      return transient && !isOver ? PAUSE : undefined;
    };
    const answer = await read(query, { attempt, retryPolicy });
    if (answer.ok) return succeeded(answer.value);
    const { fault, retryIn } = answer.error;
    if (retryIn === undefined) return failed(unread(fault, attempt));
    await sleep(retryIn);
  }
}

function unread(fault: Fault, tries: number): string {
  const asked = tries === 1 ? '' : `, asked ${counted(tries, 'time')} ${seconds(PAUSE)} apart`;
  return `${faultText(fault)}${asked}. ${withoutStop(fault.advice)}`;
}

interface CountedSpan {
  /** Begin of the span, in seconds since the epoch. */
  readonly at: number;
  readonly canary: Counts;
  readonly stable: Counts;
}

/** Log Service gives all values as text. */
export function countedIn(rows: readonly unknown[]): Result<readonly CountedSpan[], string> {
  const none: Counts = { good: 0, bad: 0 };
  const spans = new Map<number, CountedSpan>();
  for (const row of rows) {
    const { who, span, answers, good } = (row ?? {}) as Readonly<Record<string, unknown>>;
    const [at, all, well] = [whole(span), whole(answers), whole(good)];
    const isRow = (who === 'canary' || who === 'stable') && at !== undefined && all !== undefined && well !== undefined;
    if (!isRow || well > all) return failed('Log Service gave a row that is none of those asked for');
    const known = spans.get(at) ?? { at, canary: none, stable: none };
    spans.set(at, { ...known, [who]: total([known[who], { good: well, bad: all - well }]) });
  }
  return succeeded([...spans.values()].toSorted((one, other) => one.at - other.at));
}

function whole(value: unknown): number | undefined {
  return /^[0-9]{1,15}$/.test(String(value)) ? Number(value) : undefined;
}

/** It says nothing of the step, so it takes the place of no check before it. */
function unmeasured(seen: string, took: number): Measurement {
  const none = { good: 0, bad: 0 };
  const nothing = { canary: none, stable: undefined, cut: 0, unnamed: 0 };
  return { source: SOURCE, ...nothing, unknown: 1, failures: [failure(seen, took)] };
}

function failure(seen: string, took: number): Failure {
  return { target: SOURCE, seen, took, version: undefined };
}

/** Gives a span the object of before where nothing of it has changed. */
export function spanKeeper(): (span: Span & { readonly at: number }) => Span {
  const kept = new Map<number, Span>();
  return ({ at, canary, stable }) => {
    const before = kept.get(at);
    if (before !== undefined && same(before.canary, canary) && same(before.stable, stable)) return before;
    kept.set(at, { canary, stable });
    return kept.get(at) ?? { canary, stable };
  };
}

function same(one: Counts | undefined, other: Counts | undefined): boolean {
  return one?.good === other?.good && one?.bad === other?.bad;
}
