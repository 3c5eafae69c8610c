import type { Facts, View } from '../truth.js';
import { BENIGN, CLAIMING } from './benign.js';
import { CLAIMS } from './vocabulary.js';

/** Every sentence of the reason, the annotations and the log. */
export function sentenceClaims(facts: Facts, view: View): string[] {
  const lines = [view.run.outputs['reason'] ?? '', ...view.run.log.split('\n')];
  const spoken = lines.filter((line) => !SILENT.test(line) || DATED.test(line)).map((line) => spokenIn(line));
  return [...new Set(spoken)].flatMap((line) => untrueIn(line, view, facts));
}

/** Calls, pauses and checks as they happened, and masks: nothing of it says how things are. */
const SILENT =
  /^(?:\w+(?: \(attempt \d+\))?: \S+ in |Waiting |Checked at |\d+ checks? at |\s*(?:The gate sends|It expects about|A canary that fails|One with) |\s*\d+ % |::add-mask::)/;

/** Of the plan's steps, those that are live already. */
const DATED = /live since|nobody knows since when|is no step/;

/** Without what the runner takes for a command, and without the word of the outcome before it. */
function spokenIn(line: string): string {
  const text = line
    .replace(/^::\w+[^:]*::/, '')
    .replaceAll('%25', '%')
    .replaceAll('%0A', ' ')
    .replace(/ Help: \S+$/, '');
  return text.replace(/^(?:promoted|deployed|paused|baking|unchanged|planned|held|drifted|rolled-back): /, '');
}

function untrueIn(line: string, view: View, facts: Facts): string[] {
  let rest = line;
  const untrue: string[] = [];
  for (const { says, untrue: check } of CLAIMS) {
    rest = rest.replace(new RegExp(says, 'g'), (whole, ...groups) => {
      const named = groups.slice(
        0,
        groups.findIndex((group) => typeof group === 'number'),
      ) as string[];
      const why = check(named, view, facts);
      if (why !== undefined) untrue.push(`"${whole}": ${why}`);
      return ' # ';
    });
  }
  for (const benign of BENIGN) rest = rest.replace(new RegExp(benign, 'g'), ' ');
  const unknown = rest.split(/(?<=[.;]) /).filter((sentence) => CLAIMING.test(sentence));
  return [...untrue, ...unknown.map((sentence) => `nobody judges the sentence "${sentence.trim()}"`)];
}
