import { ENDED_BY_OTHERS, followed } from '../followed.js';
import {
  excused,
  type Facts,
  foreignSince,
  jobOf,
  type Made,
  mayCallLive,
  readSplit,
  same,
  splitText,
  type View,
  wholeJob,
} from '../truth.js';
import { firstLineClaims } from './first-lines.js';
import { failsAt, readWell } from './outcome-rules.js';
import { hasChanged } from './outputs.js';

/** The summary's first lines, its tables and its Undo. */
export function summaryClaims(facts: Facts, view: View): string[] {
  const { summary } = view.run;
  if (summary === '') return [];
  return [
    ...firstLineClaims(facts, view),
    ...trafficClaims(facts, view),
    ...stepClaims(facts, view),
    ...undoClaims(facts, view),
  ];
}

/** The rows of the table with these columns, by their names. */
function rowsUnder(summary: string, ...columns: readonly string[]): Readonly<Record<string, string>>[] {
  const lines = summary.split('\n');
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const at = lines.findIndex(
    (line) => line.startsWith('| ') && columns.every((column) => cellsOf(line).includes(column)),
  );
  if (at < 0) return [];
  const names = cellsOf(lines[at] ?? '');
  const rest = lines.slice(at + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

function trafficClaims(facts: Facts, view: View): string[] {
  const rows = rowsUnder(view.run.summary, 'version');
  const column = (name: string): Record<string, number> | undefined => {
    if (rows.every((row) => row[name] === undefined)) return undefined;
    const weights = rows.map((row) => [versionIn(row['version']), weightIn(row[name])] as const);
    return Object.fromEntries(weights.filter(([, weight]) => weight !== 0));
  };
  const [before, now, seen, highest] = [column('before'), column('now'), column('last seen'), column('highest')];
  const live = mayCallLive(view);
  const shown = [view.before, ...jobOf(facts, view.run).flatMap(({ reads }) => reads.map(({ showed }) => showed))];
  const ever = [view.before, ...facts.history];
  const wrongHighest = Object.entries(highest ?? {}).filter(
    ([version, weight]) => !ever.some((made) => made?.split[version] === weight),
  );
  // A post step may take for "before" what the run before it found.
  const isOfPost = view.run.after !== undefined;
  return [
    ...(before !== undefined && !isOfPost && view.before !== undefined && !same(before, view.before.split)
      ? [`the table's "before" is ${splitText(before)}, but it was ${splitText(view.before.split)}`]
      : []),
    ...(now === undefined || live.some(({ split }) => same(split, now))
      ? []
      : [`the table's "now" is ${splitText(now)}, which is not live`]),
    ...(seen === undefined || shown.some((made) => same(made?.split ?? {}, seen))
      ? []
      : [`the table's "last seen" is ${splitText(seen)}, which no read showed`]),
    ...wrongHighest.map(
      ([version, weight]) => `the table's "highest" of ${version} is ${weight} %, which it never had`,
    ),
  ];
}

function versionIn(cell = ''): string {
  return /<code>(\d+)<\/code>/.exec(cell)?.[1] ?? '';
}

function weightIn(cell = ''): number {
  return Number.parseInt(cell.replaceAll('*', ''), 10);
}

/** Of steps that share a row, the first and the last each. */
function stepRows(summary: string): Readonly<Record<string, string>>[] {
  return rowsUnder(summary, 'step', 'state').flatMap((row) =>
    (row['step'] ?? '').split(' to ').map((step) => ({ ...row, step })),
  );
}

function stepClaims(facts: Facts, view: View): string[] {
  const { canary, history } = facts;
  const live = mayCallLive(view);
  return stepRows(view.run.summary).flatMap((row) => {
    const weight = weightIn(row['step']);
    const [told = '', observed] = (row['state'] ?? '').replace(/^[^a-z]*/, '').split(', would have ');
    const [state = '', moved] = told.split(', moved there by ');
    const wasLive = [view.before, ...history].some((made) => made?.split[canary] === weight);
    const isLive = live.some(({ split }) => split[canary] === weight);
    const gone = live.some(({ split }) => (split[canary] ?? 0) === 0);
    const wrong = `the steps table says of ${weight} %: "${state}"`;
    const seen = view.own.some(
      (made) => made.split[canary] === weight && view.reads.some(({ showed }) => showed === made),
    );
    if (state === 'not reached' || state === 'planned') return seen ? [`${wrong}, but it was live`] : [];
    const wasSent = wholeJob(facts, view).writes.some(({ split }) => split[canary] === weight);
    if (state === 'sent, and not shown') {
      if (!wasSent) return [`${wrong}, but it was not`];
      return seen ? [`${wrong}, but it was shown`] : [];
    }
    if (!wasLive) return [`${wrong}, but it never was live`];
    if (observed !== undefined && facts.scenario.mode === 'enforce') return [`${wrong}, and what it would have been`];
    if (state === 'ended by somebody else' && !isCutShort(facts, view, weight))
      return [`${wrong}, but nobody else did`];
    const isTheirs = followed(facts, jobOf(facts, view.run)).some((made) => made.split[canary] === weight);
    if (moved !== undefined && !isTheirs) return [`${wrong}, but nobody else moved it there`];
    const checks = Number.parseInt(row['checks'] ?? '', 10) || 0;
    const ran = view.run.checks.filter((one) => one === weight).length;
    // Only of the command is it known how often it was run.
    if (facts.scenario.gate === 'command' && checks > ran)
      return [`${wrong} after ${checks} checks, but there were ${ran}`];
    if (
      view.run.after === undefined &&
      state === 'passed' &&
      checks === 0 &&
      facts.scenario.gate !== 'none' &&
      row['bake'] !== 'none' &&
      !isCutShort(facts, view, weight)
    )
      return [`${wrong}, but no check is told`];
    if (state === 'rolled back' && view.run.outputs['outcome'] === 'rollback-failed') return [wrong];
    if (state === 'rolled back') return gone ? [] : [`${wrong}, but the canary is live`];
    return state === 'live' && !isLive ? [`${wrong}, but it is not live`] : [];
  });
}

/** Somebody else took the next step, or the last, before this one had been checked. */
function isCutShort(facts: Facts, view: View, weight: number): boolean {
  const theirs = foreignSince(facts, [view]);
  return view.reads.some(({ showed }) => theirs.includes(showed) && (showed.split[facts.canary] ?? 0) > weight);
}

function undoClaims(facts: Facts, view: View): string[] {
  const { summary, outputs, after } = view.run;
  const { outcome = '' } = outputs;
  const [, undo, , guard, restoring] = UNDO.exec(summary) ?? [];
  const job = wholeJob(facts, view);
  const theirs = replacedIn(facts, view, job.own);
  const back = theirs?.split ?? job.before?.split ?? {};
  // What the advice says already is not told twice.
  const [, stable] = /<code>versions: ([^<]*)<\/code> restores the stable/.exec(summary) ?? [];
  const text = undo ?? restoring ?? (same(readSplit(stable ?? ''), back) ? stable : undefined);
  const ownIsLive = readWell(view.run) && view.own.includes(view.reads.at(-1)?.showed as Made);
  // A run that did not go well gives nothing back to its canary, whoever had deployed it.
  const gives = view.run.wish.kind === 'rollout' && (back[facts.canary] ?? 0) > 0;
  const due =
    after === undefined &&
    !ENDED_BY_OTHERS.test(outputs['reason'] ?? '') &&
    (WANTED.has(outcome) || (theirs !== undefined && ownIsLive && !gives)) &&
    hasChanged(view) === 'yes' &&
    Object.keys(back).length > 0;
  if (text === undefined) {
    const differs = !mayCallLive(view).some(({ split }) => same(split, back));
    return due && differs ? ['there is no Undo, though this run changed what is live'] : [];
  }
  const split = readSplit(text);
  const watched = view.run.wish.kind === 'rollout';
  const harmful =
    (split[facts.canary] ?? 0) > 0 &&
    (outcome === 'rolled-back' ||
      after !== undefined ||
      (!WANTED.has(outcome) && watched && failsAt(facts, split[facts.canary] ?? 0)));
  const which = theirs === undefined ? 'what was live before' : 'what was written over';
  return [
    ...(hasChanged(job) === 'no' ? ['Undo: this run changed nothing'] : []),
    ...(same(split, back) ? [] : [`Undo: ${text} is not ${which}, ${splitText(back)}`]),
    ...(harmful ? ['Undo: it would put a canary back that was found wanting'] : []),
    ...(guard === undefined || mayCallLive(view).some(({ id }) => id === guard) ? [] : [`Undo: ${guard} is not live`]),
  ];
}

/**
 * Somebody else's deployment that a read of this run showed, and a write of the job then replaced; the last one. What
 * nobody could tell from an own one does not count.
 */
function replacedIn(facts: Facts, view: View, own: readonly Made[]): Made | undefined {
  const agreed = followed(facts, jobOf(facts, view.run));
  const theirs = new Set(
    foreignSince(facts, jobOf(facts, view.run)).filter((made) => !excused(view, made) && !agreed.includes(made)),
  );
  const shown = view.reads.map(({ showed }) => showed);
  return shown.findLast((made, index) => {
    const next = shown.slice(index).find((later) => later !== made);
    return (
      theirs.has(made) &&
      next !== undefined &&
      (own.includes(next) || excused(view, next)) &&
      view.rank(next) > view.rank(made)
    );
  });
}

/** As Markdown shows code, or as HTML; or the advice that says the same. */
const UNDO =
  /\*\*Undo:\*\* run again with (?:`|<code>)versions: ([^`<]*)(?:`|<\/code>)( and (?:`|<code>)expect-deployment-id: (\d+))?|<code>versions: ([^<]*)<\/code> restores it/;

const WANTED = new Set(['deployed', 'promoted', 'paused', 'baking']);
