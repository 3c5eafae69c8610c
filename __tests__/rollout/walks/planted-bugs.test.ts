import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import type { Command, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import { CANARY, GATE } from '../../support/rollout/builders.js';
import { randomWalks } from '../../support/rollout/random-walks.js';
import { at, type Decide } from '../../support/rollout/walk.js';

const write = (split: TrafficSplit): Command => ({ kind: 'write', split, attempt: 1, rollback: false });

const enforced = (plan: Extract<Plan, { kind: 'rollout' }>): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, gate: plan.rollout.gate && GATE },
});

describe('random walks', () => {
  const conclusion = (command: Command, change: (outcome: string) => object): Command =>
    command.kind === 'finish'
      ? { ...command, conclusion: { ...command.conclusion, ...change(command.conclusion.outcome) } }
      : command;
  const planted: [string, (command: Command, turn: Parameters<Decide>) => Command][] = [
    [
      'writes without reading',
      (command, [plan, timeline]) =>
        command.kind === 'read' && plan.kind === 'rollout' && timeline.at(-1)?.kind === 'measured'
          ? write(at(100))
          : command,
    ],
    [
      'goes back a step',
      (command, [, timeline]) =>
        command.kind === 'write' && timeline.filter((event) => event.kind === 'accepted').length === 2
          ? write(at(1))
          : command,
    ],
    [
      'says promoted too early',
      (command) => conclusion(command, (one) => (one === 'paused' ? { outcome: 'promoted' } : {})),
    ],
    [
      'says rolled back when it holds',
      (command) => conclusion(command, (one) => (one === 'held' ? { outcome: 'rolled-back' } : {})),
    ],
    ['overlooks drift', (command) => conclusion(command, (one) => (one === 'drifted' ? { outcome: 'paused' } : {}))],
    [
      'sees drift everywhere',
      (command) => conclusion(command, (one) => (one === 'promoted' ? { outcome: 'drifted' } : {})),
    ],
    [
      'says "left alone" of what is its own',
      (command) => conclusion(command, (one) => (one === 'promoted' ? { reason: 'It was left alone.' } : {})),
    ],
    [
      'takes any split of its own for its own deployment',
      (command, [plan, timeline]) =>
        command.kind === 'finish' && command.conclusion.outcome === 'drifted' && timeline.at(-1)?.kind === 'read'
          ? write(plan.kind === 'deploy' ? plan.target : at(100))
          : command,
    ],
    [
      'believes that nothing is live',
      (command, [plan, timeline]) => {
        const last = timeline.at(-1);
        return last?.kind === 'read' && last.live.kind === 'nothing' && plan.before?.kind === 'serving'
          ? { kind: 'finish', conclusion: { outcome: 'drifted', reason: 'Somebody else.', advice: [] } }
          : command;
      },
    ],
    [
      'goes on after a rollback',
      (command, [, timeline]) =>
        command.kind === 'finish' && command.conclusion.outcome === 'rolled-back' && timeline.length < 40
          ? write(at(50))
          : command,
    ],
    [
      'acts on a gate that only observes',
      (command, [plan, timeline]) => (plan.kind === 'rollout' ? decide(enforced(plan), timeline) : command),
    ],
    [
      'goes up by a check that is too old',
      (command, [plan, timeline]) => {
        const last = timeline.at(-1);
        if (plan.kind !== 'rollout' || command.kind !== 'measure' || last?.kind !== 'read') return command;
        const next = plan.todo.find((step) => step.weight > command.weight);
        const isChecked = timeline.some((event) => event.kind === 'measured' && event.weight === command.weight);
        return next !== undefined && isChecked ? write(at(next.weight)) : command;
      },
    ],
    [
      'ends for lack of another check',
      (command, [plan, timeline]) => {
        const { weight } = timeline.findLast((event) => event.kind === 'measured') ?? {};
        const [last, ...others] = timeline.filter((event) => event.kind === 'measured' && event.weight === weight);
        const isDoubt = last?.kind === 'measured' && last.measurement.canary.bad === 1 && others.length === 0;
        const isBack = command.kind === 'measure' && plan.kind === 'rollout' && isDoubt && timeline.at(-1) === last;
        const reason = 'The gate could not measure the canary: the one check could not measure it well.';
        return isBack ? { kind: 'finish', conclusion: { outcome: 'held', reason, advice: [] } } : command;
      },
    ],
    [
      'keeps what it observed to itself',
      (command) =>
        command.kind === 'finish' ? { kind: 'finish', conclusion: { ...command.conclusion, warning: '' } } : command,
    ],
    [
      'adopts what is less',
      (command, [plan, timeline]) => {
        const last = timeline.at(-1);
        const isDrift = command.kind === 'finish' && command.conclusion.outcome === 'drifted';
        if (!isDrift || last?.kind !== 'read' || last.live.kind === 'nothing' || plan.kind !== 'rollout')
          return command;
        const weight = last.live.split.find(({ version }) => version === CANARY)?.weight ?? 0;
        const { split, deploymentId } = last.live;
        return { kind: 'adopt', adoption: { split, deploymentId, weight, bake: plan.todo[0]?.bake ?? 0 } };
      },
    ],
    [
      'adopts nothing',
      (command) =>
        command.kind === 'adopt'
          ? { kind: 'finish', conclusion: { outcome: 'drifted', reason: 'Somebody else.', advice: [] } }
          : command,
    ],
    [
      'leaves an adopted step at once',
      (command, [, timeline]) =>
        command.kind === 'wait' && timeline.at(-2)?.kind === 'adopted' && timeline.at(-1)?.kind === 'read'
          ? write(at(100))
          : command.kind === 'wait' && timeline.at(-1)?.kind === 'adopted'
            ? { kind: 'read', rollback: false }
            : command,
    ],
    [
      'takes the credit for a promotion',
      (command) =>
        conclusion(command, (outcome) => (outcome === 'promoted' ? { reason: 'It was promoted.', warning: 'x' } : {})),
    ],
    [
      'calls a promotion by others drift',
      (command) =>
        command.kind === 'finish' && command.conclusion.reason.startsWith('Somebody else promoted')
          ? conclusion(command, () => ({ outcome: 'drifted' }))
          : command,
    ],
    [
      'never ends',
      (command, [, timeline]) =>
        command.kind === 'finish' && timeline.length > 10 ? { kind: 'read', rollback: false } : command,
    ],
  ];
  test.each(planted)('a planted bug is caught: it %s', (_name, bug) => {
    expect(() => randomWalks((...turn) => bug(decide(...turn), turn), 60_000, 4711)).toThrow();
  });
});
