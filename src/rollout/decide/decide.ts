import { faultText } from '../fault-text.js';
import type { Command, Plan, Timeline } from '../model.js';
import { splitText } from '../split.js';
import { stepsText } from '../steps.js';
import { versionName } from '../version-ref.js';
import { finish, liveSentence } from './conclusions.js';
import { next } from './next.js';
import { strayStep } from './plan.js';

/** The whole state machine: what has happened so far decides the one next command, and nothing else does. */
export function decide(plan: Plan, timeline: Timeline): Command {
  switch (plan.kind) {
    case 'unreadable':
      return finish('failed', `${plan.fault.operation} failed before anything was written: ${faultText(plan.fault)}.`, [
        plan.fault.advice,
      ]);
    case 'refused':
      return finish('refused', `Nothing was written: ${plan.mistakes.join('; ')}.`, [], plan.forGood && { done: true });
    case 'report':
      return finish('planned', `Nothing was asked for; ${liveSentence(plan, plan.before)}.`, [NEXT_TRY], {
        why: 'Nothing was asked for.',
      });
    case 'nothing-to-do': {
      const target = splitText(plan.target);
      return plan.wish.dryRun
        ? finish('planned', `A real run would write nothing: ${target} is live already.`, [])
        : finish('unchanged', `${target} was live in ${plan.wish.env} already; nothing was written.`, [], {
            why: 'It was live already; nothing was written.',
          });
    }
    case 'rollout':
    case 'deploy':
      return plan.wish.dryRun ? planned(plan) : next(plan, timeline);
  }
}

const NEXT_TRY =
  'Add `canary` with `steps` and a gate, or `versions`, to this dry run to see what a real run would do with them.';

/** Of a rollout that nothing judges. */
function unwatched(plan: Extract<Plan, { kind: 'rollout' | 'deploy' }>): readonly string[] {
  if (plan.kind === 'deploy' || plan.rollout.gate !== undefined) return [];
  return [
    'Nothing would watch the canary: give `steps` with bake times, and `gate-url`, `gate-logs` or `gate-command`.',
  ];
}

function planned(plan: Extract<Plan, { kind: 'rollout' | 'deploy' }>): Command {
  const what =
    plan.kind === 'deploy'
      ? `deploy ${splitText(plan.target)}`
      : `roll out ${versionName(plan.rollout.canary)}: ${stepsText(plan.todo)}`;
  const stray = plan.kind === 'rollout' ? strayStep(plan) : undefined;
  const would = [`A real run would ${what}`, ...(stray === undefined ? [] : [stray])];
  const reason = `${[...would, liveSentence(plan, plan.before)].join('; ')}.`;
  return finish('planned', reason, unwatched(plan), { why: `${would.join('; ')}.` });
}
