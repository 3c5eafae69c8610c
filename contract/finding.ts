import type { Quirks } from '../emulator/quirks.js';
import { isAssumed } from './assumed.js';
import type { FactId } from './facts.js';

/** What a check has told of a fact, in the words of docs/facts.md, a terminal and a report. */
export type Finding = { readonly fact: FactId } & (
  | { readonly kind: 'as assumed' | 'otherwise'; readonly seen: string; readonly quirks: Partial<Quirks> }
  | { readonly kind: 'could not be told'; readonly why: string }
);

/** What was seen, and how the emulator plays it. */
export function told(fact: FactId, seen: string, quirks: Partial<Quirks>): Finding {
  const entries = Object.entries(quirks) as [keyof Quirks, unknown][];
  const kind = entries.every(([name, value]) => isAssumed(name, value)) ? 'as assumed' : 'otherwise';
  return { fact, kind, seen, quirks };
}

/** Something that is in no way as assumed, and that the emulator does not play. */
export function strange(fact: FactId, seen: string): Finding {
  return { fact, kind: 'otherwise', seen, quirks: {} };
}

export function unknown(fact: FactId, why: string): Finding {
  return { fact, kind: 'could not be told', why };
}

/** What was seen, or why nothing was. */
export function textOfFinding(finding: Finding): string {
  return finding.kind === 'could not be told' ? finding.why : finding.seen;
}
