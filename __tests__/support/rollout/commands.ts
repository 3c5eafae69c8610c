import { expect, test } from '@jest/globals';
import type { WritingPlan } from '../../../src/rollout/decide/course.js';
import { next } from '../../../src/rollout/decide/next.js';
import type { Event, TrafficSplit } from '../../../src/rollout/model.js';
import { at } from './builders.js';

/** The commands of the machine, as tests name them. */

export const READ = { kind: 'read', rollback: false };
export const READ_BACK = { kind: 'read', rollback: true };
export const write = (split: TrafficSplit, attempt = 1) => ({ kind: 'write', split, attempt, rollback: false });
export const writeBack = (attempt = 1) => ({ kind: 'write', split: at(0), attempt, rollback: true });
export const look = (atMost: number) => ({ kind: 'wait', purpose: 'look', atLeast: atMost / 2, atMost });
export const retry = (atLeast: number, atMost: number) => ({ kind: 'wait', purpose: 'retry', atLeast, atMost });
export const ends = (outcome: string) => ({ kind: 'finish', conclusion: { outcome } });

type Case = readonly [name: string, timeline: readonly Event[], command: object, plan?: WritingPlan];

/** A test for each case: after this timeline the next command is that one. */
export const cases =
  (usual: WritingPlan) =>
  (...given: readonly Case[]) =>
    test.each(given.map(([name, timeline, command, plan = usual]) => ({ name, timeline, command, plan })))(
      '$name',
      ({ timeline, command, plan }) => {
        expect(next(plan, timeline)).toMatchObject(command);
      },
    );
