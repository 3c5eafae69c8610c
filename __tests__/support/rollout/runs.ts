import fc from 'fast-check';

/** How often a property is tried that needs more than the usual hundred; a few times where few-runs.ts is in force. */
export const runs = (many: number) => ({ numRuns: Math.min(many, fc.readConfigureGlobal().numRuns ?? many) });
