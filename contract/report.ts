import type { Quirks } from '../emulator/quirks.js';
import { inMarkdown } from '../src/rollout/escape.js';
import { FACTS } from './facts.js';
import { type Finding, textOfFinding, unknown } from './finding.js';
import type { Scrub } from './scrub.js';

/** What a run has found, for a report that anybody may read. */
export interface Report {
  readonly version: 1;
  /** The day, in UTC. */
  readonly day: string;
  readonly env: 'staging' | 'production';
  readonly region: string;
  readonly facts: readonly Finding[];
  /** How the emulator plays it: `npm run emulator -- --facts contract-report.json`. */
  readonly quirks: Partial<Quirks>;
}

interface Setting {
  readonly now: number;
  readonly env: Report['env'];
  readonly region: string;
}

/** Of what has no finding it is said that it was not asked. Everything in it is free of names and ids. */
export function reportOf(found: readonly Finding[], { now, env, region }: Setting, scrub: Scrub): Report {
  const all = FACTS.map(
    ({ id }) => found.find(({ fact }) => fact === id) ?? unknown(id, 'the run ended before it was asked'),
  );
  const facts = all.map((finding): Finding => anonymous(finding, scrub));
  const quirks = Object.assign(
    {},
    ...facts.map((finding) => (finding.kind === 'could not be told' ? {} : finding.quirks)),
  );
  return { version: 1, day: new Date(now).toISOString().slice(0, 10), env, region, facts, quirks };
}

function anonymous(finding: Finding, scrub: Scrub): Finding {
  if (finding.kind === 'could not be told') return { ...finding, why: scrub(finding.why) };
  return { ...finding, seen: scrub(finding.seen), quirks: anonymousQuirks(finding.quirks, scrub) };
}

/** Messages and codes are somebody else's; all others are one of a few, or a number. */
function anonymousQuirks(quirks: Partial<Quirks>, scrub: Scrub): Partial<Quirks> {
  const entries = Object.entries(quirks).map(([name, value]) => {
    if (name === 'throttlingCode' && typeof value === 'string') return [name, anonymousCode(value, scrub)];
    if (typeof value !== 'object' || !('message' in value)) return [name, value];
    return [name, { ...value, code: anonymousCode(value.code, scrub), message: scrub(value.message) }];
  });
  return Object.fromEntries(entries) as Partial<Quirks>;
}

/** One that names somebody is none that a service has for all. */
function anonymousCode(code: string, scrub: Scrub): string {
  return scrub(code) === code ? code : 'Unnamed';
}

export function markdownOf({ day, env, region, facts }: Report): string {
  const count = (kind: Finding['kind']) => facts.filter((finding) => finding.kind === kind).length;
  const rows = facts.map((finding) => {
    const { question = '' } = FACTS.find(({ id }) => id === finding.fact) ?? {};
    const result = finding.kind === 'otherwise' ? '**otherwise**' : finding.kind;
    return `| ${finding.fact} | ${question} | ${result} | ${inMarkdown(textOfFinding(finding), 600)} |`;
  });
  return [
    '# Contract report',
    '',
    `${day}, ${env}, ${region}: ${count('as assumed')} as assumed, ${count('otherwise')} otherwise, ${count('could not be told')} could not be told.`,
    '',
    '| fact | question | result | seen, or why not |',
    '| :-- | :-- | :-- | :-- |',
    ...rows,
    '',
  ].join('\n');
}

export const jsonOf = (report: Report) => `${JSON.stringify(report, null, 2)}\n`;
