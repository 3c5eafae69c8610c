import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../src/rollout/model.js';
import { collapsedCode, describeRetries, requestsIn, waitedBetween } from '../../../src/rollout/report/calls.js';
import { called, cancelled, NOTHING, read, waited } from '../../support/rollout/builders.js';

const refusal = (when: number, attempt = 1) =>
  called(when, { attempt, result: 'Throttling.User', throttled: true, retryIn: 5_000 });
const WRITE = { operation: 'CreateRoutineCodeDeployment' };

describe('how long was waited between calls', () => {
  const retry = waited(0, 30_000, 'retry');

  test.each<[string, readonly Event[], number]>([
    ['to its end', [retry], 30_000],
    ['cut short by a cancellation', [retry, cancelled(1_000)], 1_000],
    ['cut short by the call', [retry, called(810)], 800],
    ['cut short by a call that was itself held back', [retry, called(810, { waited: 100 })], 800],
    [
      'a session that is renewed ends no wait',
      [retry, called(5_000, { operation: 'AssumeRole' }), called(30_010)],
      30_000,
    ],
    ['nor does a write', [retry, called(5_000, WRITE)], 30_000],
    ['a look', [waited(0, 700, 'look'), read(700, NOTHING)], 700],
    ['a bake is none', [waited(0, 700, 'bake')], 0],
    ['the pause that the adapter makes', [refusal(0)], 5_000],
    ['cut short by the next try', [refusal(0), called(2_010, { attempt: 2 })], 2_000],
    ['not by a call beside it', [refusal(0), called(200, WRITE), called(5_010, { attempt: 2 })], 5_000],
    ['by what happens that is no call', [refusal(0), cancelled(900)], 900],
    ['what a call was held back before it was sent', [called(900, { waited: 300 })], 300],
    ['and before the next try', [refusal(0), called(9_010, { attempt: 2, waited: 4_000 })], 9_000],
    ['side by side counts once', [waited(0, 700, 'look'), called(600, { ...WRITE, took: 100, waited: 400 })], 700],
    [
      'one within another counts once',
      [waited(0, 700, 'look'), called(600, { ...WRITE, waited: 90 }), waited(800, 50)],
      750,
    ],
    [
      'a call is sent when its wait is over',
      [waited(0, 700, 'look'), called(900, { ...WRITE, took: 300, waited: 400 })],
      700,
    ],
    ['one after another counts twice', [waited(0, 300, 'look'), waited(500, 300, 'retry')], 600],
    [
      'in the order of time, not of the timeline',
      [called(900, { waited: 100 }), called(500, { ...WRITE, waited: 300 })],
      400,
    ],
    ['nothing', [called(5), read(6, NOTHING)], 0],
  ])('%s', (_name, timeline, milliseconds) => {
    expect(waitedBetween(timeline)).toBe(milliseconds);
  });
});

describe('the calls that were made again, as one line', () => {
  const failed = called(0, { result: 'InternalError' });

  test.each<[string, readonly Event[], string | undefined]>([
    [
      'what failed, by its codes, and the time',
      [refusal(0), refusal(5_010, 2), called(10_020, { attempt: 3 }), failed, waited(20_000, 700, 'retry')],
      '3 of 4 requests failed: Throttling.User 2 times, InternalError; waited 10.70 s to try again',
    ],
    [
      'those without an event of their own',
      [refusal(0), called(60_010, { attempt: 9, collapsed: 7, waited: 50_000 })],
      '8 of 9 requests failed: Throttling.User 8 times; waited 55.00 s to try again',
    ],
    ['none failed', [called(900, { waited: 300 })], undefined],
    ['none was made again', [failed], undefined],
    ['a look is no new try', [failed, waited(0, 30_000, 'look')], undefined],
    ['a bake is none either', [failed, waited(0, 30_000, 'bake')], undefined],
    ['nothing happened', [], undefined],
    [
      'a code cannot break the line',
      [called(0, { result: 'a\nb' }), waited(0, 10, 'retry')],
      '1 of 1 requests failed: a\\u000ab; waited 0.01 s to try again',
    ],
  ])('%s', (_name, timeline, line) => {
    expect(describeRetries(timeline)).toBe(line);
  });
});

test('every request counts, also those that left no event', () => {
  expect(requestsIn([called(0), read(1, NOTHING), called(2, { collapsed: 7 })])).toBe(9);
});

describe('what the tries without an event failed of', () => {
  const calls = [called(0, { result: 'LockFailed' }), called(1, { ...WRITE, result: 'Forbidden' }), called(2)];

  test('is what the one before them did', () => {
    expect(collapsedCode(calls, 2)).toBe('LockFailed');
    expect(collapsedCode([...calls, called(3)], 3)).toBe('OK');
  });

  test('is throttling where there is none', () => {
    expect(collapsedCode(calls, 0)).toBe('Throttling');
    expect(collapsedCode(calls, 9)).toBe('Throttling');
  });
});
