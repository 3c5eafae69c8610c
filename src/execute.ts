import type { Append, Measure, MeasureBaseline, Remember, Service, Sleep } from './ports.js';
import { decide } from './rollout/decide/decide.js';
import { evidenceOf } from './rollout/decide/recovery.js';
import { pauseWithin } from './rollout/decide/retry.js';
import { isWriteEvent } from './rollout/decide/write.js';
import type { Command, Conclusion, Fault, Plan, Timeline, TrafficSplit } from './rollout/model.js';

export interface Run {
  readonly service: Service;
  readonly timeline: Timeline;
  readonly append: Append;
  readonly sleep: Sleep;
  /** In ms since the epoch. */
  readonly now: () => number;
  readonly measure: Measure;
  readonly measureBaseline: MeasureBaseline;
  readonly remember: Remember;
  /** Aborted when the workflow is cancelled; its reason says by whom. */
  readonly cancelled: AbortSignal;
}

/** The loop: one decision, one act, one or more events, until the decision is to finish. */
export async function execute(plan: Plan, run: Run): Promise<Conclusion> {
  saveEvidence(plan, run, undefined);
  for (;;) {
    if (run.cancelled.aborted && !run.timeline.some((event) => event.kind === 'cancelled')) {
      run.append({ kind: 'cancelled', by: String(run.cancelled.reason) });
    }
    const command = decide(plan, run.timeline);
    if (command.kind === 'finish') {
      saveEvidence(plan, run, undefined, true);
      return command.conclusion;
    }
    if (command.kind === 'write' && !saveEvidence(plan, run, command.split)) {
      run.append({ kind: 'write-failed', split: command.split, fault: EVIDENCE_NOT_SAVED });
      continue;
    }
    await act(command, run);
    if (TELLING.has(command.kind)) saveEvidence(plan, run, undefined);
  }
}

/** After these more is known of what is the rollout's own. */
const TELLING: ReadonlySet<Command['kind']> = new Set(['write', 'read', 'adopt']);

/**
 * Before a write is sent, and when it is known what became of it. Where evidence cannot be saved the post step
 * could undo nothing, so a rollout does not start; one that has started goes on: its rollback must not depend on a file.
 */
function saveEvidence(
  plan: Plan,
  { remember, timeline, now }: Run,
  split: TrafficSplit | undefined,
  isOver = false,
): boolean {
  if (plan.kind !== 'rollout' || plan.wish.dryRun) return true;
  const evidence = evidenceOf(plan, timeline, split === undefined ? undefined : { split, at: now() }, isOver);
  const kept = evidence === '' || remember(evidence);
  return kept || timeline.some(isWriteEvent);
}

const EVIDENCE_NOT_SAVED: Fault = {
  operation: 'CreateRoutineCodeDeployment',
  code: 'StateNotSaved',
  message:
    'the file that GITHUB_STATE names cannot be written, so nothing could undo what a kill would leave; nothing was sent',
  requestId: '',
  advice: 'Check that the disk of the runner is not full, and that no step changes GITHUB_STATE.',
  transient: false,
  throttled: false,
  mayHaveActed: false,
  retryAfter: undefined,
};

async function act(command: Exclude<Command, { kind: 'finish' }>, run: Run): Promise<void> {
  const { service, append } = run;
  switch (command.kind) {
    case 'write': {
      const answer = await service.deploy(command.split, command.attempt, command.rollback);
      append(
        answer.ok
          ? { kind: 'accepted', split: command.split, ...answer.value }
          : { kind: 'write-failed', split: command.split, fault: answer.error },
      );
      return;
    }
    case 'read': {
      const { rollback, baking = false } = command;
      const answer = await service.readLive(rollback, baking);
      const during = baking ? { baking } : {};
      append(
        answer.ok
          ? { kind: 'read', live: answer.value, ...during }
          : { kind: 'read-failed', fault: answer.error, ...during },
      );
      return;
    }
    case 'measure': {
      // Nothing comes back from a check that was cut short: half a sample is no evidence.
      for (const measurement of await run.measure(command.weight, command.since))
        append({ kind: 'measured', weight: command.weight, measurement });
      return;
    }
    case 'baseline': {
      const baseline = await run.measureBaseline(command.weight);
      if (baseline !== undefined) append({ kind: 'baseline', version: command.version, ...baseline });
      return;
    }
    case 'observe':
      append({ kind: 'observed', ...command.finding });
      return;
    case 'adopt':
      append({ kind: 'adopted', ...command.adoption });
      return;
    case 'wait': {
      const pause = pauseWithin(command, Math.random());
      const { purpose, why } = command;
      append({ kind: 'wait', for: pause, purpose, why });
      await run.sleep(pause);
    }
  }
}
