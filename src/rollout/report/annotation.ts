import { liveSentence } from '../decide/conclusions.js';
import { inMarkdown, oneLine } from '../escape.js';
import { type HelpPlace, helpAnchor, helpSentence } from '../help.js';
import { OUTCOMES } from '../outcome.js';
import type { FinishedRun } from './finished-run.js';

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
  return helpSentence(place, helpAnchor({ outcome, reason, faults: [...unread, ...faults] }));
}

/** The reason with its sentence on what is live, where it has one, before all others. */
function liveFirst({ plan, live, conclusion: { reason } }: FinishedRun): string {
  const said = live === undefined ? reason : `Now ${liveSentence(plan, live)}`;
  const at = reason.lastIndexOf(said);
  if (at <= 0) return reason;
  const stop = reason.indexOf('.', at + said.length);
  const end = stop < 0 ? reason.length : stop + 1;
  const parts = [reason.slice(at, end), reason.slice(0, at).trim(), reason.slice(end).trim()];
  return parts.filter((part) => part !== '').join(' ');
}
