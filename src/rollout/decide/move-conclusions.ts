import type { Command } from '../model.js';
import { because, finish, liveSentence, onSchedule } from './conclusions.js';
import type { State } from './state.js';

/** How a run ends whose rollout somebody else has ended, and what its own gate had seen by then. */

export function promotedByOthers(state: State): Command {
  const reason = `${first(state)}Somebody else promoted the canary: ${now(state)}. It was left alone.`;
  return finish('promoted', reason, [], {
    why: `${first(state)}Somebody else promoted the canary, and it was left alone.`,
    ...onSchedule(state, 'promoted'),
    warning: `Somebody else promoted the canary before its steps were through. ${seen(state)}`,
  });
}

export function rolledBackByOthers(state: State): Command {
  const reason = `${first(state)}Somebody else restored the stable: ${now(state)} again. ${seen(state)}`;
  return finish('rolled-back', reason, ['Find out who did and why before you roll this version out again.'], {
    why: `${first(state)}Somebody else restored the stable. ${seen(state)}`,
    ...onSchedule(state, 'rolled-back'),
  });
}

function now({ plan, ledger }: State): string {
  return liveSentence(plan, ledger.live);
}

/** Why this run had left its path already, where it had. */
function first({ abort }: State): string {
  return abort === undefined ? '' : `${because(abort)} `;
}

function seen({ course: { gate }, checksInAll, abort }: State): string {
  if (gate === undefined) return 'No gate watched it.';
  if (checksInAll === 0) return 'No check had been made by then.';
  if (abort?.why === 'unhealthy') return 'The gate had found against it by then.';
  return `The gate had made ${checksInAll === 1 ? 'one check' : `${checksInAll} checks`} by then, not enough to find against it.`;
}
