import { describe, expect, test } from '@jest/globals';
import { HURRIED_VERIFY_LIMIT, VERIFY_LIMIT } from '../../../src/rollout/decide/retry.js';
import {
  answeredId,
  isWriteEvent,
  mayBeLive,
  mayShowAgain,
  prospectOf,
  shownId,
  tookEffect,
  type Write,
  type WriteEvent,
} from '../../../src/rollout/decide/write.js';
import type { Event } from '../../../src/rollout/model.js';
import {
  accepted,
  at,
  called,
  cancelled,
  LOST,
  NOTHING,
  read,
  refused,
  serving,
  THROTTLED,
} from '../../support/rollout/builders.js';

const ACCEPTED = accepted(0, at(5), '7') as WriteEvent;
const LOST_ANSWER = refused(0, at(5), LOST) as WriteEvent;
const TURNED_AWAY = refused(0, at(5)) as WriteEvent;
const NO_ROOM = refused(0, at(5), THROTTLED) as WriteEvent;

const write = (answer: WriteEvent, more: Partial<Write> = {}): Write => ({
  split: at(5),
  at: 0,
  answer,
  count: 1,
  first: 0,
  pause: 0,
  throttled: 0,
  looks: 0,
  unseenAt: 0,
  fate: { kind: 'unseen' },
  ...more,
});
const SHOWN = { fate: { kind: 'shown', as: '9' } } as const;
const OVERTAKEN = { fate: { kind: 'overtaken' } } as const;
const atOnce = { now: 0, cancelled: undefined };
const later = { now: VERIFY_LIMIT, cancelled: undefined };

test.each<[string, Event, boolean]>([
  ['accepted', ACCEPTED, true],
  ['write-failed', LOST_ANSWER, true],
  ['read', read(0, NOTHING), false],
  ['cancelled', cancelled(0), false],
  ['called', called(0), false],
])('the event of a write, or not: %s', (_kind, event, is) => {
  expect(isWriteEvent(event)).toBe(is);
});

describe('what can still come of a write', () => {
  test.each<[string, Write, { now: number; cancelled: string | undefined }, string]>([
    ['accepted, not seen', write(ACCEPTED), atOnce, 'awaited'],
    ['accepted, not seen within 30 s', write(ACCEPTED), { ...later, now: VERIFY_LIMIT - 1 }, 'awaited'],
    ['accepted, not seen for 30 s', write(ACCEPTED), later, 'overdue'],
    ['accepted 1 s ago', write(ACCEPTED, { at: VERIFY_LIMIT - 1_000 }), later, 'awaited'],
    ['its answer lost', write(LOST_ANSWER), atOnce, 'awaited'],
    ['its answer lost 30 s ago', write(LOST_ANSWER, { looks: 9 }), later, 'overdue'],
    ['cancelled, in time', write(ACCEPTED), { now: HURRIED_VERIFY_LIMIT - 1, cancelled: 'SIGINT' }, 'awaited'],
    ['cancelled: no time for more', write(ACCEPTED), { now: HURRIED_VERIFY_LIMIT, cancelled: 'SIGINT' }, 'overdue'],
    ['turned away, before the first look', write(TURNED_AWAY), later, 'awaited'],
    ['turned away, and not there', write(TURNED_AWAY, { looks: 1 }), atOnce, 'refused'],
    ['no room for it', write(NO_ROOM), atOnce, 'refused'],
    ['shown', write(ACCEPTED, SHOWN), atOnce, 'settled'],
    ['turned away, and shown all the same', write(TURNED_AWAY, SHOWN), atOnce, 'settled'],
    ['overtaken', write(ACCEPTED, OVERTAKEN), later, 'settled'],
  ])('%s: %#', (_name, one, look, prospect) => {
    expect(prospectOf(one, look)).toBe(prospect);
  });
});

describe('a write may be what is live although it does not show', () => {
  test.each<[string, Write, typeof atOnce, boolean]>([
    ['while it is awaited', write(LOST_ANSWER), atOnce, true],
    ['however late, once it was accepted', write(ACCEPTED), later, true],
    ['but not when its answer was lost and it is overdue', write(LOST_ANSWER), later, false],
    ['nor when it was refused', write(TURNED_AWAY, { looks: 1 }), atOnce, false],
    ['nor when it has been shown', write(ACCEPTED, SHOWN), atOnce, false],
  ])('%s', (_name, one, look, may) => {
    expect(mayBeLive(one, look)).toBe(may);
  });
});

describe('a write may show again', () => {
  const live = serving('10', at(5));
  test.each<[string, Write, Parameters<typeof mayShowAgain>[1], typeof atOnce, boolean]>([
    ['when its answer was lost and its split is live', write(LOST_ANSWER, SHOWN), live, atOnce, true],
    ['or it was answered with another id than it showed as', write(ACCEPTED, SHOWN), live, atOnce, true],
    [
      'but not when it was answered with that one',
      write(ACCEPTED, { fate: { kind: 'shown', as: '7' } }),
      live,
      atOnce,
      false,
    ],
    ['nor before it has been seen at all', write(LOST_ANSWER), live, atOnce, false],
    ['nor when another split is live', write(LOST_ANSWER, SHOWN), serving('10', at(25)), atOnce, false],
    ['nor when it is overdue', write(LOST_ANSWER, SHOWN), live, later, false],
  ])('%s', (_name, one, shown, look, may) => {
    expect(mayShowAgain(one, shown, look)).toBe(may);
  });
});

describe('evidence', () => {
  test.each<[string, Write, boolean]>([
    ['accepted', write(ACCEPTED), true],
    ['found live after its answer was lost', write(LOST_ANSWER, SHOWN), true],
    ['lost', write(LOST_ANSWER), false],
    ['lost and overtaken', write(LOST_ANSWER, OVERTAKEN), false],
  ])('it took effect, as far as anybody can know: %s, %#', (_name, one, took) => {
    expect(tookEffect(one)).toBe(took);
  });

  test('the id that it was answered with, and the one that it was seen as', () => {
    expect(answeredId(write(ACCEPTED))).toBe('7');
    expect(answeredId(write(LOST_ANSWER, SHOWN))).toBe('');
    expect(answeredId(undefined)).toBe('');
    expect(shownId(write(ACCEPTED, SHOWN))).toBe('9');
    expect(shownId(write(ACCEPTED))).toBeUndefined();
    expect(shownId(write(ACCEPTED, OVERTAKEN))).toBeUndefined();
  });
});
