import { describe, expect, test } from '@jest/globals';
import { orderMistakes, unknownOrder } from '../../../src/rollout/decide/version-order.js';
import type { Live, VersionDetails, VersionListing } from '../../../src/rollout/model.js';
import { details, NOTHING, rolloutOf, serving, splitOf } from '../../support/rollout/builders.js';

/** Ids that are times, in nanoseconds. */
const [OLDER, NEWER] = ['1766590000000000001', '1766590000000000002'];
const [EARLY, LATE] = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];

const both = (...versions: readonly VersionDetails[]) => {
  const [one = '1', other = '2'] = versions.map(({ version }) => version);
  return serving(7, splitOf([one, 10], [other, 90]), { details: versions });
};
const alone = (version: string, more: Partial<VersionDetails> = {}) =>
  serving(7, splitOf([version, 100]), { details: [details(version, more)] });
const created = (version: string, createdAt?: string) => details(version, { createdAt });
const listed = (...versions: readonly VersionDetails[]): VersionListing => ({ versions, complete: false });
const EMPTY = listed();

const asked = (canary: string, allowOlder?: boolean) =>
  rolloutOf([], { canary, ...(allowOlder !== undefined && { allowOlder }) });

describe('a rollout is refused', () => {
  test('whose canary is older than what serves alone', () => {
    expect(orderMistakes(asked(OLDER), alone(NEWER), EMPTY)).toEqual([
      `version "${OLDER}" is older than "${NEWER}", which serves alone, and a workflow that is run again must not take the environment back in silence; write \`versions: ${OLDER}=100\` to go back at once, or \`allow-older: true\` to roll it out by steps`,
    ]);
  });

  test('whose canary is the stable of another', () => {
    const live = both(details(NEWER), details(OLDER));
    const told = (when: string) =>
      `version "${OLDER}" is the stable of a rollout of the newer "${NEWER}", both live${when}; write \`canary: ${NEWER}\` to go on with that rollout, \`versions: ${OLDER}=100\` to abort it, or \`allow-older: true\` if "${OLDER}" is meant to be the canary`;
    expect(orderMistakes(asked(OLDER), live, EMPTY)).toEqual([told('')]);
    expect(orderMistakes(asked(OLDER), { ...live, deployedAt: EARLY }, EMPTY)).toEqual([told(` since ${EARLY}`)]);
    expect(orderMistakes(asked(OLDER), { ...live, deployedAt: 'soon' }, EMPTY)).toEqual([told('')]);
  });

  test('whose order nobody knows, where both are live', () => {
    expect(orderMistakes(asked('1'), both(details('1'), details('2')), EMPTY)).toEqual([
      'nobody knows which of the live versions "1" and "2" is the canary and which the stable: the service gives no creation times that differ, and the ids are not times; write `allow-older: true` to take "1" for the canary, or `versions` to deploy one of them alone',
    ]);
  });
});

describe('a rollout goes on', () => {
  test.each<[string, string, Live]>([
    ['whose canary is the newer', NEWER, both(details(OLDER), details(NEWER))],
    ['that comes after what is live', NEWER, alone(OLDER)],
    ['whose canary is live alone', OLDER, alone(OLDER)],
    ['where nothing is live', OLDER, NOTHING],
    ['beside two others: that is not for here', OLDER, both(details(NEWER), details('1766590000000000003'))],
    ['after one, in an order that nobody knows', '1', alone('2')],
  ])('%s', (_name, canary, before) => {
    expect(orderMistakes(asked(canary), before, EMPTY)).toEqual([]);
  });

  test.each<[string, Live]>([
    [OLDER, both(details(NEWER), details(OLDER))],
    [OLDER, alone(NEWER)],
    ['1', both(details('1'), details('2'))],
  ])('where allow-older says so: %s', (canary, before) => {
    expect(orderMistakes(asked(canary, true), before, EMPTY)).toEqual([]);
    expect(orderMistakes(asked(canary, false), before, EMPTY)).toHaveLength(1);
  });
});

describe('when a version was created', () => {
  test.each<[string, Live, VersionListing, number]>([
    ['what is live tells it', both(created('1', EARLY), created('2', LATE)), EMPTY, 1],
    ['or the listing', both(details('1'), details('2')), listed(created('2', LATE), created('1', EARLY)), 1],
    [
      'what is live first',
      both(created('1', LATE), created('2', EARLY)),
      listed(created('1', EARLY), created('2', LATE)),
      0,
    ],
    ['unless that is no time', both(created('1', 'soon'), created('2', EARLY)), listed(created('1', LATE)), 0],
    ['before ids that are times', both(created(OLDER, LATE), created(NEWER, EARLY)), EMPTY, 0],
  ])('%s', (_name, live, listing, mistakes) => {
    const [share] = live.kind === 'serving' ? live.split : [];
    expect(orderMistakes(asked(share?.version ?? ''), live, listing)).toHaveLength(mistakes);
  });
});

describe('an order that nobody knows', () => {
  test('is told where the rollout goes on all the same', () => {
    expect(unknownOrder(asked('1'), alone('2'), EMPTY)).toEqual([
      'Whether version "1" is newer than "2", which is live, is unknown: the service gives no creation times that differ, and the ids are not times. It is rolled out as asked.',
    ]);
  });

  test.each<[string, string, Live]>([
    ['it is known', NEWER, alone(OLDER)],
    ['the canary is live alone', '1', alone('1')],
    ['both are live, which is refused', '1', both(details('1'), details('2'))],
    ['nothing is live', '1', NOTHING],
  ])('but not where %s', (_name, canary, before) => {
    expect(unknownOrder(asked(canary), before, EMPTY)).toEqual([]);
  });

  test('nor where allow-older says that it does not matter', () => {
    expect(unknownOrder(asked('1', true), alone('2'), EMPTY)).toEqual([]);
    expect(unknownOrder(asked('1', false), alone('2'), EMPTY)).toHaveLength(1);
  });

  test('what tells the order is told by the listing, too', () => {
    const listing = listed(created('1', LATE), created('2', EARLY));
    expect(unknownOrder(asked('1'), alone('2'), listing)).toEqual([]);
    expect(unknownOrder(asked('1'), alone('2', { createdAt: LATE }), listing)).toHaveLength(1);
  });
});
