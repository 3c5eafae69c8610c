import { expect, test } from '@jest/globals';
import { payloadOf } from '../../src/rollout/decide/recording.js';
import { endText } from '../../src/rollout/record.js';
import { PAYLOAD, type Past, serves, withPast } from '../support/github/past-records.js';
import { rolloutPlan } from '../support/rollout/builders.js';

const LIVE = serves('22', ['2', 100]);
const PROMOTED = { outcome: 'promoted', reason: '', advice: [] } as const;
const promoted = ['success', endText('promoted', LIVE)] as const;

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
