import { describe, expect, test } from '@jest/globals';
import type { Event, Fault, Live, Plan, TrafficSplit } from '../../../src/rollout/model.js';
import { finishedRun } from '../../../src/rollout/report/finished-run.js';
import { outputsOf } from '../../../src/rollout/report/outputs.js';

const [STABLE, CANARY] = ['1766590022381161013', '1766590022381161015'];
const OLD: TrafficSplit = [{ version: STABLE, weight: 100 }];
const NEW: TrafficSplit = [
  { version: CANARY, weight: 10 },
  { version: STABLE, weight: 90 },
];
const serving = (deploymentId: string, split: TrafficSplit): Live => ({
  kind: 'serving',
  deploymentId,
  deployedAt: undefined,
  split,
  details: [],
});
const plan: Plan = {
  kind: 'deploy',
  wish: {
    routine: 'r',
    env: 'staging',
    goal: { kind: 'split', split: NEW },
    expectDeploymentId: undefined,
    dryRun: false,
  },
  before: serving('7', OLD),
  target: NEW,
  known: [],
  doubts: [],
};
const fault: Fault = {
  operation: 'GetRoutine',
  code: 'X',
  message: 'x',
  requestId: '',
  advice: '',
  transient: false,
  throttled: false,
  mayHaveActed: true,
  retryAfter: undefined,
};

const before: Event = { at: 0, kind: 'read', live: serving('7', OLD) };
const accepted: Event = { at: 1, kind: 'accepted', split: NEW, deploymentId: '8', requestId: 'R' };
const lagging: Event = { at: 2, kind: 'read', live: serving('7', OLD) };
const shown: Event = { at: 3, kind: 'read', live: serving('8', NEW) };
const unreadable: Event = { at: 4, kind: 'read-failed', fault };

const conclusion = { outcome: 'deployed' as const, reason: 'x', advice: [] };

describe('what is live, as far as anybody knows', () => {
  test.each<[string, readonly Event[], TrafficSplit]>([
    ['nothing written', [before], OLD],
    ['accepted, not looked at', [before, accepted], NEW],
    ['accepted, not readable', [before, accepted, unreadable], NEW],
    ['accepted, shown', [before, accepted, lagging, shown], NEW],
    ['accepted, shown, then not readable', [before, accepted, shown, unreadable], NEW],
    ['accepted, not shown yet, then not readable', [before, accepted, lagging, unreadable], NEW],
    ['accepted, never shown', [before, accepted, lagging], OLD],
    ['the write failed', [before, { at: 1, kind: 'write-failed', split: NEW, fault }, lagging], OLD],
  ])('%s', (_name, timeline, split) => {
    expect(finishedRun(plan, timeline, conclusion).live).toMatchObject({ split });
  });

  test('outputs of the canary follow from it', () => {
    expect(outputsOf(finishedRun(plan, [before, accepted, shown], conclusion))).toMatchObject({
      'deployment-id': '8',
      'request-id': 'R',
      changed: 'true',
      versions: `${CANARY}=10,${STABLE}=90`,
      'previous-versions': `${STABLE}=100`,
      'previous-deployment-id': '7',
      canary: CANARY,
      'canary-percentage': '10',
      stable: STABLE,
      done: 'true',
      'next-step-at': '',
    });
  });
});
