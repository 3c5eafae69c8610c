import { faultText } from '../fault-text.js';
import type { Command, Conclusion, Fault } from '../model.js';
import { serves, splitText } from '../split.js';
import {
  because,
  type Deploying,
  deployed,
  fateUnknown,
  finish,
  lastSeenSentence,
  liveSentence,
  nextSteps,
  onSchedule,
  overwriteAdvice,
  overwrote,
  type Rolling,
  unsettled,
} from './conclusions.js';
import { type Course, isBack, liveCanaryWeight } from './course.js';
import type { Ledger } from './ledger.js';
import { unknownWrites } from './open-writes.js';
import { type Abort, hasServed, type State } from './state.js';
import { tookEffect, type Write } from './write.js';

/** How a run ends that leaves its path: stopped, rolled back or not, or blind. */

/** Nothing more is written: the canary is gone, or was never there, or is to stay where it is. */
export function stopped(state: State, abort: Abort): Command {
  const { plan } = state;
  return plan.kind === 'deploy' ? stoppedSplit(state, plan, abort) : stoppedRollout(state, plan, abort);
}

function stoppedSplit({ ledger }: State, plan: Deploying, abort: Abort): Command {
  const live = liveSentence(plan, ledger.live);
  if (serves(ledger.live, plan.target) && ledger.owner === 'ours') return deployed(plan, ledger);
  const last = ledger.writes.at(-1)?.answer;
  if (last === undefined) {
    const why = 'Cancelled before anything was written.';
    return finish('held', `Cancelled before anything was written; ${live}.`, [], { why });
  }
  if (last.kind === 'accepted') return neverShown(plan, ledger, last);
  const { why, sentence, fault } = abort;
  const said = why === 'cancelled' ? `Cancelled; ${failure(last.fault)}` : sentence;
  const open = unknownWrites(ledger);
  const tail = open.length === 0 ? '' : ` ${fateUnknown(open)}`;
  const advice = [
    (fault ?? last.fault).advice,
    ...(open.length === 0 ? [] : ['Read what is live with `dry-run: true` in a minute.']),
  ];
  return finish('failed', `${said}. Now ${live}.${tail}`, advice, { why: `${said}.${tail}` });
}

function failure(fault: Fault): string {
  return `${fault.operation} failed: ${faultText(fault)}`;
}

function neverShown(
  plan: Deploying,
  ledger: Ledger,
  accepted: Extract<Write['answer'], { kind: 'accepted' }>,
): Command {
  const id = accepted.requestId === '' ? '' : ` (RequestId ${accepted.requestId})`;
  const after = Math.round((ledger.now - accepted.at) / 1000);
  const said = `The service accepted ${splitText(accepted.split)}${id}`;
  const advice =
    'Read what is live with `dry-run: true` in a minute; if it still is not as wanted, open a ticket with that RequestId.';
  return finish(
    'failed',
    `${said}, but ${after} s later ${liveSentence(plan, ledger.live)}. It may still show.`,
    [advice],
    { why: `${said}, and did not show it ${after} s later. It may still show.` },
  );
}

function stoppedRollout(state: State, plan: Rolling, abort: Abort): Command {
  const { ledger, course } = state;
  const live = liveSentence(plan, ledger.live);
  const advice = abort.fault === undefined ? [] : [abort.fault.advice];
  const open = unknownWrites(ledger);
  const tail = [
    ...(ledger.overwritten === undefined ? [] : [overwrote(ledger.overwritten)]),
    ...(open.length === 0 ? [] : [fateUnknown(open)]),
  ].map((sentence) => ` ${sentence}`);
  const more = unsettled(ledger);
  const mayPromote = abort.why !== 'unhealthy' && state.observed?.why !== 'unhealthy';
  const theirs = ledger.overwritten === undefined ? [] : overwriteAdvice(ledger.overwritten);
  const end = (
    outcome: Conclusion['outcome'],
    sentence: string,
    ways: readonly string[] = [],
    next: Pick<Conclusion, 'nextRun'> = {},
  ) =>
    finish(outcome, `${because(abort)} ${sentence}${tail.join('')}`, [...advice, ...theirs, ...ways], {
      ...more,
      ...next,
      why: `${because(abort)}${tail.join('')}`,
    });
  if (liveCanaryWeight(plan, ledger.live) > 0)
    return end('held', `Now ${live}, and stays as it is.`, nextSteps(plan, ledger.live, mayPromote));
  const undone = ledger.writes.some((write) => isBack(course, write.split) && tookEffect(write));
  if (undone)
    return end('rolled-back', `Now ${live}${hasServed(state) ? ' again' : ''}.`, [], onSchedule(state, 'rolled-back'));
  if (abort.why === 'undeployable') return end('failed', `Now ${live}.`);
  if (ledger.writes.length === 0) return end('held', `Nothing was written. Now ${live}.`);
  return end('held', open.length > 0 ? `Now ${live}.` : `No write of this run took effect. Now ${live}.`);
}

export function rollbackFailed({ plan, ledger, course }: State, abort: Abort, fault: Fault | undefined): Command {
  const said = fault === undefined ? 'it was accepted, but does not show' : faultText(fault);
  const why = `${because(abort)} The rollback failed too: ${said}.`;
  const advice = [rollbackAdvice(course), ...(fault === undefined ? [] : [fault.advice])];
  return finish('rollback-failed', `${why} Now ${liveSentence(plan, ledger.live)}.`, advice, { why });
}

/** What is live can no longer be read, so nothing may be written either. */
export function unreadable(state: State, fault: Fault): Command {
  const { plan, ledger, abort, course } = state;
  const sent = unknownWrites(ledger).map(({ answer, split }) =>
    answer.kind === 'accepted'
      ? `${splitText(split)} was accepted since`
      : `${splitText(split)} was sent since and may be live`,
  );
  const seen = lastSeenSentence(plan, ledger.live);
  const whose = ledger.owner === 'somebody else' ? ', which somebody else deployed' : '';
  const last = [`${seen}${whose}`, ...sent].join('; ');
  const first = abort === undefined ? '' : `${because(abort)} `;
  const why = `${first}What is live can no longer be read: ${faultText(fault)}.`;
  const reason = `${why} ${last}.`;
  if (plan.kind === 'deploy') {
    const again = 'Run this again when it can be read: it writes only what differs.';
    return finish('failed', reason, [fault.advice, again], { why });
  }
  const touched = hasServed(state) || ledger.writes.length > 0;
  const advice = [...(touched ? [rollbackAdvice(course)] : []), fault.advice];
  if (!touched) return finish('failed', reason, advice, { why });
  const isHeld = (abort?.how ?? plan.rollout.onFailure) === 'hold';
  if (!isHeld) return finish('rollback-failed', reason, advice, { why });
  const left = 'Nothing was rolled back.';
  return finish('held', `${reason} ${left}`, advice, { why: `${why} ${left}` });
}

function rollbackAdvice({ back }: Course): string {
  if (back === undefined) return 'There was nothing live before, so there is nothing to restore.';
  return `To restore the stable, run this action with \`versions: ${splitText(back)}\`, without \`canary\`, \`steps\` and the gate.`;
}
