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
import { failsAt, readWell } from './outcome-rules.js';
import { hasChanged } from './outputs.js';

/** The summary's tables and its Undo. */
export function summaryClaims(facts: Facts, view: View): string[] {
  const { summary } = view.run;
  if (summary === '') return [];
  return [...trafficClaims(view), ...stepClaims(facts, view), ...undoClaims(facts, view)];
}

function rowsUnder(summary: string, header: RegExp): string[][] {
  const lines = summary.split('\n');
  const at = lines.findIndex((line) => header.test(line));
  if (at < 0) return [];
  const rest = lines.slice(at + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function trafficClaims(view: View): string[] {
  const rows = rowsUnder(view.run.summary, /^\| version \| description .*before \| after/);
  if (rows.length === 0) return [];
  const column = (index: number) =>
    Object.fromEntries(
      rows
        .map((row) => [(row[0] ?? '').replace(/\D/g, ''), Number.parseInt(row[index] ?? '', 10)])
        .filter(([, weight]) => weight !== 0),
    ) as Record<string, number>;
  const [before, after] = [column(3), column(4)];
  const live = mayCallLive(view);
  // A post step may take for "before" what the run before it found.
  const wrongBefore = view.run.after === undefined && view.before !== undefined && !same(before, view.before.split);
  return [
    ...(wrongBefore
      ? [`the table's "before" is ${splitText(before)}, but it was ${splitText(view.before?.split ?? {})}`]
      : []),
    ...(live.some(({ split }) => same(split, after))
      ? []
      : [`the table's "after" is ${splitText(after)}, which is not live`]),
  ];
}

function stepClaims(facts: Facts, view: View): string[] {
  const { canary, history } = facts;
  const live = mayCallLive(view);
  return rowsUnder(view.run.summary, /^\| weight \| bake \|/).flatMap((row) => {
    const weight = Number.parseInt(row[0] ?? '', 10);
    const [told = '', observed] = (row[7] ?? '').split(', would have ');
    const [state = '', moved] = told.split(', moved there by ');
    const wasLive = [view.before, ...history].some((made) => made?.split[canary] === weight);
    const isLive = live.some(({ split }) => split[canary] === weight);
    const gone = live.some(({ split }) => (split[canary] ?? 0) === 0);
    const wrong = `the steps table says of ${weight} %: "${state}"`;
    const seen = view.own.some(
      (made) => made.split[canary] === weight && view.reads.some(({ showed }) => showed === made),
    );
    if (state === 'not reached') return seen ? [`${wrong}, but it was live`] : [];
    if (!wasLive) return [`${wrong}, but it never was live`];
    if (observed !== undefined && facts.scenario.mode === 'enforce') return [`${wrong}, and what it would have been`];
    const isTheirs = followed(facts, jobOf(facts, view.run)).some((made) => made.split[canary] === weight);
    if (moved !== undefined && !isTheirs) return [`${wrong}, but nobody else moved it there`];
    const checks = Number.parseInt(row[3] ?? '', 10) || 0;
    const ran = view.run.checks.filter((one) => one === weight).length;
    // Only of the command is it known how often it was run.
    if (facts.scenario.gate === 'command' && checks > ran)
      return [`${wrong} after ${checks} checks, but there were ${ran}`];
    if (
      view.run.after === undefined &&
      state === 'passed' &&
      checks === 0 &&
      facts.scenario.gate !== 'none' &&
      row[1] !== 'none' &&
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
  const [, text, , guard] = UNDO.exec(summary) ?? [];
  const job = wholeJob(facts, view);
  const theirs = replacedIn(facts, view, job.own);
  const back = theirs?.split ?? job.before?.split ?? {};
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

/** As Markdown shows code, or as HTML. */
const UNDO =
  /\*\*Undo:\*\* run again with (?:`|<code>)versions: ([^`<]*)(?:`|<\/code>)( and (?:`|<code>)expect-deployment-id: (\d+))?/;

const WANTED = new Set(['deployed', 'promoted', 'paused', 'baking']);
