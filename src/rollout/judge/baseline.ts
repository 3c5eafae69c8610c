import { failedOf } from '../count.js';
import { oneLine } from '../escape.js';
import type { Baseline, CodeVersion, Counts, Gate } from '../model.js';
import { sizeOf } from './evidence.js';
import { allowedShare, atLeast } from './sensitivity.js';
import { percentAllowed } from './sensitivity-text.js';

/** What the stable answers alone is looked at once, so no evidence has to be weighed: chance does that in 1 of 20 checks. */
const CHANCE = 0.05;

/** Whether the stable alone fails more than a canary may, and chance does not explain it. */
export function failsAlready(gate: Gate, counts: Counts): boolean {
  return atLeast(counts.bad, sizeOf(counts), allowedShare(gate)) < CHANCE;
}

/** What is said before the first write of a stable that fails already; undefined where it does not. */
export function baselineWarning(gate: Gate, version: CodeVersion, { stable }: Baseline): string | undefined {
  if (!failsAlready(gate, stable)) return undefined;
  const failed = `${failedOf(stable, 'answer')} of the stable ${oneLine(version, 40)} failed`;
  return (
    `Before the first step ${failed}, more than the ${percentAllowed(gate)} % that may fail: a canary that is no worse may be ${gate.mode === 'observe' ? 'blamed' : 'stopped'} for it. ` +
    'Name what tells the versions apart in `gate-version-header`, or a `gate-success-rate` that the stable keeps. The rollout goes on.'
  );
}
