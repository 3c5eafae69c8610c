import { describe, expect, test } from '@jest/globals';
import { refuseWords, unreadable } from '../../../src/rollout/decide/plan.js';
import type { Live, Plan, VersionDetails } from '../../../src/rollout/model.js';
import { failed, succeeded } from '../../../src/rollout/result.js';
import {
  askedFor,
  askedSplit,
  at,
  details,
  fault,
  NOTHING,
  number,
  serving,
  word,
} from '../../support/rollout/builders.js';

const NOW = Date.UTC(2026, 10, 22, 21, 5, 0);
const OLD = serving(7, at(0));
const made = (version: string, more: Partial<VersionDetails> = {}) =>
  details(version, { createdAt: '2026-11-22T21:00:00Z', ...more });
const listing = (complete: boolean, ...versions: readonly VersionDetails[]) => succeeded({ versions, complete });
const NEWEST = 'the newest of "r" is 1 (5 minutes old)';

const wish = askedSplit([word('canary'), 5], [number('9'), 95]);
const refused = (more: Partial<Parameters<typeof refuseWords>[1]> = {}, asked = wish, live: Live = OLD) =>
  refuseWords(asked, { live, listing: listing(true, made('1')), at: NOW, ...more }, ['`canary`: there is none']);
const mistakes = (plan: Plan) => (plan.kind === 'refused' ? plan.mistakes : plan.kind);

describe('words that stand for nothing', () => {
  test('are refused, with what else is wrong before them and the newest versions after', () => {
    expect(refused()).toStrictEqual({
      kind: 'refused',
      wish: { ...wish, goal: { kind: 'report' } },
      before: OLD,
      mistakes: ['version "9" does not exist in routine "r": its newest are "1"', '`canary`: there is none', NEWEST],
    });
  });

  test('of a rollout, by the clock of the service', () => {
    const live = serving(7, at(0), { answeredAt: '2026-11-22T21:01:00Z' });
    expect(mistakes(refused({}, askedFor(word('canary')), live))).toEqual([
      '`canary`: there is none',
      'the newest of "r" is 1 (1 minute old)',
    ]);
    expect(mistakes(refused({}, askedFor(word('canary')), NOTHING))).toEqual(['`canary`: there is none', NEWEST]);
  });

  test('beside a version that may exist all the same', () => {
    expect(mistakes(refused({ listing: listing(false, made('1')) }))).toEqual(['`canary`: there is none', NEWEST]);
  });

  test('beside another deployment than the expected one', () => {
    expect(mistakes(refused({}, { ...askedFor(word('canary')), expectDeploymentId: '8' }))).toEqual([
      expect.stringContaining('"expect-deployment-id" asks for deployment "8"'),
      '`canary`: there is none',
      NEWEST,
    ]);
  });

  test('where the versions cannot be listed', () => {
    expect(mistakes(refused({ listing: failed(fault({ code: 'Throttling' })) }))).toEqual([
      '`canary`: there is none',
      'its versions cannot be listed (Throttling)',
    ]);
  });
});

test('without what was to be read, words stand for nothing that could be planned', () => {
  const lost = fault();
  const told = { kind: 'unreadable', wish: { ...wish, goal: { kind: 'report' } }, fault: lost } as const;
  expect(unreadable(wish, lost)).toStrictEqual({ ...told, before: undefined });
  expect(unreadable(wish, lost, OLD)).toStrictEqual({ ...told, before: OLD });
});
