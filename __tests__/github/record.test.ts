import { describe, expect, test } from '@jest/globals';
import { type GitHub, startGitHub } from '../../emulator/github/github.js';
import { openRecorder } from '../../src/github/record.js';
import type { SavedRecord } from '../../src/github/record-memory.js';
import type { Recorder } from '../../src/github/recorder.js';
import { payloadOf } from '../../src/rollout/decide/recording.js';
import type { Live } from '../../src/rollout/model.js';
import { endText } from '../../src/rollout/record.js';
import { SHA } from '../support/github/record-stage.js';
import { rolloutPlan, serving, splitOf } from '../support/rollout/builders.js';

const serves = (id: string, ...shares: (readonly [string, number])[]) => serving(id, splitOf(...shares));
const PAYLOAD = {
  routine: 'hello',
  env: 'production',
  canary: '2',
  before: '1=100',
  beforeDeployment: '11',
  asked: '100%',
  run: 'https://github.test/octo/edge/actions/runs/1',
  key: '0b6f1c5e-7d2a-4c39-9d0f-2f6b7a1c9e55',
};

interface Past {
  readonly payload?: unknown;
  readonly task?: string;
  /** Oldest first. */
  readonly statuses?: readonly (readonly [string, string])[];
}

/** A GitHub that has these records, oldest first, and a recorder that reads them. */
async function withPast(
  past: readonly Past[],
  play: (recorder: Recorder, github: GitHub, said: string[], saved: (SavedRecord | undefined)[]) => Promise<void>,
) {
  await using github = await startGitHub();
  for (const [index, { payload = PAYLOAD, task = 'esa:hello:production', statuses = [] }] of past.entries())
    github.deployments.unshift({
      id: index + 1,
      sha: SHA,
      ref: SHA,
      task,
      payload,
      environment: 'edge',
      description: '',
      transient: false,
      production: true,
      autoMerge: false,
      requiredContexts: [],
      createdAt: '2026-11-26T00:00:00Z',
      statuses: statuses.toReversed().map(([state, description], at) => ({
        id: 100 * (index + 1) - at,
        state,
        description,
        environmentUrl: '',
        logUrl: '',
        createdAt: '2026-11-26T00:00:00Z',
      })),
    });
  const said: string[] = [];
  const saved: (SavedRecord | undefined)[] = [];
  const recorder = openRecorder({
    wish: { routine: 'hello', env: 'production' },
    place: {
      apiUrl: github.url,
      owner: 'octo',
      repo: 'edge',
      token: github.token,
      sha: SHA,
      environment: 'edge',
      runUrl: 'https://github.test/octo/edge/actions/runs/2',
    },
    serverUrl: 'https://github.test',
    steps: false,
    byPerson: false,
    budget: 10_000,
    mayCreate: true,
    cancelled: new AbortController().signal,
    redact: (text) => text,
    memory: { saved: undefined, save: (record) => saved.push(record) },
    warn: (sentence) => said.push(sentence),
  });
  await play(recorder, github, said, saved);
  expect(github.violations).toEqual([]);
}

const LIVE = serves('22', ['2', 100]);
const PROMOTED = { outcome: 'promoted', reason: '', advice: [] } as const;
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
      /2 served 100 % before, too/,
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
    ['somebody else deployed', [{ statuses: [promoted] }], serves('33', ['2', 100]), /somebody else deployed/],
    [
      'the same DeployId shows another split',
      [{ statuses: [promoted] }],
      serves('22', ['3', 100]),
      /somebody else deployed/,
    ],
    [
      'a rollback deployed it',
      [{ statuses: [['failure', endText('rolled-back', LIVE)]] }],
      LIVE,
      /somebody else deployed, or a rollback/,
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
    ['the end is not readable', [{ statuses: [['success', `${promoted[1]} or so`]] }], LIVE, /somebody else deployed/],
    ['the record is open', [{ statuses: [['in_progress', promoted[1]]] }], LIVE, /somebody else deployed/],
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

test('what goes on with an open record tells its post step that it leaves evidence', async () => {
  const plan = rolloutPlan([{ weight: 100, bake: 0 }], { wait: false });
  const payload = { ...payloadOf(plan, PAYLOAD), routine: 'hello' };
  await withPast([{ payload }], async (recorder, github, _, saved) => {
    await recorder.begin(plan);
    expect(github.deployments).toHaveLength(1);
    expect(saved.at(-1)).toMatchObject({ id: 1, leavesEvidence: true });
  });
});

test('a payload of somebody else does not hide those that can be read', async () => {
  const plan = rolloutPlan([{ weight: 100, bake: 0 }], { wait: false });
  const failure: Past = { payload: { ...payloadOf(plan, PAYLOAD), routine: 'hello' }, statuses: [['failure', 'x']] };
  const others: readonly unknown[] = [
    { toString: 1 },
    { constructor: 1 },
    { hasOwnProperty: null },
    [[['1n']]],
    1e300,
    '{"toString":1}',
  ];
  await withPast([failure, ...others.map((payload) => ({ payload }))], async (recorder, _, said) => {
    expect(await recorder.begin(plan)).toMatchObject({ kind: 'refused', forGood: true });
    expect(said).toEqual([]);
  });
});

test('a run of a schedule that was killed leaves the record open, unless it may have written', async () => {
  const plan = rolloutPlan(
    [
      { weight: 5, bake: 1 },
      { weight: 100, bake: 0 },
    ],
    { wait: false },
    5,
  );
  const payload = { ...payloadOf(plan, PAYLOAD), routine: 'hello' };
  await withPast([{ payload, statuses: [['in_progress', 'x']] }], async (recorder, github) => {
    await recorder.begin(plan);
    await recorder.close(false);
    expect(github.requests).toEqual([]);
    await recorder.close(true);
    expect(github.deployments[0]?.statuses[0]?.state).toBe('failure');
  });
});

test('how a run ended is left to its post step before anything is waited for', async () => {
  const plan = rolloutPlan([{ weight: 100, bake: 0 }]);
  await withPast([], async (recorder, github, _, saved) => {
    await recorder.begin(plan);
    const ending = recorder.end({ plan, timeline: [], conclusion: PROMOTED, live: LIVE });
    expect(saved.at(-1)?.end).toEqual({ state: 'success', description: promoted[1] });
    await ending;
    expect([saved.at(-1), github.deployments[0]?.statuses[0]?.state]).toEqual([undefined, 'success']);
  });
});
