import { describe, expect, test } from '@jest/globals';
import type { Live } from '../../src/rollout/model.js';
import { endText } from '../../src/rollout/record.js';
import { PAYLOAD, type Past, serves, withPast } from '../support/github/past-records.js';

const LIVE = serves('22', ['2', 100]);
const promoted = ['success', endText('promoted', LIVE)] as const;
const FUTILE: Past = {
  payload: { ...PAYLOAD, canary: '3', before: '2=100', beforeDeployment: '22' },
  statuses: [['failure', endText('failed', LIVE)]],
};
const SPLIT: Past = { payload: { ...PAYLOAD, before: '1=90,2=10' } };

describe('previousVersion', () => {
  const CASES: readonly (readonly [string, readonly Past[], Live, string | RegExp])[] = [
    ['is what served alone before', [{ statuses: [['in_progress', '100%'], promoted] }], LIVE, '1'],
    [
      'also once the record was replaced',
      [{ statuses: [promoted, ['inactive', 'Replaced by the record 9']] }],
      LIVE,
      '1',
    ],
    [
      'also by the record before one that failed to change anything',
      [{ statuses: [promoted] }, { statuses: [['failure', endText('failed', LIVE)]] }],
      LIVE,
      '1',
    ],
    [
      'also by the record before any number that changed nothing',
      [{ statuses: [promoted] }, ...Array.from({ length: 3 }, (): Past => FUTILE)],
      LIVE,
      '1',
    ],
    [
      'a split is live',
      [{ statuses: [['success', endText('paused', serves('22', ['2', 10], ['1', 90]))]] }],
      serves('22', ['1', 90], ['2', 10]),
      /a split is live/,
    ],
    ['is told by the jobs before the last', [{}, SPLIT, { ...SPLIT, statuses: [promoted] }], LIVE, '1'],
    [
      'an aborted canary never served alone',
      [{ payload: { ...PAYLOAD, before: '2=100' } }, { ...SPLIT, statuses: [promoted] }],
      LIVE,
      /2 served 100 % before as well/,
    ],
    [
      'the records before are of others',
      [{ payload: { ...PAYLOAD, before: '3=100' } }, { ...SPLIT, statuses: [promoted] }],
      LIVE,
      /a split was live before/,
    ],
    [
      'a record before is not readable',
      [{ payload: 'x' }, { ...SPLIT, statuses: [promoted] }],
      LIVE,
      /a split was live/,
    ],
    ['there is no record', [], LIVE, /there is no record/],
    [
      'there is one of another routine',
      [{ task: 'esa:other:production', statuses: [promoted] }],
      LIVE,
      /there is no record/,
    ],
    ['somebody else deployed', [{ statuses: [promoted] }], serves('33', ['2', 100]), /deployed without a record/],
    [
      'the same DeployId shows another split',
      [{ statuses: [promoted] }],
      serves('22', ['3', 100]),
      /deployed without a record/,
    ],
    [
      'a rollback deployed it',
      [{ statuses: [['failure', endText('rolled-back', LIVE)]] }],
      LIVE,
      /deployed without a record, or by a rollback/,
    ],
    [
      'a split was before',
      [{ payload: { ...PAYLOAD, before: '1=90,2=10' }, statuses: [promoted] }],
      LIVE,
      /a split was live before/,
    ],
    [
      'nothing was before',
      [{ payload: { ...PAYLOAD, before: '' }, statuses: [promoted] }],
      LIVE,
      /nothing was live before/,
    ],
    [
      'the payload is of another routine',
      [{ payload: { ...PAYLOAD, routine: 'x' }, statuses: [promoted] }],
      LIVE,
      /cannot be read/,
    ],
    ['the payload is none', [{ payload: 'x\n::error::y', statuses: [promoted] }], LIVE, /cannot be read/],
    [
      'the end is not readable',
      [{ statuses: [['success', `${promoted[1]} or so`]] }],
      LIVE,
      /deployed without a record/,
    ],
    ['the record is open', [{ statuses: [['in_progress', promoted[1]]] }], LIVE, /deployed without a record/],
    ['nothing is live', [{ statuses: [promoted] }], { kind: 'nothing' }, /nothing is live/],
    ['what is live has no id', [{ statuses: [promoted] }], serves('', ['2', 100]), /no record can fit/],
  ];
  test.each(CASES)('%s', async (_, past, live, expected) => {
    await withPast(past, async (recorder, github) => {
      const told = await recorder.previousVersion(live);
      if (typeof expected === 'string') expect(told).toEqual({ ok: true, value: expected });
      else expect(told).toEqual({ ok: false, error: expect.stringMatching(expected) });
      expect(github.requests.length).toBeLessThanOrEqual(3);
    });
  });

  test('GitHub cannot be asked: why, and a warning', async () => {
    await withPast([], async (recorder, github, said) => {
      github.permission = 'none';
      expect(await recorder.previousVersion(LIVE)).toEqual({
        ok: false,
        error: expect.stringContaining('could not be read'),
      });
      expect(said).toHaveLength(1);
    });
  });
});
