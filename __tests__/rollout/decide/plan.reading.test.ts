import { describe, expect, test } from '@jest/globals';
import { makePlan, strayStep } from '../../../src/rollout/decide/plan.js';
import { instantText } from '../../../src/rollout/instant.js';
import type { Live, TrafficSplit, VersionDetails, VersionListing, Wish } from '../../../src/rollout/model.js';
import { failed, succeeded } from '../../../src/rollout/result.js';
import {
  at,
  details,
  fault,
  NOTHING,
  rolloutOf,
  rolloutPlan,
  serving,
  splitOf,
  wishOf,
} from '../../support/rollout/builders.js';

const NOW = Date.UTC(2026, 10, 25);
const STEPS = [
  { weight: 5, bake: 60_000 },
  { weight: 100, bake: 0 },
];
const OLD = serving(1, at(0), { details: [details('1', { description: 'live' })] });
const BOTH = serving(1, at(5), { details: [details('2'), details('1')], deployedAt: instantText(NOW - 9_000) });

const deploys = (target: TrafficSplit, more: Partial<Wish> = {}) => wishOf({ kind: 'split', split: target }, more);
const rollsOut = (more: Parameters<typeof rolloutOf>[1] = {}, wish: Partial<Wish> = {}) =>
  wishOf(rolloutOf(STEPS, { allowOlder: true, ...more }), wish);
const listed = (complete: boolean, ...versions: readonly VersionDetails[]): VersionListing => ({ versions, complete });
const ALL = listed(true, details('2', { status: 'Available' }), details('1', { status: 'available' }));
const NONE = listed(false);

const made = (wish: Wish, before: Live, listing?: VersionListing) =>
  makePlan(wish, { live: succeeded(before), listing: listing && succeeded(listing), at: NOW });
const mistakes = (...given: Parameters<typeof made>) => {
  const plan = made(...given);
  return plan.kind === 'refused' ? plan.mistakes : [plan.kind];
};
const doubts = (...given: Parameters<typeof made>) => {
  const plan = made(...given);
  return 'doubts' in plan ? plan.doubts : [plan.kind];
};

describe('a reading that failed', () => {
  const wish = deploys(at(5));
  const one = fault();

  test('of what is live: nothing is done', () => {
    expect(makePlan(wish, { live: failed(one), listing: undefined, at: NOW })).toStrictEqual({
      kind: 'unreadable',
      wish,
      fault: one,
      before: undefined,
    });
  });

  test('of the versions: nor then, unless nothing is to be done', () => {
    const blind = (before: Live) => makePlan(wish, { live: succeeded(before), listing: failed(one), at: NOW });
    expect(blind(OLD)).toStrictEqual({ kind: 'unreadable', wish, fault: one, before: OLD });
    expect(blind(BOTH).kind).toBe('nothing-to-do');
  });
});

describe('the deployment that is expected', () => {
  test.each<[string, Live, string]>([
    ['another', OLD, 'deployment "1" is live in production (1=100)'],
    ['none', NOTHING, 'nothing is live in production'],
  ])('%s is live: refused, whatever is asked for', (_name, before, found) => {
    const said = `"expect-deployment-id" asks for deployment "7", but ${found}: somebody else has deployed since`;
    const expecting = { expectDeploymentId: '7' };
    const report = wishOf({ kind: 'report' }, expecting);
    expect(made(report, before)).toStrictEqual({ kind: 'refused', wish: report, before, mistakes: [said] });
    expect(mistakes(deploys(at(5), expecting), before, ALL)).toEqual([said]);
    expect(mistakes(rollsOut({}, expecting), before, ALL)).toEqual([said]);
  });

  test('is live', () => {
    const expecting = { expectDeploymentId: '1' };
    const report = wishOf({ kind: 'report' }, expecting);
    expect(made(report, OLD)).toStrictEqual({ kind: 'report', wish: report, before: OLD });
    expect(mistakes(deploys(at(5), expecting), OLD, ALL)).toEqual(['deploy']);
  });
});

describe('a version that cannot be deployed', () => {
  const status = (text: string) => listed(true, details('2', { status: text }), details('1'));
  const bound = (to: string) => listed(true, details('2', { boundTo: to }), details('1'));

  test.each<[string, VersionListing, string]>([
    [
      'does not exist',
      listed(true, details('6'), details('5'), details('4'), details('1')),
      'version "2" does not exist in routine "r": its newest are "6", "5", "4"',
    ],
    ['nor does any', listed(true), 'version "2" does not exist in routine "r": it has no version at all'],
    [
      'is being built',
      status('Init'),
      'version "2" cannot be deployed, its status is "Init": it is still being built; deploy it when it is Available',
    ],
    ['is broken', status('Failed'), 'version "2" cannot be deployed, its status is "Failed": upload it again'],
    [
      'is bound elsewhere',
      bound('Staging'),
      'version "2" is bound to the variables of "Staging" and cannot be deployed to production',
    ],
  ])('%s', (_name, listing, said) => {
    expect(mistakes(deploys(splitOf(['2', 100])), NOTHING, listing)).toEqual([said]);
    expect(mistakes(rollsOut(), OLD, listing)).toEqual([said]);
  });

  test.each<[string, VersionListing]>([
    ['is available', status('AVAILABLE')],
    ['is bound to where it goes', bound('Production')],
    ['has no status', ALL],
  ])('unless it %s', (_name, listing) => {
    expect(mistakes(deploys(splitOf(['2', 100])), NOTHING, listing)).toEqual(['deploy']);
  });

  test('is told of with all others', () => {
    expect(mistakes(deploys(at(5), { expectDeploymentId: '7' }), OLD, listed(true))).toEqual([
      expect.stringContaining('expect-deployment-id'),
      'version "2" does not exist in routine "r": it has no version at all',
    ]);
  });

  test('does not matter where it is live already', () => {
    expect(mistakes(rollsOut(), BOTH, status('Failed'))).toEqual(['rollout']);
  });

  test('is known to exist where it is live, and may where not all are listed', () => {
    expect(mistakes(deploys(at(25)), BOTH, listed(true, details('9')))).toEqual(['deploy']);
    expect(doubts(deploys(splitOf(['2', 5], ['8', 95])), BOTH, listed(false, details('9')))).toEqual([
      'Version "8" is not among the newest 1 that the service lists of "r"; whether it exists is left to the service.',
    ]);
    expect(doubts(rollsOut({ canary: '8' }), OLD, NONE)).toEqual([
      'Version "8" is not among the newest 0 that the service lists of "r"; whether it exists is left to the service.',
    ]);
  });
});

describe('a split', () => {
  test('is deployed with what is known of its versions', () => {
    const wish = deploys(at(5));
    expect(made(wish, OLD, listed(false, details('2', { status: 'Available' })))).toStrictEqual({
      kind: 'deploy',
      wish,
      before: OLD,
      target: at(5),
      known: [details('2', { status: 'Available' }), details('1', { description: 'live' })],
      doubts: [],
    });
  });

  test('that is live needs nothing, in whatever order', () => {
    const wish = deploys(splitOf(['1', 95], ['2', 5]));
    expect(made(wish, BOTH)).toStrictEqual({ kind: 'nothing-to-do', wish, before: BOTH, target: at(5) });
    expect(made(deploys(at(5)), NOTHING, ALL).kind).toBe('deploy');
  });
});

describe('a rollout', () => {
  test('begins with its first step', () => {
    const wish = rollsOut();
    expect(made(wish, OLD, ALL)).toStrictEqual({
      kind: 'rollout',
      wish,
      rollout: wish.goal,
      before: OLD,
      stable: '1',
      todo: STEPS,
      liveSince: undefined,
      known: ALL.versions,
      doubts: [],
    });
  });

  test('goes on where it is, since when that is live', () => {
    expect(made(rollsOut(), BOTH)).toMatchObject({
      todo: STEPS,
      liveSince: NOW - 9_000,
      known: [details('2'), details('1')],
      doubts: [],
    });
    expect(doubts(rollsOut(), { ...BOTH, details: [] })).toEqual([]);
    expect(made(rollsOut(), serving(1, at(50), { deployedAt: BOTH.deployedAt }))).toMatchObject({
      todo: [{ weight: 50, bake: 60_000 }, STEPS[1]],
    });
  });

  test('bakes anew where nobody knows since when it is live', () => {
    const since = { ...BOTH, deployedAt: undefined };
    const said = 'the service does not say since when the canary is live';
    expect(made(rollsOut(), since)).toMatchObject({
      liveSince: NOW,
      bakesAnew: true,
      doubts: [`The bake of 5 % starts anew: ${said}.`],
    });
    expect(mistakes(rollsOut({ wait: false }), since)).toEqual([
      `${said}, so with \`wait: false\` nobody knows when its bake ends; use \`wait: true\``,
    ]);
    const unbaked = {
      steps: [
        { weight: 5, bake: 0 },
        { weight: 100, bake: 0 },
      ],
    };
    expect(made(rollsOut(unbaked), since)).toMatchObject({ liveSince: NOW, doubts: [] });
    expect(made(rollsOut(unbaked), since)).not.toHaveProperty('bakesAnew');
  });

  test('goes to 100 % at once where nothing is live', () => {
    expect(made(rollsOut(), NOTHING, ALL)).toMatchObject({
      stable: undefined,
      todo: [{ weight: 100, bake: 0 }],
      liveSince: undefined,
      doubts: ['Nothing is live yet: the canary goes to 100 % at once, and there is nothing to roll back to.'],
    });
  });

  test('has no place beside two others', () => {
    expect(mistakes(rollsOut({ canary: '3' }), BOTH, listed(false))).toEqual([
      'two other versions are live already ("2" and "1") and an environment serves at most two, so "3" has no place; finish that rollout first: `canary: canary` goes on with it, `versions` ends it',
    ]);
  });

  test.each<[string, VersionListing, readonly string[]]>([
    [
      'is gone',
      listed(true, details('2')),
      ['The stable "1" is no longer among the versions of the routine: a rollback to it may fail.'],
    ],
    ['may be gone', listed(false, details('2')), []],
    [
      'is broken',
      listed(true, details('2'), details('1', { status: 'Failed' })),
      ['The stable "1" has status "Failed": a rollback to it may fail.'],
    ],
    ['is available', listed(true, details('2'), details('1', { status: 'AVAILABLE' })), []],
    ['has no status', listed(true, details('2'), details('1')), []],
  ])('is warned where its stable %s', (_name, listing, told) => {
    expect(doubts(rollsOut(), OLD, listing)).toEqual(told);
  });

  test.each<[string, Live, string]>([
    ['alone', serving(1, at(100)), 'nothing-to-do'],
    ['above the last step', serving(1, at(60)), 'nothing-to-do'],
    ['at the last step, which bakes', serving(1, at(50), { deployedAt: BOTH.deployedAt }), 'rollout'],
    ['not at all', OLD, 'rollout'],
  ])('has arrived, or not, where its canary is live %s', (_name, before, kind) => {
    expect(made(rollsOut({ steps: [{ weight: 50, bake: 9 }] }), before, ALL).kind).toBe(kind);
  });
});

describe('a live weight that is no step', () => {
  const plan = rolloutPlan(STEPS);
  const [nine] = [{ weight: 9, bake: 60_000 }];
  test('is told, where it is live', () => {
    const told = '9 % is live and is no step; it bakes for 1m like 5 %';
    expect(strayStep({ ...plan, todo: [nine], liveSince: 1 })).toBe(told);
    expect(strayStep({ ...plan, todo: [nine], liveSince: undefined })).toBeUndefined();
    expect(strayStep({ ...plan, liveSince: 1 })).toBeUndefined();
    expect(strayStep({ ...plan, todo: [], liveSince: 1 })).toBeUndefined();
  });
});
