import { conduct } from './conduct.js';
import type { Command, Conclusion, Event, Fault, Live, Plan, Timeline } from './model.js';
import { strayStep } from './plan.js';
import { beforeLook, beforeRetry, isWorthAnother, VERIFY_LIMIT } from './retry.js';
import { sameSplit, splitText } from './split.js';
import { stepsText } from './steps.js';
import { quoted } from './untrusted.js';

type Deploying = Extract<Plan, { kind: 'deploy' }>;
type Written = Extract<Event, { kind: 'accepted' | 'write-failed' }>;
type Looked = Extract<Event, { kind: 'read' | 'read-failed' | 'wait' }>;

/** The whole state machine: what has happened so far decides the one next command, and nothing else does. */
export function decide(plan: Plan, timeline: Timeline): Command {
  switch (plan.kind) {
    case 'unreadable':
      return finish('failed', `${plan.fault.operation} failed before anything was written: ${said(plan.fault)}`, [
        plan.fault.advice,
      ]);
    case 'refused':
      return finish('refused', `Nothing was written: ${plan.mistakes.join('; ')}.`, []);
    case 'report':
      return finish('planned', `Nothing was asked for; ${serves(plan.before, plan)}.`, []);
    case 'nothing-to-do':
      return plan.wish.dryRun
        ? finish('planned', `A real run would write nothing: ${splitText(plan.target)} is live already.`, [])
        : finish(
            'unchanged',
            `${splitText(plan.target)} was live in ${plan.wish.env} already; nothing was written.`,
            [],
          );
    case 'rollout':
      return plan.wish.dryRun
        ? finish(
            'planned',
            `A real run would roll ${plan.rollout.canary} out: ${[stepsText(plan.todo), strayStep(plan) ?? [], serves(plan.before, plan)].flat().join('; ')}.`,
            [],
          )
        : conduct(plan, timeline);
    case 'deploy':
      return plan.wish.dryRun
        ? finish('planned', `A real run would deploy ${splitText(plan.target)}; ${serves(plan.before, plan)}.`, [])
        : deploy(plan, timeline);
  }
}

function deploy(plan: Deploying, timeline: Timeline): Command {
  const writes = timeline.filter(isWrite);
  const last = writes.at(-1);
  const cancelled = timeline.some((event) => event.kind === 'cancelled');
  if (last === undefined && cancelled) {
    return finish('held', `Cancelled before anything was written; ${serves(plan.before, plan)}.`, []);
  }
  if (last === undefined) return { kind: 'write', split: plan.target };
  const since = timeline.slice(timeline.lastIndexOf(last) + 1).filter(isLook);
  return last.kind === 'accepted' ? verify(plan, last, since) : recover(plan, last, since, writes.length, cancelled);
}

/** Accepted is not live yet: look until it shows, for as long as that may take. */
function verify(plan: Deploying, accepted: Extract<Written, { kind: 'accepted' }>, since: readonly Looked[]): Command {
  const latest = since.at(-1);
  if (latest === undefined || latest.kind === 'wait') return { kind: 'read' };
  if (latest.kind === 'read-failed') return unverified(plan, accepted, latest.fault);
  if (isWanted(latest.live, plan)) return deployed(plan, latest.live, accepted.deploymentId);
  const ours =
    latest.live.kind === 'serving' &&
    accepted.deploymentId !== '' &&
    latest.live.deploymentId === accepted.deploymentId;
  if (!ours && !isUntouched(latest.live, plan)) return drifted(plan, latest.live);
  if (latest.at - accepted.at >= VERIFY_LIMIT) return neverShown(plan, accepted, latest.live);
  return beforeLook(since.filter((event) => event.kind === 'read').length - 1);
}

/** A write that failed may have landed all the same, so what is live is read before anything is sent again. */
function recover(
  plan: Deploying,
  failed: Extract<Written, { kind: 'write-failed' }>,
  since: readonly Looked[],
  attempts: number,
  cancelled: boolean,
): Command {
  const { fault } = failed;
  const tryAgain = !cancelled && isWorthAnother(fault, attempts);
  const latest = since.at(-1);
  if (latest === undefined && tryAgain) return beforeRetry(fault, attempts);
  if (latest === undefined || latest.kind === 'wait') return { kind: 'read' };
  if (latest.kind === 'read-failed') return unknownAfter(plan, fault, latest.fault);
  if (isWanted(latest.live, plan)) return deployed(plan, latest.live, '');
  if (!isUntouched(latest.live, plan)) return drifted(plan, latest.live);
  if (tryAgain) return { kind: 'write', split: plan.target };
  const effort = attempts > 1 ? ` after ${attempts} attempts` : '';
  return finish('failed', `${fault.operation} failed${effort}: ${said(fault)} Now ${serves(latest.live, plan)}.`, [
    fault.advice,
  ]);
}

/**
 * Live as asked for, by a deployment that was not there before. Its id need not be the one that the write was
 * answered with: the documentation shows that one as a number, and Terraform's provider replaces it by this one too.
 */
function isWanted(live: Live, plan: Deploying): boolean {
  return live.kind === 'serving' && sameSplit(live.split, plan.target);
}

function isUntouched(live: Live, { before }: Deploying): boolean {
  if (live.kind === 'nothing' || before.kind === 'nothing') return live.kind === before.kind;
  return live.deploymentId === before.deploymentId && sameSplit(live.split, before.split);
}

function deployed(plan: Deploying, live: Live, answered: string): Command {
  const shown = live.kind === 'serving' ? live.deploymentId : '';
  const by = shown === '' ? '' : ` by deployment ${shown}`;
  const though =
    answered !== '' && shown !== '' && answered !== shown ? ` (the write was answered with ${answered})` : '';
  const where = `${quoted(plan.wish.routine)} in ${plan.wish.env}`;
  return finish(
    'deployed',
    `${where} serves ${splitText(plan.target)}${by}${though}, as read back from the service.`,
    [],
  );
}

function drifted(plan: Deploying, live: Live): Command {
  return finish(
    'drifted',
    `Somebody else deployed to ${quoted(plan.wish.routine)} in ${plan.wish.env} meanwhile: ${serves(live, plan)}. It was left alone.`,
    [
      'Find out who deployed and what they meant. Then run this again for the split you want.',
      'A `concurrency` group per routine and environment keeps your own workflows from racing each other.',
    ],
  );
}

function neverShown(plan: Deploying, accepted: Extract<Written, { kind: 'accepted' }>, live: Live): Command {
  return finish(
    'failed',
    `The service accepted ${splitText(accepted.split)} (RequestId ${accepted.requestId || 'not given'}), but ${VERIFY_LIMIT / 1000} s later ${serves(live, plan)}.`,
    [
      'Read what is live with `dry-run: true` in a minute; if it still is not as wanted, open a ticket with that RequestId.',
    ],
  );
}

function unverified(plan: Deploying, accepted: Extract<Written, { kind: 'accepted' }>, fault: Fault): Command {
  return finish(
    'failed',
    `The service accepted ${splitText(accepted.split)} for ${plan.wish.env}, but it could not be read back: ${said(fault)}`,
    [
      fault.advice,
      'The new split is probably live. Read it with `dry-run: true`, or run this again: it writes only what differs.',
    ],
  );
}

function unknownAfter(plan: Deploying, fault: Fault, reading: Fault): Command {
  return finish(
    'failed',
    `${fault.operation} failed: ${said(fault)} What is live in ${plan.wish.env} now is unknown, reading it failed too: ${said(reading)}`,
    [fault.advice, `It was ${whatWas(plan.before)} before. Run this again: it writes only what differs.`],
  );
}

function finish(outcome: Conclusion['outcome'], reason: string, advice: readonly string[]): Command {
  return { kind: 'finish', conclusion: { outcome, reason, advice } };
}

/** What a fault was, with what a support ticket needs. */
function said(fault: Fault): string {
  const id = fault.requestId === '' ? '' : ` (RequestId ${fault.requestId})`;
  return `${fault.code}${id}: ${fault.message.replace(/\.?$/, '.')}`;
}

function serves(live: Live, plan: Plan): string {
  return `${plan.wish.env} serves ${whatWas(live)}`;
}

function whatWas(live: Live): string {
  return live.kind === 'nothing' ? 'nothing' : splitText(live.split);
}

function isWrite(event: Event): event is Written {
  return event.kind === 'accepted' || event.kind === 'write-failed';
}

function isLook(event: Event): event is Looked {
  return event.kind === 'read' || event.kind === 'read-failed' || event.kind === 'wait';
}
