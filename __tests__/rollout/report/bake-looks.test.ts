import { describe, expect, test } from '@jest/globals';
import type { Event, Live } from '../../../src/rollout/model.js';
import { openLogWriter } from '../../../src/rollout/report/log-writer.js';
import {
  at,
  called,
  measured,
  measurement,
  NOTHING,
  read,
  serving,
  TRANSIENT,
  unread,
  waited,
} from '../../support/rollout/builders.js';

const MINE = serving(7, at(5));
const look = (when: number, live: Live = MINE): Event[] => [
  called(when),
  { at: when, kind: 'read', live, baking: true },
];
const blind = (when: number): Event[] => [
  called(when, { result: 'InternalError' }),
  { ...unread(when, TRANSIENT), baking: true } as Event,
];
const bake = (when: number): Event => waited(when, 60_000, 'bake');
const quiet = (when: number): Event => ({ ...bake(when), quiet: true }) as Event;

function linesOf(events: readonly Event[]): { lines: string[]; kept: number } {
  const writer = openLogWriter();
  const told = events.map((event) => writer.write(event));
  return {
    lines: [...told.flatMap(({ lines }) => lines), ...writer.end(9_999_999)],
    kept: told.flatMap(({ event }) => event ?? []).length,
  };
}

const START = [called(1), read(1, MINE), bake(2)];

describe('a look in the midst of a bake', () => {
  test('that shows what was live is not told, and is an event all the same', () => {
    const events = [...START, ...look(3), quiet(4), ...look(5), bake(6)];
    const { lines, kept } = linesOf(events);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['GetRoutine:', 'Live', 'Waiting', 'Waiting']);
    expect(kept).toBe(events.length);
  });

  test.each<[string, Live]>([
    ['another deployment', serving(8, at(5))],
    ['another split', serving(7, at(50))],
    ['nothing', NOTHING],
  ])('that shows %s is told with its call, once', (_name, live) => {
    const { lines } = linesOf([...START, ...look(3, live), quiet(4), ...look(5, live)]);
    expect(lines.slice(3).map((line) => line.split(':')[0])).toEqual(['GetRoutine', 'Live now']);
  });

  test('that fails is told once, and when it is well again', () => {
    const { lines } = linesOf([
      ...START,
      ...blind(3),
      quiet(4),
      ...blind(5),
      quiet(6),
      ...look(7),
      quiet(8),
      ...blind(9),
    ]);
    expect(lines.slice(3)).toEqual([
      'GetRoutine: InternalError in 0.01 s',
      'GetRoutine failed: InternalError: No! The bake goes on, and it is read again',
      'GetRoutine: OK in 0.01 s',
      'Live now: 2=5,1=95 (deployment 7)',
      'GetRoutine: InternalError in 0.01 s',
      'GetRoutine failed: InternalError: No! The bake goes on, and it is read again',
    ]);
  });

  test('after a check is as quiet; one by which something is decided is not', () => {
    const check = measured(3, 5, measurement(9));
    expect(linesOf([...START, check, ...look(4)]).lines).toHaveLength(4);
    expect(linesOf([...START, check, called(4), read(4, MINE)]).lines).toHaveLength(6);
  });

  test('that never came back is told at the end', () => {
    expect(linesOf([...START, called(3)]).lines.at(-1)).toContain('GetRoutine');
  });

  test('two hours of them stay under 200 lines', () => {
    const hours = Array.from({ length: 120 }, (_, minute) => [
      minute % 6 === 0 ? bake(minute * 60_000) : quiet(minute * 60_000),
      ...look((minute + 1) * 60_000),
    ]).flat();
    expect(linesOf([...START, ...hours]).lines.length).toBeLessThan(200);
  });
});
