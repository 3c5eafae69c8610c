import fc from 'fast-check';
import type { AbortAction, Plan, Step } from '../../../src/rollout/model.js';
import { GATE, OBSERVING, UNMARKED } from './builders.js';
import { at, type Decide, type Luck, rolloutPlan, type Service, serving, splitPlan, walk } from './walk.js';

/**
 * Commands that each of two workers plays, from a seed of its own: half a million where all must hold, fewer on a desk.
 * `WALK_STEPS` sets how many they are together; a million take about a quarter of a minute of one core.
 */
export const HALF_OF_THE_WALKS =
  Number(process.env['WALK_STEPS'] ?? (process.env['CI'] === undefined ? 300_000 : 1_000_000)) / 2;

const luck = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Luck>('fine') },
  {
    weight: 8,
    arbitrary: fc.constantFrom<Luck>('lost', 'late', 'before', 'throttled', 'lag', 'unreadable', 'unknown'),
  },
  { weight: 2, arbitrary: fc.constantFrom<Luck>('stale', 'vanished', 'fatal', 'fatal-but-done') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Luck>('foreign', 'ahead', 'ahead', 'behind', 'alone', 'restored', 'again', 'slow'),
  },
  { weight: 1, arbitrary: fc.constantFrom<Luck>('bad', 'doubtful', 'doubtful', 'outage', 'cancel') },
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
const choice = fc.constantFrom<AbortAction>('rollback', 'rollback', 'hold');
const options = fc.record({
  onFailure: choice,
  onInconclusive: choice,
  onCancel: choice,
  wait: fc.constantFrom(true, true, true, false),
  gate: fc.constantFrom(GATE, UNMARKED, OBSERVING, undefined),
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

/** Plays plans at random until there were so many commands. Throws when something does not hold. */
export function randomWalks(under: Decide, commands: number, seed?: number): number {
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
