import type { Command, Conclusion } from '../../../src/rollout/model.js';

/** How a run ended, with all that its summary is told besides. */
export function wholeConclusion(command: Command): Conclusion {
  if (command.kind !== 'finish') throw new Error(`not the end: ${command.kind}`);
  return command.conclusion;
}

/** What of it is said in the log and the outputs. */
export function concluded(command: Command): Omit<Conclusion, 'why' | 'nextRun'> {
  const { why: _why, nextRun: _nextRun, ...said } = wholeConclusion(command);
  return said;
}
