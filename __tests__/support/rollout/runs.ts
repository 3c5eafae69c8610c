import fc from 'fast-check';

/** How often a property is tried that needs more than the usual hundred; a hundredth where few-runs.ts is in force. */
export const runs = (many: number) => ({
  numRuns: fc.readConfigureGlobal().numRuns === undefined ? many : Math.ceil(many / 100),
});
