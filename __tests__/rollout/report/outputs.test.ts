import { describe, expect, test } from '@jest/globals';
import type { Conclusion, Event, Plan } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { emptyOutputs, lostOutputs, OUTPUTS, type Outputs, outputsOf } from '../../../src/rollout/report/outputs.js';
import { timelineText } from '../../../src/rollout/report/timeline-json.js';
import {
  accepted,
  at,
  called,
  fault,
  NOTHING,
  read,
  rolloutPlan,
  serving,
  splitPlan,
} from '../../support/rollout/builders.js';

const OLD = serving(1, at(0));
const SPLIT = splitPlan(at(10), OLD);
const STEPS = [
  { weight: 10, bake: 0 },
  { weight: 100, bake: 0 },
];
const WROTE = [read(0, OLD), accepted(2, at(10), '7', 'W'), read(3, serving(7, at(10)))];

const outputs = (plan: Plan, timeline: readonly Event[], more: Partial<Conclusion> = {}): Outputs =>
  outputsOf(finishedRun(plan, timeline, { outcome: 'deployed', reason: 'So.', advice: [], ...more }));

const EMPTY = {
  'deployment-id': '',
  'request-id': '',
  outcome: 'refused',
  reason: 'a\\u000ab',
  changed: 'false',
  versions: '',
  'previous-versions': '',
  'previous-deployment-id': '',
  canary: '',
  'canary-percentage': '',
  stable: '',
  done: '',
  'next-step-at': '',
  timeline: '',
};

test('a run that ended before anything was read has every output, and what is not known is empty', () => {
  const told = emptyOutputs({ outcome: 'refused', reason: 'a\nb' });
  expect(told).toStrictEqual(EMPTY);
  expect(Object.keys(told)).toEqual([...OUTPUTS]);
});

describe('the outputs of a run', () => {
  test('are what it did, and what is live now and was before', () => {
    expect(outputs(SPLIT, WROTE)).toStrictEqual({
      'deployment-id': '7',
      'request-id': 'W',
      outcome: 'deployed',
      reason: 'So.',
      changed: 'true',
      versions: '2=10,1=90',
      'previous-versions': '1=100',
      'previous-deployment-id': '1',
      canary: '',
      'canary-percentage': '',
      stable: '',
      done: 'true',
      'next-step-at': '',
      timeline: timelineText(WROTE),
    });
  });

  test('are of a rollout with its two roles', () => {
    expect(outputs(rolloutPlan(STEPS), WROTE)).toMatchObject({ canary: '2', 'canary-percentage': '10', stable: '1' });
  });

  test('are empty where nothing was read', () => {
    const unreadable: Plan = { kind: 'unreadable', wish: SPLIT.wish, fault: fault(), before: undefined };
    expect(outputs(unreadable, [], { outcome: 'failed' })).toStrictEqual({
      ...EMPTY,
      outcome: 'failed',
      reason: 'So.',
      done: 'false',
      timeline: '[]',
    });
  });

  test('are empty where nothing was live', () => {
    expect(outputs(splitPlan(at(10), NOTHING), [read(0, NOTHING)])).toMatchObject({
      'deployment-id': '',
      versions: '',
      'previous-versions': '',
      'previous-deployment-id': '',
      changed: 'false',
    });
  });

  test.each<[string, Partial<Conclusion>, string]>([
    ['when nothing is left to do', { outcome: 'promoted' }, 'true'],
    ['not when something is', { outcome: 'baking' }, 'false'],
    ['nor when a write may still show', { outcome: 'promoted', unsettled: true }, 'false'],
  ])('say that it is done %s', (_name, conclusion, done) => {
    expect(outputs(SPLIT, WROTE, conclusion).done).toBe(done);
  });

  test('say when the next step is due', () => {
    expect(outputs(SPLIT, WROTE, { outcome: 'baking', nextStepAt: 0 })['next-step-at']).toBe(
      '1970-01-01T00:00:00.000Z',
    );
  });

  test.each<[string, readonly Event[], string]>([
    [
      'of the last write that was accepted',
      [...WROTE, accepted(4, at(5), '9', 'X'), called(5, { requestId: 'C' })],
      'X',
    ],
    [
      'else of the last call that had one',
      [
        called(1, { requestId: 'A' }),
        called(1, { requestId: 'Z' }),
        called(2, { requestId: 'B' }),
        called(3),
        read(4, OLD),
      ],
      'B',
    ],
    ['and not of a gate', [called(1, { requestId: 'A' }), called(2, { operation: 'GetLogs', requestId: 'L' })], 'A'],
    ['of none', [called(1), read(2, OLD)], ''],
  ])('name the request %s', (_name, timeline, id) => {
    expect(outputs(SPLIT, timeline)['request-id']).toBe(id);
  });
});

test.each<[() => Outputs, string]>([
  [
    () => outputs(SPLIT, WROTE),
    'No later step gets any output of this run. A deployment was made all the same. Live when last known: 2=10,1=90 (deployment 7). It ended as deployed: So.',
  ],
  [
    () => outputs(splitPlan(at(10), serving('', at(0))), [], { outcome: 'failed', reason: 'So' }),
    'No later step gets any output of this run. No deployment by this run is known. Live when last known: 1=100. It ended as failed: So.',
  ],
  [
    () => emptyOutputs({ outcome: 'refused', reason: 'So.' }),
    'No later step gets any output of this run. No deployment by this run is known. It ended as refused: So.',
  ],
])('whoever gets no outputs is told the same: %#', (told, sentence) => {
  expect(lostOutputs(told())).toBe(sentence);
});
