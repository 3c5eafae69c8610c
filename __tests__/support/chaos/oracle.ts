import { aftermathClaims } from './claims/aftermath.js';
import { conductClaims } from './claims/conduct.js';
import { formClaims } from './claims/form.js';
import { logClaims } from './claims/logs.js';
import { outcomeClaims } from './claims/outcome.js';
import { outputClaims } from './claims/outputs.js';
import { sentenceClaims } from './claims/sentences.js';
import { summaryClaims } from './claims/summary.js';
import { type Facts, type View, viewOf } from './truth.js';

type Judge = (facts: Facts, view: View) => string[];

const JUDGES: readonly Judge[] = [
  (_, { run }) => (run.tookTooLong ? ['it did not end'] : []),
  (_, { run }) => (leaks(run.log + run.summary + JSON.stringify([run.outputs, run.state])) ? ['a secret leaked'] : []),
  outcomeClaims,
  outputClaims,
  formClaims,
  summaryClaims,
  sentenceClaims,
  conductClaims,
  logClaims,
  aftermathClaims,
];

/**
 * Everything that is untrue in what the runs said, and everything that they should not have done; empty when all is
 * well.
 */
export function untruths(facts: Facts): string[] {
  return facts.runs.flatMap((run) => {
    const view = viewOf(facts, run);
    return JUDGES.flatMap((judge) => judge(facts, view)).map((what) => `${run.name}: ${what}`);
  });
}

function leaks(text: string): boolean {
  return /emulator-key-secret|second-key-secret/.test(text.replace(/^::add-mask::.*$/gm, ''));
}
