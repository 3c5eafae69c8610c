import type { Deployment } from '../emulator/emulator.js';

/** A rollout as a picture in plain text: what the canary got, and when. For terminals of 80 columns, without colours. */

/** A weight in percent, and since when, in ms since the epoch. */
export interface Weighed {
  readonly at: number;
  readonly weight: number;
}

/** In characters: the names of the rows, what is drawn before the first move, for the time between all moves, and after the last. */
const FRAME = 10;
const BEFORE = 6;
const BETWEEN = 46;
const AFTER = 16;
/** No weight is drawn narrower, however short it was live: its time stands below it. */
const NARROWEST = 8;

/** The weights of one version, as a service has kept them; what was live before its first deployment here is first. */
export function weightsOf(history: readonly Deployment[], version: string): readonly Weighed[] {
  return history.map(({ at, creationTime, codeVersions }) => ({
    at: at ?? Date.parse(creationTime),
    weight: codeVersions.find(({ codeVersion }) => codeVersion === version)?.percentage ?? 0,
  }));
}

/**
 * Rows for each weight that there was, the time of each move below, and at the last of them how it ended; nothing where
 * nothing moved.
 */
export function picture(title: string, [first, ...moves]: readonly Weighed[], ending: string): readonly string[] {
  const [start] = moves;
  if (first === undefined || start === undefined) return [];
  const widths = [BEFORE, ...widthsBetween(moves), AFTER];
  const weights = [first, ...moves].map(({ weight }) => weight);
  const levels = [...new Set([100, ...weights, 0])].toSorted((one, other) => other - one);
  const rows = levels.map((level) => `${`${level} %`.padStart(8)} ┤${line(level, weights, widths)}`);
  const times = moves.map(({ at }, index) => {
    const time = timeText(at - start.at);
    return index === moves.length - 1 ? `${time} ${ending}` : time;
  });
  return [`  ${title}`, ...rows, `${' '.repeat(FRAME + BEFORE - 1)}${axis(times, widths.slice(1))}`].map((row) =>
    row.trimEnd(),
  );
}

/** As long as they were live, and none too narrow to be seen. */
function widthsBetween(moves: readonly Weighed[]): readonly number[] {
  const lasted = moves.slice(1).map(({ at }, index) => Math.max(0, at - (moves[index]?.at ?? at)));
  const whole = lasted.reduce((sum, one) => sum + one, 0) || 1;
  const free = Math.max(0, BETWEEN - NARROWEST * lasted.length);
  return lasted.map((one) => NARROWEST + Math.floor((free * one) / whole));
}

function line(level: number, weights: readonly number[], widths: readonly number[]): string {
  return widths
    .map((width, index) => {
      const weight = weights[index] ?? 0;
      const next = weights[index + 1];
      const flat = (weight === level ? '─' : ' ').repeat(width - (next === undefined ? 0 : 1));
      return next === undefined ? flat : flat + turn(level, weight, next);
    })
    .join('');
}

/** What is drawn in this row where one weight becomes the next. */
function turn(level: number, from: number, to: number): string {
  if (from === to) return level === from ? '─' : ' ';
  if (level === from) return to > from ? '╯' : '╮';
  if (level === to) return to > from ? '╭' : '╰';
  return Math.min(from, to) < level && level < Math.max(from, to) ? '│' : ' ';
}

/** Each time below its move. */
function axis(times: readonly string[], widths: readonly number[]): string {
  return times.map((time, index) => time.padEnd(widths[index] ?? 0)).join('');
}

/** `2.1 s`, `5 min`: as exact as a picture is. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 10_000) return `${Math.round(milliseconds / 100) / 10} s`;
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 1_000)} s`;
  if (milliseconds < 120 * 60_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${Math.round(milliseconds / 3_600_000)} h`;
}

/** Lines of at most so many characters, broken between words. */
export function wrapped(text: string, width: number, indent = ''): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length === 0 ? '' : indent}${word}`);
  }
  return lines;
}

/** What a step was asked for and what came of it, when that is a rollout's end that a picture shows. */
export function isPictured(outcome: string | null | undefined): outcome is string {
  return ['promoted', 'paused', 'rolled-back'].includes(outcome ?? '');
}

/** The weights from the last one without the version on: the rollout that ended last. */
export function lastRollout(weights: readonly Weighed[]): readonly Weighed[] {
  const moved = weights.findLastIndex(({ weight }, index) => weight === 0 && (weights[index + 1]?.weight ?? 0) > 0);
  return weights.slice(Math.max(0, moved));
}

/** How long the version had requests, in ms, and its highest weight. */
export function exposure(weights: readonly Weighed[]): { readonly highest: number; readonly lasted: number } {
  const first = weights.find(({ weight }) => weight > 0);
  return {
    highest: Math.max(...weights.map(({ weight }) => weight)),
    lasted: (weights.at(-1)?.at ?? 0) - (first?.at ?? 0),
  };
}
