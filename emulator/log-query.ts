import type { LogEntry } from './log-store.js';

/** What is asked: rows as they are, or counts by who answered and by spans of time. */
export type LogQuestion =
  | { readonly kind: 'rows'; readonly routine: string | undefined }
  | {
      readonly kind: 'counts';
      readonly routine: string;
      readonly canary: string;
      /** Versions whose logs are counted. */
      readonly versions: readonly string[];
      /** In seconds. */
      readonly span: number;
      readonly expect: readonly (readonly [from: number, to: number])[];
    };

export const fields = ['RoutineName', 'CodeVersion', 'ErrorCode', 'ResponseStatus'] as const;

/** Only the query of this action is understood, and a search for all logs or for those of a routine. */
export function readLogQuery(text: string): LogQuestion | undefined {
  const [search = '', sql] = text.split(' | ').map((part) => part.trim());
  const [, routine] = /^RoutineName: "((?:[^"\\]|\\.)*)"$/.exec(search) ?? [];
  if (sql === undefined) {
    if (search === '' || search === '*') return { kind: 'rows', routine: undefined };
    return routine === undefined ? undefined : { kind: 'rows', routine };
  }
  const [, canary, span, ranges, name, versions = ''] =
    /^SELECT CASE WHEN cast\(CodeVersion AS varchar\) = '([^']*)' THEN 'canary' ELSE 'stable' END AS who, __time__ - __time__ % ([1-9]\d*) AS span, count\(\*\) AS answers, count_if\(coalesce\(cast\(ErrorCode AS varchar\), '0'\) = '0' AND \(([^()]*(?:\([^()]*\)[^()]*)+)\)\) AS good FROM log WHERE RoutineName = '((?:[^']|'')*)' AND cast\(CodeVersion AS varchar\) IN \(('[^']*'(?:, '[^']*')*)\) GROUP BY who, span LIMIT \d+$/.exec(
      sql,
    ) ?? [];
  if (routine === undefined || canary === undefined || name === undefined || ranges === undefined) return undefined;
  const expect = ranges.split(' OR ').map((range): readonly [number, number] => {
    const [, from, to] = /^try_cast\(ResponseStatus AS bigint\) BETWEEN (\d+) AND (\d+)$/.exec(range) ?? [];
    return [Number(from), Number(to)];
  });
  return {
    kind: 'counts',
    routine: name.replaceAll("''", "'"),
    canary,
    versions: versions.split(', ').map((one) => one.slice(1, -1)),
    span: Number(span),
    expect,
  };
}

/** All values are text, as Log Service has it. */
export type LogRow = Readonly<Record<string, string>>;

export function answerLogQuery(
  question: LogQuestion,
  entries: readonly LogEntry[],
  logsWithoutVersion = false,
): readonly LogRow[] {
  const own = entries.filter(({ routine }) => question.routine === undefined || routine === question.routine);
  if (question.kind === 'rows')
    return own.flatMap((entry) => Array.from({ length: entry.count }, () => rowOf(entry, logsWithoutVersion)));
  const { canary, versions, span, expect } = question;
  const groups = new Map<string, { who: string; span: number; answers: number; good: number }>();
  for (const { time, codeVersion, errorCode, status, count } of own) {
    if (!versions.includes(codeVersion)) continue;
    const who = codeVersion === canary ? 'canary' : 'stable';
    const begin = time - (time % span);
    const group = groups.get(`${who} ${begin}`) ?? { who, span: begin, answers: 0, good: 0 };
    const isGood = errorCode === 0 && expect.some(([from, to]) => from <= status && status <= to);
    group.answers += count;
    if (isGood) group.good += count;
    groups.set(`${who} ${begin}`, group);
  }
  return [...groups.values()].map((group) =>
    Object.fromEntries(Object.entries(group).map(([name, value]) => [name, String(value)])),
  );
}

function rowOf({ time, routine, codeVersion, errorCode, status }: LogEntry, nameless: boolean): LogRow {
  return {
    __time__: String(time),
    __source__: 'emulator',
    RoutineName: routine,
    ...(!nameless && { CodeVersion: codeVersion }),
    ErrorCode: String(errorCode),
    ResponseStatus: String(status),
  };
}
