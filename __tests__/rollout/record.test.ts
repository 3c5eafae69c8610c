import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TrafficSplit } from '../../src/rollout/model.js';
import {
  addressOf,
  description,
  endText,
  isFailure,
  isFinished,
  noPrevious,
  readEnd,
  readPayload,
  recordBefore,
  recordOf,
  replaced,
  taskOf,
  triedBefore,
} from '../../src/rollout/record.js';
import { serving } from '../support/rollout/builders.js';

const version = fc.stringMatching(/^[1-9][0-9]{0,18}$/);
const split: fc.Arbitrary<TrafficSplit> = fc
  .tuple(version, version, fc.integer({ min: 1, max: 100 }))
  .map(([one, other, weight]) =>
    weight === 100 || one === other
      ? [{ version: one, weight: 100 }]
      : [
          { version: one, weight },
          { version: other, weight: 100 - weight },
        ],
  );
describe('how a rollout ended', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('promoted', 'rolled-back', 'rollback-failed'),
        version,
        split,
        (outcome, id, what) => {
          const text = endText(outcome, serving(id, what));
          expect([...text].length).toBeLessThanOrEqual(140);
          expect(readEnd(text)).toEqual({ outcome, split: what, deploymentId: id });
        },
      ),
    );
  });

  test('is never half an id: what does not fit is left out whole', () => {
    const long = serving('f'.repeat(64), [
      { version: '1'.repeat(32), weight: 50 },
      { version: '2'.repeat(32), weight: 50 },
    ]);
    expect(endText('rollback-failed', long)).toBe('rollback-failed');
    expect(readEnd('rollback-failed')).toBeUndefined();
  });

  test('says so where nothing is live, or nobody knows', () => {
    expect(endText('failed', { kind: 'nothing' })).toBe('failed: nothing is live');
    expect(endText('failed', undefined)).toBe('failed: what is live is unknown');
  });

  test.each([
    'promoted: 1=100 by 7 ',
    ' promoted: 1=100 by 7',
    'promoted: 1=100 by 7\n',
    'promoted: 1=100 by ',
    'promoted: 1=101 by 7',
    'promoted: 1=50,2=49 by 7',
    'promoted: 1=50,1=50 by 7',
    'promoted: 01x=100 by 7',
    'Promoted: 1=100 by 7',
    'promoted: 1=100,2=0 by 7',
    '',
  ])('%j is none', (text) => {
    expect(readEnd(text)).toBeUndefined();
  });

  test('no text of somebody else is taken for more than it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const read = readEnd(text);
        if (read !== undefined) expect(text.startsWith(`${read.outcome}: `)).toBe(true);
      }),
    );
  });
});

describe('a payload', () => {
  const GOOD = {
    routine: 'hello',
    env: 'production',
    canary: '2',
    before: '1=100',
    beforeDeployment: '11',
    asked: '5% for 5m, 100%',
    run: 'https://github.com/o/r/actions/runs/1',
    key: '0b6f1c5e-7d2a-4c39-9d0f-2f6b7a1c9e55',
  };
  const read = (value: unknown) => readPayload(value, 'hello', 'production');

  test('is read as an object and as the JSON of one, without what else is in it', () => {
    expect(read(GOOD)).toEqual(GOOD);
    expect(read(JSON.stringify({ ...GOOD, more: 'x' }))).toEqual(GOOD);
    expect(read({ ...GOOD, canary: '', before: '', beforeDeployment: '' })).toBeDefined();
  });

  test.each([
    null,
    undefined,
    '',
    '{',
    '"x"',
    [],
    7,
    { ...GOOD, routine: 'other' },
    { ...GOOD, env: 'staging' },
    { ...GOOD, canary: 2 },
    { ...GOOD, canary: '2\n' },
    { ...GOOD, before: '1=99' },
    { ...GOOD, before: '::error::x' },
    { ...GOOD, beforeDeployment: '1 1' },
    { ...GOOD, beforeDeployment: 42 },
    { ...GOOD, asked: undefined },
    { ...GOOD, run: 'x'.repeat(1_001) },
    { ...GOOD, key: 'x' },
  ])('%j is none of ours', (value) => {
    expect(read(value)).toBeUndefined();
  });
});

describe('records', () => {
  const payload = (canary: string, run = 'https://github.com/o/r/actions/runs/1') => ({
    routine: 'hello',
    env: 'production' as const,
    canary,
    before: '',
    beforeDeployment: '',
    asked: '',
    run,
    key: '0b6f1c5e-7d2a-4c39-9d0f-2f6b7a1c9e55',
  });
  const listed = [
    { id: 9, payload: undefined },
    { id: 7, payload: payload('2') },
    { id: 5, payload: payload('2') },
    { id: 3, payload: payload('') },
  ];

  test('of a canary: the newest', () => {
    expect(recordOf(listed, '2')?.id).toBe(7);
    expect(recordOf(listed, '4')).toBeUndefined();
  });

  test('that is replaced: the newest that is older', () => {
    expect(recordBefore(listed, 9)?.id).toBe(7);
    expect(recordBefore(listed, 7)?.id).toBe(5);
    expect(recordBefore(listed, 3)).toBeUndefined();
    expect(replaced(9)).toEqual({ state: 'inactive', description: 'Replaced by the record 9' });
  });

  test.each([
    [[], false, false],
    [['in_progress'], false, false],
    [['in_progress', 'queued', 'pending'], false, false],
    [['success', 'in_progress'], true, false],
    [['inactive', 'failure', 'in_progress'], true, true],
    [['error'], true, true],
    [['inactive'], true, false],
  ])('%j: finished %s, failed %s', (given, finished, failed) => {
    const known = { id: 1, payload: undefined, statuses: given.map((state) => ({ state, description: '' })) };
    expect([isFinished(known), isFailure(known)]).toEqual([finished, failed]);
  });

  test('a run is shown where it is one of this GitHub, and nothing else that stands there', () => {
    const said = (run: string, server = 'https://github.com') =>
      triedBefore({ id: 1, payload: payload('2', run) }, server);
    expect(said('https://github.com/o/r/actions/runs/1')).toContain('(https://github.com/o/r/actions/runs/1)');
    for (const run of [
      'https://github.com.evil.example/x',
      'javascript:alert(1)',
      '',
      'https://github.com/o/r/actions/runs/1) <b>call +1 900',
      'https://github.com/o/r/actions/runs/1\n::error::x',
      'https://github.com/o/r/releases/download/1/x.exe',
    ])
      expect(said(run)).not.toContain('(');
    expect(said('https://github.com/x', '')).not.toContain('(');
    expect(said('')).toContain('canary "2"');
  });

  test('why none fits', () => {
    expect(noPrevious([], { kind: 'nothing' })).toContain('there is no record');
    expect(noPrevious(listed, serving('7', [{ version: '1', weight: 100 }]))).toContain('deployment 7 is live');
  });
});

test('a task is of one routine and one environment', () => {
  expect(taskOf('hello', 'staging')).toBe('esa:hello:staging');
});

test('a description has at most 140 characters, and no half of one', () => {
  expect(description('👋'.repeat(200))).toBe('👋'.repeat(140));
  expect(description('short')).toBe('short');
});

test('an address is that of the routine, in production, where it is known', () => {
  const live = serving('7', [{ version: '1', weight: 100 }], { host: 'hello.1a2b3c4d.er.aliyun-esa.net' });
  expect(addressOf('production', live)).toBe('https://hello.1a2b3c4d.er.aliyun-esa.net');
  expect(addressOf('staging', live)).toBeUndefined();
  expect(addressOf('production', { kind: 'nothing' })).toBeUndefined();
  expect(addressOf('production', undefined)).toBeUndefined();
  expect(addressOf('production', serving('7', [{ version: '1', weight: 100 }]))).toBeUndefined();
});
