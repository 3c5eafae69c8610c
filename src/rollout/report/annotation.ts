import { lastSeenSentence, liveSentence } from '../decide/conclusions.js';
import { STALE } from '../decide/stale-reads.js';
import { inMarkdown, oneLine } from '../escape.js';
import { type HelpPlace, helpAnchor, helpSentence } from '../help.js';
import { OUTCOMES } from '../outcome.js';
import type { FinishedRun } from './finished-run.js';
import { standingOf } from './standing.js';

/** What GitHub shows at the top of a run that failed. */
export interface Annotation {
  readonly title: string;
  readonly text: string;
}

/** GitHub shows the beginning: what is live, then why, then what to do, and where that is explained. */
export function annotationOf(run: FinishedRun, place: HelpPlace): Annotation {
  const { outcome, advice } = run.conclusion;
  const { routine, env } = run.plan.wish;
  const help = helpOf(run, place);
  return {
    title: `${outcome}: ${oneLine(routine, 100)} in ${env}`,
    text: [liveFirst(run), ...advice, ...(help === '' ? [] : [help])].join(' '),
  };
}

/** The same link as Markdown, for a run that failed. */
export function helpLine(run: FinishedRun, place: HelpPlace = { kind: 'none' }): string {
  return OUTCOMES[run.conclusion.outcome].exit === 0 ? '' : asLine(helpOf(run, place), place);
}

/** The same as the last paragraph of a summary, where it is known what the failure is. */
export function helpParagraph(place: HelpPlace, anchor: string): string {
  const help = asLine(helpSentence(place, anchor), place);
  return help === '' ? '' : `${help}\n\n`;
}

function asLine(help: string, place: HelpPlace): string {
  return place.kind === 'page' ? help : inMarkdown(help);
}

function helpOf({ plan, timeline, conclusion: { outcome, reason } }: FinishedRun, place: HelpPlace): string {
  const faults = timeline.flatMap((event) => ('fault' in event ? [event.fault] : []));
  const unread = plan.kind === 'unreadable' ? [plan.fault] : [];
  return helpSentence(place, helpAnchor({ outcome, reason, faults: [...unread, ...faults, ...Object.values(STALE)] }));
}

/** The reason with its sentence on what is live, where it has one, before all others. */
function liveFirst(run: FinishedRun): string {
  const { reason } = run.conclusion;
  const { from, to } = sentenceOnLive(run);
  if (from <= 0 || !/[!.?。！？…]\s$/u.test(reason.slice(0, from))) return reason;
  const parts = [reason.slice(from, to), reason.slice(0, from).trim(), reason.slice(to).trim()];
  return parts.filter((part) => part !== '').join(' ');
}

/** Who made it so is said before the colon. */
const LEAD = /(?:Now |Somebody else (?:deployed meanwhile|restored the stable): )$/;

/** Where it stands in the reason, in characters; `from` is negative where there is none. */
function sentenceOnLive(run: FinishedRun): { readonly from: number; readonly to: number } {
  const { plan, conclusion } = run;
  const { reason } = conclusion;
  const standing = standingOf(run);
  if (standing.kind === 'unknown') return { from: -1, to: 0 };
  const said = [liveSentence(plan, standing.live), lastSeenSentence(plan, standing.live)];
  const text = said.find((one) => reason.includes(one));
  if (text === undefined) return { from: -1, to: 0 };
  const at = reason.lastIndexOf(text);
  const lead = LEAD.exec(reason.slice(0, at))?.[0] ?? '';
  const stop = reason.indexOf('.', at + text.length);
  return { from: at - lead.length, to: stop < 0 ? reason.length : stop + 1 };
}
