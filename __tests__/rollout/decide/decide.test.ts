import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/rollout/decide/decide.js';
import type { Live } from '../../../src/rollout/model.js';
import { at, type Luck, type Service, serving, splitPlan, walk } from '../../support/rollout/walk.js';

const OLD = serving('1766590000000000000', at(0));
const TIMES: Partial<Service> = { ids: 'times' };
const walked = (lucks: readonly Luck[], before: Live = OLD, service = TIMES) =>
  walk(splitPlan(at(10), before), lucks, decide, service);
const kinds = ({ timeline }: ReturnType<typeof walked>) => timeline.map((event) => event.kind);

describe('a fixed split', () => {
  test('without bad luck: one write, one read, deployed', () => {
    const outcome = walked([]);
    expect(kinds(outcome)).toEqual(['read', 'accepted', 'read']);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });

  test('a lost answer is found by reading: nothing is sent twice', () => {
    const outcome = walked(['lost']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });

  test('a refusal for good is sent once, and what is live is read for the report', () => {
    const outcome = walked(['fatal']);
    expect(outcome.writes).toHaveLength(1);
    expect(kinds(outcome)).toEqual(['read', 'write-failed', 'read']);
    expect(outcome.conclusion).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('production serves 1=100'),
    });
  });

  test('a write whose answer was not understood is looked for as long as one whose answer was lost, not sent again', () => {
    const outcome = walked(['unreadable', 'stale', 'fine', 'stale']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });

  test('throttling that never ends is given up, and what is live is read', () => {
    const outcome = walked(Array.from({ length: 3_000 }, (_, turn) => (turn < 2_900 ? 'throttled' : 'fine')));
    expect(outcome.conclusion.outcome).toBe('failed');
    expect(outcome.timeline.at(-1)?.kind).toBe('read');
  });

  test('somebody else before the next try: left alone', () => {
    const outcome = walked(['fatal', 'foreign']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion).toMatchObject({ outcome: 'drifted', reason: expect.stringContaining('left alone') });
  });

  test('somebody else between our read and our write, shown first: waited until ours shows, and they are told of', () => {
    const outcome = walked(['lag', 'foreign', 'fine'], OLD, { ids: 'opaque', answers: 'none' });
    expect(outcome.conclusion.outcome).toBe('drifted');
    const late = walked(['late', 'fine', 'foreign']);
    expect(late.history.at(-1)?.by).toBe('us');
    expect(late.conclusion).toMatchObject({ outcome: 'deployed', warning: expect.stringContaining('3=100') });
  });

  test('nothing where something was is a fault that passes, and no reason to write or to speak of others', () => {
    const outcome = walked(['fine', 'vanished', 'vanished']);
    expect(outcome.writes).toHaveLength(1);
    expect(outcome.conclusion.outcome).toBe('deployed');
    const never = walked(['fine', ...Array.from({ length: 200 }, (): Luck => 'vanished')]);
    expect(never.conclusion).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('can no longer be read'),
    });
  });

  test('a replica that shows what was replaced is looked past', () => {
    const plan = splitPlan(at(10), OLD);
    const outcome = walk(plan, ['fine', 'stale'], decide, TIMES);
    expect(outcome.conclusion.outcome).toBe('deployed');
  });
});
