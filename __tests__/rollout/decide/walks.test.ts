import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../../src/rollout/decide/decide.js';
import type { Command, OnTrouble, Plan, Step, TrafficSplit } from '../../../src/rollout/model.js';
import {
  at,
  type Decide,
  type Luck,
  rolloutPlan,
  type Service,
  serving,
  splitPlan,
  walk,
} from '../../support/rollout/walk.js';

/** Commands in all; 10^6 take about a minute and a half. */
const STEPS = Number(process.env['WALK_STEPS'] ?? 1_000_000);

const luck = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Luck>('fine') },
  {
    weight: 8,
    arbitrary: fc.constantFrom<Luck>('lost', 'late', 'before', 'throttled', 'lag', 'unreadable', 'unknown'),
  },
  { weight: 2, arbitrary: fc.constantFrom<Luck>('stale', 'vanished', 'fatal', 'fatal-but-done') },
  { weight: 2, arbitrary: fc.constantFrom<Luck>('foreign', 'ahead', 'behind', 'alone', 'restored') },
  { weight: 1, arbitrary: fc.constantFrom<Luck>('bad', 'cancel') },
);
const steps = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })
  .chain((weights) =>
    fc.tuple(
      ...weights
        .sort((one, other) => one - other)
        .map((weight) => fc.constantFrom(0, 20_000, 60_000).map((bake): Step => ({ weight, bake }))),
    ),
  );
const choice = fc.constantFrom<OnTrouble>('rollback', 'rollback', 'hold');
const options = fc.record({
  onFailure: choice,
  onInconclusive: choice,
  onCancel: choice,
  wait: fc.constantFrom(true, true, true, false),
  gate: fc.constantFrom({ successRate: 99, interval: 15_000 }, undefined),
});
const service = fc.record<Service>({
  ids: fc.constantFrom('times', 'skewed', 'opaque'),
  answers: fc.constantFrom('same', 'none', 'other'),
});
const FIRST = { times: '1766590000000000000', skewed: '1766590000999000000', opaque: 'd-0' } as const;

const rollouts = fc.tuple(steps, options, fc.nat(), service).map(([given, chosen, pick, answers]): [Plan, Service] => {
  const startAt = pick % 3 === 0 ? (given[pick % given.length]?.weight ?? 0) % 100 : 0;
  return [rolloutPlan(given, chosen, startAt, FIRST[answers.ids]), answers];
});
const splits = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.boolean(), service)
  .map(([weight, empty, answers]): [Plan, Service] => [
    splitPlan(at(weight), empty ? { kind: 'nothing' } : serving(FIRST[answers.ids], at(0))),
    answers,
  ]);

const write = (split: TrafficSplit): Command => ({ kind: 'write', split, attempt: 1, rollback: false });

function randomWalks(under: Decide, commands: number, seed?: number): number {
  let turns = 0;
  const isEnough = () => turns >= commands;
  const property = fc.property(
    fc.oneof({ weight: 3, arbitrary: rollouts }, { weight: 1, arbitrary: splits }),
    fc.array(luck, { maxLength: 60 }),
    ([plan, answers], lucks) => {
      turns += walk(plan, lucks, under, answers).turns;
    },
  );
  while (!isEnough()) fc.assert(property, { numRuns: 2_000, endOnFailure: true, ...(seed !== undefined && { seed }) });
  return turns;
}

describe('random walks', () => {
  test('every run ends, tells the truth and keeps the rules, whatever happens', () => {
    expect(randomWalks(decide, STEPS)).toBeGreaterThanOrEqual(STEPS);
  }, 600_000);

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
      'never ends',
      (command, [, timeline]) =>
        command.kind === 'finish' && timeline.length > 10 ? { kind: 'read', rollback: false } : command,
    ],
  ];
  test.each(planted)('a planted bug is caught: it %s', (_name, bug) => {
    expect(() => randomWalks((...turn) => bug(decide(...turn), turn), 60_000, 4711)).toThrow();
  });
});
