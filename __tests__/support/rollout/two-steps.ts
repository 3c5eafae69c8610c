import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { type State, stateOf } from '../../../src/rollout/decide/state.js';
import type { Event } from '../../../src/rollout/model.js';
import { accepted, at, FOREIGN, NOTHING, read, rolloutPlan, serving, splitPlan } from './builders.js';

/** A rollout by 5 % and 100 %, and where it can stand when it ends. */

export const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];
export const OLD = serving(1, at(0));
export const THEIRS = serving(8, FOREIGN);
export const PLAN = rolloutPlan(STEPS);
export const TICK = rolloutPlan(STEPS, { wait: false });
export const FIRST = { ...PLAN, before: NOTHING, stable: undefined };
export const SPLIT = splitPlan(at(10), OLD);

export const state = (plan: WritingPlan, ...timeline: readonly Event[]): State => stateOf(plan, timeline);

/** A write that was accepted at 2 and showed at 3, as deployment 7. */
export const live = (weight: number) => [accepted(2, at(weight), '7'), read(3, serving(7, at(weight)))];

/** The same, and somebody else's showed in between. */
export const over = (weight: number) => [
  accepted(2, at(weight), '7'),
  read(3, THEIRS),
  read(4, serving(7, at(weight))),
];
